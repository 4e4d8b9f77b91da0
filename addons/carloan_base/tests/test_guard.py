from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.carloan_guard_mixin import PASS_KEY
from .fake_document import FakeDocumentCase


@tagged('post_install', '-at_install')
class TestGuard(FakeDocumentCase):
    def test_state_cannot_be_created(self):
        for user in (self.officer, self.administrator, self.env.user):
            with self.subTest(user=user.name), self.assertRaisesRegex(UserError, "State"):
                self.Document.with_user(user).create({'name': "D", 'state': 'approved'})
        with self.assertRaises(UserError):
            self.Document.sudo().create({'name': "D", 'approved_count': 3})

    def test_state_cannot_be_written(self):
        document = self._create_document()
        for user in (self.officer, self.administrator, self.env.user):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                document.with_user(user).write({'state': 'approved'})
        with self.assertRaises(UserError):
            document.write({'note': "x", 'approved_count': 1})
        with self.assertRaises(UserError):
            document.sudo().state = 'approved'
        self.assertEqual((document.state, document.note), ('draft', False))

    def test_web_save_cannot_set_state(self):
        with self.assertRaises(UserError):
            self._create_document().web_save({'state': 'approved'}, {'state': {}})

    def test_default_in_context_does_not_count(self):
        document = self.Document.with_user(self.officer).with_context(
            default_state='approved', default_approved_count=9
        ).create({'name': "D"})
        self.assertRecordValues(document, [{'state': 'draft', 'approved_count': 0}])
        defaults = self.Document.with_context(default_state='approved').default_get(
            ['state', 'name', 'approved_count']
        )
        self.assertEqual(defaults, {'state': 'draft'})

    def test_ir_default_does_not_count(self):
        self.env['ir.default'].set('carloan.test.document', 'state', 'approved')
        self.env['ir.default'].set('carloan.test.document', 'note', "kept")
        self.assertRecordValues(self._create_document(), [{'state': 'draft', 'note': "kept"}])

    def test_copy_starts_anew(self):
        document = self._create_document()
        document._write_guarded({'state': 'approved', 'approved_count': 2})
        self.assertRecordValues(document.copy(), [{'state': 'draft', 'approved_count': 0}])
        with self.assertRaises(UserError):
            document.copy({'state': 'approved'})

    def test_import_cannot_set_state(self):
        result = self.Document.with_user(self.officer).load(
            ['name', 'state'], [["D", "approved"]]
        )
        self.assertFalse(result['ids'])
        self.assertIn("State", result['messages'][0]['message'])

    def test_import_cannot_update_state(self):
        document = self._create_document()
        self.env['ir.model.data'].create(
            {
                'module': '__test__',
                'name': 'document',
                'model': document._name,
                'res_id': document.id,
            }
        )
        result = self.Document.load(['id', 'state'], [['__test__.document', "approved"]])
        self.assertFalse(result['ids'])
        self.assertEqual(document.state, 'draft')

    def test_a_pass_made_of_json_opens_nothing(self):
        document = self._create_document()
        for forged in (True, 'carloan.test.document', {'model': document._name, 'ids': [1]}, [1]):
            with self.subTest(forged=forged), self.assertRaises(UserError):
                document.with_context(**{PASS_KEY: forged}).write({'state': 'approved'})
            with self.subTest(forged=forged), self.assertRaises(UserError):
                self.Document.with_context(**{PASS_KEY: forged}).create(
                    {'name': "D", 'state': 'approved'}
                )

    def test_nested_commands_get_no_permission(self):
        document = self._create_document()
        with self.assertRaises(UserError):
            document.write({'line_ids': [(0, 0, {'state': 'closed'})]})
        with self.assertRaises(UserError):
            document._write_guarded(
                {'state': 'approved', 'line_ids': [(0, 0, {'state': 'closed'})]}
            )
        with self.assertRaises(UserError):
            self.Document._create_guarded(
                [{'name': "D", 'state': 'approved', 'line_ids': [(0, 0, {'state': 'x'})]}]
            )

    def test_the_pass_does_not_stay_in_the_context(self):
        document = self._create_document()
        document._write_guarded({'state': 'approved'})
        created = self.Document._create_guarded([{'name': "D", 'state': 'approved'}])
        for record in (document, created):
            self.assertNotIn(PASS_KEY, record.env.context)
            with self.assertRaises(UserError):
                record.write({'state': 'draft'})

    def test_private_doors_are_closed_to_rpc(self):
        from odoo.service.model import get_public_method

        for name in ('_write_guarded', '_create_guarded', '_append', '_update_state', '_vote'):
            with self.subTest(name=name), self.assertRaises(AccessError):
                get_public_method(self.Request, name)

    def test_forms_do_not_send_state(self):
        with Form(self.Document.with_user(self.officer)) as form:
            form.name = "D"
        self.assertEqual(form.record.state, 'draft')

    def test_update_state_checks_where_it_comes_from(self):
        document = self._create_document()
        with self.assertRaisesRegex(UserError, "D is in state Draft; .*: Approved"):
            document._update_state(('approved',), 'refused')
        document._update_state(('draft',), 'refused', {'note': "no"})
        self.assertRecordValues(document, [{'state': 'refused', 'note': "no"}])

    def test_blocking_reasons_are_listed(self):
        document = self._create_document()
        document._check_blocking_reasons('submit')
        self.patch(
            type(document),
            '_get_blocking_reasons',
            lambda records, act: {record: ["No ID", act] for record in records},
        )
        with self.assertRaisesRegex(UserError, "- No ID\n- submit"):
            document._check_blocking_reasons('submit')

    def test_foreign_currency_is_refused(self):
        usd = self._enable_currency('USD')
        with self.assertRaisesRegex(UserError, "USD is not allowed here.*CNY"):
            self._create_document(currency_id=usd.id)

    def test_documents_belong_to_the_department_of_their_maker(self):
        document = self._create_document()
        self.assertRecordValues(
            document,
            [{'user_id': self.officer.id, 'department_id': self.store_1.id}],
        )

    def test_check_role_names_the_role(self):
        document = self._create_document()
        document.with_user(self.cashier)._check_role('cashier', 'accountant')
        document.sudo()._check_role('cashier')
        with self.assertRaisesRegex(AccessError, "Cashier or Accountant"):
            document._check_role('cashier', 'accountant')
        self.assertTrue(document.with_user(self.branch_manager)._has_role('officer'))
