from odoo import api, models

#: What makes a voucher line; reconciliation and analytic distribution stay free.
PROTECTED_FIELDS = frozenset({
    'account_id', 'balance', 'debit', 'credit', 'amount_currency', 'currency_id', 'partner_id',
    'name', 'date', 'move_id', 'journal_id', 'company_id', 'tax_ids', 'tax_line_id', 'is_storno',
})


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    # === CRUD METHODS ===

    @api.model_create_multi
    def create(self, vals_list):
        moves = {vals['move_id'] for vals in vals_list if vals.get('move_id')}
        self.env['account.move'].browse(moves)._check_no_carloan_voucher()
        return super().create(vals_list)

    def write(self, vals):
        if PROTECTED_FIELDS.intersection(vals):
            self.move_id._check_no_carloan_voucher()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_carloan_voucher(self):
        self.move_id._check_no_carloan_voucher()

    # === ACTIONS ===

    def action_open_carloan_lines(self):
        """The sub-ledger rows summed in these voucher lines."""
        return self.env['carloan.posting.line']._get_action([
            '|', '|', ('debit_line_id', 'in', self.ids), ('credit_line_id', 'in', self.ids),
            ('tax_line_id', 'in', self.ids)])
