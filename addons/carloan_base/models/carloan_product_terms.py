from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import loanmath
from ..money import to_decimal

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

    early_fee_ids = fields.One2many(
        'carloan.product.early.fee', 'product_id', string="Steps of the fee for paying early",
        copy=True)
    early_fee_bands = fields.Char(compute='_compute_early_fee_bands', store=True)

    @api.depends('early_fee_ids.start', 'early_fee_ids.percent')
    def _compute_early_fee_bands(self):
        for product in self:
            product.early_fee_bands = ', '.join(
                f'{row.start}:{to_decimal(row.percent).normalize():f}'
                for row in product.early_fee_ids.sorted('start')) or False

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

    @api.constrains('early_fee_bands')
    def _check_early_fee_allowed(self):
        for product in self.filtered('early_fee_bands'):
            lowest, highest = self.env['carloan.parameter']._get(
                'prepay.fee_pct', company=product.company_id, product=product)
            for _start, ratio in product._get_early_terms().fee_bands:
                if not lowest <= ratio * 100 <= highest:
                    raise ValidationError(self.env._(
                        "A fee for paying early of %(percent)s %% is too much or too little: "
                        "%(lowest)s %% to %(highest)s %% is allowed (parameter prepay.fee_pct).",
                        percent=ratio * 100, lowest=lowest, highest=highest))
