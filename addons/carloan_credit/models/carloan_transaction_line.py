from odoo import api, fields, models

from odoo.addons.carloan_base.fields import FactMany2one

from ..const import COMPONENTS, TRANSACTION_KINDS
from ..session import set_distinct_share


class CarloanTransactionLine(models.Model):
    """What a transaction does to one component; the balance of a loan is the sum of its lines."""
    _name = 'carloan.transaction.line'
    _inherit = ['carloan.append.only.mixin']
    _description = "Loan Transaction Line"
    _order = 'value_date desc, transaction_id desc, id'
    _rec_name = 'component'
    _log_access = False

    transaction_id = FactMany2one(
        'carloan.transaction', required=True, index=True, ondelete='restrict')
    loan_id = FactMany2one('carloan.loan', required=True, ondelete='restrict')
    company_id = fields.Many2one(related='loan_id.company_id')
    currency_id = fields.Many2one(related='loan_id.currency_id')
    kind = fields.Selection(TRANSACTION_KINDS, required=True)
    value_date = fields.Date(required=True)
    booking_date = fields.Date(required=True)
    component = fields.Selection(COMPONENTS, required=True)
    instalment_id = FactMany2one(
        'carloan.instalment', index='btree_not_null', ondelete='restrict')
    instalment_number = fields.Integer(
        related='instalment_id.number', string="Instalment Number", aggregator=None)
    amount = fields.Monetary(
        required=True, help="Plus: the borrower owes more. Minus: he owes less.")
    paid_amount = fields.Monetary(
        compute='_compute_paid_amount', help="The amount as the borrower sees it who pays.")

    # Positions are sums over all lines of a loan, which lie scattered: the index has all of them.
    _loan_idx = models.Index('(loan_id) INCLUDE (component, amount)')
    # Lines are appended in booking order, so that a few kilobytes find all of a month.
    _dates_idx = models.Index('USING brin (booking_date, value_date)')
    _amount_not_zero = models.Constraint(
        'CHECK (amount <> 0)', "A line of the ledger needs an amount.")

    def init(self):
        super().init()
        set_distinct_share(self.env.cr, self._table, {
            'loan_id': 0.02, 'transaction_id': 0.4, 'instalment_id': 0.3})

    @api.depends('amount')
    def _compute_paid_amount(self):
        for line in self:
            line.paid_amount = -line.amount
