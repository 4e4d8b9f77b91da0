from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .documents_common import DocumentsCommon


@tagged('post_install', '-at_install')
class TestRepayment(DocumentsCommon):
    """50,000 at 12 % over 12 months, paid out on the first day, stands one month later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._sign_contract(annual_rate=12)
        cls._pay_out(cls.loan)
        cls.first_due = cls.loan.first_unpaid_due_date
        cls._move_to(cls.first_due)
        cls.instalment_amount = 4442.44

    def _registered(self, amount=None, **values):
        repayment = self._create_repayment(self.loan, amount or self.instalment_amount, **values)
        repayment.action_register()
        return repayment

    def _give_reason(self, document, user, act, reason="Wrong"):
        action = getattr(document.with_user(user), f'action_{act}')()
        wizard = self.env['carloan.reason.wizard'].with_user(user).with_context(
            **action['context']).create({'reason': reason})
        return wizard.action_apply()

    def test_two_people_take_an_instalment(self):
        repayment = self._registered()
        self.assertRecordValues(repayment, [{
            'state': 'registered', 'maker_id': self.cashier.id, 'transaction_id': False}])
        repayment.with_user(self.accountant).action_confirm()
        self.assertRecordValues(repayment, [{
            'state': 'confirmed', 'checker_id': self.accountant.id}])
        self.assertEqual(
            {line.component: line.amount for line in repayment.transaction_line_ids},
            {'interest': -500.0, 'principal': -3942.44})
        self.assertEqual(self.loan.principal_outstanding, 46057.56)

    def test_form_proposes_what_is_due_and_shows_what_it_pays(self):
        form = Form(self.env['carloan.repayment'].with_user(self.cashier))
        form.loan_id = self.loan
        self.assertEqual(form.amount, self.instalment_amount)
        self.assertIn('3,942.44', form.allocation_preview)
        self.assertIn('500.00', form.allocation_preview)
        form.amount = 5000
        self.assertIn('557.56', form.allocation_preview)
        self.assertIn('Overpayment', form.allocation_preview)

    def test_preview_says_what_is_wrong_with_the_date(self):
        form = Form(self.env['carloan.repayment'].with_user(self.cashier))
        form.loan_id = self.loan
        form.value_date = self.loan.disbursement_date - relativedelta(days=1)
        self.assertIn('is allowed', form.allocation_preview)

    def test_batch_is_confirmed_in_one_engine_call(self):
        loans = self.env['carloan.loan'].browse()
        for _number in range(2):
            loan = self._sign_contract()
            self._pay_out(loan)
            loans |= loan
        repayments = self.env['carloan.repayment'].union(
            *(self._create_repayment(loan, 100) for loan in loans),
            self._create_repayment(loans[0], 200))
        repayments.action_register()
        calls = []
        loan_class = type(self.loan)
        repay = loan_class._repay
        with patch.object(loan_class, '_repay', autospec=True,
                          side_effect=lambda model, items: calls.append(items) or repay(
                              model, items)):
            repayments.with_user(self.accountant).action_confirm()
        self.assertEqual([len(items) for items in calls], [3])
        for repayment in repayments:
            self.assertEqual(repayment.state, 'confirmed')
            self.assertEqual(repayment.transaction_id.loan_id, repayment.loan_id)
            self.assertEqual(-repayment.transaction_id.amount, repayment.amount)

    def test_one_bad_receipt_stops_the_whole_batch_and_is_named(self):
        good = self._registered(100)
        bad = self._create_repayment(self.loan, 100)
        with self.assertRaisesRegex(UserError, bad.name):
            (good | bad).with_user(self.accountant).action_confirm()
        self.assertEqual(good.state, 'registered')

    def test_zero_and_negative_amounts_are_refused(self):
        for amount, message in ((0, "above zero"), (-1, "above zero"), (0.001, "two decimals")):
            with self.assertRaisesRegex(ValidationError, message):
                self._create_repayment(self.loan, amount)

    def test_future_value_date_is_refused(self):
        tomorrow = self.company._get_business_date() + relativedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "future"):
            self._create_repayment(self.loan, 100, value_date=tomorrow)

    def test_value_date_before_the_last_entry_is_refused_with_the_range(self):
        repayment = self._registered(
            100, value_date=self.loan.disbursement_date - relativedelta(days=1))
        with self.assertRaisesRegex(ValidationError, "is allowed"):
            repayment.with_user(self.accountant).action_confirm()

    def test_loan_that_is_not_paid_out_takes_no_money(self):
        repayment = self._create_repayment(self._sign_contract(), 100)
        self.assertIn("not being repaid", repayment.blocking_summary)
        with self.assertRaisesRegex(UserError, "not being repaid"):
            repayment.action_register()

    def test_cash_goes_into_a_cash_box_only(self):
        repayment = self._create_repayment(self.loan, 100, channel='cash')
        with self.assertRaisesRegex(UserError, "cash box"):
            repayment.action_register()
        box = self.fund_account.copy({
            'name': "Cash box", 'kind': 'cash', 'acc_number': False})
        repayment.fund_account_id = box
        repayment.action_register()
        with self.assertRaisesRegex(UserError, "cash box"):
            self._create_repayment(self.loan, 100, fund_account_id=box.id).action_register()

    def test_missing_account_is_refused(self):
        with self.assertRaisesRegex(UserError, "Our account"):
            self._create_repayment(self.loan, 100, fund_account_id=False).action_register()

    def test_same_reference_is_not_taken_twice(self):
        first = self._registered(100, reference='BANK-1')
        second = self._create_repayment(self.loan, 100, reference='BANK-1')
        with self.assertRaisesRegex(UserError, first.name):
            second.action_register()
        with self.assertRaises(UniqueViolation), mute_logger('odoo.sql_db'), self.cr.savepoint():
            second.sudo()._write_guarded({'state': 'registered', 'maker_id': self.cashier.id})
            self.env.flush_all()

    def test_confirming_twice_posts_once(self):
        repayment = self._registered(100).with_user(self.accountant)
        repayment.action_confirm()
        with self.assertRaises(UserError):
            repayment.action_confirm()
        self.assertEqual(
            len(self.loan.transaction_ids.filtered(lambda row: row.kind == 'repayment')), 1)

    def test_somebody_else_confirming_at_this_moment_is_said_plainly(self):
        repayment = self._registered(100).with_user(self.accountant)
        with patch.object(type(repayment), 'lock_for_update', side_effect=LockError("busy")), \
                self.assertRaisesRegex(UserError, "Somebody else"):
            repayment.action_confirm()

    def test_one_person_with_both_roles_does_not_confirm_his_own(self):
        both = self._new_user('both', 'cashier', 'accountant')
        repayment = self._create_repayment(self.loan, 100, user=both)
        repayment.action_register()
        self.assertIn("another person", repayment.blocking_summary)
        with self.assertRaisesRegex(UserError, "another person"):
            repayment.action_confirm()
        with self.assertRaises(CheckViolation), mute_logger('odoo.sql_db'), self.cr.savepoint():
            repayment.sudo()._write_guarded({'checker_id': both.id})
            self.env.flush_all()

    def test_database_refuses_a_confirmed_receipt_without_a_transaction(self):
        repayment = self._registered(100)
        with self.assertRaises(CheckViolation), mute_logger('odoo.sql_db'), self.cr.savepoint():
            repayment.sudo()._write_guarded(
                {'state': 'confirmed', 'checker_id': self.accountant.id})
            self.env.flush_all()

    def test_wrong_roles_are_refused(self):
        repayment = self._create_repayment(self.loan, 100)
        for act, allowed, user in (('register', 'cashier', self.cashier),
                                   ('confirm', 'accountant', self.accountant)):
            for role, stranger in self._role_users().items():
                if role != allowed:
                    with self.subTest(act=act, role=role), self.assertRaises(AccessError):
                        self._rpc(stranger, repayment, f'action_{act}')
            self._rpc(user, repayment, f'action_{act}')
        self.assertEqual(repayment.state, 'confirmed')

    def test_facts_are_frozen_after_the_draft(self):
        repayment = self._registered(100)
        for values in ({'amount': 1}, {'value_date': '2020-01-01'}, {'loan_id': False},
                       {'fund_account_id': False}, {'reference': 'X'}, {'channel': 'cash'}):
            with self.assertRaisesRegex(UserError, "no longer a draft"):
                repayment.write(values)

    def test_receipt_is_sent_back_or_cancelled_before_it_is_confirmed(self):
        repayment = self._registered(100)
        self._give_reason(repayment, self.accountant, 'send_back', "Not in our account")
        self.assertRecordValues(repayment, [{'state': 'draft', 'maker_id': False}])
        self._give_reason(repayment, self.cashier, 'cancel')
        self.assertEqual(repayment.state, 'cancelled')
        confirmed = self._take_repayment(self.loan, 100)
        with self.assertRaises(UserError):
            self._give_reason(confirmed, self.accountant, 'cancel')

    def test_reversal_needs_two_people_and_restores_the_loan(self):
        before = self.loan.principal_outstanding
        repayment = self._take_repayment(self.loan, self.instalment_amount)
        self._give_reason(repayment, self.accountant, 'ask_reversal', "Wrong loan")
        self.assertEqual(repayment.state, 'reversal_asked')
        with self.assertRaisesRegex(UserError, "another person"):
            repayment.with_user(self.accountant).action_reverse()
        repayment.with_user(self.risk_manager).action_reverse()
        self.assertRecordValues(repayment, [{
            'state': 'reversed', 'reversal_maker_id': self.accountant.id,
            'reversal_checker_id': self.risk_manager.id, 'reversal_reason': "Wrong loan"}])
        self.assertEqual(
            repayment.reversal_transaction_id.reversal_of_id, repayment.transaction_id)
        self.assertEqual(self.loan.principal_outstanding, before)
        with self.assertRaises(UserError):
            repayment.with_user(self.risk_manager).action_reverse()

    def test_reversal_can_be_declined(self):
        repayment = self._take_repayment(self.loan, 100)
        self._give_reason(repayment, self.accountant, 'ask_reversal')
        repayment.with_user(self.risk_manager).action_refuse_reversal()
        self.assertRecordValues(repayment, [{
            'state': 'confirmed', 'reversal_maker_id': False, 'reversal_reason': False}])

    def test_an_earlier_receipt_is_reversed_and_the_later_one_follows(self):
        first = self._take_repayment(self.loan, 300)
        second = self._take_repayment(self.loan, 400)
        self.assertEqual(self._get_paid(second), {'interest': -200, 'principal': -200})
        before = second.transaction_id
        self._give_reason(first, self.accountant, 'ask_reversal')
        first.with_user(self.risk_manager).action_reverse()
        self.assertEqual(first.state, 'reversed')
        self.assertEqual(self._get_paid(second), {'interest': -400})
        self.assertRecordValues(second, [{
            'state': 'confirmed', 'replaced_transaction_id': before.id}])
        self.assertTrue(before.reversed_by_id)

    def _get_paid(self, repayment):
        return {line.component: line.amount for line in repayment.transaction_line_ids}

    def test_a_receipt_dated_back_shows_what_it_pays_then(self):
        self._move_to(self.first_due + relativedelta(days=10))
        late = self._take_repayment(self.loan, 1000)
        self.assertIn('penalty', self._get_paid(late))
        early = self._registered(self.instalment_amount, value_date=self.first_due)
        self.assertIn('3,942.44', early.allocation_preview)
        early.with_user(self.accountant).action_confirm()
        self.assertEqual(self._get_paid(early), {'interest': -500, 'principal': -3942.44})
        self.assertEqual(self._get_paid(late), {'overpayment': -1000})
        self.assertFalse(early.replaced_transaction_id)

    def test_database_refuses_a_reversal_by_one_person(self):
        repayment = self._take_repayment(self.loan, 100)
        self._give_reason(repayment, self.accountant, 'ask_reversal')
        with self.assertRaises(CheckViolation), mute_logger('odoo.sql_db'), self.cr.savepoint():
            repayment.sudo()._write_guarded({'reversal_checker_id': self.accountant.id})
            self.env.flush_all()
