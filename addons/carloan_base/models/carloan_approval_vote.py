from odoo import fields, models


class CarloanApprovalVote(models.Model):
    """What one person decided about one request; added by the request only."""

    _name = 'carloan.approval.vote'
    _inherit = ['carloan.append.only.mixin']
    _description = "Approval Vote"
    _order = 'id'

    request_id = fields.Many2one(
        'carloan.approval.request', required=True, index=True, ondelete='restrict'
    )
    step_line_id = fields.Many2one(
        'carloan.approval.request.step',
        string="Step",
        required=True,
        index=True,
        ondelete='restrict',
    )
    user_id = fields.Many2one('res.users', required=True, index=True, ondelete='restrict')
    maker_id = fields.Many2one(
        'res.users', string="Submitted by", required=True, ondelete='restrict'
    )
    decision = fields.Selection(
        selection=[('approve', "Approved"), ('refuse', "Refused")], required=True
    )
    comment = fields.Text()
    vote_date = fields.Date(required=True, help="Business date of the vote.")

    _one_vote_per_person = models.UniqueIndex(
        "(request_id, user_id)", "A person votes once on a request, whatever the step."
    )
    _four_eyes = models.Constraint(
        "CHECK (user_id <> maker_id)", "Nobody votes on what he submitted himself."
    )
