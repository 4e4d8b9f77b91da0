"""Whose money paid what: each payment with what it paid, at once or out of what we held of it.

Pure bookkeeping beside the fold of a loan's history. What is held is used in the order in which it
came in.
"""
from collections import Counter

from .dues import ZERO
from .entries import EntryLine


class _Source:
    """The money of one payment that was not taken back yet."""
    __slots__ = ('held', 'paid', 'returned')

    def __init__(self):
        self.held = self.returned = ZERO        # returned: paid back to the borrower by us
        self.paid = Counter()                   # {(component, instalment id): amount}

    def pay(self, line, amount):
        self.paid[line.component, line.instalment_id] += amount

    @property
    def total(self):
        return self.held + self.returned + sum(self.paid.values(), ZERO)


class MoneyBook:
    def __init__(self):
        self.sources = {}       # {id of the main transaction of a payment: _Source}

    def apply(self, event):
        """Take over an event that happened."""
        for part in event.parts:
            book = _KINDS.get(part.kind)
            if book:
                book(self, event, part.lines)

    def get_left(self, payment_id):
        """What the bank can still take back of a payment."""
        source = self.sources.get(payment_id)
        return source.total if source else ZERO

    def get_chargeback(self, payment_id, amount, order):
        """The lines that open again what a payment paid: first what we hold of it, then what it
        paid in the order of components, newest first; what we had paid back to the borrower is a
        claim on him like a fee."""
        source, lines = self.sources[payment_id], []
        wanted = [(source.held, 'overpayment', False)]
        wanted += [
            (paid, component, instalment_id)
            for name in order
            for (component, instalment_id), paid in reversed(source.paid.items())
            if component == name]
        for most, component, instalment_id in (*wanted, (source.returned, 'fee', False)):
            part = min(amount, most)
            if part:
                lines.append(EntryLine(component, part, instalment_id))
                amount -= part
        return tuple(lines)

    # === KINDS === #

    def _take_payment(self, event, lines):
        source = self.sources.setdefault(event.id, _Source())
        for line in lines:
            if line.component == 'overpayment':
                source.held -= line.amount
            else:
                source.pay(line, -line.amount)

    def _use_held(self, _event, lines):
        for line in lines:
            if line.component != 'overpayment':
                for source, part in self._take_held(-line.amount):
                    source.pay(line, part)

    def _return_held(self, _event, lines):
        for line in lines:
            for source, part in self._take_held(line.amount):
                source.returned += part

    def _take_back(self, event, lines):
        source = self.sources[event.params['payment']]
        for line in lines:
            key = (line.component, line.instalment_id)
            if line.component == 'overpayment':
                source.held -= line.amount
            elif source.paid[key] >= line.amount:
                source.paid[key] -= line.amount
            else:               # paid by it as a fee, or paid back to the borrower
                source.returned -= line.amount - source.paid[key]
                source.paid[key] = ZERO

    def _take_held(self, amount):
        """(source, part) of what was held first, up to an amount."""
        taken = []
        for source in self.sources.values():
            part = min(amount, source.held)
            if part:
                source.held -= part
                amount -= part
                taken.append((source, part))
        return taken


_KINDS = {
    'repayment': MoneyBook._take_payment, 'overpayment_use': MoneyBook._use_held,
    'refund': MoneyBook._return_held, 'chargeback': MoneyBook._take_back,
}
