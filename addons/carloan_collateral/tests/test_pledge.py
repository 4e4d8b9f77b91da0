from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollateralCommon


@tagged('post_install', '-at_install')
class TestPledge(CollateralCommon):

    def test_the_contract_reserves_the_car(self):
        vehicle = self._create_vehicle(price_amount=90000)
        loan = self._create_pledged_contract(vehicle, collateral_kind='custody')
        self.assertRecordValues(loan.collateral_ids, [{
            'state': 'reserved', 'vehicle_id': vehicle.id, 'kind': 'custody',
            'value_amount': 90000, 'partner_id': self.customer.id,
            'application_id': loan.application_id.id, 'company_id': self.company.id,
        }])
        self.assertTrue(loan.collateral_ids.name.startswith('PL20'))
        self.assertAlmostEqual(loan.collateral_ids.ltv, 55.56, 2)
        self.assertEqual(vehicle.pledge_state, 'reserved')

    def test_a_contract_without_a_car_has_no_pledge_and_no_condition(self):
        loan = self._sign_contract()
        self.assertFalse(loan.collateral_ids)
        self.assertNotIn('mortgage_registered', loan.condition_ids.type_id.mapped('code'))

    @mute_logger('odoo.sql_db')
    def test_the_database_refuses_a_second_live_pledge(self):
        first, second = self._create_pledged_contract(), self._create_pledged_contract()
        self.env.flush_all()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                "UPDATE carloan_collateral SET vehicle_id = %s WHERE id = %s",
                [first.vehicle_ids.id, second.collateral_ids.id])

    def test_a_pledged_car_is_not_reserved_again(self):
        loan, other = self._create_pledged_contract(), self._create_contract()
        with self.assertRaises(UserError) as caught:
            self.env['carloan.collateral']._reserve(other, loan.vehicle_ids)
        self.assertIn(loan.name, str(caught.exception))

    def test_signing_opens_the_registration_for_the_asset_officer(self):
        loan = self._sign_pledged_contract()
        registration = loan.mortgage_registration_ids
        self.assertRecordValues(registration, [{
            'state': 'draft', 'vehicle_id': loan.vehicle_ids.id, 'loan_id': loan.id,
            'company_id': self.company.id}])
        self.assertTrue(registration.user_id.has_group('carloan_base.carloan_base_group_asset'))
        self.assertEqual(registration.activity_ids.user_id, registration.user_id)

    def test_registrations_are_dealt_out_evenly(self):
        self._new_user('second_asset', 'asset')
        officers = [
            self._sign_pledged_contract().mortgage_registration_ids.user_id for _turn in range(4)]
        self.assertNotEqual(officers[0], officers[1])
        self.assertEqual(officers[:2], officers[2:])

    def test_the_mortgage_is_a_condition_of_the_payout(self):
        loan = self._sign_pledged_contract()
        condition = loan.condition_ids.filtered(lambda c: c.type_id.code == 'mortgage_registered')
        self.assertFalse(condition.is_met)
        self.assertIn(loan.vehicle_ids.display_name, condition.reason)
        disbursement = self._create_disbursement(loan)
        with self.assertRaises(UserError) as caught:
            disbursement.action_register()
        self.assertIn(loan.vehicle_ids.display_name, str(caught.exception))
        self._register_mortgage(loan)
        condition.invalidate_recordset()
        self.assertTrue(condition.is_met)
        self.assertEqual(loan.collateral_ids.state, 'live')
        disbursement.action_register()

    def test_a_demanded_car_cannot_be_missing_at_the_payout(self):
        loan = self._create_contract()
        self.product.collateral_required = True
        loan.action_sign()
        self.assertIn(self.product.name, loan._condition_mortgage_registered())

    def test_a_cancelled_contract_frees_the_car(self):
        loan = self._sign_pledged_contract()
        vehicle = loan.vehicle_ids
        loan.action_cancel()
        self.assertEqual(loan.collateral_ids.state, 'cancelled')
        self.assertEqual(loan.mortgage_registration_ids.state, 'cancelled')
        self.assertFalse(loan.mortgage_registration_ids.activity_ids)
        self.assertEqual(vehicle.pledge_state, 'free')

        application = loan.application_id
        application.action_create_contract()
        self.assertEqual(application.loan_id.collateral_ids.state, 'reserved')
        self.assertEqual(vehicle.pledged_loan_id, application.loan_id)

    def test_a_registered_mortgage_of_a_cancelled_contract_is_to_be_released(self):
        loan = self._sign_pledged_contract()
        registration = self._register_mortgage(loan)
        loan.action_cancel()
        self.assertEqual(registration.state, 'release_requested')
        self.assertEqual(loan.collateral_ids.state, 'live')
        registration.action_check_release()
        registration.with_user(self.risk_manager).action_release()
        self.assertEqual(loan.collateral_ids.state, 'released')

    def test_the_ratio_follows_the_debt(self):
        loan = self._create_pledged_loan()
        self.assertEqual(loan.collateral_ids.ltv, 50)
        self._move_to(loan.next_due_date)
        self._take_repayment(loan, loan.amount_due_today)
        self.assertAlmostEqual(loan.collateral_ids.ltv, loan.principal_outstanding / 1000, 2)

    def test_cars_of_a_partner_and_a_loan_are_counted(self):
        loan = self._create_pledged_contract()
        self.assertEqual(self.customer.carloan_collateral_count, 1)
        self.assertEqual(loan.vehicle_count, 1)
        self.assertEqual(
            loan.search([('vehicle_ids', 'in', loan.vehicle_ids.ids)]), loan)
        for action in (
            loan.action_view_collateral(), self.customer.action_view_carloan_collateral(),
            loan.vehicle_ids.action_view_pledges(),
        ):
            found = self.env['carloan.collateral'].search(action['domain'])
            self.assertEqual(found, loan.sudo().collateral_ids)
