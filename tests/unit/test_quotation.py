"""Prices in other words, fees in the cost, subsidies that make the lender whole."""
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import (
    Fees,
    Terms,
    TermsError,
    flat_to_real,
    get_subsidy,
    irr,
    loan_cost,
    quote_rate,
    real_to_flat,
    schedule,
)
from strategies import cents

START = date(2026, 1, 1)
LOAN = Terms('equal_instalment', Decimal(100000), Decimal('0.12'), 12, START)


def test_a_fee_at_the_start_is_part_of_the_cost():
    """china_rules.md §4.2: one side of 24 % or the other, by the method."""
    cost = loan_cost(LOAN, schedule(LOAN), Fees(upfront=Decimal(5000)))
    assert cost.percents() == (Decimal('21.86'), Decimal('24.18'))
    assert cost == loan_cost(LOAN, schedule(LOAN), Fees(financed=Decimal(5000)))


def test_recurring_and_closing_fees_too():
    rows = schedule(LOAN)
    each = loan_cost(LOAN, rows, Fees(recurring=Decimal(50)))
    listed = loan_cost(LOAN, rows, Fees(recurring=[Decimal(50)] * 12))
    assert each == listed
    assert loan_cost(LOAN, rows).nominal < loan_cost(LOAN, rows, Fees(closing=Decimal(600))).nominal
    assert loan_cost(LOAN, rows, Fees(closing=Decimal(600))).nominal < each.nominal


def test_by_days_is_the_rate_of_a_spreadsheet():
    cost = loan_cost(LOAN, schedule(LOAN), by_days=True)
    assert abs(cost.effective - Decimal('0.1268')) < Decimal('0.001')
    assert abs((1 + cost.nominal / 12) ** 12 - 1 - cost.effective) < Decimal('1e-9')


def test_quarterly_loans_quote_four_periods_a_year():
    terms = Terms('interest_only', Decimal(100000), Decimal('0.12'), 8, START, period_every=3)
    assert loan_cost(terms, schedule(terms)).percents() == (Decimal('12.00'), Decimal('12.55'))


@pytest.mark.parametrize(('fees', 'code'), [
    (Fees(upfront=Decimal(100000)), 'net_received'), (Fees(closing=Decimal(-1)), 'fee'),
    (Fees(recurring=[Decimal(1)]), 'fee'), (Fees(upfront=1.5), 'not_decimal')])
def test_fees_that_make_no_sense_are_refused(fees, code):
    with pytest.raises(TermsError) as refusal:
        loan_cost(LOAN, schedule(LOAN), fees)
    assert refusal.value.code == code


def test_eighteen_percent_by_the_month_and_by_the_day():
    assert quote_rate(Decimal('0.18')) == (Decimal('18.00'), Decimal('15.00'), Decimal('5.00'))
    assert quote_rate(Decimal('0.18'), 365).daily_per_10000 == Decimal('4.93')


@given(st.integers(1, 10_000), st.integers(2, 120), st.sampled_from([4, 12, 52]))
def test_flat_and_real_are_each_others_inverse(basis_points, periods, per_year):
    real = Decimal(basis_points) / 10_000
    flat = real_to_flat(real, periods, per_year)
    if flat <= 1:
        assert abs(flat_to_real(flat, periods, per_year).nominal - real) < Decimal('1e-8')
    assert flat < real


def test_the_verified_flat_example():
    assert flat_to_real(Decimal('0.072'), 36).percents() == (Decimal('13.17'), Decimal('14.00'))


subsidised = st.builds(
    lambda principal, full, own, periods: Terms(
        'subsidised', principal, Decimal(full) / 100, periods, START,
        borrower_rate=Decimal(min(own, full)) / 100),
    cents(1_000_000, 50_000_000), st.integers(1, 24), st.integers(0, 24), st.integers(1, 60))


@given(subsidised)
def test_the_subsidy_lifts_the_yield_to_the_full_rate(terms):
    subsidy = get_subsidy(terms)
    assert sum(subsidy.income) == sum(subsidy.due) == subsidy.amount
    assert min(subsidy.income) >= 0
    flows = [subsidy.amount - terms.principal, *(row.total for row in schedule(terms))]
    wanted = terms.annual_rate / 12
    value = sum(flow / (1 + wanted) ** number for number, flow in enumerate(flows))
    rounding = Decimal('0.005') * (terms.periods + 1)      # half a cent of each instalment
    assert abs(value) <= (Decimal('0.01') if subsidy.amount else rounding)
    assert abs(irr(flows) - wanted) < Decimal('1e-5')


@given(subsidised)
def test_a_spread_adds_up_to_the_difference_of_interest(terms):
    subsidy = get_subsidy(terms, 'spread')
    for row, due in zip(schedule(terms), subsidy.due, strict=True):
        full = row.opening * terms.annual_rate / 12
        assert abs(full - row.interest - due) <= Decimal('0.01') or due == 0


def test_only_a_subsidised_loan_has_a_subsidy():
    with pytest.raises(TermsError):
        get_subsidy(LOAN)
    with pytest.raises(TermsError) as refusal:
        Terms('subsidised', Decimal(1000), Decimal('0.03'), 3, START, borrower_rate=Decimal('0.04'))
    assert refusal.value.code == 'borrower_rate'
