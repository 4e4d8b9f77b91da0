import doctest

from odoo.tests import tagged

from odoo.addons.carloan_accounting import vouchers

from .common import AccountingCommon


@tagged('post_install', '-at_install')
class TestVouchers(AccountingCommon):
    """Each kind of transaction as an entry of china_rules.md §7.4, worked out by hand.

    `cls.loan` was paid out on 5 January; today is 5 February, its first due date.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()
        cls._skip_to('2026-02-05')

    def test_disbursement_is_principal_against_bank(self):
        move = self._get_voucher(self.loan, 'disbursement')
        self.assertEntry(move, {'130301': (100000, 0), self.bank_code: (0, 100000)})
        self.assertEqual(move.journal_id, self.bank_journal)
        self.assertEqual(move.line_ids.partner_id, self.loan.partner_id)

    def test_interest_due_splits_off_vat(self):
        self._run_day_end('2026-02-05')
        move = self._get_voucher(self.loan, 'due')
        self.assertEntry(move, {
            '113201': (1000, 0), '601101': (0, 943.40), '22210107': (0, 56.60)})
        self.assertEqual(str(move.date), '2026-02-05')
        self.assertEqual(move.journal_id, self.loan_journal)

    def test_late_payer_pays_penalty_and_compound_interest(self):
        self._close_day('2026-02-05')
        self._skip_to('2026-02-15')
        self._repay(self.loan, 8929.30, '2026-02-15')
        self._run_day_end('2026-02-15')
        # 7,884.88 and 1,000.00 for 10 days at 18 % / 360
        self.assertEntry(self._get_voucher(self.loan, 'late_charge'), {
            '113202': (39.42, 0), '113203': (5, 0), '601102': (0, 37.19), '601103': (0, 4.72),
            '22210107': (0, 2.51)})
        self.assertEntry(self._get_voucher(self.loan, 'repayment'), {
            self.bank_code: (8929.30, 0), '130301': (0, 7884.88), '113201': (0, 1000),
            '113202': (0, 39.42), '113203': (0, 5)})

    def test_overpayment_is_held_and_used_when_due(self):
        self._run_day_end('2026-02-05')
        loan = self._create_active_loan()
        self._repay(loan, 3000, '2026-02-06')
        self.assertEntry(
            self._get_voucher(loan, 'repayment'),
            {self.bank_code: (3000, 0), '224101': (0, 3000)})
        self._close_day('2026-03-05')
        self._run_day_end('2026-03-06')
        self.assertEntry(self._get_voucher(loan, 'overpayment_use'), {
            '113201': (1000, 1000), '601101': (0, 943.40), '22210107': (0, 56.60),
            '130301': (0, 2000), '224101': (3000, 0)})

    def test_cash_box_posts_in_its_own_journal(self):
        transaction = self._repay(self.loan, 500, '2026-02-05', fund_account=self.cash_box)
        move = transaction.posting_ids.move_id
        self.assertEqual(move.journal_id.type, 'cash')
        self.assertEqual(move.journal_id, self.cash_box.journal_id)

    def test_every_line_of_the_ledger_knows_its_voucher_lines(self):
        self._close_day('2026-02-05')
        self._skip_to('2026-02-15')
        self._repay(self.loan, 8929.30, '2026-02-15')
        self._run_day_end('2026-02-15')
        lines = self.env['carloan.posting.line'].search([('loan_id', '=', self.loan.id)])
        self.assertEqual(lines.transaction_line_id, self.loan.transaction_ids.line_ids)
        self.assertEqual(
            lines.move_id.line_ids, lines.debit_line_id | lines.credit_line_id | lines.tax_line_id)
        interest = lines.filtered(lambda line: line.kind == 'due')
        self.assertRecordValues(interest, [{
            'amount': 1000, 'component': 'interest', 'rule_id': self._get_rule('due.interest').id}])
        self.assertEqual(interest.tax_line_id.balance, -56.60)
        self.assertEqual(
            interest.debit_line_id.action_open_carloan_lines()['domain'],
            ['|', '|', ('debit_line_id', 'in', interest.debit_line_id.ids),
             ('credit_line_id', 'in', interest.debit_line_id.ids),
             ('tax_line_id', 'in', interest.debit_line_id.ids)])

    def test_rule_of_the_product_wins(self):
        account = self._find_account('601101').copy({'code': '601109', 'name': "Special"})
        self._get_rule('due.interest').copy({
            'product_id': self.product.id, 'credit_account_id': account.id})
        loan = self._create_active_loan()
        other = self._create_active_loan(product_id=self.other_product.id)
        self._close_day('2026-03-05')
        self.assertTrue(self._get_posting_lines(loan, 'due').credit_line_id.account_id == account)
        self.assertTrue(self._get_posting_lines(other, 'due').credit_line_id.account_id != account)

    def test_rule_holds_from_its_date(self):
        account = self._find_account('601101').copy({'code': '601109', 'name': "New"})
        self._get_rule('due.interest').copy({
            'valid_from': '2026-03-01', 'credit_account_id': account.id})
        self._close_day('2026-02-05')
        self._close_day('2026-03-05')
        lines = self._get_posting_lines(self.loan, 'due').sorted('booking_date')
        self.assertEqual(lines.credit_line_id.account_id.mapped('code'), ['601101', '601109'])

    def test_rule_without_vat_takes_the_whole_amount(self):
        self._get_rule('due.interest').tax_rate = 0
        self._run_day_end('2026-02-05')
        self.assertEntry(
            self._get_voucher(self.loan, 'due'), {'113201': (1000, 0), '601101': (0, 1000)})

    def test_preview_shows_the_entry_and_what_is_missing(self):
        self._run_day_end('2026-02-05')
        repayment = self.env['carloan.repayment'].with_user(self.accountant).new({
            'loan_id': self.loan.id, 'company_id': self.company.id, 'amount': 8884.88,
            'value_date': '2026-02-06', 'fund_account_id': self.fund_account.id})
        for text in ('113201', '130301', self.bank_code):
            self.assertIn(text, repayment.voucher_preview)
        self._get_rule('repayment.principal').active = False
        repayment.invalidate_recordset(['voucher_preview'])
        self.assertIn("No posting rule", repayment.voucher_preview)

    def test_arithmetic_examples(self):
        self.assertFalse(doctest.testmod(vouchers).failed)
