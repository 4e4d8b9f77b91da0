from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestBook(CreditCommon):
    """The screen "Book as of a Date", as the people who open it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_officer = cls._create_user('test_other_officer', 'officer')
        cls.loan = cls._create_active_loan()
        cls.other_loan = cls._create_active_loan(
            principal_amount=50000, user_id=cls.other_officer.id)
        cls._move_to(date(2026, 2, 20))
        cls._repay(cls.loan, '8884.88')
        cls._move_to(date(2026, 2, 25))

    def _open(self, user, day, basis='booked'):
        """The lines that the screen shows to a user."""
        form = Form(self.env['carloan.book'].with_user(user))
        form.date = day
        form.basis = basis
        book = form.save()
        action = book.action_show()
        return book, self.env[action['res_model']].with_user(user).search(
            action['domain']).sorted(lambda line: line.loan_id.id)

    def test_accountant_sees_the_whole_book_of_the_day(self):
        _book, lines = self._open(self.accountant, date(2026, 2, 19))
        self.assertRecordValues(lines, [
            {'loan_id': self.loan.id, 'principal_outstanding': 100000, 'days_overdue': 4,
             'bucket': 'M1', 'overdue_principal': 7884.88, 'state': 'active'},
            {'loan_id': self.other_loan.id, 'principal_outstanding': 50000, 'days_overdue': 4,
             'bucket': 'M1', 'overdue_principal': 3942.44, 'state': 'active'}])
        _book, lines = self._open(self.accountant, date(2026, 2, 20))
        self.assertRecordValues(lines, [
            {'principal_outstanding': 92137.33, 'overdue_principal': 22.21, 'days_overdue': 5},
            {'principal_outstanding': 50000, 'overdue_principal': 3942.44, 'days_overdue': 5}])

    def test_officer_sees_own_loans_only(self):
        book, lines = self._open(self.officer, date(2026, 2, 19))
        self.assertEqual(lines.loan_id, self.loan)
        self.env.flush_all()
        self.env.cr.execute(
            'SELECT loan_id FROM carloan_book_line WHERE book_id = %s', [book.id])
        self.assertEqual(self.env.cr.fetchall(), [(self.loan.id,)])

    def test_a_book_belongs_to_who_opened_it(self):
        book, lines = self._open(self.accountant, date(2026, 2, 19))
        self.assertFalse(self.env['carloan.book.line'].with_user(self.auditor).search(
            [('book_id', '=', book.id)]))
        with self.assertRaises(AccessError):
            book.with_user(self.auditor).action_show()
        with self.assertRaises(AccessError):
            lines.with_user(self.auditor).read(['principal_outstanding'])

    def test_rows_follow_a_loan_that_changes_hands(self):
        _book, lines = self._open(self.officer, date(2026, 2, 19))
        self.loan.user_id = self.other_officer
        with self.assertRaises(AccessError):
            lines.invalidate_recordset()
            lines.read(['principal_outstanding'])

    def test_totals_by_product_department_and_class(self):
        book, _lines = self._open(self.accountant, date(2026, 2, 19))
        lines = self.env['carloan.book.line'].with_user(self.accountant)
        for name, value in (('product_id', self.product), ('department_id', self.department),
                            ('class_tier_id', self.loan.class_ids.sorted('id')[-1:].tier_id)):
            groups = lines._read_group(
                [('book_id', '=', book.id)], [name], ['__count', 'principal_outstanding:sum'])
            self.assertEqual(sum(count for _value, count, _sum in groups), 2)
            self.assertEqual(sum(total for _value, _count, total in groups), 150000)
            if name != 'class_tier_id':
                self.assertEqual(groups[0][0], value)

    def test_days_outside_the_books_are_refused(self):
        for day in (date(2026, 2, 26), date(2025, 12, 31)):
            with self.assertRaisesRegex(ValidationError, '2026-01-15.*2026-02-25'):
                self._open(self.officer, day)

    def test_rows_leave_with_their_book(self):
        book, lines = self._open(self.accountant, date(2026, 2, 19))
        book.sudo().unlink()
        self.env.cr.execute('SELECT 1 FROM carloan_book_line WHERE id = ANY(%s)', [lines.ids])
        self.assertFalse(self.env.cr.fetchall())

    def test_a_large_selection_gives_the_same_rows(self):
        loans = self.env['carloan.loan']
        for day in (date(2026, 2, 19), date(2026, 2, 24)):
            few = self._fetch(loans, day)
            with patch('odoo.addons.carloan_credit.models.carloan_loan_as_of._FEW_LOANS', 0):
                self.assertEqual(self._fetch(loans, day), few)
            self.assertEqual(len(few), 2)

    def _fetch(self, loans, day):
        selection = loans._search([('company_id', '=', self.company.id)])
        return sorted(self.env.execute_query(
            loans._get_selection_query(day, 'booked', self.company, selection)), key=str)
