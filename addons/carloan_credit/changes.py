"""What a change of terms makes of the instalments to come.

A change on a day replaces every instalment that falls due later; those that are due stay as they
are. Each way of changing is a function of (instalments to come, terms, parameters), so that a
change is computed again when its past changes. Parameters are JSON: amounts and rates are text.
"""
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from odoo.addons.carloan_base import loanmath

#: Methods whose instalments come from a rule and can be made anew on what is left.
RULE_METHODS = ('equal_instalment', 'equal_principal', 'interest_only', 'balloon')
ZERO = Decimal('0.00')
#: Terms of the contract that do not hold for the instalments that are made anew.
REMADE = {
    'first_due_date': None, 'due_day': None, 'holiday_shift': 'none', 'grace_principal': 0,
    'grace_interest': 0, 'interest_free': 0, 'instalment': None,
    'down_payment_ratio': Decimal(0),
}


class Agreed(NamedTuple):
    """An instalment as one version of the schedule has it."""
    id: int                     # below 0: not in the database
    number: int
    start_date: date
    due_date: date
    principal: Decimal
    interest: Decimal

    @property
    def facts(self):
        return self[1:]


class Moment(NamedTuple):
    """A loan on the day of a change."""
    day: date
    terms: loanmath.Terms       # with the changes of rate so far
    behind: tuple               # of Agreed: due on the day or before
    ahead: tuple                # of Agreed: what the change replaces
    owed: Decimal               # what is due on the day, less what we hold of the borrower
    early: loanmath.EarlyTerms
    explain: Any = None         # a Trace that is told how rows come about, or None
    dues: Any = None            # dues.LoanDues of the day

    @property
    def left(self):
        """Principal that is not due yet."""
        return sum((row.principal for row in self.ahead), ZERO)

    def get_quote_rows(self):
        unpaid = loanmath.QuoteRow.unpaid
        return [
            *(loanmath.QuoteRow.paid_up(row) for row in self.behind),
            *(unpaid(row) for row in self.ahead)]

    def quote(self, explain=None):
        """loanmath's quote of what is not due yet; `explain.add` is told each component."""
        return loanmath.quote_payoff(
            self.terms, self.get_quote_rows(), self.day, self.early,
            explain=self.explain if explain is None else explain)

    def quote_prepayment(self, amount, way):
        """loanmath's quote of money that pays what is owed and a part of the rest."""
        return loanmath.quote_prepayment(
            self.terms, self.get_quote_rows(), self.day, amount - self.owed, way, self.early,
            explain=self.explain)


class Plan(NamedTuple):
    rows: tuple                 # of Agreed, ids 0
    fee: Decimal                # for paying early
    moves: tuple = ()           # of (kind, lines of the ledger): what the change does to debts


#: {way of changing: function of (moment, params, agreed)}, see `way`
_WAYS = {}
_WITHOUT_AHEAD = set()


def way(name, without_ahead=False):
    """Register a way of changing: a function of (`Moment`, parameters, agreed) that gives (rows,
    fee) or (rows, fee, moves).

    :param without_ahead: it makes sense too when nothing is to come any more
    """
    def register(function):
        _WAYS[name] = function
        if without_ahead:
            _WITHOUT_AHEAD.add(name)
        return function
    return register


def plan_change(moment, params, agreed=False):
    """The instalments after a change: a `Plan`.

    Raises TermsError when the change makes no sense on this day.

    :param agreed: it was made when the history before it was another one, so that it must be
                   made something of
    """
    if not moment.ahead and params['change'] not in _WITHOUT_AHEAD:
        if agreed:
            return Plan((), ZERO)
        raise loanmath.TermsError(
            'nothing_ahead', "No instalment falls due after this day.", value=moment.day)
    rows, fee, *moves = _WAYS[params['change']](moment, params, agreed)
    if rows is not moment.ahead:        # what stays as it was keeps its empty instalments too
        rows = _drop_empty(rows)
    first = moment.ahead[0].number if moment.ahead else moment.behind[-1].number + 1
    return Plan(tuple(
        row._replace(id=0, number=first + index) for index, row in enumerate(rows)), fee,
        *moves)


def ask_for_advance(moment, money, way):
    """The change that money asks for which is more than what is due: parameters, or None where it
    is held for the next instalment: too little for a day's interest, too early by the contract."""
    if not moment.ahead or money <= moment.owed:
        return None
    params = {'change': 'prepay', 'amount': str(money), 'way': way}
    try:
        rows = plan_change(moment, params, agreed=True).rows
    except loanmath.TermsError:
        return None
    same = [row[2:] for row in rows] == [row[2:] for row in moment.ahead]
    return None if same else params


def change_terms(terms, day, params):
    """loanmath's terms from the day of a change on."""
    change = params.get('change')
    if change == 'reprice':             # from then on it is the only one
        day = date.fromisoformat(params['from'])
        kept = [other for other in terms.rate_changes if other[0] < day]
    elif change == 'rate':
        kept = [other for other in terms.rate_changes if other[0] != day]
    else:
        return terms
    rate = Decimal(params['rate'])
    if day <= terms.start_date:
        return replace(terms, annual_rate=rate, rate_changes=tuple(kept))
    return replace(terms, rate_changes=tuple(sorted([*kept, (day, rate)])))


