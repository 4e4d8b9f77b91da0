from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CarloanDayEndWizard(models.TransientModel):
    """Close business days up to a date."""
    _name = 'carloan.day.end.wizard'
    _inherit = ['carloan.guard.mixin']
    _description = "Close Business Days"
    _guarded_fields = ()

    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company)
    business_date = fields.Date(related='company_id.carloan_business_date')
    until_date = fields.Date(
        "Close Up To", required=True,
        default=lambda self: self.env.company._get_business_date(),
        help="The last day to close; the business date becomes the day after.")

    @api.constrains('until_date', 'company_id')
    def _check_until_date(self):
        for wizard in self:
            first = wizard.company_id._get_business_date()
            last = wizard.company_id._get_last_closable_date()
            if not first <= wizard.until_date <= max(first, last):
                raise ValidationError(self.env._(
                    "%(date)s cannot be closed; %(first)s to %(last)s is possible.",
                    date=wizard.until_date, first=first, last=last))

    def action_run(self):
        self.ensure_one()
        self._check_role('accountant', 'administrator')
        if self.company_id not in self.env.user.company_ids:
            raise ValidationError(self.env._("This company is not one of yours."))
        day_ends = self.env['carloan.day.end']._request(self.company_id, self.until_date)
        return day_ends.with_env(self.env)._get_form_action()
