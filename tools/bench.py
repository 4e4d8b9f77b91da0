"""`make bench`: run each script of benchmarks/, or the one named by BENCH=name.

Scripts called odoo_*.py run in an Odoo shell (`env` is there) on a database of their own, in which
`loan_book` makes SIZE loans. It stays for the next run: a new code only upgrades it, a new
generator makes it anew. `make bench DROP=1` drops these databases.
"""

import os

import book
import postgres
from common import ROOT, digest, main, run, say, step
from odoo_cli import Odoo, present_addons
from python_env import python_env
from templates import Templates, code

PREFIX = 'carloan_bench_'
ADDONS = ['carloan_credit']
# What closes days for good works on a copy.
COMMITTING = ('odoo_day_end',)
# Modules beside the scripts, such as loan_book, can be imported by them.
PRELUDE = f"import sys\nsys.path.insert(0, {str(ROOT / 'benchmarks')!r})\n"


def bench():
    """Run the benchmarks one after the other, so that they do not disturb each other."""
    if os.environ.get('DROP'):
        return _drop()
    wanted = os.environ.get('BENCH')
    scripts = sorted(ROOT.glob(f'benchmarks/{wanted or "*"}.py'))
    if not scripts:
        say(f'There is no benchmark {wanted or ""} in benchmarks/.')
        return 1 if wanted else 0
    python = python_env(tests=True)
    for script in scripts:
        with step(f'Benchmark {script.stem}'):
            in_odoo = script.stem.startswith('odoo_')
            say((_in_odoo(script) if in_odoo else run([python, script])).rstrip())
    return 0


def _in_odoo(script):
    with postgres.for_tests() as server:
        odoo = Odoo('test', server, tests=True)
        odoo.configure(max_cron_threads=0)
        database, text = _prepare(odoo), PRELUDE + script.read_text()
        if script.stem not in COMMITTING:
            return odoo.shell(database, text)
        with Templates(odoo).copy(database) as copy:
            return odoo.shell(copy, text)


def _prepare(odoo):
    """The database of this size, with the addons as they are now."""
    size = os.environ.setdefault('CARLOAN_BENCH_LOANS', '20000')
    generator = digest([ROOT / 'benchmarks' / 'loan_book'])
    name = f'{PREFIX}{size}_{generator}'
    existing = odoo.server.databases()
    for old in existing:
        if old.startswith(f'{PREFIX}{size}_') and old != name:
            odoo.drop(old)
    state = f'carloan benchmark {code()} {odoo.key}'
    if name not in existing:
        say(f'  making the database {name}')
        odoo.copy(Templates(odoo).odoo_only(present_addons()), name, 'carloan benchmark')
        book.install(odoo, name, ADDONS)
    elif existing[name] != state:
        odoo.run('server', '-d', name, '-u', 'carloan_base', '--no-http', '--stop-after-init')
    odoo.server.comment(name, state)
    return name


def _drop():
    with postgres.for_tests() as server:
        odoo = Odoo('test', server, tests=True)
        for name in odoo.server.databases():
            if name.startswith(PREFIX):
                say(f'  dropping {name}')
                odoo.drop(name)
    return 0


if __name__ == '__main__':
    main(bench)
