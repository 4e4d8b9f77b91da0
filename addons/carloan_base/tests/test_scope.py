from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import VALID_ID, CarloanCommon


@tagged('post_install', '-at_install')
class TestScope(CarloanCommon):
    """Who sees which customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._create_customer(name="Mine", carloan_id_number=VALID_ID)
        cls.other = cls._create_customer(
            name="Other", carloan_user_id=cls.officer_2.id, carloan_department_id=cls.store_2.id
        )
        cls.supplier = cls.env['res.partner'].create({'name': "Supplier"})
        cls.everything = cls.mine | cls.other | cls.supplier

    def _seen_by(self, user):
        return self.env['res.partner'].with_user(user).search([('id', 'in', self.everything.ids)])

    def test_officer_sees_own_customers_and_everybody_else(self):
        self.assertEqual(self._seen_by(self.officer), self.mine | self.supplier)
        with self.assertRaises(AccessError):
            self.other.with_user(self.officer).read(['name'])
        with self.assertRaises(AccessError):
            self.other.with_user(self.officer).write({'name': "x"})

    def test_manager_sees_the_department_and_below(self):
        self.assertEqual(self._seen_by(self.branch_manager), self.mine | self.supplier)
        self.branch_manager.sudo().employee_ids.department_id = self.region
        self.assertEqual(self._seen_by(self.branch_manager), self.everything)

    def test_manager_of_a_department_sees_it(self):
        self.branch_manager.sudo().employee_ids.department_id = self.store_2
        self.assertEqual(self._seen_by(self.branch_manager), self.other | self.supplier)
        self.store_1.manager_id = self.branch_manager.sudo().employee_ids
        self.assertEqual(
            self.branch_manager.carloan_department_ids, self.store_1 | self.store_2
        )
        self.assertEqual(self._seen_by(self.branch_manager), self.everything)

    def test_moving_an_employee_takes_effect_at_once(self):
        self.assertEqual(self._seen_by(self.branch_manager), self.mine | self.supplier)
        self.branch_manager.sudo().employee_ids.write({'department_id': self.store_2.id})
        self.assertEqual(self._seen_by(self.branch_manager), self.other | self.supplier)
        self.branch_manager.sudo().employee_ids.user_id = False
        self.assertEqual(self._seen_by(self.branch_manager), self.supplier)

    def test_company_roles_and_outsiders_see_all(self):
        for role in ('reviewer', 'risk_manager', 'committee', 'cashier', 'accountant', 'asset',
                     'collector', 'auditor', 'administrator'):
            with self.subTest(role=role):
                self.assertEqual(self._seen_by(getattr(self, role)), self.everything)
        self.assertEqual(self._seen_by(self._create_user('plain')), self.everything)

    def test_scope_may_be_widened_per_person(self):
        self.officer.group_ids += self._group('scope_company')
        self.assertEqual(self._seen_by(self.officer), self.everything)

    def test_a_context_with_an_old_version_gives_no_department(self):
        employee = self.branch_manager.sudo().employee_ids
        version = employee.version_id
        employee.create_version({'date_version': '2020-01-01', 'department_id': self.store_2.id})
        user = self.branch_manager.with_context(version_id=version.id)
        self.assertEqual(
            user.carloan_department_ids, employee.current_version_id.department_id
        )

    def test_staff_change_customers_but_no_other_contacts(self):
        self.mine.with_user(self.officer).write({'name': "New name"})
        admin_partner = self.env.ref('base.user_admin').partner_id
        for partner in (self.supplier, admin_partner):
            with self.subTest(partner=partner.name), self.assertRaises(AccessError):
                partner.with_user(self.officer).write({'email': 'evil@example.com'})
        with self.assertRaises(AccessError):
            self.env['res.partner'].with_user(self.officer).create({'name': "Supplier 2"})
        contact = self.env['res.partner'].with_user(self.officer).create(
            {'name': "Wife", 'parent_id': self.mine.id}
        )
        self.assertTrue(contact)

    def test_contact_managers_keep_their_rights(self):
        self.officer.group_ids += self.env.ref('base.group_partner_manager')
        self.supplier.with_user(self.officer).write({'name': "Renamed"})
        with self.assertRaises(AccessError):
            self.other.with_user(self.officer).write({'name': "x"})

    def test_bank_cards_follow_their_customer(self):
        Bank = self.env['res.partner.bank']
        cards = Bank.create(
            [{'acc_number': f'62220000000{partner.id}', 'partner_id': partner.id}
             for partner in self.everything]
        )
        seen = Bank.with_user(self.officer).search([('id', 'in', cards.ids)])
        self.assertEqual(seen.partner_id, self.mine | self.supplier)
        seen.filtered(lambda card: card.partner_id == self.mine).write({'acc_holder_name': "M"})
        with self.assertRaises(AccessError):
            Bank.with_user(self.officer).create(
                {'acc_number': '999', 'partner_id': self.supplier.id}
            )
