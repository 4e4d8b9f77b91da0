"""Which of our settings the inputs of a case are.

Only settings are looked at: never a case's id, never a product's name. What we have no setting for
is `Unsupported`, by its reason.

| case | ours |
|---|---|
| unit, repay_every | period_unit, period_every |
| days in year / month, calculation period | day_count; a broken period by months and days left |
| rounding mode, decimals, multiples | rounding_mode, rounding_unit, instalment_unit |
| schedule type PROGRESSIVE | smoothing of the equal instalment |
| first due counted from / given by hand | first_due_date, and its day as due_day |
| pay-out inside the first period | broken_period 'last': the last instalment takes the rest |
| payment strategy, allocation | order of components, instalment by instalment |
"""
from decimal import Decimal

from loanmath import Terms, add_periods

from .case import Unsupported, read_date

UNITS = {'MONTHS': 'month', 'WEEKS': 'week', 'DAYS': 'day'}
ROUNDING_MODES = {'HALF_EVEN': 'half_even', 'HALF_UP': 'half_up', 'HALF_DOWN': 'half_down'}
COMPONENTS = {
    'PENALTY': 'penalty', 'FEE': 'fee', 'INTEREST': 'interest', 'PRINCIPAL': 'principal',
    'PENALTIES': 'penalty', 'FEES': 'fee',
}
DAY_COUNTS = {
    ('30', '360'): '30_360', ('ACTUAL', '360'): 'act_360', ('ACTUAL', '365'): 'act_365',
    ('ACTUAL', 'ACTUAL'): 'act_act',
}
NOT_YET = {
    'down_payment': "down payment", 'grace_interest': "grace on interest",
    'interest_free_periods': "interest-free periods",
    'fixed_principal_percent_per_instalment': "fixed principal part",
    'month_end_due_date_strategy': "month-end strategy",
    'days_in_year_custom': "leap year by the period of 29 February",
    'interest_recognition_on_disbursement_date': "interest on the pay-out day",
    'full_term_tranche': "full-term tranche",
}


def get_terms(inputs, principal, start_date):
    """Terms for what was really paid out, and when."""
    for name, reason in NOT_YET.items():
        if inputs.get(name):
            raise Unsupported(reason)
    unit, every = UNITS[inputs['unit']], inputs['repay_every']
    first_due_date = _get_first_due_date(inputs, unit, every)
    rounding = inputs['rounding']
    day_count = _get_day_count(inputs, unit)
    return Terms(
        method=_get_method(inputs),
        principal=principal,
        annual_rate=Decimal(inputs['annual_rate'] or 0) / 100,
        periods=inputs['number_of_instalments'],
        start_date=start_date or add_periods(first_due_date, -1, unit, every),
        period_unit=unit,
        period_every=every,
        first_due_date=first_due_date,
        due_day=first_due_date.day if first_due_date and unit == 'month' else None,
        day_count=day_count,
        odd_day_count='year_12' if unit == 'month' else 'act_360',
        rounding_unit=_get_rounding_unit(rounding),
        rounding_mode=ROUNDING_MODES[rounding['mode']],
        instalment_unit=_get_instalment_unit(rounding),
        grace_principal=inputs['grace_principal'],
        broken_period='last',
        smoothing=inputs['schedule_type'] == 'PROGRESSIVE',
    )


def get_order(inputs):
    """The order of components inside an instalment, oldest instalment first."""
    strategy = inputs.get('payment_strategy') or ''
    if strategy.endswith('_ORDER'):
        names = strategy.removesuffix('_ORDER').split('_')
        return tuple(COMPONENTS[name] for name in names)
    if strategy != 'ADVANCED_PAYMENT_ALLOCATION':
        raise Unsupported(f"payment strategy {strategy}")
    if inputs['processing'] != 'HORIZONTAL':
        raise Unsupported(f"{inputs['processing']} processing")
    return _get_common_order(inputs['allocation']['DEFAULT']['order'])


def get_advance_rule(inputs):
    """Where money in advance goes: NEXT_INSTALLMENT and others."""
    default = inputs.get('allocation', {}).get('DEFAULT', {})
    return default.get('future_instalments', 'NEXT_INSTALLMENT')


def _get_common_order(order):
    """One order for past due, due and in advance alike; another one for each is not yet ours."""
    if isinstance(order, str):
        names, _groups = order.split(' within ')
        return tuple(COMPONENTS[name] for name in names.split(','))
    groups = {}
    for entry in order:
        group, name = entry.rsplit('_', 1)
        groups.setdefault(group, []).append(COMPONENTS[name])
    alike = len(set(map(tuple, groups.values()))) == 1
    if list(groups) != ['PAST_DUE', 'DUE', 'IN_ADVANCE'] or not alike:
        raise Unsupported("an order of its own for each of past due, due, in advance")
    return tuple(groups['DUE'])


def _get_method(inputs):
    if inputs['amortization'] == 'EQUAL_PRINCIPAL_PAYMENTS':
        return 'equal_principal'
    if inputs['interest_method'] != 'FLAT':
        return 'equal_instalment'
    if inputs['interest_calculation_period'] == 'DAILY' and inputs['annual_rate']:
        raise Unsupported("flat interest by days in level instalments")
    if inputs['schedule_type'] == 'CUMULATIVE' and inputs['annual_rate']:
        raise Unsupported("flat interest of the whole term divided")
    return 'flat'


def _get_day_count(inputs, unit):
    if inputs['interest_calculation_period'] == 'SAME_AS_REPAYMENT_PERIOD':
        if unit != 'month' and inputs['annual_rate']:
            raise Unsupported("interest per week or day whatever the year")
        return 'year_12'
    if not inputs['annual_rate']:
        return 'year_12'
    if inputs['schedule_type'] == 'CUMULATIVE':
        raise Unsupported("older generator with interest by days")
    found = DAY_COUNTS.get((inputs['days_in_month'], inputs['days_in_year']))
    if not found:
        raise Unsupported(f"day count {inputs['day_count']}")
    return found


def _get_first_due_date(inputs, unit, every):
    if inputs.get('first_due_date'):
        return read_date(inputs['first_due_date'])
    counted_from = inputs.get('schedule_start_date')
    if inputs.get('first_due_counted_from'):
        counted_from = inputs[inputs['first_due_counted_from']]
    if not counted_from:
        return None
    return add_periods(read_date(counted_from), 1, unit, every)


def _get_rounding_unit(rounding):
    return Decimal(rounding.get('currency_multiple_of') or Decimal(1).scaleb(-rounding['decimals']))


def _get_instalment_unit(rounding):
    multiple = rounding.get('instalment_multiple_of')
    return Decimal(multiple) if multiple else None
