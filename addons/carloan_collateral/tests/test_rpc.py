from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CollateralCommon


@tagged('post_install', '-at_install')
class TestRpc(CollateralCommon):
    """Whatever the web client hides, a script may try: nobody gets around a gate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._sign_pledged_contract()
        cls.pledge = cls.loan.collateral_ids
        cls.registration = cls.loan.mortgage_registration_ids
        cls.other_loan = cls._sign_pledged_contract()

    def _guarded_values(self):
        other = self.other_loan
        return {
            self.pledge: {
                'state': 'live', 'name': 'PL1', 'vehicle_id': other.vehicle_ids.id,
                'loan_id': other.id, 'partner_id': 1, 'value_amount': 1.0, 'kind': 'custody',
                'application_id': False, 'company_id': 1},
            self.registration: {
                'state': 'registered', 'name': 'MR1', 'collateral_id': other.collateral_ids.id,
                'loan_id': other.id, 'vehicle_id': other.vehicle_ids.id,
                'release_requested_date': '2026-01-01', 'release_maker_id': self.asset.id,
                'release_checker_id': self.risk_manager.id, 'released_date': '2026-01-01',
                'company_id': 1},
        }

    def test_no_role_and_no_superuser_writes_a_guarded_field(self):
        for record, guarded in self._guarded_values().items():
            users = {**self._role_users(), 'superuser': self.env.ref('base.user_root')}
            for role, user in users.items():
                for name, value in guarded.items():
                    with self.subTest(model=record._name, role=role, field=name), \
                            self.assertRaises(UserError):
                        self._rpc(user, record, 'write', {name: value})

    def test_nobody_creates_a_pledge_or_a_registration(self):
        for role, user in self._role_users().items():
            with self.subTest(role=role), self.assertRaises(UserError):
                self._rpc(user, self.pledge, 'create', {
                    'vehicle_id': self.loan.vehicle_ids.id, 'loan_id': self.loan.id,
                    'kind': 'mortgage', 'state': 'live'})
            with self.subTest(role=role), self.assertRaises(UserError):
                self._rpc(user, self.registration, 'create', {
                    'collateral_id': self.pledge.id, 'state': 'registered'})

    def test_a_default_in_the_context_sets_no_guarded_field(self):
        with self.assertRaises(UserError):
            self._rpc(self.asset, self.registration, 'create', {'office': "X"}, context={
                'default_state': 'registered', 'default_collateral_id': self.pledge.id})

    def test_nobody_deletes_or_copies(self):
        for record in (self.loan.vehicle_ids, self.pledge, self.registration):
            for role, user in self._role_users().items():
                with self.subTest(model=record._name, role=role), self.assertRaises(UserError):
                    self._rpc(user, record, 'unlink')
        for record in (self.pledge, self.registration):
            with self.assertRaises(UserError):
                self._rpc(self.asset, record, 'copy')

    def test_no_side_door_through_loan_or_vehicle(self):
        loan, vehicle = self.loan, self.loan.vehicle_ids
        for user in (self.officer, self.asset, self.branch_manager, self.administrator):
            for record, name, child in (
                (loan, 'collateral_ids', self.pledge),
                (loan, 'mortgage_registration_ids', self.registration),
                (vehicle, 'collateral_ids', self.pledge),
                (self.pledge, 'registration_ids', self.registration),
            ):
                with self.subTest(user=user.login, field=name), self.assertRaises(UserError):
                    self._rpc(user, record, 'write', {
                        name: [Command.update(child.id, {'state': 'released'})]})

    def test_private_methods_are_not_reachable(self):
        for record, method in (
            (self.pledge, '_set_live'), (self.pledge, '_reserve'), (self.pledge, '_give_up'),
            (self.registration, '_open_release'), (self.registration, '_cancel'),
            (self.registration, '_update_state'), (self.registration, '_write_guarded'),
            (self.loan, '_on_settled'),
        ):
            for user in (self.asset, self.administrator):
                with self.subTest(method=method), self.assertRaises(AccessError):
                    self._rpc(user, record, method)

    def test_administrator_and_auditor_do_no_business_act(self):
        for user in (self.administrator, self.auditor):
            for act in ('action_file', 'action_register', 'action_reset',
                        'action_request_release', 'action_check_release',
                        'action_release', 'action_return_release'):
                with self.subTest(user=user.login, act=act), self.assertRaises(AccessError):
                    self._rpc(user, self.registration, act)

    def test_a_forged_pass_in_the_context_opens_nothing(self):
        with self.assertRaises(UserError):
            self._rpc(self.asset, self.registration, 'write', {'state': 'registered'}, context={
                'carloan_guard_pass': {'model': self.registration._name,
                                       'ids': self.registration.ids}})
