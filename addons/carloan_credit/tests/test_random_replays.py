import logging
import os
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from ..const import DEBT_COMPONENTS
from ..history import FOLLOWING_KINDS, LoanHistory
from .history_common import HistoryCommon

_logger = logging.getLogger(__name__)
START, DAYS = date(2026, 1, 15), 80
NO_STRAIGHT_TWIN = "The loan closed before"
NOTHING_TO_WAIVE = "Nothing to waive"
KINDS = (
    'pay', 'pay', 'pay', 'undo', 'pay', 'undo', 'waive', 'fee', 'lower', 'skip', 'rate', 'extend',
    'move', 'shorten', 'pay', 'undo', 'payoff', 'write_off')


class Step(NamedTuple):
    """Something entered `after` days after the step before, with a value date `back` days ago."""
    kind: str
    after: int
    back: int
    size: int                   # thousandths of an instalment, or which payment to undo


steps = st.builds(
    Step, st.sampled_from(KINDS), st.integers(0, 25), st.sampled_from((0, 0, 0, 1, 5, 20, 45)),
    st.integers(1, 3000))
histories = st.lists(steps, min_size=2, max_size=8)
terms = st.fixed_dictionaries({
    'method': st.sampled_from(('equal_instalment', 'equal_principal', 'interest_only')),
    'annual_rate': st.sampled_from((0.0, 8.88, 12.0, 24.0)),
    'periods': st.integers(1, 6),
    'grace_days': st.sampled_from((0, 0, 3)),
    'allocation_by': st.sampled_from(('instalment', 'component')),
    'allocation_order': st.sampled_from((
        'fee,penalty,compound,interest,principal', 'principal,interest,fee,penalty,compound',
        'past_due.interest,past_due.principal,due.interest,due.principal,fee,penalty,compound')),
    'long_overdue_days': st.sampled_from((10, 40)),
    'long_overdue_order': st.sampled_from((False, 'fee,principal,interest,compound,penalty')),
    'long_overdue_by': st.sampled_from(('instalment', 'component')),
    'late_base': st.sampled_from(('principal', 'instalment')),
    'late_fixed_fee': st.sampled_from((0, 0, 30)),
    'late_ceiling_rate': st.sampled_from((0, 15.4)),
    'late_cap_percent': st.sampled_from((0, 0.5)),
    'late_cap_amount': st.sampled_from((0, 0, 15)),
    'early_fee_bands': st.sampled_from((False, '0:3, 2:1.5')),
    'early_min_fee': st.sampled_from((0, 100)),
    'early_min_instalments': st.sampled_from((0, 0, 1)),
    'early_interest': st.sampled_from(('day', 'share', 'period')),
    'early_band_unit': st.sampled_from(('instalment', 'month')),
    'advance_way': st.sampled_from(('hold', 'hold', 'lower', 'shorten', 'skip')),
    'principal_amount': st.integers(1_000_000, 30_000_000).map(lambda cents: cents / 100),
})


