from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .fake_document import FakeDocumentCase


@tagged('post_install', '-at_install')
class TestApproval(FakeDocumentCase):
    def test_small_amount_needs_one_level(self):
        document = self._submit(amount=100000)
        request = document.approval_request_id
        self.assertEqual(request.rule_id, self.rule_small)
        self.assertRecordValues(
            request,
            [{'state': 'pending', 'amount': 100000, 'user_id': self.officer.id,
              'submitted_by_id': self.officer.id, 'submit_date': self.today}],
        )
        document.with_user(self.reviewer).action_approve()
        self.assertRecordValues(request, [{'state': 'approved', 'decision_date': self.today}])
        self.assertRecordValues(document, [{'state': 'approved', 'approval_state': 'approved'}])

    def test_large_amount_needs_two_levels_by_different_people(self):
        document = self._submit(amount=100000.01)
        request = document.approval_request_id
        self.assertEqual(request.step_line_ids.mapped('state'), ['pending', 'waiting'])
        with self.assertRaisesRegex(UserError, "decided by Reviewer"):
            self.env['carloan.approval.request'].browse(request.id).with_user(
                self.committee
            ).action_approve()
        request.with_user(self.risk_manager).action_approve("fine")
        self.assertEqual(document.state, 'in_approval')
        with self.assertRaisesRegex(UserError, "voted on it already"):
            request.with_user(self.risk_manager).action_approve()
        request.with_user(self.risk_manager_2).action_approve()
        self.assertEqual(document.state, 'approved')
        self.assertRecordValues(
            request.vote_ids,
            [
                {'user_id': self.risk_manager.id, 'decision': 'approve', 'comment': "fine",
                 'maker_id': self.officer.id, 'vote_date': self.today},
                {'user_id': self.risk_manager_2.id, 'decision': 'approve', 'comment': False,
                 'maker_id': self.officer.id, 'vote_date': self.today},
            ],
        )

    def test_later_step_cannot_be_voted_first(self):
        rule = self._create_rule("Order", ['reviewer', 'committee'], sequence=1)
        request = self._submit().approval_request_id
        self.assertEqual(request.rule_id, rule)
        with self.assertRaises(UserError):
            request.with_user(self.committee).action_approve()
        request.with_user(self.reviewer).action_approve()
        request.with_user(self.committee).action_approve()
        self.assertEqual(request.state, 'approved')

    def test_quorum_needs_several_people(self):
        self.rule_small.step_ids.quorum = 2
        document = self._submit()
        document.with_user(self.reviewer).action_approve()
        self.assertEqual(document.state, 'in_approval')
        document.with_user(self.reviewer_2).action_approve()
        self.assertEqual(document.state, 'approved')
        self.assertEqual(document.approval_request_id.vote_count, 2)

    def test_one_refusal_refuses(self):
        document = self._submit(amount=200000)
        document.with_user(self.reviewer).action_approve()
        action = document.with_user(self.risk_manager).action_refuse()
        wizard = self.env[action['res_model']].with_user(self.risk_manager).with_context(
            action['context']
        ).create({'comment': "Income is not proven"})
        wizard.action_confirm()
        self.assertRecordValues(document, [{'state': 'refused', 'approval_state': 'refused'}])
        self.assertEqual(document.approval_request_id.vote_ids[-1].comment, "Income is not proven")
        with self.assertRaisesRegex(UserError, "not being decided any more"):
            document.with_user(self.risk_manager_2).action_approve()

    def test_refused_document_may_be_submitted_again(self):
        document = self._submit()
        document.approval_request_id.with_user(self.reviewer).action_refuse("no")
        document.write({'amount': 40000})
        document.action_submit()
        self.assertEqual(len(document.approval_request_ids), 2)
        self.assertEqual(document.approval_request_id.amount, 40000)
        document.with_user(self.reviewer).action_approve()
        self.assertEqual(document.state, 'approved')

    def test_no_rule_is_a_clear_error(self):
        self.rule_small.active = False
        with self.assertRaisesRegex(UserError, r"No approval rule fits D \(.*50,000.00"):
            self._submit()

    def test_too_few_candidates_is_a_clear_error(self):
        self.rule_small.step_ids.quorum = 9
        with self.assertRaisesRegex(UserError, r"needs 9 vote\(s\) of Reviewer"):
            self._submit()
        self.rule_small.write({'active': False})
        self._create_rule("Twice", ['committee', 'committee'])
        with self.assertRaisesRegex(UserError, "need 2 different people, and only 1"):
            self._submit()

    def test_rules_fit_by_department_product_and_date(self):
        deep = self._create_rule("Store 1", ['reviewer'], sequence=1)
        deep.department_id = self.store_2
        self.assertEqual(self._submit().approval_request_id.rule_id, self.rule_small)
        deep.department_id = self.region
        self.assertEqual(self._submit().approval_request_id.rule_id, deep)
        deep.valid_from = '2026-08-04'
        self.assertEqual(self._submit().approval_request_id.rule_id, self.rule_small)
        deep.write({'valid_from': False, 'product_id': self._create_product().id})
        self.assertEqual(self._submit().approval_request_id.rule_id, self.rule_small)

    def test_same_department_and_named_people(self):
        step = self.rule_small.step_ids
        step.write({'group_id': self._group('branch_manager').id, 'same_department': True})
        second = self._create_user('branch_manager_2', 'branch_manager')
        self._create_employee(second, self.store_2)
        request = self._submit().approval_request_id
        self.assertEqual(request.current_step_id.candidate_ids, self.branch_manager)
        step.write({'same_department': False, 'user_ids': [(6, 0, second.ids)]})
        request = self._submit().approval_request_id
        self.assertEqual(request.current_step_id.candidate_ids, second)

    def test_rule_amounts_and_steps_are_checked(self):
        with self.assertRaisesRegex(ValidationError, "above 100.0.*up to 50.0"):
            self._create_rule("Bad", ['reviewer'], amount_from=100, amount_to=50)
        with self.assertRaisesRegex(ValidationError, "at least one step"):
            self._create_rule("Bad", [])

    def test_withdrawn_document_is_free_again(self):
        document = self._submit()
        document._withdraw_approval()
        self.assertEqual(document.approval_state, 'withdrawn')
        document._update_state(('in_approval',), 'draft')
        document.write({'amount': 60000})
        with self.assertRaises(UserError):
            document.with_user(self.reviewer).action_approve()

    def test_approved_document_stays_frozen_and_valid(self):
        document = self._submit()
        document.with_user(self.reviewer).action_approve()
        document._check_approval_valid()
        with self.assertRaisesRegex(UserError, "frozen: Amount"):
            document.write({'amount': 1})
        document.write({'note': "free"})
        self.env['carloan.test.line'].create({'document_id': document.id, 'amount': 1})
        with self.assertRaisesRegex(UserError, "not approved as it is now"):
            document._check_approval_valid()

    def test_my_approvals_lists_what_waits_for_me(self):
        mine = self._submit(amount=50000)
        self._submit(self.officer_2, amount=50000).with_user(self.reviewer).action_approve()
        Request = self.Request.with_user(self.reviewer)
        waiting = Request.search([('can_vote', '=', True)])
        self.assertEqual(waiting, mine.approval_request_id)
        self.assertTrue(waiting.can_vote)
        self.assertFalse(Request.with_user(self.officer).search([('can_vote', '=', True)]))
        documents = self.Document.with_user(self.reviewer)
        self.assertEqual(documents.search([('can_vote', '=', True)]), mine)
        self.assertEqual(documents.search([('approval_state', '=', 'pending')]), mine)
        self.assertEqual(
            documents.search([('approval_request_id', '=', mine.approval_request_id.id)]), mine
        )
        unsent = self._create_document()
        self.assertEqual(documents.search([('approval_state', '=', False)]), unsent)

    def test_requests_follow_the_scope_of_their_document(self):
        request = self._submit().approval_request_id
        Request = self.Request
        self.assertTrue(Request.with_user(self.officer).search([('id', '=', request.id)]))
        self.assertFalse(Request.with_user(self.officer_2).search([('id', '=', request.id)]))
        request.sudo()._get_document_by_request()[request].write(
            {'user_id': self.officer_2.id, 'department_id': self.store_2.id}
        )
        self.assertTrue(Request.with_user(self.officer_2).search([('id', '=', request.id)]))
        self.assertFalse(
            self.env['carloan.approval.request.step'].with_user(self.officer).search(
                [('request_id', '=', request.id)]
            )
        )

    def test_hook_is_called_once_for_a_batch(self):
        documents = self.Document.union(*(self._submit() for _number in range(3)))
        documents.with_user(self.reviewer).action_approve()
        self.assertEqual(documents.mapped('approved_count'), [3, 3, 3])

    def test_queries_do_not_grow_with_the_batch(self):
        counts = [self._count_queries(size) for size in (10, 500)]
        self.assertLess(counts[1], counts[0] + 60, counts)
        self.assertLess(counts[1], 250, counts)

    def _count_queries(self, size):
        documents = self.Document.with_user(self.officer).create(
            [{'name': f"D{number}", 'amount': 200000} for number in range(size)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        documents.action_submit()
        documents.with_user(self.reviewer).action_approve()
        documents.with_user(self.risk_manager).action_approve()
        self.env.flush_all()
        count = self.cr.sql_log_count - before
        self.assertEqual(set(documents.mapped('state')), {'approved'})
        return count
