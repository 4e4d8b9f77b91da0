"""The life of one loan as a fold: what happened to it, in the order of dates, and what follows.

Pure arithmetic. *Facts* come from outside (money received, a fee charged, a late charge posted on
a day); what follows from them (late charges, how money is spread, the use of what we hold, the day
of settlement) is computed again by the code that computed it the first time. A history with a fact
put in or taken out is folded anew from the day of that fact, and compared with what stands.
"""
from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from .const import CHARGE_KINDS, DEBT_COMPONENTS, INSTALMENT_COMPONENTS
from .dues import ZERO, InstalmentBalance, get_loan_dues, spread

#: Kinds whose lines follow from the rest of the history and are computed anew by a replay.
FOLLOWING_KINDS = ('due', 'late_charge', 'overpayment_use')


class Terms(NamedTuple):
    """The rules of a loan that decide where money goes."""
    order: tuple                # of components
    by: str
    late_terms: Any             # loanmath.LateTerms


class Part(NamedTuple):
    """One transaction of an event, posted (`id`) or to be posted."""
    kind: str
    value_date: date
    lines: tuple                # of EntryLine
    id: int = 0


class Event(NamedTuple):
    """What belongs together: the charges that a payment made be posted, and the payment last."""
    value_date: date
    parts: tuple                # of Part, those that fall due excepted
    origin: tuple = (None, None)        # (model, id) of the document
    fund_account_id: int | None = None
    id: int = 0                 # main transaction; 0: follows from others; below 0: a new fact

    @property
    def kind(self):
        return self.parts[-1].kind

    @property
    def money(self):
        """The money that came in with the event."""
        return -sum((line.amount for line in self.parts[-1].lines), ZERO)

    @property
    def key(self):
        """What makes two events the same posting."""
        return tuple((part.kind, part.value_date, sorted(part.lines)) for part in self.parts)


class Outcome(NamedTuple):
    events: list                # of Event in the order of dates; `id` names what it came from
    dues: list                  # of Part: interest that fell due and is not posted
    settled_date: date | None   # since when nothing is owed


class _Item:
    """An instalment while the history unfolds."""
    __slots__ = (
        'balance', 'charged', 'due_date', 'id', 'left', 'paid', 'payments', 'posted', 'standing')

    def __init__(self, balance):
        self.id, self.due_date, self.balance = balance.id, balance.due_date, balance
        self.left = {
            'principal': balance.principal, 'interest': balance.interest,
            'penalty': ZERO, 'compound': ZERO}
        self.charged = {'penalty': ZERO, 'compound': ZERO}
        self.posted = ZERO
        self.payments = {}

    def apply(self, kind, value_date, line):
        component, amount = line.component, line.amount
        if kind == 'due':
            self.posted += amount
            return
        self.left[component] += amount
        if kind == 'late_charge':
            self.charged[component] += amount
        elif component in ('principal', 'interest') and kind not in CHARGE_KINDS:
            paid = self.payments.setdefault(value_date, [ZERO, ZERO])
            paid[component == 'interest'] -= amount

    @property
    def is_unpaid(self):
        return bool(self.left['principal'] or self.left['interest'])

    @property
    def is_open(self):
        return any(self.left.values()) or self.posted != self.balance.interest

    def get_balance(self):
        agreed, left = self.balance, self.left
        return agreed._replace(
            principal_paid=agreed.principal - left['principal'],
            interest_paid=agreed.interest - left['interest'],
            interest_posted=self.posted,
            penalty_charged=self.charged['penalty'], compound_charged=self.charged['compound'],
            penalty_left=left['penalty'], compound_left=left['compound'],
            payments=tuple((day, *paid) for day, paid in sorted(self.payments.items())))


