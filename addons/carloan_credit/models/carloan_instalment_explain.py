from odoo import models


class CarloanInstalment(models.Model):
    _inherit = 'carloan.instalment'

    def action_explain(self):
        """Open the explanation of the figure that the button names in the context."""
        self.ensure_one()
        self.check_access('read')
        return self.loan_id._open_explanation(self.env.context.get('figure'), self.id)
