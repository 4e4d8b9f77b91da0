"""Identities of the account over random histories (the seed is in the report's header)."""
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from histories import AMOUNTS, START, any_events, days, histories, rules, settings
from hypothesis import given
from hypothesis import strategies as st
from loanmath import Terms, TermsError, schedule
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
    play,
)
from loanmath.account.replay import HANDLERS
from loanmath.waterfall import GROUPS, AllocationRule

END = START + timedelta(days=430)


def play_or_refuse(terms, events, as_of=END):
    """The account of those events that are not refused, and the events: one after the other, as
    they are entered."""
    played = []
    for event in events:
        try:
            play(terms, [*played, event], as_of)
        except TermsError:
            continue
        played.append(event)
    return play(terms, played, as_of), played


def get_sum(events, kind):
    return sum(event.amount for event in events if isinstance(event, kind))


@given(settings(), rules(st.permutations(GROUPS)), st.lists(any_events, max_size=6), days)
def test_nothing_but_a_refusal_comes_out(terms, rule, events, as_of):
    """Any events in any order: an account or a reason, never another error."""
    try:
        account = play(replace(terms, allocation=rule), events, as_of)
    except TermsError as refusal:
        assert refusal.code and str(refusal)
        return
    account.outstanding()
    account.delinquency(as_of)
    account.payoff(as_of)


@given(settings(), histories)
def test_identities_hold_whatever_happens(terms, events):
    account, played = play_or_refuse(terms, events)
    for row in account.instalments:
        assert all(part >= 0 for split in row[4:8] for part in split), row
        assert all(part >= 0 for part in row.open), row
        assert row.start_date <= row.due_date
    assert [row.due_date for row in account.instalments] == sorted(
        row.due_date for row in account.instalments)
    check_principal(account, played)
    check_splits(account, played)


def check_principal(account, played):
    """What instalments ask for is what was paid out, came back, or was capitalised."""
    kinds = Counter()
    for row in account.transactions:
        if row.kind in ('chargeback', 'refund'):
            kinds[row.kind] += row.split.principal
        elif row.kind == 'capitalise':
            kinds[row.kind] += row.amount
    given = get_sum(played, Disbursement) + sum(kinds.values())
    assert sum(row.owed.principal for row in account.instalments) == given


def check_splits(account, played):
    """Each payment is used up by its split and what was too much; the splits are what rows got."""
    rows = [row for row in account.transactions if isinstance(row.event, Payment)]
    returned = sum(
        row.amount - row.split.total for row in account.transactions
        if isinstance(row.event, Chargeback | Refund))
    assert sum(row.amount for row in rows) == (
        sum(row.split.total + row.overpaid for row in rows) + returned)
    assert sum(row.overpaid for row in rows) == account.overpaid
    for component in AMOUNTS:
        assert sum(getattr(row.split, component) for row in rows) == sum(
            getattr(row.paid, component) for row in account.instalments)


