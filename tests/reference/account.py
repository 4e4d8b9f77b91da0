"""A case's events played on our account, and the account in the words of the case.

No figure is made here: inputs become settings and events, results become rows and cells.
"""
from datetime import date, timedelta
from decimal import Decimal

from loanmath.account import Disbursement, play

from .case import Unsupported, read_date
from .compare import TOTALS
from .events import PAYMENTS, get_event
from .mapping import get_account_terms

ZERO = Decimal(0)
NAMES = {'principal': 'principal', 'interest': 'interest', 'fee': 'fees', 'penalty': 'penalties'}
KINDS = {
    'disbursement': 'Disbursement', 'repayment': 'Repayment', 'down_payment': 'Down Payment',
    'merchant_refund': 'Merchant Issued Refund', 'payout_refund': 'Payout Refund',
    'goodwill': 'Goodwill Credit', 'interest_payment_waiver': 'Interest Payment Waiver',
    'charge_off': 'Charge-off', 'write_off': 'Close (as written-off)', 'reage': 'Re-age',
    'reamortise': 'Re-amortize', 'chargeback': 'Chargeback', 'refund': 'Credit Balance Refund',
    'acceleration': 'Contract Termination'}
# that engine shows no balance after a transaction that took up all that was open
SHOWN_WITHOUT_BALANCE = ('charge_off', 'write_off', 'reage', 'reamortise', 'acceleration')
STATUSES = {
    'planned': 'APPROVED', 'active': 'ACTIVE', 'closed': 'CLOSED_OBLIGATIONS_MET',
    'overpaid': 'OVERPAID', 'written_off': 'CLOSED_WRITTEN_OFF'}
UNDONE = {
    'undo_reage': 'reage', 'undo_reamortize': 'reamortize', 'undo_charge_off': 'charge_off',
    'undo_contract_termination': 'contract_termination', 'undo_write_off': 'write_off'}
# of the days at the last close of business
RANGES = ((1, 'RANGE_1'), (4, 'RANGE_3'), (31, 'RANGE_30'), (61, 'RANGE_60'), (91, 'RANGE_90'),
          (121, 'RANGE_120'), (151, 'RANGE_150'), (181, 'RANGE_180'), (241, 'RANGE_240'))


