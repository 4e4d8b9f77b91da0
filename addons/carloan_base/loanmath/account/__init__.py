"""The running loan: dated events folded into instalments with what is owed and what was paid."""
from .account import Account, AccountInstalment, Delinquency, Split, Transaction, play
from .events import (
    Capitalise,
    Charge,
    Chargeback,
    ChargeOff,
    DelinquencyPause,
    Disbursement,
    DueDateMove,
    ExtraPeriods,
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
from .settings import AccountTerms

__all__ = [
    'Account', 'AccountInstalment', 'AccountTerms', 'Capitalise', 'Charge', 'ChargeOff',
    'Chargeback', 'Delinquency', 'DelinquencyPause', 'Disbursement', 'DueDateMove', 'ExtraPeriods',
    'InterestPause', 'Payment', 'RateChange', 'Reage', 'Reamortise', 'Recovery', 'Refund', 'Split',
    'Transaction', 'Waiver', 'WriteOff', 'play',
]
