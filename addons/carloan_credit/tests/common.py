from datetime import date, timedelta
from decimal import Decimal

from odoo import Command

from odoo.addons.base.tests.common import BaseCommon

from ..entries import RepayItem

ROLES = ('officer', 'branch_manager', 'reviewer', 'risk_manager', 'committee', 'cashier',
         'accountant', 'asset', 'collector', 'auditor', 'administrator')


class CreditCommon(BaseCommon):
    """A lender of its own with one user per role, a product, a customer; a frozen business date.

    The users are class attributes named by their role: `cls.officer`, `cls.cashier`, ...
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env['base'].with_context(tracking_disable=True).env
        cls.today = date(2026, 1, 15)
        cls.company = cls._create_lender("Test Lender")
        cls.env.user.write({'company_ids': [Command.link(cls.company.id)],
                            'company_id': cls.company.id})
        cls.env = cls.env(context={
            **cls.env.context, 'allowed_company_ids': cls.company.ids})
        cls.department = cls.env['hr.department'].create({
            'name': "Head Office", 'company_id': cls.company.id})
        cls._create_staff()
        cls.product = cls._create_product()
        cls.fund_account = cls.env['carloan.fund.account'].create({
            'name': "Basic Account", 'acc_number': '622200001', 'company_id': cls.company.id})
        cls.customer = cls._create_customer("Li Lei", '110101199003071014')

    # === FACTORIES === #

    @classmethod
    def _create_lender(cls, name, business_date=None):
        cny = cls.env.ref('base.CNY')
        cny.active = True
        company = cls.env['res.company'].create({
            'name': name, 'currency_id': cny.id, 'country_id': cls.env.ref('base.cn').id})
        company._set_business_date(business_date or cls.today)
        return company

    @classmethod
    def _create_staff(cls):
        """One person per role, all at once: one at a time takes three times as long."""
        users = cls.env['res.users'].create([
            cls._prepare_user_vals(f'test_{role}', role, cls.company) for role in ROLES])
        cls.env['hr.employee'].create([
            cls._prepare_employee_vals(user, cls.department) for user in users])
        for role, user in zip(ROLES, users, strict=True):
            setattr(cls, role, user)

    @classmethod
    def _create_user(cls, login, role, department=None, company=None):
        user = cls.env['res.users'].create(
            cls._prepare_user_vals(login, role, company or cls.company))
        cls.env['hr.employee'].create(
            cls._prepare_employee_vals(user, department or cls.department))
        return user

    @classmethod
    def _prepare_user_vals(cls, login, role, company):
        """A person with a role; without a password, because hashing one takes half a second."""
        return {
            'login': login, 'name': login.replace('_', ' ').title(),
            'email': f'{login}@example.com',
            'group_ids': [Command.set(
                cls.env.ref(f'carloan_base.carloan_base_group_{role}').ids)],
            'company_id': company.id, 'company_ids': [Command.set(company.ids)]}

    @classmethod
    def _prepare_employee_vals(cls, user, department):
        return {
            'name': user.login, 'user_id': user.id, 'company_id': user.company_id.id,
            'department_id': department.id}

    @classmethod
    def _create_product(cls, **values):
        return cls.env['carloan.product'].create({
            'name': "Equal Instalments", 'code': 'EI', 'company_id': cls.company.id,
            'currency_id': cls.company.currency_id.id, 'annual_rate': 12.0,
            **values})

    @classmethod
    def _create_customer(cls, name, id_number, user=None, **values):
        user = user or cls.officer
        return cls.env['res.partner'].create({
            'name': name, 'carloan_customer': True, 'carloan_id_number': id_number,
            'carloan_user_id': user.id, 'carloan_department_id': cls.department.id,
            'phone': '13812345678', 'country_id': cls.env.ref('base.cn').id, **values})

    @classmethod
    def _create_loan(cls, **values):
        """A contract that is not signed, made without the papers around it."""
        product = values.get('product_id') and cls.env['carloan.product'].browse(
            values['product_id']) or cls.product
        user = cls.env['res.users'].browse(values.get('user_id') or cls.officer.id)
        return cls.env['carloan.loan'].create({
            'partner_id': cls.customer.id, 'product_id': product.id,
            'company_id': product.company_id.id, 'currency_id': product.currency_id.id,
            'user_id': user.id, 'department_id': cls.department.id,
            'principal_amount': 100000, 'periods': 12, 'annual_rate': 12.0,
            'contract_date': product.company_id._get_business_date(),
            **{name: product[name] for name in product._terms_field_names()},
            **values})

    @classmethod
    def _create_active_loan(cls, value_date=None, **values):
        loan = cls._create_loan(**values)
        cls._disburse(loan, value_date)
        return loan

    # === MOVERS === #

    @classmethod
    def _disburse(cls, loan, value_date=None):
        loan._update_state(('draft',), 'signed')
        return loan._disburse(
            loan.principal_amount, value_date or loan.company_id._get_business_date(),
            cls.fund_account)

    @classmethod
    def _repay(cls, loan, amount, value_date=None):
        return cls.env['carloan.loan']._repay([RepayItem(
            loan, Decimal(str(amount)), value_date or loan.company_id._get_business_date(),
            cls.fund_account)])

    @classmethod
    def _run_day_end(cls, until, company=None):
        """Close the days up to `until` included; the business date is then the day after."""
        company = company or cls.company
        day_ends = company._run_day_ends(until)
        assert company._get_business_date() > until, day_ends.step_ids.mapped('error')
        return day_ends

    @classmethod
    def _move_to(cls, day):
        """Close days until `day` is the business date."""
        return cls._run_day_end(day - timedelta(days=1))
