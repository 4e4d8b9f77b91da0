"""Loans whose money or rate changes at days known beforehand.

From the instalment of the period that holds such a day the loan is planned anew: what is left of
the principal over the periods that are left, with the interest of that period made of its parts.
Pauses take interest away; they do not change the instalment, the last one takes what is saved.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms, schedule
>>> loan = dict(
...     method='equal_instalment', principal=Decimal(100000), annual_rate=Decimal('0.048'),
...     periods=24, start_date=date(2026, 1, 10))
>>> repriced = schedule(Terms(**loan, rate_changes=((date(2027, 1, 1), Decimal('0.036')),)))
>>> [str(repriced[index].total) for index in (0, 10, 11, 22)], str(repriced[11].interest)
(['4378.19', '4378.19', '4351.04', '4351.04'], '205.35')

The twelfth instalment is that of 10 January 2027: of its 31 days 9 are at the new rate.
"""
from bisect import bisect_right
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import partial
from math import lcm

from .day_count import MONTH_COUNTS, year_fraction
from .errors import TermsError
from .methods import get_method
from .periods import get_rule
from .plan import get_down_payment, get_plan_rate, make_plan


class _Periods:
    """Periods of a loan with the parts that days cut out of them, in years."""

    def __init__(self, terms, calendar):
        rule = get_rule(terms)
        ends = calendar.due_dates if terms.interest_to_shifted else calendar.nominal_dates
        self.ends = list(ends)
        self.starts = [terms.start_date, *ends[:-1]]
        self.parts = [Fraction(part, calendar.base) for part in calendar.parts]
        self.regular = [Fraction(calendar.regular_first, calendar.base), *self.parts[1:]]
        code = rule.get_day_code()
        self.code = None if rule.counts_periods or code in MONTH_COUNTS else code

    def find(self, day, name):
        """The period that a day falls into; a due date belongs to the period after it."""
        index = bisect_right(self.ends, day)
        if index == len(self.ends):
            raise TermsError(
                name, "The day lies before the last due date.", value=day, before=self.ends[-1])
        return index

    def get_part(self, index, first, end):
        """Years from `first` to `end` inside period `index`."""
        first, end = max(first, self.starts[index]), min(end, self.ends[index])
        if end <= first:
            return Fraction(0)
        if self.code:
            return Fraction(*year_fraction(self.code, first, end))
        days = (self.ends[index] - self.starts[index]).days
        return self.parts[index] * Fraction((end - first).days, days)


def split_in_stages(terms, calendar, round_ratio=None):
    """(principal, interest) of each instalment in whole units.

    :param round_ratio: see `Plan`; by default that of the terms
    """
    periods = _Periods(terms, calendar)
    plan = make_plan(terms, calendar)
    if round_ratio:
        plan = replace(plan, round_ratio=round_ratio)
    pay_outs = [
        (periods.find(day, 'disbursements'), day, _get_net(terms, amount))
        for day, amount in terms.disbursements]
    changes = [(periods.find(day, 'rate_changes'), day, rate) for day, rate in terms.rate_changes]
    cuts = sorted({0, *(row[0] for row in pay_outs), *(row[0] for row in changes)})
    principal, interest = [], []
    balance = plan.principal
    for index, end in zip(cuts, [*cuts[1:], len(calendar.parts)], strict=True):
        here = [row[1:] for row in pay_outs if row[0] == index]
        known = [(day, rate) for period, day, rate in changes if period <= index]
        stage = _make_stage(terms, plan, periods, index, balance, here, known)
        parts, charged = get_method(terms.method).split(stage)
        if index == 0 and terms.broken_period == 'first':
            charged[0] = _get_first_interest(terms, plan, periods, balance, here, known)
        principal += parts[:end - index]
        interest += charged[:end - index]
        balance = stage.principal - sum(parts[:end - index])
    return principal, interest


def _get_net(terms, amount):
    units = terms.rounding.to_units(amount)
    return units - get_down_payment(terms, units) if terms.down_payment_ratio else units


