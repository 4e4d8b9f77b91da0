"""Due dates are counted from the original anchor (Civil Code 202), fixed due days leave room."""
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import (
    DAY_COUNTS,
    Terms,
    add_months,
    due_dates,
    first_fixed_due_date,
    schedule,
    year_fraction,
)
from loanmath.dates import month_length
from strategies import days


def due(**values):
    values = {'method': 'interest_only', 'principal': Decimal(1000),
              'annual_rate': Decimal('0.12'), 'periods': 4, **values}
    return [str(row.due_date) for row in schedule(Terms(**values))]


def test_anchor_on_the_31st_never_drifts():
    assert due(start_date=date(2026, 1, 31)) == [
        '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31']


def test_anchor_on_the_29th_in_a_leap_year():
    assert due(start_date=date(2028, 1, 29))[0] == '2028-02-29'
    assert due(start_date=date(2027, 1, 29))[:2] == ['2027-02-28', '2027-03-29']


def test_first_due_date_given_by_hand_is_the_anchor():
    assert due(start_date=date(2025, 12, 15), first_due_date=date(2026, 1, 30)) == [
        '2026-01-30', '2026-02-28', '2026-03-30', '2026-04-30']


def test_first_due_date_that_is_the_usual_one_keeps_the_anchor_of_the_payout():
    assert due(start_date=date(2026, 1, 31), first_due_date=date(2026, 2, 28))[1] == '2026-03-31'


def test_fixed_due_day_skips_a_short_first_period():
    assert due(start_date=date(2026, 3, 5), due_day=20)[0] == '2026-03-20'       # 15 days
    assert due(start_date=date(2026, 3, 6), due_day=20)[0] == '2026-04-20'       # 14 days
    assert due(start_date=date(2026, 3, 20), due_day=20)[0] == '2026-04-20'


def test_month_end_as_due_day():
    assert due(start_date=date(2026, 1, 10), due_day=31) == [
        '2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']


def test_quarters_weeks_and_days():
    start = date(2026, 1, 31)
    assert due(start_date=start, period_every=3)[:2] == ['2026-04-30', '2026-07-31']
    assert due(start_date=start, period_unit='week', period_every=2)[:2] == [
        '2026-02-14', '2026-02-28']
    assert due(start_date=start, period_unit='day', period_every=30)[0] == '2026-03-02'


def test_quarterly_with_fixed_day_leaves_two_months_and_the_minimum():
    assert due(start_date=date(2026, 1, 5), due_day=20, period_every=3)[0] == '2026-03-20'
    assert due(start_date=date(2026, 1, 6), due_day=20, period_every=3)[0] == '2026-04-20'


@given(days, st.integers(1, 31), st.integers(0, 40), st.integers(1, 6))
def test_first_fixed_due_date_is_the_earliest_that_fits(start, due_day, min_days, every):
    first = first_fixed_due_date(start, due_day, min_days, every)
    assert first.day == min(due_day, month_length(first.year, first.month))
    earliest = add_months(start, every - 1) + timedelta(days=max(min_days, 1))
    assert earliest <= first < earliest + timedelta(days=32)
    before = add_months(first, -1, due_day)
    assert before < earliest


@given(days, st.integers(1, 60), st.integers(1, 12))
def test_every_due_date_has_the_anchor_day_or_the_month_end(first, count, every):
    dates = due_dates(first, count, every=every, anchor_day=31)
    for day in dates[1:]:
        assert day.day == month_length(day.year, day.month)


def test_year_12_by_whole_months_and_the_days_left():
    assert Fraction(*year_fraction('year_12', date(2026, 1, 10), date(2026, 2, 24))) == Fraction(
        1, 12) * (1 + Fraction(14, 28))


@given(days, st.integers(0, 1500), st.sampled_from(['act_360', 'act_365', 'act_act']))
def test_day_counts_are_sums_of_days(start, length, code):
    end = start + timedelta(days=length)
    terms = Terms('bullet', Decimal(1), Decimal(0), 1, start, day_count=code)
    assert Fraction(*year_fraction(code, start, end)) == oracle.get_year_part(terms, start, end)


@given(days, st.integers(0, 700), st.integers(0, 700))
def test_actual_days_add_up(start, first, second):
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    for code in ('act_360', 'act_365', 'act_act'):
        assert Fraction(*year_fraction(code, start, middle)) + Fraction(
            *year_fraction(code, middle, end)) == Fraction(*year_fraction(code, start, end))


@pytest.mark.parametrize('code', list(DAY_COUNTS))
def test_no_days_is_no_year(code):
    assert not year_fraction(code, date(2024, 2, 29), date(2024, 2, 29))[0]
