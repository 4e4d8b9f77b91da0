from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import CollateralCommon


@tagged('post_install', '-at_install')
class TestApplication(CollateralCommon):

    def _blocked(self, application):
        with self.assertRaises(UserError) as caught:
            application.action_submit()
        return str(caught.exception)

    def test_a_product_may_demand_a_car(self):
        self.product.collateral_required = True
        application = self._create_application()
        self.assertIn(self.product.name, self._blocked(application))
        application.vehicle_id = self._create_vehicle()
        application.action_submit()
        self.assertEqual(application.state, 'in_approval')

    def test_a_product_without_demand_needs_no_car(self):
        application = self._create_application()
        application.action_submit()
        self.assertEqual(application.state, 'in_approval')

    def test_the_amount_is_limited_by_the_value_of_the_car(self):
        vehicle = self._create_vehicle(valuation_amount=60000, price_amount=70000)
        application = self._create_application(vehicle_id=vehicle.id, amount=42000.01)
        self.assertEqual(application.vehicle_ceiling_amount, 42000)
        self.assertIn("70 %", application.ceiling_summary)
        self.assertIn("42,000.00", self._blocked(application))
        application.amount = 42000
        application.action_submit()

    def test_ratios_by_kind_of_car(self):
        for kind, use, model, ceiling in (
            ('used', 'own', self.nev_model, 70000), ('new', 'own', self.ice_model, 100000),
            ('new', 'own', self.nev_model, 100000), ('new', 'commercial', self.ice_model, 70000),
            ('new', 'commercial', self.nev_model, 75000),
        ):
            vehicle = self._create_vehicle(kind=kind, use=use, model_id=model.id)
            application = self._create_application(vehicle_id=vehicle.id)
            self.assertEqual(application.vehicle_ceiling_amount, ceiling)

    def test_the_ceiling_is_cut_down_to_whole_cents(self):
        vehicle = self._create_vehicle(valuation_amount=33333.33)
        application = self._create_application(vehicle_id=vehicle.id)
        self.assertEqual(application.vehicle_ceiling_amount, 23333.33)

    def test_a_used_car_needs_a_valuation(self):
        vehicle = self._create_vehicle(valuation_amount=0, price_amount=100000)
        application = self._create_application(vehicle_id=vehicle.id)
        self.assertIn("valuation", self._blocked(application))
        vehicle.kind = 'new'
        application.action_submit()

    def test_the_borrower_must_own_the_car(self):
        stranger = self.env['res.partner'].create({'name': "Stranger"})
        vehicle = self._create_vehicle(owner_id=stranger.id)
        application = self._create_application(vehicle_id=vehicle.id)
        self.assertIn(stranger.name, self._blocked(application))

    def test_a_second_application_for_a_car_names_the_first(self):
        vehicle = self._create_vehicle()
        first = self._create_application(vehicle_id=vehicle.id)
        second = self._create_application(vehicle_id=vehicle.id)
        first.action_submit()
        self.assertIn(first.name, self._blocked(second))
        self._approve(first)
        self.assertIn(first.name, self._blocked(second))
        first.action_create_contract()
        self.assertIn(first.loan_id.name, self._blocked(second))

    def test_a_withdrawn_application_frees_the_car(self):
        vehicle = self._create_vehicle()
        first = self._create_application(vehicle_id=vehicle.id)
        first.action_submit()
        first.action_withdraw()
        second = self._create_application(vehicle_id=vehicle.id)
        second.action_submit()
        self.assertEqual(second.state, 'in_approval')

    def test_the_car_is_part_of_what_was_approved(self):
        application = self._create_application(vehicle_id=self._create_vehicle().id)
        application.action_submit()
        with self.assertRaises(UserError):
            application.vehicle_id = self._create_vehicle()
        self._approve(application)
        with self.assertRaises(UserError):
            application.collateral_kind = 'custody'

    def test_a_used_car_shortens_the_longest_term_of_a_purchase(self):
        self.product.max_periods = 60
        vehicle = self._create_vehicle()
        application = self._create_application(
            vehicle_id=vehicle.id, purpose='car_purchase', periods=48)
        self.assertIn("36", self._blocked(application))
        vehicle.kind = 'new'
        application.action_submit()

    def test_the_form_shows_the_suggested_amount(self):
        vehicle = self._create_vehicle()
        with Form(self.env['carloan.application'].with_user(self.officer)) as form:
            form.partner_id = self.customer
            form.product_id = self.product
            form.amount = 10000
            form.vehicle_id = vehicle
            self.assertEqual(form.vehicle_base_amount, 100000)
            self.assertEqual(form.vehicle_ceiling_amount, 70000)
            self.assertIn("70,000.00", form.ceiling_summary)
