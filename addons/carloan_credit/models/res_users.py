from odoo import api, models
from odoo.exceptions import UserError


class ResUsers(models.Model):
    _inherit = 'res.users'

    @api.ondelete(at_uninstall=False)
    def _unlink_except_entered_transactions(self):
        """The ledger says who entered it; it has no foreign key for that."""
        entered = self.env['carloan.transaction'].sudo().search(
            [('user_id', 'in', self.ids)], limit=1)
        if entered:
            raise UserError(self.env._(
                "%(user)s has entered loan transactions and cannot be deleted; archive the user "
                "instead.", user=entered.user_id.name))
