"""Given instalments and parts, graces, tables, steps, subsidies, down payments."""
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import Terms, TermsError, schedule
from strategies import cents, rates

START = date(2024, 1, 10)


def make(method='equal_instalment', **values):
    values = {
        'principal': Decimal(10000), 'annual_rate': Decimal('0.12'), 'periods': 4,
        'start_date': START, **values}
    return Terms(method, **values)


def get_parts(*args, **values):
    return [(str(row.principal), str(row.interest)) for row in schedule(make(*args, **values))]


def test_grace_on_interest_is_collected_after_it():
    plain, graced = schedule(make()), schedule(make(grace_interest=2))
    assert [row.principal for row in graced] == [row.principal for row in plain]
    assert [row.interest for row in graced] == [
        0, 0, sum(row.interest for row in plain[:3]), plain[3].interest]


def test_or_spread_over_what_is_left():
    graced = schedule(make(grace_interest=1, grace_interest_way='spread'))
    plain = schedule(make())
    extra = [row.interest - usual.interest for row, usual in zip(graced, plain, strict=True)]
    assert extra == [Decimal('-100.00'), Decimal('33.33'), Decimal('33.33'), Decimal('33.34')]


def test_or_the_instalment_is_all_principal_until_then():
    """2,562.81 all principal; then the 100.00 and 74.37 that are open come first."""
    assert get_parts(grace_interest=1, grace_interest_way='instalment') == [
        ('2562.81', '0.00'), ('2388.44', '174.37'), ('2512.32', '50.49'), ('2536.43', '25.36')]


def test_interest_free_periods_are_never_collected():
    plain, free = schedule(make()), schedule(make(interest_free=2))
    assert [row.interest for row in free] == [0, 0, *(row.interest for row in plain[2:])]


def test_a_given_instalment_leaves_the_rest_to_the_last():
    rows = schedule(make(instalment=Decimal(3000)))
    assert [str(row.total) for row in rows] == ['3000.00', '3000.00', '3000.00', '1224.84']


@pytest.mark.parametrize('instalment', ['99.99', '0.01'])
def test_an_instalment_below_its_interest_is_refused(instalment):
    with pytest.raises(TermsError) as refusal:
        schedule(make(instalment=Decimal(instalment)))
    assert refusal.value.code == 'instalment_below_interest'
    assert refusal.value.details['min'] == Decimal('100.00')


def test_a_fixed_part_of_the_principal_leaves_a_balloon():
    assert get_parts('equal_principal', principal_ratio=Decimal('0.05')) == [
        ('500.00', '100.00'), ('500.00', '95.00'), ('500.00', '90.00'), ('8500.00', '85.00')]


@pytest.mark.parametrize(('way', 'expected'), [
    ('period', [('333.33', '5.93'), ('333.33', '5.55'), ('333.34', '5.93')]),
    ('level', [('333.21', '5.93'), ('333.59', '5.55'), ('333.20', '5.93')]),
    ('divided', [('333.33', '5.80'), ('333.33', '5.80'), ('333.34', '5.80')]),
])
def test_flat_interest_by_days(way, expected):
    """1,000 at 7 % for 31, 29 and 31 days of 2024: 17.41 or, divided at once, 17.40."""
    assert get_parts(
        'flat', principal=Decimal(1000), annual_rate=Decimal('0.07'), periods=3,
        start_date=date(2024, 1, 1), day_count='act_act', flat_interest=way) == expected


def test_flat_interest_of_the_term_divided_in_whole_instalments():
    """1,250 at 15 % flat, four months, instalments in whole units: 328."""
    rows = schedule(make(
        'flat', principal=Decimal(1250), annual_rate=Decimal('0.15'), flat_interest='divided',
        instalment_unit=Decimal(1), rounding_mode='half_even'))
    assert [str(row.principal) for row in rows] == ['312.38', '312.38', '312.38', '312.86']
    assert [str(row.interest) for row in rows] == ['15.62', '15.62', '15.62', '15.64']


