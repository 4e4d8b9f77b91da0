from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .documents_common import DocumentsCommon


@tagged('post_install', '-at_install')
class TestDocumentsRpc(DocumentsCommon):
    """Whatever the web client hides, a script may try: nobody gets around a gate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.application = cls._create_application()
        cls.contract = cls._create_contract()
        cls.disbursement = cls._create_disbursement(cls._sign_contract())
        cls.active_loan = cls._sign_contract()
        cls._pay_out(cls.active_loan)
        cls.repayment = cls._create_repayment(cls.active_loan, 100)
        cls.condition = cls.disbursement.loan_id.condition_ids[:1]

    def _guarded_values(self):
        """{document: values that only the server may set}."""
        transaction = self.active_loan.transaction_ids[:1].id
        return {
            self.application: {
                'state': 'approved', 'loan_id': self.active_loan.id, 'name': 'AP1',
                'penalty_ratio': 1.0, 'method': 'interest_only'},
            self.contract: {
                'state': 'active', 'application_id': self.application.id, 'name': 'CL1',
                'principal_outstanding': 0.0, 'first_unpaid_due_date': '2026-01-01'},
            self.disbursement: {
                'state': 'reviewed', 'maker_id': self.officer.id, 'checker_id': self.officer.id,
                'payer_id': self.officer.id, 'paid_date': '2026-01-01', 'payee_account': '1',
                'payee_name': 'X', 'transaction_id': transaction, 'name': 'DB1'},
            self.repayment: {
                'state': 'confirmed', 'maker_id': self.officer.id, 'checker_id': self.officer.id,
                'transaction_id': transaction, 'reversal_maker_id': self.officer.id,
                'reversal_checker_id': self.officer.id, 'reversal_reason': 'X',
                'reversal_transaction_id': transaction, 'name': 'RP1'},
            self.condition: {
                'confirmed_by_id': self.reviewer.id, 'confirmed_date': '2026-01-01',
                'type_id': 1, 'loan_id': self.active_loan.id},
        }

    def test_no_role_writes_a_guarded_field(self):
        for document, guarded in self._guarded_values().items():
            for role, user in self._role_users().items():
                for name, value in guarded.items():
                    with self.subTest(model=document._name, role=role, field=name), \
                            self.assertRaises(UserError):
                        self._rpc(user, document, 'write', {name: value})

    def test_the_superuser_writes_no_guarded_field_either(self):
        for document, guarded in self._guarded_values().items():
            for name, value in guarded.items():
                with self.subTest(model=document._name, field=name), self.assertRaises(UserError):
                    document.sudo().write({name: value})

    def _creatable(self):
        loan = self._sign_contract()
        return [
            (self.officer, self.application, {
                'partner_id': self.customer.id, 'product_id': self.product.id,
                'amount': 1000, 'periods': 12}, 'approved'),
            (self.officer, self.disbursement, {
                'loan_id': loan.id, 'amount': 50000,
                'partner_bank_id': self.bank_account.id}, 'reviewed'),
            (self.cashier, self.repayment, {
                'loan_id': self.active_loan.id, 'amount': 1}, 'confirmed'),
        ]

    def test_nobody_creates_a_document_in_a_late_state(self):
        for user, document, values, late in self._creatable():
            with self.subTest(model=document._name):
                with self.assertRaises(UserError):
                    self._rpc(user, document, 'create', {**values, 'state': late})
                with self.assertRaises(UserError):
                    self._rpc(user, document, 'create', {**values, 'maker_id': self.reviewer.id,
                                                         'loan_id': self.active_loan.id})

    def test_company_and_currency_come_from_the_loan_only(self):
        other = self.env['res.company'].create({'name': "Other lender"})
        for user, document, values, _late in self._creatable()[1:]:
            for wrong in ({'company_id': other.id}, {'currency_id': other.currency_id.id}):
                with self.subTest(model=document._name), self.assertRaises(UserError):
                    self._rpc(user, document, 'create', {**values, **wrong})

    def test_a_default_in_the_context_sets_no_state(self):
        for user, document, values, late in self._creatable():
            created = self._rpc(user, document, 'create', values, context={
                'default_state': late, 'default_maker_id': self.reviewer.id})
            self.assertEqual(document.browse(created).state, 'draft', document._name)

    def test_an_import_sets_no_state(self):
        for user, document, _values, late in self._creatable():
            try:
                result = self._rpc(user, document, 'load', ['.id', 'state'],
                                   [[str(document.id), late]])
            except UserError:
                continue
            self.assertFalse(result['ids'], document._name)
            self.assertEqual(document.state, 'draft')

    def test_a_copy_starts_as_a_draft(self):
        for user, document, _values, late in self._creatable()[2:]:
            with self.assertRaises(UserError):
                self._rpc(user, document, 'copy', {'state': late})
            copy = document.browse(self._rpc(user, document, 'copy'))
            self.assertRecordValues(copy, [{'state': 'draft', 'maker_id': False}])

    def test_no_side_door_through_the_loan(self):
        for name, document, value in (
            ('disbursement_ids', self.disbursement, {'state': 'paid'}),
            ('repayment_ids', self.repayment, {'state': 'confirmed'}),
            ('condition_ids', self.condition, {'confirmed_by_id': self.reviewer.id}),
        ):
            loan = document.loan_id
            for user in (self.officer, self.branch_manager, self.administrator):
                with self.subTest(field=name, user=user.login), self.assertRaises(UserError):
                    self._rpc(user, loan, 'write', {
                        name: [Command.update(document.id, value)]})

    def test_private_methods_are_not_reachable(self):
        for document, method in (
            (self.disbursement, '_update_state'), (self.disbursement, '_write_guarded'),
            (self.disbursement, '_cancel'), (self.repayment, '_ask_reversal'),
            (self.contract, '_disburse'), (self.contract, '_repay'),
            (self.contract, '_create_conditions'), (self.application, '_on_approved'),
        ):
            for user in (self.officer, self.administrator):
                with self.subTest(method=method), self.assertRaises(AccessError):
                    self._rpc(user, document, method)

    def test_officer_does_not_approve_his_own_over_rpc(self):
        everything = self._new_user(
            'everything', 'officer', 'reviewer', 'risk_manager', 'committee')
        application = self._create_application(user=everything)
        self._rpc(everything, application, 'action_submit')
        with self.assertRaises(UserError):
            self._rpc(everything, application, 'action_approve')
        request = application.approval_request_id
        with self.assertRaises(UserError):
            self._rpc(everything, request, 'action_approve')
        with self.assertRaises(UserError):
            self._rpc(everything, request, 'write', {'state': 'approved'})
        with self.assertRaises(UserError):
            self._rpc(everything, request.vote_ids, 'create', {
                'request_id': request.id, 'user_id': self.reviewer.id, 'decision': 'approve'})
        self.assertEqual(application.state, 'in_approval')

    def test_own_vote_does_not_pass_by_giving_the_application_away(self):
        everything = self._new_user('everything', 'officer', 'reviewer')
        application = self._create_application(user=everything)
        application.user_id = self.branch_manager
        application.sudo().with_user(self.branch_manager).action_submit()
        with self.assertRaises(UserError):
            self._rpc(everything, application, 'action_approve')

    def test_administrator_does_no_business_act(self):
        acts = [
            (self.application, 'action_submit'), (self.application, 'action_withdraw'),
            (self.application, 'action_create_contract'), (self.contract, 'action_sign'),
            (self.contract, 'action_cancel'), (self.disbursement, 'action_register'),
            (self.disbursement, 'action_review'), (self.disbursement, 'action_pay'),
            (self.disbursement, 'action_cancel'), (self.disbursement, 'action_send_back'),
            (self.repayment, 'action_register'), (self.repayment, 'action_confirm'),
            (self.repayment, 'action_reverse'), (self.repayment, 'action_ask_reversal'),
            (self.repayment, 'action_refuse_reversal'), (self.condition, 'action_confirm'),
        ]
        for user in (self.administrator, self.auditor):
            for document, act in acts:
                with self.subTest(user=user.login, act=act), self.assertRaises(AccessError):
                    self._rpc(user, document, act)

    def test_auditor_changes_nothing(self):
        for document in (self.application, self.contract, self.disbursement, self.repayment):
            self.assertTrue(self._rpc(self.auditor, document, 'read', ['name']))
            for method, args in (('write', [{'user_id': self.auditor.id}]), ('unlink', []),
                                 ('copy', [])):
                with self.subTest(model=document._name, method=method), \
                        self.assertRaises(UserError):
                    self._rpc(self.auditor, document, method, *args)
