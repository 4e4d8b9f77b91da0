import logging
import os
import random
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from ..const import POSITION_AMOUNTS, POSITION_DATES
from .common import CreditCommon

_logger = logging.getLogger(__name__)
_UNDONE = ('repayment', 'waiver', 'write_off')
_METHODS = ('equal_instalment', 'equal_principal', 'interest_only')
_SHOWN = (*POSITION_AMOUNTS, *POSITION_DATES, 'overdue_principal', 'days_overdue', 'bucket',
          'class_tier_id', 'user_id', 'department_id')
_SUMS = (*POSITION_AMOUNTS, 'overdue_principal')


class AsOfCommon(CreditCommon):

    def _read_shown(self, loans, day):
        """What the screen shows of these loans while `day` is the business date."""
        today = self.company._get_business_date()
        self.company._set_business_date(day)
        shown = {}
        for loan in loans.filtered('disbursement_date'):
            values = {name: loan[name] for name in _SHOWN}
            shown[loan.id] = {
                name: value.id if hasattr(value, 'ids') else value
                for name, value in values.items()}
            shown[loan.id]['state'] = loan.state
        self.company._set_business_date(today)
        return shown

    def _normalize(self, row):
        """Amounts as Decimal, nothing as None, for rows of queries and of records alike."""
        return {
            name: to_decimal(row[name] or 0)
            if name in POSITION_AMOUNTS or name == 'overdue_principal' else row[name] or None
            for name in (*_SHOWN, 'state')}

    def _sum_up(self, loans, rows):
        """{cell: (loans, sums)} of the running loans of a day."""
        cells = {}
        for loan in loans:
            row = rows.get(loan.id)
            if not row or row['state'] != 'active':
                continue
            cell = (row['department_id'], loan.product_id.id, row['bucket'],
                    row['class_tier_id'])
            count, *sums = cells.get(cell, [0] * (len(_SUMS) + 1))
            cells[cell] = [count + 1] + [
                total + row[name] for total, name in zip(sums, _SUMS, strict=True)]
        return cells

    def _fetch_cube(self, day):
        return {
            (row.department_id.id, row.product_id.id, row.bucket, row.class_tier_id.id):
            [row.loan_count] + [to_decimal(row[name]) for name in _SUMS]
            for row in self.env['carloan.day.cube'].search([
                ('company_id', '=', self.company.id), ('date', '=', day)])}

    def _fetch_book(self, day, basis='booked'):
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            self.env['carloan.loan']._get_book_query(day, basis, self.company))
        return {row['loan_id']: self._normalize(row) for row in rows}


@tagged('post_install', '-at_install')
class TestAsOfHistories(AsOfCommon):
    """What a past day is said to have been is what the screen showed at its close.

    `CARLOAN_SEED` repeats a history, `CARLOAN_HISTORIES` sets how many loans there are.
    """

    def test_past_days_are_what_the_loans_showed(self):
        seed = int(os.environ.get('CARLOAN_SEED') or random.randrange(10 ** 9))
        number = int(os.environ.get('CARLOAN_HISTORIES') or 12)
        rng = random.Random(seed)
        _logger.info("As of: seed %s, %s loans", seed, number)
        self.changes = 0
        loans, shown, day = self.env['carloan.loan'], {}, self.today
        last_acts = {}
        with self.subTest(seed=seed):
            for _number in range(number):
                loans |= self._create_loan(
                    principal_amount=rng.randint(100_000, 30_000_000) / 100,
                    periods=rng.randint(1, 6), annual_rate=rng.choice([0, 12, 24]),
                    method=rng.choice(_METHODS), grace_days=rng.choice([0, 3]))
            while day < date(2026, 9, 1):
                for loan in loans:
                    if day <= last_acts.setdefault(loan, self._get_last_act(rng)):
                        self._act(rng, loan)
                self._run_day_end(day)
                shown[day] = self._read_shown(loans, day)
                if rng.random() < 0.05:
                    self._compare(loans, shown)
                day += timedelta(days=rng.randint(1, 9))
                self.company._set_business_date(day)
            self._compare(loans, shown)
        _logger.info("As of: %s loans on %s days agree, %s changes", number, len(shown),
                     self.changes)

    def _get_last_act(self, rng):
        """Some borrowers pay to the end, some are not heard of any more."""
        return self.today + timedelta(days=rng.choice([400, 400, 60, 120, 180]))

    def _act(self, rng, loan):
        if loan.state == 'draft':
            if rng.random() < 0.5:
                today = self.company._get_business_date()
                self._disburse(loan, max(
                    loan.contract_date, today - timedelta(days=rng.choice([0, 0, 5]))))
        elif loan.state == 'active':
            rng.choice([
                self._pay, self._pay, self._pay, self._skip, self._skip, self._review,
                self._hand_over, self._change, self._change])(rng, loan)
        if loan.state in ('active', 'settled', 'written_off') and rng.random() < 0.15:
            self._undo(rng, loan)

    def _skip(self, rng, loan):
        pass

    def _pay(self, rng, loan):
        first, last = loan._get_value_date_range()
        due = to_decimal(loan.amount_due_today)
        amount = rng.choice([
            due, due / 2, due + 100, Decimal(rng.randint(1, 900000)) / 100,
            to_decimal(loan.principal_outstanding)])
        self._repay(
            loan, to_decimal(amount) or Decimal('0.01'),
            min(max(first, last - timedelta(days=rng.choice([0, 0, 1, 4, 30, 70]))), last))

    def _undo(self, rng, loan):
        """Any payment, waiver or write-off, also one that others followed: they are posted anew."""
        standing = loan.transaction_ids.filtered(
            lambda t: t == t.event_id and t.kind in _UNDONE and not t.reversal_of_id
            and not t.reversal_ids).sorted('id')
        if standing:
            with suppress(UserError), self.env.cr.savepoint():
                standing[rng.randrange(len(standing))]._reverse("Random")

    def _review(self, rng, loan):
        tiers = self.env['carloan.class.tier']._get_valid(self.today)
        loan._set_reviewed_class(
            tiers[rng.randrange(len(tiers))], self.company._get_business_date(), "Random")

    def _hand_over(self, rng, loan):
        loan.user_id = rng.choice([self.officer, self.branch_manager])

    def _change(self, rng, loan):
