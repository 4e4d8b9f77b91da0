from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AccountingCommon


@tagged('post_install', '-at_install')
class TestWaiting(AccountingCommon):
    """What the books lack never stops money; the voucher waits and says what to do."""

    def test_missing_rule_waits_and_is_posted_once_there(self):
        rule = self._get_rule('disbursement.principal')
        rule.active = False
        loan = self._create_active_loan()
        posting = self._get_posting(loan, 'disbursement')
        self.assertEqual(loan.principal_outstanding, 100000)
        self.assertRecordValues(posting, [{
            'state': 'waiting', 'reason_code': 'rule', 'move_id': False}])
        self.assertIn("Disbursement / Principal", posting.reason)
        self._run_day_end('2026-01-06')
        self.assertEqual(posting.state, 'waiting')
        rule.active = True
        posting.with_user(self.accountant).action_retry()
        self.assertRecordValues(posting, [{
            'state': 'posted', 'reason_code': False, 'reason': False}])
        self.assertEqual(str(posting.move_id.date), '2026-01-05')

    def test_day_end_tries_again(self):
        rule = self._get_rule('disbursement.principal')
        rule.active = False
        loan = self._create_active_loan()
        rule.active = True
        self._run_day_end('2026-01-05')
        self.assertEqual(self._get_posting(loan, 'disbursement').state, 'posted')

    def test_incomplete_rule_says_what_is_missing(self):
        rule = self._get_rule('disbursement.principal')
        rule.debit_account_id = False
        self.assertEqual(rule.missing, "debit account")
        posting = self._get_posting(self._create_active_loan(), 'disbursement')
        self.assertEqual(posting.reason_code, 'account')
        self.assertIn("debit account", posting.reason)

    def test_fund_account_without_journal(self):
        self.fund_account.journal_id = False
        posting = self._get_posting(self._create_active_loan(), 'disbursement')
        self.assertEqual(posting.reason_code, 'journal')
        self.assertIn(self.fund_account.name, posting.reason)

    def test_one_missing_rule_keeps_the_whole_transaction_waiting(self):
        self._get_rule('repayment.principal').active = False
        loan = self._create_active_loan()
        self._close_day('2026-02-05')
        transaction = self._repay(loan, 8884.88, '2026-02-06')
        self.assertEqual(transaction.posting_ids.state, 'waiting')
        self.assertFalse(transaction.posting_ids.line_ids)

    def test_locked_period_is_refused_and_never_shifted(self):
        loan = self._create_active_loan()
        self.company.fiscalyear_lock_date = '2026-01-31'
        transaction = self._repay(loan, 100, '2026-01-05')
        posting = transaction.posting_ids
        self.assertEqual(posting.reason_code, 'locked')
        self.assertIn("02/01/2026", posting.reason)
        self.company.fiscalyear_lock_date = False
        posting.with_user(self.accountant).action_retry()
        self.assertEqual(str(posting.move_id.date), '2026-01-05')

    def test_hard_lock_is_refused_too(self):
        loan = self._create_active_loan()
        self.company.hard_lock_date = '2026-01-05'
        self.assertEqual(
            self._repay(loan, 100, '2026-01-05').posting_ids.reason_code, 'locked')

    def test_refusal_by_accounting_waits_with_its_message(self):
        self._find_account('130301').active = False
        posting = self._get_posting(self._create_active_loan(), 'disbursement')
        self.assertEqual(posting.reason_code, 'error')
        self.assertIn("archived", posting.reason)

    def test_one_refused_voucher_does_not_hold_up_the_others(self):
        self.fund_account.journal_id.default_account_id = self._find_account('224101')
        self.cash_box.journal_id.default_account_id.active = False
        loans = self._create_active_loan() | self._create_active_loan()
        first, second = self._post_entries([
            self._make_repayment(loans[0], 100, self.cash_box),
            self._make_repayment(loans[1], 100, self.fund_account)])
        self.assertEqual(first.posting_ids.reason_code, 'error')
        self.assertEqual(second.posting_ids.state, 'posted')

    def test_reasons_reach_the_reader_in_his_language(self):
        self.env['res.lang']._activate_lang('zh_CN')
        self._get_rule('disbursement.principal').active = False
        env = self.env(context=dict(self.env.context, lang='zh_CN'))
        posting = self._get_posting(self._create_active_loan(env=env), 'disbursement')
        self.assertIn("分录规则", posting.reason)

    def test_rule_that_made_vouchers_is_frozen(self):
        self._create_active_loan()
        rule = self._get_rule('disbursement.principal')
        self.assertTrue(rule.used)
        with self.assertRaisesRegex(UserError, "later date"):
            rule.with_user(self.accountant).debit_account_id = self._find_account('130302')
        with self.assertRaisesRegex(UserError, "archive"):
            rule.with_user(self.accountant).unlink()
        rule.with_user(self.accountant).write({'kind': 'disbursement', 'sequence': 5})
