"""A day end over a book of loans, against a bare scan of the loan table and a loop in the ORM.

    make bench BENCH=odoo_day_end        CARLOAN_BENCH_LOANS=1000000 for the full size

In an Odoo shell (`env` is there) on a database that holds no loans. The book is made by
`loan_book`: 36 instalments a loan, a thirtieth of the loans due on the closing day, 7 % overdue.
"""
import os
import sys
import time
from contextlib import contextmanager
from typing import NamedTuple

sys.path.insert(0, 'benchmarks')

from bare_rows import put_rows, read_rows  # noqa: E402
from loan_book import make_book  # noqa: E402

from odoo.addons.carloan_credit.session import prepare_for_sets  # noqa: E402

env = env  # noqa: F821, PLW0127
LOANS = int(os.environ.get('CARLOAN_BENCH_LOANS') or 20_000)
LOOP = 1_000
SCANS = 5
NAN = float('nan')
TABLES = ('carloan_loan', 'carloan_instalment', 'carloan_transaction', 'carloan_transaction_line',
          'carloan_loan_class', 'carloan_loan_accrual', 'carloan_accrual_snapshot',
          'carloan_day_cube')
SCAN = """
    SELECT product_id, department_id, SUM(round(principal_outstanding * annual_rate / 36000, 2))
      FROM carloan_loan WHERE state = 'active' GROUP BY product_id, department_id
"""
WRITTEN = """
    SELECT SUM(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_user_tables
     WHERE relname = ANY(%s)
"""
# Rows that are new, and rows in which a stored value is another than before.
CHANGED = """
    SELECT (SELECT COUNT(*) FROM carloan_loan l JOIN bench_before b ON b.id = l.id
             WHERE l::text IS DISTINCT FROM b.before)
         + (SELECT COUNT(*) FROM carloan_instalment WHERE paid_date = %(day)s)
         + (SELECT COUNT(*) FROM carloan_transaction WHERE booking_date = %(day)s)
         + (SELECT COUNT(*) FROM carloan_transaction_line WHERE booking_date = %(day)s)
         + (SELECT COUNT(*) FROM carloan_loan_class WHERE date = %(day)s)
         + (SELECT COUNT(*) FROM carloan_loan_accrual WHERE date = %(day)s)
         + (SELECT COUNT(*) FROM carloan_accrual_snapshot WHERE date = %(day)s)
         + (SELECT COUNT(*) FROM carloan_day_cube WHERE date = %(day)s)
"""
# What a day end writes: new rows, and the columns of loans that it brings up to date.
NEW = {
    'carloan_transaction': 'booking_date = %(day)s',
    'carloan_transaction_line': 'booking_date = %(day)s',
    'carloan_loan_class': 'booking_date = %(day)s',
    'carloan_loan_accrual': 'date = %(day)s',
    'carloan_accrual_snapshot': 'date = %(day)s',
    'carloan_day_cube': 'date = %(day)s',
}
UPDATED = {
    'carloan_loan': (
        'principal_outstanding', 'interest_outstanding', 'penalty_outstanding',
        'compound_outstanding', 'fee_outstanding', 'overpayment_amount',
        'first_unpaid_due_date', 'next_due_date', 'class_tier_id', 'non_accrual'),
    'carloan_instalment': ('paid_date',),
}
UPDATED_WHERE = {
    'carloan_loan': """id IN (
        SELECT loan_id FROM carloan_transaction WHERE booking_date = %(day)s
         UNION SELECT loan_id FROM carloan_loan_class WHERE booking_date = %(day)s
         UNION SELECT loan_id FROM carloan_loan_accrual WHERE date = %(day)s)""",
    'carloan_instalment': """paid_date = %(day)s AND id IN (
        SELECT instalment_id FROM carloan_transaction_line WHERE booking_date = %(day)s)""",
}
LEDGER = """
    SELECT t.loan_id, t.kind, t.value_date, l.component, l.instalment_id, l.amount
      FROM carloan_transaction t JOIN carloan_transaction_line l ON l.transaction_id = t.id
     WHERE t.booking_date = %(day)s AND t.loan_id = ANY(%(loans)s) ORDER BY 1, 2, 3, 4, 5
"""
POSITION = """
    SELECT id, interest_outstanding, penalty_outstanding, compound_outstanding,
           principal_outstanding, overpayment_amount, first_unpaid_due_date, next_due_date,
           class_tier_id, non_accrual
      FROM carloan_loan WHERE id = ANY(%(loans)s) ORDER BY id
"""


def query(text, arguments=None):
    env.cr.execute(text, arguments)
    return env.cr.fetchall()


BACKEND = query("SELECT pg_backend_pid()")[0][0]


class Cost(NamedTuple):
    """What something took: by the clock, and of processors (PostgreSQL's and ours), which other
    work on the machine does not disturb. Without a local PostgreSQL the processors are unknown."""
    seconds: float
    cpu: float

    def __str__(self):
        return f'{self.seconds:>8.3f} s {self.cpu:>8.2f} cpu-s'

    def over(self, other):
        return f'{self.seconds / other.seconds:>6.2f} x {self.cpu / (other.cpu or NAN):>6.2f} x cpu'


def read_cpu():
    try:
        with open(f'/proc/{BACKEND}/stat') as stream:
            words = stream.read().rpartition(')')[2].split()
    except OSError:
        return NAN
    return (int(words[11]) + int(words[12])) / os.sysconf('SC_CLK_TCK') + time.process_time()


