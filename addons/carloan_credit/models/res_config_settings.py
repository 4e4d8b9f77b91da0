from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    carloan_day_end_auto = fields.Boolean(
        related='company_id.carloan_day_end_auto', readonly=False)
    carloan_day_end_max_ahead = fields.Integer(
        related='company_id.carloan_day_end_max_ahead', readonly=False)
    carloan_backdate_days = fields.Integer(
        related='company_id.carloan_backdate_days', readonly=False)
