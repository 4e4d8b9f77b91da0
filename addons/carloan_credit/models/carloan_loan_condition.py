from odoo import api, fields, models
from odoo.exceptions import UserError


class CarloanLoanCondition(models.Model):
    """One condition of one contract; it is met or not at this moment, nothing is remembered,
    except who confirmed a condition that the system cannot see."""
    _name = 'carloan.loan.condition'
    _inherit = ['carloan.guard.mixin']
    _description = "Disbursement Condition"
    _order = 'sequence, id'
    _guarded_fields = ('loan_id', 'type_id', 'confirmed_by_id', 'confirmed_date')

    loan_id = fields.Many2one(
        'carloan.loan', required=True, readonly=True, index=True, ondelete='cascade')
    type_id = fields.Many2one(
        'carloan.condition.type', string="Condition", required=True, readonly=True, index=True,
        ondelete='restrict')
    company_id = fields.Many2one(related='loan_id.company_id', store=True, index=True)
    sequence = fields.Integer(related='type_id.sequence', store=True)
    confirmed_by_id = fields.Many2one('res.users', readonly=True)
    confirmed_date = fields.Date(string="Confirmed On", readonly=True)
    is_automatic = fields.Boolean(related='type_id.is_automatic')
    is_met = fields.Boolean(string="Met", compute='_compute_is_met')
    reason = fields.Char(string="What Is Missing", compute='_compute_is_met')

    _type_uniq = models.UniqueIndex(
        '(loan_id, type_id)', "A condition appears once on a contract.")

    @api.depends('type_id', 'confirmed_by_id')
    def _compute_is_met(self):
        for condition in self:
            condition.reason = condition._get_reason()
            condition.is_met = not condition.reason

    @api.depends('type_id')
    def _compute_display_name(self):
        for condition in self:
            condition.display_name = condition.type_id.name

    def action_confirm(self):
        """Say in person that a condition which the system cannot see is met."""
        self._check_role('reviewer')
        self.check_access('write')
        for condition in self:
            if condition.is_automatic:
                raise UserError(self.env._(
                    "%(condition)s is checked by the system and cannot be confirmed by hand.",
                    condition=condition.display_name))
            if condition.loan_id.state != 'signed':
                raise UserError(self.env._(
                    "Conditions are confirmed between signature and disbursement."))
            if condition.confirmed_by_id:
                continue
            if self.env.user in condition.loan_id.sudo().user_id:
                raise UserError(self.env._(
                    "You are responsible for this loan: somebody else confirms the condition."))
            condition._write_guarded({
                'confirmed_by_id': self.env.uid,
                'confirmed_date': condition.company_id._get_business_date(),
            })

    def _get_reason(self):
        """'' when the condition holds now, else what is missing."""
        self.ensure_one()
        loan = self.loan_id.sudo()
        check = getattr(loan, f'_condition_{self.type_id.sudo().code}', None)
        if check:
            return check()
        if self.confirmed_by_id:
            return ''
        return self.env._("Not confirmed yet by a reviewer.")
