from odoo.tests import tagged

from .common import AccountingCommon


@tagged('post_install', '-at_install')
class TestGrouping(AccountingCommon):

    def _play(self, grouping):
        """The same book with one or the other grouping; returns the totals of its vouchers."""
        (self.loan_journal | self.bank_journal).carloan_voucher_grouping = grouping
        loans = [
            self._create_active_loan(principal_amount=amount)
            for amount in (100000, 33333.33, 51234.57)
        ]
        self._close_day('2026-02-05')
        self._skip_to('2026-02-10')
        for loan, amount in zip(loans, (8884.88, 2000, 7000), strict=True):
            self._repay(loan, amount, '2026-02-10')
        self._close_day('2026-02-10')
        self._close_day('2026-03-05')
        moves = self.env['carloan.posting'].search(
            [('loan_id', 'in', [loan.id for loan in loans])]).move_id
        return moves, self._get_totals(moves)

    def test_day_vouchers_equal_document_vouchers(self):
        with self.cr.savepoint() as savepoint:
            by_document, document_totals = self._play('document')
            document_count = len(by_document)
            savepoint.rollback()
        self.env.invalidate_all()
        by_day, day_totals = self._play('day')
        self.assertEqual(day_totals, document_totals)
        self.assertEqual(document_count, 16)
        # disbursements; dues of 5 Feb; late charges and receipts of 10 Feb; dues and use of an
        # overpayment on 5 Mar
        self.assertEqual(len(by_day), 5)
        self.assertEqual(self.company._carloan_ledger_differences('2026-03-05'), [])

    def test_day_voucher_sums_by_product_and_department(self):
        self._create_active_loan()
        self._create_active_loan()
        self._create_active_loan(product_id=self.other_product.id)
        self._create_active_loan(department_id=self.other_department.id)
        self._close_day('2026-02-05')
        move = self.env['carloan.posting'].search([('kind', '=', 'due')]).move_id
        self.assertEqual(len(move), 1)
        receivable = move.line_ids.filtered(lambda line: line.account_id.code == '113201')
        self.assertEqual(sorted(receivable.mapped('debit')), [1000, 1000, 2000])
        self.assertFalse(move.line_ids.partner_id)
        both = receivable.filtered(lambda line: line.debit == 2000)
        rows = self.env['carloan.posting.line'].search([('debit_line_id', '=', both.id)])
        self.assertEqual(len(rows), 2)
        self.assertIn(self.product.name, both.name)

    def test_today_waits_for_the_day_voucher(self):
        loan = self._create_active_loan()
        self._close_day('2026-02-05')
        self._skip_to('2026-02-10')
        self._repay(loan, 9000, '2026-02-10')
        self.assertEqual(self._get_posting(loan, 'late_charge').reason_code, 'day')
        self.assertEqual(self._get_posting(loan, 'repayment').state, 'posted')
        self._run_day_end('2026-02-10')
        self.assertEqual(self._get_posting(loan, 'late_charge').state, 'posted')

    def test_number_of_queries_does_not_grow_with_receipts(self):
        self.bank_journal.carloan_voucher_grouping = 'day'
        loans = [self._create_active_loan() for _index in range(8)]
        self._close_day('2026-02-05')
        counts = []
        for batch in (loans[:2], loans[2:]):
            self._post_entries(
                [self._make_repayment(loan, 100, self.fund_account) for loan in batch])
            waiting = self.env['carloan.posting'].search([('state', '=', 'waiting')])
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            waiting._process(day_until=self.company._get_business_date())
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0])
