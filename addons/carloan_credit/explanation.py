"""An explanation as people read it: rows of text with their figures, the rules, the ledger behind.

The figures come from the traces of the calculations; nothing is computed here.
"""
from decimal import Decimal
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One line of reasoning; 'head' opens a part, 'step' is a figure, 'total' ends it."""
    kind: str
    text: str
    formula: str = ''
    result: str = ''


class Rule(NamedTuple):
    """What the calculation follows, and where that is laid down."""
    text: str
    source: str


class Origin(NamedTuple):
    """Where a figure of the schedule comes from."""
    rows: list
    rules: list
    event_ids: list              # of the changes of terms that made it
    instalment_ids: list         # of the versions that have it


class Explanation(NamedTuple):
    title: str
    amount: Any                  # Decimal, or a whole number that is no money
    rows: list
    rules: list
    line_ids: list               # of the ledger, newest first

    def to_dict(self):
        return {
            'title': self.title,
            'amount': float(self.amount),
            'rows': [row._asdict() for row in self.rows],
            'rules': [rule._asdict() for rule in self.rules],
            'line_ids': self.line_ids,
        }


def format_number(value, digits=2):
    return f'{value:,.{digits}f}'


def format_fraction(part):
    return f'{part.numerator}/{part.denominator}'


def format_percent(rate):
    """0.12 as 12 %, without zeros that say nothing."""
    return f'{(Decimal(rate) * 100).normalize():f} %'
