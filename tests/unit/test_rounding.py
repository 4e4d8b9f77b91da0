"""Rounding is exact and happens once."""
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import ROUNDING_MODES, Rounding, TermsError

DECIMAL_MODES = {
    'half_up': ROUND_HALF_UP, 'half_even': ROUND_HALF_EVEN, 'half_down': ROUND_HALF_DOWN,
    'up': ROUND_UP, 'down': ROUND_DOWN,
}
amounts = st.integers(0, 10 ** 12).map(lambda units: Decimal(units).scaleb(-4))


@pytest.mark.parametrize('mode', list(ROUNDING_MODES))
@given(amount=amounts)
def test_modes_agree_with_decimal(mode, amount):
    got = Rounding(Decimal('0.01'), mode).round_amount(amount)
    assert got == amount.quantize(Decimal('0.01'), rounding=DECIMAL_MODES[mode])


@pytest.mark.parametrize('unit, amount, rounded', [
    ('0.01', '2.005', '2.01'), ('1', '2.5', '3'), ('0.05', '1.03', '1.05'), ('100', '1250', '1300'),
    ('1E+2', '1249.99', '1200'), ('0.10', '0.25', '0.30'),
])
def test_units_of_any_size(unit, amount, rounded):
    assert Rounding(Decimal(unit), 'half_up').round_amount(Decimal(amount)) == Decimal(rounded)


def test_cents_print_as_cents():
    assert str(Rounding(Decimal('0.01'), 'half_up').to_amount(5)) == '0.05'
    assert str(Rounding(Decimal('0.01'), 'half_up').to_amount(500)) == '5.00'


def test_an_amount_finer_than_the_unit_is_refused():
    with pytest.raises(TermsError) as refusal:
        Rounding(Decimal('0.05'), 'half_up').to_units(Decimal('1.03'))
    assert refusal.value.code == 'precision'


@given(amounts)
def test_units_and_back(amount):
    rounding = Rounding(Decimal('0.0001'), 'half_up')
    assert rounding.to_amount(rounding.to_units(amount)) == amount
