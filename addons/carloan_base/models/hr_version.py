from odoo import api, models


class HrVersion(models.Model):
    _inherit = 'hr.version'

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        self.env['res.users']._forget_carloan_scope()
        return versions

    def write(self, vals):
        result = super().write(vals)
        if {'department_id', 'date_version', 'active', 'employee_id'}.intersection(vals):
            self.env['res.users']._forget_carloan_scope()
        return result
