from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestChargeTerms(CreditCommon):
    """Late charges and the fee for paying early as products set them. 100,000 at 12 % in 12
    instalments; the first of 7,884.88 + 1,000.00 falls due on 15 February 2026."""

    def _get_charges(self, **terms):
        """(penalty, compound, fee) posted by a payment of 0.01 on 15 March, 28 days late."""
        loan = self._create_active_loan(**terms)
        self._move_to(date(2026, 3, 15))
        payment = self._repay(loan, '0.01')
        lines = self.env['carloan.transaction'].search([
            ('loan_id', '=', loan.id), ('kind', '=', 'late_charge')]).line_ids
        self.assertEqual(payment.kind, 'repayment')
        self.assertFalse(loan._check_integrity())
        sums = dict.fromkeys(('penalty', 'compound', 'fee'), 0)
        for line in lines:
            sums[line.component] += line.amount
        return tuple(round(amount, 2) for amount in sums.values())

    # === LATE === #

    def test_penalty_runs_on_principal(self):
        """7,884.88 x 18 % x 28 / 360 = 110.39; 1,000 x 18 % x 28 / 360 = 14.00."""
        self.assertEqual(self._get_charges(), (110.39, 14.00, 0))

    def test_penalty_on_the_whole_instalment_leaves_no_compound_interest(self):
        """8,884.88 x 18 % x 28 / 360 = 124.39."""
        self.assertEqual(self._get_charges(late_base='instalment'), (124.39, 0, 0))

    def test_a_ceiling_holds_for_all_charges_together(self):
        """15 % instead of 18 %: 91.99 and 11.67; the fee has no room left."""
        self.assertEqual(
            self._get_charges(late_ceiling_rate=15, late_fixed_fee=30), (91.99, 11.67, 0))

    def test_the_fee_takes_the_room_under_the_ceiling(self):
        """20 % - 18 % on 8,884.88 for 28 days: 13.82 of the 30.00."""
        self.assertEqual(
            self._get_charges(late_ceiling_rate=20, late_fixed_fee=30), (110.39, 14.00, 13.82))

    def test_charges_of_an_instalment_end_at_the_ratio(self):
        """1 % of 8,884.88 = 88.85, in the shares of principal and interest."""
        self.assertEqual(self._get_charges(late_cap_percent=1), (78.84, 10.01, 0))

    def test_charges_of_an_instalment_end_at_the_amount(self):
        """50.00 after a fee of 20.00: 30.00 x 7,884.88 / 8,884.88 = 26.62."""
        self.assertEqual(
            self._get_charges(late_cap_amount=50, late_fixed_fee=20), (26.62, 3.38, 20.00))

    def test_the_fee_is_charged_once_and_paid_like_any_fee(self):
        loan = self._create_active_loan(late_fixed_fee=30)
        self._move_to(date(2026, 3, 1))
        self.assertEqual(loan.amount_due_today, 30 + 8884.88 + 55.19 + 7.00)
        self._repay(loan, 20)
        self.assertEqual(loan.fee_outstanding, 10)
        self._move_to(date(2026, 3, 10))
        self._repay(loan, 10)
        self.assertEqual(loan.fee_outstanding, 0)
        fees = self.env['carloan.transaction.line'].search([
            ('loan_id', '=', loan.id), ('component', '=', 'fee')], order='id')
        self.assertEqual(fees.mapped('amount'), [30, -20, -10])
        self.assertEqual(fees[0].instalment_id.number, 1)

    def test_the_night_posts_the_fee_at_the_end_of_the_month(self):
        loan = self._create_active_loan(
            late_fixed_fee=30, penalty_capitalisation='month_end')
        self._move_to(date(2026, 4, 1))
        self.assertEqual(loan.fee_outstanding, 60)
        self.assertFalse(loan._check_integrity())

    def test_the_explanation_names_ceiling_cap_and_fee(self):
        loan = self._create_active_loan(
            late_ceiling_rate=15, late_cap_percent=0.5, late_fixed_fee=5)
        self._move_to(date(2026, 3, 15))
        story = loan.explain('late_charges_to_date')
        texts = [row['text'] for row in story['rows']]
        self.assertIn("Limited by the highest rate", texts)
        self.assertIn("Limited by the cap of the instalment", texts)
        self.assertEqual(round(story['amount'], 2), round(loan.late_charges_to_date, 2))

    # === EARLY === #

    def test_the_fee_for_paying_early_falls_by_steps(self):
        """Two instalments behind: 84,151.39 left, 3 % = 2,524.54; three: 76,108.02, 1.5 %."""
        loan = self._create_active_loan(early_fee_bands='0:3, 3:1.5')
        for day, fee in ((date(2026, 3, 15), 2524.54), (date(2026, 4, 15), 1141.62)):
            self._move_to(day)
            quote = loan._quote_payoff(day)
            self.assertEqual(float(quote['early_fee']), fee)
            self.assertEqual(quote['total'], sum(
                quote[name] for name in ('principal', 'interest', 'penalty', 'compound', 'fee',
                                         'early_fee')))

    def test_steps_by_months_count_from_the_disbursement(self):
        """On 14 April two months are full, on 15 April three."""
        loan = self._create_active_loan(early_fee_bands='0:3, 3:1', early_band_unit='month')
        self._move_to(date(2026, 4, 14))
        self.assertEqual(float(loan._quote_payoff(date(2026, 4, 14))['early_fee']), 2524.54)
        self.assertEqual(float(loan._quote_payoff(date(2026, 4, 15))['early_fee']), 761.08)

    def test_paying_off_posts_the_fee_and_closes_the_loan(self):
        loan = self._create_active_loan(early_fee_bands='0:1', early_min_fee=1500)
        self._move_to(date(2026, 2, 15))
        quote = loan._quote_payoff(date(2026, 2, 15))
        self.assertEqual(quote['early_fee'], 1500)
        story = loan.explain('payoff_today')
        self.assertEqual(round(story['amount'], 2), float(quote['total']))
        formulas = ' '.join(row['formula'] for row in story['rows'])
        self.assertIn("1 instalments due), at least 1,500.00", formulas)
        loan._pay_off(quote['total'], date(2026, 2, 15), self.fund_account)
        self.assertEqual(loan.state, 'settled')
        fees = self.env['carloan.transaction.line'].search([
            ('loan_id', '=', loan.id), ('component', '=', 'fee')], order='id')
        self.assertEqual(fees.mapped('amount'), [1500, -1500])

    def test_paying_early_waits_for_its_instalments(self):
        loan = self._create_active_loan(early_min_instalments=3, advance_way='lower')
        self._move_to(date(2026, 2, 15))
        with self.assertRaisesRegex(ValidationError, "after 3"):
            loan._quote_payoff(date(2026, 2, 15))
        self._repay(loan, '28884.88')
        self.assertEqual(loan.overpayment_amount, 20000)

    def test_the_whole_period_may_be_asked_for(self):
        loan = self._create_active_loan(early_interest='period')
        self._move_to(date(2026, 2, 15))
        self.assertEqual(
            float(loan._quote_payoff(date(2026, 2, 16))['interest']), 1921.15)

    def test_steps_are_rows_of_the_product(self):
        product = self._create_product(code='EARLY', early_fee_ids=[
            (0, 0, {'start': 12, 'percent': 1}), (0, 0, {'start': 0, 'percent': 2.5})])
        self.assertEqual(product.early_fee_bands, '0:2.5, 12:1')
        loan = self._create_loan(product_id=product.id)
        product.early_fee_ids.unlink()
        self.assertFalse(product.early_fee_bands)
        self.assertEqual(loan.early_fee_bands, '0:2.5, 12:1')
        with self.assertRaisesRegex(ValidationError, "0 % to 5 % is allowed"):
            product.early_fee_ids = [(0, 0, {'start': 0, 'percent': 6})]

    def test_impossible_steps_are_refused(self):
        for bands in ('0:101', '6:1,0:3', 'three', '0:1:2', '-1:3'):
            with self.subTest(bands=bands), self.assertRaisesRegex(
                    ValidationError, "steps that rise, with 0 % to 100 % each"):
                self._create_loan(early_fee_bands=bands)
