"""The account by hand: figures a lender can follow, refusals, and the time a long life takes."""
import time
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from loanmath import Terms, TermsError
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
    Waiver,
    WriteOff,
    play,
)

START = date(2026, 1, 10)
OUT = Disbursement(START, Decimal(12_000))
TERMS = Terms('equal_principal', Decimal(12_000), Decimal('0.12'), 12, START)
DAILY = AccountTerms(TERMS, daily_recalculation=True)
FIXED = AccountTerms(TERMS)


def column(account, name):
    return [str(getattr(row.owed, name)) for row in account.instalments]


def test_early_principal_saves_its_interest_from_the_day():
    """1,000 on 24 January: interest of 14 days first, then principal."""
    account = play(DAILY, [OUT, Payment(date(2026, 1, 24), Decimal(1000))], date(2026, 1, 24))
    assert account.transactions[-1].split == (Decimal('945.81'), Decimal('54.19'), 0, 0)
    # 12,000 * 1 % * 14/31 + 11,054.19 * 1 % * 17/31
    assert account.instalments[0].owed.interest == Decimal('114.81')


def test_a_fixed_plan_stays_whatever_is_paid():
    late = play(FIXED, [OUT, Payment(date(2026, 6, 1), Decimal(5000))], date(2026, 6, 1))
    assert column(late, 'interest') == column(play(FIXED, [OUT], START), 'interest')


def test_rate_change_makes_the_rest_anew():
    terms = AccountTerms(Terms('equal_instalment', Decimal(12_000), Decimal('0.12'), 12, START))
    account = play(terms, [OUT, RateChange(date(2026, 7, 10), Decimal(0))], START)
    assert column(account, 'interest')[6:] == ['0.00'] * 6
    assert len({row.owed.total for row in account.instalments[6:-1]}) == 1


def test_interest_pause_leaves_out_its_days():
    pause = InterestPause(date(2026, 2, 10), date(2026, 3, 10))
    assert column(play(DAILY, [OUT, pause], START), 'interest')[:3] == ['120.00', '0.00', '100.00']


def test_due_date_move_shifts_what_follows():
    move = DueDateMove(START, date(2026, 3, 10), date(2026, 3, 25))
    account = play(DAILY, [OUT, move], START)
    assert [row.due_date.day for row in account.instalments] == [10] + [25] * 11


def test_two_more_instalments_lower_the_others():
    account = play(DAILY, [OUT, ExtraPeriods(date(2026, 1, 10), 2)], START)
    assert column(account, 'principal') == ['857.14'] * 13 + ['857.18']


def test_reamortise_asks_for_the_past_with_what_is_to_come():
    account = play(DAILY, [OUT, Reamortise(date(2026, 3, 15))], date(2026, 3, 15))
    assert column(account, 'principal')[:3] == ['0.00', '0.00', '1200.00']
    assert account.transactions[-1].split.principal == 2000


def test_reage_starts_anew():
    account = play(
        DAILY, [OUT, Reage(date(2026, 12, 1), date(2027, 2, 1), 4)], date(2026, 12, 1))
    assert [str(row.due_date) for row in account.instalments[-4:]] == [
        '2027-02-01', '2027-03-01', '2027-04-01', '2027-05-01']
    assert column(account, 'principal')[-4:] == ['3000.00'] * 4


def test_capitalised_interest_bears_interest():
    account = play(DAILY, [OUT, Capitalise(date(2026, 2, 10))], date(2026, 2, 10))
    assert account.transactions[-1].amount == Decimal('120.00')
    assert sum(row.owed.principal for row in account.instalments) == 12_120


def test_charges_join_the_next_instalment_or_stand_behind_the_last():
    events = [OUT, Charge(date(2026, 2, 20), Decimal(50), 'penalty'),
              Charge(date(2027, 3, 1), Decimal(80))]
    account = play(FIXED, events, date(2027, 3, 1))
    assert account.instalments[1].owed.penalty == 50
    assert (account.instalments[-1].kind, account.instalments[-1].owed.fee) == ('extra', 80)
    monthly = play(FIXED, [OUT, InstalmentCharge(START, ratio=Decimal('0.01'))], START)
    assert monthly.instalments[0].owed.fee == Decimal('11.20')


def test_a_called_loan_falls_due_on_the_day():
    account = play(DAILY, [OUT, Acceleration(date(2026, 2, 24))], date(2026, 2, 24))
    assert [str(row.due_date) for row in account.instalments] == ['2026-02-10', '2026-02-24']
    assert account.outstanding().principal == 12_000


@pytest.mark.parametrize(('way', 'interest'), [
    ('regular', 660), ('zero_interest', 0), ('accelerate', 0)])
def test_charge_off_ways(way, interest):
    terms = AccountTerms(TERMS, charge_off=way)
    account = play(terms, [OUT, ChargeOff(date(2026, 2, 10))], date(2026, 2, 10))
    later = sum(row.owed.interest for row in account.instalments[1:])
    assert later == interest
    assert account.transactions[-1].split.principal == 12_000


