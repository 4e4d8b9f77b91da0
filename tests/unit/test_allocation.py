"""What a payment pays, in which order (china_rules.md §4.7)."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import (
    COMPONENTS,
    AllocationPolicy,
    AllocationRule,
    Choice,
    Due,
    TermsError,
    allocate,
    allocate_by_rule,
    get_order,
)
from loanmath.allocation import ADVANCE_TARGETS, GROUPS
from strategies import cents

FEBRUARY, MARCH = date(2026, 2, 28), date(2026, 3, 31)
DUES = [
    Due(2, MARCH, 'principal', Decimal('7963.73')),
    Due(2, MARCH, 'interest', Decimal('921.15')),
    Due(1, FEBRUARY, 'principal', Decimal('7884.88')),
    Due(1, FEBRUARY, 'interest', Decimal('1000.00')),
    Due(1, FEBRUARY, 'compound', Decimal('17.50')),
    Due(1, FEBRUARY, 'penalty', Decimal('137.99')),
    Due(0, FEBRUARY, 'fee', Decimal('50.00')),
]
AFTER_90 = ('fee', 'principal', 'interest', 'compound', 'penalty')


def paid(amount, **how):
    allocations, rest = allocate(Decimal(amount), DUES, **how)
    return [(part.number, part.component, str(part.amount)) for part in allocations], rest


def test_oldest_instalment_first_and_inside_it_by_component():
    parts, rest = paid('9500')
    assert parts == [
        (0, 'fee', '50.00'), (1, 'penalty', '137.99'), (1, 'compound', '17.50'),
        (1, 'interest', '1000.00'), (1, 'principal', '7884.88'), (2, 'interest', '409.63')]
    assert rest == 0


def test_component_by_component_over_all_instalments():
    parts, rest = paid('2500', by='component')
    assert parts == [
        (0, 'fee', '50.00'), (1, 'penalty', '137.99'), (1, 'compound', '17.50'),
        (1, 'interest', '1000.00'), (2, 'interest', '921.15'), (1, 'principal', '373.36')]
    assert rest == 0


def test_second_order_pays_principal_first():
    parts, _rest = paid('8000', order=AFTER_90)
    assert parts == [(0, 'fee', '50.00'), (1, 'principal', '7884.88'), (1, 'interest', '65.12')]


def test_what_is_left_over_comes_back():
    parts, rest = paid('20000')
    assert len(parts) == len(DUES)
    assert rest == Decimal('2024.75')


def test_nothing_paid_pays_nothing():
    assert allocate(Decimal(0), DUES) == ((), Decimal(0))
    assert allocate(Decimal(5), []) == ((), Decimal(5))


@pytest.mark.parametrize('code, amount, dues, how', [
    ('amount', Decimal(-1), DUES, {}),
    ('not_decimal', 9500.0, DUES, {}),
    ('not_finite', Decimal('NaN'), DUES, {}),
    ('by', Decimal(1), DUES, {'by': 'luck'}),
    ('order', Decimal(1), DUES, {'order': ('interest', 'principal')}),
    ('order', Decimal(1), DUES, {'order': (*COMPONENTS, 'fee')}),
    ('due', Decimal(1), [Due(1, MARCH, 'fee', Decimal(-1))], {}),
    ('precision', Decimal('0.001'), DUES, {}),
])
def test_bad_payments_are_refused(code, amount, dues, how):
    with pytest.raises(TermsError) as refusal:
        allocate(amount, dues, **how)
    assert refusal.value.code == code


dues_strategy = st.lists(
    st.builds(
        lambda number, component, amount: Due(
            number, date(2026, 1, 1) + timedelta(days=30 * number), component, amount),
        st.integers(0, 12), st.sampled_from(COMPONENTS), cents(0, 10 ** 7)),
    max_size=30, unique_by=lambda due: (due.number, due.component))


@given(cents(0, 10 ** 8), dues_strategy, st.permutations(COMPONENTS),
       st.sampled_from(['instalment', 'component']))
def test_the_split_sums_to_the_payment(amount, dues, order, by):
    allocations, rest = allocate(amount, dues, order, by)
    owed = {(due.number, due.component): due.amount for due in dues}
    assert sum((part.amount for part in allocations), rest) == amount
    assert rest == max(amount - sum(owed.values()), 0)
    for part in allocations:
        assert 0 < part.amount <= owed[part.number, part.component]


@given(cents(0, 10 ** 8), dues_strategy, st.permutations(COMPONENTS),
       st.sampled_from(['instalment', 'component']))
def test_nothing_later_in_line_is_paid_before_what_comes_first(amount, dues, order, by):
    """Only the last allocation may be partial, and a bigger payment only adds to a smaller one."""
    owed = {(due.number, due.component): due.amount for due in dues}
    allocations, _rest = allocate(amount, dues, order, by)
    for part in allocations[:-1]:
        assert part.amount == owed[part.number, part.component]
    more, _rest = allocate(amount + 100, dues, order, by)
    assert [part[:2] for part in more][:len(allocations)] == [part[:2] for part in allocations]


def paid_by(rule, amount, day, **how):
    allocations, rest = allocate_by_rule(Decimal(amount), DUES, rule, day, **how)
    return [(part.number, part.component, str(part.amount)) for part in allocations], rest


def test_each_group_has_its_own_order():
    """Past due by the statute, in advance principal first and no interest."""
    rule = AllocationRule((
        *get_order(COMPONENTS, ('past_due', 'due')), ('advance', 'principal'),
        ('advance', 'penalty')))
    dues = [due for due in DUES if due.number == 1]
    dues += [due for due in DUES if due.component == 'principal' and due.number == 2]
    parts, rest = allocate_by_rule(Decimal(10000), dues, rule, date(2026, 3, 1))
    assert [(part.number, part.component) for part in parts] == [
        (1, 'penalty'), (1, 'compound'), (1, 'interest'), (1, 'principal'), (2, 'principal')]
    assert rest == 0


def test_a_loan_long_overdue_pays_principal_first():
    policy = AllocationPolicy(long_overdue=AllocationRule(get_order(AFTER_90)))
    assert policy.get_rule(90) == policy.usual
    parts, _rest = paid_by(policy.get_rule(91), '8000', date(2026, 6, 1))
    assert parts == [(0, 'fee', '50.00'), (1, 'principal', '7884.88'), (1, 'interest', '65.12')]


@pytest.mark.parametrize(('choice', 'expected'), [
    (Choice(number=2), [(2, 'interest', '100.00')]),
    (Choice(component='principal'), [(1, 'principal', '100.00')]),
    (Choice(2, 'principal'), [(2, 'principal', '100.00')]),
    (Choice(1, 'interest', Decimal(30)), [(1, 'interest', '30.00'), (0, 'fee', '50.00'),
                                          (1, 'penalty', '20.00')]),
])
def test_what_is_chosen_by_hand_comes_first(choice, expected):
    dues = sorted(DUES, key=lambda due: COMPONENTS.index(due.component))
    parts, rest = allocate_by_rule(
        Decimal(100), dues, AllocationRule(), date(2026, 6, 1), chosen=[choice])
    assert [(part.number, part.component, str(part.amount)) for part in parts] == expected
    assert rest == 0


rules = st.builds(
    AllocationRule,
    st.permutations([(group, component) for group in GROUPS for component in COMPONENTS]).map(
        tuple),
    st.sampled_from(['instalment', 'component']), st.sampled_from(ADVANCE_TARGETS))
choices = st.lists(st.builds(
    Choice, st.none() | st.integers(0, 12), st.none() | st.sampled_from(COMPONENTS),
    st.none() | cents(0, 10 ** 6)), max_size=3)


@given(cents(0, 10 ** 8), dues_strategy, rules, st.integers(0, 400), choices)
def test_whatever_the_rule_nothing_is_lost_and_nothing_paid_twice(
        amount, dues, rule, day, chosen):
    allocations, rest = allocate_by_rule(
        amount, dues, rule, date(2026, 1, 1) + timedelta(days=day), chosen)
    owed = {(due.number, due.component): due.amount for due in dues}
    assert sum((part.amount for part in allocations), rest) == amount
    assert rest == max(amount - sum(owed.values()), 0)
    for part in allocations:
        owed[part.number, part.component] -= part.amount
        assert part.amount > 0
    assert min(owed.values(), default=0) >= 0
