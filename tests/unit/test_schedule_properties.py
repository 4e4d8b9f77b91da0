"""What holds for every schedule, whatever the terms."""
from datetime import date
from decimal import Decimal
from fractions import Fraction

import oracle
from hypothesis import given
from loanmath import Terms, irr, schedule, schedule_table
from loanmath.methods.annuity import get_level_instalment, get_stepwise_instalment
from strategies import terms

ZERO = Decimal(0)


@given(terms())
def test_schedule_equals_the_rational_oracle(loan):
    rows = [(Fraction(row.principal), Fraction(row.interest)) for row in schedule(loan)]
    assert rows == oracle.get_schedule(loan)


@given(terms())
def test_due_dates_equal_the_oracle(loan):
    dates = oracle.get_dates(loan)
    rows = schedule(loan)
    expected = dates[1:] if loan.method != 'bullet' else dates[-1:]
    assert [row.due_date for row in rows] == expected
    assert rows[0].start_date == loan.start_date


@given(terms())
def test_principal_sums_to_the_loan_and_the_last_balance_is_zero(loan):
    rows = schedule(loan)
    assert sum(row.principal for row in rows) == loan.principal
    assert rows[0].opening == loan.principal
    assert rows[-1].closing == 0
    for before, after in zip(rows, rows[1:], strict=False):
        assert before.closing == after.opening
        assert before.due_date == after.start_date


@given(terms())
def test_no_part_is_negative(loan):
    for row in schedule(loan):
        assert min(row.principal, row.interest, row.opening, row.closing) >= ZERO


@given(terms())
def test_table_and_rows_are_the_same_figures(loan):
    table = schedule_table(loan)
    rows = schedule(loan)
    assert table.due_dates == tuple(row.due_date for row in rows)
    assert [Decimal(units).scaleb(-2) for units in table.principal] == [r.principal for r in rows]
    assert [Decimal(units).scaleb(-2) for units in table.interest] == [r.interest for r in rows]


@given(terms(['equal_instalment']))
def test_equal_instalments_differ_only_in_the_last(loan):
    paying = [row.total for row in schedule(loan)[loan.grace_principal:-1]]
    closing = [row.closing for row in schedule(loan)[loan.grace_principal:-1]]
    whole = {total for total, rest in zip(paying, closing, strict=True) if rest}
    instalment_covers_interest = all(
        row.principal for row in schedule(loan)[loan.grace_principal:])
    if instalment_covers_interest:
        assert len(whole) <= 1


@given(terms())
def test_rate_of_return_reprices_the_loan_to_zero(loan):
    flows = [-loan.principal, *(row.total for row in schedule(loan))]
    rate = irr(flows)
    value = weight = Fraction(0)
    for number, flow in enumerate(flows):
        discount = 1 / (1 + Fraction(rate)) ** number
        value += Fraction(flow) * discount
        weight += number * abs(Fraction(flow)) * discount
    assert abs(value) <= weight / 10 ** 10 + Fraction(1, 10 ** 9)


@given(terms(['equal_instalment']))
def test_stepwise_annuity_equals_the_textbook_formula(loan):
    """One way for equal periods, one for unequal ones: the same instalment."""
    principal = int(loan.principal * 100)
    rate = int(loan.annual_rate * 10 ** 6)
    factors = [rate] * loan.periods
    textbook = Fraction(*get_level_instalment(principal, 0, factors, 12 * 10 ** 6))
    stepwise = Fraction(*get_stepwise_instalment(principal, 0, factors, 12 * 10 ** 6))
    assert textbook == stepwise


def test_twelve_hundred_periods_by_days():
    loan = Terms(
        'equal_instalment', Decimal('9999999999.99'), Decimal('0.123456'), 1200,
        date(2026, 1, 31), day_count='act_act')
    rows = schedule(loan)
    assert len(rows) == 1200
    assert rows[-1].closing == 0
