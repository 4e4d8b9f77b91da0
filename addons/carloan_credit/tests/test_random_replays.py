import logging
import os
import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from ..const import DEBT_COMPONENTS
from ..entries import RepayItem
from .history_common import HistoryCommon

_logger = logging.getLogger(__name__)
START, DAYS = date(2026, 1, 15), 80
NOTHING_TO_WAIVE = "Nothing to waive"
NOTHING_TO_TAKE_BACK = "Nothing to take back"
ENTRIES = ('pay', 'pay', 'pay', 'waive', 'fee', 'lower', 'skip', 'rate', 'extend', 'move',
           'shorten', 'payoff', 'write_off', 'recover', 'chargeback', 'refund')
#: The acts that only some loans see, among payments that they can work on.
ACTS = ('pay', 'chargeback', 'refund', 'pay', 'extend', 'capitalise', 'pay', 'reamortise', 'reage',
        'forgive', 'lower', 'charge_off', 'transfer')
UNDO = 'undo'


class Step(NamedTuple):
    """Something entered `after` days after the step before, with a value date `back` days ago."""
    kind: str
    after: int
    back: int
    size: int                   # thousandths of an instalment, or which fact to undo


class Fact(NamedTuple):
    """What was entered, with the amount that was found to fit then."""
    kind: str
    day: date
    size: int
    amount: Decimal
    target: tuple = ()          # (day, amount) of the payment that the bank takes back


def _make_history(number, entries=ENTRIES):
    """A life of 6 to 14 steps: a third undoes something, most of the others are dated back."""
    rng = random.Random(number)
    return [
        Step(UNDO if rng.random() < 0.33 else rng.choice(entries), rng.randint(0, 12),
             rng.choice((0, 0, 2, 9, 20, 45)), rng.randint(1, 3000))
        for _step in range(rng.randint(6, 14))]


histories = st.integers(0, 2 ** 32).map(_make_history)
#: of loans that live on: nothing ends them, much is rearranged
rearranged = st.integers(0, 2 ** 32).map(partial(_make_history, entries=ACTS))
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
    'advance_way': st.sampled_from(('hold', 'hold', 'lower', 'shorten', 'skip')),
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
    'penalty_capitalisation': st.sampled_from(('payment', 'month_end')),
    'principal_amount': st.integers(1_000_000, 30_000_000).map(lambda cents: cents / 100),
})


