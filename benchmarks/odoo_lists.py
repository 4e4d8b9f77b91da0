"""Lists, filters, searches, forms and group-bys as the web client asks for them.

    make bench BENCH=odoo_lists SIZE=100000 [ROUNDS=7]

Server milliseconds (median, warm) of `web_search_read`, `web_read`, `name_search` and
`web_read_group` with the fields of our views, as an accountant who sees the whole company.
Group-bys are shown as a ratio to the bare SQL aggregate over the same table in the same run.
"""
import os
from statistics import median
from time import perf_counter

from loan_book import make_book

LIST = ('name', 'partner_id', 'product_id', 'disbursement_date', 'principal_amount',
        'principal_outstanding', 'next_due_date', 'days_overdue', 'bucket', 'class_tier_id',
        'user_id', 'state', 'is_overdue', 'currency_id')
INSTALMENT = ('loan_id', 'number', 'due_date', 'principal_amount', 'interest_amount',
              'total_amount', 'unpaid_amount', 'paid_date', 'payment_state', 'is_overdue')
CUSTOMER = ('complete_name', 'carloan_phone_masked', 'carloan_id_masked', 'carloan_user_id')


def get_spec(model, names):
    fields = model._fields
    return {name: {'fields': {'display_name': {}}} if fields[name].relational else {}
            for name in names}


def get_cases(env, book, sample):
    loans, partners = env['carloan.loan'], env['res.partner']
    instalments = env['carloan.instalment']
    customers = [('carloan_customer', '=', True)]

    def rows(model, names, domain, order=None, offset=0):
        return lambda: model.web_search_read(
            domain, get_spec(model, names), offset=offset, limit=80, order=order,
            count_limit=10001)

    first = book.closing.replace(day=1)
    month = ['&', ('due_date', '>=', first), ('due_date', '<', book.closing)]
    return {
        "loans": rows(loans, LIST, []),
        "loans, page at 10,000": rows(loans, LIST, [], offset=min(10_000, book.loans)),
        "to disburse": rows(loans, LIST, [('state', '=', 'signed')]),
        "settled": rows(loans, LIST, [('state', '=', 'settled')]),
        "my loans": rows(loans, LIST, [('user_id', '=', sample.user_id.id)]),
        "of a product": rows(loans, LIST, [('product_id', '=', sample.product_id.id)]),
        "of a department": rows(
            loans, LIST, [('department_id', 'child_of', sample.department_id.id)]),
        "due within 7 days": rows(
            loans, LIST, ['&', ('days_to_due', '>=', 0), ('days_to_due', '<=', 7)]),
        "overdue": rows(loans, LIST, [('is_overdue', '=', True)]),
        "overdue, sorted by days": rows(
            loans, LIST, [('is_overdue', '=', True)], 'days_overdue desc'),
        "all, sorted by days overdue": rows(loans, LIST, [], 'days_overdue desc'),
        "overdue more than 90 days": rows(loans, LIST, [('days_overdue', '>', 90)]),
        "non-performing": rows(loans, LIST, [('class_tier_id.non_performing', '=', True)]),
        "in bucket M2": rows(loans, LIST, [('bucket', '=', 'M2')]),
        "with overpayment": rows(loans, LIST, [('overpayment_amount', '>', 0)]),
        "disbursed this month": rows(loans, LIST, [('disbursement_date', '>=', first)]),
        "matures within a month": rows(loans, LIST, [
            '&', ('maturity_date', '>=', first), ('maturity_date', '<', book.closing)]),
        "loan number": rows(loans, LIST, [('display_name', 'ilike', sample.name)]),
        "part of a loan number": rows(loans, LIST, [('display_name', 'ilike', sample.name[-6:])]),
        "loans of 2 characters": rows(
            loans, LIST, [('display_name', 'ilike', sample.partner_id.name[:2])]),
        "borrower, 2 characters": rows(
            loans, LIST, [('partner_id', 'ilike', sample.partner_id.name[:2])]),
        "name search of a borrower": lambda: partners.name_search(
            sample.partner_id.name[:2], customers, 'ilike', 8),
        "name search, nobody": lambda: partners.name_search("欧阳", customers, 'ilike', 8),
        "customers": rows(partners, CUSTOMER, customers),
        "customers, 2 characters": rows(
            partners, CUSTOMER,
            [*customers, ('complete_name', 'ilike', sample.partner_id.name[:2])]),
        "customer by phone": rows(
            partners, CUSTOMER, [*customers, ('phone', 'ilike', sample.partner_id.phone[3:])]),
        "customer by ID number": rows(partners, CUSTOMER, [
            *customers, ('carloan_id_number', 'ilike', sample.partner_id.carloan_id_number)]),
        "instalments, unpaid": rows(instalments, INSTALMENT, [
            ('paid_date', '=', False), ('superseded_id', '=', False)]),
        "instalments, overdue": rows(instalments, INSTALMENT, [('is_overdue', '=', True)]),
        "instalments of a month": rows(instalments, INSTALMENT, month),
        "unpaid instalments of a month": rows(instalments, INSTALMENT, [
            ('paid_date', '=', False), ('superseded_id', '=', False), *month]),
        "form with 36 instalments": lambda: sample.web_read({
            **get_spec(loans, [*LIST, 'late_charges_to_date', 'amount_due_today']),
            'instalment_ids': {'fields': get_spec(instalments, INSTALMENT[1:]), 'limit': 60},
            'transaction_ids': {'fields': {'kind': {}, 'value_date': {}, 'amount': {}},
                                'limit': 40}}),
    }


