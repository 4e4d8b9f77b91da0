from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from .documents_common import DocumentsCommon

#: As many as go by SQL.
MANY = 60


@tagged('post_install', '-at_install')
class TestRepaymentUndone(DocumentsCommon):
    """Receipts that are undone when others have followed: documents, ledger and loan agree.

    50,000 at 12 % over 12 months, one month after it was paid out.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan(principal_amount=50000)
        cls.first_due = cls.loan.first_unpaid_due_date
        cls._move_to(cls.first_due + relativedelta(days=10))

    def _confirm(self, *amounts, loan=None, **values):
        receipts = self.env['carloan.repayment'].union(*(
            self._create_repayment(loan or self.loan, amount, **values) for amount in amounts))
        receipts.action_register()
        receipts.with_user(self.accountant).action_confirm()
        return receipts

    def _undo(self, receipts):
        receipts.with_user(self.accountant)._ask_reversal("Bounced")
        receipts.with_user(self.risk_manager).action_reverse()

    def _check(self, loans, receipts):
        """What stands on the loans is what the confirmed receipts brought."""
        self.assertFalse(loans._check_integrity())
        for receipt in receipts:
            transaction = receipt.transaction_id
            self.assertEqual(transaction.kind, 'repayment')
            self.assertEqual(-to_decimal(transaction.amount), to_decimal(receipt.amount))
            self.assertEqual(bool(transaction.reversed_by_id), receipt.state == 'reversed')
            self.assertEqual(
                receipt.reversal_transaction_id, transaction.reversed_by_id)
        standing = loans.transaction_ids.filtered(
            lambda row: row.kind == 'repayment' and not row.reversal_of_id
            and not row.reversed_by_id)
        self.assertEqual(
            standing, receipts.filtered(lambda row: row.state == 'confirmed').transaction_id)

    def test_a_receipt_of_a_batch_is_undone_alone(self):
        loans = self.env['carloan.loan'].union(*(
            self._create_active_loan(principal_amount=1000) for _number in range(MANY)))
        receipts = self.env['carloan.repayment'].with_user(self.cashier).create([
            {'loan_id': loan.id, 'amount': 10, 'fund_account_id': self.fund_account.id}
            for loan in loans])
        receipts.action_register()
        receipts.with_user(self.accountant).action_confirm()
        before = receipts.transaction_id
        self._undo(receipts[0])
        self.assertEqual(receipts.transaction_id, before, "Of the others nothing moved")
        self.assertEqual(loans[0].overpayment_amount, 0)
        self._check(loans, receipts)

    def test_two_receipts_of_one_loan_are_undone_at_once(self):
        receipts = self._confirm(300, 400, 500)
        self._undo(receipts[:2])
        self.assertEqual(receipts.mapped('state'), ['reversed', 'reversed', 'confirmed'])
        self.assertTrue(receipts[2].replaced_transaction_id)
        self._check(self.loan, receipts)

    def test_one_after_the_other_is_undone_until_nothing_was_paid(self):
        before = self.loan._as_of(self.company._get_business_date())[self.loan.id]
        receipts = self._confirm(300, 4000, 500)
        for receipt in (receipts[1], receipts[0], receipts[2]):
            self._undo(receipt)
            self._check(self.loan, receipts)
        self.assertEqual(
            self.loan._as_of(self.company._get_business_date())[self.loan.id], before)

    def test_an_undone_receipt_stays_as_it_was_when_the_past_changes_again(self):
        receipts = self._confirm(300, 400)
        self._undo(receipts[0])
        pair = (receipts[0].transaction_id, receipts[0].reversal_transaction_id)
        receipts |= self._confirm(200, value_date=self.first_due)
        self.assertEqual(
            (receipts[0].transaction_id, receipts[0].reversal_transaction_id), pair)
        self.assertTrue(receipts[1].replaced_transaction_id)
        self._check(self.loan, receipts)

    def test_the_receipt_that_settled_the_loan_is_undone_and_taken_again(self):
        self._confirm(300)
        loan = self._create_active_loan(
            principal_amount=1000, periods=1, value_date=self.first_due,
            contract_date=self.first_due)
        self._move_to(self.first_due + relativedelta(months=1, days=1))
        receipts = self._confirm(loan.amount_due_today, loan=loan)
        self.assertEqual(loan.state, 'settled')
        with self.assertRaises(UserError):
            self._confirm(1, loan=loan)
        self._undo(receipts)
        self.assertRecordValues(loan, [{'state': 'active', 'settled_date': False}])
        receipts |= self._confirm(loan.amount_due_today, loan=loan)
        self.assertEqual(loan.state, 'settled')
        self._check(loan, receipts)

    def test_a_receipt_under_an_early_settlement_leaves_its_money_missing(self):
        """The money that closed the loan counted on it: the loan is open again by as much."""
        receipts = self._confirm(4000)
        day = self.company._get_business_date()
        self.loan._pay_off(self.loan._get_payoff(day)['total'], day, self.fund_account)
        self.assertEqual(self.loan.state, 'settled')
        self._undo(receipts)
        self.assertEqual(self.loan.state, 'active')
        self.assertGreaterEqual(self.loan.amount_due_today, 4000)
        self.assertFalse(self.loan._check_integrity())
