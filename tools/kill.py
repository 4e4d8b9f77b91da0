"""The part of `make test` that kills day ends; see tests/kill."""

import os
import random
import subprocess

from common import ROOT, Failure

FOLDER = ROOT / 'tests' / 'kill'
KILLS = 20


def killed_day_ends(odoo, templates):
    """The part: days closed in peace and under fire end in the same rows."""

    def part(result):
        kills = int(os.environ.get('CARLOAN_KILLS') or KILLS)
        seed = int(os.environ.get('CARLOAN_SEED') or random.randrange(10**9))
        base = templates.served()
        with templates.copy(base) as calm, templates.copy(base) as shot:
            _count, seconds, days = _run(odoo, calm, 0, seed)
            count, _seconds, _days = _run(odoo, shot, kills, seed, seconds)
            rows = _compare(odoo, calm, shot, base)
        if count < kills:
            raise Failure(f'seed {seed}: the days were closed after {count} kills of {kills}')
        result.passed += count
        result.notes.append(
            f'{count} kills in {days} days, seed {seed}: {rows[0]} rows agree, '
            f'{rows[1]} of them made by the day ends'
        )

    return part


def _run(odoo, database, kills, seed, seconds=0.0):
    """Close the days in a database; (kills, seconds, days)."""
    settings = f'KILLS, SECONDS, SEED = {kills}, {seconds}, {seed}\n'
    script = settings + (FOLDER / 'run.py').read_text()
    for line in odoo.shell(database, script).splitlines():
        if line.startswith('RUN '):
            words = line.split()
            if words[4] != 'done':
                raise Failure(f'seed {seed}: the days of {database} could not be closed')
            return int(words[1]), float(words[2]), int(words[3])
    raise Failure(f'seed {seed}: the run in {database} said nothing')


def _compare(odoo, *databases):
    """(rows that agree, rows that the run added)."""
    server = odoo.server
    dsns = [
        ' '.join(
            f'{key}={value}'
            for key, value in (
                ('dbname', name),
                ('host', server.host),
                ('port', server.port),
                ('user', server.user),
                ('password', server.password),
            )
            if value
        )
        for name in databases
    ]
    done = subprocess.run(
        [odoo.python, FOLDER / 'compare.py', *dsns], text=True, stdout=subprocess.PIPE
    )
    words = done.stdout.split()
    if done.returncode or not words:
        raise Failure(f'the twins differ:\n{done.stdout}')
    return int(words[1]), int(words[2])
