from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    def action_open_carloan_accounting_setup(self):
        """Preview of the accounting set-up; the wizard checks who may run it."""
        return self.env['carloan.accounting.setup'].action_open()
