"""One case of a reference file: inputs, what was expected, and whether it can be recomputed."""
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path


class Unsupported(Exception):
    """The engine has no setting for this (yet): the reason."""


@dataclass(frozen=True)
class Case:
    id: str
    kind: str
    inputs: dict
    expected: dict
    recomputed: bool


def load(path):
    """Numbers are read as Decimal: a float would lose the cent that is to be compared."""
    rows = json.loads(Path(path).read_text(), parse_float=Decimal)
    return [
        Case(row['id'], row['kind'], row['inputs'], row['expected'], row['recomputed'])
        for row in rows
    ]


def read_date(text):
    return date.fromisoformat(text) if text else None
