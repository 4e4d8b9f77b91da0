from odoo import fields, models

from odoo.addons.carloan_base.actions import open_list


class ResPartner(models.Model):
    _inherit = 'res.partner'

    carloan_collateral_count = fields.Integer(
        "Pledged cars", compute='_compute_carloan_collateral_count')

    def _compute_carloan_collateral_count(self):
        counts = dict(self.env['carloan.collateral']._read_group(
            [('partner_id', 'in', self.ids), ('state', 'in', ('reserved', 'live'))],
            ['partner_id'], ['__count']))
        for partner in self:
            partner.carloan_collateral_count = counts.get(partner, 0)

    def action_view_carloan_collateral(self):
        self.ensure_one()
        return open_list(
            self.env, 'carloan_collateral.carloan_collateral_action',
            [('partner_id', '=', self.id)])
