from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.carloan_base import loanmath

from ..entries import RepayItem
from .common import CreditCommon

PAST_FIRST = (
    'past_due.interest,past_due.principal,due.interest,due.principal,fee,penalty,compound')


@tagged('post_install', '-at_install')
class TestRepaymentTerms(CreditCommon):
    """What the terms of a loan say about where its money goes. 100,000 at 12 % in 12 instalments
    of 8,884.88: 1,000.00 of interest on 15 February, 921.15 on 15 March."""

    def _get_parts(self, payment):
        return [
            (line.instalment_id.number, line.component, -line.amount)
            for line in payment.line_ids.sorted('id')]

    # === ORDER BY ROWS === #

    def test_rows_tell_past_due_from_due(self):
        """28 days late: penalty 7,884.88 x 18 % x 28 / 360 = 110.39, not paid before the debt."""
        loan = self._create_active_loan(
            allocation_by='component', allocation_order=PAST_FIRST)
        self._move_to(date(2026, 3, 15))
        payment = self._repay(loan, 10000)
        self.assertEqual(self._get_parts(payment), [
            (1, 'interest', 1000.00), (1, 'principal', 7884.88), (2, 'interest', 921.15),
            (2, 'principal', 193.97)])
        self.assertEqual((loan.penalty_outstanding, loan.compound_outstanding), (110.39, 14.00))

    def test_a_named_order_reaches_product_application_and_loan(self):
        product = self._create_product(
            code='ROWS', allocation_order_id=self.env.ref(
                'carloan_base.carloan_allocation_order_past_first').id)
        self.assertEqual(product.allocation_by, 'component')
        self.assertEqual(product.allocation_order, PAST_FIRST)
        loan = self._create_active_loan(product_id=product.id)
        order = product.allocation_order_id
        order.write({'by': 'instalment', 'line_ids': [(5, 0, 0), *(
            (0, 0, {'component': name, 'sequence': place}) for place, name in enumerate(
                ('principal', 'interest', 'penalty', 'compound', 'fee')))]})
        self.assertEqual(
            product.allocation_order, 'principal,interest,penalty,compound,fee')
        self.assertEqual(
            (loan.allocation_by, loan.allocation_order), ('component', PAST_FIRST))

    # === SECOND ORDER === #

    def test_the_second_order_holds_beyond_its_day(self):
        """On day 90 charges come first, on day 91 principal: 7,884.88 of the first instalment."""
        late = {'long_overdue_days': 90, 'long_overdue_by': 'component',
                'long_overdue_order': 'fee,principal,interest,compound,penalty'}
        usual, second = (self._create_active_loan(**late) for _number in range(2))
        due = date(2026, 2, 15)
        self._move_to(due + timedelta(days=90))
        self.assertEqual(
            [part[:2] for part in self._get_parts(self._repay(usual, 8000))][:3],
            [(1, 'penalty'), (1, 'compound'), (1, 'interest')])
        self._move_to(due + timedelta(days=91))
        self.assertEqual(self._get_parts(self._repay(second, 8000)), [
            (1, 'principal', 7884.88), (2, 'principal', 115.12)])

    # === IN ADVANCE === #

    def test_money_in_advance_is_held_or_repays_principal(self):
        """20,000 more than the instalment of 15 February, 92,115.12 left: held, it stays; as
        principal it leaves 72,115.12, of which a month costs 721.15."""
        loans = {
            way: self._create_active_loan(advance_way=way)
            for way in ('hold', 'lower', 'shorten', 'skip')}
        self._move_to(date(2026, 2, 15))
        for loan in loans.values():
            payment = self._repay(loan, '28884.88')
            self.assertEqual((payment.kind, payment.amount), ('repayment', -28884.88))
        held = loans.pop('hold')
        self.assertEqual((held.overpayment_amount, held.principal_outstanding),
                         (20000, 92115.12))
        for way, loan in loans.items():
            self.assertEqual(
                (loan.overpayment_amount, loan.principal_outstanding), (0, 72115.12), way)
            ahead = loan.instalment_ids.filtered(lambda row: not row.paid_date)
            self.assertEqual(ahead[0].interest_amount, 721.15, way)
            self.assertFalse(loan._check_integrity())
        counts = {way: len(loan.instalment_ids) for way, loan in loans.items()}
        self.assertEqual(counts, {'lower': 13, 'shorten': 11, 'skip': 13})
        lower = loans['lower'].instalment_ids.sorted('number')
        self.assertEqual(lower[2].total_amount, 6955.80)     # 721.1512 / (1 - 1.01 ** -11)
        self.assertEqual(loans['shorten'].instalment_ids.sorted('number')[2].total_amount, 8884.88)
        self.assertEqual(loans['skip'].instalment_ids.sorted('number')[2].principal_amount, 0)

    def test_what_is_paid_in_the_middle_of_a_period_pays_its_interest_first(self):
        """13 days after 15 February: 92,115.12 x 12 % x 13 / 360 = 399.17 of interest."""
        loan = self._create_active_loan(advance_way='lower')
        self._move_to(date(2026, 2, 15))
        self._repay(loan, '8884.88')
        self._move_to(date(2026, 2, 28))
        preview = loan._preview_repayment(10000, date(2026, 2, 28))
        payment = self._repay(loan, 10000)
        self.assertEqual(self._get_parts(payment), [
            (2, 'interest', 399.17), (2, 'principal', 9600.83)])
        self.assertEqual([row['amount'] for row in preview], [399.17, 9600.83])

    def test_too_little_for_the_interest_of_the_day_is_held(self):
        loan = self._create_active_loan(advance_way='lower')
        self._move_to(date(2026, 2, 15))
        self._repay(loan, '8884.88')
        self._move_to(date(2026, 2, 28))
        self._repay(loan, '399.17')
        self.assertEqual(loan.overpayment_amount, 399.17)
        self.assertEqual(len(loan.schedule_version_ids), 1)

    def test_undoing_money_in_advance_brings_the_schedule_back(self):
        loan = self._create_active_loan(advance_way='shorten')
        before = loan.instalment_ids.mapped('total_amount')
        self._move_to(date(2026, 2, 15))
        payment = self._repay(loan, '28884.88')
        payment._reverse("Wrong loan")
        self.assertEqual(loan.instalment_ids.mapped('total_amount'), before)
        self.assertEqual(loan.principal_outstanding, 100000)
        self.assertFalse(loan._check_integrity())

    def test_an_earlier_payment_entered_late_counts_for_what_is_in_advance(self):
        """The same two payments on the same days, in either order of entry."""
        straight, late = (self._create_active_loan(advance_way='lower') for _number in range(2))
        self._move_to(date(2026, 2, 15))
        self._repay(straight, '8884.88')
        self._move_to(date(2026, 2, 28))
        self._repay(straight, 10000)
        self._repay(late, 10000)
        self._repay(late, '8884.88', date(2026, 2, 15))
        rows = [[(row.number, row.due_date, row.total_amount, row.unpaid_amount)
                 for row in loan.instalment_ids.sorted('number')] for loan in (straight, late)]
        self.assertEqual(rows[0], rows[1])
        self.assertEqual(late.principal_outstanding, straight.principal_outstanding)
        self.assertFalse((late | straight)._check_integrity())

    # === BY HAND === #

    def test_chosen_debt_is_paid_before_the_order(self):
        loan = self._create_active_loan()
        self._move_to(date(2026, 3, 15))
        item = RepayItem(
            loan, Decimal(1000), date(2026, 3, 15), self.fund_account,
            chosen=(loanmath.Choice(number=2, component='interest'),))
        preview = loan._preview_repayment(1000, date(2026, 3, 15), item.chosen)
        payment = self.env['carloan.loan']._repay([item])
        self.assertEqual(self._get_parts(payment)[0], (2, 'interest', 921.15))
        self.assertEqual(self._get_parts(payment)[1], (1, 'penalty', 78.85))
        self.assertEqual([row['amount'] for row in preview], [921.15, 78.85])
        self.assertEqual(payment.params, {'chosen': [[2, 'interest', None]]})

    def test_a_choice_survives_a_replay(self):
        loan = self._create_active_loan()
        self._move_to(date(2026, 3, 15))
        payment = self.env['carloan.loan']._repay([RepayItem(
            loan, Decimal(1000), date(2026, 3, 15), self.fund_account,
            chosen=(loanmath.Choice(number=2),))])
        self._repay(loan, 500, date(2026, 3, 1))
        again = self.env['carloan.transaction'].search([('replaces_id', '=', payment.id)])
        standing = again or payment
        self.assertEqual([part[0] for part in self._get_parts(standing)], [2, 2])
        self.assertFalse(loan._check_integrity())

    def test_the_receipt_says_what_its_money_is_for(self):
        loan = self._create_active_loan()
        self._move_to(date(2026, 3, 15))
        second = loan.instalment_ids.filtered(lambda row: row.number == 2)
        receipt = self.env['carloan.repayment'].with_user(self.cashier).create({
            'loan_id': loan.id, 'amount': 1000, 'value_date': date(2026, 3, 15),
            'fund_account_id': self.fund_account.id, 'chosen_instalment_id': second.id,
            'chosen_component': 'interest'})
        self.assertIn('921.15', receipt.allocation_preview)
        receipt.action_register()
        with self.assertRaisesRegex(UserError, "cannot be changed|frozen|registered"):
            receipt.chosen_component = False
        receipt.with_user(self.accountant).action_confirm()
        self.assertEqual(
            self._get_parts(receipt.sudo().transaction_id)[0], (2, 'interest', 921.15))

    def test_what_is_not_due_cannot_be_chosen(self):
        loan, other = self._create_active_loan(), self._create_active_loan()
        self._move_to(date(2026, 3, 15))
        values = {'loan_id': loan.id, 'amount': 1000, 'value_date': date(2026, 3, 15),
                  'fund_account_id': self.fund_account.id}
        receipts = self.env['carloan.repayment'].with_user(self.cashier)
        third = loan.instalment_ids.filtered(lambda row: row.number == 3)
        for choice in ({'chosen_instalment_id': third.id}, {'chosen_component': 'fee'}):
            with self.assertRaisesRegex(UserError, "Nothing is due on 2026-03-15"):
                receipts.create({**values, **choice}).action_register()
        with self.assertRaisesRegex(ValidationError, f"belongs to {other.name}"):
            receipts.create({**values, 'chosen_instalment_id': other.instalment_ids[0].id})

    # === REFUSED === #

    def test_impossible_settings_are_refused(self):
        cases = (
            ({'allocation_order': 'past_due.fee,fee,penalty,compound,interest,principal'}, "once"),
            ({'allocation_order': 'advance.fee,penalty,compound,interest,principal'}, "once"),
            ({'long_overdue_order': 'fee'}, "once"),
            ({'long_overdue_order': 'fee,penalty,compound,interest,principal',
              'long_overdue_days': -1}, "0 to 3650 is allowed"),
            ({'method': 'flat', 'advance_way': 'lower'}, "can only be held"),
            ({'allocation_order_id': self.env.ref(
                'carloan_base.carloan_allocation_order_usual').id,
              'allocation_order': 'principal,interest,fee,penalty,compound'}, "by hand"),
        )
        for place, (values, message) in enumerate(cases):
            with self.subTest(values=values), self.assertRaisesRegex(
                    ValidationError, message), self.cr.savepoint():
                self._create_product(code=f'BAD{place}', **values)
