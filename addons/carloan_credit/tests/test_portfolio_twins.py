import logging
import os
import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.money import to_decimal

from ..entries import Entry
from .common import CreditCommon

_logger = logging.getLogger(__name__)


@tagged('post_install', '-at_install')
class TestPortfolioTwins(CreditCommon):
    """SQL over a portfolio gives the cents that loanmath gives loan by loan.

    `CARLOAN_SEED` repeats a portfolio, `CARLOAN_LOANS` sets its size.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(type(cls.company), '_get_clock_date', lambda company: date(2030, 1, 1))
        cls.seed = int(os.environ.get('CARLOAN_SEED') or random.randrange(10 ** 9))
        cls.rng = random.Random(cls.seed)
        number = int(os.environ.get('CARLOAN_LOANS') or 16)
        _logger.info("Portfolio twins: seed %s, %s loans", cls.seed, number)
        cls.loans = cls.env['carloan.loan']
        for _number in range(number):
            cls.loans |= cls._create_random_loan()

    @classmethod
    def _create_random_loan(cls):
        rng = cls.rng
        return cls._create_active_loan(
            principal_amount=rng.randint(100_000, 90_000_000) / 100, periods=rng.randint(1, 14),
            annual_rate=rng.choice([0, 4.35, 6, 12, 17.777777, 24]),
            method=rng.choice(['equal_instalment', 'equal_principal', 'interest_only']),
            day_count=rng.choice(['year_12', 'act_360', 'act_365']),
            penalty_ratio=rng.choice([1, 1.3, 1.4567, 1.5]),
            penalty_capitalisation=rng.choice(['payment', 'month_end']),
            compound_interest=rng.random() < 0.7, grace_days=rng.choice([0, 0, 3, 10]),
            late_base=rng.choice(['principal', 'instalment']),
            late_fixed_fee=rng.choice([0, 0, 30, 88.88]),
            late_ceiling_rate=rng.choice([0, 0, 15.4, 24]),
            late_cap_percent=rng.choice([0, 0, 1.5, 10]),
            late_cap_amount=rng.choice([0, 0, 50, 333.33]))

    def _live(self, until):
        """Pay parts of what is due now and then, close some days."""
        while self.company._get_business_date() < until:
            day = min(
                self.company._get_business_date() + timedelta(days=self.rng.randint(9, 40)), until)
            self.company._set_business_date(day - timedelta(days=1))
            self._move_to(day)
            for loan in self.loans.filtered(lambda loan: loan.state == 'active'):
                due = to_decimal(loan.amount_due_today)
                if due and self.rng.random() < 0.4:
                    part = Decimal(self.rng.randint(1, 100)) / 100
                    self._repay(loan, max(to_decimal(due * part), Decimal('0.01')))

    def _sum_up(self, as_of):
        loans = self.loans
        rows = self.env.execute_query(loans._get_accruals_query(
            as_of, loans._get_portfolio_where(self.company)))
        rows += [
            (loan_id, 'fee', fee) for loan_id, _id, _penalty, _compound, fee
            in self.env.execute_query(loans._get_late_charge_query(
                as_of, loans._get_portfolio_where(self.company)))]
        sums = Counter()
        for loan_id, component, amount in rows:
            sums[loan_id, component] += to_decimal(amount)
        return {key: amount for key, amount in sums.items() if amount}

    def _get_from_loanmath(self, as_of):
        sums = Counter()
        active = self.loans.filtered(lambda loan: loan.state == 'active').sudo()
        for loan, dues in active._collect_dues(dict.fromkeys(active, as_of)).items():
            for line in dues.late_charges:
                sums[loan.id, line.component] += line.amount
        for item in active.instalment_ids.filtered(
                lambda item: not item.paid_date and item.due_date >= as_of):
            sums[item.loan_id.id, 'interest'] += loanmath.accrued_interest(
                to_decimal(item.interest_amount), item.start_date, item.due_date, as_of)
        return {key: amount for key, amount in sums.items() if amount}

    def test_portfolio_sums_are_those_of_loanmath(self):
        compared = 0
        for until in (date(2026, 4, 1), date(2026, 8, 14), date(2027, 1, 3)):
            self._live(until)
            for as_of in (until, until + timedelta(days=1), until + timedelta(days=17)):
                expected = self._get_from_loanmath(as_of)
                compared += len(expected)
                with self.subTest(seed=self.seed, as_of=as_of):
                    self.assertEqual(self._sum_up(as_of), expected)
        _logger.info("Portfolio twins: %s sums agree to the cent", compared)
        self.assertGreater(compared, len(self.loans))

    def test_charges_of_a_closing_day_are_the_rows_of_a_payment(self):
        """What the day end posts by SQL is what `_post` writes for the same loans."""
        self._live(date(2026, 6, 27))
        rows = []
        for by_sql in (True, False):
            with self.env.cr.savepoint() as savepoint:
                rows.append(self._charge(by_sql))
                savepoint.close(rollback=True)
            self.env.invalidate_all()
        with self.subTest(seed=self.seed):
            self.assertTrue(rows[0][0])
            self.assertEqual(rows[0], rows[1])

    def _charge(self, by_sql):
        """Dues of July 27 and late charges of that day, in either way; (rows, positions)."""
        day = date(2026, 7, 27)
        self.company._set_business_date(day)
        active = self.loans.filtered(lambda loan: loan.state == 'active').sudo()
        last = max(self.env['carloan.transaction'].search([]).ids)
        if by_sql:
            day_end = self.env['carloan.day.end']._get_or_create(self.company, day)
            active._post_dues_at_close(day_end)
            active._post_late_charges_at_close(day_end)
        else:
            active._post_dues(dict.fromkeys(active, day))
            self._post_late_charges(active, day)
        active._refresh_position(day)
        posted = self.env['carloan.transaction'].search([('id', '>', last)])
        lines = [
            (t.loan_id.id, t.kind, t.value_date, t.booking_date, t.user_id.id, bool(t.event_id),
             line.component, line.instalment_id.id, line.amount)
            for t in posted for line in t.line_ids]
        return sorted(lines), active.read(
            ['interest_outstanding', 'penalty_outstanding', 'compound_outstanding',
             'first_unpaid_due_date', 'next_due_date', 'principal_outstanding'])

    def _post_late_charges(self, loans, day):
        self.env['carloan.transaction']._post([
            Entry(loan, 'late_charge', day, tuple(dues.late_charges))
            for loan, dues in loans._collect_dues(dict.fromkeys(loans, day)).items()])
