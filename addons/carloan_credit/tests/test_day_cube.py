from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestDayCube(CreditCommon):
    """The figures of each closed day, counted once and kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env['hr.department'].create({
            'name': "Branch", 'company_id': cls.company.id})
        cls.loan = cls._create_active_loan()
        cls.branch_loan = cls._create_active_loan(
            principal_amount=50000, department_id=cls.branch.id)
        cls._move_to(date(2026, 2, 20))
        cls.cube = cls.env['carloan.day.cube']

    def test_day_end_counts_loans_by_department_and_bucket(self):
        rows = self.cube.search([('date', '=', date(2026, 2, 19))], order='principal_outstanding')
        self.assertRecordValues(rows, [
            {'department_id': self.branch.id, 'product_id': self.product.id, 'bucket': 'M1',
             'loan_count': 1, 'principal_outstanding': 50000, 'overdue_principal': 3942.44,
             'interest_outstanding': 500},
            {'department_id': self.department.id, 'product_id': self.product.id, 'bucket': 'M1',
             'loan_count': 1, 'principal_outstanding': 100000, 'overdue_principal': 7884.88,
             'interest_outstanding': 1000}])

    def test_due_day_itself_is_not_overdue(self):
        rows = self.cube.search([('date', '=', date(2026, 2, 15))])
        self.assertEqual(rows.mapped('bucket'), ['M0', 'M0'])
        self.assertEqual(sum(rows.mapped('overdue_principal')), 0)

    def test_closed_day_keeps_its_rows(self):
        day = date(2026, 2, 19)
        before = self.cube.search_read([('date', '=', day)])
        self._repay(self.loan, '8884.88', day)
        self.assertEqual(self.cube._write_day(self.company, day), 0)
        self.assertEqual(self.cube.search_read([('date', '=', day)]), before)
        with self.assertRaises(UserError):
            self.cube.search([('date', '=', day)]).write({'loan_count': 5})
        with self.assertRaises(UserError):
            self.cube.create([{'date': day}])

    def test_who_sees_only_own_loans_sees_no_totals(self):
        domain = [('date', '=', date(2026, 2, 19))]
        self.assertFalse(self.cube.with_user(self.officer).search(domain))
        self.assertEqual(
            self.cube.with_user(self.branch_manager).search(domain).department_id,
            self.department)
        self.assertEqual(len(self.cube.with_user(self.accountant).search(domain)), 2)

    def test_days_before_the_figures_are_filled_from_the_ledger(self):
        """A lender whose days were closed before there were figures."""
        with patch.object(type(self.loan), '_step_cube', lambda loans, day_end: 0):
            self._move_to(date(2026, 4, 2))
        self._repay(self.loan, '8884.88', date(2026, 3, 15))
        wizard = self.env['carloan.day.cube.wizard'].with_user(self.accountant).create({})
        self.assertRecordValues(wizard, [{
            'first_date': self.today, 'last_date': date(2026, 4, 1), 'missing_count': 2}])
        wizard.action_fill()
        self.assertEqual(
            set(self.cube.search([('date', '>', date(2026, 2, 19))]).mapped('date')),
            {date(2026, 2, 28), date(2026, 3, 31)})
        wizard.month_ends_only = False
        self.assertEqual(wizard.missing_count, 39)
        wizard.action_fill()
        self.assertEqual(wizard.missing_count, 0)
        rows = self.cube.search([('date', '=', date(2026, 3, 31))], order='principal_outstanding')
        self.assertEqual(rows.mapped('overdue_principal'), [7924.30, 15848.61])
        self.assertEqual(rows.mapped('bucket'), ['M2', 'M2'])

    def test_only_closed_days_of_the_books_are_filled(self):
        wizards = self.env['carloan.day.cube.wizard'].with_user(self.accountant)
        for days in ({'first_date': date(2026, 1, 14)}, {'last_date': date(2026, 2, 20)},
                     {'first_date': date(2026, 2, 5), 'last_date': date(2026, 2, 4)}):
            with self.assertRaisesRegex(ValidationError, "2026-01-15.*2026-02-19"), \
                    self.cr.savepoint():
                wizards.create(days)
        with self.assertRaises(AccessError):
            wizards.with_user(self.officer).create({})
