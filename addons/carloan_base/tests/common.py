from contextlib import contextmanager
from datetime import date

from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.base.tests.common import BaseCommon

ROLES = (
    'officer',
    'branch_manager',
    'reviewer',
    'risk_manager',
    'committee',
    'cashier',
    'accountant',
    'asset',
    'collector',
    'auditor',
    'administrator',
)
VALID_ID = '11010519491231002X'


class CarloanCommon(BaseCommon):
    """A lender in CNY on 3 August 2026 with a region, two stores and one user per role.

    `cls.officer` ... `cls.administrator` are the users (logins `t_officer`, ...); `officer_2` works
    in the other store, `reviewer_2` and `risk_manager_2` are second members of their roles.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = date(2026, 8, 3)
        cls.company._set_business_date(cls.today)
        cls.region = cls.env['hr.department'].create({'name': "Region"})
        cls.store_1, cls.store_2 = cls.env['hr.department'].create(
            [{'name': name, 'parent_id': cls.region.id} for name in ("Store 1", "Store 2")]
        )
        cls._create_staff()
        cls.env.flush_all()

    @classmethod
    def _create_staff(cls):
        logins = (*ROLES, 'officer_2', 'reviewer_2', 'risk_manager_2')
        users = cls.env['res.users'].create(
            [cls._prepare_user_vals(login, login.removesuffix('_2')) for login in logins]
        )
        department_by_login = {
            'officer': cls.store_1,
            'officer_2': cls.store_2,
            'branch_manager': cls.store_1,
        }
        cls.env['hr.employee'].create(
            [
                cls._prepare_employee_vals(user, department_by_login.get(login, cls.region))
                for login, user in zip(logins, users, strict=True)
            ]
        )
        for login, user in zip(logins, users, strict=True):
            setattr(cls, login, user)

    @classmethod
    def setup_main_company(cls, currency_code='CNY'):
        super().setup_main_company(currency_code)

    @classmethod
    def _prepare_user_vals(cls, login, *roles, **values):
        """A user with these roles; without a password, because hashing one takes half a second."""
        groups = cls.env['res.groups'].union(*(cls._group(role) for role in roles))
        return {
            'login': f't_{login}',
            'name': login.replace('_', ' ').title(),
            'email': f't_{login}@example.com',
            'group_ids': [Command.set((groups or cls.env.ref('base.group_user')).ids)],
            'company_id': cls.company.id,
            'company_ids': [Command.set(cls.company.ids)],
            **values,
        }

    @classmethod
    def _create_user(cls, login, *roles, **values):
        return cls.env['res.users'].create(cls._prepare_user_vals(login, *roles, **values))

    @classmethod
    def _prepare_employee_vals(cls, user, department):
        return {
            'name': user.name,
            'user_id': user.id,
            'department_id': department.id,
            'company_id': cls.company.id,
        }

    @classmethod
    def _create_employee(cls, user, department):
        return cls.env['hr.employee'].create(cls._prepare_employee_vals(user, department))

    @classmethod
    def _create_customer(cls, **values):
        return cls.env['res.partner'].create(
            {
                'name': "Zhang San",
                'carloan_customer': True,
                'phone': '13800138000',
                'carloan_user_id': cls.officer.id,
                'carloan_department_id': cls.store_1.id,
                **values,
            }
        )

    @classmethod
    def _create_product(cls, **values):
        return cls.env['carloan.product'].create(
            {'name': "Equal instalments", 'code': 'T-EI', 'company_id': cls.company.id, **values}
        )

    @classmethod
    def _group(cls, role):
        return cls.env.ref(f'carloan_base.carloan_base_group_{role}')

    @contextmanager
    def assert_refused(self, message='', error=UserError):
        """The block raises an error with this text, and what it did is undone."""
        with self.assertRaisesRegex(error, message), self.env.cr.savepoint():
            yield
