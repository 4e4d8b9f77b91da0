"""The border between Odoo's floats and the Decimal world of loanmath.

>>> to_decimal(2.675), to_decimal('12', 0), to_decimal(False)
(Decimal('2.68'), Decimal('12'), Decimal('0.00'))
>>> amount_to_float(Decimal('8884.88'))
8884.88
"""
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation


def to_decimal(value, digits=2):
    """The amount that is meant by a float, a text or a Decimal, rounded half up."""
    unit = Decimal(1).scaleb(-digits)
    return Decimal(str(value or 0)).quantize(unit, rounding=ROUND_HALF_UP)


def is_money(value, digits=2):
    """Whether an amount can be paid; floats are forgiven what they cannot hold.

    >>> is_money(2.675), is_money(0.1 + 0.2), is_money('12.50')
    (False, True, True)
    >>> is_money(float('nan')), is_money(1e40)
    (False, False)
    """
    try:
        return to_decimal(value, digits) == to_decimal(value, 6)
    except InvalidOperation:        # not a number, or more digits than money has
        return False


def amount_to_float(value):
    """A Decimal for a Monetary field."""
    return float(value)


def percent_to_rate(percent):
    """12.0 (%) of a form as 0.12; six digits are kept as the field has them."""
    return to_decimal(percent, 6) / 100