def _make_stage(terms, plan, periods, index, balance, pay_outs, changes):
    """The plan of the periods from `index` on, as known then."""
    rest = range(index, len(periods.ends))
    get_real = partial(_get_factor, terms, periods, changes=changes)
    real = [get_real(k) for k in rest]
    level = [get_real(k, pauses=()) for k in rest]
    if terms.level_period:
        rate = ([get_plan_rate(terms)] + [new for _day, new in changes])[-1]
        days, year_days = terms.level_period
        level = [Fraction(rate) * days * terms.period_every / year_days] * len(level)
    elif index == 0 and terms.broken_period != 'spread' and periods.parts[0] != periods.regular[0]:
        level[0] *= periods.regular[0] / periods.parts[0]
        if terms.broken_period == 'first':
            real[0] *= periods.regular[0] / periods.parts[0]
    total = balance + sum(amount for _day, amount in pay_outs)
    if pay_outs:
        real[0] = _mix(terms, periods, index, balance, pay_outs, changes, real[0])
    if pay_outs and not terms.level_period:
        level[0] = _mix(terms, periods, index, balance, pay_outs, changes, level[0])
    below = lcm(*(factor.denominator for factor in real + level))
    return replace(
        plan, principal=total, denominator=below,
        factors=[int(factor * below) for factor in real],
        regular_factors=[int(factor * below) for factor in level],
        broken_period='spread' if terms.broken_period == 'spread' else 'last',
        grace=max(plan.grace - index, 0), offset=index, table=plan.table[index:])


def _mix(terms, periods, index, balance, pay_outs, changes, factor):
    """One factor for the whole balance of a period into which money was paid out."""
    total = balance + sum(amount for _day, amount in pay_outs)
    interest = balance * factor
    for day, amount in pay_outs:
        interest += amount * _get_factor(terms, periods, index, changes=changes, first=day)
    return interest / total


def get_rate_parts(terms, calendar, index):
    """The stretches of period `index` with one rate, as (rate, first day, end, years)."""
    return list(_get_parts(terms, _Periods(terms, calendar), index, terms.rate_changes))


def _get_factor(terms, periods, index, changes, pauses=None, first=None):
    """Rate times years of period `index`, from `first` on, less what is paused."""
    return sum(
        (Fraction(rate) * years for rate, _day, _until, years in _get_parts(
            terms, periods, index, changes, pauses, first)), Fraction(0))


def _get_parts(terms, periods, index, changes, pauses=None, first=None):
    start, end = first or periods.starts[index], periods.ends[index]
    pauses = terms.interest_pauses if pauses is None else pauses
    rates = [(periods.starts[0], get_plan_rate(terms)), *changes]
    nexts = [day for day, _rate in rates[1:]] + [end]
    for (day, rate), until in zip(rates, nexts, strict=True):
        day, until = max(day, start), min(until, end)
        years = periods.get_part(index, day, until)
        years -= sum(
            periods.get_part(index, max(day, paused), min(until, last + timedelta(days=1)))
            for paused, last in pauses)
        if until > day:
            yield rate, day, until, years


def _get_first_interest(terms, plan, periods, balance, pay_outs, changes):
    """Of a broken first period that the first instalment bears as it is."""
    factor = _get_factor(terms, periods, 0, changes=changes)
    interest = balance * factor
    for day, amount in pay_outs:
        interest += amount * _get_factor(terms, periods, 0, changes=changes, first=day)
    return plan.round_ratio(interest.numerator, interest.denominator)


def add_down_payments(terms, dates, principal, interest):
    """The table with what comes back of each pay-out on its own day."""
    rows = list(zip(dates, principal, interest, strict=True))
    for day, amount in ((terms.start_date, terms.principal), *terms.disbursements):
        units = terms.rounding.to_units(amount)
        rows.append((day, get_down_payment(terms, units), 0))
    rows.sort(key=lambda row: row[0])
    dates, principal, interest = zip(*rows, strict=True)
    return dates, list(principal), list(interest)
