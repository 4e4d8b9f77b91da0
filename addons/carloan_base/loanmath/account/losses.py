"""Money the lender does not get."""

from ..errors import TermsError
from .checks import check_limit
from .period import REGULAR


def waive(replay, event):
    """Give up some of a component, oldest instalment first."""
    table = replay.table
    left = replay.to_units(event.amount)
    check_limit('waiver', left, replay.get_open()[event.component], replay)
    split = {event.component: 0}
    for period in table.periods:
        part = min(left, max(period.get_open(event.component), 0))
        period.settle(period.waived, event.component, part)
        split[event.component] += part
        left -= part
        if part and event.component == 'principal':
            period.paid_dates.append((event.date, part))
            table.repay_principal(event.date, period, part)
    table.walk()
    replay.log(event, 'waiver', split[event.component], split)


def charge_off(replay, event):
    """The loan is held to be lost: late days bear no more interest, and the schedule stays, loses
    its interest, or falls due at once."""
    table = replay.table
    if table.frozen_on:
        raise TermsError('charge_off', "The loan is charged off already.", date=table.frozen_on)
    way = replay.settings.charge_off
    if way == 'zero_interest':
        replay.interest.end(event.date)
        _forget_planned_interest(table, event.date)
        table.walk()
    elif way == 'accelerate':
        accelerate(replay, event.date)
    table.frozen_on = event.date
    split = replay.get_open()
    replay.log(event, 'charge_off', sum(split.values()), split)


def call(replay, event):
    accelerate(replay, event.date)
    split = replay.get_open()
    replay.log(event, 'acceleration', sum(split.values()), split)


def accelerate(replay, day):
    """All that is to come falls due on the day."""
    table = replay.table
    index = next((
        index for index, period in enumerate(table.periods)
        if period.kind == REGULAR and period.due >= day and not period.closed), None)
    if index is None:
        return
    period = table.periods[index]
    replay.interest.cut_period(period, day)
    for other in table.periods[index + 1:]:
        merge(period, other)
    del table.periods[index + 1:]
    period.instalment = period.principal_part = None
    table.walk(index)
    period.instalment = period.owed['principal'] + period.owed['interest']


def merge(period, other):
    """What was paid on, or charged to, an instalment that goes away moves to this one."""
    for component in ('fee', 'penalty'):
        period.owed[component] += other.owed[component]
    for amounts, others in (
            (period.paid, other.paid), (period.waived, other.waived),
            (period.written_off, other.written_off)):
        for component, part in others.items():
            period.settle(amounts, component, part)
    period.credited += other.credited
    period.paid_dates += other.paid_dates


def _forget_planned_interest(table, day):
    for period in table.periods[table.find(day):]:
        if period.due > day:
            period.given_interest = None


def write_off(replay, event):
    """All that is open is given up; the figures stay as they are."""
    table = replay.table
    split = replay.get_open()
    for period in table.periods:
        for component in split:
            period.settle(period.written_off, component, max(period.get_open(component), 0))
    table.ended = True
    table.outstanding = 0
    replay.log(event, 'write_off', sum(split.values()), split)


def recover(replay, event):
    """Money on a loan that was written off: income, it pays no instalment."""
    replay.log(event, 'recovery', replay.to_units(event.amount))


