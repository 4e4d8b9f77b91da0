import logging
import os
import random
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from ..const import POSITION_AMOUNTS, POSITION_DATES
from ..entries import RepayItem
from ..models import carloan_loan_payment_batch as batch
from .common import CreditCommon

_logger = logging.getLogger(__name__)

_ORDERS = (
    'fee,penalty,compound,interest,principal', 'principal,interest,penalty,compound,fee',
    'interest,principal,fee,compound,penalty', 'compound,principal,penalty,interest,fee')
_SPECIAL = (
    {}, {}, {}, {'advance_way': 'lower', 'method': 'equal_instalment'},
    {'allocation_order':
     'past_due.interest,past_due.principal,due.interest,due.principal,fee,penalty,compound'},
    {'long_overdue_order': 'fee,principal,interest,compound,penalty', 'long_overdue_days': 20},
    {'late_base': 'instalment'}, {'late_fixed_fee': 30}, {'late_ceiling_rate': 15.4},
    {'late_cap_percent': 0.5, 'late_fixed_fee': 20}, {'late_cap_amount': 15})


@tagged('post_install', '-at_install')
class TestRepayBatch(CreditCommon):
    """Many payments posted by SQL leave the rows that posting them one by one leaves.

    `CARLOAN_SEED` repeats a portfolio, `CARLOAN_HISTORIES` sets how many loans there are.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seed = int(os.environ.get('CARLOAN_SEED') or random.randrange(10 ** 9))
        cls.number = int(os.environ.get('CARLOAN_HISTORIES') or 24)
        cls.rng = random.Random(cls.seed)
        _logger.info("Batch of repayments: seed %s, %s loans", cls.seed, cls.number)

    def test_same_rows_as_one_by_one(self):
        loans = self.env['carloan.loan'].union(*(
            self._create_random_loan() for _number in range(self.number)))
        compared = 0
        for _round in range(5):
            self._move_to(self.company._get_business_date() + timedelta(
                days=self.rng.choice([3, 17, 31, 44])))
            items = self._make_items(loans.filtered(lambda loan: loan.state == 'active'))
            compared += self._compare(items, loans)
            self._repay_by(1, items)
        self.assertGreater(compared, self.number)
        self.assertFalse(loans._check_integrity())
        _logger.info("Batch of repayments: %s payments agree, seed %s", compared, self.seed)

    def test_what_sql_does_not_know_goes_one_by_one(self):
        first, second, third = (self._create_active_loan() for _number in range(3))
        self._move_to(self.today + timedelta(days=40))
        today = self.company._get_business_date()
        self._repay(second, 100, today)
        items = [
            RepayItem(first, to_decimal(500), today, self.fund_account),
            RepayItem(first, to_decimal(700), today, self.fund_account),
            RepayItem(third, to_decimal(900), today, self.fund_account)]
        with patch.object(batch, 'BATCH_FROM', 1), patch.object(
                type(first), '_repay_batch', autospec=True,
                side_effect=type(first)._repay_batch) as by_sql:
            posted = self.env['carloan.loan']._repay(items)
        self.assertEqual([row.loan_id for row in posted], [first, first, third])
        self.assertEqual([-row.amount for row in posted], [500, 700, 900])
        self.assertEqual(list(by_sql.call_args.args[1]), [2])

    def test_hook_is_called_once(self):
        loans = self._create_active_loan() + self._create_active_loan()
        self._move_to(self.today + timedelta(days=50))
        transactions = self.env['carloan.transaction']
        with patch.object(type(transactions), '_on_posted', autospec=True) as hook:
            self._repay_by(1, [
                RepayItem(loan, to_decimal(10000), self.company._get_business_date(),
                          self.fund_account) for loan in loans])
        self.assertEqual(hook.call_count, 1)
        posted = hook.call_args.args[0]
        self.assertEqual(posted, transactions.search([
            ('loan_id', 'in', loans.ids), ('kind', 'in', ('late_charge', 'repayment'))],
            order='id'))

    def test_bad_payments_are_refused(self):
        loan = self._create_active_loan()
        for amount, day in ((0, self.today), (-5, self.today), (5, self.today + timedelta(1))):
            with self.assertRaisesRegex(Exception, loan.name):
                self._repay_by(1, [RepayItem(loan, to_decimal(amount), day, self.fund_account)])

    # === HELPERS === #

    def _create_random_loan(self):
        rng = self.rng
        return self._create_active_loan(**{
            'principal_amount': rng.randint(100_000, 30_000_000) / 100,
            'periods': rng.randint(1, 7),
            'annual_rate': rng.choice([0, 6, 7.35, 12, 17.5, 24, 23.999999]),
            'method': rng.choice(
                ['equal_instalment', 'equal_principal', 'interest_only', 'bullet']),
            'grace_days': rng.choice([0, 0, 3, 10]),
            'allocation_order': rng.choice(_ORDERS),
            'allocation_by': rng.choice(['instalment', 'component']),
            'penalty_ratio': rng.choice([1, 1.3, 1.4999, 1.5]),
            'compound_interest': rng.choice([True, False]),
            'day_count': rng.choice(['year_12', 'act_360', 'act_365']),
            **rng.choice(_SPECIAL)})

    def _make_items(self, loans):
        today, rng, items = self.company._get_business_date(), self.rng, []
        for loan in loans.filtered(lambda loan: rng.random() < 0.7):
            due = to_decimal(loan.amount_due_today)
            amount = rng.choice([
                due, due, to_decimal(due / 2), due + 100, to_decimal(due / 7),
                to_decimal(rng.randint(1, 900_000) / 100)])
            day = today - timedelta(days=rng.choice([0, 0, 0, 1, 2]))
            first, _last = loan._get_value_date_range()
            items.append(RepayItem(
                loan, amount or to_decimal('0.01'), max(day, first), self.fund_account,
                origin=loan if rng.random() < 0.5 else None))
        return items

    def _repay_by(self, batch_from, items):
        with patch.object(batch, 'BATCH_FROM', batch_from):
            return self.env['carloan.loan']._repay(items)

    def _compare(self, items, loans):
        """Post the same payments both ways, each undone, and compare all that they left."""
        left = []
        for batch_from in (10 ** 9, 1):
            savepoint = self.env.cr.savepoint()
            last = self.env['carloan.transaction'].search([], order='id desc', limit=1).id
            posted = self._repay_by(batch_from, items)
            left.append(self._read_rows(posted, loans, last))
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
        for one_by_one, by_sql in zip(*left, strict=True):
            self.assertEqual(one_by_one, by_sql, f"seed {self.seed}")
        return len(items)

    def _read_rows(self, posted, loans, last):
        """Rows without their ids: transactions are named by their place in the event, and
        instalments, which a payment may make anew, by their number."""
        def fetch(query, *params):
            self.env.cr.execute(query, params)
            return self.env.cr.fetchall()

        self.env.flush_all()
        headers = fetch(
            """
            SELECT loan_id, kind, value_date, booking_date, user_id, origin_model, origin_id,
                   fund_account_id, reversal_of_id, non_accrual,
                   event_id - MAX(id) OVER (PARTITION BY loan_id),
                   row_number() OVER (PARTITION BY loan_id ORDER BY id)
              FROM carloan_transaction WHERE id > %s ORDER BY loan_id, id""", last)
        lines = fetch(
            """
            SELECT l.loan_id, l.kind, l.value_date, l.booking_date, component, i.number,
                   i.due_date, amount,
                   dense_rank() OVER (PARTITION BY l.loan_id ORDER BY transaction_id),
                   row_number() OVER (PARTITION BY l.loan_id ORDER BY l.id)
              FROM carloan_transaction_line l
              LEFT JOIN carloan_instalment i ON i.id = l.instalment_id
             WHERE transaction_id > %s ORDER BY l.loan_id, l.id""", last)
        names = ', '.join((*POSITION_AMOUNTS, *POSITION_DATES, 'state', 'settled_date'))
        positions = fetch(
            f'SELECT id, {names} FROM carloan_loan WHERE id = ANY(%s) ORDER BY id', loans.ids)
        paid = fetch('SELECT loan_id, number, due_date, superseded_id IS NULL, paid_date '
                     'FROM carloan_instalment WHERE loan_id = ANY(%s) ORDER BY id', loans.ids)
        order = [(row.loan_id.id, row.kind, to_decimal(row.amount)) for row in posted]
        return headers, lines, positions, paid, order
