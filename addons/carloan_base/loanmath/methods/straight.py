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
    interest = [plan.get_interest(plan.principal, index) for index in range(len(plan.factors))]
    if plan.instalment_multiple > 1:
        return _parts_of_level_totals(plan, interest), interest
    return _equal_parts(plan), interest


def _parts_of_level_totals(plan, interest):
    """Instalments in whole multiples: what the flat interest leaves of each is principal."""
    paying = len(plan.factors) - plan.grace
    room = plan.principal - plan.balloon
    total = plan.round_instalment(room + sum(interest[plan.grace:]), paying)
    parts = [0] * plan.grace
    for charged in interest[plan.grace:-1]:
        parts.append(min(max(total - charged, 0), room))
        room -= parts[-1]
    return parts + [room + plan.balloon]


def _equal_parts(plan):
    """The n-th part each, the last one takes the rest and the balloon."""
    paying = len(plan.factors) - plan.grace
    room = plan.principal - plan.balloon
    part = plan.round_ratio(room, paying)
    parts = [0] * plan.grace
    for _number in range(paying - 1):
        parts.append(min(part, room))
        room -= parts[-1]
    return parts + [room + plan.balloon]