def test_write_off_and_recovery():
    events = [OUT, WriteOff(date(2026, 5, 1)), Recovery(date(2026, 9, 1), Decimal(300))]
    account = play(DAILY, events, date(2026, 12, 31))
    assert account.status == 'written_off'
    assert account.outstanding().total == 0
    assert [row.kind for row in account.transactions] == ['disbursement', 'write_off', 'recovery']


def test_a_charged_back_payment_is_owed_again():
    events = [OUT, Payment(date(2026, 2, 10), Decimal(1120)), Chargeback(
        date(2026, 2, 20), Decimal(1120))]
    account = play(FIXED, events, date(2026, 2, 20))
    assert account.instalments[1].owed.principal == 2120
    assert account.transactions[-1].balance == 12_120


def test_waived_penalty_is_owed_no_more():
    events = [OUT, Charge(START, Decimal(30), 'penalty'), Waiver(START, 'penalty', Decimal(20))]
    account = play(FIXED, events, START)
    assert account.outstanding().penalty == 10
    assert account.instalments[0].waived.penalty == 20


def test_delinquency_counts_from_the_oldest_due_date_less_grace_and_pauses():
    terms = AccountTerms(TERMS, delinquency_grace_days=3)
    pause = DelinquencyPause(date(2026, 2, 20), date(2026, 2, 25))
    found = play(terms, [OUT, pause], date(2026, 3, 1)).delinquency(date(2026, 3, 1))
    assert (found.past_due_days, found.delinquent_days) == (19, 11)
    assert (found.past_due_date, found.delinquent_date) == (date(2026, 2, 10), date(2026, 2, 13))
    assert found.amount == 1120


@pytest.mark.parametrize(('events', 'code'), [
    ([Payment(START, Decimal(1))], 'not_disbursed'),
    ([OUT, Payment(START, Decimal('0.001'))], 'precision'),
    ([OUT, Payment(START, Decimal(-1))], 'amount'),
    ([OUT, Payment(START, 1.5)], 'not_decimal'),
    ([OUT, WriteOff(START), Payment(START, Decimal(1))], 'written_off'),
    ([OUT, Recovery(START, Decimal(1))], 'recovery'),
    ([OUT, Chargeback(START, Decimal(1))], 'chargeback'),
    ([OUT, Waiver(START, 'fee', Decimal(1))], 'waiver'),
    ([OUT, ChargeOff(START), ChargeOff(START)], 'charge_off'),
    ([OUT, RateChange(START, Decimal(2))], 'annual_rate'),
    ([OUT, ExtraPeriods(START, 0)], 'count'),
    ([OUT, DueDateMove(START, date(2026, 3, 10), date(2026, 2, 1))], 'due_date'),
    ([OUT, Reage(date(2026, 3, 1), date(2026, 2, 1), 3)], 'first_due_date'),
    ([OUT, Reamortise(date(2027, 2, 1))], 'nothing_to_come'),
    ([OUT, InterestPause(START, date(2026, 1, 1))], 'until'),
    ([OUT, 'payment'], 'event'),
])
def test_what_makes_no_sense_is_refused_with_its_reason(events, code):
    with pytest.raises(TermsError) as refusal:
        play(FIXED, events, date(2027, 12, 31))
    assert refusal.value.code == code


@pytest.mark.parametrize('daily', [False, True])
def test_seven_hundred_events_replay_in_well_under_a_second(daily):
    random = Random(20260110)
    terms = Terms('equal_instalment', Decimal(120_000), Decimal('0.12'), 36, START)
    events = [Disbursement(START, Decimal(120_000))]
    for count in range(700):
        day = START + timedelta(days=1 + count * 3 // 2)
        kind = random.random()
        if kind < 0.8:
            events.append(Payment(day, Decimal(random.randint(100, 40_000)) / 100))
        elif kind < 0.97:
            events.append(Charge(day, Decimal(5), 'penalty'))
        else:
            events.append(RateChange(day, Decimal(random.randint(4, 20)) / 100))
    started = time.process_time()
    account = play(AccountTerms(terms, daily_recalculation=daily), events, date(2029, 1, 31))
    assert time.process_time() - started < 1
    assert len(account.transactions) > 500


def test_a_flat_loan_bears_the_new_rate_on_its_original_principal():
    flat = AccountTerms(Terms('flat', Decimal(12_000), Decimal('0.12'), 12, START))
    account = play(flat, [OUT, RateChange(date(2026, 7, 10), Decimal('0.06'))], START)
    assert column(account, 'interest') == ['120.00'] * 6 + ['60.00'] * 6
    assert column(account, 'principal') == ['1000.00'] * 12


def test_somebody_else_owes_the_loan_from_a_day_on():
    moved = date(2026, 3, 10)
    before = play(FIXED, [OUT], date(2026, 4, 1))
    after = play(FIXED, [OUT, DebtTransfer(moved, 'Han')], date(2026, 4, 1))
    assert [after.debtor(day, 'Li') for day in (date(2026, 3, 9), moved)] == ['Li', 'Han']
    assert after.instalments == before.instalments
    with pytest.raises(TermsError, match="names the new debtor"):
        play(FIXED, [OUT, DebtTransfer(moved, '')], moved)
