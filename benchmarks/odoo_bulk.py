"""Loans taken over, and repriced, by COPY, against the bare COPY of the same rows.

    make bench BENCH=odoo_bulk SIZE=100000 [NEW=10000] [REPRICED=10000] [ROUNDS=3]

Taken over: loans of 36 instalments with version, instalments, disbursement, ledger line, class;
`create` and `_disburse` through the ORM are shown on 50 of them. Repriced: the next schedule
version of loans of the book from the next due date on; bare is the COPY and UPDATE of the same
rows. Each round is undone.
"""
import io
import os
import random
from datetime import timedelta
from decimal import Decimal
from statistics import median
from time import perf_counter
from unittest.mock import patch

from loan_book import make_book

from odoo.addons.carloan_credit.bulk_rows import NewLoan

SINGLES = 50


class Recorder:
    """Remembers what is copied and executed inside one call, to run it again bare."""

    def __init__(self, env):
        self.env, self.steps = env, []
        self.model = type(env['carloan.loan'])
        self.copy = self.model._copy_rows

    def __enter__(self):
        recorder = self

        def copy(loans, table, columns, rows):
            recorder.steps.append((
                f'COPY "{table}" ({", ".join(columns)}) FROM STDIN', rows.text()))
            recorder.copy(loans, table, columns, rows)

        def keep(name):
            original = getattr(self.model, name)

            def build(loans, *args):
                query = original(loans, *args)
                recorder.steps.append((query, None))
                return query
            return patch.object(self.model, name, build)

        self.patches = [patch.object(self.model, '_copy_rows', copy),
                        keep('_get_supersede_query')]
        for each in self.patches:
            each.start()
        return self

    def __exit__(self, *_error):
        for each in self.patches:
            each.stop()

    def replay(self):
        started = perf_counter()
        for statement, text in self.steps:
            if text is None:
                self.env.cr.execute(statement)
            else:
                self.env.cr.copy_expert(statement, io.StringIO(text))
        return perf_counter() - started


def make_new_loans(env, book, count):
    rng = random.Random(book.seed)
    products = env['carloan.product'].search([('company_id', '=', book.company_id)])
    partners = env['res.partner'].search([('carloan_customer', '=', True)], limit=1000)
    fund = env['carloan.fund.account'].search([('company_id', '=', book.company_id)], limit=1)
    return [
        NewLoan(rng.choice(partners.ids), rng.choice(products.ids),
                Decimal(rng.randrange(2_000_000, 40_000_000)).scaleb(-2),
                Decimal(rng.randrange(300, 2400)).scaleb(-2), 36, book.closing,
                fund_account_id=fund.id, name=f'NEW{number:07}')
        for number in range(count)]


def compare(env, act, rounds):
    """[(ours, bare)] in seconds, interleaved."""
    act()                        # once for the calendars, plans and caches
    env.cr.rollback()
    times = []
    for _round in range(rounds):
        env.invalidate_all(flush=False)
        started = perf_counter()
        act()
        ours = perf_counter() - started
        env.cr.rollback()
        with Recorder(env) as recorder:
            act()
        env.cr.rollback()
        times.append((ours, recorder.replay()))
        env.cr.rollback()
    return times


def report(label, count, times):
    ours, bare = (median(column) for column in zip(*times, strict=True))
    ratio = median(one / other for one, other in times)
    print(f"  {label:<26}{count / ours:>9,.0f}/s   bare {count / bare:>9,.0f}/s   "
          f"ours / bare = {ratio:.2f}")
    return count / ours


def time_singles(env, book, new_loans):
    loans = env['carloan.loan']
    fund = env['carloan.fund.account'].browse(new_loans[0].fund_account_id)
    started = perf_counter()
    for new in new_loans:
        product = env['carloan.product'].browse(new.product_id)
        loan = loans.create({
            'partner_id': new.partner_id, 'product_id': product.id,
            'company_id': book.company_id, 'currency_id': product.currency_id.id,
            'principal_amount': new.principal, 'periods': new.periods,
            'annual_rate': new.annual_rate, 'contract_date': new.start_date,
            **{name: product[name] for name in product._terms_field_names()}})
        loan._update_state(('draft',), 'signed')
        loan._disburse(loan.principal_amount, new.start_date, fund)
        env.flush_all()
    env.cr.rollback()
    return len(new_loans) / (perf_counter() - started)


def run(env):
    book = make_book(env, loans=int(os.environ.get('CARLOAN_BENCH_LOANS') or 20_000))
    env = env(context={
        'allowed_company_ids': [book.company_id], 'tracking_disable': True})
    rounds = int(os.environ.get('ROUNDS') or 3)
    count = min(int(os.environ.get('NEW') or 100_000), book.loans)
    new_loans = make_new_loans(env, book, count)
    loans = env['carloan.loan']
    print(f"bulk creation and repricing on a book of {book.loans:,} loans")
    rate = report("taken over, 36 periods", count, compare(
        env, lambda: loans._create_disbursed(new_loans), rounds))
    single = time_singles(env, book, new_loans[:SINGLES])
    print(f"  {'one by one by the ORM':<26}{single:>9,.0f}/s   by COPY {rate / single:,.0f} x")
    count = min(int(os.environ.get('REPRICED') or 100_000), book.loans)
    floating = loans.search(
        [('state', '=', 'active'), ('company_id', '=', book.company_id)], limit=count)
    rates = dict.fromkeys(floating, Decimal('5.45'))
    report("repriced", len(floating), compare(
        env, lambda: loans._reprice(rates, book.closing + timedelta(days=1), "LPR"), rounds))


run(env)  # noqa: F821
