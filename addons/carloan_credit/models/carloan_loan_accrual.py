from odoo import fields, models


class CarloanLoanAccrual(models.Model):
    """From when a loan bears no interest in the books (非应计), or bears it again, and what was
    unpaid on that day: what leaves the balance sheet, or comes back to it. The last row of a loan
    holds; written by the server only."""
    _name = 'carloan.loan.accrual'
    _inherit = ['carloan.append.only.mixin']
    _description = "Accrual of a Loan"
    _order = 'date desc, id desc'
    _log_access = False

    loan_id = fields.Many2one('carloan.loan', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, ondelete='restrict')
    currency_id = fields.Many2one(related='company_id.currency_id')
    date = fields.Date(required=True)
    non_accrual = fields.Boolean("Non-accrual", required=True)
    days_overdue = fields.Integer(required=True, aggregator='max')
    interest_outstanding = fields.Monetary(
        "Unpaid Interest", required=True,
        help="Interest that had fallen due and was not paid.")
    late_charges_outstanding = fields.Monetary(
        "Unpaid Late Charges", required=True,
        help="Penalty and compound interest that had been posted and was not paid.")
    accrued_interest = fields.Monetary(
        required=True, help="Interest earned in the running period up to that day.")
    user_id = fields.Many2one('res.users', required=True, ondelete='restrict')

    _date_idx = models.Index('(company_id, date)')
