"""The order in which money is used, as a rule that can be told to a borrower.

What is open belongs to one of three groups, seen from the day of paying: past due, due that day, or
not due yet (in advance). A rule names group and component in the order of paying, says whether one
instalment is finished before the next or one component over all of them, and where money in advance
goes: to the next instalment, to the last one, first the next and then from the end, or in equal
parts over all that are to come.

>>> from datetime import date
>>> dues = [
...     Due(1, date(2026, 2, 28), 'interest', 1000), Due(1, date(2026, 2, 28), 'principal', 7885),
...     Due(2, date(2026, 3, 31), 'interest', 921), Due(2, date(2026, 3, 31), 'principal', 7964),
...     Due(3, date(2026, 4, 30), 'interest', 841), Due(3, date(2026, 4, 30), 'principal', 8044)]
>>> rule = AllocationRule(get_order(('penalty', 'fee', 'interest', 'principal')), advance='last')
>>> paid, rest = distribute(10000, dues, rule, date(2026, 3, 1))
>>> [(part.number, part.component, part.amount) for part in paid], rest
([(1, 'interest', 1000), (1, 'principal', 7885), (3, 'interest', 841), (3, 'principal', 274)], 0)
"""
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .errors import TermsError

COMPONENTS = ('fee', 'penalty', 'compound', 'interest', 'principal')
ALLOCATION_WAYS = ('instalment', 'component')
GROUPS = ('past_due', 'due', 'advance')
ADVANCE_TARGETS = ('next', 'last', 'next_last', 'spread')


class Due(NamedTuple):
    number: int                  # instalment, 0 for what belongs to none
    due_date: date
    component: str
    amount: object               # Decimal, or whole rounding units inside the engine


class Allocation(NamedTuple):
    number: int
    component: str
    amount: object


def get_order(components, groups=GROUPS):
    """The same components in the same order for each of the groups."""
    return tuple((group, component) for group in groups for component in components)


@dataclass(frozen=True, slots=True)
class AllocationRule:
    order: tuple = get_order(COMPONENTS)         # of (group, component)
    by: str = 'instalment'
    advance: str = 'next'

    def __post_init__(self):
        if self.by not in ALLOCATION_WAYS:
            raise TermsError(
                'by', f"Unknown way to allocate: {self.by}.", value=self.by,
                allowed=ALLOCATION_WAYS)
        if self.advance not in ADVANCE_TARGETS:
            raise TermsError(
                'advance', f"Unknown target of money in advance: {self.advance}.",
                value=self.advance, allowed=ADVANCE_TARGETS)
        if len(set(self.order)) != len(self.order):
            raise TermsError('order', "A component stands twice in the order.", value=self.order)
        for group, component in self.order:
            if group not in GROUPS or component not in COMPONENTS:
                raise TermsError(
                    'order', f"Unknown part of an order: {group} {component}.",
                    value=(group, component))


def get_group(due_date, day):
    if due_date < day:
        return 'past_due'
    return 'due' if due_date == day else 'advance'


def distribute(amount, dues, rule, day, limits=None):
    """(allocations in the order of paying, what is left over).

    `limits` caps what may go to a component in all: with interest by the day the instalments to
    come ask for more principal than is owed, as paying early saves interest.
    """
    left = dict(limits or {})
    paid = []
    for chain in _get_chains(dues, rule, day):
        if chain.shared:
            amount = _spread(amount, chain.dues, left, paid)
        else:
            amount = _pay_in_turn(amount, chain.dues, left, paid)
        if not amount:
            break
    return tuple(paid), amount


class _Chain(NamedTuple):
    dues: list
    shared: bool                 # in equal parts instead of one after the other


def _get_chains(dues, rule, day):
    grouped = {group: {} for group in GROUPS}
    for due in dues:
        by_component = grouped[get_group(due.due_date, day)]
        by_component.setdefault(due.component, []).append(due)
    if rule.by == 'component':
        for group, component in rule.order:
            yield _get_chain(grouped[group].get(component, ()), group, rule)
        return
    for group in dict.fromkeys(group for group, _component in rule.order):
        components = [component for its, component in rule.order if its == group]
        if group == 'advance' and rule.advance == 'spread':
            for component in components:
                yield _get_chain(grouped[group].get(component, ()), group, rule)
            continue
        place = {component: index for index, component in enumerate(components)}
        yield _get_chain(
            [due for component in components for due in grouped[group].get(component, ())],
            group, rule, place)


def _get_chain(dues, group, rule, place=None):
    """One group in the order of paying; money in advance may go to the end first."""
    place = place or {due.component: 0 for due in dues}
    numbers = sorted({(due.due_date, due.number) for due in dues})
    if group == 'advance' and rule.advance == 'last':
        numbers.reverse()
    elif group == 'advance' and rule.advance == 'next_last':
        numbers = numbers[:1] + numbers[:0:-1]
    turn = {number: index for index, number in enumerate(numbers)}
    ordered = sorted(
        dues, key=lambda due: (turn[due.due_date, due.number], place[due.component]))
    return _Chain(ordered, group == 'advance' and rule.advance == 'spread')


def _pay_in_turn(amount, dues, left, paid):
    for due in dues:
        if not amount:
            break
        part = min(amount, due.amount)
        if due.component in left:
            part = min(part, left[due.component])
            left[due.component] -= part
        if part:
            paid.append(Allocation(due.number, due.component, part))
            amount -= part
    return amount


def _spread(amount, dues, left, paid):
    """Equal parts in whole units, the last one takes the rest; what one cannot take goes round."""
    unpaid = {due.number: due for due in dues if due.amount}
    taken = dict.fromkeys(unpaid, 0)
    while amount and unpaid:
        part, before = amount // len(unpaid), amount
        last = max(unpaid)
        for number, due in list(unpaid.items()):
            wanted = part if number != last else amount
            given = min(wanted, amount, due.amount - taken[number])
            if due.component in left:
                given = min(given, left[due.component])
                left[due.component] -= given
            taken[number] += given
            amount -= given
            if taken[number] == due.amount:
                del unpaid[number]
        if amount == before:
            break
    paid += [
        Allocation(due.number, due.component, taken[due.number])
        for due in dues if taken.get(due.number)]
    return amount
