"""Interest of a stretch of days: from a due date to the day somebody asks.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms
>>> terms = Terms('equal_instalment', Decimal(100000), Decimal('0.12'), 12, date(2026, 1, 10))
>>> get_stretch_interest(terms, Decimal(100000), date(2026, 2, 10), date(2026, 2, 20))
Decimal('333.33')

These were 10 days of a year of 360, as usual for broken periods. A contract that wants the part of
the month (10 of 28 days) says so:

>>> get_stretch_interest(
...     terms, Decimal(100000), date(2026, 2, 10), date(2026, 2, 20), (date(2026, 2, 10),
...     date(2026, 3, 10), Decimal(1000)))
Decimal('357.14')
"""
from datetime import timedelta
from fractions import Fraction

from .day_count import year_fraction
from .periods import get_rule
from .plan import get_plan_rate


def get_stretch_interest(terms, balance, start, end, period=None, explain=None):
    """On `balance` from `start` to `end` excluded, at the rates of the days, less pauses; rounded.

    With `period` (first day, due date, its interest) it is the days' share of that interest.
    `explain.add` is told each stretch of days with one rate, and the rounding.
    """
    if end <= start or not balance:
        return terms.rounding.to_amount(0)
    if period:
        first, due, interest = period
        days, period_days = (end - start).days, (due - first).days
        share = Fraction(interest) * days / period_days
        result = terms.rounding.round_product(share.numerator, share.denominator)
        if explain is not None:
            explain.add('share', result, interest=interest, days=days, period_days=period_days)
        return result
    code = get_rule(terms).get_day_code()
    edges = [(terms.start_date, get_plan_rate(terms)), *terms.rate_changes]
    total = Fraction(0)
    for index, (day, rate) in enumerate(edges):
        until = edges[index + 1][0] if index + 1 < len(edges) else end
        day, until = max(day, start), min(until, end)
        years = _get_years(terms, code, day, until)
        total += Fraction(rate) * years
        if explain is not None and years:
            explain.add('rate_part', years, annual_rate=rate, start=day, end=until,
                        days=(until - day).days, day_count=code)
    total *= Fraction(balance)
    result = terms.rounding.round_product(total.numerator, total.denominator)
    if explain is not None:
        explain.add('stretch', result, balance=balance, exact=total)
    return result


def _get_years(terms, code, start, end):
    if end <= start:
        return Fraction(0)
    years = Fraction(*year_fraction(code, start, end))
    for first, last in terms.interest_pauses:
        first, until = max(first, start), min(last + timedelta(days=1), end)
        if first < until:
            years -= Fraction(*year_fraction(code, first, until))
    return years
