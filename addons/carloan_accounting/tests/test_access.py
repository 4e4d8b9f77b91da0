from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AccountingCommon


@tagged('post_install', '-at_install')
class TestAccess(AccountingCommon):

    def test_accountant_keeps_books_and_others_do_not(self):
        groups = {
            'accountant': (True, True), 'auditor': (True, False), 'administrator': (True, False),
            'cashier': (False, False), 'officer': (False, False),
        }
        for role, (reads, writes) in groups.items():
            user = getattr(self, role)
            with self.subTest(role=role):
                moves = self.env['account.move'].with_user(user)
                self.assertEqual(moves.has_access('read'), reads)
                self.assertEqual(moves.has_access('create'), writes)
                for model in ('carloan.posting', 'carloan.posting.line', 'carloan.ledger.check'):
                    self.assertEqual(self.env[model].with_user(user).has_access('read'), reads)

    def test_nobody_writes_postings(self):
        posting = self._get_posting(self._create_active_loan(), 'disbursement')
        for user in (self.accountant, self.administrator, self.auditor):
            as_user = posting.with_user(user)
            for operation in ('write', 'create', 'unlink'):
                self.assertFalse(as_user.has_access(operation))
                self.assertFalse(as_user.line_ids.has_access(operation))
        with self.assertRaises(UserError):
            posting.write({'state': 'waiting'})

    def test_only_books_and_administration_change_rules(self):
        rule = self._get_rule('due.interest')
        for user in (self.accountant, self.administrator):
            rule.with_user(user).tax_rate = 3
        for user in (self.auditor, self.cashier):
            with self.assertRaises(AccessError):
                rule.with_user(user).tax_rate = 6

    def test_cashier_money_is_posted_without_accounting_rights(self):
        loan = self._create_active_loan()
        transaction = self._repay(loan, 100, '2026-01-05', user=self.cashier)
        self.assertEqual(transaction.sudo().posting_ids.state, 'posted')
        with self.assertRaises(AccessError):
            transaction.sudo().posting_ids.with_user(self.cashier).action_retry()
        with self.assertRaises(AccessError):
            self.fund_account.with_user(self.cashier).read(['journal_id'])

    def test_auditor_reads_and_checks_but_does_not_retry(self):
        posting = self._get_posting(self._create_active_loan(), 'disbursement')
        as_auditor = posting.with_user(self.auditor)
        self.assertTrue(as_auditor.move_id.line_ids.mapped('account_id.code'))
        self.assertEqual(as_auditor.loan_id.posting_count, 1)
        with self.assertRaises(AccessError):
            as_auditor.action_retry()
        with self.assertRaises(AccessError):
            self.env['carloan.accounting.setup'].with_user(self.auditor).action_open()

    def test_screens_open_for_each_role(self):
        loan = self._create_active_loan()
        shared = ('carloan.fund.account', 'carloan.loan', 'carloan.repayment')
        own = ('carloan.posting', 'carloan.posting.rule', 'carloan.ledger.check')
        for role, models in (
            ('accountant', shared + own), ('auditor', shared + own),
            ('administrator', shared + own), ('cashier', shared),
        ):
            user = getattr(self, role)
            for model in models:
                with self.subTest(role=role, model=model):
                    views = self.env[model].with_user(user).get_views(
                        [(False, 'list'), (False, 'form'), (False, 'kanban')])
                    names = set(views['models'][model]['fields'])
                    self.env[model].with_user(user).search([], limit=1).read(
                        [name for name in names if name != 'access_token'])
            has_button = 'action_open_postings' in self.env['carloan.loan'].with_user(
                user).get_view(view_type='form')['arch']
            self.assertEqual(has_button, role != 'cashier')
        self.assertTrue(loan)

    def test_other_company_sees_nothing(self):
        posting = self._get_posting(self._create_active_loan(), 'disbursement')
        check = self.env['carloan.ledger.check']._run_for(self.company, '2026-01-05')
        other = self.env['res.company'].create({'name': "Other Lender"})
        user = self._create_user('other_accountant', 'accountant', company=other)
        for record in (posting, posting.line_ids, check, check.line_ids,
                       self._get_rule('due.interest')):
            as_user = record.with_user(user).with_context(allowed_company_ids=other.ids)
            self.assertFalse(as_user._filtered_access('read'))
