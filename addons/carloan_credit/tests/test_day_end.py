import logging
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CreditCommon

_logger = logging.getLogger(__name__)
_DAY_END = 'odoo.addons.carloan_credit.models.carloan_day_end_isolation'
_STEP = 'odoo.addons.carloan_credit.models.carloan_day_end_step'


@tagged('post_install', '-at_install')
class TestDayEnd(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()
        cls.CarloanLoan = type(cls.env['carloan.loan'])

    def _set_date(self, day):
        """Jump without closing the days between: they are days that were missed."""
        self.company._set_business_date(day)

    def test_closing_a_day_moves_the_business_date(self):
        day_end = self._run_day_end(self.today)
        self.assertEqual(self.company.carloan_business_date, date(2026, 1, 16))
        self.assertRecordValues(day_end, [{
            'date': self.today, 'state': 'done', 'progress': 100, 'failure_count': 0,
            'transaction_count': 1}])
        self.assertEqual(
            [name for name in day_end.step_ids.mapped('name')
             if name in ('due', 'overpayment', 'class')], ['due', 'overpayment', 'class'])
        self.assertEqual(set(day_end.step_ids.mapped('state')), {'done'})

    def test_instalments_fall_due_on_their_day(self):
        self._run_day_end(date(2026, 2, 14))
        self.assertRecordValues(self.loan, [{
            'interest_outstanding': 0, 'next_due_date': date(2026, 2, 15)}])
        day_end = self._run_day_end(date(2026, 2, 15))
        self.assertRecordValues(self.loan, [{
            'interest_outstanding': 1000, 'first_unpaid_due_date': date(2026, 2, 15),
            'next_due_date': date(2026, 3, 15), 'days_overdue': 1, 'is_overdue': True}])
        self.assertEqual(
            day_end.step_ids.filtered(lambda step: step.name == 'due').touched_count, 1)
        self.assertEqual(self.loan.transaction_ids.filtered(
            lambda t: t.kind == 'due').mapped('value_date'), [date(2026, 2, 15)])

    def test_missed_days_are_covered(self):
        self._run_day_end(self.today)
        self._set_date(date(2026, 4, 20))
        self._run_day_end(date(2026, 4, 20))
        due = self.loan.transaction_ids.filtered(lambda t: t.kind == 'due')
        self.assertEqual(sorted(due.mapped('value_date')), [
            date(2026, 2, 15), date(2026, 3, 15), date(2026, 4, 15)])
        self.assertRecordValues(self.loan, [{
            'next_due_date': date(2026, 5, 15), 'interest_outstanding': 2762.66}])

    def test_class_follows_the_days_overdue(self):
        self._run_day_end(date(2026, 2, 15))
        self.assertEqual(self.loan.class_tier_id.code, 'normal')
        self._run_day_end(date(2026, 2, 16))
        self.assertEqual(self.loan.class_tier_id.code, 'watch')
        expected = {
            date(2026, 5, 16): 'watch', date(2026, 5, 17): 'substandard',
            date(2026, 11, 12): 'substandard', date(2026, 11, 13): 'doubtful'}
        for day, code in expected.items():
            self._set_date(day)
            self._run_day_end(day)
            with self.subTest(day=day, days=(day - date(2026, 2, 15)).days):
                self.assertEqual(self.loan.class_tier_id.code, code)
        history = self.loan.class_ids.sorted('id')
        self.assertEqual(
            history.mapped('tier_id.code'), ['normal', 'watch', 'substandard', 'doubtful'])
        self.assertEqual(history.mapped('days_overdue'), [0, 1, 91, 271])

    def test_a_cured_loan_is_normal_again_unless_a_review_decided(self):
        self._run_day_end(date(2026, 2, 17))
        self._repay(self.loan, self.loan.amount_due_today)
        self._run_day_end(date(2026, 2, 18))
        self.assertEqual(self.loan.class_tier_id.code, 'normal')
        doubtful = self.env.ref('carloan_credit.carloan_class_tier_doubtful')
        self.loan._set_reviewed_class(doubtful, date(2026, 2, 19), "Borrower in custody")
        self._run_day_end(date(2026, 2, 19))
        self.assertEqual(self.loan.class_tier_id, doubtful)

    def test_one_bad_loan_does_not_stop_the_others(self):
        loans = self.loan
        for _number in range(4):
            loans |= self._create_active_loan()
        bad, original = loans[2], self.CarloanLoan._post_dues_at_close
        error = "Broken terms"

        def post_dues(batch, day_end):
            if bad.id in batch.ids:
                raise ValidationError(error)
            return original(batch, day_end)

        self._run_day_end(date(2026, 2, 14))
        broken = patch.object(self.CarloanLoan, '_post_dues_at_close', post_dues)
        with broken, mute_logger(_DAY_END):
            day_end = self._run_day_end(date(2026, 2, 15))
        self.assertRecordValues(day_end.failure_ids, [{
            'loan_id': bad.id, 'step': 'due', 'error': error, 'resolved': False}])
        self.assertEqual(
            (loans - bad).mapped('interest_outstanding'), [1000] * 4)
        self.assertEqual(bad.interest_outstanding, 0)
        self.assertEqual(day_end.state, 'done')
        # the next day tries it again
        self._run_day_end(date(2026, 2, 16))
        self.assertEqual(bad.interest_outstanding, 1000)
        self.assertTrue(day_end.failure_ids.resolved)
        self.assertFalse(loans._check_integrity())

    def test_a_broken_step_stops_the_day_and_is_gone_on_with(self):
        self._run_day_end(date(2026, 2, 14))
        broken = patch.object(
            self.CarloanLoan, '_step_class', side_effect=UserError("No risk classes"))
        with broken, mute_logger(_STEP):
            day_end = self.company._run_day_ends(date(2026, 2, 20))
        self.assertEqual(self.company.carloan_business_date, date(2026, 2, 15))
        self.assertRecordValues(day_end, [{'state': 'failed'}])
        step = day_end.step_ids.filtered(lambda step: step.name == 'class')
        self.assertRecordValues(step, [{'state': 'failed', 'error': "No risk classes"}])
        self.assertEqual(self.loan.interest_outstanding, 1000)
        due = self.loan.transaction_ids.filtered(lambda t: t.kind == 'due')
        day_end.with_user(self.accountant).action_run()
        self.assertRecordValues(day_end, [{'state': 'done'}])
        self.assertEqual(self.loan.transaction_ids.filtered(lambda t: t.kind == 'due'), due)
        self.assertEqual(self.company.carloan_business_date, date(2026, 2, 16))

    def test_steps_may_be_repeated_without_doing_anything_twice(self):
        self._run_day_end(date(2026, 2, 14))
        day_end = self.env['carloan.day.end']._get_or_create(self.company, date(2026, 2, 15))
        loans = self.env['carloan.loan'].sudo()
        rows = []
        for _time in range(2):
            for _sequence, name in sorted(loans._day_end_steps()):
                getattr(loans, f'_step_{name}')(day_end)
            rows.append((
                self.loan.transaction_ids.ids, self.loan.class_ids.ids, self.loan.next_due_date))
        self.assertEqual(*rows)

    def test_a_closed_day_is_not_closed_again_and_none_is_skipped(self):
        done = self._run_day_end(self.today)
        done._run()
        self.assertEqual(self.company.carloan_business_date, date(2026, 1, 16))
        later = self.env['carloan.day.end']._get_or_create(self.company, date(2026, 1, 18))
        with self.assertRaisesRegex(UserError, "Only the current business date 2026-01-16"):
            later._run()

    def test_no_day_is_closed_ahead_of_the_clock(self):
        with patch.object(
                type(self.company), '_get_clock_date', return_value=date(2026, 1, 16)):
            with self.assertRaisesRegex(UserError, "up to 2026-01-16 are over"):
                self.company._run_day_ends(date(2026, 1, 17))
            self.assertEqual(self.company.carloan_business_date, date(2026, 1, 17))
            self.company.carloan_day_end_max_ahead = 1
            self.company._run_day_ends(date(2026, 1, 17))
            self.assertEqual(self.company.carloan_business_date, date(2026, 1, 18))

    def test_companies_close_their_own_days(self):
        other = self._create_lender("Other Lender")
        self._run_day_end(date(2026, 2, 16), other)
        self.assertEqual(self.company.carloan_business_date, self.today)
        self.assertEqual(len(self.loan.transaction_ids), 1)

    def test_twice_the_loans_cost_the_same_queries(self):
        counts = [self._count_queries(number) for number in (20, 40)]
        _logger.info("A day end costs %s queries, whatever the number of loans", counts[0])
        self.assertEqual(counts[0], counts[1])

    def _count_queries(self, number):
        company = self._create_lender(f"Lender of {number}")
        self.env.user.company_ids |= company
        product = self._create_product(
            company_id=company.id, currency_id=company.currency_id.id, code=f'P{number}')
        for _number in range(number):
            loan = self._create_active_loan(
                product_id=product.id, user_id=self.env.uid, origin_user_id=False,
                department_id=False)
        self._repay(loan, 500)
        self._run_day_end(self.today, company)
        company._set_business_date(date(2026, 2, 17))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        day_end = self._run_day_end(date(2026, 2, 17), company)
        count = self.cr.sql_log_count - before
        steps = {step.name: step.touched_count for step in day_end.step_ids}
        self.assertEqual(
            [steps['due'], steps['overpayment'], steps['class']], [number, 1, number])
        return count
