from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache


class ResUsers(models.Model):
    _inherit = 'res.users'

    carloan_department_ids = fields.Many2many(
        'hr.department',
        string="Departments in scope",
        compute='_compute_carloan_department_ids',
        compute_sudo=True,
        help="Departments the user works in or manages. With the data scope 'department and "
        "below' he sees the documents of these departments and of those under them.",
    )

    @api.depends('employee_ids.current_version_id.department_id')
    def _compute_carloan_department_ids(self):
        employees = self.env['hr.employee'].search([('user_id', 'in', self.ids)])
        managed = self.env['hr.department'].search([('manager_id', 'in', employees.ids)])
        for user in self:
            own = employees.filtered(lambda employee, user=user: employee.user_id == user)
            user.carloan_department_ids = own.current_version_id.department_id | managed.filtered(
                lambda department, own=own: department.manager_id in own
            )

    @api.model
    def _forget_carloan_scope(self):
        """Record rules keep the departments of a user in the registry cache."""
        self.invalidate_model(['carloan_department_ids'], flush=False)
        self.env.registry.clear_cache()

    def _get_carloan_department(self):
        """The department of the user in the current company, for new documents."""
        return self.env['hr.department'].browse(self._get_carloan_department_id())

    @ormcache('tuple(self.ids)', 'self.env.company.id')
    def _get_carloan_department_id(self):
        employee = self.env['hr.employee'].sudo().search(
            [('user_id', 'in', self.ids), ('company_id', '=', self.env.company.id)], limit=1
        )
        return employee.current_version_id.department_id.id

    def _get_carloan_partner_domain(self, prefix='', change=False):
        """Which partners (at the end of `prefix`) the user may see, or change, for record rules.

        People without a role of ours are left alone. Staff see all partners that are no
        customers, and customers by their data scope; they change customers only, unless they
        may edit contacts anyway.
        """
        self.ensure_one()
        has_role = self.has_group('carloan_base.carloan_base_group_user')
        free_to_edit = self.has_group('base.group_partner_manager')
        if not has_role:
            return [(1, '=', 1)]
        domain = Domain.TRUE
        if not self.has_group('carloan_base.carloan_base_group_scope_company'):
            domain = Domain(f'{prefix}carloan_user_id', '=', self.id)
            if self.has_group('carloan_base.carloan_base_group_scope_department'):
                departments = self.carloan_department_ids.ids
                domain |= Domain(f'{prefix}carloan_department_id', 'child_of', departments)
        customer = Domain(f'{prefix}carloan_customer', '=', True)
        if change and not free_to_edit:
            contact = ~customer & Domain(f'{prefix}parent_id.carloan_customer', '=', True)
            return list(customer & domain | contact)
        return list(~customer | domain)
