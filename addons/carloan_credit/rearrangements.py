"""Changes of terms that move what is owed: into the principal, into new instalments, or away.

Each way is a function like those of `changes`, and gives the lines of the ledger with the rows.
What bears interest anew bears it from the day of the change on, not from the start of the running
period.
"""
from datetime import date
from decimal import Decimal
from math import ceil

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.loanmath.quotes import get_running_interest
from odoo.addons.carloan_base.loanmath.stretches import get_stretch_interest

from .changes import ZERO, Agreed, add_dates, due_now, keep, remake, way
from .entries import EntryLine

PART_METHODS = ('equal_instalment', 'equal_principal')
MAX_PERIODS = 1200


@way('capitalise')
def _capitalise(moment, params, agreed):
    """What is due and unpaid of some components becomes principal, spread over the instalments to
    come."""
    dues = _get_dues(moment, params['components'])
    total = _sum(dues)
    if not total:
        if agreed:
            return keep(moment, params, agreed)
        raise loanmath.TermsError(
            'nothing_due', "Nothing of this is due and unpaid.", value=moment.day)
    lines = (*_clear(dues), EntryLine('principal', total))
    return remake(moment, _get_dates(moment), total), ZERO, (('capitalisation', lines),)


@way('reamortise')
def _reamortise(moment, params, agreed):
    """Overdue principal and what is to come are spread anew: to the same end, or by the same
    instalment; overdue interest is due with the next instalment."""
    lines, principal, interest = _move_arrears(moment)
    dates = _get_dates(moment)
    if params['keep'] == 'end':
        rows = remake(moment, dates, principal)
    else:
        rows = _keep_instalment(moment, principal, dates)
    return _add_interest(rows, interest), ZERO, lines


@way('reage', without_ahead=True)
def _reage(moment, params, agreed):
    """All that is open starts anew in so many instalments from a due date on.

    By `interest`: 'normal' asks for overdue interest with the first new instalment, 'waive' gives
    it up with that of the running days; 'equal' asks for it in equal parts and for no more
    interest, 'equal_full' for that of the old schedule too.
    """
    lines, principal, interest = _move_arrears(moment)
    terms, way_of_interest = moment.terms, params['interest']
    first = date.fromisoformat(params['due_date'])
    dates = loanmath.due_dates(
        first, int(params['periods']), terms.period_unit, terms.period_every, first.day)
    if moment.left + principal == 0:
        if agreed:
            return keep(moment, params, agreed)
        raise loanmath.TermsError('nothing_due', "Nothing is open.", value=moment.day)
    if way_of_interest.startswith('equal'):
        interest += _get_interest_ahead(moment, full=way_of_interest == 'equal_full')
        return _split_equally(moment, dates, moment.left + principal, interest), ZERO, lines
    if way_of_interest == 'waive':
        rows = remake(moment, dates, principal, from_day=True)
        return rows, ZERO, _waive_moved_interest(lines)
    return _add_interest(remake(moment, dates, principal), interest), ZERO, lines


@way('zero_interest')
def _stop_interest(moment, _params, _agreed):
    """The schedule stays, no interest runs from the day on."""
    running = _get_interest_ahead(moment)
    rows = [row._replace(id=0, interest=ZERO) for row in moment.ahead]
    rows[0] = rows[0]._replace(interest=running)
    return rows, ZERO


@way('accelerate')
def _accelerate(moment, _params, _agreed):
    """All that is left falls due on the day, with interest up to it and no fee."""
    return [due_now(moment, moment.left, _get_interest_ahead(moment))], ZERO


@way('forgive')
def _forgive(moment, params, agreed):
    """Principal that is not due yet is given up; the instalments to come become lower."""
    amount = Decimal(params['amount'])
    if amount >= moment.left:
        if not agreed:
            raise loanmath.TermsError(
                'forgive', "Some principal stays.", value=amount, max=moment.left)
        amount = moment.left
    start = moment.ahead[0].start_date
    lines = (('waiver', (EntryLine('principal', -amount),)),)
    if amount == moment.left:
        return [due_now(moment, ZERO, _get_interest_ahead(moment))], ZERO, lines
    interest = get_stretch_interest(moment.terms, amount, start, moment.day)
    return _add_interest(remake(moment, _get_dates(moment), -amount), interest), ZERO, lines


