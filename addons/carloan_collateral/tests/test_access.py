from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CollateralCommon


@tagged('post_install', '-at_install')
class TestAccess(CollateralCommon):
    """Own records, own department and below, whole company; never another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._sign_pledged_contract()
        cls.records = [
            cls.loan.vehicle_ids, cls.loan.collateral_ids, cls.loan.mortgage_registration_ids]
        cls.other_officer = cls._new_user('other_officer', 'officer')

    def test_officer_sees_his_own_only(self):
        for record in self.records:
            self.assertTrue(record.with_user(self.officer).has_access('read'))
            self.assertFalse(record.with_user(self.other_officer).has_access('read'))
            self.assertFalse(
                record.with_user(self.other_officer).search([('id', 'in', record.ids)]))

    def test_pledge_and_registration_follow_the_loan(self):
        self.loan.sudo().user_id = self.other_officer
        for record in self.records:
            self.assertTrue(record.with_user(self.other_officer).has_access('read'))
        for record in self.records[1:]:
            self.assertFalse(record.with_user(self.officer).has_access('read'))

    def test_company_roles_read_everything(self):
        for user in (self.reviewer, self.risk_manager, self.committee, self.cashier,
                     self.accountant, self.asset, self.collector, self.auditor,
                     self.administrator):
            for record in self.records:
                self.assertTrue(record.with_user(user).has_access('read'), user.login)

    def test_department_scope_reads_below(self):
        parent = self.env['hr.department'].create({'name': "Region"})
        child = self.env['hr.department'].create({'name': "Store", 'parent_id': parent.id})
        manager = self._create_user('region_manager', 'branch_manager', department=parent)
        for record in self.records:
            self.assertFalse(record.with_user(manager).has_access('read'))
        self.loan.sudo().department_id = child
        self.env.flush_all()
        for record in self.records:
            self.assertTrue(record.with_user(manager).has_access('read'), record._name)

    def test_only_officers_and_asset_officers_write_vehicles(self):
        vehicle = self._create_vehicle()
        for user in (self.officer, self.asset):
            vehicle.with_user(user).color = user.name
        for user in (self.reviewer, self.risk_manager, self.committee, self.cashier,
                     self.accountant, self.collector, self.auditor, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                vehicle.with_user(user).color = "Red"

    def test_other_company_sees_nothing(self):
        company = self._create_lender("Other lender")
        department = self.env['hr.department'].create({
            'name': "Far away", 'company_id': company.id})
        stranger = self._create_user('stranger', 'asset', department, company)
        for record in self.records:
            theirs = record.with_user(stranger).with_context(allowed_company_ids=company.ids)
            self.assertFalse(theirs.has_access('read'))

    def test_portal_and_plain_employees_see_nothing(self):
        portal = self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Portal", 'login': 'portal_x',
            'group_ids': [(6, 0, self.env.ref('base.group_portal').ids)]})
        plain = self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Plain", 'login': 'plain_x',
            'group_ids': [(6, 0, self.env.ref('base.group_user').ids)]})
        for record in self.records:
            for user in (portal, plain):
                self.assertFalse(record.with_user(user).has_access('read'))

    def test_the_catalogue_is_read_by_all_and_written_by_asset_officers(self):
        values = {'name': "New model", 'brand_id': self.ice_model.brand_id.id}
        self.assertEqual(self.ice_model.with_user(self.officer).name, "Test ICE")
        self.assertTrue(self.env['fleet.vehicle.model'].with_user(self.asset).create(values))
        with self.assertRaises(AccessError):
            self.env['fleet.vehicle.model'].with_user(self.officer).create(values)

    def test_every_role_opens_every_view_of_its_menu(self):
        for user in self._role_users().values():
            for record in self.records:
                for view_type in ('form', 'list', 'kanban', 'search'):
                    self.assertTrue(record.with_user(user).get_view(view_type=view_type))
