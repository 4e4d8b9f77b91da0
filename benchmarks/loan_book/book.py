import json
import time
from datetime import date
from typing import NamedTuple

from . import ledger, loans, masters, people, plan
from .tables import bare_tables, vacuum

CLOSING = date(2026, 6, 15)
KEY = 'carloan_bench.book'
TABLES = (
    'res_partner', 'carloan_loan', 'carloan_schedule_version', 'carloan_instalment',
    'carloan_transaction', 'carloan_transaction_line', 'carloan_loan_class')


class Book(NamedTuple):
    """What a benchmark needs to know of the book."""
    loans: int                   # being repaid; there are a tenth more in other states
    seed: int
    closing: date                # the business date: the day that the next day end closes
    company_id: int
    history_months: int


def make_book(env, loans, seed=1, closing=CLOSING, history_months=3, say=print):
    """The book that stands in this database; made first when there is none.

    :param env: of the superuser, in a database with `carloan_credit` that holds no loan
    :raises RuntimeError: the database holds another book, or loans that we did not make
    """
    found = _find(env)
    wanted = {'loans': loans, 'seed': seed, 'closing': str(closing),
              'history_months': history_months}
    if found:
        if {name: found[name] for name in wanted} != wanted:
            raise RuntimeError(f"this database holds another book: {found}")
        return _as_book(found)
    if env['carloan.loan'].search_count([], limit=1):
        raise RuntimeError("a book is only made in a database without loans")
    company = masters.make_masters(env, closing)
    _fill(env, company, wanted, say)
    env['ir.config_parameter'].set_param(
        KEY, json.dumps({**wanted, 'company_id': company.id}))
    env.cr.commit()
    vacuum(env.cr, TABLES)
    return _as_book(_find(env))


def _find(env):
    return json.loads(env['ir.config_parameter'].get_param(KEY) or 'null')


def _as_book(found):
    return Book(**{**found, 'closing': date.fromisoformat(found['closing'])})


def _fill(env, company, wanted, say):
    cr = env.cr
    cr.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
    with bare_tables(cr, TABLES):
        for label, step in (
                ("plan", plan.make_plan), ("borrowers", people.make_people),
                ("loans", loans.make_loans), ("instalments", loans.make_instalments),
                ("transactions", ledger.make_transactions),
                ("ledger lines", ledger.make_lines), ("classes", loans.make_classes),
                ("accrual", loans.make_accruals)):
            started = time.monotonic()
            rows = step(cr, company, wanted)
            cr.commit()
            say(f"  {label:<14}{rows:>12,} rows {time.monotonic() - started:>7.1f} s")
        started = time.monotonic()
    plan.drop_plan(cr)
    cr.commit()
    say(f"  {'indexes':<14}{'':>12}      {time.monotonic() - started:>7.1f} s")
    env.invalidate_all(flush=False)
