from odoo import fields, models

from odoo.addons.carloan_base.actions import open_list


class ResPartner(models.Model):
    _inherit = 'res.partner'

    carloan_collection_case_ids = fields.One2many(
        'carloan.collection.case', 'partner_id', "Collection Cases")
    carloan_collection_case_count = fields.Integer(
        "Cases", compute='_compute_carloan_collection_case_count')

    def _compute_carloan_collection_case_count(self):
        counts = dict(self.env['carloan.collection.case']._read_group(
            [('partner_id', 'in', self.ids)], ['partner_id'], ['__count']))
        for partner in self:
            partner.carloan_collection_case_count = counts.get(partner, 0)

    def action_view_carloan_collection_cases(self):
        self.ensure_one()
        return open_list(
            self.env, 'carloan_collection.carloan_collection_case_action_all',
            [('partner_id', '=', self.id)])
