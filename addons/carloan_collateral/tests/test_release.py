from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollateralCommon


@tagged('post_install', '-at_install')
class TestRelease(CollateralCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_pledged_loan(periods=3, amount=10000)
        cls.registration = cls.loan.mortgage_registration_ids.with_user(cls.asset)

    def test_settlement_opens_the_release_and_two_persons_release(self):
        vehicle = self.loan.vehicle_ids
        self._settle(self.loan)
        self.assertEqual(self.loan.state, 'settled')
        self.assertRecordValues(self.registration, [{
            'state': 'release_requested', 'release_maker_id': False,
            'release_requested_date': self.company._get_business_date()}])
        self.assertEqual(self.registration.activity_ids.user_id, self.registration.user_id)
        self.assertEqual(vehicle.pledge_state, 'live')

        self.registration.action_check_release()
        self.assertRecordValues(self.registration, [{
            'state': 'release_checked', 'release_maker_id': self.asset.id}])
        self.assertFalse(self.registration.activity_ids)

        self.registration.with_user(self.risk_manager).action_release()
        self.assertRecordValues(self.registration, [{
            'state': 'released', 'release_checker_id': self.risk_manager.id,
            'released_date': self.company._get_business_date()}])
        self.assertEqual(self.loan.collateral_ids.state, 'released')
        self.assertEqual(vehicle.pledge_state, 'free')
        again = self._create_pledged_contract(vehicle)
        self.assertEqual(again.collateral_ids.state, 'reserved')

    def test_no_release_while_money_is_owed(self):
        for act in ('action_request_release', 'action_check_release'):
            with self.subTest(act=act), self.assertRaises(UserError) as caught:
                getattr(self.registration, act)()
            self.assertIn(self.loan.name, str(caught.exception))
        self.assertIn(self.loan.name, self.registration.release_block)
        with self.assertRaises(UserError):
            self.registration.with_user(self.risk_manager).action_release()
        self.assertEqual(self.registration.state, 'registered')

    def test_one_person_cannot_do_both_sides(self):
        both = self._new_user('both_sides', 'asset', 'branch_manager', 'risk_manager')
        self._settle(self.loan)
        registration = self.registration.with_user(both)
        registration.action_check_release()
        with self.assertRaises(UserError) as caught:
            registration.action_release()
        self.assertIn(registration.name, str(caught.exception))
        self.assertEqual(registration.state, 'release_checked')

    @mute_logger('odoo.sql_db')
    def test_the_database_refuses_one_person_on_both_sides(self):
        self._settle(self.loan)
        self.registration.action_check_release()
        self.env.flush_all()
        for query in (
            "UPDATE carloan_mortgage_registration SET release_checker_id = release_maker_id "
            "WHERE id = %s",
            "UPDATE carloan_mortgage_registration SET state = 'released' WHERE id = %s",
        ):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self.cr.execute(query, [self.registration.id])

    def test_who_prepares_and_who_approves(self):
        self._settle(self.loan)
        for user in (self.officer, self.branch_manager, self.risk_manager, self.cashier,
                     self.accountant, self.collector, self.auditor, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.registration.with_user(user).action_check_release()
        self.registration.action_check_release()
        for user in (self.officer, self.asset, self.cashier, self.accountant, self.collector,
                     self.auditor, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.registration.with_user(user).action_release()

    def test_the_second_person_can_send_the_release_back(self):
        self._settle(self.loan)
        self.registration.action_check_release()
        self.registration.with_user(self.risk_manager).action_return_release()
        self.assertRecordValues(self.registration, [{
            'state': 'release_requested', 'release_maker_id': False}])
        self.assertTrue(self.registration.activity_ids)

    def test_an_undone_payment_takes_the_release_back(self):
        self._settle(self.loan)
        self.registration.action_check_release()
        self.loan.repayment_ids[:1].sudo().transaction_id._reverse("Wrong account")
        self.assertEqual(self.loan.state, 'active')
        self.assertRecordValues(self.registration, [{
            'state': 'registered', 'release_requested_date': False, 'release_maker_id': False}])

    def test_after_the_release_the_payment_cannot_be_undone(self):
        self._settle(self.loan)
        self.registration.action_check_release()
        self.registration.with_user(self.risk_manager).action_release()
        with self.assertRaises(UserError) as caught:
            self.loan.repayment_ids[:1].sudo().transaction_id._reverse("Wrong account")
        self.assertIn(self.loan.vehicle_ids.display_name, str(caught.exception))

    def test_a_release_can_be_opened_by_hand(self):
        """For loans that were settled before this addon came."""
        self._settle(self.loan)
        self.registration.sudo()._withdraw_release()
        self.registration.action_request_release()
        self.assertEqual(self.registration.state, 'release_requested')
