"""Pay-outs, rates and pauses at days known beforehand."""
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import Terms, TermsError, schedule

METHODS = ['equal_instalment', 'equal_principal', 'interest_only', 'bullet']
DAY_COUNTS = ['year_12', 'act_360', 'act_365', 'act_act']


def make(method='equal_instalment', **values):
    values = {
        'principal': Decimal(12000), 'annual_rate': Decimal('0.12'), 'periods': 12,
        'start_date': date(2026, 1, 10), **values}
    return Terms(method, **values)


later = st.integers(1, 330).map(lambda count: date(2026, 1, 10) + timedelta(days=count))


@given(st.sampled_from([*METHODS, 'flat']), st.sampled_from(DAY_COUNTS), later)
def test_a_change_to_the_same_rate_changes_nothing(method, day_count, day):
    """But the cents by which a new equal instalment is rounded differently."""
    rows = schedule(make(method, day_count=day_count))
    changed = schedule(make(method, day_count=day_count, rate_changes=((day, Decimal('0.12')),)))
    if method != 'equal_instalment':
        assert changed == rows
        return
    off = [abs(a.total - b.total) for a, b in zip(rows, changed, strict=True)]
    assert max(off[:-1]) <= Decimal('0.07')     # half a cent an instalment, for the few left
    assert off[-1] <= Decimal('0.15')


@given(
    st.sampled_from(METHODS), st.sampled_from(DAY_COUNTS),
    st.lists(st.tuples(later, st.integers(1, 500_000)), max_size=4, unique_by=lambda row: row[0]),
    st.lists(st.tuples(later, st.integers(0, 36)), max_size=3, unique_by=lambda row: row[0]))
def test_all_that_is_paid_out_comes_back(method, day_count, pay_outs, changes):
    terms = make(
        method, day_count=day_count,
        disbursements=tuple((day, Decimal(units).scaleb(-2)) for day, units in sorted(pay_outs)),
        rate_changes=tuple((day, Decimal(percent) / 100) for day, percent in sorted(changes)))
    rows = schedule(terms)
    assert sum(row.principal for row in rows) == 12000 + sum(a for _d, a in terms.disbursements)
    assert rows[-1].closing == 0
    assert min(min(row.principal, row.interest) for row in rows) >= 0


@given(
    st.sampled_from(['interest_only', 'bullet']),
    st.lists(st.tuples(later, st.integers(0, 36)), max_size=3, unique_by=lambda row: row[0]),
    st.lists(st.tuples(later, st.integers(1, 40)), max_size=2, unique_by=lambda row: row[0]))
def test_interest_is_that_of_each_day(method, changes, pauses):
    """Against a loop over days: the rate of the day, nothing on a paused one."""
    rates = [(day, Decimal(percent) / 100) for day, percent in sorted(changes)]
    breaks, before = [], None
    for first, length in sorted(pauses):
        if before is None or first > before:
            before = first + timedelta(days=length)
            breaks.append((first, before))
    terms = make(
        method, day_count='act_365', rate_changes=tuple(rates), interest_pauses=tuple(breaks))
    for row in schedule(terms):
        wanted, day = Fraction(0), row.start_date
        while day < row.due_date:
            rate = [terms.annual_rate, *(new for since, new in rates if since <= day)][-1]
            if not any(first <= day <= last for first, last in breaks):
                wanted += Fraction(12000) * Fraction(rate) / 365
            day += timedelta(days=1)
        assert abs(Fraction(row.interest) - wanted) <= Fraction(1, 200)


def test_a_second_pay_out_bears_interest_from_its_day():
    """6,000 more on 25 January: 16 of the 31 days of the first month."""
    rows = schedule(make(disbursements=((date(2026, 1, 25), Decimal(6000)),)))
    assert rows[0].interest == Decimal('150.97')        # 120 + 60 * 16 / 31
    assert rows[0].opening == 18000
    assert len({row.total for row in rows[:-1]}) == 1


def test_a_pause_spares_the_instalment_and_shortens_the_last():
    plain = schedule(make(day_count='act_365'))
    paused = schedule(make(
        day_count='act_365', interest_pauses=((date(2026, 3, 1), date(2026, 3, 31)),)))
    assert {row.total for row in paused[:-1]} == {row.total for row in plain[:-1]}
    assert paused[-1].total < plain[-1].total


def test_each_pay_out_has_its_down_payment():
    rows = schedule(make(
        down_payment_ratio=Decimal('0.25'), disbursements=((date(2026, 3, 1), Decimal(4000)),)))
    days = [(row.due_date, row.principal) for row in rows if not row.interest]
    assert days == [(date(2026, 1, 10), Decimal(3000)), (date(2026, 3, 1), Decimal(1000))]
    assert sum(row.principal for row in rows) == 16000


@pytest.mark.parametrize(('name', 'rows'), [
    ('rate_changes', ((date(2027, 1, 10), Decimal('0.1')),)),
    ('rate_changes', ((date(2026, 1, 10), Decimal('0.1')),)),
    ('rate_changes', ((date(2026, 3, 10), Decimal('1.1')),)),
    ('disbursements', ((date(2026, 3, 10), Decimal(0)),)),
    ('disbursements', ((date(2027, 3, 10), Decimal(100)),)),
    ('interest_pauses', ((date(2026, 3, 10), date(2026, 3, 9)),)),
    ('interest_pauses', (
        (date(2026, 3, 1), date(2026, 3, 9)), (date(2026, 3, 9), date(2026, 3, 12)))),
])
def test_what_lies_outside_the_loan_is_refused(name, rows):
    with pytest.raises(TermsError) as refusal:
        schedule(make(**{name: rows}))
    assert refusal.value.code == name
