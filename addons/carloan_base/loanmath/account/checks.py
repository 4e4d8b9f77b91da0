"""What is refused before it is played: events that make no sense, or not at that time."""
from dataclasses import fields
from datetime import date, datetime

from ..dates import PERIOD_UNITS
from ..errors import TermsError
from ..rounding import check_decimal
from ..validation import MAX_ANNUAL_RATE
from .events import Disbursement, InstalmentCharge, InterestPause, RateChange, Recovery
from .period import AMOUNTS

MAX_PERIODS = 1200
DATES = ('date', 'due_date', 'new_due_date', 'until', 'first_due_date')
WHOLE = ('count', 'period_every')
CHOICES = {
    'component': AMOUNTS, 'base': ('total', 'principal', 'interest'),
    'period_unit': PERIOD_UNITS}
BEFORE_PAY_OUT = (Disbursement, RateChange, InterestPause)


def check_event(event):
    """Types and ranges of what an event says."""
    for field in fields(event):
        name, value = field.name, getattr(event, field.name)
        if name in DATES:
            optional = field.default is None
            if not (value is None and optional) and (
                    not isinstance(value, date) or isinstance(value, datetime)):
                raise TermsError(name, f"The {name} must be a date.", value=value)
        elif name in WHOLE:
            if isinstance(value, bool) or not isinstance(value, int) or not (
                    1 <= value <= MAX_PERIODS):
                raise TermsError(
                    name, f"The {name} lies between 1 and {MAX_PERIODS}.",
                    value=value, min=1, max=MAX_PERIODS)
        elif name in CHOICES and value not in CHOICES[name]:
            raise TermsError(name, f"Unknown {name}: {value}.", value=value, allowed=CHOICES[name])
        elif name in ('amount', 'annual_rate', 'ratio') and value is not None:
            _check_amount(name, value)
    if isinstance(event, InstalmentCharge) and (event.amount is None) == (event.ratio is None):
        raise TermsError('amount', "An instalment charge is an amount or a share.", event=event)
    if getattr(event, 'until', None) is not None and event.until < event.date:
        raise TermsError(
            'until', "It ends before it begins.", value=event.until, min=event.date)


def _check_amount(name, value):
    check_decimal(name, value)
    if value < 0 or name == 'annual_rate' and value > MAX_ANNUAL_RATE:
        raise TermsError(
            name, f"The {name} is out of range.", value=value, min=0,
            max=MAX_ANNUAL_RATE if name == 'annual_rate' else None)


def check_state(replay, event):
    """Whether the event can happen to the loan as it is."""
    if not replay.disbursed and not isinstance(event, BEFORE_PAY_OUT):
        raise TermsError(
            'not_disbursed', "Nothing can happen to a loan before its money is paid out.",
            event=type(event).__name__, date=event.date)
    if replay.table.ended and not isinstance(event, Recovery):
        raise TermsError(
            'written_off', "The loan is written off: money on it is a recovery.",
            event=type(event).__name__, date=event.date)
    if isinstance(event, Recovery) and not replay.table.ended:
        raise TermsError(
            'recovery', "A recovery needs a loan that is written off; this is a repayment.",
            date=event.date)


def check_limit(name, units, limit, replay):
    if units > limit:
        unit = replay.terms.rounding_unit
        raise TermsError(
            name, f"The {name} is more than there is.", value=units * unit, max=limit * unit)
