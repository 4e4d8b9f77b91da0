from odoo import api, fields, models
from odoo.exceptions import UserError

from ..voucher_preview import VoucherPreview


class CarloanLoanDocumentMixin(models.AbstractModel):
    _inherit = 'carloan.loan.document.mixin'

    voucher_preview = fields.Html(
        compute='_compute_voucher_preview', sanitize=False,
        groups='account.group_account_readonly',
        help="The entry that the document would make now.")

    # === COMPUTE METHODS ===

    @api.depends('loan_id', 'amount', 'fund_account_id', 'state')
    def _compute_voucher_preview(self):
        for document in self:
            document.voucher_preview = document._render_voucher_preview()

    # === ACTIONS ===

    def action_open_postings(self):
        """Vouchers of this document: of its money, of what came with it, of its reversal."""
        self.ensure_one()
        self.check_access('read')
        return self.env['carloan.posting']._get_action([
            '|', ('transaction_id.event_id', '=', self.transaction_id.id or 0),
            ('transaction_id.event_id.reversal_of_id', '=', self.transaction_id.id or 0)])

    # === BUSINESS METHODS ===

    def _render_voucher_preview(self):
        self.ensure_one()
        if self.transaction_id or not self.loan_id or not self.amount:
            return False
        try:
            kind, amounts = self._get_voucher_amounts()
        except UserError:
            return False
        preview = VoucherPreview(self.company_id, self.loan_id.sudo(), self.fund_account_id)
        lines, problems = preview.get_lines(kind, amounts)
        return self.env['ir.qweb']._render('carloan_accounting.voucher_preview', {
            'lines': lines, 'problems': problems, 'currency': self.currency_id})

    # === HOOKS ===

    def _get_voucher_amounts(self):
        """(kind, [(component, signed amount)]) of the transaction that the document would make."""
        return False, []
