from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import CarloanCommon


@tagged('post_install', '-at_install')
class TestCompany(CarloanCommon):
    def test_business_date_has_one_door(self):
        for user in (self.administrator, self.env.ref('base.user_admin')):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.company.with_user(user).write({'carloan_business_date': '2030-01-01'})
        with self.assertRaises(UserError):
            self.company.sudo().carloan_business_date = '2030-01-01'
        self.company.with_user(self.cashier)._set_business_date('2026-08-04')
        self.assertEqual(self.company._get_business_date(), date(2026, 8, 4))
        with self.assertRaises(UserError):
            self.company._set_business_date(False)

    def test_settings_do_not_move_the_date(self):
        settings = self.env['res.config.settings'].create({})
        settings.carloan_institution_type = 'bank'
        settings.execute()
        self.assertEqual(self.company.carloan_institution_type, 'bank')
        self.assertEqual(self.company._get_business_date(), self.today)

    @freeze_time('2026-08-03 17:00:00')
    def test_a_new_company_starts_today_in_china(self):
        company = self.env['res.company'].create({'name': "New lender"})
        self.assertEqual(company._get_business_date(), date(2026, 8, 4))
        company = self.env['res.company'].with_context(
            default_carloan_business_date='2000-01-01'
        ).create({'name': "Newer lender"})
        self.assertEqual(company._get_business_date(), date(2026, 8, 4))
