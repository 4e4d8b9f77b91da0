"""What the book showed on a past day, and the board of a day.

    make bench BENCH=odoo_as_of SIZE=1000000 [ROUNDS=5]

One loan (`as_of`, as the web client asks for it), the whole book at the last month end (SQL of
`_get_book_query`, summed up) against one bare scan of the loan table in the same run, and a board
read from the day cube, which the cube step of the night fills here for the closing day.
"""
import os
from datetime import timedelta
from statistics import median
from time import perf_counter

from loan_book import make_book

from odoo.tools import SQL

BARE = "SELECT COUNT(*), SUM(principal_outstanding) FROM carloan_loan WHERE company_id = %s"
BOOK = SQL("COUNT(*), SUM(b.principal_outstanding), SUM(b.overdue_principal), MAX(b.days_overdue)")


def measure(env, act, rounds):
    """Median milliseconds, the first round not counted."""
    times = []
    for _round in range(rounds + 1):
        env.invalidate_all()
        started = perf_counter()
        act()
        times.append(1000 * (perf_counter() - started))
    return median(times[1:])


def run(env):
    book = make_book(env, loans=int(os.environ.get('CARLOAN_BENCH_LOANS') or 20_000))
    rounds = int(os.environ.get('ROUNDS') or 5)
    company = env['res.company'].browse(book.company_id)
    loans, cube = env['carloan.loan'].with_company(company), env['carloan.day.cube']
    month_end = book.closing.replace(day=1) - timedelta(days=1)
    sample = loans.search([
        ('company_id', '=', company.id), ('state', '=', 'active')], limit=1)

    def read_book():
        return env.execute_query(SQL(
            "SELECT %s FROM (%s) b", BOOK,
            loans._get_book_query(month_end, 'booked', company)))

    def read_board():
        return cube._read_group(
            [('date', '=', book.closing), ('company_id', '=', company.id)],
            ['department_id', 'bucket'], ['loan_count:sum', 'principal_outstanding:sum'])

    started = perf_counter()
    cube._write_day(company, book.closing)
    filled = 1000 * (perf_counter() - started)
    bare = measure(env, lambda: env.cr.execute(BARE, [company.id]), rounds)
    whole = measure(env, read_book, rounds)
    one = measure(env, lambda: sample.as_of(month_end), rounds)
    board = measure(env, read_board, rounds)
    count, principal, overdue, days = read_book()[0]
    print(f"as of {month_end}: {book.loans:,} loans, business date {book.closing}")
    print(f"  one loan                    {one:10.1f} ms")
    print(f"  whole book                  {whole:10.0f} ms   {whole / bare:6.1f} x bare scan")
    print(f"    {count:,} loans, principal {principal}, overdue {overdue}, up to {days} days")
    print(f"  bare scan of the loans      {bare:10.0f} ms")
    print(f"  cube of a day, filled once  {filled:10.0f} ms   {filled / bare:6.1f} x bare scan")
    print(f"  board from the cube         {board:10.1f} ms   {len(read_board())} groups")
    env.cr.rollback()


run(env)  # noqa: F821 (the shell brings env)
