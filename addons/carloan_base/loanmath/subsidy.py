"""Subsidised loans (贴息): the borrower pays little or no interest, the maker pays the rest.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms, schedule
>>> terms = Terms('subsidised', Decimal(120000), Decimal('0.06'), 12, date(2026, 1, 10))
>>> [str(schedule(terms)[0].principal), str(schedule(terms)[0].interest)]
['10000.00', '0.00']

Paid at the start, the subsidy is what the lender's rate takes off the instalments; it is earned
month by month, so that the loan yields the full rate:

>>> subsidy = get_subsidy(terms)
>>> str(subsidy.amount), [str(income) for income in subsidy.income[:2]], str(sum(subsidy.income))
('3810.68', ['580.95', '533.85'], '3810.68')

Or it is paid with each instalment, as the interest that the borrower does not pay:

>>> spread = get_subsidy(terms, 'spread')
>>> str(spread.amount), [str(due) for due in spread.due[:2]]
('3900.00', ['600.00', '550.00'])
"""
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .errors import TermsError
from .plan import make_plan
from .schedule import schedule_table
from .validation import check_choice

SUBSIDY_WAYS = ('npv', 'spread')


class Subsidy(NamedTuple):
    amount: Decimal              # in all
    due: tuple                   # what the maker pays with each instalment
    income: tuple                # what of it the lender earns with each instalment


def get_subsidy(terms, way='npv'):
    """The subsidy that lifts the borrower's rate to the full `annual_rate`: paid at the start
    ('npv') or with the instalments ('spread')."""
    check_choice('way', way, SUBSIDY_WAYS)
    if terms.method != 'subsidised':
        raise TermsError(
            'method', "Only a subsidised loan has a subsidy.", value=terms.method,
            allowed=('subsidised',))
    full = _get_full_plan(terms)
    principal, interest = schedule_table(terms)[1:]
    return _spread(terms, full, principal, interest) if way == 'spread' else _discount(
        terms, full, principal, interest)


def _get_full_plan(terms):
    """The same periods at the lender's rate."""
    return make_plan(replace(terms, method='equal_instalment', borrower_rate=None))


def _spread(terms, full, principal, interest):
    """On the borrower's balances: interest at the full rate less what he pays."""
    wanted = full.get_interest_on_balances(principal)
    parts = tuple(
        terms.rounding.to_amount(max(whole - paid, 0))
        for whole, paid in zip(wanted, interest, strict=True))
    return Subsidy(sum(parts), parts, parts)


def _discount(terms, full, principal, interest):
    """Principal less the present value of the instalments, earned at the full rate."""
    value, discount = Fraction(0), Fraction(1)
    for factor, part, paid in zip(full.factors, principal, interest, strict=True):
        discount /= 1 + Fraction(factor, full.denominator)
        value += (part + paid) * discount
    whole = max(sum(principal) - value, Fraction(0))
    amount = terms.rounding.round_ratio(whole.numerator, whole.denominator)
    book, rest, income = sum(principal) - amount, amount, []
    for factor, part, paid in zip(full.factors, principal, interest, strict=True):
        earned = min(max(full.round_ratio(book * factor, full.denominator) - paid, 0), rest)
        income.append(earned)
        rest -= earned
        book += earned - part
    income[-1] += rest
    to_amount = terms.rounding.to_amount
    return Subsidy(
        to_amount(amount), (to_amount(amount), *[to_amount(0)] * (len(principal) - 1)),
        tuple(map(to_amount, income)))