def clock(act):
    started, cpu = time.monotonic(), read_cpu()
    act()
    return Cost(time.monotonic() - started, read_cpu() - cpu)


def add_up(costs):
    return Cost(*map(sum, zip(*costs, strict=True)))


@contextmanager
def undone():
    """Whatever happens inside is rolled back."""
    env.flush_all()
    savepoint = env.cr.savepoint()
    yield
    env.flush_all()
    savepoint.close(rollback=True)
    env.invalidate_all(flush=False)


def tidy(book):
    """As autovacuum leaves a database in daily use."""
    env.cr.commit()
    env.cr._cnx.autocommit = True
    for table in TABLES:
        env.cr._obj.execute(f'VACUUM ANALYZE {table}')
    env.cr._cnx.autocommit = False


def count_written():
    """Rows that statements have written so far, whether or not a value changed."""
    env.flush_all()
    env.cr.commit()
    query("SELECT pg_stat_force_next_flush()")
    env.cr.commit()
    return query(WRITTEN, [list(TABLES)])[0][0]


def run_steps(day_end, *without):
    """{step: cost}, without what keeps record of them."""
    loans = env['carloan.loan']

    def run(name):
        prepare_for_sets(env.cr)
        getattr(loans, f'_step_{name}')(day_end)
        env.flush_all()

    return {
        name: clock(lambda name=name: run(name))
        for _sequence, name in sorted(loans._day_end_steps()) if name not in without}


def read_written(day):
    return read_rows(env.cr, {
        table: (condition, {'day': day}) for table, condition in {**NEW, **UPDATED_WHERE}.items()})


def loop_over(loans, day):
    """What one would write first: each loan by itself, all steps of the day through the ORM."""
    for loan_id in loans.ids:
        env.invalidate_all()
        loan = env['carloan.loan'].browse(loan_id)
        if any(item.due_date <= day and not item.paid_date for item in loan.instalment_ids):
            loan._post_dues({loan: day})
        if loan.overpayment_amount and loan.first_unpaid_due_date <= day:
            loan._use_overpayments(day)
        loan._set_system_class(day)
        if loan.days_overdue > 90 and not loan.non_accrual:
            loan._switch_accrual(day)
        loan._refresh_position(day)
        env.flush_all()


def main():
    book = make_book(env, loans=LOANS)
    company = env['res.company'].browse(book.company_id)
    env.user.company_ids |= company
    ids = [row[0] for row in query(
        "SELECT id FROM carloan_loan WHERE state = 'active' ORDER BY hashint4(id) LIMIT %s",
        [LOOP])]
    sample = {'day': book.closing, 'loans': sorted(ids)}
    day_end = env['carloan.day.end']._get_or_create(company, book.closing)
    with undone():
        loop = clock(lambda: loop_over(env['carloan.loan'].browse(sample['loans']), book.closing))
        by_loop = query(LEDGER, sample), query(POSITION, sample)
    with undone():
        run_steps(day_end)
        rows = read_written(book.closing)
    tidy(book)
    with undone():
        floor = put_rows(env.cr, rows, UPDATED)
    with undone():
        bare = run_steps(day_end, 'due')
    tidy(book)
    env.cr.execute("CREATE TEMP TABLE bench_before AS SELECT id, l::text AS before "
                   "FROM carloan_loan l")
    scans = [clock(lambda: query(SCAN)) for _time in range(SCANS)]
    before = count_written()
    whole = clock(lambda: company._run_day_ends(book.closing, commit=True))
    written = count_written() - before
    scans += [clock(lambda: query(SCAN)) for _time in range(SCANS)]
    assert day_end.state == 'done', day_end.step_ids.mapped('error')
    changed = query(CHANGED, sample)[0][0]
    before = count_written()
    run_steps(day_end)
    again = count_written() - before
    same = (query(LEDGER, sample), query(POSITION, sample)) == by_loop
    scan = Cost(*(value / len(scans) for value in add_up(scans)))
    report(day_end, scan, floor, whole, add_up(bare.values()), loop, written, changed, again, same)


def report(day_end, scan, floor, whole, bare, loop, written, changed, again, same):
    print(f"day end of {LOANS:,} loans, {LOANS * 36:,} instalments, on {day_end.date}")
    print(f"  one bare aggregate scan of the loan table  {scan}")
    print(f"  bare INSERT and UPDATE of the same rows    {floor:>8.3f} s")
    print(f"  day end, all steps, each committed         {whole} {whole.over(scan)}")
    print(f"    against bare INSERT and UPDATE           {whole.seconds / floor:>8.2f} x")
    print(f"  without posting the interest due           {bare} {bare.over(scan)}")
    for step in day_end.step_ids.sorted('sequence'):
        print(f"    {step.name:<12} {step.touched_count:>9,} records {step.duration:>14.3f} s")
    print(f"  rows written {written:,}, rows changed {changed:,}: {written / changed:.3f}")
    print(f"  rows written by a second run: {again:,}")
    each = Cost(*(value / LOOP * LOANS for value in loop))
    print(f"  loop in the ORM over {LOOP:,} of the loans     {loop}")
    print(f"    per loan against the day end             {each.over(whole)}")
    print(f"    against it without posting interest due  {each.over(bare)}")
    print(f"    same rows and cents: {same}")


main()
