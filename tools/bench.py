"""`make bench`: run each script of benchmarks/, or the one named by BENCH=name.

Scripts called odoo_*.py run in an Odoo shell (`env` is there) on a database with carloan_credit
and no loans, in which they make a book of the size that `CARLOAN_BENCH_LOANS` says.
"""

import os

import postgres
from common import ROOT, main, run, say, step
from odoo_cli import Odoo
from python_env import python_env
from templates import Templates


def bench():
    """Run the benchmarks one after the other, so that they do not disturb each other."""
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
        templates = Templates(odoo)
        with templates.copy(templates.credit()) as database:
            return odoo.shell(database, script.read_text())


if __name__ == '__main__':
    main(bench)
