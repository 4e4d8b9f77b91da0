from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import loanmath

_FROM_ROWS = {'store': True, 'readonly': False, 'precompute': True, 'default': None}


class CarloanProduct(models.Model):
    """Terms of a product that are chosen or written as rows; the terms that loans copy note them
    as text."""

    _inherit = 'carloan.product'

    allocation_order_id = fields.Many2one(
        'carloan.allocation.order',
        string="Order of allocation by rows",
        ondelete='restrict',
        help="In which order a payment settles what is due. Empty: the order below is written "
        "by hand.",
    )
    long_overdue_order_id = fields.Many2one(
        'carloan.allocation.order',
        string="Second order by rows",
        ondelete='restrict',
        help="Instead of the first for loans that are long overdue, where lenders take the "
        "principal first. Empty: the usual order holds, or one written by hand.",
    )
    allocation_order = fields.Char(compute='_compute_allocation', **_FROM_ROWS)
    allocation_by = fields.Selection(compute='_compute_allocation', **_FROM_ROWS)
    long_overdue_order = fields.Char(compute='_compute_long_overdue', **_FROM_ROWS)
    long_overdue_by = fields.Selection(compute='_compute_long_overdue', **_FROM_ROWS)

    @api.depends('allocation_order_id.order_text', 'allocation_order_id.by')
    def _compute_allocation(self):
        for product in self:
            order = product.allocation_order_id
            product.allocation_order = order.order_text or product.allocation_order or (
                ','.join(loanmath.COMPONENTS))
            product.allocation_by = order.by or product.allocation_by or 'instalment'

    @api.depends('long_overdue_order_id.order_text', 'long_overdue_order_id.by')
    def _compute_long_overdue(self):
        for product in self:
            order = product.long_overdue_order_id
            product.long_overdue_order = order.order_text or product.long_overdue_order
            product.long_overdue_by = order.by or product.long_overdue_by or 'instalment'

    @api.constrains(
        'allocation_order_id', 'allocation_order', 'allocation_by', 'long_overdue_order_id',
        'long_overdue_order', 'long_overdue_by')
    def _check_rows_are_terms(self):
        for product in self:
            usual, late = product.allocation_order_id, product.long_overdue_order_id
            noted = (product.allocation_order, product.allocation_by)
            noted_late = (product.long_overdue_order, product.long_overdue_by)
            for order, terms in ((usual, noted), (late, noted_late)):
                if order and terms != (order.order_text, order.by):
                    raise ValidationError(self.env._(
                        "The order of allocation is that of the rows of %(order)s; to write "
                        "another one by hand, empty the choice of rows first.", order=order.name))
