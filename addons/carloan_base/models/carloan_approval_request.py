from odoo import api, fields, models
from odoo.fields import Domain


class CarloanApprovalRequest(models.Model):
    """One submission of one document. Everything on it is frozen; only votes move it on."""

    _name = 'carloan.approval.request'
    _inherit = ['carloan.guard.mixin']
    _description = "Approval Request"
    _order = 'id desc'

    _guarded_fields = (
        'state',
        'name',
        'res_model',
        'res_id',
        'rule_id',
        'amount',
        'currency_id',
        'digest',
        'maker_ids',
        'submitted_by_id',
        'submit_date',
        'decision_date',
        'vote_count',
        'company_id',
        'user_id',
        'department_id',
        'step_line_ids',
        'vote_ids',
    )

    name = fields.Char(string="Document", required=True, readonly=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field='res_model', required=True, readonly=True
    )
    kind = fields.Char(compute='_compute_kind')
    rule_id = fields.Many2one(
        'carloan.approval.rule', required=True, readonly=True, ondelete='restrict'
    )
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    state = fields.Selection(
        selection=[
            ('pending', "Being decided"),
            ('approved', "Approved"),
            ('refused', "Refused"),
            ('withdrawn', "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default='pending',
        index=True,
    )
    digest = fields.Char(
        required=True,
        readonly=True,
        help="Fingerprint of what was submitted: a change of the document stops the approval.",
    )
    maker_ids = fields.Many2many(
        'res.users',
        'carloan_approval_request_maker_rel',
        string="May not vote",
        readonly=True,
        help="Who created, owns or submitted the document.",
    )
    submitted_by_id = fields.Many2one('res.users', required=True, readonly=True)
    submit_date = fields.Date(required=True, readonly=True)
    decision_date = fields.Date(readonly=True)
    vote_count = fields.Integer(readonly=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True, index=True)
    department_id = fields.Many2one('hr.department', readonly=True, index=True)
    step_line_ids = fields.One2many(
        'carloan.approval.request.step', 'request_id', string="Steps", readonly=True
    )
    vote_ids = fields.One2many(
        'carloan.approval.vote', 'request_id', string="Votes", readonly=True
    )
    current_step_id = fields.Many2one(
        'carloan.approval.request.step', string="Current step", compute='_compute_current_step_id'
    )
    can_vote = fields.Boolean(compute='_compute_can_vote', search='_search_can_vote')

    _document_index = models.Index("(res_model, res_id)")
    _one_open_request = models.UniqueIndex(
        "(res_model, res_id) WHERE state IN ('pending', 'approved')",
        "The document is already submitted.",
    )

    # === COMPUTE ===

    @api.depends('res_model')
    def _compute_kind(self):
        for request in self:
            request.kind = self.env['ir.model']._get(request.res_model).sudo().name

    @api.depends('step_line_ids.state')
    def _compute_current_step_id(self):
        for request in self:
            request.current_step_id = request.step_line_ids.filtered(
                lambda step: step.state == 'pending'
            )[:1]

    @api.depends_context('uid')
    @api.depends(
        'state', 'step_line_ids.state', 'step_line_ids.candidate_ids', 'vote_ids', 'maker_ids'
    )
    def _compute_can_vote(self):
        for request in self:
            request.can_vote = not request._get_vote_obstacle()

    def _search_can_vote(self, operator, value):
        if operator != 'in' or set(value) != {True}:
            return NotImplemented
        mine = Domain('step_line_ids', 'any', [
            ('state', '=', 'pending'), ('candidate_ids', 'in', self.env.uid)
        ])
        voted = Domain('vote_ids.user_id', 'in', self.env.uid)
        return Domain('state', '=', 'pending') & mine & ~voted

    # === ACTIONS ===

    def action_approve(self, comment=''):
        self._vote('approve', comment)
        return True

    def action_refuse(self, comment=''):
        """Refuse with a reason; without one, ask for it."""
        if not (comment or '').strip():
            return self._get_refuse_action()
        self._vote('refuse', comment)
        return True

    def action_open_document(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.res_model,
            'res_id': self.res_id,
            'views': [(False, 'form')],
        }

    # === GETTERS ===

    def _get_refuse_action(self):
        action = self.env['ir.actions.act_window']._for_xml_id(
            'carloan_base.carloan_approval_vote_wizard_action'
        )
        return {**action, 'context': {'default_request_ids': self.ids}}

    def _get_vote_obstacle(self):
        """Why the current user may not vote now, or ''."""
        self.ensure_one()
        request, user = self.sudo(), self.env.user.sudo()
        step = request.current_step_id
        if request.state != 'pending' or not step:
            return self.env._("It is not being decided any more.")
        if user in request.maker_ids | request.user_id:
            return self.env._("You created, own or submitted it; somebody else must decide.")
        if user in request.vote_ids.user_id:
            return self.env._("You have voted on it already; every vote needs another person.")
        if (
            user not in step.candidate_ids
            or not user.active
            or step.group_id not in user.all_group_ids
        ):
            return self.env._(
                "The step %(step)s is decided by %(role)s: %(people)s.",
                step=step.name,
                role=step.group_id.name,
                people=", ".join(step.candidate_ids.mapped('name')),
            )
        return ''
