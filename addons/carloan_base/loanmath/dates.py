"""Due dates.

Every due date is counted from the original anchor, never from the previous one, and a month that
lacks the day uses its last day (Civil Code art. 202): a loan paid out on 31 January is due on 28
February and then on 31 March.

>>> from datetime import date
>>> [str(day) for day in due_dates(date(2026, 2, 28), 4, anchor_day=31)]
['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31']

A contract can also move the missing day to the first of the next month:

>>> [str(day) for day in due_dates(date(2026, 2, 28), 4, anchor_day=31, month_end='next_month')]
['2026-03-01', '2026-03-31', '2026-05-01', '2026-05-31']

With a fixed due day a first period that would be too short is prolonged to the following month:

>>> str(first_fixed_due_date(date(2026, 3, 2), due_day=20, min_days=15))
'2026-03-20'
>>> str(first_fixed_due_date(date(2026, 3, 9), due_day=20, min_days=15))
'2026-04-20'
"""
from calendar import isleap
from datetime import date, timedelta

PERIOD_UNITS = ('month', 'week', 'day')
MONTH_ENDS = ('last_day', 'next_month')    # where the day goes in a month that lacks it
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNIT_DAYS = {'week': 7, 'day': 1}


def month_length(year, month):
    return 29 if month == 2 and isleap(year) else _MONTH_DAYS[month - 1]


def add_months(day, months, anchor_day=None, month_end='last_day'):
    """The same day `months` later; `anchor_day` is the day that is meant where a month lacks it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    anchor_day = anchor_day or day.day
    length = month_length(year, month)
    if anchor_day > length and month_end == 'next_month':
        return date(year, month, length) + timedelta(days=1)
    return date(year, month, min(anchor_day, length))


def add_periods(day, periods, unit='month', every=1, anchor_day=None, month_end='last_day'):
    if unit == 'month':
        return add_months(day, periods * every, anchor_day, month_end)
    return day + timedelta(days=periods * every * _UNIT_DAYS[unit])


def due_dates(first, count, unit='month', every=1, anchor_day=None, month_end='last_day'):
    """`count` due dates, the first one included; `first` in the month that it stands for."""
    if unit != 'month':
        step = every * _UNIT_DAYS[unit]
        return [first + timedelta(days=days) for days in range(0, count * step, step)]
    anchor_day = anchor_day or first.day
    month = first.year * 12 + first.month - 1
    months = range(month, month + count * every, every)
    if anchor_day <= 28:
        return [date(month // 12, month % 12 + 1, anchor_day) for month in months]
    return [add_months(first, month - months[0], anchor_day, month_end) for month in months]


def first_fixed_due_date(start, due_day, min_days=15, every=1):
    """The first due day that leaves `min_days` after the pay-out (after the whole months before it,
    when instalments are `every` months apart)."""
    earliest = add_months(start, every - 1) + timedelta(days=max(min_days, 1))
    candidate = add_months(earliest.replace(day=1), 0, due_day)
    return candidate if candidate >= earliest else add_months(candidate, 1, due_day)


def get_month_slot(day, anchor_day, month_end='last_day'):
    """A day of the month that `day` stands for: 1 March may be what 31 February became."""
    if month_end == 'next_month' and anchor_day > 28 and day.day == 1:
        return day - timedelta(days=1)
    return day
