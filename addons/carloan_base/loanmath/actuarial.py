"""What a flat loan owes in truth: each instalment split by the rate of return of the whole.

A flat loan charges interest on the first principal to the end. Who pays it off early owes the
balance by the internal rate of return, not the sum of flat interest to come.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms, schedule
>>> terms = Terms('flat', Decimal(36000), Decimal('0.06'), 12, date(2026, 1, 10))
>>> rows = schedule(terms)
>>> str(rows[0].principal), str(rows[0].interest)
('3000.00', '180.00')
>>> true_rows = get_actuarial_rows(terms, rows)
>>> [(str(row.principal), str(row.interest)) for row in true_rows[:2]]
[('2853.11', '326.89'), ('2879.02', '300.98')]
>>> get_unearned_interest(rows, true_rows, 6)
Decimal('487.99')
"""
from decimal import Decimal
from typing import NamedTuple

from .cost import irr


class Parts(NamedTuple):
    principal: Decimal
    interest: Decimal


def get_actuarial_rows(terms, rows):
    """(principal, interest) of the same instalments by their rate of return, the last one taking
    the rest; `rows` need principal, interest and total."""
    rounding = terms.rounding
    balance = sum(row.principal for row in rows)
    rate = irr([-balance, *(row.total for row in rows)])
    parts = []
    for row in rows:
        interest = row.total - balance
        if row is not rows[-1]:
            interest = min(rounding.round_amount(balance * rate), row.total)
        parts.append(Parts(row.total - interest, interest))
        balance -= row.total - interest
    return tuple(parts)


def get_unearned_interest(rows, true_rows, paid):
    """Flat interest still to come after `paid` instalments that nobody has earned."""
    return sum(row.interest for row in rows[paid:]) - sum(
        row.interest for row in true_rows[paid:])
