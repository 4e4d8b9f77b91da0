from odoo import fields, models


class CarloanProductCalculatorLine(models.TransientModel):
    _name = 'carloan.product.calculator.line'
    _description = "Calculated Instalment"
    _order = 'number'

    calculator_id = fields.Many2one(
        'carloan.product.calculator', required=True, index=True, ondelete='cascade'
    )
    currency_id = fields.Many2one(related='calculator_id.currency_id')
    number = fields.Integer(string="No.", aggregator=None)
    due_date = fields.Date()
    total_amount = fields.Monetary(string="Instalment")
    principal_amount = fields.Monetary(string="Principal")
    interest_amount = fields.Monetary(string="Interest")
    closing_amount = fields.Monetary(string="Balance after", aggregator=None)
