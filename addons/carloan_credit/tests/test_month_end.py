from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestMonthEnd(CreditCommon):
    """What a month end records for the books, and what it posts where the terms say so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()
        cls.classPatch(type(cls.company), '_get_clock_date', lambda company: date(2030, 1, 1))

    def _close(self, day):
        self.company._set_business_date(day)
        return self._run_day_end(day)

    def _get_rows(self, day=None, **values):
        return self.env['carloan.accrual.snapshot'].search([
            ('company_id', '=', self.company.id), *([('date', '=', day)] if day else []),
            *((name, '=', value) for name, value in values.items())])

    def test_a_month_end_records_what_was_earned(self):
        day_end = self._close(date(2026, 1, 31))
        # 17 of 31 nights (15 January to 31 January included) of 1000.00
        self.assertRecordValues(self._get_rows(), [{
            'date': date(2026, 1, 31), 'product_id': self.product.id,
            'department_id': self.department.id, 'non_accrual': False, 'component': 'interest',
            'loan_count': 1, 'amount': 548.39, 'change_amount': 548.39}])
        step = day_end.step_ids.filtered(lambda step: step.name == 'snapshot')
        self.assertRecordValues(step, [{'touched_count': 1, 'amount': 548.39}])

    def test_other_days_record_nothing(self):
        self._run_day_end(date(2026, 1, 30))
        self.assertFalse(self._get_rows())
        self._run_day_end(date(2026, 2, 3))
        self.assertEqual(set(self._get_rows().mapped('date')), {date(2026, 1, 31)})

    def test_months_add_up_to_the_interest_of_the_contract(self):
        """Posted interest plus the changes of all month ends is what was earned, to the cent."""
        day = date(2026, 2, 1)
        while self.loan.state == 'active':
            self._close(day - timedelta(days=1))
            if self.loan.amount_due_today:
                self._repay(self.loan, self.loan.amount_due_today)
            posted = sum(self.loan.transaction_ids.line_ids.filtered(
                lambda line: line.kind == 'due').mapped('amount'))
            changes = sum(self._get_rows(component='interest').mapped('change_amount'))
            current = self.loan.instalment_ids.filtered(
                lambda item, day=day: item.start_date < day <= item.due_date)
            earned = posted + (self._get_rows(
                day - timedelta(days=1), component='interest').amount if current else 0.0)
            self.assertAlmostEqual(posted + changes, earned, 2)
            day = (day + timedelta(days=32)).replace(day=1)
        self._close(day - timedelta(days=1))
        changes = sum(self._get_rows(component='interest').mapped('change_amount'))
        total = sum(self.loan.instalment_ids.mapped('interest_amount'))
        self.assertEqual(to_decimal(posted + changes), to_decimal(total))
        self.assertEqual(to_decimal(changes), Decimal('0.00'))

    def test_a_missed_month_end_is_recorded_with_its_own_date(self):
        self._close(date(2026, 1, 20))
        self._close(date(2026, 2, 3))
        self.assertRecordValues(self._get_rows(), [
            {'date': date(2026, 1, 31), 'amount': 548.39}])

    def test_non_accrual_interest_stands_apart(self):
        self._close(date(2026, 4, 30))
        on_books = self._get_rows(date(2026, 4, 30), component='interest')
        self.assertFalse(on_books.non_accrual)
        self._close(date(2026, 5, 31))
        rows = self._get_rows(date(2026, 5, 31), component='interest')
        self.assertRecordValues(rows.sorted('non_accrual'), [
            {'non_accrual': False, 'amount': 0, 'change_amount': -on_books.amount},
            {'non_accrual': True, 'amount': rows.sorted('non_accrual')[1].amount,
             'change_amount': rows.sorted('non_accrual')[1].amount}])

    def test_it_is_recorded_once_and_never_changed(self):
        day_end = self._close(date(2026, 1, 31))
        self.env['carloan.loan']._step_snapshot(day_end)
        self.assertEqual(len(self._get_rows()), 1)
        with self.assertRaises(UserError):
            self._get_rows().write({'amount': 1})

    def test_late_charges_are_posted_where_the_terms_say_so(self):
        posting = self._create_active_loan(penalty_capitalisation='month_end')
        self._close(date(2026, 2, 28))
        self.assertFalse(self.loan.penalty_outstanding)
        # 13 days (15 to 27 February) at 18 % on 7884.88 and on 1000.00
        self.assertRecordValues(posting, [
            {'penalty_outstanding': 51.25, 'compound_outstanding': 6.5}])
        charge = posting.transaction_ids.filtered(lambda t: t.kind == 'late_charge')
        self.assertRecordValues(charge, [{'value_date': date(2026, 2, 28), 'amount': 57.75}])
        self.assertEqual(
            to_decimal(posting.amount_due_today), to_decimal(self.loan.amount_due_today))
        self._close(date(2026, 3, 5))
        self.assertEqual(posting.penalty_outstanding, 51.25)
        for loan in (posting, self.loan):
            self._repay(loan, loan.amount_due_today)
        self.assertEqual(
            sum(line.amount for line in posting.transaction_ids.line_ids
                if line.kind == 'late_charge'),
            sum(line.amount for line in self.loan.transaction_ids.line_ids
                if line.kind == 'late_charge'))
        self.assertFalse((posting | self.loan)._check_integrity())

    def test_bands_tell_who_listens(self):
        calls = []

        def listen(loans, code, day):
            calls.append((loans.ids, code, day))

        with patch.object(type(self.loan), '_on_bucket_reached', listen):
            self._close(date(2026, 2, 15))
            self._close(date(2026, 2, 16))
            self._close(date(2026, 2, 17))
            self._close(date(2026, 4, 20))
            self._close(date(2026, 4, 21))
        self.assertEqual(calls, [
            (self.loan.ids, 'M1', date(2026, 2, 16)), (self.loan.ids, 'M3', date(2026, 4, 20))])
