"""What is handed to the ledger and to the repayment engine.

An `Entry` is one transaction to be; its lines carry signed amounts, plus = the borrower owes more.
All entries of one loan with the same `event` in one call of `_post` are one event, the last of
them its main transaction: reversing it reverses the charges that came with it.
"""
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple


class EntryLine(NamedTuple):
    component: str
    amount: Decimal
    instalment_id: int | bool = False


class Entry(NamedTuple):
    loan: Any
    kind: str
    value_date: date
    lines: tuple[EntryLine, ...]
    origin: Any = None
    fund_account: Any = None
    reversal_of: Any = None
    event: Any = None           # key of the event inside one call
    replaces_id: int | bool = False     # transaction that was taken back and is posted anew
    params: dict | None = None  # what was asked for; an entry with it needs no lines
    version_id: int | bool = False      # schedule that it made


class RepayItem(NamedTuple):
    """Money received for a loan on a day."""
    loan: Any
    amount: Decimal
    value_date: date
    fund_account: Any = None
    origin: Any = None
    chosen: tuple = ()          # of loanmath.Choice: what the money is for first
