"""What the events of a case leave behind: instalments with what was paid on them.

This is no engine of its own: the schedule and the split of each payment come from loanmath.
"""
from decimal import Decimal

from loanmath import Due, allocate, schedule

from .case import Unsupported, read_date
from .mapping import get_advance_rule, get_order, get_terms

ZERO = Decimal(0)
NAMES = {'principal': 'principal', 'interest': 'interest', 'fee': 'fees', 'penalty': 'penalties'}


class Account:
    def __init__(self, inputs):
        self.inputs = inputs
        self.rows = []
        self.transactions = []
        self.overpaid = ZERO
        self.last_payment_date = None

    def play(self):
        """Yield after each event, so that earlier states can be compared too."""
        planned = self.inputs.get('disbursement_date') or self.inputs.get('submitted_date')
        self._plan(Decimal(self.inputs['principal'] or 1), read_date(planned))
        for event in self.inputs['events']:
            act = getattr(self, f"_on_{event['type']}", None)
            if not act:
                raise Unsupported(f"event {event['type']}")
            act(event)
            yield

    def _on_approve(self, event):
        pass

    def _on_close_of_business(self, event):
        late = self.rows and read_date(event['date']) > self.rows[0]['due_date']
        if late and self._recalculates():
            raise Unsupported("interest that follows late payments")

    def _on_disburse(self, event):
        if self.transactions:
            raise Unsupported("several disbursements")
        amount, date = Decimal(event['amount']), read_date(event['date'])
        self._plan(amount, date)
        self._log('Disbursement', date, amount, {}, amount)

    def _plan(self, amount, date):
        """The schedule as planned, made anew when the money really leaves."""
        terms = get_terms(self.inputs, amount, date)
        self.rows = []
        for instalment in schedule(terms):
            self.rows.append({
                'no': instalment.number, 'due_date': instalment.due_date,
                'balance': instalment.closing,
                'owed': {'principal': instalment.principal, 'interest': instalment.interest,
                         'fee': ZERO, 'penalty': ZERO},
                'paid': dict.fromkeys(NAMES, ZERO)})

    def _on_add_charge(self, event):
        date = read_date(event['charge_due_date'])
        if self.overpaid:
            raise Unsupported("charge after overpayment")
        if date > self.rows[-1]['due_date']:
            raise Unsupported("charge after maturity")
        row = next(row for row in self.rows if date <= row['due_date'])
        row['owed']['penalty' if event.get('penalty') else 'fee'] += Decimal(event['amount'])

    def _on_repayment(self, event):
        date = read_date(event['date'])
        if self._recalculates():
            raise Unsupported("interest that follows actual payments")
        if self.last_payment_date and date < self.last_payment_date:
            raise Unsupported("back-dated payment")
        self.last_payment_date = date
        amount = Decimal(event['amount'])
        dues = [
            Due(row['no'], row['due_date'], component, owed - row['paid'][component])
            for row in self.rows for component, owed in row['owed'].items()]
        allocations, rest = allocate(amount, dues, get_order(self.inputs))
        split = dict.fromkeys(NAMES, ZERO)
        for part in allocations:
            row = self.rows[part.number - 1]
            if row['due_date'] > date and get_advance_rule(self.inputs) != 'NEXT_INSTALLMENT':
                raise Unsupported("money in advance to another instalment than the next")
            row['paid'][part.component] += part.amount
            split[part.component] += part.amount
        self.overpaid += rest
        self._log('Repayment', date, amount, split, self._get_principal_left(), rest)

    def _recalculates(self):
        return self.inputs['interest_recalculation']['enabled']

    def _get_principal_left(self):
        return sum(row['owed']['principal'] - row['paid']['principal'] for row in self.rows)

    def _log(self, kind, date, amount, split, balance, overpayment=ZERO):
        self.transactions.append({
            'transaction_date': date, 'transaction_type': kind, 'amount': amount,
            'loan_balance': balance, 'overpayment': overpayment,
            **{name: split.get(component, ZERO) for component, name in NAMES.items()}})

    def get_schedule(self):
        rows = []
        for row in self.rows:
            due, paid = sum(row['owed'].values()), sum(row['paid'].values())
            rows.append({
                'no': row['no'], 'due_date': row['due_date'], 'balance': row['balance'],
                'due': due, 'paid': paid, 'outstanding': due - paid,
                **{name: row['owed'][component] for component, name in NAMES.items()}})
        return rows

    def get_totals(self):
        rows = self.get_schedule()
        columns = {
            'Principal due': 'principal', 'Interest': 'interest', 'Fees': 'fees',
            'Penalties': 'penalties', 'Due': 'due', 'Paid': 'paid', 'Outstanding': 'outstanding'}
        return {total: sum(row[name] for row in rows) for total, name in columns.items()}

    def get_figures(self):
        outstanding = self.get_totals()['Outstanding']
        status = 'ACTIVE' if outstanding else 'CLOSED_OBLIGATIONS_MET'
        return {
            'outstanding': outstanding, 'overpaid': self.overpaid,
            'status': 'OVERPAID' if self.overpaid else status}
