"""What an instalment still asks for on a day, and how a sum of money is spread over it.

Pure arithmetic over the figures that the ledger gives; `carloan_loan_dues` reads them,
`carloan_loan_payment` posts the outcome.
"""
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.loanmath.explain import Trace

from .entries import EntryLine

ZERO = Decimal('0.00')


class InstalmentBalance(NamedTuple):
    """An instalment as agreed, and what the ledger knows of it."""
    id: int
    number: int
    due_date: date
    principal: Decimal          # agreed
    interest: Decimal           # agreed
    principal_paid: Decimal
    interest_paid: Decimal
    interest_posted: Decimal    # fallen due so far: nothing or all of it
    penalty_charged: Decimal
    compound_charged: Decimal
    penalty_left: Decimal
    compound_left: Decimal
    payments: tuple = ()        # of (date, principal, interest)
    fee_charged: Decimal = ZERO     # for being late

    def get_late_charge(self, as_of, late_terms, explain=None):
        """`loanmath.LateCharge` since the due date that is not in the ledger yet.

        :param explain: a `loanmath.explain.Trace` that is told the steps, or None
        """
        paid = self.principal_paid == self.principal and self.interest_paid == self.interest
        if paid or as_of <= self.due_date:
            return loanmath.LateCharge(ZERO, ZERO, ZERO)
        charge = loanmath.late_charges(
            loanmath.OverdueItem(
                self.number, self.due_date, self.principal, self.interest, self.payments),
            as_of, late_terms, explain=explain)
        posted = loanmath.LateCharge(
            self.penalty_charged, self.compound_charged, self.fee_charged)
        missing = loanmath.LateCharge(*(
            max(grown - known, ZERO) for grown, known in zip(charge, posted, strict=True)))
        if explain is not None:
            for component in charge._fields:
                explain.add(
                    'unposted', getattr(missing, component), component=component,
                    charged=getattr(charge, component), posted=getattr(posted, component))
        return missing


class LoanDues(NamedTuple):
    """All that a loan owes on a day, whether it stands in the ledger already or not."""
    dues: list                  # of loanmath.Due; `number` is the id of the instalment
    numbers: dict               # id of the instalment -> its number
    unposted_interest: list     # of (due_date, EntryLine)
    late_charges: list          # of EntryLine

    def get_total(self, *components):
        return sum(
            (due.amount for due in self.dues if not components or due.component in components),
            ZERO)

    def get_days_overdue(self, day):
        """Days since the oldest instalment fell due that is not fully paid."""
        unpaid = [
            due.due_date for due in self.dues if due.component in ('principal', 'interest')]
        return (day - min(unpaid)).days if unpaid else 0


class Spread(NamedTuple):
    """Where money goes: first what we hold of the borrower, then what he pays now."""
    from_overpayment: tuple     # of EntryLine, sums to 0
    from_payment: tuple         # of EntryLine, sums to minus the payment


def get_loan_dues(balances, fee_left, as_of, late_terms, explain=None):
    """Collect the dues of one loan from its instalments that are due or late.

    :param explain: a dict that gets {id of the instalment: `Trace` of its late charges}, or None
    """
    dues, numbers, unposted, charges = [], {}, [], []
    for balance in balances:
        numbers[balance.id] = balance.number
        missing = balance.interest - balance.interest_posted
        if missing:
            unposted.append((balance.due_date, EntryLine('interest', missing, balance.id)))
        trace = None if explain is None else explain.setdefault(balance.id, Trace())
        penalty, compound, fee = balance.get_late_charge(as_of, late_terms, trace)
        fee_left += fee
        charges += [
            EntryLine(component, amount, balance.id) for component, amount in (
                ('penalty', penalty), ('compound', compound), ('fee', fee)) if amount]
        left = {
            'penalty': balance.penalty_left + penalty,
            'compound': balance.compound_left + compound,
            'interest': balance.interest - balance.interest_paid,
            'principal': balance.principal - balance.principal_paid,
        }
        if trace is not None:
            for component, new in (('penalty', penalty), ('compound', compound)):
                trace.add('left', left[component], component=component, unposted=new,
                          unpaid=left[component] - new)
        dues += [
            loanmath.Due(balance.id, balance.due_date, component, amount)
            for component, amount in left.items() if amount]
    if fee_left:                # a fee belongs to the loan, whatever it was charged for
        dues.insert(0, loanmath.Due(0, date.min, 'fee', fee_left))
    return LoanDues(dues, numbers, unposted, charges)


def write_choices(chosen):
    """`loanmath.Choice` list as JSON keeps it."""
    return [
        [choice.number, choice.component, None if choice.amount is None else str(choice.amount)]
        for choice in chosen]


def read_choices(rows):
    return tuple(
        loanmath.Choice(number, component, None if amount is None else Decimal(amount))
        for number, component, amount in rows)


def spread(amount, overpayment, dues, policy, day, chosen=()):
    """Pay `LoanDues` from what we hold and from `amount`; what is left over we hold.

    :param policy: loanmath.AllocationPolicy; how late the loan is on `day` says which order holds
    :param chosen: `loanmath.Choice` list of what the money is for first, by the numbers of
                   instalments as the borrower knows them
    """
    ids = {number: id_ for id_, number in dues.numbers.items()}
    allocations, _rest = loanmath.allocate_by_rule(
        amount + overpayment, dues.dues, policy.get_rule(dues.get_days_overdue(day)), day, [
            choice._replace(number=choice.number and ids.get(choice.number, -1))
            for choice in chosen])
    held, from_overpayment, from_payment = overpayment, [], []
    for part in allocations:
        used = min(held, part.amount)
        held -= used
        for lines, value in ((from_overpayment, used), (from_payment, part.amount - used)):
            if value:
                lines.append(EntryLine(part.component, -value, part.number or False))
    used = overpayment - held
    if used:
        from_overpayment.append(EntryLine('overpayment', used))
    rest = amount + sum(line.amount for line in from_payment)
    if rest:
        from_payment.append(EntryLine('overpayment', -rest))
    return Spread(tuple(from_overpayment), tuple(from_payment))
