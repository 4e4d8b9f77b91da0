"""Part prepayment: what a sum paid early does to the instalments to come.

What is due and the interest up to the day come first, then the fee; the rest is principal. Then the
instalments are made anew and 'lower', or they stay and the loan gets 'shorter', or the next ones
'skip' principal until the sum is used up.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms, schedule
>>> from loanmath.quotes import QuoteRow
>>> terms = Terms('equal_instalment', Decimal(100000), Decimal('0.12'), 12, date(2026, 1, 10))
>>> rows = [QuoteRow.paid_up(row) for row in schedule(terms)[:3]]
>>> rows += [QuoteRow.unpaid(row) for row in schedule(terms)[3:]]
>>> for way in ('lower', 'shorten', 'skip'):
...     quote = quote_prepayment(terms, rows, date(2026, 4, 10), Decimal(30000), way)
...     print(way, len(quote.rows), [str(quote.rows[index].total) for index in (0, 4, -1)])
lower 9 ['5382.67', '5382.67', '5382.63']
shorten 6 ['8884.88', '8884.88', '3169.55']
skip 9 ['461.08', '8884.88', '8884.85']
"""
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .cost import irr
from .errors import TermsError
from .quotes import EarlyTerms, check_day, get_running_interest, split_truly
from .rounding import check_decimal
from .schedule import schedule
from .validation import check_choice

PREPAYMENT_WAYS = ('lower', 'shorten', 'skip')
LEVEL_METHODS = ('equal_instalment', 'balloon', 'subsidised', 'flat')
PART_METHODS = ('equal_principal', 'interest_only')


class PrepaymentQuote(NamedTuple):
    day: date
    due: Decimal                 # what is due already and its charges
    interest: Decimal            # of the running period up to the day
    fee: Decimal
    principal: Decimal           # that is paid early
    rows: tuple                  # the instalments to come, after it
    interest_saved: Decimal


def quote_prepayment(terms, rows, day, amount, way, early=None, today=None, explain=None):
    """What a sum paid early does; `explain.add` is told how the interest up to the day was counted
    and by which terms the new instalments were made."""
    early = early or EarlyTerms()
    _check(terms, amount, way)
    check_day(terms, rows, day, early, today)
    true_rows = split_truly(terms, rows)
    due = sum((
        row.open_principal + row.open_interest for row in true_rows if row.due_date <= day),
        Decimal(0)) + sum((row.fee + row.penalty for row in rows), Decimal(0))
    later = [row for row in true_rows if row.due_date > day]
    interest = get_running_interest(terms, later, day, early.interest, explain)
    behind = len(rows) - len(later)
    left = sum(row.open_principal for row in later)
    principal, fee = _split(
        terms, amount - due - interest, early,
        early.get_progress(terms.start_date, day, behind))
    if not 0 < principal < left:
        raise TermsError(
            'prepayment', "A part prepayment leaves principal, and more than is due now.",
            value=amount, min=due + interest, max=due + interest + left)
    new_terms, new_rows = _plan(terms, rows, later, day, left - principal, way)
    if explain is not None:
        explain.add('schedule', new_rows, terms=new_terms)
    saved = sum(row.interest for row in later) - interest - sum(row.interest for row in new_rows)
    return PrepaymentQuote(day, due, interest, fee, principal, new_rows, saved)


def _check(terms, amount, way):
    check_decimal('amount', amount)
    terms.rounding.to_units(abs(amount))
    check_choice('way', way, PREPAYMENT_WAYS)
    if terms.method not in (*LEVEL_METHODS, *PART_METHODS):
        raise TermsError(
            'prepayment', "Loans of this method can only be paid off as a whole.",
            value=terms.method, allowed=(*LEVEL_METHODS, *PART_METHODS))


def _split(terms, amount, early, progress):
    """(principal, fee) of what is left of the money: the fee is a part of the principal."""
    rounding = terms.rounding
    if amount <= 0:
        return amount, rounding.to_amount(0)
    ratio = early.get_ratio(progress)
    above, below = (1 + ratio).as_integer_ratio()
    amount_above, amount_below = amount.as_integer_ratio()
    principal = rounding.round_product(amount_above * below, amount_below * above)
    fee = early.get_fee(terms, principal, progress)
    if principal + fee != amount:                # a least fee, or a cent of rounding
        principal = amount - fee
    return principal, fee


def _plan(terms, rows, later, day, left, way):
    """(terms, rows) of the instalments to come on what is left, due on the same days."""
    periods = len(later)
    method = 'equal_instalment' if terms.method == 'flat' else terms.method
    new_terms = replace(
        terms, method=method, principal=left, start_date=day, periods=periods,
        annual_rate=_get_rate(terms, rows, day), first_due_date=None, due_day=None,
        due_dates=tuple(row.due_date for row in later), holiday_shift='none',
        balloon=min(terms.balloon, left), grace_principal=0, grace_interest=0, interest_free=0,
        instalment=None, down_payment_ratio=Decimal(0), disbursements=(),
        rate_changes=tuple(change for change in terms.rate_changes if change[0] > day),
        interest_pauses=tuple(pause for pause in terms.interest_pauses if pause[0] > day))
    if way == 'lower' or periods == 1 or method == 'interest_only':
        return new_terms, schedule(new_terms)
    if way == 'skip':
        return _keep_parts(new_terms, _skip([row.principal for row in later], left))
    if method == 'equal_principal':
        return _keep_parts(new_terms, _shorten([row.principal for row in later], left))
    instalment = later[0].total
    new_terms = replace(new_terms, instalment=min(instalment, left * 2))
    return new_terms, tuple(row for row in schedule(new_terms) if row.total)


def _get_rate(terms, rows, day):
    """The contract's rate on the day; of a flat loan its rate of return."""
    if terms.method != 'flat':
        known = [rate for first, rate in terms.rate_changes if first <= day]
        return known[-1] if known else terms.annual_rate
    flows = [-sum(row.principal for row in rows), *(row.total for row in rows)]
    return irr(flows) * terms.periods_per_year


def _skip(parts, left):
    """Parts from the front are paid already: what stays adds up to `left`."""
    used = sum(parts) - left
    kept = []
    for part in parts:
        taken = min(part, used)
        kept.append(part - taken)
        used -= taken
    return kept


def _shorten(parts, left):
    kept = []
    for part in parts:
        kept.append(min(part, left))
        left -= kept[-1]
    return kept


def _keep_parts(terms, parts):
    terms = replace(
        terms, method='given_principal', table=tuple(parts), balloon=Decimal(0),
        instalment_unit=None)
    rows = schedule(terms)
    last = max(row.number for row in rows if row.principal)
    return terms, rows[:last]
