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
TOTALS = {
    'Principal due': 'principal', 'Interest': 'interest', 'Fees': 'fees',
    'Penalties': 'penalties', 'Due': 'due', 'Paid': 'paid', 'Outstanding': 'outstanding'}


def find_difference(expected, account):
    """The first difference at the end of the case, or ''."""
    return next((
        difference for difference in (
            compare_schedule(expected.get('schedule'), account),
            _compare_totals(expected, account),
            _compare_transactions(expected.get('transactions'), account),
            _compare_write_off(expected.get('write_off_amounts'), account),
        ) if difference), '')


def compare_schedule(expected, account):
    if not expected:
        return ''
    paid_out = _get_paid_out_later(expected)
    expected = [row for row in expected if row['no'] is not None]
    rows = account.get_schedule()
    if len(rows) != len(expected):
        return f"{len(expected)} instalments expected, got {len(rows)}"
    return next(filter(None, (
        _compare_cells(
            f"instalment {wanted['no']}",
            {cell: wanted[cell] for cell in ROW_CELLS if cell in wanted},
            {**row, 'balance': row['repaid_later'] - later})
        for wanted, row, later in zip(expected, rows, paid_out, strict=True))), '')


def _get_paid_out_later(listed):
    """For each instalment the pay-outs listed after it: its balance does not know them yet. Rows
    without a number are pay-outs; one that was planned only, and asks for no payment, is listed in
    the balances though it never came."""
    later, found = Decimal(0), []
    for place, row in reversed(list(enumerate(listed))):
        if row['no'] is not None:
            found.append(later)
        elif place and row.get('paid') is None:
            found = [amount - Decimal(row['balance']) for amount in found]
        else:
            later += Decimal(row['balance'])
    return found[::-1]


def compare_delinquency(expected, account):
    """What was shown about the delay, on the days it was looked at."""
    skipped = ('as_of', 'after_events', 'recomputed')
    return next(filter(None, (
        _compare_cells(
            f"delinquency on {row['as_of']}",
            {cell: value for cell, value in row.items() if cell not in skipped},
            account.get_delinquency(date.fromisoformat(row['as_of'])))
        for row in expected)), '')


def _compare_write_off(expected, account):
    return _compare_cells('write-off', expected, account.get_write_off()) if expected else ''


def _compare_totals(expected, account):
    """Totals that are not the sum of the case's own rows (that engine does not always bring them
    up to date) cannot be met together with the rows: the rows count."""
    wanted = expected.get('totals') or {}
    rows = [row for row in expected.get('schedule') or () if row['no'] is not None]
    sums = {
        total: sum(Decimal(row.get(cell) or 0) for row in rows) for total, cell in TOTALS.items()}
    return _compare_cells('totals', {
        total: value for total, value in wanted.items()
        if total in TOTALS and (not rows or Decimal(value) == sums[total])}, account.get_totals())


def _compare_transactions(expected, account):
    if expected is None:
        return ''
    expected = [row for row in expected if not row['transaction_type'].startswith('Accrual')]
    rows = account.transactions
    kinds = [row['transaction_type'] for row in rows]
    wanted_kinds = [row['transaction_type'] for row in expected]
    if kinds != wanted_kinds:
        return f"transactions {wanted_kinds} expected, got {kinds}"
    return next(filter(None, (
        _compare_cells(f"{row['transaction_type']} of {row['transaction_date']}", {
            cell: wanted[cell] for cell in TRANSACTION_CELLS if cell in wanted}, row)
        for wanted, row in zip(expected, rows, strict=True))), '')


def compare_figures(expected, states):
    """Figures were asked for in the course of events, by their day: each one has to be that of a
    state of its day, in the same order. `states` are (first day, last day, figures)."""
    place = 0
    for figure in expected:
        what, value, day = figure['what'], figure['value'], figure['as_of']
        found = [
            index for index, (first, last, figures) in enumerate(states)
            if index >= place and first <= day <= last and what in figures]
        matching = [index for index in found if _is_equal(value, states[index][2][what])]
        if matching:
            place = matching[0]
        elif found:
            return f"figure {what} on {day}: {value} expected, got {states[found[-1]][2][what]}"
    return ''


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
    return str(wanted) == str(got)
