from datetime import date

from psycopg2.errors import RaiseException

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestNonAccrual(CreditCommon):
    """More than 90 days overdue: interest leaves the books until nothing is overdue any more.

    The first instalment falls due on 2026-02-15: day 90 is May 16, day 91 is May 17.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()

    def _close(self, day):
        self.company._set_business_date(day)
        return self._run_day_end(day)

    def _get_step(self, day_end, name):
        return day_end.step_ids.filtered(lambda step: step.name == name)

    def test_accrual_stops_beyond_the_limit(self):
        self._close(date(2026, 5, 16))
        self.assertFalse(self.loan.non_accrual)
        day_end = self._close(date(2026, 5, 17))
        self.assertTrue(self.loan.non_accrual)
        self.assertEqual(self._get_step(day_end, 'accrual').touched_count, 1)
        # due: 1000 + 921.15 + 841.51 + 761.08; accrued: 2 days (15 and 16 May) of 31 of 679.84
        self.assertRecordValues(self.loan.accrual_ids, [{
            'date': date(2026, 5, 17), 'non_accrual': True, 'days_overdue': 91,
            'interest_outstanding': self.loan.interest_outstanding,
            'late_charges_outstanding': 0,
            'accrued_interest': round(self.loan.instalment_ids.filtered(
                lambda item: item.number == 5).interest_amount * 2 / 31, 2)}])
        self.assertEqual(len(self.loan.transaction_ids.filtered(lambda t: t.kind == 'due')), 4)

    def test_missed_days_stop_it_too(self):
        self._close(date(2026, 2, 20))
        self._close(date(2026, 8, 1))
        self.assertTrue(self.loan.non_accrual)

    def test_the_limit_is_a_parameter_with_a_date_and_a_product(self):
        self.env['carloan.parameter']._create_guarded([{
            'code': 'accrual_stop_dpd', 'name': "Stop", 'valid_from': date(2026, 3, 1),
            'product_id': self.product.id, 'value_type': 'integer', 'value': '30',
            'state': 'in_force', 'delivered': True}])
        other = self._create_active_loan(product_id=self._create_product(code='OTHER').id)
        self._close(date(2026, 3, 18))
        self.assertTrue(self.loan.non_accrual)
        self.assertFalse(other.non_accrual)

    def test_what_is_posted_meanwhile_is_marked(self):
        self._close(date(2026, 5, 17))
        self.assertFalse(any(self.loan.transaction_ids.mapped('non_accrual')))
        self._close(date(2026, 6, 15))
        self._repay(self.loan, 100)
        later = self.loan.transaction_ids.filtered(lambda t: t.booking_date > date(2026, 5, 17))
        self.assertEqual(set(later.mapped('kind')), {'due', 'late_charge', 'repayment'})
        self.assertTrue(all(later.mapped('non_accrual')))

    def test_a_mirror_is_marked_like_what_it_takes_back(self):
        """Charged while interest ran, taken back when it does not any more."""
        self._close(date(2026, 3, 20))
        self._repay(self.loan, 100)
        self._close(date(2026, 5, 17))
        self._repay(self.loan, 50, date(2026, 3, 18))
        mirrors = self.loan.transaction_ids.filtered('reversal_of_id')
        self.assertEqual(set(mirrors.mapped('kind')), {'late_charge', 'repayment'})
        self.assertFalse(any(mirrors.mapped('non_accrual')))
        anew = self.loan.transaction_ids.filtered(
            lambda row: row.booking_date == date(2026, 5, 18)) - mirrors
        self.assertTrue(all(anew.mapped('non_accrual')))

    def test_a_cured_loan_accrues_again(self):
        self._close(date(2026, 5, 17))
        part = self.loan.interest_outstanding
        self._repay(self.loan, part)
        self._close(date(2026, 5, 18))
        self.assertTrue(self.loan.non_accrual, "Still overdue, though by fewer days")
        self._repay(self.loan, self.loan.amount_due_today)
        self._close(date(2026, 5, 19))
        self.assertFalse(self.loan.non_accrual)
        self.assertEqual(
            self.loan.accrual_ids.sorted('id').mapped('non_accrual'), [True, False])
        self._close(date(2026, 6, 15))
        self.assertFalse(self.loan.transaction_ids.filtered(
            lambda t: t.value_date == date(2026, 6, 15)).non_accrual)

    def test_an_undone_payment_stops_it_at_the_next_close(self):
        self._close(date(2026, 5, 10))
        payment = self._repay(self.loan, self.loan.amount_due_today)
        self._close(date(2026, 5, 17))
        self.assertFalse(self.loan.non_accrual)
        payment._reverse("Bounced")
        self._close(date(2026, 5, 18))
        self.assertTrue(self.loan.non_accrual)
        self.assertEqual(self.loan.class_tier_id.code, 'substandard')

    def test_a_second_run_changes_nothing(self):
        day_end = self._close(date(2026, 5, 17))
        self.env['carloan.loan']._step_accrual(day_end)
        self.assertEqual(len(self.loan.accrual_ids), 1)

    def test_nobody_writes_it_by_hand(self):
        self._close(date(2026, 5, 17))
        with self.assertRaises(UserError):
            self.loan.with_user(self.administrator).write({'non_accrual': False})
        with self.assertRaises(UserError):
            self.loan.accrual_ids.sudo().write({'non_accrual': False})
        with self.assertRaises(RaiseException), self.cr.savepoint(), mute_logger('odoo.sql_db'):
            self.cr.execute("UPDATE carloan_loan_accrual SET non_accrual = FALSE")
