from odoo.tests import tagged

from .common import AccountingCommon


@tagged('post_install', '-at_install')
class TestChanges(AccountingCommon):
    """100,000 over 12 months at 12 % from 15 January: what is no payment reaches the books too."""

    def _assert_books(self):
        today = self.company._get_business_date()
        self._run_day_end(str(today))
        self.assertEqual(self.company._carloan_ledger_differences(today), [])
        self.assertFalse(self.env['carloan.posting'].search(
            [('company_id', '=', self.company.id), ('state', '=', 'waiting')]))

    def test_every_kind_with_amounts_has_a_rule_for_each_component(self):
        rules = self.env['carloan.posting.rule']._get_table(self.company)
        for kind in ('waiver', 'write_off', 'recovery_claim', 'recovery', 'repayment',
                     'chargeback'):
            for component in ('principal', 'interest', 'penalty', 'compound', 'fee'):
                self.assertIn((kind, component), rules)
        self.assertIn(('fee_charge', 'fee'), rules)
        self.assertIn(('refund', 'overpayment'), rules)

    def test_prepayment_waiver_and_fee_reach_the_books(self):
        loan = self._create_active_loan()
        self._run_day_end('2026-02-19')
        today = self.company._get_business_date()
        loan._charge_fee(106, today, "Copies")
        loan._waive({'penalty': 10}, today, "Goodwill")
        change = loan._prepay(40000, today, 'lower', self.fund_account)[0]
        self.assertFalse(change.posting_ids)
        self._assert_books()
        self.assertEqual(self._get_balance('130301'), loan.principal_outstanding)
        self.assertEqual(self._get_balance('671101'), 10)
        self.assertEqual(self._get_balance('602101'), -100)

    def test_write_off_and_recovery_reach_the_books(self):
        loan = self._create_active_loan()
        self._run_day_end('2026-02-19')
        today = self.company._get_business_date()
        loan._write_off(today, "Gone")
        self._assert_books()
        self.assertEqual(self._get_balance('130301'), 0)
        self.assertGreater(self._get_balance('130401'), 100000)
        today = self.company._get_business_date()
        loan._recover(5000, today, self.fund_account)
        self._assert_books()
        self.assertEqual(self._get_balance('130301'), 0)

    def test_money_that_goes_back_reaches_the_books(self):
        """10,000.00 pays the instalment and 44.42 of late charges; of the 1,070.70 that is held
        115.12 is paid back, and is owed as a claim when the bank takes all 10,000.00."""
        loan = self._create_active_loan()
        self._run_day_end('2026-02-14')
        payment = self._repay(loan, 10000, '2026-02-15')
        loan._refund(115.12, self.company._get_business_date(), "Asked", self.fund_account)
        self._assert_books()
        self.assertEqual(self._get_balance('224101'), -955.58)
        loan._charge_back(payment, self.company._get_business_date(), "Card")
        self._assert_books()
        self.assertEqual(self._get_balance('224101'), 0)
        self.assertEqual(self._get_balance('130301'), 100000)
        self.assertEqual(self._get_balance('122102'), 115.12)

    def test_rearranged_debts_reach_the_books(self):
        """Capitalised interest is principal; interest that is agreed to be due later is no income
        yet: 1,000.00 was due, 943.40 and 56.60 of VAT."""
        loan = self._create_active_loan()
        other = self._create_active_loan()
        self._run_day_end('2026-02-15')
        today = self.company._get_business_date()
        self.assertEqual(self._get_balance('601101'), -1886.8)
        loan._capitalise(today, "Agreed")
        other._reamortise(today, "Help")
        self._assert_books()
        self.assertEqual(self._get_balance('130301'), 201000)
        self.assertEqual(self._get_balance('113201'), 0)
        self.assertEqual(self._get_balance('601101'), -943.4)

    def test_a_replay_keeps_both_ledgers_equal(self):
        loan = self._create_active_loan()
        self._run_day_end('2026-02-19')
        self._repay(loan, 3000, '2026-02-20')
        self._run_day_end('2026-02-22')
        self._repay(loan, 8884.88, '2026-02-15')
        self.assertTrue(loan.transaction_ids.filtered('reversal_of_id'))
        self._assert_books()
        self.assertEqual(self._get_balance('113202'), loan.penalty_outstanding)
