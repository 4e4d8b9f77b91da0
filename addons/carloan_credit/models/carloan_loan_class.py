from odoo import fields, models


class CarloanLoanClass(models.Model):
    """The class of a loan from a date on. The last row holds; written by the server only."""
    _name = 'carloan.loan.class'
    _inherit = ['carloan.append.only.mixin']
    _description = "Loan Classification"
    _order = 'date desc, id desc'
    _log_access = False

    loan_id = fields.Many2one('carloan.loan', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='loan_id.company_id')
    date = fields.Date(required=True)
    booking_date = fields.Date(
        required=True, help="Business date on which it was recorded.")
    tier_id = fields.Many2one('carloan.class.tier', "Class", required=True, ondelete='restrict')
    days_overdue = fields.Integer(required=True, aggregator='max')
    source = fields.Selection(
        [('system', "Days Overdue"), ('review', "Review")], required=True)
    reason = fields.Char()
    user_id = fields.Many2one('res.users', required=True, ondelete='restrict')
