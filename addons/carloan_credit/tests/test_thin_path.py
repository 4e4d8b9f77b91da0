from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .documents_common import DocumentsCommon


@tagged('post_install', '-at_install')
class TestThinPath(DocumentsCommon):
    """One loan from the counter to the last yuan, each step by the person whose job it is."""

    def test_loan_from_application_to_settlement(self):
        start = self.company._get_business_date()

        # the officer takes the application down
        application = self._create_application(amount=120000, periods=3, annual_rate=12)
        self.assertRecordValues(application, [{
            'state': 'draft', 'blocking_summary': '', 'nominal_annual_cost': 12.0}])
        application.action_submit()
        self.assertRecordValues(application, [{
            'state': 'in_approval', 'approval_state': 'pending'}])

        # two levels by two people
        application.with_user(self.reviewer).action_approve()
        self.assertRecordValues(application, [{
            'state': 'in_approval', 'approval_state': 'pending'}])
        application.with_user(self.risk_manager).action_approve()
        self.assertRecordValues(application, [{
            'state': 'approved', 'approval_state': 'approved'}])
        self.assertEqual(
            application.approval_request_id.vote_ids.user_id, self.reviewer | self.risk_manager)

        # contract and signature
        application.action_create_contract()
        loan = application.loan_id.with_user(self.officer)
        self.assertRecordValues(loan, [{
            'state': 'draft', 'principal_amount': 120000, 'contract_date': start}])
        loan.action_sign()
        self.assertRecordValues(loan, [{'state': 'signed', 'blocking_summary': ''}])
        self.assertTrue(all(loan.condition_ids.mapped('is_met')))

        # three people pay it out
        disbursement = self._create_disbursement(loan)
        disbursement.action_register()
        self.assertRecordValues(disbursement, [{
            'state': 'registered', 'maker_id': self.officer.id}])
        disbursement.with_user(self.accountant).action_review()
        self.assertRecordValues(disbursement, [{
            'state': 'reviewed', 'checker_id': self.accountant.id}])
        self.assertEqual(loan.state, 'signed')
        disbursement.with_user(self.cashier).action_pay()
        self.assertRecordValues(disbursement, [{
            'state': 'paid', 'payer_id': self.cashier.id, 'paid_date': start}])
        self.assertRecordValues(loan, [{
            'state': 'active', 'principal_outstanding': 120000, 'interest_outstanding': 0,
            'first_unpaid_due_date': start + relativedelta(months=1),
            'maturity_date': start + relativedelta(months=3)}])
        self.assertRecordValues(loan.instalment_ids.sorted('number'), [
            {'number': 1, 'principal_amount': 39602.65, 'interest_amount': 1200.00},
            {'number': 2, 'principal_amount': 39998.68, 'interest_amount': 803.97},
            {'number': 3, 'principal_amount': 40398.67, 'interest_amount': 403.99},
        ])

        # the first instalment falls due and is not paid
        self._move_to(start + relativedelta(months=1, days=1))
        self.assertRecordValues(loan, [{
            'interest_outstanding': 1200, 'days_overdue': 1, 'is_overdue': True}])
        self._move_to(start + relativedelta(months=1, days=10))
        self.assertRecordValues(loan, [{'days_overdue': 10, 'overdue_principal': 39602.65}])
        self.assertEqual(loan.class_tier_id.code, 'watch')
        # 10 days at 18 % / 360 on principal (penalty) and interest (compound)
        self.assertEqual(loan.late_charges_to_date, 204.01)
        self.assertEqual(loan.amount_due_today, 41006.66)

        # two people take what is due
        repayment = self._create_repayment(loan, loan.amount_due_today)
        repayment.action_register()
        self.assertRecordValues(repayment, [{
            'state': 'registered', 'maker_id': self.cashier.id}])
        self.assertEqual(loan.principal_outstanding, 120000)
        repayment.with_user(self.accountant).action_confirm()
        self.assertRecordValues(repayment, [{
            'state': 'confirmed', 'checker_id': self.accountant.id}])
        self.assertEqual(sorted(
            (line.component, line.amount) for line in repayment.transaction_line_ids), [
            ('compound', -6.0), ('interest', -1200.0), ('penalty', -198.01),
            ('principal', -39602.65)])
        self.assertRecordValues(loan, [{
            'days_overdue': 0, 'is_overdue': False, 'principal_outstanding': 80397.35,
            'interest_outstanding': 0, 'penalty_outstanding': 0, 'compound_outstanding': 0}])

        # the rest is paid on time and the loan settles
        for months, amount in ((2, 40802.65), (3, 40802.66)):
            self._move_to(start + relativedelta(months=months))
            self.assertEqual(loan.amount_due_today, amount)
            self._take_repayment(loan, amount)
        self.assertRecordValues(loan, [{
            'state': 'settled', 'settled_date': start + relativedelta(months=3),
            'principal_outstanding': 0, 'interest_outstanding': 0, 'overpayment_amount': 0,
            'first_unpaid_due_date': False}])
        self.assertEqual(loan.disbursement_count, 1)
        self.assertEqual(loan.repayment_count, 3)
