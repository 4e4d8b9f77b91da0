import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ROLES
from .fake_document import FakeDocumentCase


@tagged('post_install', '-at_install')
class TestApprovalAttacks(FakeDocumentCase):
    """What a client can try over RPC to get a document through."""

    def test_creator_and_officer_may_not_vote(self):
        self.officer.group_ids += self._group('reviewer')
        self.officer_2.group_ids += self._group('reviewer')
        document = self._create_document(self.officer, user_id=self.officer_2.id)
        document.sudo().with_user(self.env.user).action_submit()
        candidates = document.approval_request_id.step_line_ids.candidate_ids
        self.assertFalse(candidates & (self.officer | self.officer_2))
        self.assertIn(self.reviewer, candidates)
        for user in (self.officer, self.officer_2):
            with self.subTest(user=user.name), self.assertRaisesRegex(UserError, "somebody else"):
                document.approval_request_id.with_user(user).sudo(False).action_approve()

    def test_submitter_may_not_vote(self):
        self.branch_manager.group_ids += self._group('reviewer')
        document = self._create_document()
        document.with_user(self.branch_manager).action_submit()
        with self.assertRaisesRegex(UserError, "somebody else must decide"):
            document.with_user(self.branch_manager).action_approve()

    def test_owner_by_hand_over_may_not_vote(self):
        document = self._submit()
        document.sudo().user_id = self.reviewer
        with self.assertRaisesRegex(UserError, "somebody else must decide"):
            document.with_user(self.reviewer).action_approve()

    def test_only_frozen_candidates_vote(self):
        document = self._submit()
        late = self._create_user('late', 'reviewer')
        with self.assertRaisesRegex(UserError, "decided by Reviewer"):
            document.with_user(late).action_approve()

    def test_candidate_who_lost_the_role_may_not_vote(self):
        document = self._submit()
        self.reviewer.group_ids = self._group('cashier')
        with self.assertRaises(UserError):
            document.with_user(self.reviewer).action_approve()
        self.reviewer_2.active = False
        with self.assertRaises(UserError):
            document.with_user(self.reviewer_2).action_approve()

    def test_the_system_does_not_vote(self):
        document = self._submit()
        with self.assertRaises(UserError):
            document.sudo().action_approve()
        with self.assertRaises(UserError):
            document.with_user(self.administrator).action_approve()

    def test_no_role_writes_requests_steps_or_votes(self):
        document = self._submit()
        request = document.approval_request_id
        request.with_user(self.reviewer_2).action_refuse("no")
        targets = (
            (request, {'state': 'approved'}),
            (request, {'maker_ids': [(5,)]}),
            (request.step_line_ids, {'state': 'approved'}),
            (request.step_line_ids, {'candidate_ids': [(4, self.officer.id)]}),
            (request.step_line_ids, {'quorum': 0}),
            (request.vote_ids, {'decision': 'approve'}),
        )
        for role in ROLES:
            user = getattr(self, role)
            for record, vals in targets:
                record = record.with_user(user)
                with self.subTest(role=role, vals=vals), self.assertRaises(UserError):
                    record.write(vals)
                with self.subTest(role=role, vals=vals), self.assertRaises(UserError):
                    record.unlink()
                with self.subTest(role=role, vals=vals), self.assertRaises(UserError):
                    record.copy()

    def test_no_role_creates_requests(self):
        document = self._create_document()
        vals = {
            'name': "D", 'res_model': document._name, 'res_id': document.id, 'digest': "x",
            'rule_id': self.rule_small.id, 'currency_id': document.currency_id.id,
            'submitted_by_id': self.officer.id, 'submit_date': self.today,
            'company_id': self.company.id, 'state': 'approved',
        }
        for role in ROLES:
            with self.subTest(role=role), self.assertRaises(UserError):
                self.Request.with_user(getattr(self, role)).create(vals)
        with self.assertRaises(UserError):
            self.Request.sudo().create(vals)

    def test_requests_cannot_be_forged_through_the_document(self):
        document = self._create_document()
        for command in (
            (0, 0, {'name': "D", 'state': 'approved'}),
            (0, 0, {}),
        ):
            with self.assertRaises(UserError):
                document.write({'approval_request_ids': [command]})
        request = self._submit().approval_request_id
        with self.assertRaises(UserError):
            document.write({'approval_request_ids': [(1, request.id, {'state': 'approved'})]})
        with self.assertRaises(UserError):
            document.write({'approval_request_ids': [(4, request.id)]})
            self.env.flush_all()

    def test_writing_the_computed_state_approves_nothing(self):
        document = self._submit()
        document.write({'approval_state': 'approved', 'can_vote': True})
        document.invalidate_recordset()
        self.assertEqual(document.approval_state, 'pending')

    def test_change_under_review_is_refused_or_found_out(self):
        document = self._submit()
        for user in (self.officer, self.env.user):
            with self.subTest(user=user.name), self.assertRaisesRegex(UserError, "frozen"):
                document.with_user(user).write({'amount': 90000})
        line = self.env['carloan.test.line'].create({'document_id': document.id, 'amount': 1})
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            document.with_user(self.reviewer).action_approve()
        line.unlink()
        self.env.cr.execute(
            "UPDATE carloan_test_document SET amount = 99 WHERE id = %s", (document.id,)
        )
        document.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "changed after it was submitted"):
            document.with_user(self.reviewer).action_approve()

    def test_context_does_not_switch_anything_off(self):
        document = self._submit()
        nosy = document.with_context(
            default_state='approved', install_mode=True, skip_check=True, active_test=False
        )
        with self.assertRaises(UserError):
            nosy.write({'amount': 1})
        request = nosy.with_user(self.reviewer).approval_request_id.with_context(
            default_user_id=self.reviewer_2.id, default_decision='refuse', default_comment="x"
        )
        request.action_approve()
        self.assertRecordValues(
            document.approval_request_id.vote_ids,
            [{'user_id': self.reviewer.id, 'decision': 'approve', 'comment': False}],
        )

    def test_submitting_twice_is_refused(self):
        document = self._submit()
        with self.assertRaises(UserError):
            document._submit_for_approval()

    def test_submitted_document_is_not_deleted(self):
        document = self._submit()
        with self.assertRaisesRegex(UserError, "is kept"):
            document.unlink()

    def test_stranger_cannot_submit_or_vote(self):
        document = self._create_document()
        with self.assertRaises(AccessError):
            document.with_user(self.officer_2).action_submit()
        document.action_submit()
        plain = self._create_user('plain')
        with self.assertRaises(AccessError):
            document.approval_request_id.with_user(plain).action_approve()

    def test_database_refuses_second_vote_and_own_vote(self):
        request = self._submit().approval_request_id
        request.with_user(self.reviewer_2).action_refuse("no")
        vals = {
            'request_id': request.id, 'step_line_id': request.step_line_ids.id,
            'maker_id': self.officer.id, 'decision': 'approve', 'vote_date': self.today,
        }
        Vote = self.env['carloan.approval.vote']
        for user in (self.reviewer_2, self.officer):
            with (
                self.subTest(user=user.name),
                mute_logger('odoo.sql_db'),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                Vote._append([{**vals, 'user_id': user.id}])

    def test_a_request_being_voted_on_is_locked(self):
        request = self._submit().approval_request_id
        self.patch(type(request), 'lock_for_update', _raise_lock_error)
        with self.assertRaisesRegex(UserError, "Somebody else is voting"):
            request.with_user(self.reviewer).action_approve()


def _raise_lock_error(_records, **_options):
    from odoo.exceptions import LockError

    raise LockError("busy")
