"""What can happen to a loan. Each event has its day; playing them in the order of the days gives
the account, whenever they were entered.

On one day money goes out first, then rates, pauses and dates change as agreed before, then
the rest in the order of entry.
"""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MONEY_OUT, CONTRACT, REST = range(3)


@dataclass(frozen=True, slots=True)
class Event:
    date: date
    rank = REST
    foresees = False             # it is agreed for a day to come and shapes the schedule at once


@dataclass(frozen=True, slots=True)
class Disbursement(Event):
    amount: Decimal
    rank = MONEY_OUT


@dataclass(frozen=True, slots=True)
class RateChange(Event):
    """From the interest of this day on; the instalments of its period and after are made anew."""

    annual_rate: Decimal
    rank = CONTRACT
    foresees = True


@dataclass(frozen=True, slots=True)
class InterestPause(Event):
    """No interest from this day up to `until`, that day excluded; the instalment stays."""

    until: date
    rank = CONTRACT
    foresees = True


@dataclass(frozen=True, slots=True)
class DueDateMove(Event):
    """Agreed on `date`: the instalment of `due_date` is due on `new_due_date`, later ones follow in
    the rhythm of the contract; the instalment stays."""

    due_date: date
    new_due_date: date
    rank = CONTRACT
    foresees = True


@dataclass(frozen=True, slots=True)
class ExtraPeriods(Event):
    """More instalments; those of the period that contains the day and after are made anew."""

    count: int
    rank = CONTRACT
    foresees = True


@dataclass(frozen=True, slots=True)
class Reamortise(Event):
    """Unpaid past instalments are spread over those to come."""


@dataclass(frozen=True, slots=True)
class Reage(Event):
    """All that is open starts anew: `count` instalments from `first_due_date`."""

    first_due_date: date
    count: int
    period_unit: str = 'month'
    period_every: int = 1


@dataclass(frozen=True, slots=True)
class Capitalise(Event):
    """Unpaid interest that is due becomes principal, spread over the instalments to come."""


@dataclass(frozen=True, slots=True)
class Payment(Event):
    amount: Decimal
    kind: str = 'repayment'


@dataclass(frozen=True, slots=True)
class Charge(Event):
    """A fee or penalty made on the day; it is asked for with the instalment that is due on or next
    after `due_date`, which is the day itself where none is given."""

    amount: Decimal
    component: str = 'fee'
    due_date: date | None = None


@dataclass(frozen=True, slots=True)
class InstalmentCharge(Event):
    """A charge with every instalment due after the day: a fixed amount, or a share of its principal
    and interest ('total'), or of one of them."""

    amount: Decimal | None = None
    ratio: Decimal | None = None
    base: str = 'total'
    component: str = 'fee'


@dataclass(frozen=True, slots=True)
class Waiver(Event):
    """The lender gives up some of a component, oldest instalment first."""

    component: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Acceleration(Event):
    """The lender calls the loan: all that is to come falls due on the day."""


@dataclass(frozen=True, slots=True)
class ChargeOff(Event):
    """The loan is held to be lost; what that does to the schedule is a setting."""


@dataclass(frozen=True, slots=True)
class WriteOff(Event):
    """All that is open is given up in the books."""


@dataclass(frozen=True, slots=True)
class Recovery(Event):
    """Money on a loan that was written off."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Chargeback(Event):
    """A payment comes back (card or bank): the running instalment owes it again."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Refund(Event):
    """The lender pays back what was paid too much; what was not (a payment was undone after it) is
    owed again."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class DebtTransfer(Event):
    """From this day on somebody else owes the loan; no amount moves."""

    debtor: str


@dataclass(frozen=True, slots=True)
class DelinquencyPause(Event):
    """Days from this one up to `until` do not count as delinquent; interest goes on."""

    until: date
