"""`make unit`: the tests that need no Odoo, in seconds: arithmetic, layers, reference cases."""

import os
import subprocess
import xml.etree.ElementTree as ElementTree

from common import ROOT, STATE, main
from python_env import PYTHON, python_env
from results import close, measure


def pytest(folder):
    """The part that runs pytest on a folder and counts from its report."""

    def part(result):
        report = STATE / f'pytest-{folder.replace("/", "-")}.xml'
        report.unlink(missing_ok=True)
        environment = {**os.environ, 'PYTHONPATH': str(ROOT / 'addons' / 'carloan_base')}
        done = subprocess.run(
            [PYTHON, '-m', 'pytest', '-q', f'--junitxml={report}', folder],
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        _count(result, report)
        if done.returncode or result.failed:
            result.problems += done.stdout.splitlines()[-30:]
            result.failed = result.failed or 1

    return part


def _count(result, report):
    """Take the counts from the report; a skipped test is a failed one."""
    if not report.exists():
        return
    for suite in ElementTree.parse(report).getroot().iter('testsuite'):
        bad = sum(int(suite.get(word, 0)) for word in ('failures', 'errors', 'skipped'))
        result.failed += bad
        result.passed += int(suite.get('tests', 0)) - bad


PARTS = (('unit', pytest('tests/unit')), ('reference', pytest('tests/reference')))


def unit():
    """Run both folders."""
    python_env(tests=True)
    results = [measure(name, part) for name, part in PARTS]
    return close(results, sum(result.seconds for result in results))


if __name__ == '__main__':
    main(unit)
