"""One instalment while the account is played: amounts in whole rounding units, changed in place."""
from datetime import date

AMOUNTS = ('principal', 'interest', 'fee', 'penalty')
DOWN_PAYMENT, REGULAR, EXTRA = 'down_payment', 'regular', 'extra'


class Period:
    """`instalment` is what principal and interest come to together, `part` of principal alone where
    the contract gives that; with neither the period takes what is left."""

    __slots__ = (
        'start', 'due', 'part', 'kind', 'instalment', 'principal_part', 'given_interest',
        'credited', 'owed', 'paid', 'waived', 'written_off', 'own_interest', 'carry', 'spare',
        'closed', 'grace', 'done', 'paid_dates')

    def __init__(self, start, due, part=(0, 1), kind=REGULAR, instalment=None, principal_part=None):
        self.start: date = start
        self.due: date = due
        self.part = part                  # of a year, as a fraction
        self.kind = kind
        self.instalment = instalment
        self.principal_part = principal_part
        self.given_interest = None        # interest that no balance makes: flat loans
        self.credited = 0                 # principal that came back to it
        self.own_interest = 0             # of its days, before what earlier ones left over
        self.carry = 0                    # interest it had no room for: the next one's
        self.spare = 0                    # principal paid beyond it that shortens later ones
        self.grace = False                # the contract asks for no principal yet
        self.closed = False               # asks for nothing but what was paid
        self.owed = dict.fromkeys(AMOUNTS, 0)
        self.paid = dict.fromkeys(AMOUNTS, 0)
        self.waived = dict.fromkeys(AMOUNTS, 0)
        self.written_off = dict.fromkeys(AMOUNTS, 0)
        self.done = dict.fromkeys(AMOUNTS, 0)     # paid, waived and written off together
        self.paid_dates = []

    def settle(self, amounts, component, part):
        """`amounts` is `paid`, `waived` or `written_off`."""
        amounts[component] += part
        self.done[component] += part

    def get_open(self, component):
        return self.owed[component] - self.done[component]

    def is_open(self):
        return self.owed != self.done

    def asks(self):
        """Whether the contract gives it an amount, or leaves the rest to it."""
        given = self.principal_part if self.instalment is None else self.instalment
        return given is None or given + self.credited > 0

    def is_touched(self):
        """Whether anything was paid on it or charged to it."""
        return any(self.done.values()) or self.owed['fee'] or self.owed['penalty']

    @property
    def settled_interest(self):
        return self.done['interest']

    @property
    def settled_principal(self):
        return self.done['principal']

    @property
    def settled(self):
        return self.done['principal'] + self.done['interest']

    def as_planned(self):
        """Its copy with nothing paid; a closed one stays what was paid on it."""
        plan = Period(
            self.start, self.due, self.part, self.kind, self.instalment, self.principal_part)
        plan.given_interest, plan.credited = self.given_interest, self.credited
        plan.closed, plan.grace = self.closed, self.grace
        if self.closed:
            plan.done = dict(self.done)
        return plan

    def close(self):
        """Nothing more is asked for than was paid; its interest goes on to the next one."""
        self.closed = True
        self.instalment, self.principal_part = self.settled, None
