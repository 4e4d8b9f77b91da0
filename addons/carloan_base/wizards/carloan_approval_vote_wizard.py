from odoo import fields, models


class CarloanApprovalVoteWizard(models.TransientModel):
    """Asks for the reason of a refusal."""

    _name = 'carloan.approval.vote.wizard'
    _description = "Refuse"

    request_ids = fields.Many2many(
        'carloan.approval.request', string="Approvals", required=True, readonly=True
    )
    comment = fields.Text(string="Reason", required=True)

    def action_confirm(self):
        self.ensure_one()
        return self.request_ids.action_refuse(self.comment)
