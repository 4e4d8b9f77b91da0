"""The periods of a loan in whole numbers: what a repayment method works on.

Interest of period k on a balance is balance * factors[k] / denominator, rounded once. All factors
share one denominator, so that a schedule needs no fractions: 12 % a year is 3/25, and a twelfth of
it 3/300.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms
>>> start = date(2026, 1, 31)
>>> plan = make_plan(Terms('equal_instalment', Decimal(100000), Decimal('0.12'), 3, start))
>>> plan.principal, plan.factors, plan.denominator
(10000000, [3, 3, 3], 300)
>>> plan.get_interest(plan.principal, 0)
100000
"""
from dataclasses import dataclass

from .periods import get_calendar


@dataclass(slots=True)
class Plan:
    principal: int
    balloon: int
    grace: int
    factors: list                # of whole numbers, one a period
    regular_factors: list        # the same with a first period like the others
    broken_period: str
    denominator: int
    round_ratio: object
    instalment_multiple: int
    smoothing: bool

    def get_interest(self, balance, index):
        return self.round_ratio(balance * self.factors[index], self.denominator)

    def round_instalment(self, numerator, denominator):
        """To the multiple that the contract wants, unless nothing would be left of it."""
        multiple = self.instalment_multiple
        rounded = multiple * self.round_ratio(numerator, denominator * multiple)
        return rounded or self.round_ratio(numerator, denominator)

    def get_interest_on_balances(self, principal_parts):
        balance = self.principal
        interest = []
        for factor, part in zip(self.factors, principal_parts, strict=True):
            interest.append(self.round_ratio(balance * factor, self.denominator))
            balance -= part
        return interest


def make_plan(terms, calendar=None):
    calendar = calendar or get_calendar(terms)
    rounding = terms.rounding
    rate, rate_base = terms.annual_rate.as_integer_ratio()
    if calendar.level:
        factors = [rate * calendar.parts[0]] * len(calendar.parts)
    else:
        factors = [rate * part for part in calendar.parts]
    regular_factors = factors
    if calendar.regular_first != calendar.parts[0]:
        regular_factors = [rate * calendar.regular_first, *factors[1:]]
    return Plan(
        rounding.to_units(terms.principal),
        rounding.to_units(terms.balloon) if terms.balloon else 0,
        terms.grace_principal, factors, regular_factors, terms.broken_period,
        rate_base * calendar.base, rounding.round_ratio,
        rounding.to_units(terms.instalment_unit) if terms.instalment_unit else 1,
        terms.smoothing)
