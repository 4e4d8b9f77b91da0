from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from ..const import POSITION_AMOUNTS
from .common import ROLES, CreditCommon


@tagged('post_install', '-at_install')
class TestEngineAccess(CreditCommon):
    """Whatever a script can send over RPC, as whatever role: facts are written by the engine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()
        cls.day_end = cls._run_day_end(cls.today)
        cls.draft = cls._create_loan()
        cls.env.ref('base.user_admin').company_ids |= cls.company
        cls.env.flush_all()

    def _rpc(self, user, records, method, *args, **kwargs):
        """What the web client or a script could call, as `user`."""
        ids = [] if method == 'create' else [records.ids]
        return call_kw(
            records.env[records._name].with_user(user), method, [*ids, *args], kwargs)

    def _assert_refused(self, user, records, method, *args, **kwargs):
        with self.subTest(role=user.login, model=records._name, method=method, args=args), \
                self.assertRaises(UserError), self.cr.savepoint():
            self._rpc(user, records, method, *args, **kwargs)

    def _users(self):
        return [getattr(self, role) for role in ROLES] + [self.env.ref('base.user_admin')]

    def test_facts_cannot_be_created_changed_or_deleted(self):
        transaction = self.loan.transaction_ids
        line = transaction.line_ids
        facts = (
            (transaction, {'loan_id': self.loan.id, 'company_id': self.company.id,
                           'kind': 'repayment', 'value_date': '2026-01-15',
                           'booking_date': '2026-01-15', 'event_id': transaction.id,
                           'recorded_at': '2026-01-15 00:00:00', 'user_id': self.officer.id}),
            (line, {'transaction_id': transaction.id, 'loan_id': self.loan.id,
                    'kind': 'repayment', 'value_date': '2026-01-15',
                    'booking_date': '2026-01-15', 'component': 'principal', 'amount': -1}),
            (self.loan.instalment_ids[0], {'paid_date': '2026-01-15'}),
            (self.loan.schedule_version_ids, {'version': 2}),
            (self.loan.class_ids, {'reason': "Because"}),
            (self.day_end, {'state': 'draft'}),
            (self.day_end.step_ids[0], {'state': 'todo'}),
        )
        for user in self._users():
            for records, vals in facts:
                self._assert_refused(user, records, 'create', [vals])
                self._assert_refused(user, records, 'write', vals)
                self._assert_refused(user, records, 'unlink')

    def test_state_and_position_cannot_be_written(self):
        values = [
            {'state': 'settled'}, {'name': 'CL1'}, {'disbursement_date': '2026-01-01'},
            {'class_tier_id': self.env.ref('carloan_credit.carloan_class_tier_loss').id},
            {'first_unpaid_due_date': False}, *({name: 1} for name in POSITION_AMOUNTS)]
        for user in self._users():
            for vals in values:
                self._assert_refused(user, self.loan, 'write', vals)
                self._assert_refused(user, self.draft, 'write', vals)

    def test_a_loan_is_not_born_active(self):
        vals = self.draft.copy_data()[0]
        for extra in ({'state': 'active'}, {'principal_outstanding': 5}, {'name': "CL9"}):
            with self.assertRaises(UserError):
                self.draft.create({**vals, **extra})
        loan = self.draft.with_context(
            default_state='active', default_principal_outstanding=7).create(vals)
        self.assertRecordValues(loan, [{'state': 'draft', 'principal_outstanding': 0}])
        copy = self.loan.copy()
        self.assertRecordValues(copy, [{
            'state': 'draft', 'principal_outstanding': 0, 'disbursement_date': False}])

    def test_a_contract_comes_from_an_application_only(self):
        vals = self.draft.copy_data()[0]
        for user in self._users():
            self._assert_refused(user, self.draft, 'create', [vals])
            self._assert_refused(user, self.draft, 'copy')
            self._assert_refused(user, self.draft, 'unlink')

    def test_lines_cannot_be_smuggled_in_through_the_loan(self):
        self._assert_refused(self.officer, self.draft, 'write', {
            'transaction_ids': [Command.create({
                'kind': 'repayment', 'company_id': self.company.id})]})
        self._assert_refused(self.officer, self.loan, 'write', {
            'instalment_ids': [Command.delete(self.loan.instalment_ids[0].id)]})
        self._assert_refused(self.officer, self.loan, 'write', {
            'class_ids': [Command.clear()]})

    def test_business_date_is_moved_by_the_day_end_only(self):
        for user in self._users():
            self._assert_refused(
                user, self.company, 'write', {'carloan_business_date': date(2026, 3, 1)})
        self._assert_refused(self.env.ref('base.user_admin'), self.company, 'write', {
            'carloan_business_date': date(2026, 3, 1)}, context={'carloan_guard_pass': True})

    def test_doors_of_the_engine_are_private(self):
        for model, methods in {
            'carloan.loan': ('_disburse', '_repay', '_set_reviewed_class', '_refresh_position',
                             '_charge_back', '_refund', '_capitalise', '_reamortise',
                             '_reage', '_waive_future_principal', '_transfer_debt', '_charge_off',
                             '_refresh_borrowers'),
            'carloan.transaction': ('_post', '_reverse', '_append'),
            'carloan.day.end': ('_run', '_get_or_create'),
            'res.company': ('_run_day_ends', '_set_business_date'),
        }.items():
            for method in methods:
                with self.subTest(method=method), self.assertRaises(AccessError):
                    call_kw(self.env[model].with_user(self.administrator), method, [[]], {})

    def test_scope_holds_for_the_loan_and_everything_that_belongs_to_it(self):
        store = self.env['hr.department'].create({
            'name': "Store", 'company_id': self.company.id, 'parent_id': self.department.id})
        elsewhere = self.env['hr.department'].create({
            'name': "Elsewhere", 'company_id': self.company.id})
        other_officer = self._create_user('other_officer', 'officer', store)
        store_manager = self._create_user('store_manager', 'branch_manager', store)
        far_manager = self._create_user('far_manager', 'branch_manager', elsewhere)
        loan = self._create_active_loan(user_id=other_officer.id, department_id=store.id)
        for records in (loan, loan.instalment_ids, loan.transaction_ids,
                        loan.transaction_ids.line_ids, loan.schedule_version_ids, loan.class_ids):
            for user, sees in (
                    (other_officer, True), (self.officer, False), (store_manager, True),
                    (self.branch_manager, True), (far_manager, False), (self.accountant, True),
                    (self.auditor, True), (self.administrator, True)):
                with self.subTest(model=records._name, user=user.login):
                    found = records.with_user(user).search([('id', 'in', records.ids)])
                    self.assertEqual(bool(found), sees)

    def test_companies_do_not_see_each_other(self):
        other = self._create_lender("Other Lender")
        department = self.env['hr.department'].create({'name': "O", 'company_id': other.id})
        stranger = self._create_user('stranger', 'auditor', department, other)
        for records in (self.loan, self.loan.instalment_ids, self.loan.transaction_ids,
                        self.loan.transaction_ids.line_ids, self.loan.schedule_version_ids,
                        self.loan.class_ids, self.day_end, self.day_end.step_ids,
                        self.fund_account):
            with self.subTest(model=records._name):
                theirs = records.with_user(stranger).with_context(allowed_company_ids=other.ids)
                self.assertFalse(theirs.search([('id', 'in', records.ids)]))
                with self.assertRaises(AccessError):
                    theirs.read(['display_name'])

    def test_buckets_and_classes_belong_to_risk_and_administration(self):
        rows = (self.env.ref('carloan_credit.carloan_bucket_m7'),
                self.env.ref('carloan_credit.carloan_class_tier_loss'))
        for role in ROLES:
            user = getattr(self, role)
            for row in rows:
                if role in ('risk_manager', 'administrator'):
                    row.with_user(user).name = "Over half a year"
                else:
                    self._assert_refused(user, row, 'write', {'name': "No"})
                if role != 'administrator':
                    self._assert_refused(user, row, 'unlink')

    def test_every_role_opens_the_loan_and_its_lists(self):
        views = {'carloan.loan': ('form', 'list', 'kanban', 'search', 'pivot', 'graph'),
                 'carloan.transaction': ('form', 'list', 'kanban', 'search'),
                 'carloan.instalment': ('form', 'list', 'kanban', 'search'),
                 'carloan.day.end': ('form', 'list', 'kanban', 'search')}
        for role in ROLES:
            user = getattr(self, role)
            for model, types in views.items():
                with self.subTest(role=role, model=model):
                    records = self.env[model].with_user(user)
                    descriptions = records.get_views([(False, type_) for type_ in types])
                    fields = descriptions['models'][model]['fields']
                    records.search([], limit=5).read(list(fields))
