"""Money goes out: the first pay-out makes the schedule, later ones lift it."""
from ..periods import get_calendar
from ..schedule import get_planned_table
from . import payments
from .events import Payment
from .interest import InterestBook
from .level import LEVEL_METHODS, relevel
from .period import DOWN_PAYMENT, Period


def plan(replay, terms):
    """The schedule as these terms give it, nothing paid out yet."""
    rounding = terms.rounding
    whole = rounding.to_units(terms.principal)
    down = _get_down_payment(terms, terms.principal)
    table = replay.table
    table.interest.rule = InterestBook(terms).rule
    table.periods = _make_periods(terms, not table.follows_truth)
    if terms.down_payment_ratio:
        _insert_down_payment(table, terms.start_date, down)
    if not replay.disbursed:
        table.add_principal(terms.start_date, whole)
        table.walk()
        table.outstanding = 0


def disburse(replay, event):
    amount = replay.to_units(event.amount)
    if replay.disbursed:
        _disburse_more(replay, event, amount)
    else:
        replay.restart(event.amount, event.date)
        replay.disbursed = amount
        plan(replay, replay.terms)
        replay.table.add_principal(event.date, amount)
        replay.table.known_until = event.date
        replay.table.walk()
    replay.log(event, 'disbursement', amount)
    down = _get_down_payment(replay.terms, event.amount)
    if down and replay.settings.down_payment_paid:
        payments.pay(replay, Payment(
            event.date, replay.terms.rounding.to_amount(down), 'down_payment'))
    payments.use_overpaid(replay, event.date)


def _disburse_more(replay, event, amount):
    table = replay.table
    replay.disbursed += amount
    down = _get_down_payment(replay.terms, event.amount)
    table.add_principal(event.date, amount)
    if replay.terms.down_payment_ratio:
        _insert_down_payment(table, event.date, down)
    table.walk()
    _lift(table, replay.terms, table.find(event.date))
    table.walk()


def _lift(table, terms, first):
    """New money lifts the instalments as if nothing had been paid early or late."""
    plan = table.as_planned()
    plan.walk()
    relevel(plan, terms, first)
    for period, planned in zip(table.periods[first:], plan.periods[first:], strict=True):
        period.instalment, period.principal_part = planned.instalment, planned.principal_part
        period.given_interest = planned.given_interest


def _get_down_payment(terms, amount):
    above, below = terms.down_payment_ratio.as_integer_ratio()
    units = terms.rounding.to_units(amount)
    return terms.rounding.round_ratio(units * above, below)


def _insert_down_payment(table, day, amount):
    period = Period(day, day, kind=DOWN_PAYMENT, principal_part=amount)
    place = next((
        index for index, other in enumerate(table.periods) if other.due > day),
        len(table.periods))
    table.periods.insert(place, period)


def _make_periods(terms, as_planned):
    """In a fixed plan the interest of the schedule stands until a change makes it anew."""
    due_dates, principal, interest = get_planned_table(terms)
    calendar = get_calendar(terms)
    starts = (terms.start_date, *due_dates)
    level = terms.method in LEVEL_METHODS or _is_level_flat(terms)
    periods = []
    for index, due in enumerate(due_dates):
        period = Period(starts[index], due, (calendar.parts[index], calendar.base))
        if level and index >= terms.grace_principal:
            period.instalment = principal[index] + interest[index]
        else:
            period.principal_part = principal[index]
        period.grace = index < terms.grace_principal
        if as_planned or terms.method == 'flat':
            period.given_interest = interest[index]
        periods.append(period)
    return periods


def _is_level_flat(terms):
    return terms.method == 'flat' and terms.flat_interest == 'level'
