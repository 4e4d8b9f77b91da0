from odoo import fields, models


class CarloanDayEndFailure(models.Model):
    """A loan that a step could not deal with; the next day end tries it again."""
    _name = 'carloan.day.end.failure'
    _inherit = ['carloan.guard.mixin']
    _description = "Day End Failure"
    _order = 'id desc'
    _rec_name = 'loan_id'
    _guarded_fields = ('day_end_id', 'step', 'loan_id', 'error', 'resolved')

    day_end_id = fields.Many2one(
        'carloan.day.end', required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='day_end_id.company_id')
    step = fields.Char(required=True, readonly=True)
    loan_id = fields.Many2one(
        'carloan.loan', required=True, readonly=True, index=True, ondelete='cascade')
    error = fields.Text(readonly=True)
    resolved = fields.Boolean(required=True, default=False, readonly=True)
