"""The account of one loan: what `play` gives."""
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from . import payments
from .period import AMOUNTS
from .replay import Replay


class Split(NamedTuple):
    """An amount by what it is for."""

    principal: Decimal = Decimal(0)
    interest: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    penalty: Decimal = Decimal(0)

    @property
    def total(self):
        return sum(self)


class AccountInstalment(NamedTuple):
    number: int
    kind: str                    # regular, down_payment, or extra for charges after the last one
    start_date: date
    due_date: date
    owed: Split
    paid: Split
    waived: Split
    written_off: Split
    credited: Decimal            # principal in it that was paid before and came back

    @property
    def open(self):
        return Split(*(
            owed - paid - waived - written_off for owed, paid, waived, written_off
            in zip(self.owed, self.paid, self.waived, self.written_off, strict=True)))


class Transaction(NamedTuple):
    """One event as it worked: for a payment the split says what it paid."""

    event: object
    kind: str
    date: date
    amount: Decimal
    split: Split
    overpaid: Decimal            # the part that nothing was owed for
    balance: Decimal             # principal that is owed after it


class Delinquency(NamedTuple):
    past_due_days: int           # since the oldest unpaid due date
    delinquent_days: int         # less grace and pauses
    past_due_date: date | None
    delinquent_date: date | None
    amount: Decimal              # all that was due before the day and is not paid


@dataclass(frozen=True, slots=True)
class Account:
    settings: object
    events: tuple
    as_of: date
    instalments: tuple
    transactions: tuple
    overpaid: Decimal
    status: str                  # planned, active, closed, overpaid, written_off
    delinquency_pauses: tuple = ()

    def outstanding(self):
        return _sum_splits(row.open for row in self.instalments)

    def overdue(self, day):
        """What was due before the day and is still open."""
        return _sum_splits(row.open for row in self.instalments if row.due_date < day)

    def payoff(self, day):
        """What closes the loan on that day."""
        replay = Replay(self.settings, self.events, day).run()
        unit = replay.terms.rounding_unit
        quote = payments.get_payoff(replay, day)
        return Split(*(quote[component] * unit for component in AMOUNTS))

    def debtor(self, day, first=''):
        """Who owes the loan on a day; `first` is who borrowed it."""
        transfers = [
            entry.event for entry in self.transactions
            if entry.kind == 'debt_transfer' and entry.date <= day]
        return transfers[-1].debtor if transfers else first

    def delinquency(self, day):
        late = [row for row in self.instalments if row.due_date < day and row.open.total]
        if not late:
            return Delinquency(0, 0, None, None, Decimal(0))
        oldest = min(row.due_date for row in late)
        past_due_days = (day - oldest).days
        grace = self.settings.delinquency_grace_days
        paused = sum(
            max((min(day, until) - max(first, oldest)).days, 0)
            for first, until in self.delinquency_pauses)
        return Delinquency(
            past_due_days, max(past_due_days - grace - paused, 0), oldest,
            oldest + timedelta(days=grace), sum(row.open.total for row in late))


def play(settings, events, as_of):
    """The account after these events as it stands on the day `as_of`.

    Events may come in any order of entry: a payment entered late is played on its day, an undone
    one is left out. Events after `as_of` are not played, but what is agreed for days to come
    (rates, pauses, due dates, more instalments) shapes the schedule at once.
    """
    return _to_account(Replay(settings, events, as_of).run())


def _to_account(replay):
    unit = replay.terms.rounding_unit

    def to_split(units):
        return Split(*(units[component] * unit for component in AMOUNTS))

    instalments = tuple(
        AccountInstalment(
            number, period.kind, period.start, period.due, to_split(period.owed),
            to_split(period.paid), to_split(period.waived), to_split(period.written_off),
            period.credited * unit)
        for number, period in enumerate(replay.table.periods, 1))
    transactions = tuple(
        Transaction(
            entry.event, entry.kind, entry.date, entry.amount * unit, to_split(entry.split),
            entry.overpaid * unit, entry.balance * unit)
        for entry in replay.entries)
    return Account(
        replay.settings, replay.events, replay.as_of, instalments, transactions,
        replay.overpaid * unit, replay.get_status(), tuple(replay.delinquency_pauses))


def _sum_splits(splits):
    totals = [Decimal(0)] * len(AMOUNTS)
    for split in splits:
        totals = [total + amount for total, amount in zip(totals, split, strict=True)]
    return Split(*totals)
