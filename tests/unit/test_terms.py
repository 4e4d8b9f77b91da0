"""Terms that make no schedule are refused with the rule, the figure and what is allowed."""
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from loanmath import LateTerms, OverdueItem, Terms, TermsError, late_charges
from loanmath.methods import methods, register_method
from loanmath.methods.registry import _methods

GOOD = Terms('equal_instalment', Decimal(100000), Decimal('0.12'), 12, date(2026, 1, 31))

BAD = [
    ('periods', {'periods': 0}),
    ('periods', {'periods': -3}),
    ('periods', {'periods': 1201}),
    ('periods', {'periods': True}),
    ('periods', {'periods': 12.0}),
    ('term', {'periods': 1200, 'period_every': 3}),
    ('period_every', {'period_every': 0}),
    ('period_unit', {'period_unit': 'year'}),
    ('principal', {'principal': Decimal(0)}),
    ('principal', {'principal': Decimal(-1)}),
    ('precision', {'principal': Decimal('100.001')}),
    ('not_decimal', {'principal': 100000.0}),
    ('not_finite', {'principal': Decimal('NaN')}),
    ('not_finite', {'annual_rate': Decimal('Infinity')}),
    ('not_decimal', {'annual_rate': '0.12'}),
    ('annual_rate', {'annual_rate': Decimal('-0.01')}),
    ('annual_rate', {'annual_rate': Decimal('1.000001')}),
    ('annual_rate', {'annual_rate': Decimal(12)}),
    ('method', {'method': 'magic'}),
    ('day_count', {'day_count': 'act_999'}),
    ('odd_day_count', {'odd_day_count': None}),
    ('broken_period', {'broken_period': 'lost'}),
    ('rounding_mode', {'rounding_mode': 'nearest'}),
    ('rounding_unit', {'rounding_unit': Decimal(0)}),
    ('rounding_unit', {'rounding_unit': Decimal('NaN')}),
    ('balloon', {'method': 'balloon'}),
    ('balloon', {'method': 'balloon', 'balloon': Decimal('100000.01')}),
    ('balloon', {'method': 'balloon', 'balloon': Decimal(-1)}),
    ('grace_principal', {'grace_principal': 12}),
    ('grace_principal', {'grace_principal': -1}),
    ('instalment_unit', {'instalment_unit': Decimal('0.015')}),
    ('instalment_unit', {'instalment_unit': Decimal(0)}),
    ('start_date', {'start_date': None}),
    ('start_date', {'start_date': datetime(2026, 1, 31)}),
    ('first_due_date', {'first_due_date': '2026-02-28'}),
    ('principal', {'principal': Decimal('1e30')}),
    ('first_due_date', {'first_due_date': date(2026, 1, 31)}),
    ('first_due_date', {'first_due_date': date(2025, 12, 31)}),
    ('first_due_date', {'first_due_date': date(2026, 2, 19), 'due_day': 20}),
    ('due_day', {'due_day': 0}),
    ('due_day', {'due_day': 32}),
    ('due_day', {'due_day': 20, 'period_unit': 'week'}),
    ('min_first_days', {'due_day': 20, 'min_first_days': -1}),
    ('month_end', {'month_end': 'never'}),
    ('holiday_shift', {'holiday_shift': 'sideways'}),
    ('holidays', {'holiday_shift': 'following'}),
    ('grace_interest', {'grace_interest': 12}),
    ('grace_interest_way', {'grace_interest': 1, 'grace_interest_way': 'never'}),
    ('grace_interest_way', {
        'method': 'flat', 'grace_interest': 1, 'grace_interest_way': 'instalment'}),
    ('interest_free', {'interest_free': 13}),
    ('instalment', {'instalment': Decimal(0)}),
    ('instalment', {'instalment': Decimal('200000.01')}),
    ('instalment', {'method': 'flat', 'instalment': Decimal(9000)}),
    ('precision', {'instalment': Decimal('9000.001')}),
    ('principal_ratio', {'principal_ratio': Decimal('0.1')}),
    ('principal_ratio', {'method': 'equal_principal', 'principal_ratio': Decimal('1.1')}),
    ('table', {'table': (Decimal(1),)}),
    ('table', {'method': 'given_principal'}),
    ('table', {'method': 'given_instalments', 'table': (Decimal(-1),) * 11}),
    ('flat_interest', {'method': 'flat', 'flat_interest': 'free'}),
    ('level_period', {'level_period': (0, 365)}),
    ('step_every', {'method': 'stepped', 'step_every': 0}),
    ('step_ratio', {'method': 'stepped', 'step_ratio': Decimal(-1)}),
    ('step_amount', {
        'method': 'stepped', 'step_ratio': Decimal('0.1'), 'step_amount': Decimal(1)}),
    ('borrower_rate', {'borrower_rate': Decimal('0.01')}),
    ('down_payment_ratio', {'down_payment_ratio': Decimal(1)}),
    ('disbursements', {
        'method': 'flat', 'disbursements': ((date(2026, 3, 1), Decimal(1)),)}),
]


