from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollateralCommon


@tagged('post_install', '-at_install')
class TestVehicle(CollateralCommon):

    def test_a_vin_is_stored_in_one_form(self):
        vehicle = self._create_vehicle(vin=' lsvam418-7c2184847 ', plate='京 a·12345')
        self.assertRecordValues(vehicle, [{'vin': 'LSVAM4187C2184847', 'plate': '京A12345'}])

    def test_a_wrong_vin_is_refused_and_the_message_says_what_is_allowed(self):
        for vin, part in (
            ('LSVAM4187C218484', "exactly 17"),
            ('LSVAM4187C21848477', "exactly 17"),
            ('LSVAM4187C218484O', "I, O and Q"),
            ('LSVAM4187C21848+7', "I, O and Q"),
            ('LSVAM4186C2184847', "check digit"),
        ):
            with self.subTest(vin=vin), self.assertRaises(ValidationError) as caught:
                self._create_vehicle(vin=vin)
            self.assertIn(part, str(caught.exception))

    def test_an_imported_car_without_check_digit_gives_a_warning_only(self):
        vehicle = self._create_vehicle(vin='WBADM63491GN80000')
        self.assertIn("check digit", vehicle.vin_warning)
        self.assertFalse(self._create_vehicle(vin='1M8GDM9AXKP042788').vin_warning)

    def test_plates_of_all_kinds(self):
        vehicle = self._create_vehicle()
        for plate in ('京A12345', '苏AD12345', '粤B12345D', '沪A1234学', False):
            vehicle.plate = plate
        for plate in ('京I12345', 'A12345', '京A1234', '京A1234567', '火A12345', '京AI2345O'):
            with self.subTest(plate=plate), self.assertRaises(ValidationError) as caught:
                vehicle.plate = plate
            self.assertIn('京A12345', str(caught.exception))

    def test_the_model_year_is_decoded(self):
        self.assertEqual(self._create_vehicle(vin='LSVAM4187C2184847').model_year, '2012')

    def test_power_follows_the_model_until_somebody_says_otherwise(self):
        self.assertEqual(self._create_vehicle().power, 'ice')
        self.assertEqual(self._create_vehicle(model_id=self.nev_model.id).power, 'nev')
        self.assertEqual(
            self._create_vehicle(model_id=self.nev_model.id, power='ice').power, 'ice')

    def test_dates_in_the_future_are_refused(self):
        tomorrow = self.company._get_business_date() + timedelta(days=1)
        for name in ('first_registration_date', 'valuation_date'):
            with self.subTest(field=name), self.assertRaises(ValidationError) as caught:
                self._create_vehicle(**{name: tomorrow})
            self.assertIn(str(self.company._get_business_date()), str(caught.exception))

    @mute_logger('odoo.sql_db')
    def test_negative_figures_are_refused(self):
        for name in ('price_amount', 'valuation_amount', 'mileage'):
            with self.subTest(field=name), self.assertRaises(IntegrityError), \
                    self.cr.savepoint():
                self._create_vehicle(**{name: -1})

    def test_a_foreign_currency_is_refused(self):
        currency = self.env['res.currency'].search(
            [('id', '!=', self.company.currency_id.id)], limit=1)
        with self.assertRaises(ValidationError):
            self._create_vehicle(currency_id=currency.id)

    def test_the_value_base_is_the_lower_of_price_and_valuation(self):
        for price, valuation, base in (
            (100, 90, 90), (80, 90, 80), (0, 90, 90), (80, 0, 80), (0, 0, 0),
        ):
            vehicle = self._create_vehicle(price_amount=price, valuation_amount=valuation)
            self.assertEqual(vehicle.base_amount, base)

    def test_used_comes_before_new_energy_in_the_ceiling(self):
        for kind, use, power, code in (
            ('used', 'own', 'nev', 'used'), ('used', 'commercial', 'ice', 'used'),
            ('new', 'own', 'ice', 'own_ice'), ('new', 'own', 'nev', 'own_nev'),
            ('new', 'commercial', 'ice', 'com_ice'), ('new', 'commercial', 'nev', 'com_nev'),
        ):
            vehicle = self._create_vehicle(kind=kind, use=use, power=power)
            self.assertEqual(vehicle._get_ltv_code(), f'ltv_max.{code}')

    def test_the_same_vin_twice_is_refused_with_the_name_of_its_keeper(self):
        vehicle = self._create_vehicle()
        other = self._new_user('other_officer', 'officer')
        with self.assertRaises(ValidationError) as caught:
            self._create_vehicle(user=other, vin=vehicle.vin.lower())
        self.assertIn(self.officer.name, str(caught.exception))

    def test_the_same_vin_twice_names_the_contract_of_a_pledged_car(self):
        loan = self._create_pledged_contract()
        other = self._new_user('other_officer', 'officer')
        with self.assertRaises(ValidationError) as caught:
            self._create_vehicle(user=other, vin=loan.vehicle_ids.vin)
        self.assertIn(loan.name, str(caught.exception))

    @mute_logger('odoo.sql_db')
    def test_the_database_refuses_the_same_vin_twice(self):
        first, second = self._create_vehicle(), self._create_vehicle()
        self.env.flush_all()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                "UPDATE carloan_vehicle SET vin = %s WHERE id = %s", [first.vin, second.id])

    def test_what_an_approval_rests_on_does_not_change_underneath_it(self):
        vehicle = self._create_vehicle()
        application = self._create_application(vehicle_id=vehicle.id)
        vehicle.valuation_amount = 110000
        application.action_submit()
        with self.assertRaises(UserError) as caught:
            vehicle.valuation_amount = 900000
        self.assertIn(application.name, str(caught.exception))
        for values in ({'model_id': self.nev_model.id}, {'owner_id': False}, {'kind': 'new'}):
            with self.assertRaises(UserError):
                vehicle.write(values)
        vehicle.write({'valuation_amount': 110000, 'color': "Red"})
        application.action_withdraw()
        vehicle.valuation_amount = 90000

    def test_a_pledged_car_can_be_valued_again_but_keeps_its_vin(self):
        vehicle = self._create_vehicle()
        loan = self._create_pledged_contract(vehicle)
        vehicle.valuation_amount = 80000
        self.assertEqual(loan.collateral_ids.value_amount, 100000)
        self.assertEqual(loan.collateral_ids.ltv, 62.5)
        with self.assertRaises(UserError):
            vehicle.vin = self._next_vin()

    def test_search_by_pledge(self):
        free = self._create_vehicle()
        reserved = self._create_pledged_contract().vehicle_ids
        live = self._create_pledged_loan().vehicle_ids
        ours = free | reserved | live
        for states, found in (
            (['free'], free), (['reserved'], reserved), (['live'], live),
            (['reserved', 'live'], reserved | live), (['free', 'live'], free | live),
        ):
            domain = [('id', 'in', ours.ids), ('pledge_state', 'in', states)]
            self.assertEqual(ours.search(domain), found.sorted('id', reverse=True), states)
        self.assertEqual(live.pledge_state, 'live')
        self.assertEqual(reserved.pledged_loan_id.vehicle_ids, reserved)
