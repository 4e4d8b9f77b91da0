"""Close days in child processes, kill them at random moments, and let new ones go on.

Runs in an Odoo shell on a copy of the demo book, after a line that sets KILLS (0: an undisturbed
run), SECONDS (what the undisturbed run took) and SEED. Prints one line: RUN, kills, seconds, days,
and whether they are closed.
"""
import os
import random
import signal
import sys
import time
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import UserError
from odoo.modules.registry import Registry

env = env  # noqa: F821, PLW0127
DAYS = 7
KILLS, SECONDS = KILLS, SECONDS  # noqa: F821, PLW0127
RNG = random.Random(SEED)  # noqa: F821


def close_days(database, company_id, until, ready):
    """What the nightly job does. A killed process holds its locks until PostgreSQL notices."""
    os.write(ready, b'.')
    for _attempt in range(200):
        try:
            with Registry(database).cursor() as cr:
                company = api.Environment(cr, SUPERUSER_ID, {})['res.company'].browse(company_id)
                company._run_day_ends(until, commit=True)
                return company._get_business_date() > until
        except UserError:
            time.sleep(0.05)
    return False


def start(*arguments):
    """A child process with database connections of its own, once it is about to begin."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        return pid
    sql_db._Pool = None
    done = False
    try:
        done = close_days(*arguments, writing)
    finally:
        sys.stdout.flush()
        os._exit(0 if done else 1)


def prepare(company):
    """Jump, as if days had been missed, to a few days before a month end; the last day to close."""
    today = company._get_business_date()
    until = today + relativedelta(day=31) + timedelta(days=1)
    company._set_business_date(max(today, until - timedelta(days=DAYS - 1)))
    company.carloan_day_end_max_ahead = 31
    company.carloan_day_end_auto = False
    env.cr.commit()
    return until


def main():
    company = env['carloan.loan'].search([], limit=1).company_id
    until = prepare(company)
    days = (until - company._get_business_date()).days + 1
    arguments = env.cr.dbname, company.id, until
    kills, started = 0, time.monotonic()
    while kills < KILLS:
        pid = start(*arguments)
        time.sleep(RNG.uniform(0, SECONDS / KILLS))
        os.kill(pid, signal.SIGKILL)
        if os.WIFSIGNALED(os.waitpid(pid, 0)[1]):
            kills += 1
        else:
            break
    _pid, status = os.waitpid(start(*arguments), 0)
    state = 'done' if status == 0 else 'broken'
    print(f'RUN {kills} {time.monotonic() - started:.2f} {days} {state}')


main()
