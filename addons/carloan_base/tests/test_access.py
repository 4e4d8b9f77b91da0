from odoo import Command
from odoo.tests import tagged

from .common import ROLES, CarloanCommon

READ, FULL = 'r', 'rwcu'
OPERATIONS = {'r': 'read', 'w': 'write', 'c': 'create', 'u': 'unlink'}
CONFIGURATION = dict.fromkeys(ROLES, READ) | {'risk_manager': FULL, 'administrator': FULL}
ACCESS = {
    'carloan.product': CONFIGURATION,
    'carloan.parameter': CONFIGURATION,
    'carloan.approval.rule': CONFIGURATION,
    'carloan.approval.step': CONFIGURATION,
    'carloan.approval.request': dict.fromkeys(ROLES, READ),
    'carloan.approval.request.step': dict.fromkeys(ROLES, READ),
    'carloan.approval.vote': dict.fromkeys(ROLES, READ),
    'res.partner': dict.fromkeys(ROLES, READ)
    | dict.fromkeys(('officer', 'branch_manager', 'reviewer', 'risk_manager', 'asset'), 'rwc'),
    'res.partner.bank': dict.fromkeys(ROLES, READ)
    | dict.fromkeys(('officer', 'branch_manager'), 'rwc'),
}
SCOPES = dict.fromkeys(ROLES, 'scope_company') | {
    'officer': 'scope_own',
    'branch_manager': 'scope_department',
}


@tagged('post_install', '-at_install')
class TestAccess(CarloanCommon):
    def test_matrix_of_roles_and_models(self):
        for model, granted_by_role in ACCESS.items():
            for role, granted in granted_by_role.items():
                records = self.env[model].with_user(getattr(self, role))
                found = ''.join(
                    letter for letter, operation in OPERATIONS.items()
                    if records.has_access(operation)
                )
                with self.subTest(model=model, role=role):
                    self.assertEqual(found, granted)

    def test_people_without_a_role_get_nothing(self):
        plain = self._create_user('plain')
        portal = self._create_user('portal', group_ids=[Command.set(self.group_portal.ids)])
        for model in ACCESS:
            if not model.startswith('carloan.'):
                continue
            for user in (plain, portal):
                with self.subTest(model=model, user=user.login):
                    self.assertFalse(self.env[model].with_user(user).has_access('read'))

    def test_every_model_has_rights(self):
        for name, model in self.env.registry.items():
            if name.startswith('carloan.') and not model._abstract and model._module:
                with self.subTest(model=name):
                    self.assertTrue(
                        self.env['ir.model.access'].search_count([('model_id.model', '=', name)])
                    )

    def test_roles_imply_their_scope(self):
        scopes = ('scope_own', 'scope_department', 'scope_company')
        for role, scope in SCOPES.items():
            user = getattr(self, role)
            widest = [code for code in scopes
                      if user.has_group(f'carloan_base.carloan_base_group_{code}')][-1]
            with self.subTest(role=role):
                self.assertEqual(widest, scope)
                self.assertTrue(user.has_group('base.group_user'))

    def test_auditor_and_administrator_hold_no_business_role(self):
        business = set(ROLES) - {'auditor', 'administrator'}
        for user in (self.auditor, self.administrator):
            for role in business:
                with self.subTest(user=user.name, role=role):
                    self.assertFalse(user.has_group(f'carloan_base.carloan_base_group_{role}'))

    def test_menus_by_role(self):
        def seen(user):
            visible = self.env['ir.ui.menu'].with_user(user).load_menus(False)
            return {
                name for name in (
                    'carloan_base_menu_root', 'carloan_approval_request_menu_mine',
                    'res_partner_menu', 'carloan_product_menu',
                ) if self.env.ref(f'carloan_base.{name}').id in visible
            }
        work = {'carloan_base_menu_root', 'carloan_approval_request_menu_mine'}
        self.assertEqual(seen(self.cashier), work)
        self.assertEqual(seen(self.officer), work | {'res_partner_menu'})
        self.assertEqual(
            seen(self.administrator), work | {'res_partner_menu', 'carloan_product_menu'}
        )
        self.assertFalse(seen(self._create_user('plain')))

    def test_other_companies_stay_apart(self):
        other = self._create_company(name="Other lender")
        self.env['carloan.product'].create(
            {'name': "P", 'code': 'O', 'company_id': other.id,
             'currency_id': other.currency_id.id}
        )
        mine = self._create_product()
        seen = self.env['carloan.product'].with_user(self.administrator).search([])
        self.assertIn(mine, seen)
        self.assertEqual(seen.company_id, self.company)

    def test_every_list_action_has_a_kanban_for_phones(self):
        actions = self.env['ir.actions.act_window'].search([('res_model', 'like', 'carloan.%')])
        own = actions.filtered(
            lambda a: (a.get_external_id()[a.id] or '').startswith('carloan_base.')
        )
        self.assertTrue(own)
        for action in own.filtered(lambda a: 'list' in a.view_mode):
            with self.subTest(action=action.name):
                self.assertIn('kanban', action.view_mode)
                self.assertTrue(action.help)
