import logging
import os
import random
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from ..const import DEBT_COMPONENTS
from .common import CreditCommon

_logger = logging.getLogger(__name__)
_METHODS = ('equal_instalment', 'equal_principal', 'interest_only')
_ORDERS = (
    'fee,penalty,compound,interest,principal', 'principal,interest,fee,penalty,compound',
    'past_due.interest,past_due.principal,due.interest,due.principal,fee,penalty,compound')


@tagged('post_install', '-at_install')
class TestRandomHistories(CreditCommon):
    """Loans that pay as it pleases them; after every event the books agree with themselves.

    `CARLOAN_SEED` repeats a history, `CARLOAN_HISTORIES` sets how many loans there are.
    """

    def test_books_agree_after_every_event(self):
        seed = int(os.environ.get('CARLOAN_SEED') or random.randrange(10 ** 9))
        number = int(os.environ.get('CARLOAN_HISTORIES') or 12)
        _logger.info("Random histories: seed %s, %s loans", seed, number)
        rng = random.Random(seed)
        loans = self.env['carloan.loan']
        for _number in range(number):
            loans |= self._create_random_loan(rng)
        day, events = self.today, 0
        with self.subTest(seed=seed):
            while day < date(2026, 10, 1):
                day += timedelta(days=rng.randint(2, 12))
                self._move_on(rng, day)
                for loan in loans.filtered(lambda loan: loan.state == 'active'):
                    events += self._act(rng, loan)
                self._check_books(loans)
            self._pay_everything(loans)
        _logger.info("Random histories: %s events on %s loans agree", events, number)

    def _create_random_loan(self, rng):
        return self._create_active_loan(
            principal_amount=rng.randint(100_000, 30_000_000) / 100, periods=rng.randint(1, 7),
            annual_rate=rng.choice([0, 6, 12, 17.5, 24]), method=rng.choice(_METHODS),
            grace_days=rng.choice([0, 0, 3]), allocation_order=rng.choice(_ORDERS),
            allocation_by=rng.choice(['instalment', 'component']),
            long_overdue_days=rng.choice([10, 60]),
            long_overdue_order=rng.choice([False, 'fee,principal,interest,compound,penalty']),
            long_overdue_by=rng.choice(['instalment', 'component']),
            advance_way=rng.choice(['hold', 'hold', 'lower', 'shorten', 'skip']),
            late_base=rng.choice(['principal', 'instalment']),
            late_fixed_fee=rng.choice([0, 0, 30]), late_ceiling_rate=rng.choice([0, 15.4]),
            late_cap_percent=rng.choice([0, 0.5]), late_cap_amount=rng.choice([0, 0, 15]),
            early_fee_bands=rng.choice([False, '0:3, 2:1.5']),
            early_min_fee=rng.choice([0, 100]), early_min_instalments=rng.choice([0, 0, 2]),
            early_interest=rng.choice(['day', 'share', 'period']),
            early_band_unit=rng.choice(['instalment', 'month']))

    def _move_on(self, rng, day):
        """Close every day, or miss some and close the last one only."""
        if rng.random() < 0.8:
            self.company._set_business_date(day - timedelta(days=1))
        self._move_to(day)

    def _act(self, rng, loan):
        chance = rng.random()
        today = self.company._get_business_date()
        first, last = loan._get_value_date_range()
        if chance < 0.45:
            due = to_decimal(loan.amount_due_today)
            amount = rng.choice([
                due, due / 2, due + 100, Decimal(rng.randint(1, 900000)) / 100])
            amount = to_decimal(amount) or Decimal('0.01')
            value_date = min(max(first, today - timedelta(days=rng.choice([0, 0, 1, 3]))), last)
            preview = loan._preview_repayment(amount, value_date)
            payment = self._repay(loan, amount, value_date)
            self.assertEqual(
                [row['amount'] for row in preview],
                [-line.amount for line in payment.line_ids.sorted('id')])
            self.assertEqual(-to_decimal(payment.amount), amount)
            if rng.random() < 0.2 and loan.transaction_ids.sorted('id')[-1] == payment:
                payment._reverse("Random")
            return 1
        return 0

    def _check_books(self, loans):
        self.assertFalse(loans._check_integrity())
        sums = self.env['carloan.transaction.line']._read_group(
            [('loan_id', 'in', loans.ids)], ['loan_id', 'component'], ['amount:sum'])
        balances = {(loan, component): amount for loan, component, amount in sums}
        for loan in loans:
            for component in DEBT_COMPONENTS:
                self.assertAlmostEqual(
                    loan[f'{component}_outstanding'], balances.get((loan, component), 0), 2)
                self.assertGreaterEqual(loan[f'{component}_outstanding'], 0)
            self.assertGreaterEqual(loan.overpayment_amount, 0)
            instalments = loan.instalment_ids
            self.assertAlmostEqual(
                sum(instalments.mapped('principal_amount')), loan.principal_amount, 2)
            paid = sum(
                -line.amount for line in loan.transaction_ids.line_ids
                if line.component == 'principal' and line.kind != 'disbursement')
            self.assertAlmostEqual(loan.principal_amount - paid, loan.principal_outstanding, 2)
            open_dates = instalments.filtered(lambda i: not i.paid_date).mapped('due_date')
            self.assertEqual(loan.first_unpaid_due_date, min(open_dates, default=False))

    def _pay_everything(self, loans):
        self.company._set_business_date(date(2026, 10, 20))
        for loan in loans.filtered(lambda loan: loan.state == 'active'):
            self._repay(loan, max(to_decimal(loan.amount_due_today), Decimal('0.01')))
        self._check_books(loans)
        for loan in loans:
            self.assertEqual(loan.state, 'settled')
            self.assertFalse(any(loan[f'{name}_outstanding'] for name in DEBT_COMPONENTS))
            self.assertFalse(loan.first_unpaid_due_date or loan.next_due_date)
