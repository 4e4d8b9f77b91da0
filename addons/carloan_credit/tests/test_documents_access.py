from odoo.exceptions import AccessError
from odoo.tests import tagged

from .documents_common import DocumentsCommon


@tagged('post_install', '-at_install')
class TestDocumentsAccess(DocumentsCommon):
    """Own records, own department and below, whole company; never another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_officer = cls._new_user('other_officer', 'officer')
        cls.loan = cls._sign_contract()
        cls._pay_out(cls.loan)
        cls.repayment = cls._create_repayment(cls.loan, 100)

    def _documents(self):
        loan = self.loan.sudo()
        return [loan.application_id, loan.disbursement_ids, self.repayment, loan.condition_ids]

    def test_officer_sees_documents_of_his_own_loans_only(self):
        for document in self._documents():
            self.assertTrue(document.with_user(self.officer).has_access('read'))
            self.assertFalse(document.with_user(self.other_officer).has_access('read'))
            self.assertFalse(
                document.with_user(self.other_officer).search([('id', 'in', document.ids)]))

    def test_documents_follow_the_loan_to_its_new_officer(self):
        self.loan.sudo().user_id = self.other_officer
        for document in self._documents()[1:]:
            self.assertTrue(document.with_user(self.other_officer).has_access('read'))
            self.assertFalse(document.with_user(self.officer).has_access('read'))

    def test_company_roles_see_all(self):
        for user in (self.reviewer, self.risk_manager, self.cashier, self.accountant,
                     self.auditor, self.administrator, self.collector):
            for document in self._documents():
                self.assertTrue(document.with_user(user).has_access('read'), user.login)

    def test_officer_acts_on_no_other_officers_documents(self):
        application = self._create_application()
        with self.assertRaises(AccessError):
            application.with_user(self.other_officer).action_submit()
        with self.assertRaises(AccessError):
            application.with_user(self.other_officer).action_withdraw()
        loan = self._sign_contract()
        with self.assertRaises(AccessError):
            self._create_disbursement(loan, user=self.other_officer)

    def test_other_company_sees_nothing(self):
        company = self.env['res.company'].create({
            'name': "Other lender", 'currency_id': self.company.currency_id.id})
        stranger = self._new_user('stranger', 'accountant')
        stranger.write({'company_ids': [(6, 0, company.ids)], 'company_id': company.id})
        for document in self._documents():
            document = document.with_context(allowed_company_ids=company.ids)
            self.assertFalse(document.with_user(stranger).has_access('read'))
