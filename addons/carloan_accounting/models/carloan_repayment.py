from odoo import models


class CarloanRepayment(models.Model):
    _inherit = 'carloan.repayment'

    def _get_voucher_amounts(self):
        lines = self._get_preview_lines()
        return 'repayment', [(line['component'], -line['amount']) for line in lines]
