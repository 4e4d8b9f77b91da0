"""Interest of a running period up to a day, in whole cents that add up.

Interest of a period is earned evenly over its days. What is earned up to a day is rounded once, so
the interest of single days or months, taken as differences, always adds up to the period's:

>>> from datetime import date
>>> from decimal import Decimal
>>> period = Decimal('1000.00'), date(2026, 1, 15), date(2026, 2, 15)
>>> accrued_interest(*period, date(2026, 2, 1))     # 17 of 31 days
Decimal('548.39')
>>> accrued_interest(*period, date(2026, 2, 15)) - accrued_interest(*period, date(2026, 2, 1))
Decimal('451.61')
"""
from decimal import Decimal

from .rounding import get_rounding


def accrued_interest(interest, start_date, due_date, as_of, unit=Decimal('0.01'), mode='half_up'):
    """The part of `interest` earned on the days from `start_date` to `as_of` excluded."""
    if as_of <= start_date:
        return get_rounding(unit, mode).to_amount(0)
    if as_of >= due_date:
        return interest
    numerator, denominator = interest.as_integer_ratio()
    return get_rounding(unit, mode).round_product(
        numerator * (as_of - start_date).days, denominator * (due_date - start_date).days)
