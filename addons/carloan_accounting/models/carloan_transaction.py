from odoo import fields, models

from ..const import POSTING_READERS


class CarloanTransaction(models.Model):
    _inherit = 'carloan.transaction'

    posting_ids = fields.One2many(
        'carloan.posting', 'transaction_id', readonly=True,
        groups=POSTING_READERS)

    def action_open_postings(self):
        """Vouchers of these transactions and of what came with them."""
        self.check_access('read')
        return self.env['carloan.posting']._get_action(
            [('transaction_id.event_id', 'in', self.event_id.ids)])

    def _on_posted(self):
        """Override of `carloan_credit`: the money is recorded, now the books hear of it.

        Whatever the books lack, the money fact stays: its posting waits with the reason.
        """
        result = super()._on_posted()
        self.env['carloan.posting']._enlist(self)._process()
        return result
