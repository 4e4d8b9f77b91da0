from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MORNING, CollectionCommon


@tagged('post_install', '-at_install')
class TestAccess(CollectionCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_overdue_loan(days=4)
        cls.case = cls._get_case(cls.loan)
        cls.contact = cls.env['carloan.contact'].with_user(cls.collector)._log([{
            'case_id': cls.case.id, 'channel': 'call', 'outcome_id': cls.outcome.id,
            'contact_datetime': MORNING}])
        cls.records = [cls.case, cls.case.task_ids, cls.contact]

    def test_company_roles_read_everything(self):
        for user in (self.reviewer, self.risk_manager, self.committee, self.cashier,
                     self.accountant, self.asset, self.collector, self.auditor,
                     self.administrator):
            for record in self.records:
                self.assertTrue(record.with_user(user).has_access('read'), user.login)

    def test_officer_sees_the_cases_of_his_customers(self):
        other = self._create_user('other_officer', 'officer')
        for record in self.records:
            self.assertTrue(record.with_user(self.officer).has_access('read'))
            self.assertFalse(record.with_user(other).has_access('read'))

    def test_a_collector_with_own_scope_sees_his_cases_only(self):
        narrow = self._create_user('narrow', 'collector')
        narrow.group_ids = self.env.ref('carloan_base.carloan_base_group_scope_own')
        for record in self.records:
            self.assertFalse(record.with_user(narrow).has_access('read'))
        self.case.user_id = narrow
        for record in self.records:
            self.assertTrue(record.with_user(narrow).has_access('read'))

    def test_department_scope_reads_below(self):
        parent = self.env['hr.department'].create({'name': "Region"})
        self.department.parent_id = parent
        manager = self._create_user('region_manager', 'branch_manager', department=parent)
        for record in self.records:
            self.assertTrue(record.with_user(manager).has_access('read'))
        self.case.department_id = False
        self.env.flush_all()
        for record in self.records:
            self.assertFalse(record.with_user(manager).has_access('read'))

    def test_other_company_sees_nothing(self):
        company = self._create_lender("Other lender")
        department = self.env['hr.department'].create({
            'name': "Far away", 'company_id': company.id})
        stranger = self._create_user('stranger', 'collector', department, company)
        for record in self.records:
            theirs = record.with_user(stranger).with_context(allowed_company_ids=company.ids)
            self.assertFalse(theirs.has_access('read'))

    def test_only_collectors_hand_cases_over(self):
        second = self._create_user('second_collector', 'collector')
        self.case.with_user(self.collector).user_id = second
        self.assertEqual(self.case.task_ids.user_id, second)
        for role, user in self._role_users().items():
            if role != 'collector':
                with self.subTest(role=role), self.assertRaises(AccessError):
                    self.case.with_user(user).user_id = user

    def test_rules_are_set_by_risk_and_administration(self):
        strategy = self.env['carloan.collection.strategy'].create({'name': "X", 'dpd_from': 2})
        for role, user in self._role_users().items():
            record = strategy.with_user(user)
            if role in ('risk_manager', 'administrator'):
                record.text = role
                self.outcome.with_user(user).sequence = 20
                continue
            with self.subTest(role=role), self.assertRaises(AccessError):
                record.text = role
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.outcome.with_user(user).sequence = 20

    def test_every_role_opens_every_view(self):
        for user in self._role_users().values():
            for record in self.records:
                for view_type in ('form', 'list', 'kanban', 'search'):
                    self.assertTrue(record.with_user(user).get_view(view_type=view_type))

    def test_collectors_read_loan_borrower_and_car(self):
        loan = self.loan.with_user(self.collector)
        self.assertTrue(loan.amount_due_today)
        self.assertTrue(loan.partner_id.phone)
        self.assertEqual(loan.vehicle_count, 0)
