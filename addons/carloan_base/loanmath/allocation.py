"""What a payment pays.

Oldest instalment first and inside it by component, or one component over all instalments before the
next one.

>>> from datetime import date
>>> from decimal import Decimal
>>> dues = [
...     Due(1, date(2026, 2, 28), 'principal', Decimal('7884.88')),
...     Due(1, date(2026, 2, 28), 'interest', Decimal('1000.00')),
...     Due(1, date(2026, 2, 28), 'penalty', Decimal('137.99')),
...     Due(2, date(2026, 3, 31), 'interest', Decimal('921.15')),
... ]
>>> paid, rest = allocate(Decimal('9500'), dues)
>>> for part in paid:
...     print(part.number, part.component, part.amount)
1 penalty 137.99
1 interest 1000.00
1 principal 7884.88
2 interest 477.13
>>> rest
Decimal('0.00')

A contract may turn the order round when a loan is long overdue, and the cashier may be told what a
payment is for; what is left of it follows the rule:

>>> policy = AllocationPolicy(long_overdue_days=90, long_overdue=AllocationRule(
...     get_order(('fee', 'principal', 'interest', 'compound', 'penalty'))))
>>> rule = policy.get_rule(days_overdue=91)
>>> paid, _rest = allocate_by_rule(Decimal('8000'), dues, rule, date(2026, 6, 1))
>>> [(part.number, part.component, str(part.amount)) for part in paid]
[(1, 'principal', '7884.88'), (1, 'interest', '115.12')]
>>> paid, _rest = allocate_by_rule(
...     Decimal('1000'), dues, rule, date(2026, 6, 1), chosen=[Choice(component='penalty')])
>>> [(part.number, part.component, str(part.amount)) for part in paid]
[(1, 'penalty', '137.99'), (1, 'principal', '862.01')]
"""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .errors import TermsError
from .rounding import check_decimal, get_rounding
from .validation import check_whole
from .waterfall import (
    ADVANCE_TARGETS,
    ALLOCATION_WAYS,
    COMPONENTS,
    GROUPS,
    Allocation,
    AllocationRule,
    Due,
    distribute,
    get_order,
)

__all__ = [
    'ADVANCE_TARGETS', 'ALLOCATION_WAYS', 'COMPONENTS', 'GROUPS', 'Allocation', 'AllocationPolicy',
    'AllocationRule', 'Choice', 'Due', 'allocate', 'allocate_by_rule', 'get_order',
]

MAX_OVERDUE_DAYS = 3650


@dataclass(frozen=True, slots=True)
class AllocationPolicy:
    """The usual order, and the one of a loan that is more than so many days overdue (non-accrual:
    principal first)."""

    usual: AllocationRule = AllocationRule()
    long_overdue: AllocationRule | None = None
    long_overdue_days: int = 90

    def __post_init__(self):
        check_whole(
            'long_overdue_days', self.long_overdue_days, 0, MAX_OVERDUE_DAYS,
            "A loan is long overdue after 0 to 3650 days.")

    def get_rule(self, days_overdue):
        if self.long_overdue and days_overdue > self.long_overdue_days:
            return self.long_overdue
        return self.usual


class Choice(NamedTuple):
    """What somebody says that a payment is for: an instalment, a component, or both; at most
    `amount` of it."""

    number: int | None = None
    component: str | None = None
    amount: Decimal | None = None

    def matches(self, due):
        return (
            self.number in (None, due.number) and self.component in (None, due.component))


def allocate(amount, dues, order=COMPONENTS, by='instalment', unit=Decimal('0.01')):
    """(allocations in the order of paying, what is left over), one order for all that is due."""
    if len(set(order)) != len(order):
        raise TermsError('order', "A component stands twice in the order.", value=tuple(order))
    rule = AllocationRule(get_order(tuple(order), ('past_due',)), by)
    return allocate_by_rule(amount, dues, rule, date.max, unit=unit)


def allocate_by_rule(amount, dues, rule, day, chosen=(), unit=Decimal('0.01')):
    """The same by a rule for past due, due and in advance as seen on `day`.

    `chosen` comes first, in its order. What the rule does not name is not paid: the rest is an
    overpayment. Equal parts of money in advance are whole `unit`s.
    """
    _check(amount, dues, rule)
    rounding = get_rounding(unit, 'half_up')
    left = [due._replace(amount=rounding.to_units(due.amount, 'due')) for due in dues]
    left.sort(key=lambda due: (due.due_date, due.number))
    chosen_parts, rest = _pay_chosen(rounding.to_units(amount), left, chosen, rounding)
    parts, rest = distribute(rest, left, rule, day)
    return tuple(
        part._replace(amount=rounding.to_amount(part.amount))
        for part in (*chosen_parts, *parts)), rounding.to_amount(rest)


def _pay_chosen(units, dues, chosen, rounding):
    """(allocations, what is left of the money); `dues` are lowered in place."""
    parts = []
    for choice in chosen:
        limit = units
        if choice.amount is not None:
            limit = min(units, rounding.to_units(choice.amount))
        for place, due in enumerate(dues):
            part = min(limit, due.amount) if choice.matches(due) else 0
            if part:
                parts.append(Allocation(due.number, due.component, part))
                dues[place] = due._replace(amount=due.amount - part)
                limit -= part
                units -= part
    return parts, units


def _check(amount, dues, rule):
    check_decimal('amount', amount)
    if amount < 0:
        raise TermsError('amount', "A payment is not negative.", value=amount, min=0)
    order = [component for _group, component in rule.order]
    for due in dues:
        if due.component not in order:
            raise TermsError(
                'order', f"The order does not say when to pay {due.component}.",
                value=due.component, allowed=tuple(order))
        check_decimal('due', due.amount)
        if due.amount < 0:
            raise TermsError('due', "A due amount is not negative.", value=due.amount, min=0)