# === WAYS === #

@way('keep')
def keep(moment, _params, _agreed):
    """Everything as it is: a change that was undone leaves what it had replaced."""
    return moment.ahead, ZERO


@way('payoff')
def _pay_off(moment, _params, _agreed):
    """All that is left falls due on the day, with interest up to it."""
    quote = moment.quote()
    interest = quote.principal + quote.interest - moment.left
    return [due_now(moment, moment.left, interest)], quote.early_fee


@way('stop')
def _stop(moment, _params, _agreed):
    """All that is left falls due on the day, and no more interest runs."""
    return [due_now(moment, moment.left, ZERO)], ZERO


@way('prepay')
def _prepay(moment, params, agreed):
    """A part of the principal falls due on the day, with the interest up to it; as much as the
    money pays when all that is owed is paid."""
    check_rule(moment.terms.method)
    amount = Decimal(params['amount'])
    try:
        quote = moment.quote_prepayment(amount, params['way'])
    except loanmath.TermsError as error:
        if not agreed or error.code != 'prepayment':
            raise
        enough = amount - moment.owed >= moment.left + moment.quote().interest
        return _pay_off(moment, params, agreed) if enough else keep(moment, params, agreed)
    return [
        due_now(moment, quote.principal, quote.interest),
        *(Agreed(0, 0, row.start_date, row.due_date, row.principal, row.interest)
          for row in quote.rows)], quote.fee


@way('rate')
def _change_rate(moment, _params, _agreed):
    return remake(moment, [row.due_date for row in moment.ahead]), ZERO


@way('reprice')
def _reprice(moment, params, _agreed):
    """Another rate from a period on; those that began before keep theirs."""
    start = date.fromisoformat(params['from'])
    kept = [row for row in moment.ahead if row.start_date < start]
    later = moment.ahead[len(kept):]
    if not later:
        return moment.ahead, ZERO
    rows = remake(moment._replace(ahead=later), [row.due_date for row in later])
    return [*kept, *rows], ZERO


@way('extend')
def _extend(moment, params, _agreed):
    """More instalments at the end, the principal spread over all of them."""
    dates = [row.due_date for row in moment.ahead]
    return remake(moment, add_dates(moment.terms, dates, int(params['periods']))), ZERO


@way('due_date')
def _move_due_dates(moment, params, _agreed):
    """The next instalment on a given day, the others one period apart from it."""
    terms, first = moment.terms, date.fromisoformat(params['due_date'])
    return remake(moment, loanmath.due_dates(
        first, len(moment.ahead), terms.period_unit, terms.period_every, first.day)), ZERO


# === HELPERS === #

def _drop_empty(rows):
    """Instalments that ask for nothing fall away; the next one begins where they did, so that no
    day is left without a period."""
    kept, start = [], None
    for row in rows:
        start = start or row.start_date
        if row.principal or row.interest:
            kept.append(row._replace(start_date=start))
            start = None
    return kept


def due_now(moment, principal, interest):
    return Agreed(0, 0, moment.ahead[0].start_date, moment.day, principal, interest)


def add_dates(terms, dates, count):
    """The dates with more of them at the end, in the rhythm of the contract."""
    anchor = terms.due_day or terms.start_date.day
    return [*dates, *(
        loanmath.add_periods(
            dates[-1], number, terms.period_unit, terms.period_every,
            anchor if terms.period_unit == 'month' else None)
        for number in range(1, count + 1))]


def remake(moment, dates, more=ZERO, from_day=False, **values):
    """The instalments to come on the principal that is left, due on these days.

    :param more: principal that joins it on the day of the change, and bears interest from then on
    :param from_day: interest of the running period up to the day is left out
    """
    check_rule(moment.terms.method)
    terms, left = moment.terms, moment.left
    start = moment.day if from_day or not moment.ahead else moment.ahead[0].start_date
    later = bool(left and more > 0 and moment.day > start)
    known = [rate for day, rate in terms.rate_changes if day <= start]
    remade = replace(terms, **{
        'principal': left if later else left + more, 'start_date': start, 'periods': len(dates),
        'disbursements': ((moment.day, more),) if later else (),
        'due_dates': tuple(dates), 'annual_rate': known[-1] if known else terms.annual_rate,
        'rate_changes': tuple(change for change in terms.rate_changes if change[0] > start),
        'balloon': min(terms.balloon, left + more), **REMADE, **values})
    rows = loanmath.schedule(remade)
    if moment.explain is not None:
        moment.explain.add('schedule', rows, terms=remade)
    return [
        Agreed(0, 0, row.start_date, row.due_date, row.principal, row.interest) for row in rows]


def check_rule(method):
    """Raises TermsError when the instalments of a method cannot be made anew."""
    if method not in RULE_METHODS:
        raise loanmath.TermsError(
            'method', "Instalments of this method are not made anew.",
            value=method, allowed=RULE_METHODS)
