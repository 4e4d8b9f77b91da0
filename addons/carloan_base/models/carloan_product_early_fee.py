from odoo import api, fields, models


class CarloanProductEarlyFee(models.Model):
    """One step of the fee for paying early: from so many instalments or months on."""

    _name = 'carloan.product.early.fee'
    _description = "Fee for Paying Early"
    _order = 'product_id, start'

    product_id = fields.Many2one(
        'carloan.product', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='product_id.company_id', store=True, index=True)
    start = fields.Integer(
        string="From", required=True, help="Instalments that have fallen due, or full months.")
    percent = fields.Float(
        string="Fee %", digits=(6, 2), required=True,
        help="Part of the principal that is paid early.")

    _start_unique = models.Constraint(
        'UNIQUE (product_id, start)', "There is a fee from this time on already.")
    _range = models.Constraint(
        'CHECK (start BETWEEN 0 AND 1200 AND percent BETWEEN 0 AND 100)',
        "A fee starts after 0 to 1200 instalments or months and is 0 % to 100 %.")

    @api.constrains('start', 'percent', 'product_id')
    def _check_allowed(self):
        self.product_id._check_early_fee_allowed()
