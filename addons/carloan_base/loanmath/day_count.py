"""How much of a year lies between two days: (numerator, denominator), exact.

The first day counts, the last one does not. `year_12` counts whole months and then the days that
are left as a part of the month they fall into; the others count days.

>>> from datetime import date
>>> year_fraction('act_360', date(2026, 1, 31), date(2026, 4, 30))
(89, 360)
>>> year_fraction('30_360', date(2026, 1, 31), date(2026, 4, 30))
(90, 360)
>>> year_fraction('year_12', date(2026, 1, 31), date(2026, 4, 30))
(3, 12)
>>> year_fraction('year_12', date(2026, 1, 10), date(2026, 2, 24))  # a month, 14 of 28 days
(42, 336)
>>> year_fraction('act_act', date(2023, 12, 1), date(2024, 1, 31))  # 31 of 365, 30 of 366
(22296, 133590)
>>> year_fraction('act_act_31dec', date(2023, 12, 1), date(2024, 1, 31))  # 30 and 31
(22295, 133590)
>>> year_fraction('act_act_feb29', date(2024, 2, 1), date(2024, 3, 1))
(29, 366)
>>> year_fraction('act_act_feb29', date(2024, 3, 1), date(2024, 4, 1))
(31, 365)

`period` is for contracts that quote a rate per period whatever the calendar: a week is 1/52, a
month 1/12, a day 1/365 of a year; a broken period counts months and days left, or its days as a
part of the period it would have been.
"""
from calendar import isleap
from datetime import date, timedelta

from .dates import add_months

# a regular month is 1/12 of a year whatever its length
MONTH_COUNTS = ('year_12', '30_360', 'period')


def _year_12(start, end):
    months = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, months) > end:
        months -= 1
    reached = add_months(start, months)
    if reached == end:
        return months, 12
    length = (add_months(start, months + 1) - reached).days
    return months * length + (end - reached).days, 12 * length


def _30_360(start, end):
    return (
        (end.year - start.year) * 360 + (end.month - start.month) * 30
        + min(end.day, 30) - min(start.day, 30)
    ), 360


def _act_360(start, end):
    return (end - start).days, 360


def _act_365(start, end):
    return (end - start).days, 365


def _act_364(start, end):
    """52 weeks make a year."""
    return (end - start).days, 364


def _act_act(start, end):
    """Days in leap years over 366, the others over 365, split at 1 January."""
    if start.year == end.year:
        return (end - start).days, 366 if isleap(start.year) else 365
    return _split_years(start, end, 0)


def _act_act_31dec(start, end):
    """The same for lenders who count the last day and not the first: split at 31 December."""
    if start.year == end.year:
        return (end - start).days, 366 if isleap(start.year) else 365
    return _split_years(start, end, 1)


def _act_act_feb29(start, end):
    """366 only for the period that a 29 February falls into (its last day counts), else 365."""
    leaps = any(
        isleap(year) and start < date(year, 2, 29) <= end
        for year in range(start.year, end.year + 1))
    return (end - start).days, 366 if leaps else 365


def _split_years(start, end, days_before):
    """Days over the length of their year, a year ending `days_before` its 1 January."""
    shift = timedelta(days=days_before)
    leap_days = common_days = 0
    for year in range(start.year, end.year + 1):
        first, next_first = date(year, 1, 1) - shift, date(year + 1, 1, 1) - shift
        days = (min(end, next_first) - max(start, first)).days
        if isleap(year):
            leap_days += days
        else:
            common_days += days
    return leap_days * 365 + common_days * 366, 365 * 366


DAY_COUNTS = {
    'year_12': _year_12,
    '30_360': _30_360,
    'act_360': _act_360,
    'act_364': _act_364,
    'act_365': _act_365,
    'act_act': _act_act,
    'act_act_31dec': _act_act_31dec,
    'act_act_feb29': _act_act_feb29,
    'period': _year_12,
}


def year_fraction(code, start, end):
    return DAY_COUNTS[code](start, end)
