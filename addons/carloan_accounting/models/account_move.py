from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import POSTING_READERS

#: What makes a voucher: never changed by hand once a loan posting stands on it.
PROTECTED_FIELDS = frozenset({
    'name', 'date', 'ref', 'journal_id', 'company_id', 'currency_id', 'partner_id', 'state',
    'line_ids', 'invoice_line_ids', 'move_type', 'auto_post',
})


class AccountMove(models.Model):
    _inherit = 'account.move'

    carloan_posting_ids = fields.One2many(
        'carloan.posting', 'move_id', readonly=True, groups=POSTING_READERS)
    carloan_voucher = fields.Boolean(
        string="Loan Voucher", compute='_compute_carloan_voucher', compute_sudo=True,
        help="Written by the loan system; corrected only by reversing the loan document.")

    # === COMPUTE METHODS ===

    @api.depends('carloan_posting_ids')
    def _compute_carloan_voucher(self):
        vouchers = self._get_carloan_vouchers()
        for move in self:
            move.carloan_voucher = move in vouchers

    # === CRUD METHODS ===

    def write(self, vals):
        if PROTECTED_FIELDS.intersection(vals):
            self._check_no_carloan_voucher()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_carloan_voucher(self):
        self._check_no_carloan_voucher()

    # === ACTIONS ===

    def button_draft(self):
        self._check_no_carloan_voucher()
        return super().button_draft()

    def button_cancel(self):
        self._check_no_carloan_voucher()
        return super().button_cancel()

    def action_open_carloan_lines(self):
        """The sub-ledger rows behind the voucher."""
        self.ensure_one()
        return self.env['carloan.posting.line']._get_action([('move_id', '=', self.id)])

    # === BUSINESS METHODS ===

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._check_no_carloan_voucher()
        return super()._reverse_moves(default_values_list=default_values_list, cancel=cancel)

    def _check_no_carloan_voucher(self):
        vouchers = self._get_carloan_vouchers()
        if vouchers:
            raise UserError(self.env._(
                "The loan system wrote %(vouchers)s: it cannot be changed, reversed or deleted "
                "here. Reverse the repayment (or other loan document) instead; its voucher is "
                "then reversed too.",
                vouchers=", ".join(vouchers.sudo().mapped('display_name'))))

    # === GETTERS ===

    def _get_carloan_vouchers(self):
        """Those of the moves on which a loan posting stands."""
        if not self.ids:
            return self.browse()
        self.env['carloan.posting'].flush_model(['move_id'])
        rows = self.env.execute_query(SQL(
            "SELECT DISTINCT move_id FROM carloan_posting WHERE move_id IN %s", tuple(self.ids)))
        return self.browse(move_id for move_id, in rows)
