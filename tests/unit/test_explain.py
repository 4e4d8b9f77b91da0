"""What an explanation tells is what was computed."""
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import (
    LatePayment,
    LateTerms,
    OverdueItem,
    Terms,
    TermsError,
    late_charges,
    methods,
    schedule,
)
from loanmath.explain import Trace, explain_interest

START = date(2026, 1, 31)
PLAIN = ('equal_instalment', 'equal_principal', 'interest_only', 'bullet', 'flat', 'balloon')


def _terms(method, rate, periods, principal, day_count, due_day):
    return Terms(
        method, principal, rate, periods, START, day_count=day_count, due_day=due_day,
        balloon=principal / 5 if method == 'balloon' else Decimal(0))


@given(
    method=st.sampled_from(PLAIN), rate=st.sampled_from(['0', '0.0435', '0.12', '0.24']),
    periods=st.integers(1, 40), cents=st.integers(10_000, 50_000_000),
    day_count=st.sampled_from(['year_12', 'act_360', 'act_365']),
    due_day=st.sampled_from([None, 5, 31]), data=st.data())
def test_explained_interest_is_the_interest_of_the_schedule(
        method, rate, periods, cents, day_count, due_day, data):
    assert method in methods()
    terms = _terms(method, Decimal(rate), periods, Decimal(cents * 5) / 100, day_count, due_day)
    rows = schedule(terms)
    number = data.draw(st.integers(1, len(rows)))
    trace = explain_interest(terms, number)
    assert trace[-1].result == rows[number - 1].interest
    assert trace[0].result == rows[number - 1].opening
    if trace[-1].code == 'interest':
        figures = trace[-1].figures
        exact = Fraction(figures['balance']) * Fraction(figures['annual_rate']) \
            * figures['year_part']
        assert exact == figures['exact']
        assert (Decimal(exact.numerator) / exact.denominator).quantize(
            Decimal('0.01'), ROUND_HALF_UP) == trace[-1].result
        if method != 'flat':
            assert figures['balance'] == rows[number - 1].opening


@given(method=st.sampled_from(PLAIN), periods=st.integers(1, 36), data=st.data())
def test_regular_instalments_are_explained_by_balance_rate_and_time(method, periods, data):
    terms = _terms(method, Decimal('0.12'), periods, Decimal(100000), 'year_12', None)
    number = data.draw(st.integers(1, len(schedule(terms))))
    assert [step.code for step in explain_interest(terms, number)] == [
        'opening', 'year_part', 'interest']


def test_no_instalment_of_this_number():
    terms = _terms('equal_instalment', Decimal('0.12'), 12, Decimal(100000), 'year_12', None)
    for number in (0, 13):
        with pytest.raises(TermsError):
            explain_interest(terms, number)


@given(
    days=st.integers(0, 400), grace=st.integers(0, 5),
    paid=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300_000),
                            st.integers(0, 30_000)), max_size=2))
def test_explained_late_charges_add_up_to_the_charge(days, grace, paid):
    due = date(2026, 2, 28)
    item = OverdueItem(
        1, due, Decimal('7884.88'), Decimal('1000.00'),
        tuple(LatePayment(date.fromordinal(due.toordinal() + day), Decimal(principal) / 100,
                          Decimal(interest) / 100) for day, principal, interest in sorted(paid)))
    late_terms = LateTerms(Decimal('0.12'), grace_days=grace)
    as_of = date.fromordinal(due.toordinal() + days)
    trace = Trace()
    charge = late_charges(item, as_of, late_terms, explain=trace)
    assert charge == late_charges(item, as_of, late_terms)
    for component in ('penalty', 'compound'):
        steps = trace.of(component)
        amount_days = sum(step.result for step in steps if step.code == 'amount_days')
        charged = [step for step in steps if step.code == 'late_charge']
        assert sum(step.result for step in charged) == getattr(charge, component)
        assert all(step.figures['amount_days'] == amount_days for step in charged)
