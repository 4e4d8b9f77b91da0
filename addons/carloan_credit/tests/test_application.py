from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .documents_common import DocumentsCommon


@tagged('post_install', '-at_install')
class TestApplication(DocumentsCommon):

    def _assert_blocked(self, application, text):
        """The form shows the reason before the click, the act refuses with it."""
        self.assertIn(text, application.blocking_summary)
        with self.assertRaisesRegex(UserError, text):
            application.action_submit()
        self.assertEqual(application.state, 'draft')

    def test_application_takes_rate_and_terms_from_the_product(self):
        application = self._create_application()
        self.assertEqual(application.annual_rate, self.product.annual_rate)
        self.assertEqual(application.method, self.product.method)
        self.assertRegex(application.name, r'^AP\d{10}')
        self.assertEqual(application.user_id, self.officer)

    def test_later_change_of_the_product_does_not_reach_the_application(self):
        application = self._create_application()
        self.product.penalty_ratio = 1.3
        self.assertEqual(application.penalty_ratio, 1.5)

    def test_form_shows_schedule_and_cost_while_typing(self):
        form = Form(self.env['carloan.application'].with_user(self.officer))
        form.partner_id = self.customer
        form.product_id = self.product
        form.amount = 100000
        form.periods = 12
        form.annual_rate = 12
        self.assertEqual(form.instalment_amount, 8884.88)
        self.assertEqual(form.total_interest_amount, 6618.53)
        self.assertEqual(form.nominal_annual_cost, 12.0)
        self.assertEqual(form.effective_annual_cost, 12.68)
        self.assertIn('8,884.85', form.schedule_preview)
        self.assertFalse(form.blocking_summary)
        self.assertEqual(form.save().state, 'draft')

    def test_zero_and_negative_amounts_are_refused(self):
        for amount in (0, -1, 0.001):
            with self.assertRaisesRegex(ValidationError, "above zero"):
                self._create_application(amount=amount)

    def test_impossible_terms_and_rates_are_refused_with_the_limits(self):
        for values, text in (
            ({'periods': 0}, "from 1 to 1200"),
            ({'periods': -3}, "from 1 to 1200"),
            ({'annual_rate': -1}, "from 0 to 100"),
            ({'annual_rate': 101}, "from 0 to 100"),
        ):
            with self.assertRaisesRegex(ValidationError, text):
                self._create_application(**values)

    def test_reasons_come_in_the_language_of_the_user(self):
        self.env['res.lang']._activate_lang('zh_CN')
        application = self._create_application(amount=self.product.max_amount + 1).with_context(
            lang='zh_CN')
        with self.assertRaisesRegex(UserError, "超过上限"):
            application.action_submit()
        with self.assertRaisesRegex(ValidationError, "申请金额必须大于零"):
            application.amount = -5

    def test_future_application_date_is_refused(self):
        tomorrow = self.company._get_business_date() + relativedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "future"):
            self._create_application(application_date=tomorrow)

    def test_foreign_currency_is_refused(self):
        foreign = self.env['res.currency'].search(
            [('id', '!=', self.company.currency_id.id)], limit=1)
        with self.assertRaisesRegex(ValidationError, self.company.currency_id.name):
            self._create_application(currency_id=foreign.id)

    def test_amount_above_the_ceiling_is_blocked_and_the_ceiling_shown(self):
        application = self._create_application(amount=self.product.max_amount + 1)
        self.assertEqual(application.amount_ceiling, self.product.max_amount)
        self.assertIn(self.product.name, application.ceiling_summary)
        self._assert_blocked(application, "above the ceiling")

    def test_amount_below_the_product_is_blocked(self):
        self.product.min_amount = 20000
        self._assert_blocked(self._create_application(amount=19999), "20,000.00")

    def test_term_outside_the_product_is_blocked_with_the_limits(self):
        self.product.write({'min_periods': 6, 'max_periods': 24})
        self._assert_blocked(self._create_application(periods=25), "allows 6 to 24")

    def test_rate_outside_the_product_is_blocked_with_the_limits(self):
        self.product.write({'min_rate': 10, 'max_rate': 15})
        self._assert_blocked(self._create_application(annual_rate=15.5), "10 % to 15 %")

    def test_term_above_the_law_is_blocked_for_a_car_purchase_only(self):
        self.product.max_periods = 84
        self.assertFalse(self._create_application(periods=61).blocking_summary)
        self._assert_blocked(
            self._create_application(periods=61, purpose='car_purchase'), "at most 60 months")

    def test_annual_cost_above_the_legal_ceiling_is_blocked(self):
        self.product.max_rate = 30
        self._assert_blocked(self._create_application(annual_rate=24.5), "ceiling of 24 %")
        self.assertFalse(self._create_application(annual_rate=24).blocking_summary)

    def test_cost_above_the_lpr_multiple_is_a_warning_only(self):
        application = self._create_application(annual_rate=12)
        self.assertIn("12.68", application.warning_summary)
        application.action_submit()
        self.assertEqual(application.state, 'in_approval')

    def test_customer_without_id_number_is_blocked(self):
        self.customer.carloan_id_number = False
        self._assert_blocked(self._create_application(), "ID number")

    def test_person_who_is_no_customer_is_blocked(self):
        self.customer.write({'carloan_id_number': False, 'carloan_customer': False})
        self._assert_blocked(self._create_application(), "not registered as a customer")

    def test_minor_is_blocked(self):
        today = self.company._get_business_date()
        birth = today - relativedelta(years=18) + relativedelta(days=1)
        self.customer.carloan_id_number = self._make_id_number(birth)
        self._assert_blocked(self._create_application(), "too young")
        self.customer.carloan_id_number = self._make_id_number(
            today - relativedelta(years=18))
        self.assertFalse(self._create_application().blocking_summary)

    def _make_id_number(self, birth):
        body = f'110105{birth:%Y%m%d}002'
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
        return body + '10X98765432'[total % 11]

    def test_company_customer_needs_its_credit_code(self):
        self.customer.write({'carloan_id_number': False, 'is_company': True})
        self._assert_blocked(self._create_application(), "unified social credit code")

    def test_small_amount_takes_one_level_large_amount_two(self):
        small = self._create_application(amount=100000)
        small.action_submit()
        self.assertEqual(len(self._approve(small)), 1)
        large = self._create_application(amount=100000.01)
        large.action_submit()
        self.assertEqual(len(large.approval_step_ids), 2)
        self.assertEqual(len(self._approve(large)), 2)
        self.assertEqual((small | large).mapped('state'), ['approved', 'approved'])

    def test_nobody_approves_what_he_made(self):
        both = self._new_user('both', 'officer', 'reviewer')
        application = self._create_application(user=both)
        application.action_submit()
        with self.assertRaises(UserError):
            application.action_approve()
        self.assertEqual(application.state, 'in_approval')

    def test_refused_application_stays_refused(self):
        application = self._create_application()
        application.action_submit()
        request = application.approval_request_id
        request.with_user(self.reviewer).action_refuse("Too many debts")
        self.assertEqual(application.state, 'refused')
        with self.assertRaises(UserError):
            application.action_submit()
        with self.assertRaises(UserError):
            application.action_create_contract()

    def test_nothing_that_was_decided_on_changes_after_submission(self):
        application = self._create_application()
        application.action_submit()
        for values in ({'amount': 90000}, {'annual_rate': 1}, {'periods': 24},
                       {'partner_id': self.customer.copy({'carloan_id_number': False}).id},
                       {'purpose': 'car_purchase'}):
            with self.assertRaises(UserError):
                application.write(values)
        self._approve(application)
        with self.assertRaises(UserError):
            application.amount = 90000
        application.note = "<p>Remarks are free</p>"

    def test_withdrawn_application_needs_a_new_approval(self):
        application = self._create_application()
        application.action_submit()
        self._approve(application)
        application.action_withdraw()
        self.assertEqual(application.state, 'withdrawn')
        with self.assertRaises(UserError):
            application.action_create_contract()
        application.action_reset_draft()
        application.amount = 90000
        with self.assertRaises(UserError):
            application.action_create_contract()
        application.action_submit()
        self._approve(application)
        application.action_create_contract()
        self.assertEqual(application.loan_id.principal_amount, 90000)

    def test_contract_carries_what_was_approved(self):
        application = self._create_application(amount=80000, periods=24, annual_rate=13.5)
        application.action_submit()
        self._approve(application)
        self.product.write({'grace_days': 5, 'annual_rate': 20})
        application.action_create_contract()
        self.assertRecordValues(application.loan_id, [{
            'application_id': application.id, 'partner_id': self.customer.id, 'state': 'draft',
            'principal_amount': 80000, 'periods': 24, 'annual_rate': 13.5, 'grace_days': 0,
            'user_id': self.officer.id,
        }])
        self.assertEqual(application.state, 'contracted')
        with self.assertRaises(UserError):
            application.action_create_contract()

    def test_only_an_officer_submits_and_contracts(self):
        application = self._create_application()
        for user in (self.reviewer, self.cashier, self.accountant, self.auditor,
                     self.administrator):
            with self.assertRaises(AccessError):
                application.with_user(user).action_submit()
        application.action_submit()
        self._approve(application)
        for user in (self.reviewer, self.risk_manager, self.accountant, self.administrator):
            with self.assertRaises(AccessError):
                application.with_user(user).action_create_contract()

    def test_only_a_draft_that_was_never_submitted_is_deleted(self):
        self._create_application().unlink()
        application = self._create_application()
        application.action_submit()
        with self.assertRaises(UserError):
            application.unlink()
        application.action_withdraw()
        application.action_reset_draft()
        with self.assertRaises(UserError):
            application.unlink()

    def test_copy_is_a_new_draft(self):
        application = self._create_application()
        application.action_submit()
        copy = application.copy()
        self.assertEqual(copy.state, 'draft')
        self.assertFalse(copy.loan_id)
        self.assertNotEqual(copy.name, application.name)
