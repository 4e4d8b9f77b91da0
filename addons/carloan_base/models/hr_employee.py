from odoo import api, models


class HrEmployee(models.Model):
    _inherit = 'hr.employee'

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        self.env['res.users']._forget_carloan_scope()
        return employees

    def write(self, vals):
        result = super().write(vals)
        if {'user_id', 'department_id', 'active', 'company_id', 'version_id'}.intersection(vals):
            self.env['res.users']._forget_carloan_scope()
        return result

    def unlink(self):
        result = super().unlink()
        self.env['res.users']._forget_carloan_scope()
        return result

    def _cron_update_current_version_id(self):
        """A dated move to another department takes effect today."""
        result = super()._cron_update_current_version_id()
        self.env['res.users']._forget_carloan_scope()
        return result
