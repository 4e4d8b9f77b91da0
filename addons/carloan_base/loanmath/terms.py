"""The terms of one loan: all that its schedule depends on, checked once, never changed.

>>> from decimal import Decimal
>>> from datetime import date
>>> terms = Terms('equal_instalment', Decimal('100000'), Decimal('0.12'), 12, date(2026, 1, 31))
>>> terms.periods_per_year
Decimal('12')
>>> Terms('equal_instalment', Decimal('100000'), Decimal('0.12'), 0, date(2026, 1, 31))
Traceback (most recent call last):
loanmath.errors.TermsError: A loan has 1 to 1200 periods.
"""
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .dates import PERIOD_UNITS, add_months
from .day_count import DAY_COUNTS
from .errors import TermsError
from .methods import check_method
from .rounding import check_decimal, get_rounding

MAX_PERIODS = 1200
MAX_YEARS = 100
MAX_PRINCIPAL = 10 ** 15
MAX_ANNUAL_RATE = 1
BROKEN_PERIODS = ('first', 'last', 'spread')
_PERIODS_PER_YEAR = {'month': 12, 'week': 52, 'day': 365}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the contract says.

    A first period that is longer or shorter than the others, and periods of weeks or days, bear
    interest by `odd_day_count` where `day_count` counts months. `broken_period` says who carries
    the difference in equal instalments: the 'first' one, the 'last' one, or all ('spread').
    """

    method: str
    principal: Decimal
    annual_rate: Decimal                       # 0.12 is 12 %
    periods: int
    start_date: date                           # the money leaves: interest runs from here
    period_unit: str = 'month'
    period_every: int = 1
    first_due_date: date | None = None
    due_day: int | None = None                 # fixed day of the month, 31 = month end
    min_first_days: int = 15                   # a fixed due day nearer than this is skipped
    day_count: str = 'year_12'
    odd_day_count: str = 'act_360'
    rounding_unit: Decimal = Decimal('0.01')
    rounding_mode: str = 'half_up'
    balloon: Decimal = Decimal(0)              # principal left for the last instalment
    grace_principal: int = 0                   # first instalments without principal
    broken_period: str = 'first'
    instalment_unit: Decimal | None = None     # the equal instalment is a multiple of this
    smoothing: bool = False                    # move the instalment until the last one is near it

    def __post_init__(self):
        for check in (_check_amounts, _check_periods, _check_rules, _check_dates):
            check(self)

    @property
    def rounding(self):
        return get_rounding(self.rounding_unit, self.rounding_mode)

    @property
    def periods_per_year(self):
        """Instalments a year, for quoting costs (12 for monthly ones)."""
        return Decimal(_PERIODS_PER_YEAR[self.period_unit]) / self.period_every


def _check_amounts(terms):
    check_decimal('principal', terms.principal)
    check_decimal('annual_rate', terms.annual_rate)
    check_decimal('balloon', terms.balloon)
    if not 0 < terms.principal <= MAX_PRINCIPAL:
        raise TermsError(
            'principal', "The principal must be above zero and below 10^15.",
            value=terms.principal, min=terms.rounding_unit, max=MAX_PRINCIPAL)
    if not 0 <= terms.annual_rate <= MAX_ANNUAL_RATE:
        raise TermsError(
            'annual_rate', "The annual rate lies between 0 % and 100 %.",
            value=terms.annual_rate, min=0, max=MAX_ANNUAL_RATE)
    if not 0 <= terms.balloon <= terms.principal:
        raise TermsError(
            'balloon', "The balloon lies between zero and the principal.",
            value=terms.balloon, min=0, max=terms.principal)
    terms.rounding.to_units(terms.principal, 'principal')
    if terms.balloon:
        terms.rounding.to_units(terms.balloon, 'balloon')


def _check_periods(terms):
    _check_whole('periods', terms.periods, 1, MAX_PERIODS, "A loan has 1 to 1200 periods.")
    _check_choice('period_unit', terms.period_unit, PERIOD_UNITS)
    _check_whole(
        'period_every', terms.period_every, 1, 366, "Instalments are 1 to 366 periods apart.")
    years = terms.periods * terms.period_every / _PERIODS_PER_YEAR[terms.period_unit]
    if years > MAX_YEARS:
        raise TermsError(
            'term', "A loan runs for 100 years at most.", value=round(years, 1), max=MAX_YEARS)
    _check_whole(
        'grace_principal', terms.grace_principal, 0, terms.periods - 1,
        "The last instalment always repays principal.")


def _check_rules(terms):
    check_method(terms.method)
    _check_choice('day_count', terms.day_count, DAY_COUNTS)
    _check_choice('odd_day_count', terms.odd_day_count, DAY_COUNTS)
    _check_choice('broken_period', terms.broken_period, BROKEN_PERIODS)
    if terms.method == 'balloon' and not terms.balloon:
        raise TermsError(
            'balloon', "A balloon loan needs its balloon amount.", value=terms.balloon,
            min=terms.rounding_unit, max=terms.principal)
    if terms.instalment_unit is not None:
        check_decimal('instalment_unit', terms.instalment_unit)
        if terms.instalment_unit <= 0 or terms.instalment_unit % terms.rounding_unit:
            raise TermsError(
                'instalment_unit', "Instalments are multiples of a multiple of the rounding unit.",
                value=terms.instalment_unit, unit=terms.rounding_unit)


def _check_dates(terms):
    _check_date('start_date', terms.start_date)
    if terms.due_day is not None:
        _check_whole('due_day', terms.due_day, 1, 31, "The due day lies between 1 and 31.")
        if terms.period_unit != 'month':
            raise TermsError(
                'due_day', "Only monthly instalments have a fixed due day.",
                value=terms.due_day, period_unit=terms.period_unit)
        _check_whole(
            'min_first_days', terms.min_first_days, 0, 366,
            "The shortest first period has 0 to 366 days.")
    if terms.first_due_date is None:
        return
    _check_date('first_due_date', terms.first_due_date)
    if terms.first_due_date <= terms.start_date:
        raise TermsError(
            'first_due_date', "The first due date must be after the disbursement.",
            value=terms.first_due_date, after=terms.start_date)
    if terms.due_day and terms.first_due_date != add_months(
            terms.first_due_date, 0, terms.due_day):
        raise TermsError(
            'first_due_date', "The first due date does not fall on the fixed due day.",
            value=terms.first_due_date, due_day=terms.due_day)


def _check_whole(name, value, lowest, highest, message):
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise TermsError(name, message, value=value, min=lowest, max=highest)


def _check_date(name, value):
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TermsError(name, f"The {name} must be a date.", value=value)


def _check_choice(name, value, allowed):
    if value not in allowed:
        raise TermsError(
            name, f"Unknown {name}: {value}.", value=value, allowed=tuple(allowed))
