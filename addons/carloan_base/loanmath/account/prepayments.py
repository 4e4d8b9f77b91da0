"""Money beyond what is due, in contracts that take it as principal on its day.

It goes to the running instalment, whose interest stays what its days and balances make it. Where it
repays more principal than the instalment plans, the contract says what becomes of the later ones:
they are made anew and 'lower', they stay and the loan gets 'shorter', or the next ones 'skip' the
principal that is paid already.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms
>>> from loanmath.account import AccountTerms, Disbursement, Payment, play
>>> terms = Terms('equal_instalment', Decimal(6000), Decimal('0.12'), 6, date(2026, 1, 10))
>>> events = [
...     Disbursement(date(2026, 1, 10), Decimal(6000)),
...     Payment(date(2026, 2, 10), Decimal('3035.29'))]
>>> for way in ('lower', 'shorten', 'skip'):
...     account = play(AccountTerms(
...         terms, daily_recalculation=True, prepayment=way), events, date(2026, 2, 10))
...     print(way, [str(row.owed.total) for row in account.instalments])
lower ['3035.29', '623.21', '623.21', '623.21', '623.21', '623.22']
shorten ['3035.29', '1035.29', '1035.29', '1014.63']
skip ['3035.29', '30.25', '40.33', '1035.29', '1035.29', '1004.23']
"""
from .level import relevel
from .period import REGULAR


def split(walk, period, due, settled):
    """(interest, principal) of an instalment: what was paid is never asked for again, what was
    paid too much may be skipped later."""
    planned = max(period.instalment + period.credited - due, 0)
    if walk.table.settings.prepayment == 'skip':
        skipped = min(planned, walk.spare)
        planned -= skipped
        walk.spare += max(settled - planned, 0) - skipped
    return due, settled + min(max(planned - settled, 0), max(walk.left, 0))


def get_running(table, day):
    """The instalment that money of this day belongs to."""
    return next((
        period for period in table.periods
        if period.kind == REGULAR and period.due >= day and not period.closed), None)


def take(replay, day, amount):
    """Principal first, then the interest of its days; (split, rest)."""
    table = replay.table
    running = get_running(table, day)
    if running is None or not amount:
        return {}, amount
    index = table.periods.index(running)
    planned = running.owed['principal']
    principal = min(amount, table.outstanding)
    _pay(table, running, day, principal)
    table.walk(index)
    interest = 0
    if not table.outstanding:
        interest = min(amount - principal, max(running.get_open('interest'), 0))
        running.settle(running.paid, 'interest', interest)
    if running.settled_principal > planned:
        _replan(replay, index)
    return {'principal': principal, 'interest': interest}, amount - principal - interest


def _pay(table, period, day, amount):
    period.settle(period.paid, 'principal', amount)
    period.paid_dates.append((day, amount))
    table.repay_principal(day, period, amount)


def _replan(replay, index):
    table, way = replay.table, replay.settings.prepayment
    if way == 'lower':
        relevel(table, replay.terms, index + 1)
        table.walk(index)
    elif way == 'shorten':
        while len(table.periods) > index + 1 and not any(table.periods[-1].owed.values()):
            table.periods.pop()
