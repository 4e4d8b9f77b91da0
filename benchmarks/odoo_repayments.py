"""Repayments posted by SQL against the bare UPDATE and INSERT of the same rows.

    make bench BENCH=odoo_repayments SIZE=100000 [PAYMENTS=30000] [ROUNDS=3]

Payments of the closing day, four of five by loans that are due that day, the others by overdue
ones (then in advance, when there are too few): what is due without late charges, half of it, or
more; matched, locked, charged, spread, posted, positions refreshed. Each round is undone.
One by one (`_repay` of a single payment) is shown on 100 of the same loans.
"""
import os
import random
from decimal import Decimal
from statistics import median
from time import perf_counter

from bare_rows import put_rows, read_rows
from loan_book import make_book

from odoo.addons.carloan_base.money import to_decimal
from odoo.addons.carloan_credit.entries import RepayItem

#: of what is due: most pay all of it, some half, some more
SHARES = (Decimal(1), Decimal(1), Decimal(1), Decimal(1), Decimal('0.5'), Decimal('1.2'))

TABLES = {
    'carloan_transaction': ('loan_id', "id > %(last)s"),
    'carloan_transaction_line': ('loan_id', "transaction_id > %(last)s"),
    'carloan_instalment': ('loan_id', "paid_date = %(day)s"),
    'carloan_loan': ('id', "TRUE"),
}
UPDATED = {
    'carloan_instalment': ('paid_date',),
    'carloan_loan': (
        'principal_outstanding', 'interest_outstanding', 'penalty_outstanding',
        'compound_outstanding', 'fee_outstanding', 'overpayment_amount',
        'first_unpaid_due_date', 'next_due_date', 'state', 'settled_date'),
}


def make_items(env, book, count):
    rng = random.Random(book.seed)
    cr = env.cr
    cr.execute(
        """
        SELECT id FROM (
               SELECT id, row_number() OVER (
                          PARTITION BY first_unpaid_due_date = %(day)s,
                                       first_unpaid_due_date < %(day)s ORDER BY hashint8(id))
                      / CASE WHEN first_unpaid_due_date = %(day)s THEN 0.8
                             WHEN first_unpaid_due_date < %(day)s THEN 0.2
                             ELSE 0.001 END AS place
                 FROM carloan_loan WHERE company_id = %(company)s AND state = 'active') l
         ORDER BY place, id LIMIT %(count)s
        """, {'company': book.company_id, 'day': book.closing, 'count': count})
    loans = env['carloan.loan'].browse([id_ for id_, in cr.fetchall()])
    cr.execute(
        """
        SELECT loan_id, SUM(principal_amount + interest_amount) FROM carloan_instalment
         WHERE loan_id = ANY(%s) AND paid_date IS NULL AND due_date <= %s GROUP BY loan_id
        """, [loans.ids, book.closing])
    due = dict(cr.fetchall())
    fund = env['carloan.fund.account'].search([('company_id', '=', book.company_id)], limit=1)
    return [
        RepayItem(loan, to_decimal(to_decimal(due.get(loan.id, 3000)) * rng.choice(SHARES)),
                  book.closing, fund)
        for loan in loans]


def by_sql(env, items):
    started = perf_counter()
    env['carloan.loan']._repay(items)
    env.flush_all()
    return perf_counter() - started


def read_written(env, book, items, last):
    found = {'loans': [item.loan.id for item in items], 'last': last, 'day': book.closing}
    return read_rows(env.cr, {
        table: (f'{key} = ANY(%(loans)s) AND {condition}', found)
        for table, (key, condition) in TABLES.items()})


def run(env):
    size = int(os.environ.get('CARLOAN_BENCH_LOANS') or 20_000)
    book = make_book(env, loans=size)
    items = make_items(env, book, int(os.environ.get('PAYMENTS') or min(30_000, size)))
    env.cr.execute("SELECT MAX(id) FROM carloan_transaction")
    last, = env.cr.fetchone()
    env.cr.commit()
    sets, bares = [], []
    for _round in range(int(os.environ.get('ROUNDS') or 3)):
        sets.append(by_sql(env, items))
        rows = read_written(env, book, items, last)
        env.cr.rollback()
        env.invalidate_all(flush=False)
        bares.append(put_rows(env.cr, rows, UPDATED))
        env.cr.rollback()
    singles = items[:100]
    started = perf_counter()
    for item in singles:
        env['carloan.loan']._repay([item])
    single = (perf_counter() - started) / len(singles)
    env.cr.rollback()
    ratio = median(one / other for one, other in zip(sets, bares, strict=True))
    rate = len(items) / median(sets)
    print(f"{len(items):,} repayments on a book of {size:,} loans")
    for table, (_names, values) in rows.items():
        print(f"  {table:<26}{len(values):>10,} rows")
    print(f"  set-based                  {rate:>9,.0f}/s   best {len(items) / min(sets):,.0f}/s")
    print(f"  bare UPDATE + INSERT       {len(items) / median(bares):>9,.0f}/s   "
          f"set / bare = {ratio:.2f}")
    print(f"  one by one                 {1 / single:>9,.0f}/s   set is {rate * single:,.0f} x")


run(env)  # noqa: F821