@tagged('post_install', '-at_install')
class TestRandomReplays(HistoryCommon):
    """Random lives of a loan: paid, dated back, undone, waived, changed, night after night.

    After every step all identities hold; in the end the ledger is that of a twin in whose life
    what stands was entered on its day, in the order of dates, and what is known of any past day
    is what the twin showed on it. `CARLOAN_SEED` repeats a run, `CARLOAN_REPLAYS` sets how many
    lives there are.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        straight = cls.straight
        cls.others = {
            cls.company: [cls._create_customer(name, number) for name, number in (
                ("Bai", '110101199003071110'), ("Cao", '110101199003071137'))],
            cls.straight_company: [cls._create_customer(
                name, number, user=straight['user'], company_id=cls.straight_company.id,
                carloan_department_id=straight['department'].id) for name, number in (
                    ("Bai", '110101199003071153'), ("Cao", '11010119900307117X'))]}

    def test_a_changed_past_is_the_straight_history(self):
        self._check_lives(histories)

    def test_so_it_is_when_money_goes_back_and_debts_are_rearranged(self):
        self._check_lives(rearranged)

    def _check_lives(self, strategy):
        number = int(os.environ.get('CARLOAN_SEED') or random.randrange(10 ** 9))
        examples = int(os.environ.get('CARLOAN_REPLAYS') or 12)
        _logger.info("Random replays: seed %s, %s lives", number, examples)
        self.counts = Counter()

        @seed(number)
        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(terms, strategy)
        def check(values, history):
            self._check_life(values, history)

        with self.subTest(seed=number):
            check()
        _logger.info("Random replays: %s", dict(sorted(self.counts.items())))
        self.assertGreater(
            self.counts['compared'], self.counts['refused to the twin'],
            "Too few lives had a straight history to be compared with")

    def _check_life(self, values, history):
        savepoint = self.cr.savepoint()
        try:
            loan, twin = self._create_twins(**values)
            facts = self._live_at_random(loan, history)
            last = START + timedelta(days=DAYS + 1)
            self._live(self.company, loan, [], last)
            self._check_books(loan)
            self._check_explanations(loan)
            if self._live_straight(twin, facts, last):
                self._assert_same_history(loan, twin)
                self.assertEqual(loan.charged_off_date, twin.charged_off_date)
                self.assertEqual(loan.partner_id.name == "Bai", twin.partner_id.name == "Bai")
                self._assert_same_past(loan, twin, [
                    START + timedelta(days=number) for number in range(0, DAYS + 1, 3)])
                self.counts['compared'] += 1
        finally:
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.company._set_business_date(START)
            self.straight_company._set_business_date(START)

    def _live_straight(self, twin, facts, last):
        """Whether the facts can be entered on their days: a change that made sense when the past
        was another one may be refused in the straight history."""
        try:
            self._live(self.straight_company, twin, [
                (fact.day, lambda fact=fact: self._enter(twin, fact)) for fact in facts], last)
        except ValidationError as error:
            self.env.invalidate_all()
            self.counts['refused to the twin'] += 1
            _logger.debug("No straight history: %s", error)
            return False
        return True

    def _live_at_random(self, loan, history):
        """Live through the steps.

        :return: the facts that stand in the end, in their order
        """
        day, standing = START, []
        for step in history:
            day = min(day + timedelta(days=step.after), START + timedelta(days=DAYS))
            self._live(self.company, loan, [], day)
            if step.kind == UNDO:
                self._undo(loan, standing, step.size)
            else:
                self._try(loan, standing, step, max(day - timedelta(days=step.back), START))
            self._check_books(loan)
        return sorted((fact for fact, _rows in standing), key=lambda fact: fact.day)

    def _try(self, loan, standing, step, day):
        """Enter a fact, unless the loan refuses it."""
        try:
            with self.cr.savepoint():
                fact = self._choose(loan, standing, step, day)
                rows = self._enter(loan, fact)
        except ValidationError:
            self.env.invalidate_all()
            self.counts['refused'] += 1
            return
        later = any(other.day > day for other, _rows in standing)
        standing.append((fact, rows))
        self.counts[fact.kind] += 1
        self.counts['late payment' if fact.kind == 'pay' else 'late change'] += later

    def _undo(self, loan, standing, size):
        """Take back anything that stands."""
        if not standing:
            return
        fact, rows = chosen = standing[size % len(standing)]
        try:
            with self.cr.savepoint():
                self._get_current(rows)._reverse("Random")
        except UserError:
            self.env.invalidate_all()
            self.counts['undo refused'] += 1
            return
        standing.remove(chosen)
        self.counts['undo of ' + fact.kind] += 1
        self.counts[UNDO] += 1

    def _get_current(self, rows):
        """The transactions that stand where these stood."""
        later = self.env['carloan.transaction'].search([('replaces_id', 'in', rows.ids)])
        replaced = later.replaces_id
        return self._get_current(later) | (rows - replaced) if later else rows

    # === FACTS === #

    def _choose(self, loan, standing, step, day):
        """The `Fact` of a step, with what fits the loan now."""
        fact = Fact(step.kind, day, step.size, Decimal(0))
        if step.kind != 'chargeback':
            return fact._replace(amount=self._get_amount(loan, step, day))
        payments = [other for other, _rows in standing if other.kind == 'pay' and other.day <= day]
        if not payments:
            raise ValidationError(NOTHING_TO_TAKE_BACK)
        paid = payments[step.size % len(payments)]
        share = Decimal(step.size) / 2000
        return fact._replace(
            target=(paid.day, paid.amount),
            amount=min(to_decimal(paid.amount * share), paid.amount) or paid.amount)

    def _get_payment(self, loan, target):
        """The payment of a day and amount as it stands."""
        return loan.transaction_ids.filtered(
            lambda row: row.kind == 'repayment' and not row.reversal_of_id
            and not row.reversal_ids and row.value_date == target[0]
            and -to_decimal(row.amount) == target[1])[-1:]


    def _get_amount(self, loan, step, day):
        if step.kind == 'payoff':
            return max(loan._get_payoff(day)['total'], Decimal('0.01'))
        if step.kind == 'waive':
            total = loan._get_history(day).get_dues(day).get_total('interest')
            if not total:
                raise ValidationError(NOTHING_TO_WAIVE)
            return to_decimal(total / 2) or total
        if step.kind == 'fee':
            return Decimal(step.size) / 100
        share = Decimal(step.size) / 1000
        if step.kind == 'refund':
            return to_decimal(loan._get_history(day).get_held() * share / 3)
        if step.kind == 'recover':
            return to_decimal(sum(loan._get_claim_left().values()) * share / 3)
        return to_decimal(
            to_decimal(loan.principal_amount) / loan.periods * share) or Decimal('0.01')

    def _enter(self, loan, fact):
        """Let a fact happen to a loan; raises ValidationError when it makes no sense."""
        kind, day, size, amount, target = fact
        fund_account = self.fund_account
        if loan.company_id == self.straight_company:
            fund_account = self.straight['fund_account']
        acts = {
            'pay': lambda: loan._repay([RepayItem(loan, amount, day, fund_account)]),
            'waive': lambda: loan._waive({'interest': amount}, day, "Random"),
            'fee': lambda: loan._charge_fee(amount, day, "Random"),
            'lower': lambda: loan._prepay(amount, day, 'lower', fund_account),
            'shorten': lambda: loan._prepay(amount, day, 'shorten', fund_account),
            'skip': lambda: loan._prepay(amount, day, 'skip', fund_account),
            'rate': lambda: loan._change_terms('rate', day, "Random", rate=size / 150),
            'extend': lambda: loan._change_terms(
                'extend', day, "Random", periods=1 + size % 5),
            'move': lambda: loan._change_terms(
                'due_date', day, "Random", due_date=day + timedelta(days=5 + size % 40)),
            'payoff': lambda: loan._pay_off(amount, day, fund_account),
            'write_off': lambda: loan._write_off(day, "Random"),
            'recover': lambda: loan._recover(amount, day, fund_account),
            'chargeback': lambda: loan._charge_back(
                self._get_payment(loan, target), day, "Random", amount),
            'refund': lambda: loan._refund(amount, day, "Random", fund_account),
            'capitalise': lambda: loan._capitalise(
                day, "Random", ('interest', 'penalty', 'fee')[:1 + size % 3]),
            'reamortise': lambda: loan._reamortise(day, "Random", ('end', 'instalment')[size % 2]),
            'reage': lambda: loan._reage(
                day, day + timedelta(days=3 + size % 40), 1 + size % 6, "Random",
                ('normal', 'equal', 'equal_full', 'waive')[size % 4]),
            'charge_off': lambda: loan._charge_off(
                day, "Random", ('untouched', 'zero_interest', 'accelerate')[size % 3]),
            'transfer': lambda: loan._transfer_debt(
                self.others[loan.company_id][size % 2], day, "Random", "Agreement"),
            'forgive': lambda: loan._waive_future_principal(amount, day, "Random"),
        }
        return acts[kind]()

    # === IDENTITIES === #

    def _check_explanations(self, loan):
        """The interest of every instalment that any version has is explained to the cent."""
        every = self.env['carloan.instalment'].search([('loan_id', '=', loan.id)])
        for instalment in every:
            why = loan.explain('instalment_interest', instalment.id)
            self.assertEqual(
                to_decimal(why['rows'][-1]['result'].replace(',', '')),
                to_decimal(instalment.interest_amount))
            self.counts['explained'] += 1
            self.counts['explained as agreed'] += why['rows'][-1]['text'].startswith("As ")

    def _get_agreed_principal(self, loan):
        """What the instalments share out: what no line of the ledger puts on one of them."""
        return self.env['carloan.transaction.line']._read_group(
            [('loan_id', '=', loan.id), ('component', '=', 'principal'),
             ('instalment_id', '=', False)], [], ['amount:sum'])[0][0]

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
            sum(instalments.mapped('principal_amount')), self._get_agreed_principal(loan), 2)
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
