from odoo.tests import tagged

from .common import AccountingCommon


@tagged('post_install', '-at_install')
class TestReversal(AccountingCommon):
    """`cls.payment` came ten days late for the first instalment of `cls.loan`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()
        cls._close_day('2026-02-05')
        cls._skip_to('2026-02-15')
        cls.payment = cls._repay(cls.loan, 8929.30, '2026-02-15')
        cls._run_day_end('2026-02-15')

    def _reverse_the_late_payment(self):
        self.payment._reverse("Paid for somebody else")
        self._run_day_end('2026-02-16')
        return self.loan.transaction_ids.filtered('reversal_of_id')

    def test_reversal_is_red_where_storno_is_the_law(self):
        self.assertTrue(self.company.account_storno)
        mirrors = self._reverse_the_late_payment()
        repayment = mirrors.filtered(lambda mirror: mirror.kind == 'repayment')
        late_charge = mirrors.filtered(lambda mirror: mirror.kind == 'late_charge')
        self.assertEntry(repayment.posting_ids.move_id, {
            self.bank_code: (-8929.30, 0), '130301': (0, -7884.88), '113201': (0, -1000),
            '113202': (0, -39.42), '113203': (0, -5)})
        self.assertEntry(late_charge.posting_ids.move_id, {
            '113202': (-39.42, 0), '113203': (-5, 0), '601102': (0, -37.19),
            '601103': (0, -4.72), '22210107': (0, -2.51)})
        self.assertEqual(str(repayment.posting_ids.move_id.date), '2026-02-16')

    def test_reversal_swaps_sides_elsewhere(self):
        self.company.account_storno = False
        mirrors = self._reverse_the_late_payment()
        repayment = mirrors.filtered(lambda mirror: mirror.kind == 'repayment')
        self.assertEntry(repayment.posting_ids.move_id, {
            self.bank_code: (0, 8929.30), '130301': (7884.88, 0), '113201': (1000, 0),
            '113202': (39.42, 0), '113203': (5, 0)})

    def test_reversal_leaves_both_ledgers_equal(self):
        self._reverse_the_late_payment()
        self.assertEqual(self.loan.principal_outstanding, 100000)
        self.assertEqual(self.company._carloan_ledger_differences('2026-02-16'), [])
        self.assertEqual(self._get_balance('113202'), 0)

    def test_reversal_takes_the_rule_of_what_it_reverses(self):
        rules = self.payment.posting_ids.line_ids.rule_id
        account = self._find_account('113201').copy({'code': '113209', 'name': "New"})
        rules.filtered(lambda rule: rule.component == 'interest').copy(
            {'credit_account_id': account.id, 'valid_from': '2026-02-16'})
        mirror = self.payment._reverse("Wrong loan")
        self.assertEqual(mirror.posting_ids.line_ids.rule_id, rules)
        self.assertEqual(self._get_balance('113201'), 1000)
