from psycopg2 import Error as DatabaseError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MORNING, CollectionCommon


@tagged('post_install', '-at_install')
class TestRpc(CollectionCommon):
    """Whatever the web client hides, a script may try: nobody gets around a gate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_overdue_loan(days=4)
        cls.case = cls._get_case(cls.loan)
        cls.task = cls.case.task_ids[:1]
        cls.contact = cls.env['carloan.contact'].with_user(cls.collector)._log([{
            'case_id': cls.case.id, 'channel': 'call', 'outcome_id': cls.outcome.id,
            'contact_datetime': MORNING}])

    def _users(self):
        return {**self._role_users(), 'superuser': self.env.ref('base.user_root')}

    def test_no_role_and_no_superuser_writes_a_guarded_field(self):
        for record, guarded in {
            self.case: {
                'state': 'closed', 'partner_id': 1, 'company_id': 1, 'opened_date': '2026-01-01',
                'closed_date': '2026-01-01', 'oldest_due_date': '2026-01-01',
                'overdue_amount': 0.0, 'loan_ids': [Command.clear()]},
            self.task: {
                'state': 'done', 'case_id': self.case.id, 'strategy_id': 1, 'company_id': 1,
                'channel': 'sms', 'due_date': '2026-01-01', 'done_date': '2026-01-01'},
            self.loan: {'collection_case_ids': [Command.clear()]},
        }.items():
            for role, user in self._users().items():
                for name, value in guarded.items():
                    with self.subTest(model=record._name, role=role, field=name), \
                            self.assertRaises(UserError):
                        self._rpc(user, record, 'write', {name: value})

    def test_nobody_creates_a_case_a_task_or_a_contact(self):
        for role, user in self._users().items():
            for record, values in (
                (self.case, {'partner_id': self.customer.id, 'state': 'open',
                             'opened_date': '2026-01-01'}),
                (self.task, {'case_id': self.case.id, 'channel': 'call',
                             'due_date': '2026-01-01', 'strategy_id': 1}),
                (self.contact, {
                    'case_id': self.case.id, 'company_id': self.company.id,
                    'partner_id': self.customer.id, 'user_id': user.id, 'channel': 'call',
                    'contact_datetime': '2026-02-20 18:00:00', 'outcome_id': self.outcome.id}),
            ):
                with self.subTest(model=record._name, role=role), self.assertRaises(UserError):
                    self._rpc(user, record, 'create', values)

    def test_the_contact_log_is_never_changed(self):
        for role, user in self._users().items():
            for method, args in (
                ('write', [{'note': "Something else"}]), ('unlink', []), ('copy', []),
            ):
                with self.subTest(role=role, method=method), self.assertRaises(UserError):
                    self._rpc(user, self.contact, method, *args)

    @mute_logger('odoo.sql_db')
    def test_the_database_refuses_a_change_of_the_contact_log(self):
        for query in ("UPDATE carloan_contact SET note = 'X'", "DELETE FROM carloan_contact",
                      "TRUNCATE carloan_contact"):
            with self.subTest(query=query), self.assertRaises(DatabaseError), \
                    self.cr.savepoint():
                self.cr.execute(query)

    def test_no_side_door_through_the_case(self):
        for user in (self.collector, self.administrator, self.officer):
            for name, child, value in (
                ('task_ids', self.task, {'state': 'done'}),
                ('contact_ids', self.contact, {'note': "X"}),
            ):
                with self.subTest(user=user.login, field=name), self.assertRaises(UserError):
                    self._rpc(user, self.case, 'write', {
                        name: [Command.update(child.id, value)]})

    def test_the_wizard_does_not_open_the_quiet_hours(self):
        """Neither another time nor another user's context gets a call at night into the log."""
        self._at(MORNING.replace(hour=16))
        wizard = self.env['carloan.contact.wizard']
        values = {'case_id': self.case.id, 'outcome_id': self.outcome.id, 'channel': 'call'}
        for context in ({}, {'tz': 'America/New_York'}, {'default_channel': 'letter'}):
            created = self._rpc(self.collector, wizard, 'create', values, context=context)
            with self.assertRaises(UserError):
                self._rpc(self.collector, wizard.browse(created), 'action_log', context=context)

    def test_private_methods_are_not_reachable(self):
        for record, method in (
            (self.case, '_sync'), (self.case, '_close_cured'), (self.contact, '_log'),
            (self.contact, '_append'), (self.task, '_set_done'), (self.task, '_write_guarded'),
            (self.loan, '_step_collection'),
        ):
            for user in (self.collector, self.administrator):
                with self.subTest(method=method), self.assertRaises(AccessError):
                    self._rpc(user, record, method)

    def test_administrator_and_auditor_do_no_business_act(self):
        for user in (self.administrator, self.auditor):
            for record, act in ((self.case, 'action_log_contact'), (self.task, 'action_done')):
                with self.subTest(user=user.login, act=act), self.assertRaises(AccessError):
                    self._rpc(user, record, act)
