"""Hand-checked tables under data/schedules, cell by cell (how they were made: data/README.md)."""
import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from loanmath import Terms, schedule

FILES = sorted((Path(__file__).parent / 'data' / 'schedules').glob('*.csv'))
_READERS = {
    'principal': Decimal, 'annual_rate': Decimal, 'balloon': Decimal, 'periods': int,
    'period_every': int, 'due_day': int, 'start_date': date.fromisoformat,
}


def read_golden(path):
    with path.open() as lines:
        settings = dict(pair.split('=') for pair in next(lines)[2:].split())
        rows = list(csv.DictReader(lines))
    return Terms(**{name: _READERS.get(name, str)(text) for name, text in settings.items()}), rows


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_schedule_equals_the_hand_checked_table(path):
    terms, expected = read_golden(path)
    rows = [
        {name: str(getattr(row, name)) for name in expected[0]} for row in schedule(terms)
    ]
    assert rows == expected


def test_there_are_tables():
    assert len(FILES) >= 12