class CaseAccount:
    def __init__(self, inputs, seen_on=None):
        self.inputs = inputs
        self.settings = get_account_terms(inputs)
        self.seen_on = seen_on or {}     # {number of events: day on which the state was looked at}
        self.entered = []                # of [type, event, reversed row or None]
        self.day = date.min              # up to which interest was recalculated
        self.closed_on = date.min
        self.account = None

    def play(self):
        """Yield after each event, so that earlier states can be compared too."""
        for number, event in enumerate(self.inputs['events'], 1):
            self._enter(event)
            self._know(event, self.seen_on.get(number))
            events = [entry for _type, entry, row in self.entered if entry and not row]
            self.account = play(self.settings, events, self.day)
            yield

    def finish(self):
        """A case without events asks for the plan."""
        if self.account is None:
            self.account = play(self.settings, (), self.day)

    def _know(self, event, seen_on):
        day = read_date(event['date']) or self.day
        if event['type'] == 'close_of_business':
            self.closed_on = day
        if event['type'] not in ('interest_pause', 'delinquency_pause'):     # agreed ahead
            self.day = max(self.day, day)
        if seen_on:
            self.day = max(self.day, read_date(seen_on))

    def _enter(self, event):
        kind = event['type']
        if kind in ('approve', 'close_of_business'):
            return
        if kind == 'undo':
            self._undo(event)
        elif kind == 'undo_last_disbursal':
            del self.entered[self._find_last('disburse')]
        elif kind in UNDONE:
            self._reverse(self.entered[self._find_last(UNDONE[kind])])
        elif kind == 'delinquency_resume':
            self._resume(read_date(event['date']))
        else:
            if kind == 'payoff' and event.get('amount') is None:
                quote = self.account.payoff(read_date(event['date']))
                event = {**event, 'amount': quote.total}
            self.entered.append([kind, get_event(event), None])

    def _undo(self, event):
        """The n-th transaction of the day, those that were undone before counted too."""
        day, name = read_date(event['date']), event.get('txn')
        found = [
            entry for entry in self.entered
            if entry[1] and entry[1].date == day and (
                self._get_name(entry) == name if name else entry[0] in PAYMENTS)]
        if len(found) < event.get('nth', 1):
            raise Unsupported(f"undoing what was not entered: {event}")
        self._reverse(found[event.get('nth', 1) - 1])

    def _get_name(self, entry):
        return next((
            KINDS.get(row.kind) for row in (*self.account.transactions, entry[2])
            if row and row.event is entry[1]), None)

    def _reverse(self, entry):
        """Its row stays in the list as it last was."""
        entry[2] = next(
            row for row in self.account.transactions if row.event is entry[1])

    def _find_last(self, kind):
        found = [index for index, row in enumerate(self.entered) if row[0] == kind]
        if not found:
            raise Unsupported(f"undoing a {kind} that was not entered")
        return found[-1]

    def _resume(self, day):
        for entry in self.entered:
            if entry[0] == 'delinquency_pause' and entry[1].until > day:
                entry[1] = type(entry[1])(entry[1].date, day)

    # --- the account in the words of the case

    @property
    def transactions(self):
        rows = [(row, False) for row in self.account.transactions if row.kind in KINDS]
        rows += [(row, True) for _kind, _event, row in self.entered if row]
        order = {id(event): number for number, (_kind, event, _row) in enumerate(self.entered)}
        rows.sort(key=lambda pair: (
            pair[0].date, order.get(id(pair[0].event), -1)
            if not isinstance(pair[0].event, Disbursement) else -2))
        return [self._to_cells(row) for row, _reversed in rows]

    def _to_cells(self, row):
        return {
            'transaction_date': row.date, 'transaction_type': KINDS[row.kind],
            'amount': row.amount, 'overpayment': row.overpaid,
            'loan_balance': ZERO if row.kind in SHOWN_WITHOUT_BALANCE else row.balance,
            **{name: getattr(row.split, part) for part, name in NAMES.items()}}

    def get_schedule(self):
        rows = self.account.instalments
        return [{
            'no': row.number, 'due_date': row.due_date,
            'due': row.owed.total, 'paid': row.paid.total, 'outstanding': row.open.total,
            'repaid_later': sum(
                later.owed.principal - later.credited for later in rows[row.number:]),
            **{name: getattr(row.owed, part) for part, name in NAMES.items()},
        } for row in rows]

    def get_totals(self):
        rows = self.get_schedule()
        return {total: sum(row[name] for row in rows) for total, name in TOTALS.items()}

    def get_figures(self):
        return {
            'outstanding': self.account.outstanding().total, 'overpaid': self.account.overpaid,
            'status': STATUSES[self.account.status]}

    def get_write_off(self):
        row = next(row for row in self.account.transactions if row.kind == 'write_off')
        return {
            'total': row.amount,
            **{name: getattr(row.split, part) for part, name in NAMES.items()}}

    def get_delinquency(self, day):
        found = self.account.delinquency(day)
        days = self.account.delinquency(min(day, self.closed_on + timedelta(days=1)))
        days = found if day <= self.closed_on else days
        named = [name for first, name in RANGES if days.delinquent_days >= first]
        return {
            'classification': named[-1] if named else 'NO_DELINQUENCY',
            'delinquentAmount': found.amount, 'delinquentDays': Decimal(found.delinquent_days),
            'delinquentDate': found.delinquent_date or 'null',
            'pastDueDate': found.past_due_date or 'null',
            'pastDueDays': Decimal(found.past_due_days)}
