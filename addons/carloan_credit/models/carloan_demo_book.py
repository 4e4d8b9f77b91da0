import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models

from ..demo_people import draw_person
from ..demo_plan import (
    DEPARTMENTS,
    PRODUCTS,
    STAFF,
    order_rng,
    plan_orders,
    plan_payment_days,
)

_REMINDERS = timedelta(days=10)
_QUIET = {'tracking_disable': True, 'mail_create_nosubscribe': True,
          'mail_notify_force_send': False, 'no_reset_password': True}


class CarloanDemoBook(models.AbstractModel):
    """A small lender's book for trying things out, made by driving the real engine.

    Nothing is inserted as a result: every loan goes through application, approval, contract,
    disbursement, day ends and repayments, by the users whose job it is. Leaves add their acts
    in the `_demo_*` hooks, calling `super()` first.
    """
    _name = 'carloan.demo.book'
    _description = "Demo Book"

    @api.model
    def _build(self, loans=150, months=14, seed=20260801, until=None, seconds=None):
        """Build the book up to business date `until` (default: today in the company's zone),
        or go on with it, for at most about `seconds`. The same seed and date give the same
        book however often the work was interrupted.

        :return: the number of business days still to do
        """
        book = self.with_context(**_QUIET)
        until = until or datetime.now(ZoneInfo('Asia/Shanghai')).date()
        setting = book._get_setting(until - relativedelta(months=months), seed)
        plan = plan_orders(seed, setting['start'], until, loans)
        payments = book._get_payments(setting, plan)
        stop_at = time.monotonic() + seconds if seconds else None
        company = setting['company']
        while company._get_business_date() < until and not (
                stop_at and time.monotonic() > stop_at):
            day = company._get_business_date()
            # reminders of long ago would all be done by now: leave those of the last days only
            book = book.with_context(mail_activity_automation_skip=day < until - _REMINDERS)
            for order in plan.get(day, []):
                loan = book._make_loan(setting, order)
                book._note_payments(setting, payments, loan, order)
            book._take_payments(setting, payments.pop(day, []))
            book._demo_after_day(setting, day)
            company.with_env(book.env)._run_day_ends(day)
        return (until - company._get_business_date()).days

    @api.model
    def _cron_build(self):
        """Build the book piece by piece after an installation with demo data, then never again."""
        remaining = self._build(seconds=60)
        self.env['ir.cron']._commit_progress(1, remaining=remaining, deactivate=not remaining)

    @api.model
    def _get_logins(self):
        """(login, password, role) of the demo users that exist."""
        users = self.env['res.users'].sudo().search([('login', 'in', [row[0] for row in STAFF])])
        existing = set(users.mapped('login'))
        return [
            (login, login, self.env.ref(f'carloan_base.carloan_base_group_{role}').name)
            for login, _name, role, _department in STAFF if login in existing
        ]

    # === PREPARATION === #

    def _get_setting(self, start, seed):
        """Company, users, products and fund account of the book; made on the first call."""
        parameters = self.env['ir.config_parameter'].sudo()
        made = parameters.get_param('carloan_credit.demo_book')
        if made:
            company_id, started = made.split(',')
            company, start = self.env['res.company'].browse(int(company_id)), started
        else:
            company = self._make_company(start)
            parameters.set_param('carloan_credit.demo_book', f'{company.id},{start}')
            self._make_staff(company)
            self._make_products(company)
            self._make_fund_account(company)
            self._demo_prepare_company(company, start)
        users = self.env['res.users'].search([('login', 'in', [row[0] for row in STAFF])])
        owned = [('company_id', '=', company.id)]
        products = self.env['carloan.product'].search(owned)
        return {
            'company': company, 'seed': seed, 'start': fields.Date.to_date(start),
            'users': {user.login: user for user in users},
            'products': [products.filtered(lambda p, plan=plan: p.code == plan.code)
                         for plan in PRODUCTS],
            'fund': self.env['carloan.fund.account'].search(owned, limit=1),
        }

    def _make_company(self, start):
        """The main company when it keeps its books in yuan and has no loan, else one of our own."""
        company, cny = self.env.ref('base.main_company'), self.env.ref('base.CNY')
        loans = self.env['carloan.loan'].search_count([('company_id', '=', company.id)], limit=1)
        if company.currency_id != cny or loans:
            cny.active = True
            company = self.env['res.company'].create({
                'name': "示范车贷有限公司", 'currency_id': cny.id,
                'country_id': self.env.ref('base.cn').id,
            })
        company._set_business_date(start)
        return company

    def _make_staff(self, company):
        Department = self.env['hr.department']
        head = Department.create({'name': DEPARTMENTS[0], 'company_id': company.id})
        departments = head | Department.create([
            {'name': name, 'company_id': company.id, 'parent_id': head.id}
            for name in DEPARTMENTS[1:]
        ])
        if not self.env['res.lang'].search_count([('code', '=', 'zh_CN')], limit=1):
            self.env['res.lang']._activate_and_install_lang('zh_CN')
        users = self.env['res.users'].create([{
            'name': name, 'login': login, 'password': login, 'lang': 'zh_CN',
            'tz': 'Asia/Shanghai', 'company_id': company.id,
            'company_ids': [Command.set(company.ids)],
            'group_ids': [Command.set(
                self.env.ref(f'carloan_base.carloan_base_group_{role}').ids)],
        } for login, name, role, _place in STAFF])
        self.env['hr.employee'].create([{
            'name': user.name, 'user_id': user.id, 'company_id': company.id,
            'department_id': departments[row[3]].id,
        } for user, row in zip(users, STAFF, strict=True)])

    def _make_products(self, company):
        self.env['carloan.product'].create([{
            'code': plan.code, 'name': plan.name, 'company_id': company.id,
            'currency_id': company.currency_id.id, 'method': plan.method,
            'annual_rate': plan.annual_rate, 'min_rate': plan.annual_rate - 4,
            'max_rate': plan.annual_rate + 6, 'min_periods': plan.periods[0],
            'max_periods': plan.periods[1], 'min_amount': plan.amounts[0],
            'max_amount': plan.amounts[1],
        } for plan in PRODUCTS])

    def _make_fund_account(self, company):
        self.env['carloan.fund.account'].create({
            'name': "工商银行 基本户", 'kind': 'bank', 'acc_number': '4301016609100128888',
            'company_id': company.id,
        })

    # === ACTS === #

    def _make_loan(self, setting, order):
        users = setting['users']
        officer = users[order.officer]
        env = self._get_env(setting, officer)
        partner = self._make_customer(setting, order, env)
        application = env['carloan.application'].create({
            'partner_id': partner.id, 'product_id': setting['products'][order.product].id,
            'amount': order.amount, 'periods': order.periods, 'purpose': 'secured',
            **self._demo_application_vals(setting, order, partner),
        })
        application.action_submit()
        self._approve(application, users)
        application.action_create_contract()
        loan = application.loan_id
        loan.action_sign()
        self._demo_before_disbursement(setting, loan)
        disbursement = env['carloan.disbursement'].create({
            'loan_id': loan.id, 'amount': loan.principal_amount,
            'fund_account_id': setting['fund'].id,
            'partner_bank_id': partner.sudo().bank_ids[:1].id,
        })
        disbursement.action_register()
        disbursement.with_user(users['accountant']).action_review()
        disbursement.with_user(users['cashier']).action_pay()
        self._demo_after_disbursement(setting, loan)
        return loan

    def _approve(self, application, users):
        """Let whoever may vote vote yes, until the request is decided."""
        request = application.sudo().approval_request_id
        while request.state == 'pending':
            candidates = request.current_step_id.candidate_ids
            voted = request.vote_ids.user_id
            voter = next(u for u in users.values() if u in candidates and u not in voted)
            request.with_user(voter).action_approve()
            request.invalidate_recordset()
        application.invalidate_recordset()

    def _make_customer(self, setting, order, env):
        person = draw_person(order_rng(setting['seed'], order.number, 'person'), setting['start'])
        partner = env['res.partner'].create({
            'name': person.name, 'carloan_customer': True, 'carloan_id_number': person.id_number,
            'phone': person.phone, 'street': person.street, 'city': "南京市",
            'country_id': self.env.ref('base.cn').id, 'ref': f'DEMO/{order.number}',
        })
        self.env['res.partner.bank'].create({
            'partner_id': partner.id, 'acc_number': person.card_number,
            'acc_holder_name': person.name,
        })
        return partner

    def _note_payments(self, setting, payments, loan, order):
        due_dates = loan.sudo().instalment_ids.sorted('number').mapped('due_date')
        for day in plan_payment_days(setting['seed'], order, due_dates):
            payments.setdefault(day, []).append(loan.id)

    def _get_payments(self, setting, plan):
        """{day: [loan id]} of the loans that an earlier, interrupted call made."""
        orders = {f'DEMO/{order.number}': order for day in plan.values() for order in day}
        loans = self.env['carloan.loan'].search([
            ('company_id', '=', setting['company'].id), ('partner_id.ref', 'in', list(orders))])
        payments = {}
        for loan in loans.sorted('id'):
            self._note_payments(setting, payments, loan, orders[loan.partner_id.ref])
        return payments

    def _take_payments(self, setting, loan_ids):
        """The cashier registers what came in today, the accountant confirms it in one batch."""
        users = setting['users']
        loans = self.env['carloan.loan'].browse(dict.fromkeys(loan_ids))
        vals_list = [{
            'loan_id': loan.id, 'amount': loan.amount_due_today, 'channel': 'transfer',
            'fund_account_id': setting['fund'].id, 'payer_name': loan.partner_id.name,
        } for loan in loans if loan.currency_id.compare_amounts(loan.amount_due_today, 0) > 0]
        if vals_list:
            cashier = self._get_env(setting, users['cashier'])
            repayments = cashier['carloan.repayment'].create(vals_list)
            repayments.action_register()
            repayments.with_user(users['accountant']).action_confirm()

    def _get_env(self, setting, user):
        return self.with_user(user).with_company(setting['company']).env

    # === HOOKS === #

    def _demo_prepare_company(self, company, start):
        """Called once, before the first loan; a leaf sets up its part."""

    def _demo_application_vals(self, setting, order, partner):
        """Further values of an application (the car, for instance)."""
        return {}

    def _demo_before_disbursement(self, setting, loan):
        """Called on a signed contract; a leaf meets its conditions here."""

    def _demo_after_disbursement(self, setting, loan):
        """Called on a loan just paid out."""

    def _demo_after_day(self, setting, day):
        """Called at the end of each business day, before the day end."""
