from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .common import FullCommon


@tagged('post_install', '-at_install', '-standard', 'carloan_book')
class TestServedBook(FullCommon):
    """The demo book as `make run` serves it; `make test` runs this on a copy of that database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = cls.company._get_business_date()
        cls.loans = cls.env['carloan.loan'].with_company(cls.company).search(
            [('company_id', '=', cls.company.id)])

    def test_books_are_right_today_and_at_every_month_end(self):
        self.assert_books_right(self.day)
        for months in range(1, 14):
            end = self.day - relativedelta(months=months, day=31)
            self.assertEqual(self.company._carloan_ledger_differences(end), [])

    def test_book_has_loans_of_every_kind(self):
        self.assertGreaterEqual(len(self.loans), 130)
        self.assertIn('settled', self.loans.mapped('state'))
        overdue = self.loans.filtered('is_overdue').mapped('days_overdue')
        self.assertTrue([days for days in overdue if days <= 30], "nobody is early overdue")
        self.assertTrue([days for days in overdue if days > 90], "nobody is late overdue")
        current = self.loans.filtered(lambda loan: loan.state == 'active' and not loan.is_overdue)
        self.assertGreater(len(current), len(overdue))

    def test_every_role_has_a_login(self):
        logins = {row[0] for row in self.book._get_logins()}
        self.assertGreaterEqual(len(logins), 11)
        for login in logins:
            self.assertTrue(self.env['res.users'].search([('login', '=', login)]))