# === HELPERS === #

def _get_dates(moment):
    return [row.due_date for row in moment.ahead]


def _get_dues(moment, components):
    return [due for due in moment.dues.dues if due.component in components]


def _sum(dues):
    return sum((due.amount for due in dues), ZERO)


def _clear(dues):
    return tuple(EntryLine(due.component, -due.amount, due.number or False) for due in dues)


def _move_arrears(moment):
    """(lines that take principal and interest off the instalments that are due, both sums).

    The principal goes on in new instalments; the interest was due and is agreed to be due later.
    """
    dues = _get_dues(moment, ('principal', 'interest'))
    principal = _sum(due for due in dues if due.component == 'principal')
    interest = _sum(dues) - principal
    if not dues:
        return (), principal, interest
    lines = _clear(dues)
    if principal:
        lines += (EntryLine('principal', principal),)
    return (('rearrangement', lines),), principal, interest


def _waive_moved_interest(moves):
    """What `_move_arrears` moved, with the interest given up instead."""
    lines = [line for _kind, lines in moves for line in lines]
    kinds = {
        'rearrangement': tuple(line for line in lines if line.component == 'principal'),
        'waiver': tuple(line for line in lines if line.component == 'interest')}
    return tuple((kind, lines) for kind, lines in kinds.items() if lines)


def _add_interest(rows, interest):
    """Interest that is due with the first of the rows."""
    return [rows[0]._replace(interest=rows[0].interest + interest), *rows[1:]]


def _get_interest_ahead(moment, full=False):
    """Interest of the running period up to the day; or all that the instalments to come ask for."""
    if full:
        return sum((row.interest for row in moment.ahead), ZERO)
    later = [row for row in moment.get_quote_rows() if row.due_date > moment.day]
    return get_running_interest(
        moment.terms, later, moment.day, moment.early.interest, moment.explain)


def _split_equally(moment, dates, principal, interest):
    rounding, count, rows = moment.terms.rounding, len(dates), []
    shares = {name: rounding.round_product(*(amount / count).as_integer_ratio())
              for name, amount in (('principal', principal), ('interest', interest))}
    start = moment.ahead[0].start_date if moment.ahead else moment.day
    for number, due_date in enumerate(dates, 1):
        last = number == count
        rows.append(Agreed(
            0, 0, start, due_date,
            principal - shares['principal'] * (count - 1) if last else shares['principal'],
            interest - shares['interest'] * (count - 1) if last else shares['interest']))
        start = due_date
    return rows


def _keep_instalment(moment, principal, dates):
    """The instalments to come as large as the next one is now, as many as it takes."""
    if moment.terms.method not in PART_METHODS:
        raise loanmath.TermsError(
            'keep_instalment', "The instalment of this method cannot be kept.",
            value=moment.terms.method, allowed=PART_METHODS)
    first = moment.ahead[0]
    total = first.principal + first.interest
    if moment.terms.method == 'equal_principal':
        return _keep_part(moment, principal, dates, first.principal)
    count = len(dates)
    while True:
        rows = [row for row in remake(
            moment, add_dates(moment.terms, dates, count - len(dates)), principal,
            instalment=min(total, 2 * (moment.left + principal))) if row.principal]
        if rows[-1].principal + rows[-1].interest <= total:
            return rows
        if count == MAX_PERIODS:
            raise loanmath.TermsError(
                'instalment_too_low', "The instalment does not repay the loan in 1,200 periods.",
                value=total)
        count = min(count * 2, MAX_PERIODS)


def _keep_part(moment, principal, dates, part):
    """So many equal parts of the principal that none is larger by more than the rounding."""
    total = moment.left + principal
    count = ceil(total / (part + moment.terms.rounding_unit))
    if count > MAX_PERIODS:
        raise loanmath.TermsError(
            'instalment_too_low', "The instalment does not repay the loan in 1,200 periods.",
            value=part)
    dates = add_dates(moment.terms, dates, max(count - len(dates), 0))[:count]
    return remake(moment, dates, principal)
