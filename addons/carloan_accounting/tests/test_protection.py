from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AccountingCommon


@tagged('post_install', '-at_install')
class TestProtection(AccountingCommon):
    """Nobody changes a loan voucher by hand: not the accountant, not accounting's manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = cls.env.ref('account.group_account_manager')
        cls.book_manager = cls._create_user('book_manager', 'accountant')
        cls.book_manager.group_ids += manager

    def setUp(self):
        super().setUp()
        self.voucher = self._get_voucher(self._create_active_loan(), 'disbursement')

    def _refused(self, function, *args, **kwargs):
        with self.assertRaisesRegex(UserError, "loan system"):
            function(*args, **kwargs)

    def test_voucher_cannot_be_reset_cancelled_deleted_or_reversed(self):
        for user in (self.accountant, self.book_manager, self.env.ref('base.user_admin')):
            if user not in (self.accountant, self.book_manager):
                user.write({
                    'company_ids': [Command.link(self.company.id)],
                    'group_ids': [Command.link(self.env.ref('account.group_account_manager').id)]})
            move = self.voucher.with_user(user).with_company(self.company)
            with self.subTest(user=user.login):
                self._refused(move.button_draft)
                self._refused(move.button_cancel)
                self._refused(move.unlink)
                self._refused(move._reverse_moves, cancel=True)
                self._refused(move.with_context(force_delete=True).line_ids.unlink)

    def test_voucher_cannot_be_edited(self):
        move = self.voucher.with_user(self.book_manager)
        line = move.line_ids[0]
        for vals in (
            {'date': '2026-01-04'}, {'ref': "x"}, {'name': "x"}, {'state': 'draft'},
            {'journal_id': self.loan_journal.id},
            {'line_ids': [Command.update(line.id, {'name': "x"})]},
        ):
            with self.subTest(vals=vals):
                self._refused(move.write, vals)
        other = self._find_account('130302')
        for vals in ({'account_id': other.id}, {'balance': 1}, {'name': "x"}):
            with self.subTest(vals=vals):
                self._refused(line.write, vals)
        self._refused(line.create, {
            'move_id': move.id, 'account_id': line.account_id.id, 'balance': 0})

    def test_reversal_wizard_is_refused(self):
        wizard = self.env['account.move.reversal'].with_user(self.book_manager).with_context(
            active_model='account.move', active_ids=self.voucher.ids,
        ).create({'journal_id': self.voucher.journal_id.id})
        self._refused(wizard.reverse_moves)

    def test_manual_vouchers_stay_free(self):
        move = self.env['account.move'].with_user(self.accountant).create({
            'journal_id': self.loan_journal.id,
            'date': '2026-01-06',
            'line_ids': [
                Command.create({'account_id': self._find_account('602101').id, 'balance': 7}),
                Command.create({'account_id': self._find_account('601101').id, 'balance': -7}),
            ],
        })
        move.action_post()
        self.assertFalse(move.carloan_voucher)
        move.button_draft()
        move.unlink()

    def test_reconciliation_stays_free(self):
        line = self.voucher.line_ids.filtered(lambda line: line.account_id.code == '130301')
        line.with_user(self.accountant).write({'analytic_distribution': False})
        self.assertTrue(self.voucher.carloan_voucher)
