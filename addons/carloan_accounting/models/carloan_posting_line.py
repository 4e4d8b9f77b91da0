from odoo import fields, models

from odoo.addons.carloan_base.actions import open_list


class CarloanPostingLine(models.Model):
    """One sub-ledger line in the general ledger: its rule and the voucher lines it went to.

    Written only together with the voucher, by SQL; read both ways.
    """

    _name = 'carloan.posting.line'
    _description = "Posting Line"
    _order = 'id desc'
    _log_access = False

    posting_id = fields.Many2one(
        'carloan.posting', required=True, index=True, ondelete='restrict', readonly=True)
    transaction_line_id = fields.Many2one(
        'carloan.transaction.line', required=True, ondelete='restrict', readonly=True)
    rule_id = fields.Many2one(
        'carloan.posting.rule', required=True, ondelete='restrict', readonly=True)
    move_id = fields.Many2one(
        'account.move', string="Voucher", index='btree_not_null', ondelete='restrict',
        readonly=True)
    debit_line_id = fields.Many2one(
        'account.move.line', index='btree_not_null', ondelete='restrict', readonly=True)
    credit_line_id = fields.Many2one(
        'account.move.line', index='btree_not_null', ondelete='restrict', readonly=True)
    tax_line_id = fields.Many2one(
        'account.move.line', string="VAT Line", index='btree_not_null', ondelete='restrict',
        readonly=True)
    loan_id = fields.Many2one(related='transaction_line_id.loan_id')
    kind = fields.Selection(related='posting_id.kind')
    component = fields.Selection(related='transaction_line_id.component')
    booking_date = fields.Date(related='posting_id.booking_date')
    amount = fields.Monetary(related='transaction_line_id.amount')
    company_id = fields.Many2one(related='posting_id.company_id')
    currency_id = fields.Many2one(related='posting_id.currency_id')

    _transaction_line_uniq = models.UniqueIndex(
        '(transaction_line_id)', "This amount is already posted.")

    def _get_action(self, domain):
        """List of the rows in `domain`."""
        return open_list(self.env, 'carloan_accounting.carloan_posting_line_action', domain)
