from odoo import fields, models

from ..const import CHANNELS


class CarloanCollectionStrategy(models.Model):
    """What a collector is to do when a debtor reaches a number of days overdue."""
    _name = 'carloan.collection.strategy'
    _description = "Collection Strategy"
    _order = 'dpd_from, sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', index=True, help="Empty: for all companies.")
    currency_id = fields.Many2one(
        'res.currency', compute='_compute_currency_id')
    dpd_from = fields.Integer(
        "From day overdue", required=True, default=1, aggregator=None,
        help="The task appears when the oldest unpaid instalment is this many days overdue.")
    amount_from = fields.Monetary(
        "From amount", help="Only for debtors whose overdue principal and interest reach this.")
    channel = fields.Selection(CHANNELS, required=True, default='call')
    text = fields.Text("What to say or do", translate=True)
    due_days = fields.Integer(
        "Days to do it", default=0, aggregator=None,
        help="Days between the appearance of the task and its due date.")

    _dpd_positive = models.Constraint(
        'CHECK (dpd_from >= 1)', "A strategy starts on day 1 overdue at the earliest.")
    _amount_positive = models.Constraint(
        'CHECK (amount_from >= 0)', "The amount must not be negative.")
    _due_days_positive = models.Constraint(
        'CHECK (due_days >= 0)', "The days to do a task must not be negative.")

    def _compute_currency_id(self):
        for strategy in self:
            strategy.currency_id = (strategy.company_id or self.env.company).currency_id
