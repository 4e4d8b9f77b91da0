"""What terms may be: each refusal names its rule, the value and what is allowed."""
from .dates import MONTH_ENDS, PERIOD_UNITS, add_months, get_month_slot
from .day_count import DAY_COUNTS
from .errors import TermsError
from .methods import check_method
from .periods import YEAR_PERIODS
from .rounding import check_decimal
from .validation import MAX_PERIODS, check_choice, check_date, check_rate, check_whole

MAX_YEARS = 100
MAX_PRINCIPAL = 10 ** 15
BROKEN_PERIODS = ('first', 'last', 'spread')


def check_terms(terms):
    for check in (_check_amounts, _check_periods, _check_rules, _check_dates):
        check(terms)


def _check_amounts(terms):
    check_decimal('principal', terms.principal)
    check_decimal('balloon', terms.balloon)
    if not 0 < terms.principal <= MAX_PRINCIPAL:
        raise TermsError(
            'principal', "The principal must be above zero and below 10^15.",
            value=terms.principal, min=terms.rounding_unit, max=MAX_PRINCIPAL)
    check_rate('annual_rate', terms.annual_rate)
    if not 0 <= terms.balloon <= terms.principal:
        raise TermsError(
            'balloon', "The balloon lies between zero and the principal.",
            value=terms.balloon, min=0, max=terms.principal)
    terms.rounding.to_units(terms.principal, 'principal')
    if terms.balloon:
        terms.rounding.to_units(terms.balloon, 'balloon')


def _check_periods(terms):
    check_whole('periods', terms.periods, 1, MAX_PERIODS, "A loan has 1 to 1200 periods.")
    check_choice('period_unit', terms.period_unit, PERIOD_UNITS)
    check_whole(
        'period_every', terms.period_every, 1, 366, "Instalments are 1 to 366 periods apart.")
    years = terms.periods * terms.period_every / YEAR_PERIODS[terms.period_unit]
    if years > MAX_YEARS:
        raise TermsError(
            'term', "A loan runs for 100 years at most.", value=round(years, 1), max=MAX_YEARS)
    check_whole(
        'grace_principal', terms.grace_principal, 0, terms.periods - 1,
        "The last instalment always repays principal.")


def _check_rules(terms):
    check_method(terms.method)
    check_choice('day_count', terms.day_count, DAY_COUNTS)
    check_choice('odd_day_count', terms.odd_day_count, DAY_COUNTS)
    check_choice('broken_period', terms.broken_period, BROKEN_PERIODS)
    if terms.method == 'balloon' and not terms.balloon:
        raise TermsError(
            'balloon', "A balloon loan needs its balloon amount.", value=terms.balloon,
            min=terms.rounding_unit, max=terms.principal)
    if terms.level_period is not None:
        for count in terms.level_period:
            check_whole(
                'level_period', count, 1, 366, "An idealised period is days of a year of days.")
    if terms.instalment_unit is not None:
        check_decimal('instalment_unit', terms.instalment_unit)
        if terms.instalment_unit <= 0 or terms.instalment_unit % terms.rounding_unit:
            raise TermsError(
                'instalment_unit', "Instalments are multiples of a multiple of the rounding unit.",
                value=terms.instalment_unit, unit=terms.rounding_unit)


def _check_dates(terms):
    check_date('start_date', terms.start_date)
    check_choice('month_end', terms.month_end, MONTH_ENDS)
    if terms.due_day is not None:
        check_whole('due_day', terms.due_day, 1, 31, "The due day lies between 1 and 31.")
        if terms.period_unit != 'month':
            raise TermsError(
                'due_day', "Only monthly instalments have a fixed due day.",
                value=terms.due_day, period_unit=terms.period_unit)
        check_whole(
            'min_first_days', terms.min_first_days, 0, 366,
            "The shortest first period has 0 to 366 days.")
    if terms.first_due_date is None:
        return
    check_date('first_due_date', terms.first_due_date)
    if terms.first_due_date <= terms.start_date:
        raise TermsError(
            'first_due_date', "The first due date must be after the disbursement.",
            value=terms.first_due_date, after=terms.start_date)
    if terms.due_day and not _falls_on_due_day(terms):
        raise TermsError(
            'first_due_date', "The first due date does not fall on the fixed due day.",
            value=terms.first_due_date, due_day=terms.due_day)


def _falls_on_due_day(terms):
    slot = get_month_slot(terms.first_due_date, terms.due_day, terms.month_end)
    return terms.first_due_date == add_months(slot, 0, terms.due_day, terms.month_end)
