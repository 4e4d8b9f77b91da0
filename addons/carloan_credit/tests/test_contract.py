from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .documents_common import DocumentsCommon


@tagged('post_install', '-at_install')
class TestContract(DocumentsCommon):

    def test_signing_freezes_and_lists_the_conditions(self):
        loan = self._create_contract()
        loan.action_sign()
        self.assertEqual(loan.state, 'signed')
        types = loan.condition_ids.type_id
        self.assertEqual(types, loan._get_condition_types())
        self.assertLessEqual({'contract_signed', 'borrower_card'}, set(types.mapped('code')))
        with self.assertRaises(UserError):
            loan.principal_amount = 1

    def test_contract_without_an_application_cannot_be_signed(self):
        loan = self.env['carloan.loan'].create({
            'partner_id': self.customer.id, 'product_id': self.product.id,
            'principal_amount': 50000, 'periods': 12, 'annual_rate': 12,
            'contract_date': self.company._get_business_date(),
        })
        with self.assertRaisesRegex(UserError, "approved application"):
            loan.with_user(self.branch_manager).action_sign()

    def test_contract_that_differs_from_the_approval_cannot_be_signed(self):
        for values, label in (
            ({'principal_amount': 60000}, "Principal"),
            ({'periods': 36}, "Instalments"),
            ({'annual_rate': 3}, "Annual Rate"),
            ({'penalty_ratio': 1}, "Penalty ratio"),
            ({'grace_days': 30}, "Days of grace"),
        ):
            loan = self._create_contract()
            loan.sudo().write(values)
            self.assertIn(label, loan.blocking_summary)
            with self.assertRaisesRegex(UserError, label):
                loan.action_sign()

    def test_contract_date_lies_between_application_and_today(self):
        loan = self._create_contract()
        today = self.company._get_business_date()
        for days in (-1, 1):
            loan.contract_date = today + relativedelta(days=days)
            with self.assertRaisesRegex(UserError, "contract date"):
                loan.action_sign()
        loan.contract_date = False
        with self.assertRaisesRegex(UserError, "contract date"):
            loan.action_sign()

    def test_only_an_officer_signs_and_only_once(self):
        loan = self._create_contract()
        for user in (self.reviewer, self.accountant, self.cashier, self.administrator):
            with self.assertRaises(AccessError):
                loan.with_user(user).action_sign()
        loan.action_sign()
        with self.assertRaises(UserError):
            loan.action_sign()

    def test_cancelled_contract_gives_the_approval_back(self):
        loan = self._sign_contract()
        application = loan.application_id
        loan.action_cancel()
        self.assertEqual(loan.state, 'cancelled')
        self.assertRecordValues(application, [{'state': 'approved', 'loan_id': False}])
        application.action_create_contract()
        self.assertNotEqual(application.loan_id, loan)

    def test_contract_with_a_disbursement_is_not_cancelled(self):
        loan = self._sign_contract()
        disbursement = self._create_disbursement(loan)
        with self.assertRaisesRegex(UserError, "disbursement"):
            loan.action_cancel()
        disbursement.action_register()
        with self.assertRaisesRegex(UserError, "disbursement"):
            loan.action_cancel()

    def test_contract_is_never_deleted(self):
        with self.assertRaises(UserError):
            self._create_contract().sudo().unlink()

    def test_missing_account_blocks_the_disbursement(self):
        loan = self._sign_contract()
        self.assertFalse(loan._get_blocking_reasons('disburse')[loan])
        self.bank_account.active = False
        self.env.invalidate_all()
        self.assertRegex(loan.blocking_summary, "no bank account")
        self.assertRecordValues(
            loan.condition_ids.filtered(lambda row: row.type_id.code == 'borrower_card'),
            [{'is_met': False}])

    def test_condition_without_a_method_is_confirmed_by_a_reviewer(self):
        down_payment = self.env['carloan.condition.type'].create({
            'name': "Down payment proof", 'code': 'down_payment'})
        self.assertFalse(down_payment.is_automatic)
        loan = self._sign_contract()
        condition = loan.condition_ids.filtered(lambda row: row.type_id == down_payment)
        self.assertIn("Down payment proof", loan.blocking_summary)
        for user in (self.officer, self.cashier, self.administrator):
            with self.assertRaises(AccessError):
                condition.with_user(user).action_confirm()
        condition.with_user(self.reviewer).action_confirm()
        self.assertRecordValues(condition, [{
            'is_met': True, 'confirmed_by_id': self.reviewer.id}])
        self.assertFalse(loan._get_blocking_reasons('disburse')[loan])

    def test_condition_that_the_system_sees_is_not_confirmed_by_hand(self):
        loan = self._sign_contract()
        with self.assertRaisesRegex(UserError, "checked by the system"):
            loan.condition_ids[:1].with_user(self.reviewer).action_confirm()

    def test_officer_of_the_loan_does_not_confirm_its_conditions(self):
        self.env['carloan.condition.type'].create({
            'name': "Down payment proof", 'code': 'down_payment'})
        both = self._new_user('both', 'officer', 'reviewer')
        loan = self._sign_contract(user=both)
        with self.assertRaisesRegex(UserError, "somebody else"):
            loan.condition_ids.filtered(
                lambda row: not row.is_automatic).with_user(both).action_confirm()

    def test_bad_condition_code_is_refused(self):
        with self.assertRaisesRegex(UserError, "small letters"):
            self.env['carloan.condition.type'].create({'name': "X", 'code': 'Bad code'})
