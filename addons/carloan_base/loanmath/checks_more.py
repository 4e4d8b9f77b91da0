"""What the settings may be that only some contracts use; one left at its default costs nothing."""
from decimal import Decimal

from .errors import TermsError
from .holidays import HOLIDAY_SHIFTS, HolidayCalendar
from .rounding import check_decimal
from .validation import MAX_PERIODS, check_choice, check_date, check_rate, check_whole

GRACE_INTEREST_WAYS = ('after', 'spread', 'instalment')
FLAT_INTEREST = ('period', 'level', 'divided')
TABLE_METHODS = ('given_principal', 'given_instalments')
LEVEL_METHODS = ('equal_instalment', 'balloon', 'subsidised')
PRINCIPAL_METHODS = ('equal_principal', 'flat')


def check_more(terms):
    _check_calendar_settings(terms)
    _check_amount_settings(terms)
    if terms.down_payment_ratio:
        _check_down_payment(terms)
    if terms.disbursements or terms.rate_changes or terms.interest_pauses:
        _check_later(terms)


def _check_calendar_settings(terms):
    if terms.due_dates:
        _check_due_dates(terms)
    if terms.holiday_shift != 'none':
        _check_holidays(terms)
    if terms.grace_interest or terms.interest_free:
        _check_grace(terms)


def _check_amount_settings(terms):
    if terms.instalment is not None or terms.principal_ratio is not None:
        _check_given_amounts(terms)
    if terms.table or terms.method in TABLE_METHODS:
        _check_table(terms)
    if terms.flat_interest != 'period':
        check_choice('flat_interest', terms.flat_interest, FLAT_INTEREST)
    if terms.method == 'stepped':
        _check_steps(terms)
    if terms.borrower_rate is not None:
        _check_subsidy(terms)


def _check_due_dates(terms):
    days = terms.due_dates
    if not isinstance(days, tuple) or len(days) != terms.periods:
        raise TermsError(
            'due_dates', "The table of due dates has one date for each instalment.",
            value=len(days), periods=terms.periods)
    for day in days:
        check_date('due_dates', day)
    for before, day in zip((terms.start_date, *days), days, strict=False):
        if day <= before:
            raise TermsError(
                'due_dates', "Each due date lies after the one before it and the disbursement.",
                value=day, after=before)
    if terms.first_due_date or terms.due_day:
        raise TermsError(
            'due_dates', "Due dates come from a table or from a rule, not from both.",
            value=days[0])


def _check_holidays(terms):
    check_choice('holiday_shift', terms.holiday_shift, HOLIDAY_SHIFTS)
    if not isinstance(terms.holidays, HolidayCalendar):
        raise TermsError(
            'holidays', "Due dates that avoid holidays need a holiday calendar.",
            value=terms.holidays)


def _check_grace(terms):
    check_choice('grace_interest_way', terms.grace_interest_way, GRACE_INTEREST_WAYS)
    check_whole(
        'interest_free', terms.interest_free, 0, terms.periods,
        "There are as many interest-free periods as instalments at most.")
    check_whole(
        'grace_interest', terms.grace_interest, 0, terms.periods - 1,
        "The last instalment always collects interest.")
    if terms.grace_interest_way == 'instalment' and terms.method not in LEVEL_METHODS:
        raise TermsError(
            'grace_interest_way', "Only equal instalments can be all principal at first.",
            value=terms.method, allowed=LEVEL_METHODS)


def _check_given_amounts(terms):
    if terms.instalment is not None:
        check_decimal('instalment', terms.instalment)
        if terms.method not in LEVEL_METHODS:
            raise TermsError(
                'instalment', "Only methods of equal instalments take a given instalment.",
                value=terms.method, allowed=LEVEL_METHODS)
        if not 0 < terms.instalment <= terms.principal * 2:
            raise TermsError(
                'instalment', "The instalment lies above zero and below twice the principal.",
                value=terms.instalment, min=terms.rounding_unit, max=terms.principal * 2)
        terms.rounding.to_units(terms.instalment, 'instalment')
    if terms.principal_ratio is not None:
        check_decimal('principal_ratio', terms.principal_ratio)
        if terms.method not in PRINCIPAL_METHODS:
            raise TermsError(
                'principal_ratio', "Only equal principal takes a fixed part of the principal.",
                value=terms.method, allowed=PRINCIPAL_METHODS)
        highest = Decimal(1) / (terms.periods - terms.grace_principal)
        if not 0 <= terms.principal_ratio <= 1:
            raise TermsError(
                'principal_ratio', "The part of the principal lies between 0 % and 100 %.",
                value=terms.principal_ratio, min=0, max=highest)


