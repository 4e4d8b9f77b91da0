from odoo import fields, models

from ..const import VOUCHER_GROUPINGS


class AccountJournal(models.Model):
    _inherit = 'account.journal'

    carloan_voucher_grouping = fields.Selection(
        VOUCHER_GROUPINGS, string="Loan Vouchers", required=True, default='document',
        help="One voucher for each loan document, or one for each day, summed by account, "
             "product and department. Either way each voucher line opens its loans.")
