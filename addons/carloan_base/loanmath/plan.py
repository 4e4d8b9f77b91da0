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
from decimal import Decimal
from math import lcm

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
    terms: object                # for the settings that one method alone knows
    instalment: int | None = None               # given instead of computed
    table: tuple = ()            # given principal parts or instalments
    base: int = 0                # what flat interest runs on: the first principal
    offset: int = 0              # instalments before this plan, where it goes on with a loan

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
    rate, rate_base = get_plan_rate(terms).as_integer_ratio()
    if calendar.level:
        factors = [rate * calendar.parts[0]] * len(calendar.parts)
    else:
        factors = [rate * part for part in calendar.parts]
    regular_factors = factors
    if calendar.regular_first != calendar.parts[0]:
        regular_factors = [rate * calendar.regular_first, *factors[1:]]
    denominator = rate_base * calendar.base
    broken_period = terms.broken_period
    if terms.level_period:
        factors, regular_factors, denominator = _idealise(terms, factors, rate, denominator)
        broken_period = 'last'
    principal = rounding.to_units(terms.principal)
    if terms.down_payment_ratio:
        principal -= get_down_payment(terms, principal)
    return Plan(
        principal, rounding.to_units(terms.balloon) if terms.balloon else 0,
        terms.grace_principal, factors, regular_factors, broken_period,
        denominator, rounding.round_ratio,
        rounding.to_units(terms.instalment_unit) if terms.instalment_unit else 1,
        terms.smoothing, terms,
        None if terms.instalment is None else rounding.to_units(terms.instalment),
        tuple(map(rounding.to_units, terms.table)), _get_base(terms, principal))


def _idealise(terms, factors, rate, denominator):
    """Interest by the calendar, the instalment as if all periods were the same part of a year."""
    days, year_days = terms.level_period
    _rate, rate_base = get_plan_rate(terms).as_integer_ratio()
    common = lcm(denominator, rate_base * year_days)
    level = rate * days * terms.period_every * (common // (rate_base * year_days))
    real = [factor * (common // denominator) for factor in factors]
    return real, [level] * len(factors), common


def _get_base(terms, principal):
    """Flat interest runs on what is left after the down payment, or on all that was paid out."""
    return terms.rounding.to_units(terms.principal) if terms.flat_on_pay_out else principal


def get_down_payment(terms, units):
    """What of a pay-out comes back on its day."""
    above, below = terms.down_payment_ratio.as_integer_ratio()
    return terms.rounding.round_ratio(units * above, below)


def get_plan_rate(terms):
    """The rate that the borrower pays."""
    if terms.method == 'subsidised':
        return terms.borrower_rate or Decimal(0)
    return terms.annual_rate
