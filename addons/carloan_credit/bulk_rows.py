"""Rows for COPY: text in PostgreSQL's own format, made without a record or a Decimal per cell.

>>> from decimal import Decimal
>>> columns = CopyText()
>>> columns.add(7, None, 'tab\\there', Decimal('1.50'))
>>> columns.text()
'7\\t\\\\N\\ttab\\\\there\\t1.50\\n'
"""
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

INSTALMENT_COLUMNS = (
    'loan_id', 'version_id', 'number', 'start_date', 'due_date', 'principal_amount',
    'interest_amount')
VERSION_COLUMNS = (
    'id', 'loan_id', 'version', 'effective_date', 'booking_date', 'reason', 'origin_id',
    'create_uid', 'create_date', 'write_uid', 'write_date')
TRANSACTION_COLUMNS = (
    'id', 'loan_id', 'company_id', 'kind', 'value_date', 'booking_date', 'recorded_at', 'user_id',
    'event_id', 'fund_account_id', 'non_accrual')
CHANGE_COLUMNS = (
    'id', 'loan_id', 'company_id', 'kind', 'value_date', 'booking_date', 'recorded_at', 'user_id',
    'event_id', 'non_accrual', 'version_id', 'params')
LINE_COLUMNS = (
    'transaction_id', 'loan_id', 'kind', 'value_date', 'booking_date', 'component', 'amount')
CLASS_COLUMNS = (
    'loan_id', 'date', 'booking_date', 'tier_id', 'days_overdue', 'source', 'user_id')

_ESCAPES = str.maketrans({'\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r'})


class NewLoan(NamedTuple):
    """A loan to be taken into the book: signed, and paid out on `start_date`."""
    partner_id: int
    product_id: int
    principal: Decimal
    annual_rate: Decimal        # in percent, as on the forms
    periods: int
    start_date: date
    user_id: int | bool = False
    department_id: int | bool = False
    fund_account_id: int | bool = False
    name: str | bool = False    # its number elsewhere; a new one if none


class CopyText:
    """Rows of one table."""

    def __init__(self):
        self._rows = []

    def __len__(self):
        return len(self._rows)

    def add(self, *values):
        self._rows.append('\t'.join(map(_to_text, values)) + '\n')

    def add_text(self, row):
        """A row that is in PostgreSQL's format already."""
        self._rows.append(row)

    def text(self):
        return ''.join(self._rows)


def _to_text(value):
    if value is None:
        return '\\N'
    if isinstance(value, bool):
        return 't' if value else 'f'
    return str(value).translate(_ESCAPES)


@lru_cache(maxsize=4096)
def _get_period_texts(start_date, due_dates, first):
    starts = (start_date, *due_dates)
    return tuple(
        f'\t{number}\t{start}\t{due}\t' for number, (start, due) in enumerate(
            zip(starts, due_dates, strict=False), first))


def add_instalments(rows, loan_id, version_id, start_date, table, exponent, first=1):
    """Add the rows of a schedule: columns `INSTALMENT_COLUMNS`.

    :param table: `loanmath.Table`, amounts in whole rounding units of 10 ** `exponent`
    :param first: number of the first instalment
    """
    head = f'{loan_id}\t{version_id}'
    tail = f'e{exponent}'
    periods = _get_period_texts(start_date, table.due_dates, first)
    rows.add_text(''.join([
        f'{head}{period}{principal}{tail}\t{interest}{tail}\n'
        for period, principal, interest in zip(
            periods, table.principal, table.interest, strict=True)]))




def add_remainder(rows, loan_id, version_id, first, kept, start, table, exponent):
    """Add what of a schedule stays as it is, and then the rows that were made anew. A row that asks
    for nothing falls away; the next one begins where it did (see `changes`).

    :param kept: list of 'start, due, principal, interest' as text, tab separated, or None
    :param start: where the rows of `table` begin
    """
    begin = None
    for text in kept or ():
        row_start, due, principal, interest = text.split('\t')
        begin = begin or row_start
        if Decimal(principal) or Decimal(interest):
            rows.add(loan_id, version_id, first, begin, due, principal, interest)
            first, begin = first + 1, None
    asked = [bool(amounts[0] or amounts[1]) for amounts in zip(
        table.principal, table.interest, strict=True)]
    if not all(asked):
        table = table._replace(**{
            name: tuple(compress(getattr(table, name), asked))
            for name in ('due_dates', 'principal', 'interest')})
    add_instalments(rows, loan_id, version_id, begin or start, table, exponent, first)