def get_groups(env, book):
    """{label: (group-by of the client, the bare aggregate)}"""
    loans, where = env['carloan.loan'], f'WHERE company_id = {book.company_id}'

    def group(domain, by):
        return lambda: loans.web_read_group(
            domain, [by], ['__count', 'principal_outstanding:sum'], limit=80)

    def bare(by, extra=''):
        return (f'SELECT {by}, COUNT(*), SUM(principal_outstanding) FROM carloan_loan '
                f'{where} {extra} GROUP BY 1 ORDER BY 1')

    closing = f"date '{book.closing}'"
    return {
        "department": (group([], 'department_id'), bare('department_id')),
        "state": (group([], 'state'), bare('state')),
        "bucket": (group([], 'bucket'), bare(
            f'width_bucket(GREATEST(COALESCE({closing} - first_unpaid_due_date, 0), 0), '
            'ARRAY[0, 1, 31, 61, 91, 121, 151, 181])')),
        "bucket of overdue": (group([('is_overdue', '=', True)], 'bucket'), bare(
            f'width_bucket({closing} - first_unpaid_due_date, '
            'ARRAY[0, 1, 31, 61, 91, 121, 151, 181])',
            f'AND first_unpaid_due_date < {closing}')),
        "month of disbursement": (group([], 'disbursement_date:month'), bare(
            "date_trunc('month', disbursement_date)")),
    }


def measure(env, act, rounds):
    times = []
    for _round in range(rounds + 1):
        env.invalidate_all()
        started = perf_counter()
        act()
        times.append(1000 * (perf_counter() - started))
    return median(times[1:])


def run(env):
    book = make_book(env, loans=int(os.environ.get('CARLOAN_BENCH_LOANS') or 20_000))
    rounds = int(os.environ.get('ROUNDS') or 7)
    company = env['res.company'].browse(book.company_id)
    user = env['res.users'].search([('login', '=', 'bench_officer_1')])
    user.write({'group_ids': [(4, env.ref(f'carloan_base.{group}').id) for group in (
        'carloan_base_group_accountant', 'carloan_base_group_scope_company')]})
    env = env(user=user, context={'allowed_company_ids': company.ids, 'lang': 'en_US'})
    loans = env['carloan.loan']
    sample = loans.search([('is_overdue', '=', True)], limit=1, offset=50)
    print(f"lists on a book of {book.loans:,} loans, server ms (median of {rounds})")
    for label, act in get_cases(env, book, sample).items():
        print(f"  {label:<32}{measure(env, act, rounds):>9.1f}")
    print("group-bys over the whole book, ms and ratio to the bare aggregate")
    for label, (act, query) in get_groups(env, book).items():
        ours = measure(env, act, rounds)
        bare = measure(env, lambda query=query: env.cr.execute(query), rounds)
        print(f"  {label:<32}{ours:>9.1f}{bare:>9.1f}   {ours / bare:.2f}")
    env.cr.rollback()


run(env)  # noqa: F821
