from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CarloanApprovalRule(models.Model):
    """Who has to approve which documents, in which order. The first rule by sequence that fits a
    document is used; running requests keep the steps they were submitted with."""

    _name = 'carloan.approval.rule'
    _inherit = ['mail.thread']
    _description = "Approval Rule"
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10, help="The first rule that fits is used.")
    active = fields.Boolean(default=True, tracking=True)
    res_model = fields.Selection(
        selection='_selection_res_model', string="Document", required=True, tracking=True
    )
    company_id = fields.Many2one('res.company', index=True, help="Empty = all companies.")
    product_id = fields.Many2one(
        'carloan.product', index=True, help="Empty = all products."
    )
    department_id = fields.Many2one(
        'hr.department',
        index=True,
        help="Documents of this department and those below it. Empty = all departments.",
    )
    amount_from = fields.Float(
        string="Amount above",
        digits=(16, 2),
        tracking=True,
        help="The rule holds for amounts above this one, in the currency of the company.",
    )
    amount_to = fields.Float(
        string="Amount up to", digits=(16, 2), tracking=True, help="0 = no limit."
    )
    valid_from = fields.Date(help="Used for documents submitted from this business date on.")
    step_ids = fields.One2many('carloan.approval.step', 'rule_id', string="Steps", copy=True)

    # === SELECTIONS ===

    @api.model
    def _selection_res_model(self):
        """Every document that inherits the approval mixin."""
        return sorted(
            (name, self.env['ir.model']._get(name).sudo().name or name)
            for name, model in self.env.registry.items()
            if not model._abstract and getattr(model, '_carloan_approvable', False)
        )

    # === CONSTRAINTS ===

    @api.constrains('amount_from', 'amount_to')
    def _check_amounts(self):
        for rule in self:
            if rule.amount_from < 0 or (rule.amount_to and rule.amount_to <= rule.amount_from):
                raise ValidationError(
                    self.env._(
                        "The amounts of the rule are 'above %(low)s' and 'up to %(high)s': the "
                        "second must be larger than the first, or 0 for no limit.",
                        low=rule.amount_from,
                        high=rule.amount_to,
                    )
                )

    @api.constrains('step_ids', 'active')
    def _check_steps(self):
        for rule in self:
            if rule.active and not rule.step_ids:
                raise ValidationError(
                    self.env._("The rule %(name)s needs at least one step.", name=rule.name)
                )

    # === GETTERS ===

    @api.model
    def _get_rule_by_document(self, documents):
        """Answer `{document: rule}`; the rule is empty where none fits."""
        rules = self.sudo().search([('res_model', '=', documents._name)])
        return {
            document: next(
                (rule for rule in rules if rule._fits(document)), self.browse()
            ).with_env(self.env)
            for document in documents
        }

    def _fits(self, document):
        self.ensure_one()
        amount = document._approval_amount()
        product = document._approval_product()
        ancestors = (document.department_id.parent_path or '').split('/')
        return (
            self.company_id in (self.company_id.browse(), document.company_id)
            and self.product_id in (self.product_id.browse(), product)
            and (not self.department_id or str(self.department_id.id) in ancestors)
            and (not self.amount_from or amount > self.amount_from)
            and (not self.amount_to or amount <= self.amount_to)
            and (
                not self.valid_from
                or self.valid_from <= document.company_id._get_business_date()
            )
        )
