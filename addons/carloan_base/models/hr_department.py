from odoo import models


class HrDepartment(models.Model):
    _inherit = 'hr.department'

    def write(self, vals):
        result = super().write(vals)
        if {'manager_id', 'parent_id', 'active'}.intersection(vals):
            self.env['res.users']._forget_carloan_scope()
        return result
