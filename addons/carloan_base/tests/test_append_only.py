import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .fake_document import FakeDocumentCase


@tagged('post_install', '-at_install')
class TestAppendOnly(FakeDocumentCase):
    def setUp(self):
        super().setUp()
        self.Log = self.env['carloan.test.log']
        self.log = self.Log.with_user(self.officer)._append([{'name': "paid"}])

    def test_server_appends_for_a_user_without_rights(self):
        self.assertRecordValues(self.log, [{'name': "paid", 'create_uid': self.officer.id}])
        self.assertFalse(self.log.env.su)

    def test_nobody_creates_rows(self):
        for records in (self.Log.with_user(self.administrator), self.Log, self.Log.sudo()):
            with self.assertRaises(UserError):
                records.create({'name': "forged"})
        result = self.Log.load(['name'], [["forged"]])
        self.assertFalse(result['ids'])

    def test_nobody_changes_or_deletes_rows(self):
        for user in (self.officer, self.administrator, self.env.user):
            log = self.log.with_user(user)
            with self.subTest(user=user.name):
                with self.assertRaises(UserError):
                    log.write({'name': "changed"})
                with self.assertRaises(UserError):
                    log.sudo().unlink()
                with self.assertRaises(UserError):
                    log.copy()
        with self.assertRaises(UserError):
            self.log.sudo().name = "changed"
        self.assertEqual(self.log.name, "paid")

    def test_context_gives_no_defaults(self):
        log = self.Log.with_context(default_note="forged")._append([{'name': "x"}])
        self.assertFalse(log.note)

    def test_postgresql_refuses_too(self):
        self.env.flush_all()
        for query in (
            "UPDATE carloan_test_log SET name = 'x'",
            "DELETE FROM carloan_test_log",
            "TRUNCATE carloan_test_log",
        ):
            with (
                self.subTest(query=query),
                mute_logger('odoo.sql_db'),
                self.assertRaisesRegex(psycopg2.Error, "never changed or deleted"),
                self.cr.savepoint(),
            ):
                self.cr.execute(query)

    def test_votes_have_the_trigger(self):
        self.cr.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'carloan_approval_vote'::regclass "
            "AND tgname LIKE 'carloan_append_only%'"
        )
        self.assertEqual(self.cr.fetchone()[0], 2)

    def test_votes_cannot_be_forged(self):
        document = self._submit()
        request = document.approval_request_id
        vals = {
            'request_id': request.id,
            'step_line_id': request.step_line_ids[:1].id,
            'user_id': self.reviewer.id,
            'maker_id': self.officer.id,
            'decision': 'approve',
            'vote_date': self.today,
        }
        for user in (self.officer, self.reviewer, self.administrator):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.env['carloan.approval.vote'].with_user(user).create(vals)
        with self.assertRaises(UserError):
            self.env['carloan.approval.vote'].sudo().create(vals)
