"""The schedule: what is owed when.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms
>>> terms = Terms('equal_instalment', Decimal('100000'), Decimal('0.12'), 12, date(2026, 1, 31))
>>> rows = schedule(terms)
>>> for row in (rows[0], rows[1], rows[-1]):
...     print(row.number, row.due_date, row.principal, row.interest, row.total, row.closing)
1 2026-02-28 7884.88 1000.00 8884.88 92115.12
2 2026-03-31 7963.73 921.15 8884.88 84151.39
12 2027-01-31 8796.88 87.97 8884.85 0.00
>>> sum(row.interest for row in rows)
Decimal('6618.53')
"""
from datetime import date
from decimal import Decimal
from itertools import accumulate, count
from operator import sub
from typing import NamedTuple

from .graces import apply_graces
from .methods import get_method
from .periods import get_calendar
from .plan import make_plan
from .stages import add_down_payments, split_in_stages


class Instalment(NamedTuple):
    number: int
    start_date: date
    due_date: date
    opening: Decimal             # principal before it
    principal: Decimal
    interest: Decimal
    closing: Decimal             # principal after it

    @property
    def total(self):
        return self.principal + self.interest


class Table(NamedTuple):
    """A schedule in columns of whole rounding units: the form for whole portfolios."""

    due_dates: tuple
    principal: list
    interest: list


def schedule_table(terms):
    table = get_planned_table(terms)
    if terms.down_payment_ratio:
        return Table(*add_down_payments(terms, *table))
    return table


def get_planned_table(terms):
    """The table without down payments: of what is left to repay after them."""
    calendar = get_calendar(terms)
    if terms.disbursements or terms.rate_changes or terms.interest_pauses:
        principal, interest = split_in_stages(terms, calendar)
    else:
        principal, interest = get_method(terms.method).split(make_plan(terms, calendar))
    if terms.grace_interest or terms.interest_free:
        interest = apply_graces(terms, interest)
    return Table(calendar.due_dates, principal, interest)


def schedule(terms):
    """The instalments of these terms, as a tuple."""
    dates, principal_units, interest_units = schedule_table(terms)
    unit = terms.rounding_unit
    principal = [units * unit for units in principal_units]
    interest = [units * unit for units in interest_units]
    if terms.disbursements:
        return _get_rows_of_pay_outs(terms, dates, principal, interest)
    balances = list(accumulate(principal, sub, initial=sum(principal_units) * unit))
    return tuple(map(
        Instalment, count(1), (terms.start_date, *dates), dates,
        balances, principal, interest, balances[1:]))


def _get_rows_of_pay_outs(terms, dates, principal, interest):
    """With several pay-outs: the principal before an instalment holds all that was paid out."""
    rows = []
    for number, (start, due_date, part, charged) in enumerate(zip(
            (terms.start_date, *dates), dates, principal, interest, strict=False), 1):
        paid_out = terms.principal + sum(
            amount for day, amount in terms.disbursements if day <= due_date)
        closing = paid_out - sum(principal[:number])
        rows.append(Instalment(
            number, start, due_date, closing + part, part, charged, closing))
    return tuple(rows)
