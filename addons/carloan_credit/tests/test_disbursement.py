from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .documents_common import DocumentsCommon


@tagged('post_install', '-at_install')
class TestDisbursement(DocumentsCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._sign_contract()

    def _registered(self):
        disbursement = self._create_disbursement(self.loan)
        disbursement.action_register()
        return disbursement

    def _reviewed(self):
        disbursement = self._registered()
        disbursement.with_user(self.accountant).action_review()
        return disbursement

    def _give_reason(self, document, user, act, reason="Wrong"):
        action = getattr(document.with_user(user), f'action_{act}')()
        wizard = self.env['carloan.reason.wizard'].with_user(user).with_context(
            **action['context']).create({'reason': reason})
        return wizard.action_apply()

    def test_three_people_pay_a_loan_out(self):
        disbursement = self._create_disbursement(self.loan)
        disbursement.action_register()
        self.assertRecordValues(disbursement, [{
            'state': 'registered', 'maker_id': self.officer.id,
            'payee_account': '6222021234567890123', 'payee_name': self.customer.name}])
        disbursement.with_user(self.accountant).action_review()
        disbursement.with_user(self.cashier).action_pay()
        self.assertRecordValues(disbursement, [{
            'state': 'paid', 'checker_id': self.accountant.id, 'payer_id': self.cashier.id,
            'paid_date': self.company._get_business_date()}])
        self.assertEqual(disbursement.transaction_id.loan_id, self.loan)
        self.assertRecordValues(self.loan, [{
            'state': 'active', 'principal_outstanding': 50000,
            'disbursement_date': self.company._get_business_date()}])

    def test_several_disbursements_go_through_together(self):
        disbursements = self._create_disbursement(self.loan) | self._create_disbursement()
        disbursements.action_register()
        disbursements.with_user(self.accountant).action_review()
        disbursements.with_user(self.cashier).action_pay()
        self.assertEqual(disbursements.mapped('state'), ['paid', 'paid'])
        self.assertEqual(len(disbursements.transaction_id), 2)

    def test_form_proposes_principal_and_account(self):
        form = Form(self.env['carloan.disbursement'].with_user(self.officer))
        form.loan_id = self.loan
        self.assertEqual(form.amount, 50000)
        self.assertEqual(form.partner_bank_id, self.bank_account)
        self.assertIn("Our account", form.blocking_summary)

    def test_amount_other_than_the_principal_is_refused(self):
        for amount in (49999.99, 50000.01, 0, -50000):
            with self.assertRaisesRegex(ValidationError, "principal|above zero"), \
                    self.cr.savepoint():
                self._create_disbursement(self.loan, amount=amount)

    def test_account_of_somebody_else_is_refused(self):
        stranger = self.env['res.partner'].create({'name': "Stranger"})
        account = self.env['res.partner.bank'].create({
            'partner_id': stranger.id, 'acc_number': '6228480000000000001'})
        with self.assertRaisesRegex(ValidationError, "Stranger"):
            self._create_disbursement(self.loan, partner_bank_id=account.id)

    def test_account_in_the_name_of_somebody_else_is_refused(self):
        self.bank_account.acc_holder_name = "Stranger"
        with self.assertRaisesRegex(ValidationError, "Stranger"):
            self._create_disbursement(self.loan)

    def test_account_changed_after_registration_blocks_the_payment(self):
        disbursement = self._registered()
        self.bank_account.acc_number = '6228480000000000001'
        with self.assertRaisesRegex(UserError, "changed after registration"):
            disbursement.with_user(self.accountant).action_review()
        self.bank_account.acc_number = '6222021234567890123'
        disbursement.with_user(self.accountant).action_review()
        self.bank_account.acc_number = '6228480000000000001'
        with self.assertRaisesRegex(UserError, "changed after registration"):
            disbursement.with_user(self.cashier).action_pay()

    def test_conditions_block_registration_review_and_payment(self):
        disbursement = self._create_disbursement(self.loan)
        condition_type = self.env['carloan.condition.type'].create({
            'name': "Down payment proof", 'code': 'down_payment'})
        condition = self.env['carloan.loan.condition']._create_guarded([
            {'loan_id': self.loan.id, 'type_id': condition_type.id}])
        confirmed = {'confirmed_by_id': self.reviewer.id}
        for user, act in ((self.officer, 'register'), (self.accountant, 'review'),
                          (self.cashier, 'pay')):
            disbursement.invalidate_recordset()
            acting = disbursement.with_user(user)
            self.assertIn("Down payment proof", acting.blocking_summary)
            with self.assertRaisesRegex(UserError, "Down payment proof"):
                getattr(acting, f'action_{act}')()
            condition._write_guarded(confirmed)
            getattr(acting, f'action_{act}')()
            condition._write_guarded({'confirmed_by_id': False})
        self.assertEqual(disbursement.state, 'paid')

    def test_missing_accounts_block_the_registration(self):
        disbursement = self._create_disbursement(
            self.loan, fund_account_id=False, partner_bank_id=False)
        with self.assertRaisesRegex(UserError, "Our account"):
            disbursement.action_register()
        self.assertIn("account to pay to", disbursement.blocking_summary)

    def test_payment_before_the_planned_day_is_blocked(self):
        tomorrow = self.company._get_business_date() + relativedelta(days=1)
        disbursement = self._create_disbursement(self.loan, planned_date=tomorrow)
        disbursement.action_register()
        disbursement.with_user(self.accountant).action_review()
        with self.assertRaisesRegex(UserError, "planned for"):
            disbursement.with_user(self.cashier).action_pay()

    def test_steps_cannot_be_skipped(self):
        disbursement = self._create_disbursement(self.loan)
        with self.assertRaisesRegex(UserError, "Draft"):
            disbursement.with_user(self.accountant).action_review()
        with self.assertRaisesRegex(UserError, "Draft"):
            disbursement.with_user(self.cashier).action_pay()
        disbursement.action_register()
        with self.assertRaisesRegex(UserError, "To Review"):
            disbursement.with_user(self.cashier).action_pay()

    def test_paying_twice_is_refused(self):
        disbursement = self._reviewed().with_user(self.cashier)
        disbursement.action_pay()
        with self.assertRaises(UserError):
            disbursement.action_pay()
        self.assertEqual(len(self.loan.transaction_ids), 1)

    def test_somebody_else_paying_at_this_moment_is_said_plainly(self):
        disbursement = self._reviewed().with_user(self.cashier)
        with patch.object(type(disbursement), 'lock_for_update', side_effect=LockError("busy")), \
                self.assertRaisesRegex(UserError, "Somebody else"):
            disbursement.action_pay()

    def test_one_person_with_all_roles_takes_one_step_only(self):
        everything = self._new_user('everything', 'officer', 'accountant', 'cashier')
        disbursement = self._create_disbursement(self.loan, user=everything)
        disbursement.action_register()
        with self.assertRaisesRegex(UserError, "another person"):
            disbursement.action_review()
        disbursement.with_user(self.accountant).action_review()
        with self.assertRaisesRegex(UserError, "another person"):
            disbursement.action_pay()

    def test_reviewer_does_not_pay(self):
        both = self._new_user('both', 'accountant', 'cashier')
        disbursement = self._registered().with_user(both)
        disbursement.action_review()
        with self.assertRaisesRegex(UserError, "another person"):
            disbursement.action_pay()

    def test_database_refuses_the_same_person_twice(self):
        disbursement = self._reviewed()
        for vals in ({'checker_id': self.officer.id}, {'payer_id': self.accountant.id},
                     {'payer_id': self.officer.id}, {'state': 'paid'}, {'maker_id': False}):
            with self.assertRaises(CheckViolation), mute_logger('odoo.sql_db'), \
                    self.cr.savepoint():
                disbursement.sudo()._write_guarded(vals)
                self.env.flush_all()
            disbursement.invalidate_recordset()

    def test_second_live_disbursement_is_refused(self):
        self._create_disbursement(self.loan)
        with self.assertRaises(UniqueViolation), mute_logger('odoo.sql_db'), self.cr.savepoint():
            self._create_disbursement(self.loan)
            self.env.flush_all()

    def test_wrong_roles_are_refused_at_each_step(self):
        disbursement = self._create_disbursement(self.loan)
        steps = (('register', ('officer', 'branch_manager'), self.officer),
                 ('review', ('accountant',), self.accountant),
                 ('pay', ('cashier',), self.cashier))
        for act, allowed, user in steps:
            for role, stranger in self._role_users().items():
                if role not in allowed:
                    with self.subTest(act=act, role=role), self.assertRaises(AccessError):
                        self._rpc(stranger, disbursement, f'action_{act}')
            self._rpc(user, disbursement, f'action_{act}')
        self.assertEqual(disbursement.state, 'paid')

    def test_facts_are_frozen_after_the_draft(self):
        disbursement = self._registered()
        for values in ({'amount': 1}, {'partner_bank_id': False}, {'planned_date': '2020-01-01'},
                       {'loan_id': self._sign_contract().id}, {'fund_account_id': False}):
            with self.assertRaisesRegex(UserError, "no longer a draft"):
                disbursement.write(values)

    def test_sent_back_disbursement_starts_again(self):
        disbursement = self._reviewed()
        self._give_reason(disbursement, self.cashier, 'send_back', "Account is closed")
        self.assertRecordValues(disbursement, [{
            'state': 'draft', 'maker_id': False, 'checker_id': False, 'payee_account': False}])
        self.assertIn("Account is closed", disbursement.message_ids[0].body)
        disbursement.action_register()
        self.assertEqual(disbursement.state, 'registered')

    def test_cancelled_disbursement_makes_room_for_another(self):
        disbursement = self._reviewed()
        self._give_reason(disbursement, self.officer, 'cancel')
        self.assertEqual(disbursement.state, 'cancelled')
        self.assertEqual(self._pay_out(self.loan).state, 'paid')

    def test_paid_disbursement_is_neither_cancelled_nor_sent_back_nor_deleted(self):
        disbursement = self._pay_out(self.loan)
        for user, act in ((self.officer, 'cancel'), (self.accountant, 'send_back')):
            with self.assertRaises(UserError):
                self._give_reason(disbursement, user, act)
        with self.assertRaises(UserError):
            disbursement.unlink()
        self.assertEqual(disbursement.state, 'paid')

    def test_reason_wizard_acts_on_nothing_but_documents(self):
        disbursement = self._registered()
        for values in ({'res_model': 'res.users', 'act': 'cancel'},
                       {'res_model': 'carloan.disbursement', 'act': 'pay'}):
            wizard = self.env['carloan.reason.wizard'].with_user(self.cashier).create({
                'reason': "Because", 'res_ids': disbursement.ids, **values})
            with self.assertRaises(UserError):
                wizard.action_apply()

    def test_reason_wizard_checks_the_role(self):
        disbursement = self._registered()
        for role in ('cashier', 'reviewer', 'auditor', 'administrator'):
            wizard = self.env['carloan.reason.wizard'].with_user(getattr(self, role)).create({
                'res_model': disbursement._name, 'res_ids': disbursement.ids, 'act': 'cancel',
                'reason': "Because"})
            with self.assertRaises(AccessError):
                wizard.action_apply()

    def test_next_person_gets_an_activity_and_loses_it_when_done(self):
        disbursement = self._registered()
        self.assertTrue(disbursement.activity_ids.user_id.has_group(
            'carloan_base.carloan_base_group_accountant'))
        disbursement.with_user(self.accountant).action_review()
        self.assertEqual(len(disbursement.activity_ids), 1)
        self.assertTrue(disbursement.activity_ids.user_id.has_group(
            'carloan_base.carloan_base_group_cashier'))
        disbursement.with_user(self.cashier).action_pay()
        self.assertFalse(disbursement.activity_ids)
