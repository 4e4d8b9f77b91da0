"""What the history of a loan is made of: its rules, and its instalments while it unfolds."""
from typing import Any, NamedTuple

from .const import CHARGE_KINDS
from .dues import ZERO, InstalmentBalance


class Terms(NamedTuple):
    """The rules of a loan."""
    policy: Any                 # loanmath.AllocationPolicy
    late_terms: Any             # loanmath.LateTerms
    math: Any                   # loanmath.Terms as paid out
    early: Any                  # loanmath.EarlyTerms
    advance: str = 'hold'       # what money in advance does: 'hold', or a way to prepay
    chargeback_order: tuple = ()        # of components: what money taken back opens first


class HistoryItem:
    """What was agreed, and what was charged and paid since."""
    __slots__ = ('agreed', 'charged', 'due_date', 'left', 'payments', 'posted')

    def __init__(self, agreed):
        self.agreed, self.due_date = agreed, agreed.due_date
        self.left = {
            'principal': agreed.principal, 'interest': agreed.interest,
            'penalty': ZERO, 'compound': ZERO}
        self.charged = {'penalty': ZERO, 'compound': ZERO, 'fee': ZERO}
        self.posted = ZERO
        self.payments = {}

    def apply(self, kind, value_date, line):
        component, amount = line.component, line.amount
        if kind == 'due':
            self.posted += amount
            return
        if component != 'fee':
            self.left[component] += amount
        if kind == 'late_charge':
            self.charged[component] += amount
        elif component in ('principal', 'interest') and kind not in CHARGE_KINDS:
            paid = self.payments.setdefault(value_date, [ZERO, ZERO])
            paid[component == 'interest'] -= amount

    @property
    def is_unpaid(self):
        return bool(self.left['principal'] or self.left['interest'])

    @property
    def is_open(self):
        return any(self.left.values()) or self.posted != self.agreed.interest

    def get_balance(self):
        agreed, left = self.agreed, self.left
        return InstalmentBalance(
            agreed.id, agreed.number, agreed.due_date, agreed.principal, agreed.interest,
            agreed.principal - left['principal'], agreed.interest - left['interest'],
            self.posted, self.charged['penalty'], self.charged['compound'],
            left['penalty'], left['compound'],
            tuple((day, *paid) for day, paid in sorted(self.payments.items())),
            self.charged['fee'])
