"""A case's events as ours.

That engine counts a day's interest from the day before, so a rate or a pause that it dates D is
ours from D - 1; a schedule change "from D" concerns the period that contains D - 1.
"""
from datetime import timedelta
from decimal import Decimal

from loanmath import account

from .case import Unsupported, read_date
from .mapping import UNITS

PAYMENTS = {
    'repayment': 'repayment', 'payoff': 'repayment', 'merchant_issued_refund': 'merchant_refund',
    'payout_refund': 'payout_refund', 'goodwill_credit': 'goodwill', 'down_payment': 'down_payment',
    'interest_payment_waiver': 'interest_payment_waiver'}
SHARES = {
    '_PERCENTAGE_AMOUNT_PLUS_INTEREST': 'total', '_PERCENTAGE_AMOUNT': 'principal',
    '_PERCENTAGE_INTEREST': 'interest'}
DAY = timedelta(days=1)


def get_event(event):
    kind, day = event['type'], read_date(event['date'])
    if kind in PAYMENTS:
        return account.Payment(day, _get_amount(event), PAYMENTS[kind])
    make = MAKERS.get(kind)
    if not make:
        raise Unsupported(f"event {kind}")
    return make(event, day)


def _get_amount(event):
    return Decimal(event['amount'])


def _reschedule(event, day):
    start = read_date(event['rescheduleFromDate'])
    if event.get('newInterestRate') is not None:
        return account.RateChange(start - DAY, Decimal(event['newInterestRate']) / 100)
    if event.get('adjustedDueDate'):
        return account.DueDateMove(day, start, read_date(event['adjustedDueDate']))
    if event.get('extraTerms'):
        return account.ExtraPeriods(start - DAY, int(event['extraTerms']))
    raise Unsupported(f"reschedule with {sorted(event)}")


def _charge(event, day):
    return account.Charge(
        day, _get_amount(event), 'penalty' if event.get('penalty') else 'fee',
        read_date(event['charge_due_date']))


def _charge_share(event, day):
    """The base stands in the name of the charge only."""
    name = event['charge']
    base = next((base for end, base in SHARES.items() if name.endswith(end)), None)
    if not base or 'INSTALLMENT' not in name:
        raise Unsupported(f"charge {name}")
    return account.InstalmentCharge(day, ratio=Decimal(event['percent']) / 100, base=base)


def _reage(event, day):
    return account.Reage(
        day, read_date(event['startDate']), int(event['numberOfInstallments']),
        UNITS[event['frequencyType']], int(event['frequencyNumber']))


MAKERS = {
    'disburse': lambda event, day: account.Disbursement(day, _get_amount(event)),
    'reschedule': _reschedule,
    'add_charge': _charge,
    'interest_pause': lambda event, day: account.InterestPause(day - DAY, read_date(event['end'])),
    'reamortize': lambda event, day: account.Reamortise(day),
    'reage': _reage,
    'contract_termination': lambda event, day: account.Acceleration(day),
    'add_installment_charge': lambda event, day: account.InstalmentCharge(day, _get_amount(event)),
    'add_charge_percent': _charge_share,
    'charge_off': lambda event, day: account.ChargeOff(day),
    'write_off': lambda event, day: account.WriteOff(day),
    'chargeback': lambda event, day: account.Chargeback(day, _get_amount(event)),
    'credit_balance_refund': lambda event, day: account.Refund(day, _get_amount(event)),
    'delinquency_pause': lambda event, day: account.DelinquencyPause(day, read_date(event['end'])),
}