class LoanHistory:
    """One loan at a moment of its history; `play` moves it on."""

    def __init__(self, terms, instalments):
        """
        :param instalments: `InstalmentBalance` rows as agreed, in the order of due dates
        """
        self.terms = terms
        self.items = {balance.id: _Item(balance) for balance in instalments}
        self.totals = Counter()
        self.dues = []
        self.settled_date = None

    def apply(self, parts):
        """Take over transactions as they are."""
        for part in parts:
            for line in part.lines:
                self.totals[line.component] += line.amount
                if line.instalment_id and line.component in INSTALMENT_COMPONENTS:
                    self.items[line.instalment_id].apply(part.kind, part.value_date, line)

    def play(self, facts, start, closed):
        """Let the facts happen, and what we hold be used at the end of each day from `start` to
        `closed` on which something is due.

        :param facts: `Event` list in the order of dates and of entry; from those that stand only
                      the money and the kind are taken, not how it was spread
        :return: `Outcome`
        """
        by_date = {}
        for fact in facts:
            by_date.setdefault(fact.value_date, []).append(fact)
        due_dates = {
            item.due_date for item in self.items.values() if start <= item.due_date <= closed}
        events = []
        for day in sorted(due_dates.union(by_date)):
            events += [self._take(fact) for fact in by_date.get(day, ())]
            if day in due_dates or (self._get_held() and day <= closed):
                events += self._close(day)
        return Outcome([event for event in events if event], self.dues, self.settled_date)

    # === WHAT HAPPENS === #

    def _take(self, fact):
        day = fact.value_date
        if fact.kind in FOLLOWING_KINDS or fact.kind == 'repayment':
            parts = self._pay(fact.money if fact.kind == 'repayment' else ZERO, day, fact.kind)
        else:
            parts = fact.parts
        self.apply(parts)
        self._note_settlement(day)
        return fact._replace(parts=tuple(parts)) if parts else None

    def _close(self, day):
        """The night of a day: what fell due is posted, what we hold pays it."""
        dues = self._get_dues(day)
        self._post_dues(dues)
        if not self._get_held() or not any(
                item.is_unpaid for item in self.items.values() if item.due_date <= day):
            return []
        parts = self._pay(ZERO, day, 'overpayment_use')
        self.apply(parts)
        self._note_settlement(day)
        return [Event(day, tuple(parts))] if parts else []

    def _pay(self, money, day, kind):
        """The parts by which late charges are posted and money is spread."""
        dues = self._get_dues(day)
        self._post_dues(dues)
        wanted = [('late_charge', tuple(dues.late_charges))]
        if kind != 'late_charge':
            parts = spread(money, self._get_held(), dues.dues, self.terms.order, self.terms.by)
            wanted += [
                ('overpayment_use', parts.from_overpayment), ('repayment', parts.from_payment)]
        return [Part(name, day, lines) for name, lines in wanted if lines]

    def _post_dues(self, dues):
        parts = [Part('due', due_date, (line,)) for due_date, line in dues.unposted_interest]
        self.apply(parts)
        self.dues += parts

    def _note_settlement(self, day):
        owing = any(self.totals[component] for component in DEBT_COMPONENTS) or any(
            item.is_unpaid for item in self.items.values())
        if owing:
            self.settled_date = None
        else:
            self.settled_date = self.settled_date or day

    # === GETTERS === #

    def _get_held(self):
        return -self.totals['overpayment']

    def _get_dues(self, day):
        balances = [
            item.get_balance() for item in self.items.values()
            if item.due_date <= day and item.is_open]
        return get_loan_dues(balances, self.totals['fee'], day, self.terms.late_terms)


def make_balance(id_, number, due_date, principal, interest):
    """An instalment as agreed, on which nothing happened yet."""
    return InstalmentBalance(
        id_, number, due_date, principal, interest, *[ZERO] * 7)


def get_difference(standing, wanted):
    """What to take back and what to post, so that the `wanted` events stand.

    On each day the events that are the same from the first one on are left alone; what comes
    after the first difference of the day is posted anew, so that the order of entry stays the
    order of the day.

    :param standing: `Event` list in the order of the ledger
    :param wanted: `Event` list
    :return: (events to take back, events to post)
    """
    back, post = [], []
    old_days, new_days = _by_day(standing), _by_day(wanted)
    for day in sorted({*old_days, *new_days}):
        old, new = old_days.get(day, []), new_days.get(day, [])
        same = 0
        while same < min(len(old), len(new)) and _is_same(old[same], new[same]):
            same += 1
        back += old[same:]
        post += new[same:]
    return back, post


def _is_same(old, new):
    return new.id in (0, old.id) and old.key == new.key


def _by_day(events):
    days = {}
    for event in events:
        days.setdefault(event.value_date, []).append(event)
    return days
