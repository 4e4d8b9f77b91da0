from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CollateralCommon


@tagged('post_install', '-at_install')
class TestMortgageRegistration(CollateralCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._get_business_date()
        cls.loan = cls._sign_pledged_contract()
        cls.registration = cls.loan.mortgage_registration_ids.with_user(cls.asset)

    def test_from_the_task_to_the_registered_mortgage(self):
        with self.assertRaises(UserError) as caught:
            self.registration.action_file()
        self.assertIn("office", str(caught.exception))
        with Form(self.registration) as form:
            form.office = "Nanjing vehicle office"
        self.registration.action_file()
        self.assertRecordValues(
            self.registration, [{'state': 'filed', 'filed_date': self.today}])
        with self.assertRaises(UserError) as caught:
            self.registration.action_register()
        self.assertIn("certificate", str(caught.exception))
        self.assertEqual(self.loan.collateral_ids.state, 'reserved')
        with Form(self.registration) as form:
            form.certificate_number = '320000000001'
        self.registration.action_register()
        self.assertRecordValues(
            self.registration, [{'state': 'registered', 'registered_date': self.today}])
        self.assertEqual(self.loan.collateral_ids.state, 'live')
        self.assertFalse(self.registration.activity_ids)

    def test_steps_cannot_be_skipped(self):
        self.registration.write({'office': "X", 'certificate_number': '320000000001'})
        for act in ('action_register', 'action_reset', 'action_check_release'):
            with self.subTest(act=act), self.assertRaises(UserError):
                getattr(self.registration, act)()
        self.assertEqual(self.registration.state, 'draft')

    def test_papers_can_come_back(self):
        self.registration.office = "X"
        self.registration.action_file()
        self.registration.action_reset()
        self.assertEqual(self.registration.state, 'draft')

    def test_dates_must_make_sense(self):
        with self.assertRaises(ValidationError) as caught:
            self.registration.filed_date = self.today + timedelta(days=1)
        self.assertIn(str(self.today), str(caught.exception))
        with self.assertRaises(ValidationError):
            self.registration.registered_date = self.today + timedelta(days=1)
        with self.assertRaises(ValidationError):
            self.registration.write({
                'filed_date': self.today, 'registered_date': self.today - timedelta(days=1)})
        self.registration.write({
            'filed_date': self.today - timedelta(days=2),
            'registered_date': self.today - timedelta(days=1)})

    def test_an_odd_certificate_number_gives_a_warning_only(self):
        self.registration.certificate_number = '12345'
        self.assertIn("12 digits", self.registration.certificate_warning)
        self.registration.certificate_number = '123456789012'
        self.assertFalse(self.registration.certificate_warning)

    def test_a_registered_mortgage_keeps_its_papers(self):
        self._register_mortgage(self.loan)
        for values in (
            {'certificate_number': '1'}, {'office': "Y"}, {'filed_date': self.today},
            {'registered_date': False},
        ):
            with self.assertRaises(UserError):
                self.registration.write(values)

    def test_only_asset_officers_register(self):
        self.registration.office = "X"
        for user in (self.officer, self.branch_manager, self.risk_manager, self.cashier,
                     self.accountant, self.collector, self.auditor, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.registration.with_user(user).action_file()

    def test_search_by_plate_vin_certificate_and_borrower(self):
        self.loan.vehicle_ids.plate = '苏A12345'
        self.registration.certificate_number = '320000777001'
        view = self.registration.get_view(view_type='search')
        self.assertTrue(view)
        for domain in (
            [('vehicle_id.plate', 'ilike', 'A1234')],
            [('vehicle_id.vin', 'ilike', self.registration.vin[3:])],
            [('certificate_number', 'ilike', '777001')],
            [('loan_id.partner_id', 'ilike', self.customer.name)],
        ):
            self.assertIn(self.registration, self.registration.search(domain))
