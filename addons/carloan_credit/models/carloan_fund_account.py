from odoo import fields, models


class CarloanFundAccount(models.Model):
    """Where the lender's money lies: a bank account or a cash box."""
    _name = 'carloan.fund.account'
    _description = "Fund Account"
    _order = 'sequence, name, id'
    _check_company_auto = True
    _rec_names_search = ['name', 'acc_number']

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(
        [('bank', "Bank"), ('cash', "Cash")], required=True, default='bank')
    bank_id = fields.Many2one('res.bank')
    acc_number = fields.Char("Account Number")
    active = fields.Boolean(default=True)

    _number_uniq = models.UniqueIndex(
        '(company_id, acc_number) WHERE acc_number IS NOT NULL',
        "This account number is already in use for another fund account of the company.")
