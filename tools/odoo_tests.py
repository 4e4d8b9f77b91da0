"""Run tests in Odoo and judge the run by its log: Odoo alone is too easily satisfied.

A run that matched no test, skipped one, or logged an error exits with 0; here each is a failure.
"""

import itertools
import re
import subprocess

from common import ROOT
from odoo_cli import free_port

COUNT = re.compile(r'odoo\.tests\.result: (\d+) failed, (\d+) error\(s\) of (\d+) tests')
LINE = re.compile(r'^\S+ \S+ \d+ (INFO|WARNING|ERROR|CRITICAL) \S+ (\S+): (.*)')
VERDICT = re.compile(r'(FAIL|ERROR): ')
OURS = re.compile(
    r'carloan_(base|credit|collateral|accounting|collection|full|lint)\b|\bcarloan\.[a-z]'
)
# PyPDF2 warns about itself; Debian's package of Odoo lacks one script of the video calls.
HARMLESS = ('PyPDF2', 'selfie_segmentation')
_numbers = itertools.count(1)


def run_tests(odoo, result, database, tags, *options):
    """Run the tests that match `tags` in a database and add what happened to the result."""
    log = _run(odoo, result, database, '--test-tags', tags, *options)
    counts = COUNT.findall(log)
    failed = sum(int(failures) + int(errors) for failures, errors, _ in counts)
    total = sum(int(tests) for _, _, tests in counts)
    result.failed += failed
    result.passed += max(0, total - failed)
    if not total:
        result.fail(f'no test matched {tags}')


def run_server(odoo, result, database, *options):
    """Run an installation or update and add one test, passed when it logged nothing bad."""
    before = result.failed
    _run(odoo, result, database, *options)
    if result.failed == before:
        result.passed += 1


def _run(odoo, result, database, *options):
    log = odoo.folder / 'logs' / f'{re.sub("[^a-z0-9]+", "-", result.name)}-{next(_numbers)}.log'
    log.parent.mkdir(exist_ok=True)
    argv = odoo.argv(
        'server', '-d', database, '--http-port', free_port(), '--stop-after-init', *options
    )
    with open(log, 'w+', errors='replace') as stream:
        code = subprocess.run(
            argv, stdout=stream, stderr=subprocess.STDOUT, env=odoo.environment(), cwd=ROOT
        ).returncode
        stream.seek(0)
        text = stream.read()
    judge(result, code, text, log)
    return text


def judge(result, code, text, log):
    """Add what the log says beyond the counts of tests."""
    bad, verdicts = [], []
    for line in text.splitlines():
        match = LINE.match(line)
        if not match or any(word in line for word in HARMLESS):
            continue
        level, logger, message = match.groups()
        if VERDICT.match(message) and level == 'ERROR':
            verdicts.append(f'{logger}: {message}')
        elif message.startswith('skipped ') and '.tests' in logger:
            bad.append(f'skipped: {message}')
        elif level in ('ERROR', 'CRITICAL') and not COUNT.search(f'{logger}: {message}'):
            bad.append(f'{level} {logger}: {message}')
        elif level == 'WARNING' and OURS.search(f'{logger}: {message}'):
            bad.append(f'{level} {logger}: {message}')
    result.problems += verdicts
    if bad:
        result.fail(*bad)
    elif code and not verdicts:
        result.fail(f'Odoo ended with exit code {code}')
    if bad or verdicts or code:
        result.problems.append(f'the log: {log}')
