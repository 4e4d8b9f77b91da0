from datetime import date

from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestDerivedFields(CreditCommon):
    """Days overdue, bucket and the overdue flag are not stored but filter, sort and group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fresh = cls._create_active_loan()
        cls.loans = cls.fresh
        starts = {'m3': date(2025, 10, 16), 'm1': date(2025, 12, 1), 'm2': date(2025, 11, 1)}
        for name, start in starts.items():
            loan = cls._create_active_loan(start, contract_date=start)
            setattr(cls, name, loan)
            cls.loans |= loan
        cls.draft = cls._create_loan()
        cls.loans |= cls.draft
        cls.Loan = cls.env['carloan.loan'].with_user(cls.officer)

    def _search(self, *domain, **kwargs):
        return self.Loan.search([('id', 'in', self.loans.ids), *domain], **kwargs)

    def test_values(self):
        self.assertRecordValues(self.m3 | self.m2 | self.m1 | self.fresh | self.draft, [
            {'days_overdue': 60, 'is_overdue': True, 'bucket': 'M2'},
            {'days_overdue': 45, 'is_overdue': True, 'bucket': 'M2'},
            {'days_overdue': 14, 'is_overdue': True, 'bucket': 'M1'},
            {'days_overdue': 0, 'is_overdue': False, 'bucket': 'M0'},
            {'days_overdue': 0, 'is_overdue': False, 'bucket': 'M0'}])

    def test_filter_agrees_with_the_values(self):
        values = {loan: loan.days_overdue for loan in self.loans}
        tests = {
            '>': lambda a, b: a > b, '>=': lambda a, b: a >= b, '<': lambda a, b: a < b,
            '<=': lambda a, b: a <= b, '=': lambda a, b: a == b, '!=': lambda a, b: a != b}
        for operator, test in tests.items():
            for days in (0, 13, 14, 45, 60, 61):
                with self.subTest(operator=operator, days=days):
                    self.assertEqual(
                        set(self._search(('days_overdue', operator, days))),
                        {loan for loan, value in values.items() if test(value, days)})

    def test_filter_by_flag_and_bucket(self):
        late = self.m1 | self.m2 | self.m3
        self.assertEqual(set(self._search(('is_overdue', '=', True))), set(late))
        self.assertEqual(set(self._search(('is_overdue', '=', False))), {self.fresh, self.draft})
        self.assertEqual(set(self._search(('bucket', '=', 'M2'))), {self.m2, self.m3})
        self.assertEqual(set(self._search(('bucket', '!=', 'M2'))),
                         {self.m1, self.fresh, self.draft})
        self.assertEqual(set(self._search(('bucket', 'in', ['M0', 'M1']))),
                         {self.m1, self.fresh, self.draft})
        self.assertEqual(set(self._search(('bucket', 'ilike', 'm1'))), {self.m1})
        self.assertFalse(self._search(('bucket', '=', 'M9')))

    def test_filter_by_days_to_the_next_due_date(self):
        self.assertEqual(
            set(self._search(('days_to_due', '>=', 0), ('days_to_due', '<=', 7))),
            {self.m3})
        self.assertEqual(set(self._search(('days_to_due', '<=', 16))), {self.m3} )
        self.assertEqual(self.m3.days_to_due, 1)
        self.assertFalse(self._search(('days_to_due', '<', 0)))

    def test_sort(self):
        order = self._search(('is_overdue', '=', True), order='days_overdue desc')
        self.assertEqual(order.ids, [self.m3.id, self.m2.id, self.m1.id])
        order = self._search(('is_overdue', '=', True), order='bucket, days_overdue')
        self.assertEqual(order.ids, [self.m1.id, self.m2.id, self.m3.id])
        order = self._search(order='is_overdue desc, days_overdue desc, id')
        self.assertEqual(order[:3].ids, [self.m3.id, self.m2.id, self.m1.id])

    def test_group_and_aggregate(self):
        groups = self.Loan._read_group(
            [('id', 'in', self.loans.ids)], ['bucket'], ['__count', 'days_overdue:max'],
            order='bucket')
        self.assertEqual(groups, [('M0', 2, 0), ('M1', 1, 14), ('M2', 2, 60)])
        groups = self.Loan.formatted_read_group(
            [('id', 'in', self.loans.ids)], ['is_overdue', 'department_id'], ['__count'])
        self.assertEqual({group['is_overdue']: group['__count'] for group in groups},
                         {False: 2, True: 3})
        for group in self.Loan.formatted_read_group(
                [('id', 'in', self.loans.ids)], ['bucket'], ['__count']):
            self.assertEqual(
                self.Loan.search_count([('id', 'in', self.loans.ids), *group['__extra_domain']]),
                group['__count'])

    def test_the_client_may_sort_and_group(self):
        description = self.Loan.fields_get(['days_overdue', 'is_overdue', 'bucket'])
        for name, field in description.items():
            with self.subTest(field=name):
                self.assertTrue(field['searchable'] and field['sortable'] and field['groupable'])
                self.assertFalse(field['store'])

    def test_a_day_that_passes_writes_no_loan(self):
        self.env.flush_all()
        self.company._set_business_date(date(2026, 1, 16))
        with self.assertQueryCount(0):
            self.env.flush_all()
        self.assertEqual(self.m1.days_overdue, 15)
        self.assertEqual(set(self._search(('days_overdue', '=', 15))), {self.m1})

    def test_each_company_has_its_own_business_date(self):
        other = self._create_lender("Other Lender", date(2026, 6, 1))
        self.assertEqual(set(self._search(('is_overdue', '=', True))),
                         {self.m1, self.m2, self.m3})
        other._set_business_date(date(2020, 1, 1))
        self.assertEqual(set(self._search(('days_overdue', '>', 14))), {self.m2, self.m3})
