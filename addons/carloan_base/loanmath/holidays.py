"""Working days: weekends, public holidays, and weekends that are worked instead (调休).

>>> from datetime import date
>>> calendar = HolidayCalendar(
...     holidays=[date(2026, 10, day) for day in range(1, 9)],
...     working_days=[date(2026, 9, 20), date(2026, 10, 10)])
>>> calendar.is_working_day(date(2026, 10, 10)), calendar.is_working_day(date(2026, 10, 11))
(True, False)

A due date on a holiday moves to the first working day after it (Civil Code art. 203):

>>> str(calendar.shift(date(2026, 10, 3), 'following'))
'2026-10-09'
>>> str(calendar.shift(date(2026, 10, 3), 'preceding'))
'2026-09-30'

`modified` stays inside the month: forward if that is in the same month, else back.

>>> str(calendar.shift(date(2026, 1, 31), 'modified'))
'2026-01-30'
"""
from datetime import timedelta

HOLIDAY_SHIFTS = ('none', 'following', 'preceding', 'modified')
WEEKEND = (5, 6)


class HolidayCalendar:
    """Days off and days worked; equal and hashable by its days, so that schedules can be kept."""

    __slots__ = ('holidays', 'working_days', 'weekend', '_hash')

    def __init__(self, holidays=(), working_days=(), weekend=WEEKEND):
        self.holidays = frozenset(holidays)
        self.working_days = frozenset(working_days)
        self.weekend = frozenset(weekend)
        if len(self.weekend) > 6:
            raise ValueError("A week needs a working day.")
        self._hash = hash((self.holidays, self.working_days, self.weekend))

    def __eq__(self, other):
        return isinstance(other, HolidayCalendar) and (
            self.holidays, self.working_days, self.weekend) == (
            other.holidays, other.working_days, other.weekend)

    def __hash__(self):
        return self._hash

    def is_working_day(self, day):
        if day in self.working_days:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    def shift(self, day, way):
        """The working day that stands for `day`: 'following', 'preceding', 'modified', 'none'."""
        if way == 'none' or self.is_working_day(day):
            return day
        if way == 'preceding':
            return self._walk(day, -1)
        following = self._walk(day, 1)
        if way == 'modified' and following.month != day.month:
            return self._walk(day, -1)
        return following

    def _walk(self, day, step):
        while not self.is_working_day(day):
            day += timedelta(days=step)
        return day
