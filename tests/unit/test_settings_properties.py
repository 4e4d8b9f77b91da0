"""Whatever a contract combines, a schedule that is made is whole: random settings together."""
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from loanmath import DAY_COUNTS, HolidayCalendar, Terms, TermsError, methods, schedule
from strategies import cents, days, rates

NOT_NEEDED = ('balloon', 'given_principal', 'given_instalments')
HOLIDAYS = HolidayCalendar(
    [date(2026, 10, 1) + timedelta(days=count) for count in range(8)], [date(2026, 10, 10)])


@st.composite
def settings(draw):
    method = draw(st.sampled_from([code for code in methods() if code not in NOT_NEEDED]))
    periods = draw(st.integers(1, 48))
    grace = st.integers(0, periods - 1)
    values = {
        'period_unit': draw(st.sampled_from(['month', 'week', 'day'])),
        'period_every': draw(st.integers(1, 3)),
        'day_count': draw(st.sampled_from(list(DAY_COUNTS))),
        'month_end': draw(st.sampled_from(['last_day', 'next_month'])),
        'holidays': HOLIDAYS,
        'interest_to_shifted': draw(st.booleans()),
        'broken_period': draw(st.sampled_from(['first', 'last', 'spread'])),
        'interest_free': draw(grace),
        'grace_interest': draw(grace),
        'grace_principal': draw(grace),
        'flat_interest': draw(st.sampled_from(['period', 'level', 'divided'])),
        'instalment_unit': draw(st.sampled_from([None, Decimal(1), Decimal(100)])),
        'level_period': draw(st.sampled_from([None, (30, 365), (30, 360)])),
        'down_payment_ratio': draw(st.sampled_from([Decimal(0), Decimal('0.25')])),
        'smoothing': draw(st.booleans()),
        'step_every': draw(st.integers(1, periods)),
        'step_ratio': Decimal(draw(st.integers(-10, 10))) / 100,
    }
    if values['period_unit'] == 'month':
        values['holiday_shift'] = draw(
            st.sampled_from(['none', 'following', 'preceding', 'modified']))
    if method in ('equal_instalment', 'subsidised'):
        values['grace_interest_way'] = draw(st.sampled_from(['after', 'spread', 'instalment']))
    principal = draw(cents(1_000_000, 500_000_000))
    return method, principal, draw(rates) / 4, periods, draw(days), values


@given(settings())
def test_what_is_made_is_whole(drawn):
    method, principal, rate, periods, start, values = drawn
    try:
        terms = Terms(method, principal, rate, periods, start, **values)
        rows = schedule(terms)
    except TermsError as refusal:
        assert refusal.code in ('instalment_below_interest', 'step_amount'), refusal
        return
    assert sum(row.principal for row in rows) == principal
    assert rows[-1].closing == 0
    assert min(min(row.principal, row.interest, row.closing) for row in rows) >= 0
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    dates = [row.due_date for row in rows]
    assert dates == sorted(dates)
    regular = rows[1:] if terms.down_payment_ratio else rows
    if len(regular) > terms.interest_free:
        assert not any(row.interest for row in regular[:terms.interest_free])
    if values.get('holiday_shift', 'none') != 'none':
        assert all(HOLIDAYS.is_working_day(row.due_date) for row in regular)
