from odoo import fields, models

from .carloan_terms_allocation import ALLOCATION_GROUPS


class CarloanAllocationOrderLine(models.Model):
    """One place in an order of allocation."""

    _name = 'carloan.allocation.order.line'
    _description = "Row of an Order of Allocation"
    _order = 'sequence, id'

    order_id = fields.Many2one(
        'carloan.allocation.order', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    group = fields.Selection(ALLOCATION_GROUPS, string="What", required=True, default='all')
    component = fields.Selection(
        selection=[
            ('fee', "Fees"),
            ('penalty', "Penalty Interest"),
            ('compound', "Compound Interest"),
            ('interest', "Interest"),
            ('principal', "Principal"),
        ],
        string="Kind of debt",
        required=True,
    )
