"""From a sub-ledger amount to debit and credit, without Odoo.

A recipe is a posting rule whose accounts are known. It is written for one direction: `sign` 1
for amounts by which the borrower owes more, -1 for amounts by which he owes less. An amount
against that direction (a reversal) comes out negative, and nothing else is special about it.

>>> due = Recipe(1, debit_id=113201, credit_id=601101, sign=1, tax_id=222101, tax_rate=Decimal(6))
>>> [(entry.side, entry.account_id, str(entry.amount)) for entry in due.entries(Decimal('1000'))]
[('debit', 113201, '1000'), ('credit', 601101, '943.40'), ('tax', 222101, '56.60')]
>>> [(entry.side, str(entry.amount)) for entry in due.entries(Decimal('-500'))]
[('debit', '-500'), ('credit', '-471.70'), ('tax', '-28.30')]
"""
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal('0.01')


class Entry(NamedTuple):
    """Part of a voucher: `side` is 'debit', 'credit' or 'tax' (a credit too)."""
    side: str
    account_id: int
    amount: Decimal

    @property
    def balance(self):
        return self.amount if self.side == 'debit' else -self.amount


@dataclass(frozen=True)
class Recipe:
    rule_id: int
    debit_id: int = 0
    credit_id: int = 0
    sign: int = 1
    tax_id: int = 0
    tax_rate: Decimal = Decimal(0)
    unit: Decimal = CENT

    def entries(self, amount):
        quantity = amount * self.sign
        net, tax = split_tax(quantity, self.tax_rate if self.tax_id else 0, self.unit)
        parts = (
            Entry('debit', self.debit_id, quantity),
            Entry('credit', self.credit_id, net),
            Entry('tax', self.tax_id, tax),
        )
        return tuple(part for part in parts if part.amount)


def split_tax(gross, rate, unit=CENT):
    """Net and tax in an amount that includes tax of `rate` percent; the parts add up to it.

    >>> [str(part) for part in split_tax(Decimal('500'), Decimal(6))]
    ['471.70', '28.30']
    """
    if not rate:
        return gross, Decimal(0)
    net = (gross / (1 + Decimal(rate) / 100)).quantize(unit, ROUND_HALF_UP)
    return net, gross - net
