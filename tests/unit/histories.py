"""Random histories of a loan: what can happen, in any order of entry."""
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from loanmath import Terms
from loanmath.account import (
    Acceleration,
    AccountTerms,
    Capitalise,
    Charge,
    Chargeback,
    ChargeOff,
    DebtTransfer,
    DelinquencyPause,
    Disbursement,
    DueDateMove,
    ExtraPeriods,
    InstalmentCharge,
    InterestPause,
    Payment,
    RateChange,
    Reage,
    Reamortise,
    Recovery,
    Refund,
    Waiver,
    WriteOff,
)
from loanmath.waterfall import ADVANCE_TARGETS, COMPONENTS, GROUPS, AllocationRule

START = date(2026, 1, 31)
AMOUNTS = ('principal', 'interest', 'fee', 'penalty')

money = st.integers(1, 400_000).map(lambda units: Decimal(units).scaleb(-2))
rates = st.sampled_from(['0', '0.035', '0.12', '0.24']).map(Decimal)
days = st.integers(0, 420).map(lambda count: START + timedelta(days=count))


IN_TURN = st.just(GROUPS)


@st.composite
def rules(draw, groups=IN_TURN):
    order = tuple(
        (group, component)
        for group in draw(groups)
        for component in draw(st.permutations(COMPONENTS)))
    return AllocationRule(
        order, draw(st.sampled_from(['instalment', 'component'])),
        draw(st.sampled_from(ADVANCE_TARGETS)))


@st.composite
def settings(draw, **fixed):
    method = draw(st.sampled_from([
        'equal_instalment', 'equal_instalment', 'equal_principal', 'interest_only', 'flat']))
    terms = Terms(
        method, Decimal(10_000), draw(rates), draw(st.integers(1, 12)), START,
        day_count=draw(st.sampled_from(['year_12', '30_360', 'act_360', 'act_act'])),
        odd_day_count='year_12',
        flat_interest=draw(st.sampled_from(['period', 'level', 'divided'])),
        smoothing=draw(st.booleans()),
        down_payment_ratio=draw(st.sampled_from([Decimal(0), Decimal('0.25')])),
        rounding_mode=draw(st.sampled_from(['half_up', 'half_even'])))
    rest, payoff = draw(st.sampled_from([('day', 'day'), ('day', 'period'), ('period', 'period')]))
    values = {
        'rest': rest,
        'payoff_interest': payoff,
        'daily_recalculation': draw(st.booleans()),
        'interest_on_overdue': draw(st.booleans()),
        'allocation': draw(rules()),
        'charge_off': draw(st.sampled_from(['regular', 'zero_interest', 'accelerate'])),
        'chargeback_order': draw(st.sampled_from(
            [('principal',), ('penalty', 'fee', 'interest', 'principal')])),
        'down_payment_paid': draw(st.booleans()),
    }
    return AccountTerms(terms, **{**values, **fixed})


payments = st.builds(Payment, days, money)
ordinary_events = st.one_of(
    payments, payments, payments,
    st.builds(Charge, days, money, st.sampled_from(['fee', 'penalty']), st.none() | days),
    st.builds(Waiver, days, st.sampled_from(AMOUNTS), money),
    st.builds(Disbursement, days, money),
    st.builds(RateChange, days, rates),
    st.builds(lambda day, length: InterestPause(day, day + timedelta(days=length)),
              days, st.integers(0, 60)),
    st.builds(DueDateMove, days, days, days),
    st.builds(ExtraPeriods, days, st.integers(1, 4)),
    st.builds(Reamortise, days),
    st.builds(InstalmentCharge, days, money),
    st.builds(Acceleration, days),
    st.builds(Capitalise, days),
    st.builds(Chargeback, days, money),
    st.builds(Refund, days, money),
    st.builds(DebtTransfer, days, st.sampled_from(['B', 'C'])),
    st.builds(lambda day, length: DelinquencyPause(day, day + timedelta(days=length)),
              days, st.integers(0, 60)),
    st.builds(Reage, days, days, st.integers(1, 6), st.sampled_from(['month', 'week'])),
)
any_events = st.one_of(
    ordinary_events, ordinary_events, st.builds(ChargeOff, days), st.builds(WriteOff, days),
    st.builds(Recovery, days, money))
histories = st.lists(any_events, max_size=14).map(
    lambda events: [Disbursement(START, Decimal(10_000)), *events])
