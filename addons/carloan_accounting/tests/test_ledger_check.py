from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AccountingCommon


@tagged('post_install', '-at_install')
class TestLedgerCheck(AccountingCommon):

    def test_equal_at_every_date_of_a_path_with_overdue_and_repayment(self):
        """81 days; and with each payment principal disbursed - repaid = outstanding = 1303."""
        loans = self._create_active_loan() | self._create_active_loan(principal_amount=77777.77)
        for until, amounts in (
            ('2026-02-14', (8929.30, 6789.01)), ('2026-03-04', (20000, 0.01)),
            ('2026-03-25', (300, 12345.67)),
        ):
            self._run_day_end(until)
            for loan, amount in zip(loans, amounts, strict=True):
                self._repay(loan, amount, self.company._get_business_date())
            self._check_principal(loans)
        self._run_day_end('2026-03-26')
        checks = self.env['carloan.ledger.check'].search([('company_id', '=', self.company.id)])
        self.assertEqual(len(checks), 81)
        self.assertEqual(set(checks.mapped('state')), {'ok'})
        for check in checks:
            self.assertEqual(self.company._carloan_ledger_differences(check.date), [])

    def _check_principal(self, loans):
        lines = self.env['carloan.transaction.line'].search(
            [('loan_id', 'in', loans.ids), ('component', '=', 'principal')])
        paid_out = lines.filtered(lambda line: line.kind == 'disbursement')
        disbursed = sum(paid_out.mapped('amount'))
        repaid = -sum((lines - paid_out).mapped('amount'))
        outstanding = sum(loans.mapped('principal_outstanding'))
        self.assertAlmostEqual(disbursed - repaid, outstanding, 2)
        self.assertAlmostEqual(outstanding, self._get_balance('1303'), 2)
        self.assertGreater(repaid, 0)

    def test_foreign_entry_on_a_control_account_differs(self):
        self._create_active_loan()
        self._run_day_end('2026-01-05')
        self.env['account.move'].create({
            'journal_id': self.loan_journal.id,
            'date': '2026-01-06',
            'line_ids': [
                Command.create({'account_id': self._find_account('130301').id, 'balance': 7}),
                Command.create({'account_id': self._find_account('601101').id, 'balance': -7}),
            ],
        })._post()
        differences = self.company._carloan_ledger_differences('2026-01-06')
        self.assertEqual([row['difference'] for row in differences], [-7])
        self.assertEqual(self.company._carloan_ledger_differences('2026-01-05'), [])
        check = self.env['carloan.ledger.check'].with_user(self.accountant).create(
            {'date': '2026-01-06', 'company_id': self.company.id})
        check.action_check()
        self.assertRecordValues(check, [{
            'state': 'differs', 'difference_total': 7, 'user_id': self.accountant.id,
            'waiting_count': 0}])
        line = check.line_ids.filtered('difference')
        self.assertEqual(line.unexplained_amount, -7)
        items = self.env['account.move.line'].search(line.action_open_ledger()['domain'])
        self.assertEqual(sum(items.mapped('balance')), line.ledger_amount)
        rows = self.env['carloan.transaction.line'].search(
            line.action_open_sub_ledger()['domain'])
        self.assertEqual(sum(rows.mapped('amount')), line.sub_ledger_amount)

    def test_waiting_vouchers_explain_their_difference(self):
        self._get_rule('disbursement.principal').active = False
        self._create_active_loan()
        check = self.env['carloan.ledger.check']._run_for(self.company, '2026-01-05')
        line = check.line_ids.filtered('difference')
        self.assertRecordValues(check, [{'state': 'waiting', 'waiting_count': 1}])
        self.assertRecordValues(line, [{
            'difference': 100000, 'waiting_amount': 100000, 'unexplained_amount': 0}])

    def test_components_that_share_an_account_are_compared_together(self):
        shared = self._find_account('113202')
        for code in ('late_charge.compound', 'repayment.compound', 'overpayment_use.compound'):
            rule = self._get_rule(code)
            side = 'debit' if rule.direction == 'increase' else 'credit'
            rule[f'{side}_account_id'] = shared
        loan = self._create_active_loan()
        self._close_day('2026-02-05')
        self._skip_to('2026-02-15')
        self._repay(loan, 20, '2026-02-15')
        self._run_day_end('2026-02-15')
        rows = self.company._carloan_compare_ledgers('2026-02-15')
        self.assertIn('penalty,compound', [row['components'] for row in rows])
        self.assertFalse([row for row in rows if row['difference']])

    def test_result_cannot_be_written_or_moved(self):
        check = self.env['carloan.ledger.check']._run_for(self.company, '2026-01-05')
        as_accountant = check.with_user(self.accountant)
        with self.assertRaises(UserError):
            as_accountant.state = 'ok'
        with self.assertRaises(UserError):
            as_accountant.date = '2026-01-06'
        with self.assertRaises(UserError):
            as_accountant.unlink()

    def test_checking_again_replaces_the_result(self):
        checks = self.env['carloan.ledger.check']
        check = checks._run_for(self.company, '2026-01-05')
        self._create_active_loan()
        self.assertEqual(checks._run_for(self.company, '2026-01-05'), check)
        principal = check.line_ids.filtered(lambda line: line.components == 'principal')
        self.assertEqual(principal.sub_ledger_amount, 100000)
