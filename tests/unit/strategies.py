"""Random loans for the property tests: ordinary ones and the ugly ones at the edges."""
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from loanmath import Terms


def cents(lowest, highest):
    return st.integers(lowest, highest).map(lambda units: Decimal(units).scaleb(-2))


DAY_COUNTS = ['year_12', '30_360', 'act_360', 'act_364', 'act_365', 'act_act', 'period']
METHODS = [
    'equal_instalment', 'equal_principal', 'interest_only', 'bullet', 'flat', 'balloon']

rates = st.integers(0, 1_000_000).map(lambda millionths: Decimal(millionths).scaleb(-6))
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@st.composite
def terms(draw, codes=None):
    method = draw(st.sampled_from(codes or METHODS))
    principal = draw(st.one_of(cents(1, 500), cents(100_000, 500_000_000)))
    periods = draw(st.integers(1, 60))
    unit = draw(st.sampled_from(['month', 'month', 'week', 'day']))
    values = {
        'period_unit': unit,
        'period_every': draw(st.integers(1, 4)),
        'day_count': draw(st.sampled_from(DAY_COUNTS)),
        'rounding_mode': draw(st.sampled_from(['half_up', 'half_even'])),
    }
    if method == 'balloon':
        values['balloon'] = draw(cents(1, int(principal * 100)))
    if method in ('equal_instalment', 'equal_principal', 'flat') and draw(st.booleans()):
        values['grace_principal'] = draw(st.integers(0, periods - 1))
    return Terms(method, principal, draw(rates), periods, draw(days), **values)
