import logging
import time
from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from ..entries import Entry, EntryLine, RepayItem
from .history_common import HistoryCommon

_logger = logging.getLogger(__name__)


@tagged('post_install', '-at_install')
class TestReplay(HistoryCommon):
    """100,000 at 12 % over 12 months from 15 January: 8,884.88 a month."""

    def _play(self, late, straight, until, **values):
        """Play (entry day, amount, value date or None to undo that amount) on a loan, and
        (day, amount) on its twin, and compare."""
        loan, twin = self._create_twins(**values)
        payments = {}

        def enter(amount, day):
            if day:
                payments[amount] = self._repay(loan, amount, day)
            else:
                self._get_current(payments[amount])._reverse("Wrong")

        self._live(self.company, loan, [
            (day, lambda amount=amount, value=value: enter(amount, value))
            for day, amount, value in late], until)
        self._live(self.straight_company, twin, [
            (day, lambda amount=amount, day=day: self._pay_straight(twin, amount, day))
            for day, amount in straight], until)
        self._assert_same_history(loan, twin)
        return loan

    def _get_current(self, transaction):
        """The transaction that stands where this one stood."""
        later = self.env['carloan.transaction'].search([('replaces_id', '=', transaction.id)])
        return self._get_current(later) if later else transaction

    def test_a_payment_dated_back_counts_from_its_day(self):
        loan = self._play(
            [(date(2026, 3, 20), 3000, date(2026, 3, 20)),
             (date(2026, 4, 2), 8884.88, date(2026, 2, 15))],
            [(date(2026, 2, 15), 8884.88), (date(2026, 3, 20), 3000)], date(2026, 4, 2))
        self.assertEqual(loan.first_unpaid_due_date, date(2026, 3, 15))
        mirrors = loan.transaction_ids.filtered('reversal_of_id')
        self.assertEqual(set(mirrors.mapped('kind')), {'late_charge', 'repayment'})
        self.assertEqual(set(mirrors.mapped('booking_date')), {date(2026, 4, 2)})
        self.assertEqual(set(mirrors.mapped('value_date')), {date(2026, 3, 20)})

    def test_what_comes_out_the_same_is_left_alone(self):
        loan = self._play(
            [(date(2026, 2, 15), 8884.88, date(2026, 2, 15)),
             (date(2026, 3, 15), 8884.88, date(2026, 3, 15)),
             (date(2026, 4, 2), 100, date(2026, 3, 20))],
            [(date(2026, 2, 15), 8884.88), (date(2026, 3, 15), 8884.88),
             (date(2026, 3, 20), 100)], date(2026, 4, 2))
        self.assertFalse(loan.transaction_ids.filtered('reversal_of_id'))

    def test_money_dated_back_is_used_when_the_next_instalment_falls_due(self):
        loan = self._play(
            [(date(2026, 3, 20), 500, date(2026, 2, 1))], [(date(2026, 2, 1), 500)],
            date(2026, 3, 25))
        use = loan.transaction_ids.filtered(lambda row: row.kind == 'overpayment_use')
        self.assertEqual(use.value_date, date(2026, 2, 15))

    def test_an_early_payment_undone_leaves_the_history_without_it(self):
        self._play(
            [(date(2026, 2, 15), 8884.88, date(2026, 2, 15)),
             (date(2026, 3, 17), 9000, date(2026, 3, 17)),
             (date(2026, 4, 18), 4000, date(2026, 4, 18)),
             (date(2026, 4, 20), 8884.88, None)],
            [(date(2026, 3, 17), 9000), (date(2026, 4, 18), 4000)], date(2026, 4, 20))

    def test_two_changes_of_the_past_and_one_undone_again(self):
        self._play(
            [(date(2026, 3, 20), 3000, date(2026, 3, 20)),
             (date(2026, 3, 25), 700, date(2026, 2, 20)),
             (date(2026, 4, 2), 8884.88, date(2026, 2, 15)),
             (date(2026, 4, 3), 700, None)],
            [(date(2026, 2, 15), 8884.88), (date(2026, 3, 20), 3000)], date(2026, 4, 3))

    def test_a_loan_can_turn_out_to_be_settled_earlier(self):
        loan = self._create_active_loan(periods=1)
        self._live(self.company, loan, [
            (date(2026, 2, 20), lambda: self._repay(loan, 60000)),
            (date(2026, 2, 22), lambda: self._repay(loan, 101000, date(2026, 2, 15))),
        ], date(2026, 2, 22))
        self.assertRecordValues(loan, [{
            'state': 'settled', 'settled_date': date(2026, 2, 15), 'overpayment_amount': 60000,
            'penalty_outstanding': 0}])
        self.assertFalse(loan._check_integrity())

    def test_undoing_the_settlement_brings_the_loan_back(self):
        loan = self._play(
            [(date(2026, 2, 10), 2000, date(2026, 2, 10)),
             (date(2026, 2, 15), 99000, date(2026, 2, 15)),
             (date(2026, 2, 20), 2000, None)],
            [(date(2026, 2, 15), 99000)], date(2026, 2, 20), periods=1)
        self.assertEqual(loan.state, 'active')

    def test_late_charges_of_a_month_end_follow_a_changed_past(self):
        """Posted on 28 February and 31 March; then it turns out what was paid in between."""
        loan = self._play(
            [(date(2026, 3, 20), 3000, date(2026, 3, 20)),
             (date(2026, 4, 2), 5000, date(2026, 2, 20)), (date(2026, 4, 3), 3000, None)],
            [(date(2026, 2, 20), 5000)], date(2026, 4, 3), penalty_capitalisation='month_end')
        charges = loan.transaction_ids.filtered(
            lambda row: row.kind == 'late_charge' and not row.origin_model
            and not row.reversal_of_id and not row.reversal_ids)
        self.assertEqual(set(charges.mapped('value_date')), {
            date(2026, 2, 20), date(2026, 2, 28), date(2026, 3, 31)})

    def test_the_night_that_broke_off_is_counted_as_far_as_it_came(self):
        loan = self._create_active_loan(penalty_capitalisation='month_end')
        self._live(self.company, loan, [], date(2026, 2, 28))
        day_end = self.env['carloan.day.end']._get_or_create(self.company, date(2026, 2, 28))
        while not day_end.step_ids.filtered(
                lambda step: step.name == 'penalty' and step.state == 'done'):
            day_end._run_next()
        self._repay(loan, 5000, date(2026, 2, 20))
        day_end._run()
        charges = loan.transaction_ids.filtered(
            lambda row: row.kind == 'late_charge' and row.value_date == date(2026, 2, 28))
        self.assertEqual(len(charges), 3, "One, its mirror, and what it came to then")
        posted = sum(due.amount for due in loan._get_dues(date(2026, 2, 28))
                     if due.component in ('penalty', 'compound'))
        self.assertEqual(
            to_decimal(loan.penalty_outstanding + loan.compound_outstanding), posted)

    def test_a_change_undone_leaves_instalments_that_ask_for_nothing(self):
        loan, twin = self._create_twins(method='interest_only', annual_rate=0.0, periods=3)
        done = []
        self._live(self.company, loan, [
            (date(2026, 2, 3), lambda: done.append(
                loan._prepay(3000, date(2026, 2, 3), 'lower', self.fund_account))),
            (date(2026, 2, 5), lambda: done[0]._reverse("Bounced"))], date(2026, 2, 6))
        self._live(self.straight_company, twin, [], date(2026, 2, 6))
        self._assert_same_history(loan, twin)
        self.assertEqual(len(loan.instalment_ids), 3)

    def test_an_extension_undone_after_the_write_off_moves_the_maturity_back(self):
        loan, twin = self._create_twins()
        day, done = date(2026, 2, 20), []
        self._live(self.company, loan, [
            (day, lambda: done.append(loan._change_terms('extend', day, "Help", periods=3))),
            (date(2026, 3, 2), lambda: loan._write_off(date(2026, 3, 2), "Gone")),
            (date(2026, 3, 3), lambda: done[0]._reverse("Never agreed"))], date(2026, 3, 4))
        self._live(self.straight_company, twin, [
            (date(2026, 3, 2), lambda: twin._write_off(date(2026, 3, 2), "Gone"))],
            date(2026, 3, 4))
        self._assert_same_history(loan, twin)
        self.assertEqual(loan.maturity_date, date(2027, 1, 15))

    def test_a_write_off_cannot_be_undone_under_its_recoveries(self):
        loan = self._create_active_loan()
        written_off = loan._write_off(self.today, "Gone")
        recovery = loan._recover(500, self.today, self.fund_account)
        with self.assertRaisesRegex(UserError, "1 recoveries came in"):
            written_off._reverse("Found")
        recovery._reverse("Found")
        written_off._reverse("Found")
        self.assertRecordValues(loan, [{'state': 'active', 'principal_outstanding': 100000}])

    def test_a_batch_may_hold_money_of_several_days(self):
        loans = self._create_active_loan() | self._create_active_loan()
        self._live(self.company, loans, [], date(2026, 3, 20))
        items = [
            RepayItem(loans[0], Decimal(100), date(2026, 2, 10), self.fund_account),
            RepayItem(loans[1], Decimal(200), date(2026, 3, 20), self.fund_account),
            RepayItem(loans[0], Decimal(300), date(2026, 3, 20), self.fund_account),
            RepayItem(loans[1], Decimal(400), date(2026, 2, 9), self.fund_account)]
        posted = self.env['carloan.loan']._repay(items)
        self.assertEqual([-row.amount for row in posted], [100, 200, 300, 400])
        self.assertEqual(posted.mapped('value_date'), [item.value_date for item in items])
        self.assertFalse(loans._check_integrity())

    def test_seven_hundred_events_are_replayed_in_one_go(self):
        """100 weekly instalments, paid in 700 daily pieces that are always late; a payment put
        in before them moves every single one. The seconds are logged; what is checked does
        not hang on who else uses the machine: queries and processor time."""
        loan = self._create_active_loan(periods=100, period_unit='week')
        piece = to_decimal(loan.instalment_ids[0].total_amount / 7)
        days = [self.today + timedelta(days=number) for number in range(8, 708)]
        self.company._set_business_date(days[-1])
        self.company.carloan_backdate_days = 800
        self.env['carloan.transaction']._post([
            Entry(loan, 'repayment', day, (EntryLine('overpayment', -piece),),
                  fund_account=self.fund_account, event=day) for day in days])
        for amount, day in ((10, days[0]), (5, days[0])):
            self.env.flush_all()
            started, cpu, queries = time.monotonic(), time.process_time(), self.cr.sql_log_count
            self._repay(loan, amount, day)
            seconds, cpu = time.monotonic() - started, time.process_time() - cpu
            queries = self.cr.sql_log_count - queries
            mirrors = loan.transaction_ids.filtered(
                lambda row: row.reversal_of_id and row.kind == 'repayment')
            _logger.info(
                "A replay of a loan with %s payments took %.3f s (%.3f s of ours, %s queries)",
                len(days), seconds, cpu, queries)
        self.assertGreater(len(mirrors), 1000)
        self.assertFalse(loan._check_integrity())
        self.assertLess(cpu, 2)
        self.assertLess(queries, 60)
