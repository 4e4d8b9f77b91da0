"""loanmath stays arithmetic: standard library only, no Odoo, no clock, no float made of money."""
import ast
import sys
from pathlib import Path

import loanmath
import pytest

FOLDER = Path(loanmath.__file__).parent
FILES = sorted(FOLDER.rglob('*.py'))
CLOCKS = {'today', 'now', 'utcnow', 'time'}
FLOAT_FILES = {'solver.py', 'cost.py'}      # rates are solved on floats, money never


def walk(path):
    return ast.walk(ast.parse(path.read_text()))


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_imports_only_the_standard_library_and_itself(path):
    for node in walk(path):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        for name in names:
            assert name.split('.')[0] in sys.stdlib_module_names, f"{path.name} imports {name}"


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_never_asks_the_clock(path):
    calls = [node for node in walk(path) if isinstance(node, ast.Call)]
    for call in calls:
        assert not (isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS)


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_makes_no_float_of_money(path):
    if path.name in FLOAT_FILES:
        return
    for node in walk(path):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path.name
        assert not (isinstance(node, ast.Name) and node.id == 'float'), path.name


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_file_is_short(path):
    assert len(path.read_text().splitlines()) < 300
