from odoo import fields, models


class CarloanLoanHandover(models.Model):
    """A loan went to another officer or department; the loan itself names who has it now.

    A loan that never moved has no row, so a row tells whom the loan leaves.
    """
    _name = 'carloan.loan.handover'
    _inherit = ['carloan.append.only.mixin']
    _description = "Loan Handover"
    _order = 'date desc, id desc'
    _rec_name = 'loan_id'
    _log_access = False

    loan_id = fields.Many2one('carloan.loan', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='loan_id.company_id')
    date = fields.Date(required=True, help="Business date on which the loan changed hands.")
    old_user_id = fields.Many2one('res.users', "From", ondelete='restrict')
    new_user_id = fields.Many2one('res.users', "To", ondelete='restrict')
    old_department_id = fields.Many2one('hr.department', "From Department", ondelete='restrict')
    new_department_id = fields.Many2one('hr.department', "To Department", ondelete='restrict')
    changed_by_id = fields.Many2one('res.users', required=True, ondelete='restrict')
