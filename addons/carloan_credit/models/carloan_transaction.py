from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.carloan_base.fields import FactMany2one

from ..const import TRANSACTION_KINDS
from ..session import set_distinct_share


class CarloanTransaction(models.Model):
    """One money fact of a loan. Written by `_post` only; a mistake gets a reversal."""
    _name = 'carloan.transaction'
    _inherit = ['carloan.append.only.mixin']
    _description = "Loan Transaction"
    _order = 'value_date desc, id desc'
    _log_access = False
    _rec_names_search = ['loan_id.name', 'partner_id.name']

    name = fields.Char(compute='_compute_name')
    loan_id = fields.Many2one('carloan.loan', required=True, index=True, ondelete='restrict')
    partner_id = fields.Many2one(related='loan_id.partner_id')
    company_id = FactMany2one('res.company', required=True, ondelete='restrict')
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(TRANSACTION_KINDS, required=True)
    value_date = fields.Date(required=True, help="Day from which the money counts.")
    booking_date = fields.Date(required=True, help="Business date on which it was entered.")
    recorded_at = fields.Datetime(required=True)
    user_id = FactMany2one('res.users', "Entered By", required=True, ondelete='restrict')
    event_id = FactMany2one(
        'carloan.transaction', required=True, index=True, ondelete='restrict',
        help="The transaction that this one came with, such as the repayment that made "
             "late charges be posted.")
    origin_model = fields.Char()
    origin_id = fields.Many2oneReference(model_field='origin_model', index='btree_not_null')
    fund_account_id = fields.Many2one('carloan.fund.account', ondelete='restrict')
    reversal_of_id = FactMany2one('carloan.transaction', ondelete='restrict')
    reversal_ids = fields.One2many('carloan.transaction', 'reversal_of_id')
    reversed_by_id = fields.Many2one(
        'carloan.transaction', compute='_compute_reversed_by_id', search='_search_reversed_by_id')
    replaces_id = FactMany2one(
        'carloan.transaction', "In Place Of", index='btree_not_null', ondelete='restrict',
        help="The transaction that was taken back and posted anew, because something with an "
             "earlier value date was entered or undone.")
    params = fields.Json(help="What was asked for, where the lines only say what came of it.")
    version_id = fields.Many2one(
        'carloan.schedule.version', "Schedule", index='btree_not_null', ondelete='restrict',
        help="The schedule that a change of terms made.")
    non_accrual = fields.Boolean(
        "Non-accrual",
        help="The loan bore no interest in the books when this was posted: what it charges stays "
             "off the balance sheet, what it pays is income of that day.")
    line_ids = fields.One2many('carloan.transaction.line', 'transaction_id')
    amount = fields.Monetary(
        compute='_compute_amount',
        help="Sum of the lines: plus if the borrower owes more, minus if he owes less.")

    _booking_idx = models.Index('(company_id, booking_date)')
    # Few loans ever change hands; whoever asks who owed one finds it without reading the ledger.
    _debt_transfer_idx = models.Index("(loan_id) WHERE kind = 'debt_transfer'")
    _value_idx = models.Index('(company_id, value_date)')
    _reversal_uniq = models.UniqueIndex(
        '(reversal_of_id) WHERE reversal_of_id IS NOT NULL',
        "This transaction has already been reversed.")

    @api.depends('kind', 'loan_id.name')
    def _compute_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for transaction in self:
            transaction.name = f"{labels.get(transaction.kind, '')} {transaction.loan_id.name}"

    @api.depends('name')
    def _compute_display_name(self):
        for transaction in self:
            transaction.display_name = transaction.name

    @api.depends('line_ids.amount')
    def _compute_amount(self):
        sums = dict(self.env['carloan.transaction.line']._read_group(
            [('transaction_id', 'in', self.ids)], ['transaction_id'], ['amount:sum']))
        for transaction in self:
            transaction.amount = sums.get(transaction, 0.0)

    @api.depends('reversal_ids')
    def _compute_reversed_by_id(self):
        for transaction in self:
            transaction.reversed_by_id = transaction.reversal_ids[:1]

    def _search_reversed_by_id(self, operator, value):
        if operator != 'in' or set(value) - {False}:
            return NotImplemented
        return [('reversal_ids', '=', False)]

    def init(self):
        super().init()
        set_distinct_share(self.env.cr, self._table, {'loan_id': 0.05})

    # === ACTIONS === #

    def action_open_origin(self):
        self.ensure_one()
        if not self.origin_id or self.origin_model not in self.env:
            raise UserError(self.env._(
                "This transaction was posted by the system; no document stands behind it."))
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.origin_model,
            'res_id': self.origin_id,
            'view_mode': 'form',
        }

    # === HOOKS === #

    def _on_posted(self):
        """Called once on new transactions, when the positions of their loans are up to date.

        Overriders call `super()` first; raising undoes the whole posting.
        """
