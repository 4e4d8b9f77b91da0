import logging
from datetime import date
from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..entries import RepayItem
from .common import CreditCommon

_logger = logging.getLogger(__name__)


@tagged('post_install', '-at_install')
class TestLoanPayment(CreditCommon):
    """100,000 at 12 % over 12 months from 15 January: 8,884.88 a month, 1,000.00 first interest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()
        cls.first, cls.second = cls.loan.instalment_ids[:2]

    def _lines(self, transaction):
        return [
            (line.component, line.instalment_number, line.amount)
            for line in transaction.line_ids.sorted('id')]

    def test_a_payment_on_the_due_date_pays_the_instalment(self):
        self._move_to(date(2026, 2, 15))
        payment = self._repay(self.loan, '8884.88')
        self.assertEqual(self._lines(payment), [
            ('interest', 1, -1000), ('principal', 1, -7884.88)])
        self.assertRecordValues(self.first, [{
            'paid_date': date(2026, 2, 15), 'payment_state': 'paid', 'unpaid_amount': 0}])
        self.assertRecordValues(self.loan, [{
            'principal_outstanding': 92115.12, 'interest_outstanding': 0,
            'first_unpaid_due_date': date(2026, 3, 15), 'next_due_date': date(2026, 3, 15)}])

    def test_late_money_pays_penalty_first_and_keeps_the_oldest_date(self):
        self._move_to(date(2026, 3, 22))
        self.assertRecordValues(self.loan, [{
            'days_overdue': 35, 'bucket': 'M2', 'interest_outstanding': 1921.15,
            'penalty_outstanding': 0, 'late_charges_to_date': 186.58}])
        payment = self._repay(self.loan, 5000)
        self.assertEqual(self._lines(payment), [
            ('penalty', 1, -137.99), ('compound', 1, -17.5), ('interest', 1, -1000),
            ('principal', 1, -3844.51)])
        self.assertEqual(self.loan.days_overdue, 35)
        charges = self.loan.transaction_ids.filtered(lambda t: t.kind == 'late_charge')
        self.assertEqual(self._lines(charges), [
            ('penalty', 1, 137.99), ('compound', 1, 17.5),
            ('penalty', 2, self._charge(2, 'penalty')),
            ('compound', 2, self._charge(2, 'compound'))])
        self.assertEqual(charges.event_id, payment)

    def _charge(self, number, component):
        instalment = self.loan.instalment_ids[number - 1]
        base = instalment.principal_amount if component == 'penalty' else (
            instalment.interest_amount)
        return float(round(Decimal(str(base)) * 7 * Decimal('0.18') / 360, 2))

    def test_two_payments_in_a_row_charge_what_one_calculation_would(self):
        """Late charges telescope: never paid on the way, their sum is that of one calculation."""
        twin = self._create_active_loan(allocation_order='interest,principal,fee,penalty,compound')
        plain = self._create_active_loan(allocation_order='interest,principal,fee,penalty,compound')
        for day in (date(2026, 2, 20), date(2026, 2, 23), date(2026, 3, 2), date(2026, 3, 10)):
            self._move_to(day)
            self._repay(twin, '0.01')
        self._move_to(date(2026, 3, 14))
        for loan in (twin, plain):
            self._repay(loan, '0.01')
        self.assertEqual(twin.compound_outstanding, plain.compound_outstanding)
        self.assertEqual(twin.penalty_outstanding, plain.penalty_outstanding)
        self.assertEqual(plain.penalty_outstanding, 106.45)

    def test_paid_within_grace_bears_no_late_charge(self):
        loan = self._create_active_loan(grace_days=3)
        self._move_to(date(2026, 2, 18))
        self._repay(loan, '8884.88')
        self.assertRecordValues(loan, [{'penalty_outstanding': 0, 'days_overdue': 0}])

    def test_beyond_grace_the_charge_runs_from_the_due_date(self):
        loan = self._create_active_loan(grace_days=3)
        self._move_to(date(2026, 2, 19))
        self._repay(loan, '8884.88')
        charges = loan.transaction_ids.filtered(lambda t: t.kind == 'late_charge')
        self.assertEqual(self._lines(charges), [('penalty', 1, 15.77), ('compound', 1, 2)])

    def test_component_order_pays_interest_of_all_instalments_first(self):
        loan = self._create_active_loan(allocation_by='component')
        self._move_to(date(2026, 3, 15))
        payment = self._repay(loan, 2500)
        components = [line.component for line in payment.line_ids.sorted('id')]
        self.assertEqual(components, ['penalty', 'compound', 'interest', 'interest', 'principal'])

    def test_too_much_money_is_kept_and_used_on_the_next_due_date(self):
        self._move_to(date(2026, 2, 15))
        payment = self._repay(self.loan, 9000)
        self.assertEqual(self._lines(payment)[-1], ('overpayment', 0, -115.12))
        self.assertRecordValues(self.loan, [{
            'overpayment_amount': 115.12, 'amount_due_today': 0}])
        self._move_to(date(2026, 3, 16))
        use = self.loan.transaction_ids.filtered(lambda t: t.kind == 'overpayment_use')
        self.assertEqual(self._lines(use), [
            ('interest', 2, -115.12), ('overpayment', 0, 115.12)])
        self.assertEqual(use.value_date, date(2026, 3, 15))
        self.assertRecordValues(self.loan, [{
            'overpayment_amount': 0, 'interest_outstanding': 806.03}])

    def test_the_preview_is_what_happens(self):
        self._move_to(date(2026, 4, 2))
        preview = self.loan._preview_repayment(12000, date(2026, 4, 2))
        payment = self._repay(self.loan, 12000)
        self.assertEqual(
            [(row['component'], row['number'], -row['amount']) for row in preview],
            self._lines(payment))

    def test_dates_outside_the_range_are_refused_with_the_range(self):
        self._move_to(date(2026, 2, 20))
        self.assertEqual(
            self.loan._get_value_date_range(), (date(2026, 1, 15), date(2026, 2, 20)))
        for day in (date(2026, 1, 14), date(2026, 2, 21)):
            with self.subTest(day=day), self.assertRaisesRegex(
                    ValidationError, "2026-01-15.*2026-02-20"):
                self._repay(self.loan, 100, day)
        self.company.carloan_backdate_days = 5
        with self.assertRaisesRegex(ValidationError, "2026-02-15.*5 days back.*2026-02-20"):
            self._repay(self.loan, 100, date(2026, 2, 14))
        self._repay(self.loan, 100, date(2026, 2, 15))

    def test_amounts_that_are_not_money_are_refused(self):
        for amount in (0, -5):
            with self.subTest(amount=amount), self.assertRaisesRegex(ValidationError, "above zero"):
                self._repay(self.loan, amount)

    def test_only_an_active_loan_takes_money(self):
        loan = self._create_loan()
        with self.assertRaisesRegex(ValidationError, "takes no repayment"):
            self._repay(loan, 100)

    def test_paying_everything_settles_the_loan(self):
        loan = self._create_active_loan(periods=3)
        self._move_to(date(2026, 4, 17))
        self.assertEqual(loan.overdue_principal, 100000)
        self._repay(loan, loan.amount_due_today)
        self.assertRecordValues(loan, [{
            'state': 'settled', 'settled_date': date(2026, 4, 17), 'principal_outstanding': 0,
            'interest_outstanding': 0, 'penalty_outstanding': 0, 'compound_outstanding': 0,
            'overpayment_amount': 0, 'first_unpaid_due_date': False, 'next_due_date': False,
            'days_overdue': 0, 'bucket': 'M0', 'amount_due_today': 0}])

    def test_a_batch_gives_the_rows_of_single_payments(self):
        loans = self.env['carloan.loan'].union(
            *(self._create_active_loan(grace_days=days) for days in range(4)))
        twins = self.env['carloan.loan'].union(
            *(self._create_active_loan(grace_days=days) for days in range(4)))
        self._move_to(date(2026, 3, 20))
        amounts = [Decimal('5000'), Decimal('100.55'), Decimal('20000'), Decimal('8884.88')]
        pairs = list(zip(loans, amounts, strict=True)) + [(loans[0], Decimal('77.70'))]
        batch = self.env['carloan.loan']._repay([
            RepayItem(loan, amount, self.company._get_business_date(), self.fund_account)
            for loan, amount in pairs])
        self.assertEqual(batch.loan_id, loans)
        self.assertEqual(len(batch), 5)
        for twin, amount in [*zip(twins, amounts, strict=True), (twins[0], Decimal('77.70'))]:
            self._repay(twin, amount)
        for loan, twin in zip(loans, twins, strict=True):
            self.assertEqual(self._ledger(loan), self._ledger(twin))

    def _ledger(self, loan):
        return [
            (line.kind, line.value_date, line.component, line.instalment_number, line.amount)
            for line in loan.transaction_ids.line_ids.sorted('id')]

    def test_queries_do_not_grow_with_the_batch(self):
        loans = self.env['carloan.loan'].union(
            *(self._create_active_loan() for _number in range(12)))
        self._move_to(date(2026, 3, 20))
        counts = []
        for batch in (loans[:4], loans[4:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env['carloan.loan']._repay([
                RepayItem(loan, Decimal('9000'), date(2026, 3, 20), self.fund_account)
                for loan in batch])
            counts.append(self.cr.sql_log_count - before)
        _logger.info("A batch of repayments costs %s queries", counts[0])
        self.assertEqual(counts[0], counts[1])
