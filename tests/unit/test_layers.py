"""The arrows of the house: who may name whom, read from the files without starting Odoo."""

import ast
import re
from pathlib import Path

import pytest

ADDONS = Path(__file__).resolve().parents[2] / 'addons'

ARROWS = {
    'carloan_base': set(),
    'carloan_credit': {'carloan_base'},
    'carloan_collateral': {'carloan_base', 'carloan_credit'},
    'carloan_accounting': {'carloan_base', 'carloan_credit'},
    'carloan_collection': {'carloan_base', 'carloan_credit', 'carloan_collateral'},
}
FROM_ODOO = {
    'carloan_base': {'mail', 'hr'},
    'carloan_credit': {'portal'},
    'carloan_collateral': {'fleet'},
    'carloan_accounting': {'account', 'l10n_cn'},
    'carloan_collection': set(),
}


def problems(root):
    """All that breaks an arrow below `root`, a folder of addons; empty when all is well."""
    return sorted({*manifest_problems(root), *name_problems(root)})


def read_manifest(root, addon):
    return ast.literal_eval((root / addon / '__manifest__.py').read_text())


def forbidden(addon):
    """The addons of ours that an addon must not know."""
    return set(ARROWS) - ARROWS[addon] - {addon}


def present(root):
    return [addon for addon in ARROWS if (root / addon / '__manifest__.py').exists()]


def manifest_problems(root):
    """Dependencies on an addon above, or on a part of Odoo that the house does not allow here."""
    for addon in present(root):
        allowed = ARROWS[addon].union(*(FROM_ODOO[name] for name in (addon, *ARROWS[addon])))
        for name in read_manifest(root, addon)['depends']:
            if name not in allowed:
                yield f'{addon}/__manifest__.py: depends on {name}'


def files(root, addon, *suffixes):
    """The files of an addon outside its translations."""
    for path in sorted((root / addon).rglob('*')):
        if path.suffix in suffixes and 'i18n' not in path.parts:
            yield path


def name_problems(root):
    """Names of a leaf in an addon that must not know it: imports, xml ids, models, fields."""
    owners = defined_names(root)
    for addon in present(root):
        strangers = forbidden(addon)
        names = {name: owner for name, owner in owners.items() if owner in strangers}
        for path in files(root, addon, '.py', '.xml', '.js', '.csv'):
            place = path.relative_to(root)
            text = path.read_text()
            for stranger in strangers & set(re.findall(r'\bcarloan_[a-z]+\b', text)):
                yield f'{place}: names {stranger}'
            for name in names.keys() & mentioned(path, text):
                yield f'{place}: names {name} of {names[name]}'


def mentioned(path, text):
    """The names of models and fields that a file mentions as names, not as words of a sentence."""
    if path.suffix != '.py':
        return set(re.findall(r'[\w.]+', text))
    words = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.update(node.value.split('.') if ' ' not in node.value else ())
            words.add(node.value)
    return words


def defined_names(root):
    """Each model, and each field that an addon adds to a model of another, with its owner."""
    models, fields, common = {}, {}, set()
    for addon in present(root):
        for path in files(root, addon, '.py'):
            if 'tests' in path.parts:
                continue
            for model, is_new, names in classes(path):
                if is_new:
                    models[model] = addon
                    common |= names
                else:
                    fields.update(dict.fromkeys(names, addon))
    distinctive = {name: owner for name, owner in fields.items() if name not in common}
    return {**models, **distinctive}


def classes(path):
    """(model, whether it is defined here, its fields) for each model class in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ClassDef):
            continue
        values = {
            statement.targets[0].id: statement.value
            for statement in node.body
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        }
        name = constant(values.get('_name'))
        model = name or constant(values.get('_inherit'))
        if model:
            fields = {key for key, value in values.items() if is_field(value)}
            yield model, bool(name) and name.startswith('carloan.'), fields


def constant(node):
    return node.value if isinstance(node, ast.Constant) else None


def is_field(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == 'fields'
    )


def test_the_arrows_point_down():
    assert problems(ADDONS) == []


def test_all_five_addons_are_read():
    assert present(ADDONS) == list(ARROWS)


@pytest.fixture
def house(tmp_path):
    """A small tree in which every arrow is right."""
    for addon, below in ARROWS.items():
        write(tmp_path, f'{addon}/__manifest__.py', repr({'depends': sorted(below)}))
    write(
        tmp_path,
        'carloan_collateral/models/vehicle.py',
        "class Vehicle(models.Model):\n    _name = 'carloan.vehicle'\n    vin = fields.Char()\n"
        "class Loan(models.Model):\n    _inherit = 'carloan.loan'\n"
        "    vehicle_id = fields.Many2one('carloan.vehicle')\n",
    )
    return tmp_path


def write(root, place, text):
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_right_tree_has_no_problems(house):
    assert problems(house) == []


@pytest.mark.parametrize(
    ('place', 'text'),
    [
        ('carloan_credit/__manifest__.py', "{'depends': ['carloan_base', 'carloan_collection']}"),
        ('carloan_base/__manifest__.py', "{'depends': ['account']}"),
        ('carloan_base/models/a.py', 'from odoo.addons.carloan_credit.const import KINDS\n'),
        ('carloan_accounting/models/a.py', "self.env.ref('carloan_collateral.rule')\n"),
        ('carloan_credit/models/a.py', "if 'carloan.vehicle' in self.env:\n    pass\n"),
        ('carloan_credit/models/a.py', 'loan.vehicle_id\n'),
        ('carloan_credit/models/a.py', "loan.mapped('vehicle_id.vin')\n"),
        ('carloan_credit/views/a.xml', '<field name="vehicle_id"/>'),
        ('carloan_credit/security/a.csv', 'access_vehicle,carloan.vehicle,1\n'),
        ('carloan_base/static/a.js', "orm.call('carloan.vehicle', 'read')"),
    ],
)
def test_a_broken_arrow_is_found(house, place, text):
    write(house, place, text)
    found = problems(house)
    assert found and all(line.startswith(place) for line in found)
