"""A new instalment for what is still to come.

When the rate, the principal or the number of instalments changes, the instalments from the period
of the change on are made anew, on the balance at its start and as if all were paid in time: what
late money costs is asked for on top and does not lift the instalment. Then, if the contract wants
it, the instalment is moved until the last one is near it.
"""
from math import lcm

from ..methods.annuity import SMOOTHING_ROUNDS, get_stepwise_instalment
from .period import DOWN_PAYMENT, REGULAR

LEVEL_METHODS = ('equal_instalment', 'balloon')


def relevel(table, terms, first, keep_settled=False):
    """Make the instalments from index `first` on anew; settled ones may keep their amount."""
    table.walk(first, plain=True)
    indexes = [
        index for index in range(first, len(table.periods))
        if table.periods[index].kind == REGULAR and not table.periods[index].closed]
    if keep_settled:
        indexes = [
            index for index in indexes if not table.is_settled(table.periods[index])]
    if not indexes:
        return
    opening = _get_opening(table, indexes[0])
    paying = [index for index in indexes if not table.periods[index].grace]
    if terms.method in LEVEL_METHODS:
        _level_instalments(table, terms, opening, indexes[0], paying)
    elif terms.method == 'flat':
        _level_flat(table, terms, opening, paying)
    else:
        _level_parts(table, terms, opening, indexes[0], paying)


def _get_opening(table, first):
    """Principal at the start of the period; what was paid on it and after inside it is not off."""
    if not table.follows_truth:
        repaid = sum(period.owed['principal'] for period in table.periods[:first])
        return sum(amount for _day, amount in table.moves) - repaid
    start = table.periods[first].start
    unpaid = sum(
        period.owed['principal'] - period.settled_principal for period in table.periods[:first])
    inside = sum(
        amount for period in table.periods[first:] for day, amount in period.paid_dates
        if day >= start)
    return table.outstanding - unpaid + inside


def _level_instalments(table, terms, opening, first, paying):
    periods = [table.periods[index] for index in paying]
    factors = [_get_level_factor(table, terms, period) for period in periods]
    base = lcm(*(below for _above, below in factors))
    rounding = terms.rounding
    balloon = rounding.to_units(terms.balloon)
    instalment = round_instalment(terms, *get_stepwise_instalment(
        opening, balloon, [above * (base // below) for above, below in factors], base))
    off = _try(table, first, periods, instalment, balloon)
    if not terms.smoothing:
        return
    for _round in range(SMOOTHING_ROUNDS):
        if abs(off) <= len(periods) // 2:
            return
        step = rounding.round_ratio(abs(off), len(periods))
        adjusted = round_instalment(terms, instalment + (step if off > 0 else -step), 1)
        new_off = _try(table, first, periods, adjusted, balloon)
        if abs(new_off) >= abs(off):
            _try(table, first, periods, instalment, balloon)
            return
        instalment, off = adjusted, new_off


def _get_level_factor(table, terms, period):
    """What the period counts for the instalment: itself, or an idealised one."""
    if not terms.level_period:
        return table.interest.get_factor(period)
    days, year_days = terms.level_period
    rate = table.interest.get_rate(period.start) * days * table.interest.rule.every
    return rate, table.interest.base * year_days


def round_instalment(terms, above, below):
    """To the multiple that the contract wants, unless nothing would be left of it."""
    rounding = terms.rounding
    multiple = rounding.to_units(terms.instalment_unit) if terms.instalment_unit else 1
    rounded = multiple * rounding.round_ratio(above, below * multiple)
    return rounded or rounding.round_ratio(above, below)


def _try(table, first, periods, instalment, balloon):
    """How far the last instalment is off, if this were the others."""
    for period in periods:
        period.instalment, period.principal_part, period.given_interest = instalment, None, None
    table.walk(first, plain=True)
    last = periods[-1].owed
    return last['principal'] + last['interest'] - balloon - instalment


def _level_flat(table, terms, opening, paying):
    """Interest on the original principal, in level instalments or beside equal principal."""
    original = sum(amount for _day, amount in table.moves if amount > 0) - sum(
        period.owed['principal'] for period in table.periods if period.kind == DOWN_PAYMENT)
    periods = [table.periods[index] for index in paying]
    for period in periods:
        above, below = table.interest.get_factor(period)
        period.given_interest = table.interest.round(original * above, below)
        period.principal_part = None
    if terms.flat_interest == 'level':
        total = opening + sum(period.given_interest for period in periods)
        instalment = round_instalment(terms, total, len(periods))
        for period in periods:
            period.instalment = instalment
        return
    part = round_instalment(terms, opening, len(periods))
    for period in periods:
        period.instalment, period.principal_part = None, part


def _level_parts(table, terms, opening, first, paying):
    """Equal principal, or all of it with the last one."""
    for period in table.periods[first:]:
        period.given_interest = None
    rounding = terms.rounding
    part = 0
    if terms.method == 'equal_principal':
        part = rounding.round_ratio(opening - rounding.to_units(terms.balloon), len(paying))
    for index in paying:
        period = table.periods[index]
        period.instalment, period.principal_part = None, part
    if not part:
        table.periods[paying[-1]].principal_part = opening