def _check_table(terms):
    if terms.method not in TABLE_METHODS:
        raise TermsError(
            'table', "Only a free table has its amounts given.",
            value=terms.method, allowed=TABLE_METHODS)
    wanted = terms.periods - (terms.method == 'given_instalments')
    if not isinstance(terms.table, tuple) or len(terms.table) != wanted:
        raise TermsError(
            'table', f"The table needs {wanted} amounts.", value=len(terms.table), count=wanted)
    for amount in terms.table:
        check_decimal('table', amount)
        if amount < 0:
            raise TermsError('table', "The table has no negative amounts.", value=amount, min=0)
        terms.rounding.to_units(amount, 'table')
    if terms.method == 'given_principal' and sum(terms.table) != terms.principal:
        raise TermsError(
            'table', "The principal parts of the table add up to the principal.",
            value=sum(terms.table), wanted=terms.principal)


def _check_steps(terms):
    check_whole(
        'step_every', terms.step_every, 1, MAX_PERIODS,
        "Instalments change after 1 to 1200 of them.")
    check_decimal('step_ratio', terms.step_ratio)
    check_decimal('step_amount', terms.step_amount)
    if not Decimal('-0.9') <= terms.step_ratio <= 9:
        raise TermsError(
            'step_ratio', "An instalment changes by -90 % to 900 % at a step.",
            value=terms.step_ratio, min=Decimal('-0.9'), max=9)
    if terms.step_ratio and terms.step_amount:
        raise TermsError(
            'step_amount', "Instalments change by a ratio or by an amount, not by both.",
            value=terms.step_amount)
    terms.rounding.to_units(abs(terms.step_amount), 'step_amount')


def _check_subsidy(terms):
    check_rate('borrower_rate', terms.borrower_rate)
    if terms.method != 'subsidised':
        raise TermsError(
            'borrower_rate', "Only a subsidised loan has a rate of its own for the borrower.",
            value=terms.method, allowed=('subsidised',))
    if terms.borrower_rate > terms.annual_rate:
        raise TermsError(
            'borrower_rate', "The borrower of a subsidised loan pays no more than the full rate.",
            value=terms.borrower_rate, min=0, max=terms.annual_rate)


def _check_down_payment(terms):
    check_decimal('down_payment_ratio', terms.down_payment_ratio)
    if not 0 <= terms.down_payment_ratio < 1:
        raise TermsError(
            'down_payment_ratio', "The down payment lies between 0 % and 100 % of the pay-out.",
            value=terms.down_payment_ratio, min=0, max=1)


def _check_later(terms):
    """Rows of what happens after the start are in the order of their days, inside the term."""
    for name in ('disbursements', 'rate_changes'):
        days = [row[0] for row in getattr(terms, name)]
        for before, day in zip((terms.start_date, *days), days, strict=False):
            check_date(name, day)
            if day <= before:
                raise TermsError(
                    name, "Each row is dated after the disbursement and the row before it.",
                    value=day, after=before)
    for _day, rate in terms.rate_changes:
        check_rate('rate_changes', rate)
    if terms.disbursements:
        _check_disbursements(terms)
    _check_pauses(terms)


def _check_disbursements(terms):
    for _day, amount in terms.disbursements:
        check_decimal('disbursements', amount)
        if amount <= 0:
            raise TermsError(
                'disbursements', "A pay-out is above zero.", value=amount,
                min=terms.rounding_unit)
        terms.rounding.to_units(amount, 'disbursements')
    if terms.method in ('flat', *TABLE_METHODS, 'stepped'):
        raise TermsError(
            'disbursements', "Loans of this method are paid out at once.", value=terms.method)


def _check_pauses(terms):
    before = None
    for first, last in terms.interest_pauses:
        check_date('interest_pauses', first)
        check_date('interest_pauses', last)
        if last < first:
            raise TermsError(
                'interest_pauses', "A pause ends on or after its first day.",
                value=last, after=first)
        if before and first <= before:
            raise TermsError(
                'interest_pauses', "Pauses follow each other without overlapping.",
                value=first, after=before)
        before = last
