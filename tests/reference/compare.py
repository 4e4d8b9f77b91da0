"""Cell by cell: the first figure that is not the expected one, in words.

Bookkeeping of that engine (accruals) and its columns Days, In advance, Late and Paid date are not
compared; a cell that the case leaves empty asks for nothing.
"""
from datetime import date
from decimal import Decimal

ROW_CELLS = (
    'due_date', 'principal', 'interest', 'fees', 'penalties', 'due', 'balance', 'paid',
    'outstanding')
TRANSACTION_CELLS = (
    'transaction_date', 'amount', 'principal', 'interest', 'fees', 'penalties', 'loan_balance',
    'overpayment')
BOOKKEEPING = ('Accrual', 'Accrual Activity')


def find_difference(expected, account):
    """The first difference at the end of the case, or ''."""
    return next((
        difference for difference in (
            compare_schedule(expected.get('schedule'), account),
            _compare_cells('totals', expected.get('totals', {}), account.get_totals()),
            _compare_transactions(expected.get('transactions'), account),
            _compare_figures(expected.get('figures', ()), account),
        ) if difference), '')


def compare_schedule(expected, account):
    if not expected:
        return ''
    expected = [row for row in expected if row['no'] is not None]
    rows = account.get_schedule()
    if len(rows) != len(expected):
        return f"{len(expected)} instalments expected, got {len(rows)}"
    return next(filter(None, (
        _compare_cells(f"instalment {row['no']}", {
            cell: wanted[cell] for cell in ROW_CELLS if cell in wanted}, row)
        for wanted, row in zip(expected, rows, strict=True))), '')


def _compare_transactions(expected, account):
    if expected is None:
        return ''
    expected = [row for row in expected if row['transaction_type'] not in BOOKKEEPING]
    rows = account.transactions
    kinds = [row['transaction_type'] for row in rows]
    wanted_kinds = [row['transaction_type'] for row in expected]
    if kinds != wanted_kinds:
        return f"transactions {wanted_kinds} expected, got {kinds}"
    return next(filter(None, (
        _compare_cells(f"{row['transaction_type']} of {row['transaction_date']}", {
            cell: wanted[cell] for cell in TRANSACTION_CELLS if cell in wanted}, row)
        for wanted, row in zip(expected, rows, strict=True))), '')


def _compare_figures(expected, account):
    """Of figures asked at several times only the last of each kind is the end of the case."""
    last = {figure['what']: figure['value'] for figure in expected}
    figures = account.get_figures()
    return _compare_cells('figure', {
        what: value for what, value in last.items() if what in figures}, figures)


def _compare_cells(place, wanted, got):
    for cell, value in wanted.items():
        if value is None or cell not in got:
            continue
        if not _is_equal(value, got[cell]):
            return f"{place}, {cell}: {value} expected, got {got[cell]}"
    return ''


def _is_equal(wanted, got):
    if isinstance(got, date):
        return wanted == got.isoformat()
    if isinstance(got, Decimal | int):
        return Decimal(wanted) == got
    return wanted == got
