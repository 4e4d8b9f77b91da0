"""Which of our settings the inputs of a case are.

Only settings are looked at: never a case's id, never a product's name. What we have no setting for
is `Unsupported`, by its reason.

| case | ours |
|---|---|
| unit, repay_every | period_unit, period_every |
| days in year / month, calculation period | day_count; a broken period by months and days left |
| rounding mode, decimals, multiples | rounding_mode, rounding_unit, instalment_unit |
| schedule type PROGRESSIVE | smoothing; flat interest in level instalments |
| first due counted from / given by hand | first_due_date, and its day as due_day |
| pay-out inside the first period | broken_period 'last': the last instalment takes the rest |
| month-end strategy, 29 February rule | month_end, day_count |
| down payment, paid by itself | down_payment_ratio, down_payment_paid |
| interest recalculation, its rest | daily_recalculation, rest |
| payment strategy, allocation | AllocationRule by kind of payment |
| charge-off behaviour, chargeback allocation, grace on arrears | the settings of these names |
"""
from decimal import Decimal

from loanmath import Terms, add_periods
from loanmath.account import AccountTerms
from loanmath.waterfall import AllocationRule, get_order

from .case import Unsupported, read_date

UNITS = {'MONTHS': 'month', 'WEEKS': 'week', 'DAYS': 'day'}
ROUNDING_MODES = {
    'HALF_EVEN': 'half_even', 'HALF_UP': 'half_up', 'HALF_DOWN': 'half_down', 'UP': 'up',
    'DOWN': 'down'}
COMPONENTS = {
    'PENALTY': 'penalty', 'FEE': 'fee', 'INTEREST': 'interest', 'PRINCIPAL': 'principal',
    'PENALTIES': 'penalty', 'FEES': 'fee',
}
GROUPS = {'PAST_DUE': 'past_due', 'DUE': 'due', 'IN_ADVANCE': 'advance'}
ADVANCE = {
    'NEXT_INSTALLMENT': 'next', 'LAST_INSTALLMENT': 'last', 'NEXT_LAST_INSTALLMENT': 'next_last',
    'REAMORTIZATION': 'spread'}
PAYMENT_KINDS = {
    'REPAYMENT': 'repayment', 'DOWN_PAYMENT': 'down_payment', 'GOODWILL_CREDIT': 'goodwill',
    'MERCHANT_ISSUED_REFUND': 'merchant_refund', 'PAYOUT_REFUND': 'payout_refund',
    'INTEREST_REFUND': 'interest_refund', 'INTEREST_PAYMENT_WAIVER': 'interest_payment_waiver',
}
DAY_COUNTS = {
    ('30', '360'): '30_360', ('ACTUAL', '360'): 'act_360', ('ACTUAL', '364'): 'act_364',
    ('ACTUAL', '365'): 'act_365', ('ACTUAL', 'ACTUAL'): 'act_act_31dec',
}
MONTH_END = {
    None: 'last_day', 'LAST_DAY_OF_MONTH': 'last_day', 'FIRST_DAY_OF_NEXT_MONTH': 'next_month'}
CHARGE_OFF = {
    None: 'regular', 'REGULAR': 'regular', 'ZERO_INTEREST': 'zero_interest',
    'ACCELERATE_MATURITY': 'accelerate'}
LEVEL_DAYS = {'month': 30, 'week': 7, 'day': 1}
PREPAYMENTS = {
    None: 'keep', 'REDUCE_EMI_AMOUNT': 'lower', 'REDUCE_NUMBER_OF_INSTALLMENTS': 'shorten',
    'RESCHEDULE_NEXT_REPAYMENTS': 'skip'}
NOT_YET = {'full_term_tranche': "full-term tranche"}


def get_account_terms(inputs):
    """The terms as planned, and how the loan is serviced."""
    recalculation = inputs['interest_recalculation']
    down_payment = inputs.get('down_payment') or {}
    till_rest = recalculation.get('preclose') == 'TILL_REST_FREQUENCY_DATE'
    by_period = till_rest and recalculation.get('rest') == 'SAME_AS_REPAYMENT'
    credit = inputs.get('chargeback_allocation') or ({'rules': ['PRINCIPAL']},)
    return AccountTerms(
        get_terms(inputs),
        daily_recalculation=recalculation['enabled'],
        rest='period' if by_period else 'day',
        interest_on_overdue=recalculation.get('interest_on_past_due', True),
        prepayment=_get_prepayment(inputs),
        segment_rounding=inputs['schedule_type'] == 'CUMULATIVE',
        payoff_interest='period' if till_rest else 'day',
        allocation=get_rule(inputs, 'DEFAULT'),
        allocations={
            kind: get_rule(inputs, name) for name, kind in PAYMENT_KINDS.items()
            if name in inputs.get('allocation', ())},
        charge_off=CHARGE_OFF[inputs.get('charge_off_behaviour')],
        chargeback_order=tuple(COMPONENTS[name] for name in credit[0]['rules']),
        down_payment_paid=bool(down_payment.get('auto_paid')),
        delinquency_grace_days=inputs.get('grace_on_arrears_days') or 0,
    )


