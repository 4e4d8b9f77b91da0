"""Methods that pay the same instalment every period.

The instalment A solves  principal = sum of A discounted + balloon discounted. With period factors r
= x / D it is

    A = (P * product(1 + r) - B) / fn,    fn(1) = 1,  fn(k) = 1 + fn(k-1) * (1 + r(k))

which for equal r is the textbook  P * r * (1+r)^n / ((1+r)^n - 1).  Both are computed in whole
numbers and rounded once; interest is rounded per instalment, the last instalment takes the rest.
"""
from ..errors import TermsError
from ..rounding import LINEAR_ROUNDINGS
from .registry import register_method

SMOOTHING_ROUNDS = 3


@register_method('equal_instalment', "Equal instalment")
def equal_instalment(plan):
    """A broken first period counts as a regular one for the instalment, unless it is spread."""
    factors = plan.regular_factors if plan.broken_period == 'first' else plan.factors
    instalment = get_instalment(plan)
    if plan.terms.grace_interest and plan.terms.grace_interest_way == 'instalment':
        principal, interest = _run_all_principal(plan, factors, instalment)
    else:
        principal, interest = _run(plan, factors, instalment)
        if plan.smoothing and plan.instalment is None:
            principal, interest = _smooth(plan, factors, instalment, principal, interest)
    if factors is not plan.factors:
        interest[0] = plan.get_interest(plan.principal, 0)
    return principal, interest


def get_instalment(plan):
    """The given instalment, or the one that repays the loan."""
    level = plan.factors if plan.broken_period == 'spread' else plan.regular_factors
    if plan.instalment is None:
        return plan.round_instalment(*get_level_instalment(
            plan.principal, plan.balloon, level[plan.grace:], plan.denominator))
    least = plan.round_ratio(plan.principal * max(level[plan.grace:]), plan.denominator)
    if plan.instalment < least:
        unit = plan.terms.rounding_unit
        raise TermsError(
            'instalment_below_interest', "The instalment does not cover the interest.",
            value=plan.instalment * unit, min=least * unit)
    return plan.instalment


def get_level_instalment(principal, balloon, factors, denominator):
    """The exact instalment as (numerator, denominator) in rounding units."""
    first = factors[0]
    count = len(factors)
    if factors.count(first) == count:
        if not first:
            return principal - balloon, count
        grown = (denominator + first) ** count
        base = denominator ** count
        return (principal * grown - balloon * base) * first, denominator * (grown - base)
    return get_stepwise_instalment(principal, balloon, factors, denominator)


def get_stepwise_instalment(principal, balloon, factors, denominator):
    """The same for periods of any lengths."""
    grown = base = 1
    annuity = 0
    for factor in factors:
        annuity = base + annuity * (denominator + factor)
        grown *= denominator + factor
        base *= denominator
    return principal * grown - balloon * base, denominator * annuity


def _run(plan, factors, instalment):
    """Pay the instalment down the table; no part is ever negative, whatever the rounding unit."""
    round_ratio, denominator, grace = plan.round_ratio, plan.denominator, plan.grace
    balance = plan.principal
    room = balance - plan.balloon
    principal = [0] * grace
    interest = [round_ratio(balance * factor, denominator) for factor in factors[:grace]]
    paying, added, below = _scale(plan, factors[grace:-1])
    for factor in paying:
        due = (balance * factor + added) // below if below else round_ratio(
            balance * factor, denominator)
        part = instalment - due
        if not 0 <= part <= room:
            part = room if part > 0 else 0
        interest.append(due)
        principal.append(part)
        balance -= part
        room -= part
    principal.append(balance)
    interest.append(round_ratio(balance * factors[-1], denominator))
    return principal, interest


def _scale(plan, factors):
    """(factors, added, below): interest is (balance * factor + added) // below without a call for
    each instalment; a rounding that needs more than that has no `below`."""
    linear = LINEAR_ROUNDINGS.get(plan.round_ratio)
    if not linear:
        return factors, 0, 0
    scale, whole, less = linear
    return (
        [factor * scale for factor in factors], plan.denominator * whole - less,
        plan.denominator * scale)


def _run_all_principal(plan, factors, instalment):
    """The first instalments are all principal; interest then comes first until it is caught up."""
    free = plan.terms.grace_interest - plan.offset
    balance, carried = plan.principal, 0
    room = balance - plan.balloon
    principal, interest = [], []
    for index, factor in enumerate(factors[:-1]):
        carried += plan.round_ratio(balance * factor, plan.denominator)
        if index < plan.grace:
            part, due = 0, carried if index >= free else 0
        else:
            due = min(carried, instalment) if index >= free else 0
            part = min(instalment - due, room)
        principal.append(part)
        interest.append(due)
        carried -= due
        balance -= part
        room -= part
    principal.append(balance)
    interest.append(carried + plan.round_ratio(balance * factors[-1], plan.denominator))
    return principal, interest


def _smooth(plan, factors, instalment, principal, interest):
    """Move the instalment by the n-th part of what the last one is off, while that helps."""
    count = len(factors) - plan.grace
    off = principal[-1] + interest[-1] - plan.balloon - instalment
    for _round in range(SMOOTHING_ROUNDS):
        if abs(off) <= count // 2:
            break
        step = plan.round_ratio(abs(off), count)
        adjusted = plan.round_instalment(instalment + (step if off > 0 else -step), 1)
        new_principal, new_interest = _run(plan, factors, adjusted)
        new_off = new_principal[-1] + new_interest[-1] - plan.balloon - adjusted
        if abs(new_off) >= abs(off):
            break
        instalment, principal, interest, off = adjusted, new_principal, new_interest, new_off
    return principal, interest
