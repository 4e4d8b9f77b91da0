"""Money from the borrower, and money that goes back."""
from ..waterfall import Due, distribute
from . import prepayments
from .checks import check_limit
from .events import Payment
from .period import AMOUNTS, EXTRA, REGULAR, Period

BACK = ('chargeback', 'refund')          # kinds of transactions that give money back


def pay(replay, event):
    amount = replay.to_units(event.amount)
    split, rest = _allocate(replay, amount, event.date, replay.settings.get_rule(event.kind))
    entry = replay.log(event, event.kind, amount, split)
    entry.overpaid = rest
    replay.overpaid += rest


def use_overpaid(replay, day):
    """What was paid too much pays what is owed now; it stays with the payment it came with."""
    if not replay.overpaid:
        return
    for entry in replay.entries:
        if not entry.overpaid:
            continue
        kind = getattr(entry.event, 'kind', 'repayment')
        split, rest = _allocate(replay, entry.overpaid, day, replay.settings.get_rule(kind))
        for component, part in split.items():
            entry.split[component] += part
        replay.overpaid -= entry.overpaid - rest
        entry.overpaid = rest
        if rest:                         # nothing is owed any more
            return


def _allocate(replay, amount, day, rule):
    """Pay what is open on the day; (split, rest)."""
    table = replay.table
    dues, limit = get_dues(replay, day)
    takes_principal = table.follows_truth and replay.settings.prepayment != 'keep'
    if takes_principal:
        dues = [due for due in dues if due.due_date <= day]
    paid, rest = distribute(amount, dues, rule, day, {'principal': limit})
    split = dict.fromkeys(AMOUNTS, 0)
    for number, component, part in paid:
        period = table.periods[number]
        period.settle(period.paid, component, part)
        split[component] += part
        if component == 'principal':
            period.paid_dates.append((day, part))
            table.repay_principal(day, period, part)
    if table.follows_truth and paid:
        table.walk(table.find(min(day, *(table.periods[part.number].due for part in paid))))
    if takes_principal:
        more, rest = prepayments.take(replay, day, rest)
        for component, part in more.items():
            split[component] += part
    return split, rest


def get_dues(replay, day):
    """(what can be paid on the day, principal that is owed in all).

    With daily recalculation an instalment that is not due yet asks only for the interest up to the
    day; the rest of it is principal.
    """
    table = replay.table
    dues, carry = [], 0
    for index, period in enumerate(table.periods):
        if period.due <= day and not period.is_open():
            continue
        amounts = {component: period.get_open(component) for component in AMOUNTS}
        if table.follows_truth and period.due > day and period.kind == REGULAR:
            amounts['interest'], amounts['principal'], carry = _get_advance(
                table, period, day, carry)
        dues += [
            Due(index, period.due, component, part)
            for component, part in amounts.items() if part > 0]
    limit = table.outstanding if table.follows_truth else sum(
        due.amount for due in dues if due.component == 'principal')
    return dues, limit


def _get_advance(table, period, day, carry):
    """(interest, principal, interest there is no room for) of an instalment that is not due yet."""
    total = period.owed['principal'] + period.owed['interest']
    if period.instalment is not None and not table.is_settled(period):
        total = max(total, period.instalment + period.credited)
    earned = table.earn_until(period, day) if period.start <= day else carry
    if table.settings.payoff_interest == 'period' and period.start < day:
        earned = max(earned, period.owed['interest'])
    accrued = max(min(earned, total - period.settled_principal), period.settled_interest)
    return (
        accrued - period.settled_interest,
        max(total - accrued - period.settled_principal, 0), max(earned - accrued, 0))


def get_payoff(replay, day):
    """All that closes the loan on the day, by component."""
    dues, limit = get_dues(replay, day)
    quote = dict.fromkeys(AMOUNTS, 0)
    for due in dues:
        quote[due.component] += due.amount
    quote['principal'] = min(quote['principal'], limit)
    return quote


def charge(replay, event):
    """A charge joins the instalment that is due next; after the last one it stands by itself."""
    period = get_charge_period(replay.table, event.due_date or event.date)
    period.owed[event.component] += replay.to_units(event.amount)
    use_overpaid(replay, event.date)


def get_charge_period(table, day):
    for period in table.periods:
        if period.kind == REGULAR and day <= period.due:
            return period
    return add_extra(table, day)


def add_extra(table, day):
    """A row after the last instalment, for what comes up later. It never falls due before the row
    it follows: the down payment of a late pay-out may be due after the charge."""
    last = table.periods[-1]
    due = max(last.due, day)
    if last.kind == EXTRA:
        last.due = due
        return last
    period = Period(last.due, due, kind=EXTRA, principal_part=0)
    table.periods.append(period)
    return period


def charge_instalments(replay, event):
    """The same charge with each instalment to come."""
    for period in replay.table.periods:
        if period.kind != REGULAR or period.due <= event.date or period.closed:
            continue
        if event.ratio is None:
            period.owed[event.component] += replay.to_units(event.amount)
            continue
        above, below = event.ratio.as_integer_ratio()
        base = sum(
            period.owed[component] for component in ('principal', 'interest')
            if event.base in (component, 'total'))
        period.owed[event.component] += replay.terms.rounding.round_ratio(base * above, below)
    use_overpaid(replay, event.date)


def refund(replay, event):
    """The lender pays back what was paid too much; the rest is owed again."""
    _give_back(replay, event, 'refund', ('principal',))


def _take_overpaid(replay, amount):
    replay.overpaid -= amount
    for entry in replay.entries:
        taken = min(amount, entry.overpaid)
        entry.overpaid -= taken
        amount -= taken


def _get_paid(replay):
    """What payments paid and did not come back yet."""
    return sum(
        sum(entry.split.values()) * (-1 if entry.kind in BACK else 1)
        for entry in replay.entries
        if entry.kind in BACK or isinstance(entry.event, Payment))


def charge_back(replay, event):
    """First what was paid too much goes back, then the running instalment owes the rest again."""
    _give_back(replay, event, 'chargeback', replay.settings.chargeback_order)


def _give_back(replay, event, kind, order):
    amount = replay.to_units(event.amount)
    back = min(amount, replay.overpaid)
    check_limit(kind, amount - back, _get_paid(replay), replay)
    _take_overpaid(replay, back)
    split = _split_back(replay, amount - back, order)
    table = replay.table
    if amount > back:
        period = next((
            period for period in table.periods
            if period.kind == REGULAR and event.date < period.due), None)
        period = period or add_extra(table, event.date)
        for component in ('interest', 'fee', 'penalty'):
            period.owed[component] += split[component]
        if split['principal']:
            period.credited += split['principal']
            table.add_principal(event.date, split['principal'])
            table.walk(table.periods.index(period))
    replay.log(event, kind, amount, split)


def _split_back(replay, amount, order):
    """By the order of the setting, each as far as it was paid; principal takes the rest."""
    split = dict.fromkeys(AMOUNTS, 0)
    for component in order:
        if component == 'principal':
            break
        paid = sum(entry.split[component] * (
            -1 if entry.kind in BACK else isinstance(entry.event, Payment))
            for entry in replay.entries)
        split[component] = min(amount, max(paid, 0))
        amount -= split[component]
    split['principal'] = amount
    return split
