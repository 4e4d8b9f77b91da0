"""What the book hangs on: a lender with departments, officers, products; through the ORM."""
from datetime import timedelta

from odoo import Command

DEPARTMENTS = ("东城", "西城", "朝阳", "海淀", "浦东", "徐汇", "天河", "南山", "武侯", "江宁")
OFFICERS = 20
PRODUCTS = (
    ("Standard", {'allocation_by': 'instalment'}),
    ("Component First", {'allocation_by': 'component'}),
    ("Three Days of Grace", {'grace_days': 3}),
    ("Principal First", {'allocation_order': 'principal,interest,fee,penalty,compound'}),
    ("Without Compound Interest", {'compound_interest': False}),
)


def make_masters(env, closing):
    """The lender with its people and products; the day before `closing` is closed."""
    company = _make_company(env, closing)
    env = company.env
    departments = env['hr.department'].create([
        {'name': name, 'company_id': company.id} for name in DEPARTMENTS])
    _make_officers(env, company, departments)
    env['carloan.product'].create([{
        'name': name, 'code': f'BENCH-{number}', 'company_id': company.id,
        'currency_id': company.currency_id.id, 'max_periods': 36, 'annual_rate': 12, **terms}
        for number, (name, terms) in enumerate(PRODUCTS, 1)])
    env['carloan.fund.account'].create({
        'name': "Benchmark Account", 'acc_number': '622200009', 'company_id': company.id})
    env['carloan.day.end'].sudo()._create_guarded([{
        'company_id': company.id, 'date': closing - timedelta(days=1), 'state': 'done'}])
    env.flush_all()
    return company


def _make_company(env, closing):
    cny = env.ref('base.CNY')
    cny.active = True
    company = env['res.company'].create({
        'name': "Benchmark Lender", 'currency_id': cny.id, 'country_id': env.ref('base.cn').id})
    company._set_business_date(closing)
    env.user.write({'company_ids': [Command.link(company.id)]})
    return company.with_context(
        allowed_company_ids=company.ids, tracking_disable=True).with_company(company)


def _make_officers(env, company, departments):
    group = env.ref('carloan_base.carloan_base_group_officer')
    users = env['res.users'].with_context(no_reset_password=True).create([{
        'login': f'bench_officer_{number}', 'name': f"Officer {number}",
        'email': f'bench_officer_{number}@example.com', 'group_ids': [Command.set(group.ids)],
        'company_id': company.id, 'company_ids': [Command.set(company.ids)]}
        for number in range(1, OFFICERS + 1)])
    env['hr.employee'].create([{
        'name': user.name, 'user_id': user.id, 'company_id': company.id,
        'department_id': departments[number % len(departments)].id}
        for number, user in enumerate(users)])
