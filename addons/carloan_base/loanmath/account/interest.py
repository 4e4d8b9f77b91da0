"""Interest of a period on a balance that moves: each stretch of days on its balance at its rate.

A stretch is a part of its period. Where the contract counts months, 14 of the 31 days of a monthly
period bear 14/31 of a twelfth of the annual rate; where it counts days, they bear their days.
Everything stays a fraction of whole numbers until the period is rounded, once.
"""
from bisect import bisect_left, bisect_right, insort
from datetime import date
from math import lcm

from ..day_count import MONTH_COUNTS, year_fraction
from ..periods import get_rule

BY_PERIOD_DAYS = (*MONTH_COUNTS, 'act_act_feb29')     # a stretch is its days' share of the period


class InterestBook:
    """Rates and pauses of one loan over time."""

    def __init__(self, terms, annual_rates=()):
        self.rule = get_rule(terms)
        ratios = [rate.as_integer_ratio() for rate in (terms.annual_rate, *annual_rates)]
        self.base = lcm(*(below for _above, below in ratios))
        self.round_ratio = terms.rounding.round_ratio
        self.by_period_days = (
            self.rule.counts_periods or self.rule.get_day_code() in BY_PERIOD_DAYS)
        self.dates = []                  # from which a rate of `rates` holds
        self.rates = [self._to_base(terms.annual_rate)]
        self.round_stretches = False     # contracts that round each stretch of days
        self.pauses = []                 # of (first day, day after the last)
        self.edges = []                  # all the days on which one of them begins or ends
        self.anchor_day = terms.due_day or (terms.first_due_date or terms.start_date).day

    def _to_base(self, rate):
        above, below = rate.as_integer_ratio()
        return above * (self.base // below)

    def change_rate(self, day, annual_rate):
        """The rate from `day` on; changes come in the order of their days."""
        if self.dates and self.dates[-1] == day:
            self.rates[-1] = self._to_base(annual_rate)
        else:
            self.dates.append(day)
            self.rates.append(self._to_base(annual_rate))
            insort(self.edges, day)

    def pause(self, day, until):
        self.pauses.append((day, until))
        insort(self.edges, day)
        insort(self.edges, until)

    def end(self, day):
        """No interest from this day on."""
        self.pause(day, date.max)

    def get_period_part(self, period, unit=None, every=None):
        """What part of a year a period is that the first calendar did not know."""
        rule = self.rule
        if unit:
            rule = rule._replace(unit=unit, every=every)
        regular = period.due == rule.add(period.start, 1) or period.start == rule.add(
            period.due, -1)
        return rule.get_part(period.start, period.due, regular)

    def cut_period(self, period, day):
        """The period ends on `day`, as the stretch of the period that it was."""
        period.part = self.get_part(period, period.start, day)
        period.due = day
        period.given_interest = None

    def shift(self, periods, new_due_date):
        """The first of these periods is due on the day, the others follow in the rhythm."""
        start = periods[0].start
        for number, period in enumerate(periods):
            period.start = start
            period.due = self.rule.add(new_due_date, number)
            period.part = self.get_period_part(period)
            period.given_interest = None
            start = period.due
        self.anchor_day = new_due_date.day

    def get_cuts(self, start, end):
        """The days inside (start, end) on which the rate changes."""
        edges = self.edges
        first = bisect_right(edges, start)
        return edges[first:bisect_left(edges, end, first)]

    def get_rate(self, day):
        for first, until in self.pauses:
            if first <= day < until:
                return 0
        return self.rates[bisect_right(self.dates, day)]

    def get_part(self, period, start, end):
        """The stretch of a period as a part of a year."""
        above, below = period.part
        if start == period.start and end == period.due:
            return above, below
        if self.by_period_days:
            return above * (end - start).days, below * (period.due - period.start).days
        return year_fraction(self.rule.get_day_code(), start, end)

    def earn(self, period, balances, until=None):
        """Interest from the start of the period to `until` as a fraction of units.

        `balances` are (day, balance from that day on), the first one on the start of the period.
        """
        end = until or period.due
        cuts = self.get_cuts(period.start, end)
        if not cuts and len(balances) == 1 and end == period.due:
            return balances[0][1] * self.get_rate(period.start) * period.part[0], \
                self.base * period.part[1]
        days = [day for day, _balance in balances]
        edges = sorted({day for day in (*days, *cuts) if day < end})
        total, base = 0, 1
        for start, stop in zip(edges, [*edges[1:], end], strict=True):
            balance = balances[bisect_right(days, start) - 1][1]
            above, below = self.get_part(period, start, stop)
            if self.round_stretches:
                total += self.round(balance * self.get_rate(start) * above, self.base * below)
                continue
            total, base = _add(total, base, balance * self.get_rate(start) * above, below)
        return (total, 1) if self.round_stretches else (total, base * self.base)

    def round(self, total, base):
        """Interest is never negative, whatever was paid too early."""
        return self.round_ratio(total, base) if total > 0 else 0

    def get_factor(self, period):
        """What the period bears on a balance of one, with its rates and pauses."""
        return self.earn(period, [(period.start, 1)])


def _add(total, base, above, below):
    if base == below:
        return total + above, base
    common = lcm(base, below)
    return total * (common // base) + above * (common // below), common
