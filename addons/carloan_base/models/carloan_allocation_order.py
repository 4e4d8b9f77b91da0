from odoo import api, fields, models

from .. import loanmath


class CarloanAllocationOrder(models.Model):
    """An order in which money pays what is due, for products to choose. Products take its rows
    over as they are changed; loans keep those that they were signed with."""

    _name = 'carloan.allocation.order'
    _description = "Order of Allocation"
    _order = 'sequence, id'

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    by = fields.Selection(
        selection=[
            ('instalment', "Oldest instalment first"),
            ('component', "Kind of debt first"),
        ],
        string="Allocation",
        required=True,
        default='instalment',
        help="Whether a repayment settles one instalment after another in the order of the rows, "
        "or one row over all instalments after another.",
    )
    line_ids = fields.One2many(
        'carloan.allocation.order.line', 'order_id', string="Paid first to last", copy=True,
        default=lambda self: self._default_line_ids())
    order_text = fields.Char(
        compute='_compute_order_text', store=True, string="In short",
        help="How the terms of a loan note the rows.")

    @api.model
    def _default_line_ids(self):
        return [
            fields.Command.create({'group': 'all', 'component': name, 'sequence': place})
            for place, name in enumerate(loanmath.COMPONENTS)]

    @api.depends('line_ids.sequence', 'line_ids.group', 'line_ids.component')
    def _compute_order_text(self):
        for order in self:
            lines = order.line_ids.sorted(lambda line: (line.sequence, line._origin.id))
            order.order_text = ','.join(
                line.component if line.group == 'all' else f'{line.group}.{line.component}'
                for line in lines if line.component)

    @api.constrains('line_ids')
    def _check_line_ids(self):
        for order in self:
            self.env['carloan.terms.mixin']._parse_allocation_order(order.order_text)
