"""The contract changes: rate, due dates, number of instalments, or all of what is open."""
from dataclasses import replace

from ..dates import add_periods as add_dates
from ..errors import TermsError
from .checks import MAX_PERIODS
from .level import relevel
from .losses import merge
from .period import EXTRA, REGULAR, Period


def change_rate(replay, event):
    table = replay.table
    if not replay.disbursed and event.date <= replay.terms.start_date:
        replay.terms = replace(replay.terms, annual_rate=event.annual_rate)
    replay.interest.change_rate(event.date, event.annual_rate)
    if table.periods:
        relevel(table, replay.terms, table.find(event.date), keep_settled=True)
        table.walk()


def pause_interest(replay, event):
    replay.interest.pause(event.date, event.until)
    table = replay.table
    if not table.periods:
        return
    for period in table.periods[table.find(event.date):]:
        period.given_interest = None
    table.walk()


def move_due_date(replay, event):
    """This instalment and the later ones; what they ask for stays, the last one takes the rest."""
    table = replay.table
    first = next((
        index for index in table.get_regular()
        if table.periods[index].due >= event.due_date and not table.periods[index].closed), None)
    if first is None:
        raise TermsError(
            'due_date', "No instalment is due on or after this day.", value=event.due_date)
    start = table.periods[first].start
    if event.new_due_date <= start:
        raise TermsError(
            'due_date', "The new due date must be after the one before.",
            value=event.new_due_date, after=start)
    replay.interest.shift(
        [period for period in table.periods[first:] if period.kind == REGULAR],
        event.new_due_date)
    _put_in_order(table)
    table.walk()


def add_periods(replay, event):
    table = replay.table
    _check_count(table, event.count)
    last = table.periods[table.get_regular()[-1]]
    rule = replay.interest.rule
    for _count in range(event.count):
        period = Period(last.due, rule.add(last.due, 1, replay.interest.anchor_day))
        period.part = replay.interest.get_period_part(period)
        period.instalment = 0
        table.periods.append(period)
        last = period
    _put_in_order(table)
    relevel(table, replay.terms, table.find(event.date), keep_settled=True)
    table.walk()


def _put_in_order(table):
    """Rows by due date; what stood after the last instalment joins it if that is later now."""
    table.periods.sort(key=lambda period: period.due)
    last = table.periods[table.get_regular()[-1]]
    for period in [period for period in table.periods if period.kind == EXTRA]:
        if period.due <= last.due:
            table.periods.remove(period)
            merge(next(
                other for other in table.periods
                if other.kind == REGULAR and other.due >= period.due), period)


def reamortise(replay, event):
    """What is past due and unpaid is asked for with the instalments to come."""
    table = replay.table
    _check_to_come(table, event)
    past = [period for period in table.periods if period.due <= event.date and not period.closed]
    split = _get_open_parts(replay, past)
    for period in past:
        period.close()
    table.walk()
    relevel(table, replay.terms, table.find(event.date))
    table.walk()
    replay.log(event, 'reamortise', sum(split.values()), split)


def capitalise(replay, event):
    """Unpaid interest that is due becomes principal."""
    table = replay.table
    _check_to_come(table, event)
    past = [period for period in table.periods if period.due <= event.date]
    split = {'interest': sum(max(period.get_open('interest'), 0) for period in past)}
    for period in past:
        part = max(period.get_open('interest'), 0)
        period.settle(period.waived, 'interest', part)
    table.add_principal(event.date, split['interest'])
    relevel(table, replay.terms, table.find(event.date), keep_settled=True)
    table.walk()
    replay.log(event, 'capitalise', split['interest'], split)


def reage(replay, event):
    """Past rows ask for what was paid on them, the running one ends today, and what is open is due
    in new instalments."""
    table = replay.table
    split = _get_open_parts(replay, table.periods, event.date)
    kept = _cut_today(replay, event.date)
    table.periods = list(kept)
    start = max([event.date, *(period.due for period in kept)])
    if event.first_due_date <= start:
        raise TermsError(
            'first_due_date', "The new instalments begin after the day and after the old ones.",
            value=event.first_due_date, after=start)
    _check_count(table, event.count)
    for number in range(event.count):
        due = add_dates(
            event.first_due_date, number, event.period_unit, event.period_every)
        period = Period(start, due, instalment=0)
        period.part = replay.interest.get_period_part(
            period, event.period_unit, event.period_every)
        table.periods.append(period)
        start = due
    table.walk()
    relevel(table, replay.terms, len(kept))
    table.walk()
    replay.log(event, 'reage', sum(split.values()), split)


def transfer_debt(replay, event):
    """The loan goes on as it is; who owes it is a fact of the day."""
    if not isinstance(event.debtor, str) or not event.debtor:
        raise TermsError('debtor', "A transfer names the new debtor.", value=event.debtor)
    replay.log(event, 'debt_transfer')


def _cut_today(replay, day):
    """The rows that stay, closed at what was paid on them.

    What was paid on or charged to rows that go away moves to the running one; before its first day
    a row of today takes it.
    """
    table = replay.table
    kept = [period for period in table.periods if period.start < day or period.due <= day]
    dropped = [period for period in table.periods if period not in kept]
    running = next((
        period for period in kept if period.kind == REGULAR and period.due > day), None)
    if running:
        replay.interest.cut_period(running, day)
    elif any(period.is_touched() for period in dropped):
        running = Period(day, day, instalment=0)
        kept.append(running)
    for period in dropped:
        if running:
            merge(running, period)
    for period in kept:
        period.close()
    return kept


def _check_to_come(table, event):
    if not any(period.kind == REGULAR and period.due > event.date and not period.closed
               for period in table.periods):
        raise TermsError(
            'nothing_to_come', "No instalment is to come that could take it: re-age the loan.",
            date=event.date)


def _check_count(table, count):
    if len(table.periods) + count > MAX_PERIODS:
        raise TermsError(
            'count', f"A loan has at most {MAX_PERIODS} instalments.",
            value=count, max=MAX_PERIODS - len(table.periods))


def _get_open_parts(replay, periods, day=None):
    """Open principal and interest; of the running period the interest up to the day."""
    table = replay.table
    split = {'principal': 0, 'interest': 0}
    for period in periods:
        split['principal'] += period.get_open('principal')
        if day is None or period.due <= day:
            split['interest'] += max(period.get_open('interest'), 0)
        elif period.start < day and period.kind == REGULAR:
            split['interest'] += max(
                table.earn_until(period, day) - period.settled_interest, 0)
    return split
