from odoo import api, fields, models


class CarloanApprovalRequestStep(models.Model):
    """A level of a running approval, with the people who may vote frozen at submission."""

    _name = 'carloan.approval.request.step'
    _inherit = ['carloan.guard.mixin']
    _description = "Approval Request Step"
    _order = 'request_id, sequence, id'

    _guarded_fields = (
        'state',
        'request_id',
        'sequence',
        'name',
        'group_id',
        'candidate_ids',
        'quorum',
        'vote_ids',
    )

    request_id = fields.Many2one(
        'carloan.approval.request',
        required=True,
        readonly=True,
        index=True,
        ondelete='restrict',
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char(required=True, readonly=True)
    group_id = fields.Many2one(
        'res.groups', string="Role", required=True, readonly=True, ondelete='restrict'
    )
    candidate_ids = fields.Many2many(
        'res.users',
        'carloan_approval_request_step_candidate_rel',
        string="Who may vote",
        readonly=True,
    )
    quorum = fields.Integer(string="Votes needed", required=True, readonly=True)
    state = fields.Selection(
        selection=[
            ('waiting', "Waiting"),
            ('pending', "Being decided"),
            ('approved', "Approved"),
            ('refused', "Refused"),
        ],
        required=True,
        readonly=True,
        default='waiting',
        index=True,
    )
    vote_ids = fields.One2many('carloan.approval.vote', 'step_line_id', readonly=True)
    vote_summary = fields.Char(string="Votes", compute='_compute_vote_summary')

    @api.depends('vote_ids.decision', 'vote_ids.user_id', 'quorum')
    def _compute_vote_summary(self):
        for step in self:
            names = [vote.user_id.name for vote in step.vote_ids]
            step.vote_summary = f"{len(names)}/{step.quorum} {', '.join(names)}".strip()
