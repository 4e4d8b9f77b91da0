"""Annual cost (china_rules.md §4.2): nominal = period rate × periods, effective = compounded."""
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import Terms, TermsError, annual_cost, irr, schedule, xirr

START = date(2026, 1, 31)
LOAN = Decimal(100000)


def rows_of(method, periods, rate):
    return schedule(Terms(method, LOAN, Decimal(rate), periods, START))


def test_cost_of_an_equal_instalment_loan_is_its_rate():
    assert annual_cost(LOAN, rows_of('equal_instalment', 12, '0.12')).percents() == (
        Decimal('12.00'), Decimal('12.68'))


def test_money_kept_back_counts():
    assert annual_cost(Decimal(95000), rows_of('equal_instalment', 12, '0.12')).percents() == (
        Decimal('21.86'), Decimal('24.18'))


def test_flat_rate_is_far_dearer_than_it_says():
    rows = rows_of('flat', 36, '0.072')
    flows = [-LOAN, *(row.total for row in rows)]
    assert str(round(irr(flows) * 100, 6)) == '1.097826'
    cost = annual_cost(LOAN, rows)
    assert str(round(cost.nominal * 100, 4)) == '13.1739'
    assert str(round(cost.effective * 100, 4)) == '13.9992'


def test_cost_of_amounts_and_of_instalments_is_the_same():
    rows = rows_of('equal_principal', 12, '0.1')
    assert annual_cost(LOAN, rows) == annual_cost(LOAN, [row.total for row in rows])


def test_quarterly_instalments():
    rows = schedule(Terms('interest_only', LOAN, Decimal('0.12'), 4, START, period_every=3))
    assert annual_cost(LOAN, rows, 4).percents() == (Decimal('12.00'), Decimal('12.55'))


def test_a_loan_at_the_ceiling_prints_as_the_ceiling():
    """Rounding to cents moves the raw rate a little; the printed one is what counts."""
    for principal in (Decimal(1000), Decimal(33333), Decimal(500000)):
        rows = schedule(Terms('equal_instalment', principal, Decimal('0.24'), 36, START))
        assert annual_cost(principal, rows).percents()[0] == Decimal('24.00')


def test_dated_flows_as_spreadsheets_do():
    flows = [
        (date(2008, 1, 1), Decimal(-10000)), (date(2008, 3, 1), Decimal(2750)),
        (date(2008, 10, 30), Decimal(4250)), (date(2009, 2, 15), Decimal(3250)),
        (date(2009, 4, 1), Decimal(2750))]
    assert round(xirr(flows), 6) == Decimal('0.373363')


@pytest.mark.parametrize('flows, rate', [
    ([-100, 110], '0.1'), ([-100, 100], '0'), ([-100, 50, 50], '0'), ([-100, 90], '-0.1'),
    ([-100, 20, 20], '-0.441742430504'), ([-100, 1000], '9'), ([-1, 0, 0, 8], '1'),
    ([100, -110], '0.1'),
])
def test_plain_rates(flows, rate):
    assert irr([Decimal(flow) for flow in flows]) == Decimal(rate)


@pytest.mark.parametrize('flows', [[], [0, 0], [-1], [1, 2], [-1, -2]])
def test_flows_without_a_rate_are_refused(flows):
    with pytest.raises(TermsError) as refusal:
        irr(flows)
    assert refusal.value.code == 'no_rate'
    with pytest.raises(TermsError):
        xirr([(START, flow) for flow in flows])


def test_nothing_received_has_no_cost():
    with pytest.raises(TermsError) as refusal:
        annual_cost(Decimal(0), [Decimal(100)])
    assert refusal.value.code == 'net_received'


@given(st.integers(1, 400), st.integers(-400, 4000), st.integers(1, 10 ** 7))
def test_rate_of_one_payment_is_exact(periods, thousandths, principal):
    rate = thousandths / 1000
    flows = [-principal] + [0] * (periods - 1) + [principal * (1 + rate) ** periods]
    assert float(irr(flows)) == pytest.approx(rate, abs=1e-9)


@given(st.integers(1, 120), st.integers(1, 1000), st.integers(1000, 10 ** 8))
def test_rate_of_an_annuity_is_exact(periods, ten_thousandths, principal):
    rate = ten_thousandths / 10000
    payment = principal * rate / (1 - (1 + rate) ** -periods)
    assert float(irr([-principal] + [payment] * periods)) == pytest.approx(rate, abs=1e-9)
