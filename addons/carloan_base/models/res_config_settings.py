from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    carloan_institution_type = fields.Selection(
        related='company_id.carloan_institution_type', readonly=False
    )
    carloan_business_date = fields.Date(related='company_id.carloan_business_date')
