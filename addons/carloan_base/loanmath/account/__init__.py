"""The running loan: dated events folded into instalments with what is owed and what was paid.

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms
>>> terms = Terms('equal_instalment', Decimal('100000'), Decimal('0.12'), 12, date(2026, 1, 31))
>>> paid_out = Disbursement(date(2026, 1, 31), Decimal('100000'))
>>> first = Payment(date(2026, 2, 28), Decimal('8884.88'))
>>> account = play(AccountTerms(terms), [paid_out, first], date(2026, 3, 1))
>>> row = account.transactions[-1]
>>> row.split.principal, row.split.interest, row.balance
(Decimal('7884.88'), Decimal('1000.00'), Decimal('92115.12'))

With daily recalculation interest follows what is owed in truth. Ten days late cost ten days of 12 %
on the unpaid principal, in the instalment that is running then:

>>> daily = AccountTerms(terms, daily_recalculation=True)
>>> late = Payment(date(2026, 3, 10), Decimal('8884.88'))
>>> for payment in (first, late):
...     account = play(daily, [paid_out, payment], date(2026, 3, 10))
...     print(*(str(row.owed.interest) for row in account.instalments[:3]))
1000.00 921.15 841.51
1000.00 946.59 841.77

To pay off costs the principal and the interest up to the day: 10 of 31 days on the whole loan and 5
on what was left of it.

>>> quote = account.payoff(date(2026, 3, 15))
>>> quote.principal, quote.interest, quote.total
(Decimal('92115.12'), Decimal('471.15'), Decimal('92586.27'))

What is entered late is played on its day, and an undone payment is one that is left out:

>>> second = Payment(date(2026, 3, 31), Decimal('8884.88'))
>>> entered_late = play(daily, [paid_out, second, first], date(2026, 4, 1))
>>> entered_late == play(daily, [paid_out, first, second], date(2026, 4, 1))
True

Overdue days are counted from the oldest unpaid due date:

>>> play(daily, [paid_out], date(2026, 3, 10)).delinquency(date(2026, 3, 10)).past_due_days
10
"""
from .account import Account, AccountInstalment, Delinquency, Split, Transaction, play
from .events import (
    Acceleration,
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
from .settings import AccountTerms

__all__ = [
    'Acceleration', 'Account', 'AccountInstalment', 'AccountTerms', 'Capitalise', 'Charge',
    'ChargeOff', 'Chargeback', 'DebtTransfer', 'Delinquency', 'DelinquencyPause',
    'Disbursement', 'DueDateMove',
    'ExtraPeriods', 'InstalmentCharge', 'InterestPause', 'Payment', 'RateChange', 'Reage',
    'Reamortise', 'Recovery', 'Refund', 'Split', 'Transaction', 'Waiver', 'WriteOff', 'play',
]
