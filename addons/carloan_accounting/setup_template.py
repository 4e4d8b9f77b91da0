"""The rows of data/template: accounts of a chart, journals and posting rules.

Rules name accounts by code. On a chart without a template they are made without accounts and
say what is missing; a person maps them.
"""
import csv
from typing import NamedTuple

from odoo.tools import file_open

FOLDER = 'carloan_accounting/data/template'

#: What the set-up does with an item.
CREATE, COMPLETE, KEEP, MISSING = 'create', 'complete', 'keep', 'missing'


class SetupItem(NamedTuple):
    """One thing the set-up looks after, and what it would do with it now."""
    kind: str
    code: str
    name: str
    status: str
    values: dict
    record_id: int = 0


def read_rows(path):
    with file_open(f'{FOLDER}/{path}', 'r') as file:
        return list(csv.DictReader(file))


def names_by_lang(row):
    """{'en_US': ..., 'zh_CN': ...} of a template row."""
    names = {key.split('@')[1]: value for key, value in row.items() if key.startswith('name@')}
    return {'en_US': row['name'], **names}
