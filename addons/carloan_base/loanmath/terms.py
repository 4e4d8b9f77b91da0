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
from datetime import date
from decimal import Decimal

from .checks import check_terms
from .checks_more import check_more
from .holidays import HolidayCalendar
from .periods import YEAR_PERIODS
from .rounding import get_rounding
from .validation import MAX_ANNUAL_RATE, MAX_PERIODS

__all__ = ['MAX_ANNUAL_RATE', 'MAX_PERIODS', 'Terms']


@dataclass(frozen=True, init=False)
class Terms:
    """What the contract says.

    A first period that is longer or shorter than the others, and periods of weeks or days, bear
    interest by `odd_day_count` where `day_count` counts months. `broken_period` says who carries
    the difference in equal instalments: the 'first' one, the 'last' one, or all ('spread').

    `level_period` is for contracts whose equal instalment is computed on idealised periods (30 days
    of a year of 365) while interest runs by the real days; the last instalment takes the rest.

    `grace_interest_way` says how interest of the first instalments is collected: in the instalment
    'after' them, or from there on in equal parts ('spread'), or 'instalment': the equal instalment
    is paid from the start and is all principal until the interest is caught up.

    `flat_interest` is that of each 'period' with equal principal, or the periods' interest in
    'level' instalments, or the whole term's interest 'divided' by their number.
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
    level_period: tuple | None = None          # (30, 365): what a period counts for the instalment
    smoothing: bool = False                    # move the instalment until the last one is near it

    # --- dates
    month_end: str = 'last_day'                # where the 31st goes in a short month
    due_dates: tuple = ()                      # all of them from a table, instead of a rule
    holidays: HolidayCalendar | None = None
    holiday_shift: str = 'none'
    interest_to_shifted: bool = False          # a moved due date bears its days, not the usual ones
    # --- what the first instalments leave out
    grace_interest: int = 0                    # first instalments without interest, collected later
    grace_interest_way: str = 'after'
    interest_free: int = 0                     # first periods without interest, never collected
    # --- given amounts
    instalment: Decimal | None = None          # instead of the computed equal instalment
    principal_ratio: Decimal | None = None     # 0.05: each instalment repays 5 % of the principal
    table: tuple = ()                          # principal parts, or instalments without the last
    flat_interest: str = 'period'
    flat_on_pay_out: bool = False              # flat interest on the down payment too
    step_every: int = 12                       # stepped instalments change after so many
    step_ratio: Decimal = Decimal(0)           # 0.1: by 10 %
    step_amount: Decimal = Decimal(0)          # or by this sum; both may be negative
    borrower_rate: Decimal | None = None       # a subsidised loan: the maker pays the difference
    # --- money and rates that come later
    down_payment_ratio: Decimal = Decimal(0)   # of each pay-out, due on the day of it
    disbursements: tuple = ()                  # of (date, amount) after the first
    rate_changes: tuple = ()                   # of (first day of the new rate, annual rate)
    interest_pauses: tuple = ()                # of (first day, last day) without interest

    def __init__(self, method, principal, annual_rate, periods, start_date, **settings):
        """Settings by name; one that is not given stays an attribute of the class, which makes
        terms by the hundred thousand cheap."""
        if not settings.keys() <= self.__dataclass_fields__.keys():
            unknown = sorted(settings.keys() - self.__dataclass_fields__.keys())
            raise TypeError(f"Terms have no {', '.join(unknown)}.")
        vars(self).update(
            settings, method=method, principal=principal, annual_rate=annual_rate,
            periods=periods, start_date=start_date)
        check_terms(self)
        check_more(self)

    @property
    def rounding(self):
        return get_rounding(self.rounding_unit, self.rounding_mode)

    @property
    def periods_per_year(self):
        """Instalments a year, for quoting costs (12 for monthly ones)."""
        return Decimal(YEAR_PERIODS[self.period_unit]) / self.period_every
