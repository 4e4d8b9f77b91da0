from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestLoan(CreditCommon):
    def test_number_carries_the_business_month(self):
        loan = self._create_loan()
        self.assertRegex(loan.name, r'^CL202601\d{4}$')
        self.assertNotEqual(self._create_loan().name, loan.name)

    def test_disbursement_makes_the_schedule_from_the_real_date(self):
        loan = self._create_loan(contract_date=date(2026, 1, 10))
        transaction = self._disburse(loan, date(2026, 1, 12))
        self.assertRecordValues(loan, [{
            'state': 'active', 'disbursement_date': date(2026, 1, 12),
            'maturity_date': date(2027, 1, 12), 'principal_outstanding': 100000,
            'first_unpaid_due_date': date(2026, 2, 12), 'next_due_date': date(2026, 2, 12),
            'days_overdue': 0, 'bucket': 'M0'}])
        self.assertEqual(loan.class_tier_id.code, 'normal')
        self.assertRecordValues(loan.schedule_version_ids, [{
            'version': 1, 'effective_date': date(2026, 1, 12)}])
        self.assertEqual(len(loan.instalment_ids), 12)
        self.assertAlmostEqual(sum(loan.instalment_ids.mapped('principal_amount')), 100000, 2)
        self.assertRecordValues(loan.instalment_ids[0], [{
            'number': 1, 'due_date': date(2026, 2, 12), 'principal_amount': 7884.88,
            'interest_amount': 1000.0, 'paid_date': False, 'payment_state': 'future'}])
        self.assertRecordValues(transaction, [{
            'kind': 'disbursement', 'value_date': date(2026, 1, 12),
            'booking_date': self.today, 'amount': 100000,
            'fund_account_id': self.fund_account.id, 'user_id': self.env.uid}])

    def test_three_methods_repay_the_principal_exactly(self):
        for method in ('equal_instalment', 'equal_principal', 'interest_only'):
            with self.subTest(method=method):
                loan = self._create_active_loan(method=method, principal_amount=88888.88)
                self.assertAlmostEqual(
                    sum(loan.instalment_ids.mapped('principal_amount')), 88888.88, 2)

    def test_only_the_whole_principal_is_paid_out(self):
        loan = self._create_loan()
        loan._update_state(('draft',), 'signed')
        with self.assertRaisesRegex(ValidationError, "nothing is kept back"):
            loan._disburse(99000, self.today, self.fund_account)
        self.assertEqual(loan.state, 'signed')

    def test_money_leaves_between_contract_and_business_date(self):
        loan = self._create_loan(contract_date=date(2026, 1, 10))
        loan._update_state(('draft',), 'signed')
        for day in (date(2026, 1, 9), date(2026, 1, 16)):
            with self.subTest(day=day), self.assertRaisesRegex(ValidationError, "2026-01-10"):
                loan._disburse(100000, day, self.fund_account)

    def test_a_loan_is_paid_out_once(self):
        loan = self._create_active_loan()
        with self.assertRaises(UserError):
            loan._disburse(100000, self.today, self.fund_account)

    def test_signature_freezes_the_terms(self):
        loan = self._create_loan()
        loan.annual_rate = 11.5
        loan._update_state(('draft',), 'signed')
        other = self._create_customer("Han Mei", '310101198506122023')
        for name, value in (
                ('annual_rate', 10), ('periods', 6), ('principal_amount', 5), ('grace_days', 3),
                ('method', 'equal_principal'), ('partner_id', other.id),
                ('contract_date', date(2026, 1, 1))):
            with self.subTest(field=name), self.assertRaisesRegex(UserError, "signed"):
                loan[name] = value
        loan.user_id = self.branch_manager

    def test_editing_the_product_does_not_touch_a_loan(self):
        loan = self._create_active_loan()
        self.product.write({'penalty_ratio': 1.3, 'annual_rate': 6})
        self.assertRecordValues(loan, [{'penalty_ratio': 1.5, 'annual_rate': 12}])

    def test_absurd_figures_are_refused(self):
        for values in (
                {'principal_amount': 0}, {'principal_amount': -1}, {'periods': 0},
                {'periods': 1201}, {'annual_rate': -1}, {'annual_rate': 101}):
            with self.subTest(values=values), mute_logger('odoo.sql_db'), \
                    self.assertRaises(CheckViolation), self.cr.savepoint():
                self._create_loan(**values)

    def test_only_a_draft_is_deleted(self):
        self._create_loan().unlink()
        loan = self._create_active_loan()
        with self.assertRaises(UserError):
            loan.unlink()

    def test_a_foreign_currency_is_refused(self):
        eur = self.env.ref('base.EUR')
        eur.active = True
        with self.assertRaisesRegex(ValidationError, "CNY"):
            self._create_loan(currency_id=eur.id)
