from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from .history_common import HistoryCommon

DUE, TAKEN = date(2026, 2, 15), date(2026, 2, 25)


@tagged('post_install', '-at_install')
class TestMoneyBack(HistoryCommon):
    """100,000 at 12 % over 12 months from 15 January: 8,884.88 a month, of which 7,884.88
    principal and 1,000.00 interest on 15 February."""

    def _figures(self, loan):
        return {name: str(to_decimal(loan[name])) for name in (
            'principal_outstanding', 'interest_outstanding', 'overpayment_amount')}

    def test_what_a_payment_paid_is_owed_again_and_late_from_that_day(self):
        """Ten days after the chargeback: 7,884.88 × 18 % × 10 / 360 = 39.42 penalty, and 5.00 on
        the interest; the ten days before it, when the money was here, bear nothing."""
        loan = self._create_active_loan()
        self._live(self.company, loan, [
            (DUE, lambda: self._repay(loan, 8884.88, DUE)),
            (TAKEN, lambda: loan._charge_back(self._get_payment(loan), TAKEN, "Card"))], TAKEN)
        self.assertEqual(self._figures(loan), {
            'principal_outstanding': '100000.00', 'interest_outstanding': '1000.00',
            'overpayment_amount': '0.00'})
        self.assertRecordValues(loan, [{'first_unpaid_due_date': DUE, 'days_overdue': 10}])
        self._live(self.company, loan, [], date(2026, 3, 7))
        self.assertAlmostEqual(loan.late_charges_to_date, 44.42, 2)
        self.assertFalse(loan._check_integrity())
        self.assertEqual(loan._as_of(date(2026, 2, 24))[loan.id]['principal_outstanding'],
                         to_decimal(92115.12))
        self.assertEqual(loan._as_of(TAKEN)[loan.id]['principal_outstanding'], 100000)
        why = loan.explain('principal_outstanding')
        self.assertIn(("Chargeback", '7,884.88'), [
            (row['text'], row['result']) for row in why['rows']])

    def test_a_part_opens_in_the_order_of_the_contract(self):
        for order, opened in ((False, {'principal': 3000}), (
                'interest,principal,compound,penalty,fee',
                {'interest': 1000, 'principal': 2000})):
            loan = self._create_active_loan(chargeback_order=order)
            self._live(self.company, loan, [
                (DUE, lambda loan=loan: self._repay(loan, 8884.88, DUE))], DUE)
            back = loan._charge_back(self._get_payment(loan), DUE, "Card", 3000)
            self.assertEqual(
                {line.component: line.amount for line in back.line_ids}, opened)
            self.company._set_business_date(self.today)

    def test_money_held_goes_first_and_what_it_paid_later_is_found(self):
        """10,000.00 in February: 1,115.12 is held and pays in March; of the chargeback of 10,000
        in March nothing is held any more, so both instalments are open again."""
        day = date(2026, 3, 15)
        loan = self._create_active_loan()
        self._live(self.company, loan, [
            (DUE, lambda: self._repay(loan, 10000, DUE)),
            (date(2026, 3, 16), lambda: loan._charge_back(
                self._get_payment(loan), date(2026, 3, 16), "Card"))], date(2026, 3, 16))
        back = loan.transaction_ids.filtered(lambda row: row.kind == 'chargeback')
        self.assertEqual(back.amount, 10000)
        self.assertEqual(set(back.line_ids.mapped('instalment_number')), {1, 2})
        self.assertEqual(loan.overpayment_amount, 0)
        self.assertEqual(loan.interest_outstanding, 1000 + 921.15)
        self.assertTrue(day < loan.company_id._get_business_date())

    def test_late_and_undone_like_straight(self):
        loan, twin = self._create_twins()
        acts = []
        self._live(self.company, loan, [
            (DUE, lambda: self._repay(loan, 9000, DUE)),
            (date(2026, 3, 1), lambda: self._repay(loan, 500, date(2026, 3, 1))),
            (date(2026, 3, 5), lambda: loan._charge_back(
                self._get_payment(loan), TAKEN, "Card", 4000)),
            (date(2026, 3, 6), lambda: acts.append(loan._charge_back(
                self._get_payment(loan), date(2026, 3, 6), "Card", 100))),
            (date(2026, 3, 20), lambda: self._repay(loan, 300, date(2026, 2, 10))),
            (date(2026, 3, 21), lambda: self._get_current(acts[0])._reverse("Wrong"))],
            date(2026, 4, 20))
        self._live(self.straight_company, twin, [
            (date(2026, 2, 10), lambda: self._pay_straight(twin, 300, date(2026, 2, 10))),
            (DUE, lambda: self._pay_straight(twin, 9000, DUE)),
            (TAKEN, lambda: twin._charge_back(self._get_payment(twin), TAKEN, "Card", 4000)),
            (date(2026, 3, 1), lambda: self._pay_straight(twin, 500, date(2026, 3, 1)))],
            date(2026, 4, 20))
        self._assert_same_history(loan, twin)

    def test_a_settled_loan_owes_again(self):
        loan = self._create_active_loan(periods=1)
        self._live(self.company, loan, [
            (DUE, lambda: self._repay(loan, 101000, DUE))], TAKEN)
        self.assertEqual(loan.state, 'settled')
        loan._charge_back(self._get_payment(loan), TAKEN, "Card")
        self.assertRecordValues(loan, [{
            'state': 'active', 'settled_date': False, 'principal_outstanding': 100000}])

    def test_refund_and_what_the_bank_takes_back_after_it(self):
        """1,115.12 was held and paid back; the bank then takes the whole 10,000: the borrower
        owes the 1,115.12 as a claim of ours."""
        loan = self._create_active_loan()
        self._live(self.company, loan, [
            (DUE, lambda: self._repay(loan, 10000, DUE)),
            (TAKEN, lambda: loan._refund(1115.12, TAKEN, "Asked", self.fund_account))], TAKEN)
        self.assertEqual(loan.overpayment_amount, 0)
        payment = self._get_payment(loan)
        with self.assertRaisesRegex(ValidationError, "Undo the refund first"), \
                self.cr.savepoint():
            payment._reverse("Wrong")
        loan._charge_back(payment, TAKEN, "Card")
        self.assertEqual(loan.fee_outstanding, 1115.12)
        self.assertEqual(loan.principal_outstanding, 100000)
        with self.assertRaisesRegex(UserError, "undo the chargeback first"):
            payment._reverse("Wrong")
        self.assertFalse(loan._check_integrity())

    def test_a_late_refund_leaves_less_for_the_next_instalment(self):
        loan, twin = self._create_twins()
        self._live(self.company, loan, [
            (DUE, lambda: self._repay(loan, 10000, DUE)),
            (date(2026, 3, 18), lambda: loan._refund(
                1000, date(2026, 2, 20), "Asked", self.fund_account))], date(2026, 3, 20))
        self._live(self.straight_company, twin, [
            (DUE, lambda: self._pay_straight(twin, 10000, DUE)),
            (date(2026, 2, 20), lambda: twin._refund(
                1000, date(2026, 2, 20), "Asked", self.straight['fund_account']))],
            date(2026, 3, 20))
        self._assert_same_history(loan, twin)
        use = loan.transaction_ids.filtered(
            lambda row: row.kind == 'overpayment_use' and not row.reversal_ids
            and not row.reversal_of_id)
        self.assertEqual(
            sum(use.line_ids.filtered(lambda row: row.component == 'overpayment')
                .mapped('amount')), 115.12)

    def test_bad_input_is_refused_with_the_range(self):
        loan, other = self._create_active_loan(), self._create_active_loan()
        self._live(self.company, loan | other, [
            (DUE, lambda: self._repay(loan, 9000, DUE)),
            (DUE, lambda: self._repay(other, 9000, DUE))], TAKEN)
        payment = self._get_payment(loan)
        for act, message in (
                (lambda: loan._charge_back(payment, TAKEN, "X", 9000.01), "0.01 to 9000.00"),
                (lambda: loan._charge_back(payment, TAKEN, "X", 0), "above zero"),
                (lambda: loan._charge_back(payment, TAKEN, "X", 1.005), "two decimals"),
                (lambda: loan._charge_back(payment, date(2026, 2, 14), "X"), "a later one"),
                (lambda: loan._charge_back(payment, date(2026, 2, 26), "X"), "is allowed"),
                (lambda: loan._charge_back(self._get_payment(other), TAKEN, "X"), "no payment"),
                (lambda: loan._charge_back(loan.transaction_ids[-1], TAKEN, "X"), "no payment"),
                (lambda: loan._refund(115.13, TAKEN, "X", self.fund_account), "0.01 to 115.12"),
                (lambda: loan._refund(0, TAKEN, "X", self.fund_account), "above zero"),
                (lambda: self._create_loan()._refund(1, TAKEN, "X", self.fund_account),
                 "To Sign")):
            with self.subTest(message=message), self.assertRaisesRegex(ValidationError, message), \
                    self.cr.savepoint():
                act()
        loan._charge_back(payment, TAKEN, "Card", 1000)
        with self.assertRaisesRegex(ValidationError, "0.01 to 8000.00"):
            loan._charge_back(payment, TAKEN, "Card", 8000.01)

    def _get_payment(self, loan):
        """The first payment as it stands."""
        return loan.transaction_ids.filtered(
            lambda row: row.kind == 'repayment' and not row.reversal_of_id
            and not row.reversal_ids and row.value_date == DUE)

    def _get_current(self, transaction):
        later = self.env['carloan.transaction'].search([('replaces_id', '=', transaction.id)])
        return self._get_current(later) if later else transaction
