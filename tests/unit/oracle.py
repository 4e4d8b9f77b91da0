"""A second, slow and plain way to the same figures: rational numbers, day by day, month by month.

It shares no code with loanmath; the tests ask that both agree to the cent.
"""
from calendar import isleap, monthrange
from datetime import date, timedelta
from fractions import Fraction


def round_half_up(value, unit=Fraction(1, 100)):
    return (value / unit + Fraction(1, 2)).__floor__() * unit


def round_half_even(value, unit=Fraction(1, 100)):
    return round(value / unit) * unit


YEAR_DAYS = {'act_360': 360, 'act_364': 364, 'act_365': 365}
ROUNDERS = {'half_up': round_half_up, 'half_even': round_half_even}


def shift_month(day, months, anchor):
    year, month = day.year, day.month
    for _month in range(abs(months)):
        month += 1 if months > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        elif month == 0:
            year, month = year - 1, 12
    return date(year, month, min(anchor, monthrange(year, month)[1]))


def get_dates(terms):
    """Start date and all due dates of terms without a fixed day."""
    days = [terms.start_date]
    for number in range(1, terms.periods + 1):
        steps = number * terms.period_every
        if terms.period_unit == 'month':
            days.append(shift_month(terms.start_date, steps, terms.start_date.day))
        else:
            length = 7 if terms.period_unit == 'week' else 1
            days.append(terms.start_date + timedelta(days=steps * length))
    return days


def get_year_part(terms, start, end):
    code = terms.day_count
    if code == 'period':
        return Fraction(terms.period_every, {'month': 12, 'week': 52, 'day': 365}[
            terms.period_unit])
    if code in ('year_12', '30_360') and terms.period_unit == 'month':
        return Fraction(terms.period_every, 12)
    if code in ('year_12', '30_360'):
        code = terms.odd_day_count
    if code == '30_360':
        months = (end.year - start.year) * 12 + end.month - start.month
        return Fraction(months * 30 + min(end.day, 30) - min(start.day, 30), 360)
    part = Fraction(0)
    day = start
    while day < end:
        year = YEAR_DAYS.get(code) or (366 if isleap(day.year) else 365)
        part += Fraction(1, year)
        day += timedelta(days=1)
    return part


def get_rates(terms):
    days = get_dates(terms)
    return [
        Fraction(terms.annual_rate) * get_year_part(terms, start, end)
        for start, end in zip(days, days[1:], strict=False)
    ]


def get_schedule(terms):
    """[(principal, interest)] as fractions."""
    return _SCHEDULES[terms.method](terms, get_rates(terms), ROUNDERS[terms.rounding_mode])


def _level(terms, rates, rounded):
    """The instalment from the present value of one unit a period."""
    principal, balloon = Fraction(terms.principal), Fraction(terms.balloon)
    grace = terms.grace_principal
    discount, annuity = Fraction(1), Fraction(0)
    for rate in rates[grace:]:
        discount /= 1 + rate
        annuity += discount
    instalment = rounded((principal - balloon * discount) / annuity)
    rows, balance = [], principal
    for number, rate in enumerate(rates):
        interest = rounded(balance * rate)
        part = instalment - interest if number >= grace else 0
        part = min(max(part, 0), balance - balloon)
        if number == len(rates) - 1:
            part = balance
        rows.append((part, interest))
        balance -= part
    return rows


def _equal_principal(terms, rates, rounded, flat=False):
    principal, balloon = Fraction(terms.principal), Fraction(terms.balloon)
    grace = terms.grace_principal
    part = rounded((principal - balloon) / (terms.periods - grace))
    rows, balance = [], principal
    for number, rate in enumerate(rates):
        interest = rounded((principal if flat else balance) * rate)
        paid = 0 if number < grace else min(part, balance - balloon)
        if number == len(rates) - 1:
            paid = balance
        rows.append((paid, interest))
        balance -= paid
    return rows


def _flat(terms, rates, rounded):
    return _equal_principal(terms, rates, rounded, flat=True)


def _interest_only(terms, rates, rounded):
    principal = Fraction(terms.principal)
    return [
        (principal if number == len(rates) else 0, rounded(principal * rate))
        for number, rate in enumerate(rates, 1)
    ]


def _bullet(terms, rates, rounded):
    principal = Fraction(terms.principal)
    return [(principal, rounded(principal * sum(rates)))]


_SCHEDULES = {
    'equal_instalment': _level,
    'balloon': _level,
    'equal_principal': _equal_principal,
    'interest_only': _interest_only,
    'flat': _flat,
    'bullet': _bullet,
}


def get_late_charge(amount, payments, due_date, as_of, grace_days, daily_rate):
    """Day by day: what is unpaid on that day times the daily rate; payments are (date, amount)."""
    grace_end = due_date + timedelta(days=grace_days)
    if as_of <= grace_end:
        return Fraction(0)
    charge = Fraction(0)
    day = due_date
    while day < as_of:
        unpaid = Fraction(amount)
        for paid_date, paid in payments:
            if paid_date < as_of and (paid_date <= day or paid_date <= grace_end):
                unpaid -= Fraction(paid)
        charge += unpaid * daily_rate
        day += timedelta(days=1)
    return round_half_up(charge)
