"""The same price in the words of the market: a month, a day, "flat", and with all that it costs.

A rate of 0.6 % a month on the first principal, over 36 months, is really 13.17 % a year, and 12 %
on what is owed would be sold as 0.55 % a month:

>>> from decimal import Decimal
>>> flat_to_real(Decimal('0.072'), 36).percents()
(Decimal('13.17'), Decimal('14.00'))
>>> round(real_to_flat(Decimal('0.12'), 36) / 12 * 100, 4)
Decimal('0.5437')

Lenders quote 12 % a year as 10 per mille a month and 3.33 of ten thousand a day:

>>> quote = quote_rate(Decimal('0.12'))
>>> quote.annual_percent, quote.monthly_permille, quote.daily_per_10000
(Decimal('12.00'), Decimal('10.00'), Decimal('3.33'))

Every fee is part of the price. 100,000 with 2,000 paid at the start, 1,500 of insurance that is
financed, and 20 with each instalment:

>>> from datetime import date
>>> from loanmath import Terms, schedule
>>> terms = Terms('equal_instalment', Decimal(100000), Decimal('0.12'), 12, date(2026, 1, 10))
>>> fees = Fees(upfront=Decimal(2000), financed=Decimal(1500), recurring=Decimal(20))
>>> loan_cost(terms, schedule(terms), fees).percents()
(Decimal('19.26'), Decimal('21.05'))
"""
from decimal import Decimal
from itertools import repeat
from typing import NamedTuple

from .cost import RATE_STEP, AnnualCost, annual_cost, irr, xirr
from .errors import TermsError
from .rounding import check_decimal
from .validation import check_rate, check_whole

ZERO = Decimal(0)
_HUNDREDTH = Decimal('0.01')


class Fees(NamedTuple):
    """What is paid besides the instalments, whoever collects it."""

    upfront: Decimal = ZERO      # at the pay-out, in cash or taken from it
    financed: Decimal = ZERO     # part of the principal that the borrower never sees
    recurring: object = ZERO     # with each instalment: one amount, or one for each
    closing: Decimal = ZERO      # with the last instalment


class RateQuote(NamedTuple):
    annual_percent: Decimal
    monthly_permille: Decimal
    daily_per_10000: Decimal     # a year has 360 days (PBoC 2005-129)


def quote_rate(annual_rate, year_days=360):
    check_rate('annual_rate', annual_rate)
    return RateQuote(*(
        (annual_rate * times / parts).quantize(_HUNDREDTH)
        for times, parts in ((100, 1), (1000, 12), (10000, year_days))))


def get_annual_rate(monthly=None, daily=None, year_days=360):
    """The annual rate of one that is quoted by the month or by the day (0.01 is 1 %).

    >>> get_annual_rate(monthly=Decimal('0.01')), get_annual_rate(daily=Decimal('0.0005'))
    (Decimal('0.12'), Decimal('0.1800'))
    """
    if (monthly is None) == (daily is None):
        raise TermsError('rate', "A rate is quoted by the month or by the day.", value=monthly)
    return monthly * 12 if daily is None else daily * year_days


def loan_cost(terms, rows, fees=None, by_days=False):
    """Nominal and effective cost of the schedule with its fees.

    `by_days` takes the real days between payments (XIRR) instead of equal periods; it is also used
    where the schedule has pay-outs, down payments or dates that no period describes.
    """
    fees = fees or Fees()
    amounts = _get_payments(rows, fees)
    received = terms.principal - fees.upfront - fees.financed
    if received <= 0:
        raise TermsError(
            'net_received', "The borrower must receive something.", value=received, min=0)
    uneven = terms.disbursements or terms.down_payment_ratio or terms.due_dates
    if not (by_days or uneven or len(rows) == 1):
        return annual_cost(received, amounts, terms.periods_per_year)
    flows = [(terms.start_date, -received)]
    flows += [(day, -amount) for day, amount in terms.disbursements]
    flows += [(row.due_date, amount) for row, amount in zip(rows, amounts, strict=True)]
    effective = xirr(flows)
    periods = terms.periods_per_year
    nominal = periods * ((1 + effective) ** (1 / periods) - 1)
    return AnnualCost(nominal.quantize(RATE_STEP), effective)


def _get_payments(rows, fees):
    recurring = fees.recurring
    extras = repeat(recurring, len(rows)) if isinstance(recurring, Decimal | int) else recurring
    for amount in (fees.upfront, fees.financed, fees.closing, *extras):
        check_decimal('fee', amount)
        if amount < 0:
            raise TermsError('fee', "A fee is not negative.", value=amount, min=0)
    extras = [recurring] * len(rows) if isinstance(recurring, Decimal | int) else list(recurring)
    if len(extras) != len(rows):
        raise TermsError(
            'fee', "There is one recurring fee for each instalment.", value=len(extras),
            count=len(rows))
    amounts = [row.total + extra for row, extra in zip(rows, extras, strict=True)]
    amounts[-1] += fees.closing
    return amounts


def flat_to_real(flat_rate, periods, periods_per_year=12):
    """What a flat annual rate on the first principal really costs."""
    check_rate('flat_rate', flat_rate)
    check_whole('periods', periods, 1, 1200, "A loan has 1 to 1200 periods.")
    share = Decimal(1) / periods + flat_rate / periods_per_year
    rate = irr([Decimal(-1), *[share] * periods])
    effective = (1 + rate) ** periods_per_year - 1
    return AnnualCost(rate * periods_per_year, effective.quantize(RATE_STEP))


def real_to_flat(annual_rate, periods, periods_per_year=12):
    """The flat annual rate at which equal instalments are those of a true rate."""
    check_rate('annual_rate', annual_rate)
    check_whole('periods', periods, 1, 1200, "A loan has 1 to 1200 periods.")
    rate = annual_rate / periods_per_year
    if not rate:
        return ZERO
    share = rate / (1 - (1 + rate) ** -periods)
    return ((share - Decimal(1) / periods) * periods_per_year).quantize(RATE_STEP)
