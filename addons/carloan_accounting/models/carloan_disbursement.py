from odoo import models


class CarloanDisbursement(models.Model):
    _inherit = 'carloan.disbursement'

    def _get_voucher_amounts(self):
        return 'disbursement', [('principal', self.amount)]