@given(settings(), histories, st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(terms, events, random):
    """Back-dated and late entered events give what the straight history gives."""
    _account, played = play_or_refuse(terms, events)
    ranked = {}
    for event in played:
        ranked.setdefault((event.date, event.rank), event)
    straight = list(ranked.values())
    try:
        expected = play(terms, straight, END)
    except TermsError:
        return
    shuffled = list(straight)
    random.shuffle(shuffled)
    assert play(terms, shuffled, END) == expected


@given(settings(), histories, days)
def test_what_comes_later_does_not_change_what_earlier_money_paid(terms, events, day):
    """As of a past day the transactions are those that are shown today for the days until then,
    unless money that was too much then was used since."""
    account, played = play_or_refuse(terms, events)
    past = play(terms, played, day)
    if past.overpaid:
        return
    assert past.transactions == tuple(
        row for row in account.transactions if row.date <= day)


@given(settings(), histories, days)
def test_the_quote_closes_the_loan(terms, events, day):
    played = play_or_refuse(terms, [event for event in events if event.date <= day], day)[1]
    account = play(terms, played, day)
    quote = account.payoff(day)
    if account.status == 'written_off' or not quote.total:
        return
    closed = play(terms, [*played, Payment(day, quote.total)], day)
    assert closed.outstanding().total == 0
    assert closed.status in ('closed', 'overpaid')
    assert closed.overpaid == account.overpaid
    assert closed.transactions[-1].split == quote


@given(settings(down_payment_paid=True, allocation=AllocationRule()), st.integers(0, 430))
def test_regular_payers_owe_the_plan(terms, count):
    """Paid on each due day, the account is the schedule, with or without daily recalculation."""
    plan = [row for row in schedule(terms.terms)]
    events = [Disbursement(START, Decimal(10_000))]
    events += [
        Payment(row.due_date, row.total) for row in plan if row.due_date > START]
    as_of = START + timedelta(days=count)
    account = play(terms, events, as_of)
    assert [(row.due_date, row.owed.principal, row.owed.interest)
            for row in account.instalments] == [
        (row.due_date, row.principal, row.interest) for row in plan]
    if count == 430:
        assert account.status == 'closed'


@given(settings(
    daily_recalculation=True, interest_on_overdue=True, rest='day', payoff_interest='day',
    allocation=AllocationRule(), down_payment_paid=True), st.integers(1, 25))
def test_late_money_costs_and_early_money_saves(terms, count):
    plan = schedule(terms.terms)
    first = next(row for row in plan if row.due_date > START)
    out = Disbursement(START, Decimal(10_000))

    def get_interest(day):
        account = play(terms, [out, Payment(day, first.total)], END)
        return sum(row.owed.interest for row in account.instalments)

    early = get_interest(first.due_date - timedelta(days=count))
    late = get_interest(first.due_date + timedelta(days=count))
    assert early <= get_interest(first.due_date) <= late


def test_a_charge_due_before_the_last_down_payment_stands_after_it():
    """Found by random histories (seed 12, 600 examples)."""
    terms = AccountTerms(Terms(
        'equal_instalment', Decimal(10_000), Decimal(0), 1, START,
        down_payment_ratio=Decimal('0.25')))
    day = START + timedelta(days=30)
    account = play(terms, [
        Disbursement(START, Decimal(10_000)), Disbursement(day, Decimal('0.04')),
        Charge(day, Decimal('0.01'), 'fee', day - timedelta(days=1))], END)
    last = account.instalments[-1]
    assert (last.kind, last.start_date, last.due_date) == ('extra', day, day)
    assert last.owed.fee == Decimal('0.01')


def test_an_instalment_that_asks_for_nothing_takes_no_interest_from_a_settled_one():
    """Found by random histories (seed 23, 500 examples)."""
    terms = AccountTerms(
        Terms('equal_instalment', Decimal(10_000), Decimal('0.035'), 1, START),
        daily_recalculation=True, interest_on_overdue=True, rest='day', payoff_interest='day')
    day = START + timedelta(days=59)
    events = [
        Disbursement(START, Decimal(10_000)), Reage(START, START + timedelta(days=1), 1),
        ExtraPeriods(START + timedelta(days=1), 2), Disbursement(day, Decimal('0.01'))]
    quote = play(terms, events, day).payoff(day)
    closed = play(terms, [*events, Payment(day, quote.total)], day)
    assert closed.outstanding().total == 0
    assert sum(row.owed.interest for row in closed.instalments) == quote.interest


def test_every_kind_of_event_can_be_played():
    """What the random histories draw from is not only refused: each kind has its history."""
    terms = AccountTerms(Terms(
        'equal_instalment', Decimal(10_000), Decimal('0.12'), 6, START), daily_recalculation=True)

    def day(count):
        return START + timedelta(days=count)

    plain = [
        Charge(day(5), Decimal(30)), Payment(day(28), Decimal('1700')), Waiver(
            day(29), 'interest', Decimal('1.50')), Disbursement(day(30), Decimal(500)),
        RateChange(day(31), Decimal('0.1')), InterestPause(day(35), day(40)),
        DueDateMove(day(36), day(59), day(70)), ExtraPeriods(day(75), 2), Reamortise(day(80)),
        Chargeback(day(85), Decimal(100)), DebtTransfer(day(86), 'B'), Capitalise(day(150)),
        DelinquencyPause(
            day(151), day(160)), Reage(day(152), day(170), 4), InstalmentCharge(
            day(153), ratio=Decimal('0.01')), Acceleration(day(255)), ChargeOff(day(260))]
    written_off = [*plain, WriteOff(day(261)), Recovery(day(270), Decimal(50))]
    paid_off = [*plain, Payment(day(265), Decimal(20_000)), Refund(day(266), Decimal('0.01'))]
    for events in (written_off, paid_off):
        account, played = play_or_refuse(terms, [Disbursement(START, Decimal(10_000)), *events])
        assert len(played) == len(events) + 1
        check_principal(account, played)
        check_splits(account, played)
    assert {type(event) for event in [*written_off, *paid_off]} == set(HANDLERS)
