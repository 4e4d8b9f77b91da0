import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CarloanConditionType(models.Model):
    """Something that must hold before money leaves the house.

    Where the loan has a method `_condition_<code>()` the system looks for itself; otherwise a
    person confirms the condition on each contract.
    """
    _name = 'carloan.condition.type'
    _description = "Disbursement Condition Type"
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="Small letters, digits and underscores.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    help_text = fields.Text(
        string="What to Do", translate=True,
        help="Shown on the contract while the condition is not met.")
    is_automatic = fields.Boolean(
        string="Checked by the System", compute='_compute_is_automatic',
        help="No: a reviewer or risk manager confirms it by hand.")

    _code_uniq = models.UniqueIndex('(code)', "A condition type with this code exists already.")

    @api.depends('code')
    def _compute_is_automatic(self):
        loans = self.env['carloan.loan']
        for condition_type in self:
            condition_type.is_automatic = hasattr(loans, f'_condition_{condition_type.code}')

    @api.constrains('code')
    def _check_code(self):
        for condition_type in self:
            if not re.fullmatch(r'[a-z][a-z0-9_]*', condition_type.code):
                raise ValidationError(self.env._(
                    "%(code)s is no valid code: use small letters, digits and underscores, "
                    "starting with a letter.", code=condition_type.code))
