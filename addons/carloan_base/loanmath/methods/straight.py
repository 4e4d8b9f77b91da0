"""Methods whose principal parts are given by the contract and whose interest follows."""
from .registry import register_method


@register_method('equal_principal', "Equal principal")
def equal_principal(plan):
    principal = _equal_parts(plan)
    return principal, plan.get_interest_on_balances(principal)


@register_method('interest_only', "Interest only, principal at maturity")
def interest_only(plan):
    principal = [0] * (len(plan.factors) - 1) + [plan.principal]
    return principal, plan.get_interest_on_balances(principal)


@register_method('bullet', "Principal and interest at maturity", single=True)
def bullet(plan):
    return [plan.principal], [plan.get_interest(plan.principal, 0)]


@register_method('flat', "Equal principal and flat interest")
def flat(plan):
    """Interest on the original principal throughout: it costs far more than the quoted rate."""
    way = plan.terms.flat_interest
    interest = [
        plan.round_ratio(plan.base * factor, plan.denominator) for factor in plan.factors]
    if way == 'divided':
        return _get_rounded_parts(plan), _divide_interest(plan)
    if way == 'level' or plan.instalment_multiple > 1:
        return _parts_of_level_totals(plan, interest), interest
    return _equal_parts(plan), interest


def _divide_interest(plan):
    """The whole term's interest over all instalments, the last one takes the rest."""
    total = plan.round_ratio(plan.base * sum(plan.factors), plan.denominator)
    count = len(plan.factors)
    part = plan.round_ratio(total, count)
    interest = []
    for _number in range(count - 1):
        interest.append(min(part, total))
        total -= interest[-1]
    return interest + [total]


def _get_rounded_parts(plan):
    """Level instalments in whole multiples where the contract has them, else equal principal."""
    if plan.instalment_multiple == 1:
        return _equal_parts(plan)
    return _parts_of_level_totals(plan, _divide_interest(plan))


def _parts_of_level_totals(plan, interest):
    """Level instalments: what the flat interest leaves of each is principal."""
    paying = len(plan.factors) - plan.grace
    room = plan.principal - plan.balloon
    total = plan.round_instalment(room + sum(interest[plan.grace:]), paying)
    parts = [0] * plan.grace
    for charged in interest[plan.grace:-1]:
        parts.append(min(max(total - charged, 0), room))
        room -= parts[-1]
    return parts + [room + plan.balloon]


def _equal_parts(plan):
    """The n-th part each, or the given part; the last one takes the rest and the balloon."""
    paying = len(plan.factors) - plan.grace
    room = plan.principal - plan.balloon
    part = plan.round_ratio(room, paying)
    if plan.terms.principal_ratio is not None:
        part = plan.round_ratio(*(plan.base * plan.terms.principal_ratio).as_integer_ratio())
    parts = [0] * plan.grace
    for _number in range(paying - 1):
        parts.append(min(part, room))
        room -= parts[-1]
    return parts + [room + plan.balloon]
