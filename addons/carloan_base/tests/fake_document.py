from odoo import Command, fields, models
from odoo.tests import tagged

from .common import CarloanCommon


class CarloanTestDocument(models.Model):
    """A document with everything a document of a leaf has."""

    _module = None
    _name = 'carloan.test.document'
    _inherit = ['carloan.document.mixin', 'carloan.approval.mixin']
    _description = "Test Document"

    _guarded_fields = ('state', 'approved_count')

    name = fields.Char(required=True)
    amount = fields.Monetary()
    note = fields.Char()
    state = fields.Selection(
        selection=[
            ('draft', "Draft"),
            ('in_approval', "In approval"),
            ('approved', "Approved"),
            ('refused', "Refused"),
        ],
        default='draft',
        readonly=True,
    )
    approved_count = fields.Integer(readonly=True)
    line_ids = fields.One2many('carloan.test.line', 'document_id')

    def action_submit(self):
        self._update_state(('draft', 'refused'), 'in_approval')
        self._submit_for_approval()

    def _approval_amount(self):
        return self.amount

    def _approval_watched_fields(self):
        return [*super()._approval_watched_fields(), 'amount', 'line_ids.amount']

    def _on_approved(self):
        super()._on_approved()
        self._update_state(('in_approval',), 'approved', {'approved_count': len(self)})

    def _on_refused(self):
        super()._on_refused()
        self._update_state(('in_approval',), 'refused')


class CarloanTestLine(models.Model):
    _module = None
    _name = 'carloan.test.line'
    _inherit = ['carloan.guard.mixin']
    _description = "Test Line"

    document_id = fields.Many2one('carloan.test.document', required=True, index=True)
    amount = fields.Float()
    state = fields.Char(readonly=True, default='open')


class CarloanTestLog(models.Model):
    _module = None
    _name = 'carloan.test.log'
    _inherit = ['carloan.append.only.mixin']
    _description = "Test Log"

    name = fields.Char(required=True)
    note = fields.Char()


MODELS = (CarloanTestDocument, CarloanTestLine, CarloanTestLog)


@tagged('post_install', '-at_install')
class FakeDocumentCase(CarloanCommon):
    """Adds the models above to the registry for the life of the test class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_models()
        cls.Document = cls.env['carloan.test.document']
        cls.Request = cls.env['carloan.approval.request']
        cls._allow_in_scope()
        cls.rule_small = cls._create_rule("Small", ['reviewer'], amount_to=100000)
        cls.rule_large = cls._create_rule(
            "Large", ['reviewer', 'risk_manager'], amount_from=100000
        )

    @classmethod
    def _add_models(cls):
        from odoo.orm.model_classes import add_to_registry  # as core's own tests do
        names = [model._name for model in MODELS]
        cls.addClassCleanup(cls._remove_models, names)
        for model in MODELS:
            add_to_registry(cls.registry, model)
        cls.registry._setup_models__(cls.env.cr, names)
        cls.registry.init_models(cls.env.cr, names, {'module': 'carloan_base'})

    @classmethod
    def _remove_models(cls, names):
        for name in names:
            del cls.registry.models[name]
        for model in cls.registry.models.values():
            model._inherit_children.difference_update(names)
        with cls.registry.cursor() as cr:
            cls.registry._setup_models__(cr)

    @classmethod
    def _allow_in_scope(cls):
        cls.env['ir.model.access'].create(
            [
                {
                    'name': model._name,
                    'model_id': cls.env['ir.model']._get(model._name).id,
                    'group_id': cls._group('user').id,
                    'perm_read': True,
                    'perm_write': True,
                    'perm_create': True,
                    'perm_unlink': True,
                }
                for model in MODELS
            ]
        )
        cls._create_rules()

    @classmethod
    def _create_rules(cls):
        for scope, domain in (
            ('scope_own', "[('user_id', '=', user.id)]"),
            (
                'scope_department',
                "[('department_id', 'child_of', user.carloan_department_ids.ids)]",
            ),
            ('scope_company', "[(1, '=', 1)]"),
        ):
            cls.env['ir.rule'].create(
                {
                    'name': scope,
                    'model_id': cls.env['ir.model']._get('carloan.test.document').id,
                    'domain_force': domain,
                    'groups': [Command.link(cls._group(scope).id)],
                }
            )

    @classmethod
    def _create_rule(cls, name, roles, **values):
        return cls.env['carloan.approval.rule'].create(
            {
                'name': name,
                'res_model': 'carloan.test.document',
                'step_ids': [
                    Command.create(
                        {'name': role, 'group_id': cls._group(role).id, 'sequence': number}
                    )
                    for number, role in enumerate(roles)
                ],
                **values,
            }
        )

    def _create_document(self, user=None, **values):
        return self.Document.with_user(user or self.officer).create(
            {'name': "D", 'amount': 50000, **values}
        )

    def _submit(self, user=None, **values):
        document = self._create_document(user, **values)
        document.action_submit()
        return document