def test_a_table_of_principal_must_add_up():
    with pytest.raises(TermsError) as refusal:
        make('given_principal', table=tuple(map(Decimal, (1, 2, 3, 4))))
    assert refusal.value.code == 'table'
    assert refusal.value.details['wanted'] == Decimal(10000)


def test_a_table_of_instalments_leaves_the_rest_to_the_last():
    rows = schedule(make('given_instalments', table=tuple(map(Decimal, (100, 5000, 2500)))))
    assert [str(row.principal) for row in rows] == ['0.00', '4900.00', '2449.00', '2651.00']
    with pytest.raises(TermsError) as refusal:
        schedule(make('given_instalments', table=tuple(map(Decimal, (99, 5000, 2500)))))
    assert refusal.value.code == 'instalment_below_interest'
    assert refusal.value.details['number'] == 1


@given(
    cents(1_000_000, 90_000_000), rates.filter(lambda rate: rate < Decimal('0.36')),
    st.integers(2, 60), st.integers(1, 12), st.integers(-20, 20))
def test_stepped_instalments_grow_by_the_ratio(principal, rate, periods, every, percent):
    terms = make(
        'stepped', principal=principal, annual_rate=rate, periods=periods,
        step_every=min(every, periods), step_ratio=Decimal(percent) / 100)
    try:
        rows = schedule(terms)
    except TermsError as refusal:
        assert refusal.code == 'instalment_below_interest'
        return
    assert sum(row.principal for row in rows) == principal
    assert min(min(row.principal, row.interest) for row in rows) >= 0
    first = rows[0].total
    whole = [row.total for row in rows[:-1] if row.closing]
    for index, total in enumerate(whole):
        wanted = first * (1 + terms.step_ratio) ** (index // terms.step_every)
        growth = (1 + abs(terms.step_ratio)) ** (index // terms.step_every)
        assert abs(total - wanted) <= Decimal('0.006') * (1 + growth)


def test_a_subsidised_loan_is_the_borrowers_at_his_rate():
    rows = schedule(make('subsidised'))
    assert [(str(row.principal), str(row.interest)) for row in rows] == [('2500.00', '0.00')] * 4
    low = schedule(make('subsidised', borrower_rate=Decimal('0.03')))
    plain = schedule(make(annual_rate=Decimal('0.03')))
    assert low == plain


def test_down_payment_is_an_instalment_on_the_day_of_the_pay_out():
    rows = schedule(make(
        principal=Decimal(1000), down_payment_ratio=Decimal('0.25'), periods=3))
    assert (rows[0].number, rows[0].due_date, str(rows[0].total)) == (1, START, '250.00')
    assert [str(row.closing) for row in rows][0] == '750.00'
    assert rows[-1].closing == 0 and len(rows) == 4


@given(cents(100_000, 9_000_000), rates, st.integers(1, 24), st.integers(1, 24))
def test_equal_parts_of_everything_keep_the_sum(principal, rate, periods, grace):
    """Interest moved by a grace is neither lost nor doubled."""
    grace = min(grace, periods - 1)
    plain = schedule(make(principal=principal, annual_rate=rate, periods=periods))
    for way in ('after', 'spread'):
        rows = schedule(make(
            principal=principal, annual_rate=rate, periods=periods,
            grace_interest=grace, grace_interest_way=way))
        assert sum(row.interest for row in rows) == sum(row.interest for row in plain)
        assert all(row.interest >= 0 for row in rows)


def test_units_of_a_hundred():
    rows = schedule(make(
        'equal_principal', principal=Decimal(10_000_000), annual_rate=Decimal('0.24'), periods=24,
        rounding_unit=Decimal(100), rounding_mode='half_even'))
    assert [int(row.principal) for row in rows] == [416_700] * 23 + [415_900]
    assert [int(row.interest) for row in rows[:5]] == [200_000, 191_700, 183_300, 175_000, 166_700]
    assert Fraction(rows[-1].interest) == 8300
