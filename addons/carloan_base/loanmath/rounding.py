"""Exact rounding of money.

Inside the engine an amount is a whole number of rounding units (fen, cents) and a rate is a
fraction of whole numbers, so that nothing is lost before the one rounding that the contract asks
for.

>>> from decimal import Decimal
>>> cents = Rounding(Decimal('0.01'), 'half_up')
>>> cents.to_units(Decimal('1234.50'))
123450
>>> cents.round_ratio(100_000_00 * 35 * 18, 36_000)   # 100,000 for 35 days at 18 % a year
175000
>>> cents.to_amount(175000)
Decimal('1750.00')
"""
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache

from .errors import TermsError

# Products of amounts, rates and days stay exact in it; anything that would not be raises.
EXACT = Context(prec=100, rounding=ROUND_HALF_UP, traps=[Inexact, InvalidOperation])


def _half_up(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)


def _half_down(numerator, denominator):
    return -((denominator - 2 * numerator) // (2 * denominator))


def _half_even(numerator, denominator):
    whole, rest = divmod(numerator, denominator)
    rest *= 2
    return whole + (rest > denominator or (rest == denominator and whole & 1))


def _up(numerator, denominator):
    return -(-numerator // denominator)


def _down(numerator, denominator):
    return numerator // denominator


ROUNDING_MODES = {
    'half_up': _half_up,
    'half_even': _half_even,
    'half_down': _half_down,
    'up': _up,
    'down': _down,
}


# rounding: (scale, part of the denominator that is added, one less): the floor of
# (scale * numerator + added) / (scale * denominator) is the rounded fraction
LINEAR_ROUNDINGS = {_half_up: (2, 1, 0), _half_down: (2, 1, 1), _up: (1, 1, 1), _down: (1, 0, 0)}


class Rounding:
    """One unit and mode; `round_ratio` takes a non-negative fraction of units to whole units."""

    __slots__ = ('unit', 'mode', 'round_ratio', '_exponent', '_whole')

    def __init__(self, unit, mode):
        if mode not in ROUNDING_MODES:
            raise TermsError(
                'rounding_mode', "Unknown rounding mode.",
                value=mode, allowed=tuple(ROUNDING_MODES))
        if not isinstance(unit, Decimal) or not unit.is_finite() or unit <= 0:
            raise TermsError('rounding_unit', "The rounding unit is a positive amount.", value=unit)
        self.unit = unit
        self.mode = mode
        self.round_ratio = ROUNDING_MODES[mode]
        _sign, digits, self._exponent = unit.as_tuple()
        self._whole = int(''.join(map(str, digits)))

    def to_units(self, amount, what='amount'):
        """The amount as a whole number of units; an amount finer than the unit is refused."""
        units, rest = divmod(EXACT.scaleb(amount, -self._exponent), self._whole)
        if rest:
            raise TermsError(
                'precision', f"The {what} has more decimals than the currency can pay.",
                field=what, value=amount, unit=self.unit)
        return int(units)

    def to_amount(self, units):
        return units * self.unit

    def round_amount(self, amount):
        """Any non-negative amount rounded once to the unit."""
        numerator, denominator = amount.as_integer_ratio()
        return self.round_product(numerator, denominator)

    def round_product(self, numerator, denominator):
        """A fraction of *currency* rounded once to the unit."""
        unit_numerator, unit_denominator = self.unit.as_integer_ratio()
        return self.to_amount(
            self.round_ratio(numerator * unit_denominator, denominator * unit_numerator))


@lru_cache(maxsize=64)
def get_rounding(unit, mode):
    return Rounding(unit, mode)


def check_decimal(name, value):
    """Money and rates come as Decimal (or int): a float has lost the cent before it gets here."""
    if type(value) is Decimal and value.is_finite():
        return
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TermsError(
            'not_decimal', f"{name} must be a Decimal.", field=name, value=repr(value))
    if isinstance(value, Decimal) and not value.is_finite():
        raise TermsError('not_finite', f"{name} must be a number.", field=name, value=str(value))
