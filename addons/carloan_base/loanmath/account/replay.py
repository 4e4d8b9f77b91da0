"""Events, one after the other, on a table of instalments."""
from dataclasses import dataclass, field, replace
from datetime import date

from ..errors import TermsError
from . import changes, checks, losses, payments, setup
from .events import (
    Acceleration,
    Capitalise,
    Charge,
    Chargeback,
    ChargeOff,
    DebtTransfer,
    DelinquencyPause,
    Disbursement,
    DueDateMove,
    ExtraPeriods,
    InstalmentCharge,
    InterestPause,
    Payment,
    RateChange,
    Reage,
    Reamortise,
    Recovery,
    Refund,
    Waiver,
    WriteOff,
)
from .interest import InterestBook
from .period import AMOUNTS
from .table import Table


@dataclass(slots=True)
class Entry:
    """A transaction in the making, amounts in whole rounding units."""

    event: object
    kind: str
    date: date
    amount: int = 0
    split: dict = field(default_factory=lambda: dict.fromkeys(AMOUNTS, 0))
    overpaid: int = 0
    balance: int = 0


class Replay:
    def __init__(self, settings, events, as_of):
        self.settings = settings
        self.terms = settings.terms
        self.as_of = as_of
        events = tuple(events)
        for event in events:
            if type(event) not in HANDLERS:
                raise TermsError('event', f"Unknown event: {event!r}.", value=event)
            checks.check_event(event)
        self.events = tuple(sorted(events, key=lambda event: (event.date, event.rank)))
        self.entries = []
        self.overpaid = 0
        self.disbursed = 0
        self.delinquency_pauses = []
        self.interest = InterestBook(self.terms, [
            event.annual_rate for event in self.events if isinstance(event, RateChange)])
        self.interest.round_stretches = settings.segment_rounding
        self.table = Table(self.interest, settings)

    def run(self):
        for event in self.events:
            if event.date > self.as_of and not event.foresees:
                continue
            self._move_on(min(event.date, self.as_of))
            if not isinstance(event, DelinquencyPause):
                checks.check_state(self, event)
            HANDLERS[type(event)](self, event)
        self._move_on(self.as_of)
        if not self.disbursed:
            setup.plan(self, self.terms)
        return self

    def _move_on(self, day):
        """Know the truth up to `day`: late principal bears interest until then."""
        table = self.table
        if day <= table.known_until or not table.periods:
            return
        known, table.known_until = table.known_until, day
        if self.disbursed and table.follows_truth and table.has_late(day):
            table.walk(table.find(max(known, table.periods[0].start)))

    def log(self, event, kind, amount=0, split=None):
        entry = Entry(event, kind, event.date, amount)
        entry.split.update(split or {})
        entry.balance = self.table.outstanding
        self.entries.append(entry)
        return entry

    def to_units(self, amount, what='amount'):
        units = self.terms.rounding.to_units(amount, what)
        if units < 0:
            raise TermsError(what, "An amount is not negative.", value=amount, min=0)
        return units

    def get_open(self, periods=None):
        """What is owed and not paid, by component."""
        periods = self.table.periods if periods is None else periods
        return {
            component: sum(period.get_open(component) for period in periods)
            for component in AMOUNTS}

    def get_status(self):
        if self.table.ended:
            return 'written_off'
        if not self.disbursed:
            return 'planned'
        if any(self.get_open().values()):
            return 'active'
        return 'overpaid' if self.overpaid else 'closed'

    def restart(self, principal, start):
        """The terms as of the real pay-out."""
        self.terms = replace(self.terms, principal=principal, start_date=start)


def _pause_delinquency(replay, event):
    replay.delinquency_pauses.append((event.date, event.until))


HANDLERS = {
    Disbursement: setup.disburse,
    RateChange: changes.change_rate,
    InterestPause: changes.pause_interest,
    DueDateMove: changes.move_due_date,
    ExtraPeriods: changes.add_periods,
    Reamortise: changes.reamortise,
    Reage: changes.reage,
    Capitalise: changes.capitalise,
    Payment: payments.pay,
    Charge: payments.charge,
    InstalmentCharge: payments.charge_instalments,
    Refund: payments.refund,
    Chargeback: payments.charge_back,
    Waiver: losses.waive,
    Acceleration: losses.call,
    ChargeOff: losses.charge_off,
    DebtTransfer: changes.transfer_debt,
    WriteOff: losses.write_off,
    Recovery: losses.recover,
    DelinquencyPause: _pause_delinquency,
}
