"""Bases, fees, caps and ceilings of late charges: never more than allowed, never falling."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import LateTerms, OverdueItem, TermsError, late_charges
from strategies import cents

DUE = date(2026, 2, 28)
ITEM = OverdueItem(1, DUE, Decimal(9000), Decimal(1000))
RATE = Decimal('0.12')


def charged(days, item=ITEM, **settings):
    charge = late_charges(item, DUE + timedelta(days=days), LateTerms(RATE, **settings))
    return tuple(map(str, charge))


def test_penalty_on_the_whole_instalment_bears_no_compound_interest():
    assert charged(30, base='instalment') == ('150.00', '0.00', '0.00')


def test_penalty_on_the_whole_outstanding_principal():
    item = OverdueItem(1, DUE, Decimal(9000), Decimal(1000), outstanding=Decimal(90000))
    assert charged(30, item, base='outstanding') == ('1350.00', '15.00', '0.00')
    assert charged(30, base='outstanding') == ('0.00', '15.00', '0.00')


def test_a_fixed_fee_is_charged_once_and_not_inside_the_grace():
    assert charged(3, fixed_fee=Decimal(50), grace_days=3)[2] == '0.00'
    assert charged(4, fixed_fee=Decimal(50), grace_days=3)[2] == '50.00'
    assert charged(400, fixed_fee=Decimal(50), grace_days=3)[2] == '50.00'


def test_paid_in_the_grace_bears_no_fee():
    paid = OverdueItem(1, DUE, Decimal(9000), Decimal(1000), (
        (DUE + timedelta(days=2), Decimal(9000), Decimal(1000)),))
    assert charged(30, paid, fixed_fee=Decimal(50), grace_days=3) == ('0.00', '0.00', '0.00')


def test_the_ceiling_limits_the_rate_and_the_fee():
    """24 % a year of 10,000 is 6.67 a day: 18 % leaves 1.66 of it for the fee."""
    limits = {'ceiling_rate': Decimal('0.24'), 'fixed_fee': Decimal(50)}
    assert charged(1, **limits) == ('4.50', '0.50', '1.66')
    assert charged(29, **limits)[2] == '48.33'
    assert charged(30, **limits)[2] == '50.00'
    assert charged(30, ceiling_rate=RATE) == ('90.00', '10.00', '0.00')


def test_caps_end_the_charges_of_an_instalment():
    assert charged(3000, cap_ratio=Decimal('0.2')) == ('1800.00', '200.00', '0.00')
    assert charged(3000, cap_amount=Decimal(100), fixed_fee=Decimal(30)) == (
        '63.00', '7.00', '30.00')


@pytest.mark.parametrize(('name', 'value'), [
    ('base', 'luck'), ('ceiling_rate', Decimal('1.5')), ('cap_ratio', Decimal(-1)),
    ('cap_amount', Decimal(-1)), ('fixed_fee', Decimal(-1)),
])
def test_limits_that_make_no_sense_are_refused(name, value):
    with pytest.raises(TermsError) as refusal:
        LateTerms(RATE, **{name: value})
    assert refusal.value.code == name


settings = st.fixed_dictionaries({
    'base': st.sampled_from(['principal', 'instalment']),
    'grace_days': st.integers(0, 5),
    'fixed_fee': cents(0, 10_000),
    'ceiling_rate': st.none() | st.integers(0, 36).map(lambda percent: Decimal(percent) / 100),
    'cap_ratio': st.none() | st.integers(0, 50).map(lambda percent: Decimal(percent) / 100),
    'cap_amount': st.none() | cents(0, 100_000),
})


@given(cents(0, 1_000_000), cents(0, 100_000), settings, st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 100)), max_size=3))
def test_charges_never_fall_and_never_pass_their_limits(principal, interest, values, parts):
    payments, left, left_interest = [], principal, interest
    for day, percent in sorted(parts):
        paid = (left * percent / 100).quantize(Decimal('0.01'))
        paid_interest = (left_interest * percent / 100).quantize(Decimal('0.01'))
        payments.append((DUE + timedelta(days=day), paid, paid_interest))
        left, left_interest = left - paid, left_interest - paid_interest
    item = OverdueItem(1, DUE, principal, interest, tuple(payments))
    terms = LateTerms(RATE, **values)
    caps = [terms.cap_amount] if terms.cap_amount is not None else []
    if terms.cap_ratio is not None:
        caps.append((principal + interest) * terms.cap_ratio + Decimal('0.01'))
    before = None
    for days in range(terms.grace_days, 80):
        charge = late_charges(item, DUE + timedelta(days=days), terms)
        assert sum(charge) <= min(caps, default=sum(charge))
        if before is not None and not _is_paid_in_grace(item, terms, days):
            assert all(now >= then for now, then in zip(charge, before, strict=True))
        before = charge
    if terms.ceiling_rate is not None:
        most = (principal + interest) * terms.ceiling_rate * 79 / 360
        assert sum(before) <= most + Decimal('0.02')


def _is_paid_in_grace(item, terms, days):
    """What is paid in the grace takes its charge away only on the day when that is known."""
    return any((paid[0] - DUE).days in (days - 1, days) and (paid[0] - DUE).days
               <= terms.grace_days for paid in item.payments)


class Story(list):
    def add(self, code, result, **figures):
        self.append((code, result, figures))


def test_the_explanation_is_the_computation():
    item = OverdueItem(1, DUE, Decimal(9000), Decimal(1000), (
        (DUE + timedelta(days=10), Decimal(4000), Decimal(0)),))
    story = Story()
    charge = late_charges(
        item, DUE + timedelta(days=30), LateTerms(RATE, cap_amount=Decimal(60)), story)
    products = [step for step in story if step[0] == 'amount_days']
    assert [(step[1], step[2]['component'], step[2]['days']) for step in products] == [
        (Decimal(270000), 'penalty', 30), (Decimal(-80000), 'penalty', 20),
        (Decimal(30000), 'compound', 30)]
    assert [(step[1], step[2]['component']) for step in story if step[0] == 'late_charge'] == [
        (Decimal('95.00'), 'penalty'), (Decimal('15.00'), 'compound')]
    assert [step[1] for step in story if step[0] == 'cap'] == [charge.penalty, charge.compound]
