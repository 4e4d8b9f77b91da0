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
LateCharge(penalty=Decimal('137.99'), compound=Decimal('17.50'), fee=Decimal('0.00'))

Days of grace: what is paid inside bears nothing, what is not bears the charge from the due date.

>>> late_charges(item, date(2026, 3, 3), LateTerms(Decimal('0.12'), grace_days=3)).penalty
Decimal('0.00')
>>> late_charges(item, date(2026, 3, 4), LateTerms(Decimal('0.12'), grace_days=3)).penalty
Decimal('15.77')

A ceiling (24 % a year on what is overdue, say) holds for all charges together, a fixed fee too; a
cap per instalment ends them:

>>> dear = LateTerms(Decimal('0.18'), ceiling_rate=Decimal('0.24'), fixed_fee=Decimal(30))
>>> late_charges(item, date(2026, 4, 4), dear)
LateCharge(penalty=Decimal('183.98'), compound=Decimal('23.33'), fee=Decimal('0.00'))
>>> capped = LateTerms(Decimal('0.12'), cap_ratio=Decimal('0.01'))
>>> late_charges(item, date(2026, 4, 4), capped)
LateCharge(penalty=Decimal('78.84'), compound=Decimal('10.01'), fee=Decimal('0.00'))
"""
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .errors import TermsError
from .rounding import EXACT, check_decimal, get_rounding
from .validation import check_choice, check_rate, check_whole

YEAR_DAYS = (360, 365)
LATE_BASES = ('principal', 'instalment', 'outstanding')
MAX_PENALTY_RATIO = 10
MAX_GRACE_DAYS = 90
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LateTerms:
    """`base` of the penalty is the overdue 'principal', or the overdue 'instalment' with its
    interest (which then bears no compound interest), or the whole 'outstanding' principal.

    `ceiling_rate` is the highest annual rate for all charges on what is overdue (24 %, four times
    the LPR: a figure of the law, given from outside). `cap_ratio` of the instalment and
    `cap_amount` end the charges of one instalment.
    """

    annual_rate: Decimal
    penalty_ratio: Decimal = Decimal('1.5')     # 1.3 to 1.5 of the contract rate (PBoC 2003-251)
    compound: bool = True
    grace_days: int = 0
    year_days: int = 360
    rounding_unit: Decimal = Decimal('0.01')
    rounding_mode: str = 'half_up'
    base: str = 'principal'
    fixed_fee: Decimal = ZERO                   # once for each instalment that is late
    ceiling_rate: Decimal | None = None
    cap_ratio: Decimal | None = None
    cap_amount: Decimal | None = None

    def __post_init__(self):
        check_rate('annual_rate', self.annual_rate)
        check_decimal('penalty_ratio', self.penalty_ratio)
        if not 0 <= self.penalty_ratio <= MAX_PENALTY_RATIO:
            raise TermsError(
                'penalty_ratio', "The penalty ratio lies between 0 and 10.",
                value=self.penalty_ratio, min=0, max=MAX_PENALTY_RATIO)
        check_whole(
            'grace_days', self.grace_days, 0, MAX_GRACE_DAYS, "There are 0 to 90 days of grace.")
        get_rounding(self.rounding_unit, self.rounding_mode)
        if self.year_days not in YEAR_DAYS:
            raise TermsError(
                'year_days', "A year has 360 or 365 days.", value=self.year_days, allowed=YEAR_DAYS)
        check_choice('base', self.base, LATE_BASES)
        if self.ceiling_rate is not None:
            check_rate('ceiling_rate', self.ceiling_rate)
        for name in ('fixed_fee', 'cap_ratio', 'cap_amount'):
            value = getattr(self, name)
            if value is not None:
                check_decimal(name, value)
                if value < 0:
                    raise TermsError(
                        name, "Caps and fees are not negative.", value=value, min=0)
        self.rounding.to_units(self.fixed_fee, 'fixed_fee')

    @property
    def rounding(self):
        return get_rounding(self.rounding_unit, self.rounding_mode)

    @property
    def rate(self):
        """The penalty rate a year, under the ceiling."""
        rate = EXACT.multiply(self.annual_rate, self.penalty_ratio)
        return rate if self.ceiling_rate is None else min(rate, self.ceiling_rate)


class LatePayment(NamedTuple):
    date: date
    principal: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class OverdueItem:
    """An instalment as the contract asked for it, and what was paid on it, when.

    Where the penalty runs on the whole outstanding principal, the oldest unpaid instalment carries
    it in `outstanding` (as of its due date; payments of principal lower it), the others none.
    """

    number: int
    due_date: date
    principal: Decimal
    interest: Decimal
    payments: tuple = ()          # of (date, principal paid, interest paid)
    outstanding: Decimal = ZERO


class LateCharge(NamedTuple):
    penalty: Decimal
    compound: Decimal
    fee: Decimal = ZERO


def late_charges(item, as_of, late_terms, explain=None):
    """All charges on this instalment from its due date to `as_of` excluded, whether paid or not.

    `explain.add(code, result, **figures)`, if given, is told each figure as it is computed.
    """
    grace_end = item.due_date + timedelta(days=late_terms.grace_days)
    penalty_days = compound_days = ZERO
    if as_of > grace_end:
        _check_payments(item, as_of)
        bases = _get_bases(item, late_terms)
        penalty_days = _get_amount_days(item, as_of, grace_end, bases['penalty'], explain)
        compound_days = _get_amount_days(item, as_of, grace_end, bases['compound'], explain)
    penalty = _charge('penalty', penalty_days, late_terms, explain)
    compound = _charge('compound', compound_days, late_terms, explain)
    late = as_of > grace_end and bool(penalty_days or compound_days)
    fee = _get_fee(late_terms, penalty_days + compound_days) if late else ZERO
    if explain is not None and fee:
        explain.add('late_fee', fee, component='fee', agreed=late_terms.fixed_fee)
    return _cap(item, LateCharge(penalty, compound, fee + late_terms.rounding.to_amount(0)),
                late_terms, explain)


class _Base(NamedTuple):
    component: str
    amount: Decimal
    columns: tuple               # of a payment that lower it: 1 principal, 2 interest


def _get_bases(item, late_terms):
    """What bears penalty and what bears compound interest; never the same money twice."""
    compound = item.interest if late_terms.compound else ZERO
    if late_terms.base == 'instalment':
        penalty = _Base('penalty', item.principal + item.interest, (1, 2))
        compound = ZERO
    elif late_terms.base == 'outstanding':
        penalty = _Base('penalty', item.outstanding, (1,) if item.outstanding else ())
    else:
        penalty = _Base('penalty', item.principal, (1,))
    return {
        'penalty': penalty, 'compound': _Base('compound', compound, (2,) if compound else ())}


def _get_amount_days(item, as_of, grace_end, base, explain):
    """What is unpaid times its days; what is paid in the days of grace is on time."""
    days = (as_of - item.due_date).days
    total = base.amount * days
    _explain_days(explain, base, base.amount, item.due_date, as_of, total)
    for payment in item.payments:
        paid_date, paid = payment[0], sum(payment[column] for column in base.columns)
        if paid_date >= as_of or not paid:
            continue
        start = item.due_date if paid_date <= grace_end else paid_date
        unused = paid * (as_of - start).days
        total -= unused
        _explain_days(explain, base, -paid, start, as_of, -unused)
    return total


def _explain_days(explain, base, amount, start, end, product):
    if explain is not None and amount:
        explain.add(
            'amount_days', product, component=base.component, amount=amount, start=start, end=end,
            days=(end - start).days)


def _check_payments(item, as_of):
    paid = [payment for payment in item.payments if payment[0] < as_of]
    principal = sum(payment[1] for payment in paid)
    interest = sum(payment[2] for payment in paid)
    if principal > max(item.principal, item.outstanding) or interest > item.interest:
        raise TermsError(
            'overpaid', "More was paid on the instalment than it asks for.",
            number=item.number, principal=principal, interest=interest)


def _charge(component, amount_days, late_terms, explain):
    numerator, denominator = EXACT.multiply(amount_days, late_terms.rate).as_integer_ratio()
    charged = late_terms.rounding.round_product(numerator, denominator * late_terms.year_days)
    if explain is not None and amount_days:
        ratio = late_terms.penalty_ratio
        explain.add(
            'late_charge', charged, component=component, amount_days=amount_days,
            annual_rate=late_terms.annual_rate, ratio=ratio, year_days=late_terms.year_days)
        if late_terms.rate < late_terms.annual_rate * ratio:
            explain.add(
                'ceiling', charged, component=component, amount_days=amount_days,
                annual_rate=late_terms.ceiling_rate, year_days=late_terms.year_days)
    return charged


def _get_fee(late_terms, amount_days):
    """The fixed fee, as far as the ceiling leaves room for it above the penalty rate yet; rounded
    down, so that it never falls by the cent that the others are rounded up."""
    if late_terms.ceiling_rate is None:
        return late_terms.fixed_fee
    spare = EXACT.subtract(late_terms.ceiling_rate, late_terms.rate)
    numerator, denominator = EXACT.multiply(amount_days, spare).as_integer_ratio()
    rounding = get_rounding(late_terms.rounding_unit, 'down')
    return min(
        late_terms.fixed_fee,
        rounding.round_product(numerator, denominator * late_terms.year_days))


def _cap(item, charge, late_terms, explain):
    """Charges of one instalment end at its cap: the fee first, then each of the others at its
    share, so that none of them ever falls from one day to the next."""
    caps = [] if late_terms.cap_amount is None else [late_terms.cap_amount]
    if late_terms.cap_ratio is not None:
        caps.append(EXACT.multiply(item.principal + item.interest, late_terms.cap_ratio))
    if not caps:
        return charge
    rounding = late_terms.rounding
    whole = rounding.round_amount(min(caps))
    fee = min(charge.fee, whole)
    room = rounding.to_units(whole - min(late_terms.fixed_fee, whole))
    share = rounding.to_amount(_get_penalty_share(item, late_terms, room))
    limits = {'penalty': share, 'compound': rounding.to_amount(room) - share}
    capped = charge._replace(
        fee=fee, **{name: min(getattr(charge, name), limit) for name, limit in limits.items()})
    if explain is not None:
        for name, limit in (limits | {'fee': fee}).items():
            if getattr(charge, name) > limit:
                explain.add('cap', limit, component=name, cap=whole)
    return capped


def _get_penalty_share(item, late_terms, room):
    bases = _get_bases(item, late_terms)
    penalty, compound = bases['penalty'].amount, bases['compound'].amount
    if not compound:
        return room
    units = late_terms.rounding.to_units
    return room * units(penalty) // units(penalty + compound)