@pytest.mark.parametrize('code, values', BAD, ids=lambda value: str(value)[:40])
def test_bad_terms_are_refused_by_rule(code, values):
    with pytest.raises(TermsError) as refusal:
        replace(GOOD, **values)
    assert refusal.value.code == code
    assert refusal.value.details
    assert str(refusal.value).endswith('.') or ':' in str(refusal.value)


def test_refusal_names_the_allowed_range():
    with pytest.raises(TermsError) as refusal:
        replace(GOOD, periods=1201)
    assert refusal.value.details == {'value': 1201, 'min': 1, 'max': 1200}


def test_the_edges_are_allowed():
    for values in (
        {'periods': 1}, {'periods': 1200}, {'annual_rate': Decimal(0)},
        {'annual_rate': Decimal(1)}, {'principal': Decimal('0.01')},
        {'method': 'balloon', 'balloon': Decimal(100000)},
        {'first_due_date': date(2026, 2, 1)}, {'principal': 100000},
    ):
        replace(GOOD, **values)


def test_terms_do_not_change():
    with pytest.raises(FrozenInstanceError):
        GOOD.periods = 24
    assert GOOD == replace(GOOD)
    assert hash(GOOD) == hash(replace(GOOD))


def test_errors_travel_between_processes():
    error = pickle.loads(pickle.dumps(TermsError('periods', "Too many.", value=3)))
    assert (error.code, str(error), error.details) == ('periods', "Too many.", {'value': 3})


@pytest.mark.parametrize('code, values', [
    ('annual_rate', {'annual_rate': Decimal(2)}),
    ('penalty_ratio', {'penalty_ratio': Decimal(-1)}),
    ('penalty_ratio', {'penalty_ratio': Decimal(11)}),
    ('not_decimal', {'penalty_ratio': 1.5}),
    ('grace_days', {'grace_days': -1}),
    ('grace_days', {'grace_days': 91}),
    ('year_days', {'year_days': 366}),
    ('rounding_mode', {'rounding_mode': 'nearest'}),
])
def test_bad_late_terms_are_refused(code, values):
    with pytest.raises(TermsError) as refusal:
        LateTerms(**{'annual_rate': Decimal('0.12'), **values})
    assert refusal.value.code == code


def test_an_instalment_paid_twice_is_refused():
    item = OverdueItem(
        1, date(2026, 1, 31), Decimal(100), Decimal(0),
        ((date(2026, 2, 1), Decimal(101), Decimal(0)),))
    with pytest.raises(TermsError) as refusal:
        late_charges(item, date(2026, 3, 1), LateTerms(Decimal('0.12')))
    assert refusal.value.code == 'overpaid'


def test_methods_are_a_registry_in_stable_order():
    assert list(methods())[:3] == ['equal_instalment', 'equal_principal', 'interest_only']

    @register_method('half_half', "Half now, half at the end")
    def half_half(plan):
        half = plan.principal // 2
        parts = [half] + [0] * (len(plan.factors) - 2) + [plan.principal - half]
        return parts, plan.get_interest_on_balances(parts)

    try:
        from loanmath import schedule
        rows = schedule(replace(GOOD, method='half_half'))
        assert [str(row.interest) for row in rows[:2]] == ['1000.00', '500.00']
        assert list(methods())[-1] == 'half_half'
    finally:
        del _methods['half_half']
