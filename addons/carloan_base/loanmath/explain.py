"""Why a number is what it is: the steps of a calculation, told by the code that calculates.

A calculation that can be asked takes a `Trace` and adds each figure at the moment it is computed;
without one it does the same and tells nothing. The last step holds the number itself.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import LateTerms, OverdueItem, late_charges
>>> item = OverdueItem(1, date(2026, 2, 28), Decimal('7884.88'), Decimal('1000.00'))
>>> trace = Trace()
>>> charge = late_charges(item, date(2026, 4, 4), LateTerms(Decimal('0.12')), explain=trace)
>>> for step in trace.of('penalty'):
...     print(step.code, step.result)
amount_days 275970.80
late_charge 137.99

The interest of an instalment: the roundings of the schedule remember what they rounded.

>>> from loanmath import Terms
>>> terms = Terms('equal_instalment', Decimal(100000), Decimal('0.12'), 12, date(2026, 1, 31))
>>> for step in explain_interest(terms, 2):
...     print(step.code, step.result, sorted(step.figures))
opening 92115.12 ['due_date', 'number', 'start_date']
year_part 1/12 ['day_count', 'days']
interest 921.15 ['annual_rate', 'balance', 'exact', 'year_part']
"""
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from .errors import TermsError
from .methods import get_method
from .periods import get_calendar
from .plan import get_plan_rate, make_plan
from .schedule import schedule
from .stages import get_rate_parts, split_in_stages


class Step(NamedTuple):
    code: str
    result: Any                  # Decimal, or a Fraction of a year
    figures: dict


class Trace(list):
    """The steps of one calculation in the order in which they were computed."""

    def add(self, code, result, **figures):
        self.append(Step(code, result, figures))

    def of(self, component):
        return [step for step in self if step.figures.get('component') == component]


class RoundedUnits(int):
    """Whole units that remember the fraction that was rounded; sums of them are plain numbers."""
    exact = None


def explain_interest(terms, number):
    """The steps that give the interest of instalment `number` of `schedule(terms)`.

    In a period with several rates each stretch of days is a step ('rate_part') of its own.
    Where interest is not the rounded product of a balance and a part of the year (a smoothed,
    given or mixed instalment) the trace ends with the figure of the schedule alone.
    """
    rows = schedule(terms)
    if not 1 <= number <= len(rows):
        raise TermsError(
            'number', "The schedule has no instalment of this number.", value=number,
            min=1, max=len(rows))
    row = rows[number - 1]
    trace = Trace()
    trace.add('opening', row.opening, number=number, start_date=row.start_date,
              due_date=row.due_date)
    units, parts = _get_rounded(terms, number), _get_parts(terms, row)
    factor = sum(Fraction(rate) * years for rate, _start, _end, years in parts)
    if units is None or units * terms.rounding_unit != row.interest:
        trace.add('given', row.interest, number=number)
        return trace
    balance = units.exact / factor if factor else Fraction(row.opening / terms.rounding_unit)
    if balance.denominator != 1:
        trace.add('given', row.interest, number=number)
        return trace
    _add_interest(trace, terms, row, units, int(balance) * terms.rounding_unit, parts)
    return trace


def _add_interest(trace, terms, row, units, balance, parts):
    day_count = _get_day_count(terms, row.number)
    exact = units.exact * Fraction(terms.rounding_unit)
    if len(parts) == 1:
        (rate, start, end, years), = parts
        trace.add('year_part', years, day_count=day_count, days=(end - start).days)
        trace.add('interest', units * terms.rounding_unit, annual_rate=rate, year_part=years,
                  balance=balance, exact=exact)
        return
    for rate, start, end, years in parts:
        trace.add('rate_part', years, annual_rate=rate, start=start, end=end,
                  days=(end - start).days, day_count=day_count)
    trace.add('stretch', units * terms.rounding_unit, balance=balance, exact=exact)


def _get_rounded(terms, number):
    """Interest of the instalment as the method rounds it, or None if other code has a say."""
    if terms.disbursements or terms.interest_pauses or terms.grace_interest \
            or terms.interest_free or terms.down_payment_ratio:
        return None
    plan = make_plan(terms)
    remember = _remember(plan.round_ratio)
    if terms.rate_changes:
        _principal, interest = split_in_stages(terms, get_calendar(terms), remember)
    else:
        _principal, interest = get_method(terms.method).split(
            replace(plan, round_ratio=remember))
    units = interest[number - 1]
    return units if isinstance(units, RoundedUnits) else None


def _remember(round_ratio):
    def round_and_remember(numerator, denominator):
        units = RoundedUnits(round_ratio(numerator, denominator))
        units.exact = Fraction(numerator, denominator)
        return units
    return round_and_remember


def _get_parts(terms, row):
    """The stretches of the period with one rate, as (rate, first day, end, years)."""
    calendar = get_calendar(terms)
    if terms.rate_changes:
        return get_rate_parts(terms, calendar, row.number - 1)
    years = Fraction(calendar.parts[row.number - 1], calendar.base)
    return [(get_plan_rate(terms), row.start_date, row.due_date, years)]


def _get_day_count(terms, number):
    """How the period is counted: the first one may be odd."""
    calendar = get_calendar(terms)
    odd = number == 1 and calendar.regular_first != calendar.parts[0]
    return terms.odd_day_count if odd else terms.day_count

