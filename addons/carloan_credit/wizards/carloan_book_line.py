from odoo import fields, models
from odoo.tools import SQL

from ..const import LOAN_STATES

#: column -> PostgreSQL type
COLUMNS = {
    'state': 'varchar',
    'principal_outstanding': 'numeric',
    'interest_outstanding': 'numeric',
    'penalty_outstanding': 'numeric',
    'compound_outstanding': 'numeric',
    'fee_outstanding': 'numeric',
    'overpayment_amount': 'numeric',
    'overdue_principal': 'numeric',
    'first_unpaid_due_date': 'date',
    'next_due_date': 'date',
    'days_overdue': 'int4',
    'bucket': 'varchar',
    'class_tier_id': 'int4',
    'user_id': 'int4',
    'department_id': 'int4',
}


class CarloanBookLine(models.Model):
    """A loan as it stood at the close of the day of its book.

    Rows of the screen, written a million at a time and thrown away with their book: the table has
    no foreign keys and is not logged.
    """
    _name = 'carloan.book.line'
    _description = "Loan as of a Date"
    _auto = False
    _log_access = False
    _order = 'id'
    _rec_name = 'loan_id'

    book_id = fields.Many2one('carloan.book', readonly=True)
    loan_id = fields.Many2one('carloan.loan', readonly=True)
    date = fields.Date(related='book_id.date')
    company_id = fields.Many2one(related='loan_id.company_id')
    currency_id = fields.Many2one(related='loan_id.currency_id')
    partner_id = fields.Many2one(related='loan_id.partner_id')
    product_id = fields.Many2one(related='loan_id.product_id')
    disbursement_date = fields.Date(related='loan_id.disbursement_date')
    principal_amount = fields.Monetary(related='loan_id.principal_amount')
    state = fields.Selection(LOAN_STATES, readonly=True)
    principal_outstanding = fields.Monetary("Outstanding Principal", readonly=True)
    interest_outstanding = fields.Monetary("Unpaid Interest", readonly=True)
    penalty_outstanding = fields.Monetary("Unpaid Penalty Interest", readonly=True)
    compound_outstanding = fields.Monetary("Unpaid Compound Interest", readonly=True)
    fee_outstanding = fields.Monetary("Unpaid Fees", readonly=True)
    overpayment_amount = fields.Monetary("Overpayment", readonly=True)
    overdue_principal = fields.Monetary(readonly=True)
    first_unpaid_due_date = fields.Date(readonly=True)
    next_due_date = fields.Date(readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator='max')
    bucket = fields.Char(readonly=True)
    class_tier_id = fields.Many2one('carloan.class.tier', "Risk Class", readonly=True)
    user_id = fields.Many2one('res.users', "Responsible", readonly=True)
    department_id = fields.Many2one('hr.department', readonly=True)

    def init(self):
        columns = SQL(", ").join(
            SQL("%s %s", SQL.identifier(name), SQL(type_)) for name, type_ in COLUMNS.items())
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS carloan_book_line"))
        self.env.cr.execute(SQL(
            "CREATE UNLOGGED TABLE carloan_book_line (id serial PRIMARY KEY, "
            "book_id int4 NOT NULL, loan_id int4 NOT NULL, %s)", columns))
        self.env.cr.execute(SQL(
            "CREATE INDEX carloan_book_line_book_idx ON carloan_book_line (book_id, id)"))

    def action_view_loan(self):
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'carloan.loan',
            'res_id': self.loan_id.id,
            'view_mode': 'form',
        }
