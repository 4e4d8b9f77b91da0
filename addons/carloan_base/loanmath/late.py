"""Late charges: penalty on overdue principal, compound interest on overdue interest.

Nothing is charged on a penalty. Both run at the penalty rate (contract rate times `penalty_ratio`,
which replaces the contract rate) from the due date to the day of paying, for what is unpaid. They
are cumulative since the due date and rounded once, so that the charges of single days, taken as
differences, always add up to the same cent:

>>> from datetime import date
>>> from decimal import Decimal
>>> late_terms = LateTerms(Decimal('0.12'))
>>> item = OverdueItem(1, date(2026, 2, 28), Decimal('7884.88'), Decimal('1000.00'))
>>> late_charges(item, date(2026, 4, 4), late_terms)
LateCharge(penalty=Decimal('137.99'), compound=Decimal('17.50'))

Days of grace: what is paid inside bears nothing, what is not bears the charge from the due date.

>>> late_charges(item, date(2026, 3, 3), LateTerms(Decimal('0.12'), grace_days=3))
LateCharge(penalty=Decimal('0.00'), compound=Decimal('0.00'))
>>> late_charges(item, date(2026, 3, 4), LateTerms(Decimal('0.12'), grace_days=3))
LateCharge(penalty=Decimal('15.77'), compound=Decimal('2.00'))
"""
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .errors import TermsError
from .rounding import EXACT, check_decimal, get_rounding

YEAR_DAYS = (360, 365)
MAX_PENALTY_RATIO = 10
MAX_GRACE_DAYS = 90


@dataclass(frozen=True, slots=True)
class LateTerms:
    annual_rate: Decimal
    penalty_ratio: Decimal = Decimal('1.5')     # 1.3 to 1.5 of the contract rate (PBoC 2003-251)
    compound: bool = True
    grace_days: int = 0
    year_days: int = 360
    rounding_unit: Decimal = Decimal('0.01')
    rounding_mode: str = 'half_up'

    def __post_init__(self):
        check_decimal('annual_rate', self.annual_rate)
        check_decimal('penalty_ratio', self.penalty_ratio)
        if not 0 <= self.annual_rate <= 1:
            raise TermsError(
                'annual_rate', "The annual rate lies between 0 % and 100 %.",
                value=self.annual_rate, min=0, max=1)
        if not 0 <= self.penalty_ratio <= MAX_PENALTY_RATIO:
            raise TermsError(
                'penalty_ratio', "The penalty ratio lies between 0 and 10.",
                value=self.penalty_ratio, min=0, max=MAX_PENALTY_RATIO)
        if not isinstance(self.grace_days, int) or not 0 <= self.grace_days <= MAX_GRACE_DAYS:
            raise TermsError(
                'grace_days', "There are 0 to 90 days of grace.",
                value=self.grace_days, min=0, max=MAX_GRACE_DAYS)
        get_rounding(self.rounding_unit, self.rounding_mode)
        if self.year_days not in YEAR_DAYS:
            raise TermsError(
                'year_days', "A year has 360 or 365 days.", value=self.year_days, allowed=YEAR_DAYS)

    @property
    def rounding(self):
        return get_rounding(self.rounding_unit, self.rounding_mode)


class LatePayment(NamedTuple):
    date: date
    principal: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class OverdueItem:
    """An instalment as the contract asked for it, and what was paid on it, when."""

    number: int
    due_date: date
    principal: Decimal
    interest: Decimal
    payments: tuple = ()          # of (date, principal paid, interest paid)


class LateCharge(NamedTuple):
    penalty: Decimal
    compound: Decimal


def late_charges(item, as_of, late_terms):
    """All charges on this instalment from its due date to `as_of` excluded, whether paid or not."""
    grace_end = item.due_date + timedelta(days=late_terms.grace_days)
    principal_days = interest_days = Decimal(0)
    if as_of > grace_end:
        principal_days, interest_days = _get_amount_days(item, as_of, grace_end)
    return LateCharge(
        _charge(principal_days, late_terms),
        _charge(interest_days if late_terms.compound else Decimal(0), late_terms))


def _get_amount_days(item, as_of, grace_end):
    """Unpaid principal and interest, each times its days; paid in the days of grace is on time."""
    days = (as_of - item.due_date).days
    principal_days = item.principal * days
    interest_days = item.interest * days
    paid_principal = paid_interest = Decimal(0)
    for paid_date, principal, interest in item.payments:
        if paid_date >= as_of:
            continue
        unused = days if paid_date <= grace_end else (as_of - paid_date).days
        principal_days -= principal * unused
        interest_days -= interest * unused
        paid_principal += principal
        paid_interest += interest
    if paid_principal > item.principal or paid_interest > item.interest:
        raise TermsError(
            'overpaid', "More was paid on the instalment than it asks for.",
            number=item.number, principal=paid_principal, interest=paid_interest)
    return principal_days, interest_days


def _charge(amount_days, late_terms):
    yearly = EXACT.multiply(
        EXACT.multiply(amount_days, late_terms.annual_rate), late_terms.penalty_ratio)
    numerator, denominator = yearly.as_integer_ratio()
    return late_terms.rounding.round_product(numerator, denominator * late_terms.year_days)
