"""Late charges (china_rules.md §4.6): penalty on principal, compound on interest, telescoping."""
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import oracle
from hypothesis import given
from hypothesis import strategies as st
from loanmath import LateTerms, OverdueItem, late_charges
from strategies import cents, rates

DUE = date(2026, 2, 28)
ITEM = OverdueItem(1, DUE, Decimal('7884.88'), Decimal('1000.00'))
TERMS = LateTerms(Decimal('0.12'))


def charged(days, item=ITEM, terms=TERMS):
    charge = late_charges(item, DUE + timedelta(days=days), terms)
    return str(charge.penalty), str(charge.compound)


def test_verified_example_of_35_days():
    assert charged(35) == ('137.99', '17.50')


def test_nothing_on_or_before_the_due_date():
    assert charged(0) == charged(-10) == ('0.00', '0.00')


def test_first_day_late_counts_one_day():
    assert charged(1) == ('3.94', '0.50')


def test_grace_days_inside_nothing_later_from_the_due_date():
    terms = LateTerms(Decimal('0.12'), grace_days=5)
    assert charged(5, terms=terms) == ('0.00', '0.00')
    assert charged(6, terms=terms) == charged(6)


def test_what_is_paid_inside_the_grace_bears_nothing():
    terms = LateTerms(Decimal('0.12'), grace_days=5)
    paid = OverdueItem(1, DUE, ITEM.principal, ITEM.interest, (
        (DUE + timedelta(days=5), ITEM.principal, ITEM.interest),))
    assert charged(30, paid, terms) == ('0.00', '0.00')
    half = OverdueItem(1, DUE, Decimal(2000), Decimal(0), (
        (DUE + timedelta(days=5), Decimal(1000), Decimal(0)),))
    whole = OverdueItem(1, DUE, Decimal(1000), Decimal(0))
    assert charged(30, half, terms) == charged(30, whole, terms)


def test_a_partial_payment_splits_the_base():
    """10 days on 10,000 and 20 days on 4,000 at 18 % / 360."""
    item = OverdueItem(1, DUE, Decimal(10000), Decimal(0), (
        (DUE + timedelta(days=10), Decimal(6000), Decimal(0)),))
    assert charged(30, item) == ('90.00', '0.00')


def test_without_compound_interest():
    assert charged(35, terms=LateTerms(Decimal('0.12'), compound=False)) == ('137.99', '0.00')


def test_year_of_365_days_and_other_ratio():
    terms = LateTerms(Decimal('0.12'), penalty_ratio=Decimal('1.3'), year_days=365)
    assert charged(35, terms=terms) == ('117.95', '14.96')


def test_charge_stops_growing_when_all_is_paid():
    item = OverdueItem(1, DUE, ITEM.principal, ITEM.interest, (
        (DUE + timedelta(days=35), ITEM.principal, ITEM.interest),))
    assert charged(35, item) == charged(36, item) == charged(400, item) == ('137.99', '17.50')


@st.composite
def items(draw):
    principal, interest = draw(cents(0, 10 ** 8)), draw(cents(0, 10 ** 7))
    payments, rest_principal, rest_interest = [], principal, interest
    for days in sorted(draw(st.lists(st.integers(-5, 400), max_size=4))):
        part_principal = min(rest_principal, draw(cents(0, 10 ** 8)))
        part_interest = min(rest_interest, draw(cents(0, 10 ** 7)))
        payments.append((DUE + timedelta(days=days), part_principal, part_interest))
        rest_principal -= part_principal
        rest_interest -= part_interest
    return OverdueItem(1, DUE, principal, interest, tuple(payments))


late_terms = st.builds(
    LateTerms, annual_rate=rates,
    penalty_ratio=st.sampled_from([Decimal('1.3'), Decimal('1.5'), Decimal(2)]),
    compound=st.just(True), grace_days=st.integers(0, 10), year_days=st.sampled_from([360, 365]))


@given(items(), late_terms, st.integers(0, 500))
def test_charge_equals_the_day_by_day_oracle(item, terms, days):
    as_of = DUE + timedelta(days=days)
    daily = Fraction(terms.annual_rate) * Fraction(terms.penalty_ratio) / terms.year_days
    charge = late_charges(item, as_of, terms)
    for got, amount, index in (
            (charge.penalty, item.principal, 1), (charge.compound, item.interest, 2)):
        payments = [(payment[0], payment[index]) for payment in item.payments]
        assert Fraction(got) == oracle.get_late_charge(
            amount, payments, DUE, as_of, terms.grace_days, daily)


@given(items(), late_terms, st.lists(st.integers(0, 500), min_size=1, max_size=8))
def test_charges_telescope(item, terms, stops):
    """Charges posted on any days, as differences, add up to the charge of the last day."""
    stops = sorted(stops)
    posted = Decimal(0)
    before = late_charges(item, DUE, terms).penalty
    for stop in stops:
        now = late_charges(item, DUE + timedelta(days=stop), terms).penalty
        assert now >= before
        posted += now - before
        before = now
    assert posted == late_charges(item, DUE + timedelta(days=stops[-1]), terms).penalty


@given(items(), late_terms, st.integers(0, 500))
def test_a_later_payment_never_changes_the_past(item, terms, days):
    """What is paid on a day or after it does not change the charge up to that day."""
    as_of = DUE + timedelta(days=days)
    known = tuple(payment for payment in item.payments if payment[0] < as_of)
    past = OverdueItem(item.number, item.due_date, item.principal, item.interest, known)
    assert late_charges(past, as_of, terms) == late_charges(item, as_of, terms)
