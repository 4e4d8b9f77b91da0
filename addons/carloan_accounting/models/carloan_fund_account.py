from odoo import fields, models


class CarloanFundAccount(models.Model):
    _inherit = 'carloan.fund.account'

    journal_id = fields.Many2one(
        'account.journal', check_company=True, ondelete='set null',
        domain="[('type', 'in', ('bank', 'cash'))]",
        groups='account.group_account_readonly',
        help="Vouchers of money through this account go into this journal, on its account.")
