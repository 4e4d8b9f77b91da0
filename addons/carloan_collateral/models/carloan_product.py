from odoo import fields, models


class CarloanProduct(models.Model):
    _inherit = 'carloan.product'

    collateral_required = fields.Boolean(
        help="An application for this product needs a car, and the mortgage on it must be "
             "registered before the loan is paid out.")
