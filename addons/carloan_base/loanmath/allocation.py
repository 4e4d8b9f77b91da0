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
"""
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .errors import TermsError
from .rounding import check_decimal

COMPONENTS = ('fee', 'penalty', 'compound', 'interest', 'principal')
ALLOCATION_WAYS = ('instalment', 'component')


class Due(NamedTuple):
    number: int                  # instalment, 0 for what belongs to none
    due_date: date
    component: str
    amount: Decimal


class Allocation(NamedTuple):
    number: int
    component: str
    amount: Decimal


def allocate(amount, dues, order=COMPONENTS, by='instalment'):
    """(allocations in the order of paying, what is left over)."""
    _check(amount, dues, order, by)
    place = {component: index for index, component in enumerate(order)}
    if by == 'instalment':
        ordered = sorted(dues, key=lambda due: (due.due_date, due.number, place[due.component]))
    else:
        ordered = sorted(dues, key=lambda due: (place[due.component], due.due_date, due.number))
    rest = amount
    allocations = []
    for due in ordered:
        if not rest:
            break
        part = min(rest, due.amount)
        if part:
            allocations.append(Allocation(due.number, due.component, part))
            rest -= part
    return tuple(allocations), rest


def _check(amount, dues, order, by):
    check_decimal('amount', amount)
    if amount < 0:
        raise TermsError('amount', "A payment is not negative.", value=amount, min=0)
    if by not in ALLOCATION_WAYS:
        raise TermsError('by', f"Unknown way to allocate: {by}.", value=by, allowed=ALLOCATION_WAYS)
    if len(set(order)) != len(order):
        raise TermsError('order', "A component stands twice in the order.", value=tuple(order))
    for due in dues:
        if due.component not in order:
            raise TermsError(
                'order', f"The order does not say when to pay {due.component}.",
                value=due.component, allowed=tuple(order))
        check_decimal('due', due.amount)
        if due.amount < 0:
            raise TermsError('due', "A due amount is not negative.", value=due.amount, min=0)
