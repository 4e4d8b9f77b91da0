from odoo import fields, models


class CarloanApprovalStep(models.Model):
    """One level of a rule: how many people of which role must agree."""

    _name = 'carloan.approval.step'
    _description = "Approval Step"
    _order = 'rule_id, sequence, id'

    rule_id = fields.Many2one(
        'carloan.approval.rule', required=True, index=True, ondelete='cascade'
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    group_id = fields.Many2one(
        'res.groups',
        string="Role",
        required=True,
        ondelete='restrict',
        domain="[('privilege_id.category_id.name', '!=', False)]",
        help="Members of this role may vote.",
    )
    user_ids = fields.Many2many(
        'res.users',
        string="Only these people",
        help="Narrows the role down to these people. Empty = all members of the role.",
    )
    same_department = fields.Boolean(
        help="Only people whose department is that of the document or above it."
    )
    quorum = fields.Integer(
        string="Votes needed", required=True, default=1, help="How many different people agree."
    )

    _quorum_positive = models.Constraint(
        "CHECK (quorum BETWEEN 1 AND 99)", "A step needs 1 to 99 votes."
    )

    # === GETTERS ===

    def _get_candidates(self, company, department):
        """Who could vote at this step for a document of this company and department."""
        self.ensure_one()
        domain = [
            ('all_group_ids', 'in', self.group_id.ids),
            ('share', '=', False),
            ('company_ids', 'in', company.ids),
        ]
        if self.user_ids:
            domain.append(('id', 'in', self.user_ids.ids))
        users = self.env['res.users'].sudo().search(domain)
        if not self.same_department:
            return users
        path = {int(part) for part in (department.parent_path or '').split('/') if part}
        return users.filtered(lambda user: path.intersection(user.carloan_department_ids.ids))
