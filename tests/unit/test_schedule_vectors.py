"""The published vectors of china_rules.md §9.2 and the verified examples of §4."""
from datetime import date
from decimal import Decimal

import pytest
from loanmath import Terms, schedule

START = date(2026, 1, 31)
PRINCIPAL = Decimal(100000)


def rows_of(method, periods, rate='0.12', **values):
    return schedule(Terms(method, PRINCIPAL, Decimal(rate), periods, START, **values))


def cells(row):
    return str(row.principal), str(row.interest), str(row.total)


def total_interest(rows):
    return str(sum(row.interest for row in rows))


def test_equal_instalment_of_a_year():
    rows = rows_of('equal_instalment', 12)
    assert cells(rows[0]) == ('7884.88', '1000.00', '8884.88')
    assert cells(rows[1]) == ('7963.73', '921.15', '8884.88')
    assert cells(rows[11]) == ('8796.88', '87.97', '8884.85')
    assert total_interest(rows) == '6618.53'


def test_equal_instalment_of_three_years():
    rows = rows_of('equal_instalment', 36)
    assert {str(row.total) for row in rows[:-1]} == {'3321.43'}
    assert cells(rows[35]) == ('3288.57', '32.89', '3321.46')
    assert total_interest(rows) == '19571.51'


def test_equal_principal():
    rows = rows_of('equal_principal', 12)
    assert [str(row.total) for row in rows[:2]] == ['9333.33', '9250.00']
    assert cells(rows[11]) == ('8333.37', '83.33', '8416.70')
    assert total_interest(rows) == '6500.00'
    rows = rows_of('equal_principal', 36)
    assert cells(rows[0]) == ('2777.78', '1000.00', '3777.78')
    assert cells(rows[35]) == ('2777.70', '27.78', '2805.48')
    assert total_interest(rows) == '18499.99'


def test_balloon():
    rows = rows_of('balloon', 36, '0.08', balloon=Decimal(30000))
    assert cells(rows[0]) == ('1726.88', '666.67', '2393.55')
    assert cells(rows[35]) == ('32178.85', '214.53', '32393.38')


def test_flat():
    rows = rows_of('flat', 36, '0.072')
    assert {str(row.total) for row in rows[:-1]} == {'3377.78'}
    assert str(rows[35].total) == '3377.70'


@pytest.mark.parametrize('day_count, interest', [('act_360', '2966.67'), ('act_365', '2926.03')])
def test_bullet_of_89_days(day_count, interest):
    rows = rows_of('bullet', 3, day_count=day_count)
    assert len(rows) == 1
    assert rows[0].due_date == date(2026, 4, 30)
    assert cells(rows[0])[:2] == ('100000.00', interest)


def test_interest_of_a_month_by_twelfths_and_by_days():
    assert {str(row.interest) for row in rows_of('interest_only', 12)} == {'1000.00'}
    february, march = rows_of('interest_only', 2, day_count='act_360')
    assert str(february.interest) == '933.33'        # 28 days
    assert str(march.interest) == '1033.33'          # 31 days


def test_interest_only_repays_at_the_end():
    rows = rows_of('interest_only', 12)
    assert [str(row.principal) for row in rows[10:]] == ['0.00', '100000.00']


def test_zero_rate_splits_the_principal():
    rows = rows_of('equal_instalment', 3, '0')
    assert [str(row.total) for row in rows] == ['33333.33', '33333.33', '33333.34']


def test_long_first_period_with_fixed_due_day():
    """9 March to 20 April: 42 days at 12 % / 360, borne by the first instalment alone."""
    rows = schedule(Terms(
        'equal_instalment', PRINCIPAL, Decimal('0.12'), 12, date(2026, 3, 9), due_day=20))
    assert cells(rows[0]) == ('7884.88', '1400.00', '9284.88')
    assert {str(row.total) for row in rows[1:-1]} == {'8884.88'}


def test_long_first_period_spread_over_all_instalments():
    rows = schedule(Terms(
        'equal_instalment', PRINCIPAL, Decimal('0.12'), 12, date(2026, 3, 9), due_day=20,
        broken_period='spread'))
    assert str(rows[0].interest) == '1400.00'
    assert len({row.total for row in rows[:-1]}) == 1
    assert abs(rows[-1].total - rows[0].total) < Decimal('0.10')


def test_long_first_period_left_to_the_last_instalment():
    rows = schedule(Terms(
        'equal_instalment', PRINCIPAL, Decimal('0.12'), 12, date(2026, 3, 9), due_day=20,
        broken_period='last'))
    assert cells(rows[0]) == ('7484.88', '1400.00', '8884.88')
    assert {str(row.total) for row in rows[:-1]} == {'8884.88'}
    assert rows[-1].total > Decimal('9000')


def test_instalment_in_whole_yuan():
    rows = rows_of('equal_instalment', 12, instalment_unit=Decimal(1))
    assert {str(row.total) for row in rows[:-1]} == {'8885.00'}
    assert str(rows[-1].closing) == '0.00'


def test_flat_instalment_in_whole_yuan():
    rows = rows_of('flat', 36, '0.072', instalment_unit=Decimal(1))
    assert {str(row.total) for row in rows[:-1]} == {'3378.00'}
    assert {str(row.interest) for row in rows} == {'600.00'}
    assert str(rows[-1].closing) == '0.00'


def test_smoothing_brings_the_last_instalment_near():
    rough = schedule(Terms('equal_instalment', Decimal(100), Decimal('0.12'), 60, START))
    smooth = schedule(Terms(
        'equal_instalment', Decimal(100), Decimal('0.12'), 60, START, smoothing=True))
    assert abs(smooth[-1].total - smooth[0].total) <= abs(rough[-1].total - rough[0].total)


def test_grace_on_principal():
    rows = rows_of('equal_instalment', 12, grace_principal=3)
    assert [cells(row)[:2] for row in rows[:3]] == [('0.00', '1000.00')] * 3
    assert rows[3].principal > 0
    assert len({row.total for row in rows[3:-1]}) == 1
