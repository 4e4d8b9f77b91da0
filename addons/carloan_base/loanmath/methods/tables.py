"""Methods that follow a table: given principal parts, given instalments, instalments in steps.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms, schedule
>>> start = date(2026, 1, 10)
>>> seasonal = Terms(
...     'given_principal', Decimal(30000), Decimal('0.12'), 3, start,
...     table=(Decimal(0), Decimal(10000), Decimal(20000)))
>>> [(str(row.principal), str(row.interest)) for row in schedule(seasonal)]
[('0.00', '300.00'), ('10000.00', '300.00'), ('20000.00', '200.00')]

A salary that grows: 500 more after every 12 instalments.

>>> growing = Terms(
...     'stepped', Decimal(100000), Decimal('0.06'), 36, start,
...     step_every=12, step_amount=Decimal(500))
>>> [str(schedule(growing)[index].total) for index in (0, 11, 12, 24, 35)]
['2562.13', '2562.13', '3062.13', '3562.13', '3562.21']
"""
from fractions import Fraction

from ..errors import TermsError
from .registry import register_method


@register_method('given_principal', "Table of principal parts")
def given_principal(plan):
    principal = list(plan.table)
    return principal, plan.get_interest_on_balances(principal)


@register_method('given_instalments', "Table of instalments", own_table=True)
def given_instalments(plan):
    """The last instalment is not in the table: it takes the rest."""
    return _pay_down(plan, plan.table)


@register_method('stepped', "Stepped instalments")
def stepped(plan):
    """Instalment k is first * ratio^j + amount * j after j steps; the first one is solved for.

    Present values are linear in the first instalment:  balance = first * sum(ratio^j v_k) +
    amount * sum(j v_k) + balloon v_n.
    """
    shapes = _get_shapes(plan)
    discount, weight, added = Fraction(1), Fraction(0), Fraction(0)
    for factor, (times, plus) in zip(plan.factors[plan.grace:], shapes, strict=True):
        discount *= Fraction(plan.denominator, plan.denominator + factor)
        weight += times * discount
        added += plus * discount
    first = (plan.principal - plan.balloon * discount - added) / weight
    totals = [first * times + plus for times, plus in shapes[:-1]]
    if totals and min(totals) < 0:
        raise TermsError(
            'step_amount', "With these steps an instalment would be negative.",
            value=plan.terms.step_amount or plan.terms.step_ratio)
    rounded = [plan.round_instalment(*total.as_integer_ratio()) for total in totals]
    return _pay_down(plan, rounded)


def _get_shapes(plan):
    """(times the first instalment, plus) of each instalment after the grace on principal."""
    terms = plan.terms
    ratio = 1 + Fraction(terms.step_ratio)
    amount = Fraction(terms.step_amount) / Fraction(terms.rounding_unit)
    before = max(plan.offset - terms.grace_principal, 0)
    steps = [
        (before + index) // terms.step_every for index in range(len(plan.factors) - plan.grace)]
    return [(ratio ** step, amount * step) for step in steps]


def _pay_down(plan, totals):
    """Instalments that are given: interest first; one that does not cover it is refused."""
    balance = plan.principal
    principal, interest = [], []
    paying = [None] * plan.grace + list(totals)
    for index, total in enumerate(paying):
        due = plan.get_interest(balance, index)
        part = 0 if total is None else min(total - due, balance - plan.balloon)
        if part < 0 and balance > plan.balloon:
            unit = plan.terms.rounding_unit
            raise TermsError(
                'instalment_below_interest', "The instalment does not cover the interest.",
                number=plan.offset + index + 1, value=total * unit, min=due * unit)
        principal.append(max(part, 0))
        interest.append(due)
        balance -= principal[-1]
    return principal + [balance], interest + [plan.get_interest(balance, len(paying))]
