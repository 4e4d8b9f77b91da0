"""How a loan is serviced: what its terms do not say about payments, delays and losses."""
from dataclasses import dataclass, field

from ..errors import TermsError
from ..terms import Terms
from ..waterfall import AllocationRule

RESTS = ('day', 'period')
PAYOFF_INTEREST = ('day', 'period')
PREPAYMENTS = ('keep', 'lower', 'shorten', 'skip')
CHARGE_OFF_WAYS = ('regular', 'zero_interest', 'accelerate')


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """The terms and the servicing rules of one loan.

    With `daily_recalculation` interest follows actual balances: early money saves interest, late
    principal bears it until it is paid, or until the day the account is looked at, from where on
    the plan is taken to be kept. `rest` says when money inside a period counts: on its day, or at
    the end of the period.
    """

    terms: Terms
    daily_recalculation: bool = False
    rest: str = 'day'
    interest_on_overdue: bool = True
    payoff_interest: str = 'day'             # to the day of paying off, or to the period's end
    allocation: AllocationRule = AllocationRule()
    allocations: dict = field(default_factory=dict)      # {kind of payment: AllocationRule}
    prepayment: str = 'keep'                 # money in advance pays instalments, or see the rest
    segment_rounding: bool = False           # each stretch of days is rounded, not their sum
    charge_off: str = 'regular'
    chargeback_order: tuple = ('principal',)
    down_payment_paid: bool = False          # with the pay-out, instead of asked for
    delinquency_grace_days: int = 0

    def __post_init__(self):
        for name, allowed in (
                ('rest', RESTS), ('payoff_interest', PAYOFF_INTEREST),
                ('prepayment', PREPAYMENTS), ('charge_off', CHARGE_OFF_WAYS)):
            value = getattr(self, name)
            if value not in allowed:
                raise TermsError(name, f"Unknown {name}: {value}.", value=value, allowed=allowed)
        if self.rest == 'period' and self.payoff_interest == 'day':
            raise TermsError(
                'payoff_interest', "Where money counts at the period's end, so does paying off.",
                value=self.payoff_interest, allowed=('period',))

    def get_rule(self, kind):
        return self.allocations.get(kind, self.allocation)