@tagged('post_install', '-at_install')
class TestRandomReplays(HistoryCommon):
    """Random lives of a loan: paid, dated back, undone, waived, changed, night after night.

    After every step all identities hold; in the end the ledger is that of a twin in whose life
    what stands was entered on its day, in the order of dates. `CARLOAN_SEED` repeats a run,
    `CARLOAN_REPLAYS` sets how many lives there are.
    """

    def test_a_changed_past_is_the_straight_history(self):
        number = int(os.environ.get('CARLOAN_SEED') or random.randrange(10 ** 9))
        examples = int(os.environ.get('CARLOAN_REPLAYS') or 4)
        _logger.info("Random replays: seed %s, %s lives", number, examples)
        self.counts = {}

        @seed(number)
        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(terms, histories)
        def check(values, history):
            self._check_life(values, history)

        with self.subTest(seed=number):
            check()
        _logger.info("Random replays: %s", dict(sorted(self.counts.items())))

    def _check_life(self, values, history):
        savepoint = self.cr.savepoint()
        try:
            loan, twin = self._create_twins(**values)
            facts = self._live_at_random(loan, history)
            last = START + timedelta(days=DAYS + 1)
            self._live(self.straight_company, twin, [
                (fact[1], lambda fact=fact: self._enter(twin, fact)) for fact in facts], last)
            self._live(self.company, loan, [], last)
            self._assert_same_history(loan, twin)
        finally:
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.company._set_business_date(START)
            self.straight_company._set_business_date(START)

    def _live_at_random(self, loan, history):
        """Live through the steps.

        :return: the facts that stand in the end as (kind, value date, size), in their order
        """
        day, standing = START, []
        for step in history:
            day = min(day + timedelta(days=step.after), START + timedelta(days=DAYS))
            self._live(self.company, loan, [], day)
            if step.kind == 'undo':
                self._undo(loan, standing, step.size)
            else:
                value_date = max(day - timedelta(days=step.back), START)
                self._try(loan, standing, (step.kind, value_date, step.size))
            self._check_books(loan)
        return sorted((fact for fact, _rows in standing), key=lambda fact: fact[1])

    def _try(self, loan, standing, fact):
        """Enter a fact, unless the loan refuses it or it closes a past that went on."""
        closing = fact[0] in ('payoff', 'write_off', 'lower', 'shorten', 'skip')
        if loan.state != 'active' or (
                closing and any(other[1] >= fact[1] for other, _rows in standing)):
            return
        try:
            with self.cr.savepoint():
                rows = self._enter(loan, fact)
                self._check_order(loan, standing, fact)
        except ValidationError:
            self.env.invalidate_all()
            return
        standing.append((fact, rows))
        self.counts[fact[0]] = self.counts.get(fact[0], 0) + 1

    def _check_order(self, loan, standing, fact):
        """A past in which the loan closed before its later facts has no straight twin: there they
        would be refused."""
        closed = loan.settled_date or loan.written_off_date
        if (closed and any(other[1] >= closed for other, _rows in standing)
                or self._closes_in_between(loan)):
            raise ValidationError(NO_STRAIGHT_TWIN)
        if fact[0] != 'pay' and any(other[1] > fact[1] for other, _rows in standing):
            self.counts['late change'] = self.counts.get('late change', 0) + 1

    def _closes_in_between(self, loan):
        """Whether nothing was owed any more at some time before the last fact."""
        dues, events = loan._fetch_standing_ledger()[loan.id]
        history = LoanHistory(
            loan._get_history_terms(), loan._fetch_schedule_versions()[loan.id], dues)
        for event in events:
            if history.closed_date and event.kind not in FOLLOWING_KINDS:
                return True
            history.apply(event)
        return False

    def _undo(self, loan, standing, size):
        payments = [row for row in standing if row[0][0] == 'pay']
        if not payments or loan.state == 'written_off':
            return
        chosen = payments[size % len(payments)]
        if any(other[0][0] in ('lower', 'shorten', 'skip', 'payoff') and other[0][1] >= chosen[0][1]
               for other in standing):
            return
        try:
            with self.cr.savepoint():
                self._get_current(chosen[1])._reverse("Random")
        except ValidationError:
            self.env.invalidate_all()
            return
        standing.remove(chosen)
        self.counts['undo'] = self.counts.get('undo', 0) + 1

    def _get_current(self, rows):
        """The transactions that stand where these stood."""
        later = self.env['carloan.transaction'].search([('replaces_id', 'in', rows.ids)])
        return self._get_current(later) if later else rows

    # === FACTS === #

    def _enter(self, loan, fact):
        """Let a fact happen to a loan; raises ValidationError when it makes no sense."""
        kind, day, size = fact
        fund_account = self.fund_account
        if loan.company_id == self.straight_company:
            fund_account = self.straight['fund_account']
        amount = to_decimal(loan.principal_amount / loan.periods * size / 1000) or Decimal('0.01')
        acts = {
            'pay': lambda: self._pay(loan, amount, day, fund_account),
            'waive': lambda: loan._waive(self._get_waiver(loan, day), day, "Random"),
            'fee': lambda: loan._charge_fee(Decimal(size) / 100, day, "Random"),
            'lower': lambda: loan._prepay(amount, day, 'lower', fund_account),
            'shorten': lambda: loan._prepay(amount, day, 'shorten', fund_account),
            'skip': lambda: loan._prepay(amount, day, 'skip', fund_account),
            'rate': lambda: loan._change_terms('rate', day, "Random", rate=size / 150),
            'extend': lambda: loan._change_terms(
                'extend', day, "Random", periods=1 + size % 5),
            'move': lambda: loan._change_terms(
                'due_date', day, "Random", due_date=day + timedelta(days=5 + size % 40)),
            'payoff': lambda: loan._pay_off(
                max(loan._get_payoff(day)['total'], Decimal('0.01')), day, fund_account),
            'write_off': lambda: loan._write_off(day, "Random"),
        }
        return acts[kind]()

    def _pay(self, loan, amount, day, fund_account):
        if loan.company_id == self.straight_company:
            return self._pay_straight(loan, amount, day)
        del fund_account
        return self._repay(loan, amount, day)

    def _get_waiver(self, loan, day):
        dues = loan._get_history(day).get_dues(day)
        total = dues.get_total('interest')
        if not total:
            raise ValidationError(NOTHING_TO_WAIVE)
        return {'interest': to_decimal(total / 2) or total}

    # === IDENTITIES === #

    def _check_books(self, loan):
        self.assertFalse(loan._check_integrity())
        sums = dict(self.env['carloan.transaction.line']._read_group(
            [('loan_id', '=', loan.id)], ['component'], ['amount:sum']))
        for component in DEBT_COMPONENTS:
            balance = loan[f'{component}_outstanding']
            self.assertAlmostEqual(balance, sums.get(component, 0), 2)
            self.assertGreaterEqual(balance, 0)
        self.assertGreaterEqual(loan.overpayment_amount, 0)
        instalments = loan.instalment_ids
        self.assertAlmostEqual(
            sum(instalments.mapped('principal_amount')), loan.principal_amount, 2)
        for row in instalments:
            self.assertGreaterEqual(row.unpaid_amount, 0)
            self.assertEqual(bool(row.paid_date), not row.unpaid_amount)
        replaced = self.env['carloan.instalment'].search([
            ('loan_id', '=', loan.id), ('superseded_id', '!=', False)])
        left = self.env['carloan.transaction.line']._read_group(
            [('instalment_id', 'in', replaced.ids)], ['instalment_id', 'component'],
            ['amount:sum'])
        self.assertFalse([row for row in left if to_decimal(row[2])])
        open_dates = instalments.filtered(lambda row: not row.paid_date).mapped('due_date')
        self.assertEqual(loan.first_unpaid_due_date, min(open_dates, default=False))
