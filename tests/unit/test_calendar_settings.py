"""Due dates and parts of a year by the rules that contracts choose from."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loanmath import HolidayCalendar, Terms, TermsError, schedule, year_fraction
from loanmath.periods import get_calendar
from strategies import days

NATIONAL_DAY = HolidayCalendar(
    holidays=[date(2026, 10, day) for day in range(1, 9)], working_days=[date(2026, 10, 10)])


def make(**values):
    values = {
        'method': 'equal_instalment', 'principal': Decimal(12000), 'annual_rate': Decimal('0.12'),
        'periods': 3, 'start_date': date(2025, 1, 31), **values}
    return Terms(**values)


def get_days(**values):
    return [str(row.due_date) for row in schedule(make(**values))]


def test_a_missing_day_becomes_the_last_of_its_month_and_comes_back():
    assert get_days() == ['2025-02-28', '2025-03-31', '2025-04-30']


def test_or_the_first_of_the_next_month():
    assert get_days(month_end='next_month') == ['2025-03-01', '2025-03-31', '2025-05-01']


def test_a_given_first_of_march_can_stand_for_the_31st_of_february():
    values = {'month_end': 'next_month', 'due_day': 31, 'first_due_date': date(2025, 3, 1)}
    assert get_days(**values) == ['2025-03-01', '2025-03-31', '2025-05-01']


def test_a_regular_month_stays_one_twelfth_whatever_the_month_end_rule():
    calendar = get_calendar(make(month_end='next_month'))
    assert (calendar.parts, calendar.base) == ((1, 1, 1), 12)


@pytest.mark.parametrize(('way', 'expected'), [
    ('following', ['2026-09-03', '2026-10-09', '2026-11-03']),
    ('preceding', ['2026-09-03', '2026-09-30', '2026-11-03']),
    ('modified', ['2026-09-03', '2026-10-09', '2026-11-03']),
    ('none', ['2026-09-03', '2026-10-03', '2026-11-03']),
])
def test_holidays_move_due_dates(way, expected):
    assert get_days(
        start_date=date(2026, 8, 3), holidays=NATIONAL_DAY, holiday_shift=way) == expected


def test_a_worked_weekend_is_a_working_day():
    values = {'start_date': date(2026, 9, 10), 'holidays': NATIONAL_DAY, 'periods': 1}
    assert get_days(**values, holiday_shift='following') == ['2026-10-10']
    plain = HolidayCalendar()
    assert get_days(**{**values, 'holidays': plain}, holiday_shift='following') == ['2026-10-12']


def test_a_moved_due_date_keeps_its_interest_unless_the_contract_counts_the_days():
    values = {
        'method': 'interest_only', 'start_date': date(2026, 8, 3), 'holidays': NATIONAL_DAY,
        'holiday_shift': 'following', 'day_count': 'act_360'}
    unshifted = [str(row.interest) for row in schedule(make(**values))]
    assert unshifted == ['124.00', '120.00', '124.00']
    shifted = [str(row.interest) for row in schedule(make(**values, interest_to_shifted=True))]
    assert shifted == ['124.00', '144.00', '100.00']


@given(st.sets(days, max_size=40), st.sets(days, max_size=10), days)
def test_shifting_ends_on_a_working_day_in_the_direction_asked(holidays, worked, day):
    calendar = HolidayCalendar(holidays, worked)
    following, preceding = calendar.shift(day, 'following'), calendar.shift(day, 'preceding')
    assert calendar.is_working_day(following) and calendar.is_working_day(preceding)
    assert preceding <= day <= following
    between = [day + timedelta(days=step) for step in range((following - day).days)]
    assert not any(map(calendar.is_working_day, between))
    assert calendar.shift(day, 'modified').month == day.month or preceding.month != day.month


def test_dates_from_a_table_count_whole_months_as_months():
    table = (date(2026, 2, 10), date(2026, 5, 10), date(2026, 5, 25))
    calendar = get_calendar(make(start_date=date(2026, 1, 10), due_dates=table))
    assert calendar.due_dates == table
    assert [(part * 360) // calendar.base for part in calendar.parts] == [30, 90, 15]


@pytest.mark.parametrize(('table', 'code'), [
    ((date(2026, 2, 10),), 'due_dates'),
    ((date(2026, 2, 10), date(2026, 2, 10), date(2026, 3, 1)), 'due_dates'),
])
def test_a_table_of_dates_has_one_for_each_instalment_in_order(table, code):
    with pytest.raises(TermsError) as refusal:
        make(start_date=date(2026, 1, 10), due_dates=table)
    assert refusal.value.code == code


@pytest.mark.parametrize(('code', 'start', 'end', 'expected'), [
    ('act_364', (2024, 1, 1), (2024, 1, 8), (7, 364)),
    ('act_act', (2023, 12, 15), (2024, 1, 15), (17 * 366 + 14 * 365, 365 * 366)),
    ('act_act_31dec', (2023, 12, 15), (2024, 1, 15), (16 * 366 + 15 * 365, 365 * 366)),
    ('act_act_31dec', (2023, 12, 31), (2024, 12, 31), (366 * 365, 365 * 366)),
    ('act_act_feb29', (2024, 1, 29), (2024, 2, 28), (30, 365)),
    ('act_act_feb29', (2024, 1, 29), (2024, 2, 29), (31, 366)),
    ('act_act_feb29', (2024, 2, 29), (2024, 3, 29), (29, 365)),
])
def test_parts_of_a_year(code, start, end, expected):
    assert year_fraction(code, date(*start), date(*end)) == expected


@given(days, st.integers(0, 2000))
def test_both_splits_of_actual_actual_share_out_all_days(start, length):
    """366 leap days or 365 common ones are a year: nothing is lost at New Year."""
    end = start + timedelta(days=length)
    for code in ('act_act', 'act_act_31dec'):
        above, below = year_fraction(code, start, end)
        assert length * below // 366 <= above <= -(-length * below // 365)


@pytest.mark.parametrize(('unit', 'every', 'expected'), [
    ('month', 1, '120.00'), ('month', 3, '360.00'), ('week', 2, '55.38'), ('day', 30, '118.36')])
def test_a_rate_per_period_asks_no_calendar(unit, every, expected):
    rows = schedule(make(
        method='interest_only', period_unit=unit, period_every=every, day_count='period'))
    assert str(rows[0].interest) == expected
