"""`make lint`: ruff, pylint-odoo, the sizes of files. With --fix ruff rewrites what it can."""

import subprocess
import sys

from common import ADDONS, ROOT, main
from python_env import PYTHON, python_env
from results import close, measure

CODE = ('addons', 'tests', 'tools', 'benchmarks')
LIMIT, LIMIT_OF_TESTS = 300, 400
BROKEN_RULES = (
    'consider-merging-classes-inherited',  # one concern a file, also when a model is extended twice
    'context-overridden',  # taking keys out of a context needs the dictionary
    'manifest-required-author',  # we are not the OCA
    'method-required-super',  # append-only models refuse to write on purpose
    'missing-readme',  # ours are README.md
    'missing-return',  # hooks answer nothing, so their overrides do not either
)


def code_folders():
    return [folder for folder in CODE if (ROOT / folder).is_dir()]


def ruff(result):
    """The rules of ruff, set in pyproject.toml."""
    _check(result, 'ruff', [PYTHON.parent / 'ruff', 'check', '--quiet', *code_folders()])


def pylint(result):
    """The rules of pylint-odoo but those that we break on purpose."""
    addons = [f'addons/{name}' for name in ADDONS if (ROOT / 'addons' / name).is_dir()]
    rules = ('--disable=all', '--enable=odoolint', f'--disable={",".join(BROKEN_RULES)}')
    _check(result, 'pylint-odoo', [PYTHON, '-m', 'pylint', *rules, *addons])


def sizes(result):
    """A file past its limit hides a second noun."""
    for path in sorted(path for folder in code_folders() for path in (ROOT / folder).rglob('*.py')):
        relative = path.relative_to(ROOT)
        limit = (
            LIMIT_OF_TESTS
            if relative.name.startswith('test_') and 'tests' in relative.parts
            else LIMIT
        )
        lines = len(path.read_text().splitlines())
        if lines > limit:
            result.problems.append(f'{lines} lines, {limit} allowed: {relative}')
    if result.problems:
        result.failed += 1
    else:
        result.passed += 1


def _check(result, name, argv):
    done = subprocess.run(
        list(map(str, argv)), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        result.fail(f'{name}:', *done.stdout.splitlines()[:30])
    else:
        result.passed += 1


PARTS = (('ruff', ruff), ('pylint-odoo', pylint), ('file sizes', sizes))


def lint():
    """All checks of the code that need no Odoo."""
    python_env(tests=True)
    if '--fix' in sys.argv:
        for arguments in (['check', '--fix'], ['format']):
            subprocess.run(
                [PYTHON.parent / 'ruff', *arguments, *code_folders()], cwd=ROOT, check=False
            )
        return 0
    results = [measure(name, part) for name, part in PARTS]
    return close(results, sum(result.seconds for result in results))


if __name__ == '__main__':
    main(lint)