def get_terms(inputs):
    for name, reason in NOT_YET.items():
        if inputs.get(name):
            raise Unsupported(reason)
    unit, every = UNITS[inputs['unit']], inputs['repay_every']
    first_due_date = _get_first_due_date(inputs, unit, every)
    start_date = read_date(inputs.get('submitted_date') or inputs.get('disbursement_date'))
    rounding = inputs['rounding']
    progressive = inputs['schedule_type'] == 'PROGRESSIVE'
    down_payment = inputs.get('down_payment') or {}
    return Terms(
        method=_get_method(inputs),
        principal=Decimal(inputs['principal'] or 1),
        annual_rate=Decimal(inputs['annual_rate'] or 0) / 100,
        periods=inputs['number_of_instalments'],
        start_date=start_date or add_periods(first_due_date, -1, unit, every),
        period_unit=unit,
        period_every=every,
        first_due_date=first_due_date,
        due_day=first_due_date.day if first_due_date and unit == 'month' else None,
        day_count=_get_day_count(inputs),
        odd_day_count='year_12' if unit == 'month' else 'act_360',
        rounding_unit=_get_rounding_unit(rounding),
        rounding_mode=ROUNDING_MODES[rounding['mode']],
        instalment_unit=_get_instalment_unit(rounding),
        grace_principal=inputs['grace_principal'],
        broken_period='last',
        smoothing=progressive,
        month_end=MONTH_END[inputs.get('month_end_due_date_strategy')],
        grace_interest=inputs.get('grace_interest') or 0,
        interest_free=inputs.get('interest_free_periods') or 0,
        principal_ratio=_get_percent(inputs.get('fixed_principal_percent_per_instalment')) or None,
        flat_interest='level' if progressive else 'divided',
        flat_on_pay_out=not progressive,
        level_period=None if progressive else _get_level_period(inputs, unit),
        down_payment_ratio=_get_percent(down_payment.get('percent')),
    )


def get_rule(inputs, name):
    """The order for a kind of payment."""
    strategy = inputs.get('payment_strategy') or 'PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER'
    if strategy == 'ADVANCED_PAYMENT_ALLOCATION':
        allocation = inputs['allocation'][name]
        return AllocationRule(
            _get_advanced_order(allocation['order']),
            'instalment' if inputs['processing'] == 'HORIZONTAL' else 'component',
            ADVANCE[allocation.get('future_instalments', 'NEXT_INSTALLMENT')])
    if strategy.startswith('DUE_') and '_IN_ADVANCE_' in strategy:
        due, advance = strategy.removeprefix('DUE_').split('_IN_ADVANCE_')
        return AllocationRule((
            *get_order(_get_components(due), ('past_due', 'due')),
            *get_order(_get_components(advance), ('advance',))))
    if strategy.endswith('_ORDER'):
        return AllocationRule(get_order(_get_components(strategy.removesuffix('_ORDER'))))
    raise Unsupported(f"payment strategy {strategy}")


def _get_components(names):
    return tuple(COMPONENTS[name] for name in names.split('_'))


def _get_advanced_order(order):
    if isinstance(order, str):
        names, groups = order.split(' within ')
        return get_order(
            [COMPONENTS[name] for name in names.split(',')],
            [GROUPS[group] for group in groups.split(', ')])
    pairs = (entry.rsplit('_', 1) for entry in order)
    return tuple((GROUPS[group], COMPONENTS[name]) for group, name in pairs)


def _get_method(inputs):
    if inputs['amortization'] == 'EQUAL_PRINCIPAL_PAYMENTS':
        return 'equal_principal'
    return 'flat' if inputs['interest_method'] == 'FLAT' else 'equal_instalment'


def _get_day_count(inputs):
    if inputs['interest_calculation_period'] == 'SAME_AS_REPAYMENT_PERIOD':
        return 'period'
    if not inputs['annual_rate'] and inputs.get('days_in_month', 'ACTUAL') == 'ACTUAL':
        return 'act_act_31dec'
    key = (inputs['days_in_month'], inputs['days_in_year'])
    if inputs['schedule_type'] == 'CUMULATIVE' and key[1] == 'ACTUAL':
        return 'act_365'
    if key not in DAY_COUNTS:
        raise Unsupported(f"day count {inputs['day_count']}")
    if key == ('ACTUAL', 'ACTUAL') and inputs.get('days_in_year_custom') == 'FEB_29_PERIOD_ONLY':
        return 'act_act_feb29'
    if key == ('ACTUAL', 'ACTUAL') and inputs.get('interest_recognition_on_disbursement_date'):
        return 'act_act'
    return DAY_COUNTS[key]


def _get_level_period(inputs, unit):
    """The older generator computes the instalment on periods of 30 days, 7 or one."""
    if inputs['interest_calculation_period'] != 'DAILY':
        return None
    year_days = inputs['days_in_year']
    return LEVEL_DAYS[unit], 365 if year_days == 'ACTUAL' else int(year_days)


def _get_prepayment(inputs):
    if inputs['schedule_type'] == 'PROGRESSIVE':
        return 'keep'
    return PREPAYMENTS[inputs['interest_recalculation'].get('advance_payment')]


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


def _get_percent(value):
    return Decimal(value or 0) / 100
