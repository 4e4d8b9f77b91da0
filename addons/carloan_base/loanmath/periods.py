"""The calendar of a loan: its due dates, and what part of a year each period is.

Loans paid out on one day with one rule share their calendar, whatever their amount and rate, so
calendars are kept.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms
>>> terms = Terms('equal_instalment', Decimal(10000), Decimal('0.12'), 3, date(2026, 1, 31))
>>> calendar = get_calendar(terms)
>>> [str(day) for day in calendar.due_dates], calendar.parts, calendar.base
(['2026-02-28', '2026-03-31', '2026-04-30'], (1, 1, 1), 12)

With 20 as the fixed due day the first period has 48 days; as a regular one it would be a month,
30/360:

>>> terms = Terms(
...     "equal_instalment", Decimal(10000), Decimal("0.12"), 3, date(2026, 1, 31),
...     due_day=20, min_first_days=30)
>>> calendar = get_calendar(terms)
>>> str(calendar.due_dates[0]), calendar.parts, calendar.regular_first, calendar.base
('2026-03-20', (48, 30, 30), 30, 360)
"""
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from .dates import add_months, add_periods, due_dates, first_fixed_due_date, get_month_slot
from .day_count import MONTH_COUNTS, year_fraction
from .methods import get_method

YEAR_PERIODS = {'month': 12, 'week': 52, 'day': 365}


class Calendar(NamedTuple):
    due_dates: tuple
    parts: tuple                 # of whole numbers: period k is parts[k] / base years
    regular_first: int           # the first part if the first period were like the others
    base: int
    level: bool                  # all parts are equal
    nominal_dates: tuple         # the due dates before holidays moved them


class Rule(NamedTuple):
    """What the calendar depends on: the key under which it is kept."""

    start_date: object
    periods: int
    unit: str
    every: int
    first_due_date: object
    due_day: int
    min_first_days: int
    day_count: str
    odd_day_count: str
    single: bool
    month_end: str
    given_dates: tuple
    holidays: object
    holiday_shift: str
    interest_to_shifted: bool

    def add(self, day, periods, anchor_day=None):
        return add_periods(day, periods, self.unit, self.every, anchor_day, self.month_end)

    @property
    def counts_periods(self):
        """A regular period bears the same interest whatever its days."""
        return self.day_count == 'period' or (
            self.unit == 'month' and self.day_count in MONTH_COUNTS)

    def get_day_code(self):
        """Weeks are no parts of months: where months count, `odd_day_count` measures them."""
        return self.odd_day_count if self.day_count in MONTH_COUNTS else self.day_count

    def get_regular_part(self, periods=1):
        return self.every * periods, YEAR_PERIODS[self.unit]

    def get_part(self, start, end, regular):
        if regular and self.counts_periods:
            return self.get_regular_part()
        return year_fraction(self.get_day_code(), start, end)


def get_rule(terms):
    return Rule(
        terms.start_date, terms.periods, terms.period_unit, terms.period_every,
        terms.first_due_date, terms.due_day, terms.min_first_days,
        terms.day_count, terms.odd_day_count, get_method(terms.method).single,
        terms.month_end, terms.due_dates,
        terms.holidays, terms.holiday_shift, terms.interest_to_shifted)


def get_calendar(terms):
    return _make_calendar(get_rule(terms))


@lru_cache(maxsize=8192)
def _make_calendar(rule):
    if rule.given_dates:
        return _make_given_calendar(rule)
    first, anchor_day = _get_first_due_date(rule)
    slot = get_month_slot(first, anchor_day, rule.month_end)
    nominal = due_dates(slot, rule.periods, rule.unit, rule.every, anchor_day, rule.month_end)
    regular_start = rule.start_date
    if first != rule.add(regular_start, 1):
        regular_start = rule.add(slot, -1, anchor_day)
    if rule.single:
        nominal = nominal[-1:]
    dates = _shift(rule, nominal)
    counted = dates if rule.interest_to_shifted else nominal
    moved = [day != usual for day, usual in zip(counted, nominal, strict=True)]
    parts = [_get_first_part(rule, regular_start, counted[0], moved[0])]
    parts += [
        rule.get_part(counted[index - 1], counted[index], not (moved[index - 1] or moved[index]))
        for index in range(1, len(counted))]
    regular_first = _get_regular_first(rule, regular_start, nominal[0])
    return _to_calendar(dates, nominal, parts, regular_first)


def _make_given_calendar(rule):
    """Dates from a table: whole months are regular periods, all others are broken ones."""
    dates = _shift(rule, rule.given_dates)
    counted = (rule.start_date, *(dates if rule.interest_to_shifted else rule.given_dates))
    parts = []
    for start, end in zip(counted, counted[1:], strict=False):
        months = (end.year - start.year) * 12 + end.month - start.month
        whole = add_months(start, months) == end or add_months(end, -months) == start
        if rule.counts_periods and rule.unit == 'month' and whole:
            parts.append((months, 12))
        else:
            parts.append(year_fraction(rule.get_day_code(), start, end))
    return _to_calendar(dates, rule.given_dates, parts, parts[0])


def _to_calendar(dates, nominal, parts, regular_first):
    base = lcm(regular_first[1], *(below for _above, below in parts))
    whole_parts = tuple(above * (base // below) for above, below in parts)
    return Calendar(
        tuple(dates), whole_parts, regular_first[0] * (base // regular_first[1]), base,
        len(set(whole_parts)) == 1, tuple(nominal))


def _shift(rule, dates):
    if rule.holiday_shift == 'none':
        return dates
    return [rule.holidays.shift(day, rule.holiday_shift) for day in dates]


def _get_first_due_date(rule):
    """(first due date, the day of the month that is meant in all months)."""
    usual = rule.add(rule.start_date, 1)
    if rule.due_day:
        first = rule.first_due_date or first_fixed_due_date(
            rule.start_date, rule.due_day, rule.min_first_days, rule.every)
        return first, rule.due_day
    if rule.first_due_date in (None, usual):
        return usual, rule.start_date.day
    return rule.first_due_date, rule.first_due_date.day


def _get_first_part(rule, regular_start, first, moved):
    if rule.start_date == regular_start and not moved:
        return _get_regular_first(rule, regular_start, first)
    return year_fraction(rule.get_day_code(), rule.start_date, first)


def _get_regular_first(rule, start, end):
    if rule.counts_periods:
        return rule.get_regular_part(rule.periods if rule.single else 1)
    return year_fraction(rule.get_day_code(), start, end)
