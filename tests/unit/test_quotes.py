"""Paying early: the whole loan, a part of it, flat loans by their rate of return."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import (
    EarlyTerms,
    QuoteRow,
    Terms,
    TermsError,
    quote_payoff,
    quote_prepayment,
    schedule,
)
from strategies import cents

START = date(2026, 1, 10)
LOAN = Terms('equal_instalment', Decimal(100000), Decimal('0.12'), 12, START)
BANDS = EarlyTerms(
    fee_bands=((0, Decimal('0.05')), (6, Decimal('0.02')), (12, Decimal(0))), min_instalments=3)


def get_rows(terms, paid):
    rows = schedule(terms)
    return [QuoteRow.paid_up(row) for row in rows[:paid]] + [
        QuoteRow.unpaid(row) for row in rows[paid:]]


def test_on_a_due_day_that_was_paid_the_balance_closes_the_loan():
    quote = quote_payoff(LOAN, get_rows(LOAN, 3), date(2026, 4, 10))
    assert quote.total == quote.principal == schedule(LOAN)[2].closing
    assert quote.interest_saved == sum(row.interest for row in schedule(LOAN)[3:])


def test_what_is_due_and_unpaid_is_part_of_it_with_its_charges():
    rows = get_rows(LOAN, 2)
    rows[2] = rows[2]._replace(open_principal=Decimal(5000), penalty=Decimal('12.34'))
    quote = quote_payoff(LOAN, rows, date(2026, 4, 10))
    assert quote.principal == schedule(LOAN)[2].closing + 5000
    assert quote.interest == schedule(LOAN)[2].interest
    assert quote.penalty == Decimal('12.34')


@pytest.mark.parametrize(('way', 'interest'), [
    ('day', '507.39'), ('share', '507.39'), ('period', '761.08')])
def test_interest_to_the_day_or_to_the_end_of_the_period(way, interest):
    """76,108.02 for 20 of the 30 days to 10 May."""
    quote = quote_payoff(LOAN, get_rows(LOAN, 3), date(2026, 4, 30), EarlyTerms(interest=way))
    assert str(quote.interest) == interest


def test_interest_paid_ahead_is_not_asked_for_again():
    rows = get_rows(LOAN, 3)
    rows[3] = rows[3]._replace(open_interest=rows[3].interest - Decimal('100.00'))
    quote = quote_payoff(LOAN, rows, date(2026, 4, 30))
    assert str(quote.interest) == '407.39'


@pytest.mark.parametrize(('paid', 'ratio'), [(3, '0.05'), (5, '0.05'), (6, '0.02'), (11, '0.02')])
def test_the_fee_falls_by_bands(paid, ratio):
    quote = quote_payoff(LOAN, get_rows(LOAN, paid), schedule(LOAN)[paid - 1].due_date, BANDS)
    assert quote.early_fee == round(quote.principal * Decimal(ratio), 2)


def test_overdue_principal_bears_no_fee_for_paying_early():
    quote = quote_payoff(LOAN, get_rows(LOAN, 0), date(2026, 4, 10), BANDS)
    assert quote.early_fee == round(schedule(LOAN)[2].closing * Decimal('0.05'), 2)


@pytest.mark.parametrize(('code', 'day', 'today'), [
    ('too_early', date(2026, 3, 20), None), ('quote_date', date(2026, 1, 9), None),
    ('quote_date', date(2026, 4, 20), date(2026, 4, 21))])
def test_a_quote_is_for_a_day_to_come_that_the_contract_allows(code, day, today):
    with pytest.raises(TermsError) as refusal:
        quote_payoff(LOAN, get_rows(LOAN, 2), day, BANDS, today)
    assert refusal.value.code == code


@pytest.mark.parametrize('bands', [
    ((0, Decimal('1.01')),), ((6, Decimal('0.1')), (6, Decimal('0.2'))), ((0, Decimal('-0.1')),)])
def test_bands_that_make_no_sense_are_refused(bands):
    with pytest.raises(TermsError) as refusal:
        EarlyTerms(fee_bands=bands)
    assert refusal.value.code == 'fee_bands'


def test_a_flat_loan_closes_at_its_true_balance():
    """36 times 3,377.78 for 100,000: after 12 of them 69,995 are owed, not 66,667 and interest."""
    flat = Terms('flat', Decimal(100000), Decimal('0.072'), 36, START)
    quote = quote_payoff(flat, get_rows(flat, 12), schedule(flat)[11].due_date)
    payment, rate = schedule(flat)[0].total, Decimal('0.01097826')
    worth = payment * (1 - (1 + rate) ** -24) / rate
    assert abs(quote.principal - worth) < 1
    left = sum(row.total for row in schedule(flat)[12:])
    assert quote.total < left - Decimal(8000)


class Story(list):
    def add(self, code, result, **figures):
        self.append((code, result))


def test_each_component_of_the_quote_is_explained():
    story = Story()
    quote = quote_payoff(LOAN, get_rows(LOAN, 3), date(2026, 4, 30), BANDS, explain=story)
    assert [code for code, _result in story[:2]] == ['rate_part', 'stretch']
    assert story[1][1] == quote.interest
    assert dict(story[2:]) == {
        'payoff_principal': quote.principal, 'payoff_interest': quote.interest,
        'payoff_fee': quote.fee, 'payoff_penalty': quote.penalty, 'early_fee': quote.early_fee}


methods = st.sampled_from(
    ['equal_instalment', 'equal_principal', 'interest_only', 'flat', 'balloon'])
loans = st.builds(
    lambda method, principal, percent, periods, day_count: Terms(
        method, principal, Decimal(percent) / 100, periods, START, day_count=day_count,
        balloon=round(principal / 5, 2) if method == 'balloon' else Decimal(0)),
    methods, cents(1_000_000, 50_000_000), st.integers(1, 36), st.integers(2, 36),
    st.sampled_from(['year_12', 'act_360', 'act_act']))


@given(loans, st.data(), st.sampled_from(['lower', 'shorten', 'skip']), st.integers(0, 5))
def test_a_part_prepayment_loses_no_cent(terms, data, way, percent):
    paid = data.draw(st.integers(0, terms.periods - 1))
    days = data.draw(st.integers(0, 27))
    start = schedule(terms)[paid - 1].due_date if paid else START
    day, rows = start + timedelta(days=days), get_rows(terms, paid)
    early = EarlyTerms(fee_bands=((0, Decimal(percent) / 100),))
    whole = quote_payoff(terms, rows, day, early)
    amount = whole.interest + round(whole.principal * data.draw(st.integers(10, 90)) / 100, 2)
    quote = quote_prepayment(terms, rows, day, amount, way, early)
    assert quote.due + quote.interest + quote.fee + quote.principal == amount
    assert sum(row.principal for row in quote.rows) == whole.principal - quote.principal
    assert abs(quote.fee - quote.principal * percent / 100) <= Decimal('0.01')
    assert len(quote.rows) <= terms.periods - paid
    assert all(min(row.principal, row.interest) >= 0 for row in quote.rows)
    assert [row.due_date for row in quote.rows] == [
        row.due_date for row in rows[paid:paid + len(quote.rows)]]


def test_lower_shorten_and_skip_keep_what_they_promise():
    rows, day = get_rows(LOAN, 3), date(2026, 4, 10)
    usual = schedule(LOAN)[0].total
    lower, shorter, skip = (
        quote_prepayment(LOAN, rows, day, Decimal(30000), way).rows
        for way in ('lower', 'shorten', 'skip'))
    assert len(lower) == 9 and max(row.total for row in lower) < usual
    assert {row.total for row in shorter[:-1]} == {usual} and len(shorter) == 6
    assert skip[0].principal == 0 and skip[-2].total == usual


@pytest.mark.parametrize(('method', 'amount', 'code'), [
    ('equal_instalment', '0.00', 'prepayment'), ('equal_instalment', '200000', 'prepayment'),
    ('equal_instalment', '100.001', 'precision'), ('bullet', '1000', 'prepayment')])
def test_a_part_prepayment_is_a_part(method, amount, code):
    terms = Terms(method, Decimal(100000), Decimal('0.12'), 12, START)
    with pytest.raises(TermsError) as refusal:
        quote_prepayment(terms, get_rows(terms, 0), START, Decimal(amount), 'lower')
    assert refusal.value.code == code
