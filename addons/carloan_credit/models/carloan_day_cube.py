from odoo import api, fields, models
from odoo.tools import SQL

from ..const import POSITION_AMOUNTS
from ..session import prepare_for_sets

_DIMENSIONS = 4
# column -> PostgreSQL type of what `_write_day` inserts
_COLUMNS = {
    'company_id': 'int4', 'date': 'date', 'department_id': 'int4', 'product_id': 'int4',
    'bucket': 'text', 'class_tier_id': 'int4', 'loan_count': 'int4',
    **dict.fromkeys((*POSITION_AMOUNTS, 'overdue_principal'), 'numeric'),
}


class CarloanDayCube(models.Model):
    """The running loans of a company at the close of a day, by department, product, bucket and
    class. Written by the day end; boards and history read it instead of a million loans."""
    _name = 'carloan.day.cube'
    _inherit = ['carloan.append.only.mixin']
    _description = "Daily Figures"
    _order = 'date desc, department_id, product_id, bucket, id'
    _rec_name = 'date'
    _log_access = False

    company_id = fields.Many2one('res.company', required=True, ondelete='restrict')
    currency_id = fields.Many2one(related='company_id.currency_id')
    date = fields.Date(required=True)
    department_id = fields.Many2one('hr.department', index='btree_not_null', ondelete='restrict')
    product_id = fields.Many2one('carloan.product', required=True, ondelete='restrict')
    bucket = fields.Char(required=True)
    class_tier_id = fields.Many2one('carloan.class.tier', "Risk Class", ondelete='restrict')
    loan_count = fields.Integer("Loans", required=True)
    principal_outstanding = fields.Monetary("Outstanding Principal", required=True)
    interest_outstanding = fields.Monetary("Unpaid Interest", required=True)
    penalty_outstanding = fields.Monetary("Unpaid Penalty Interest", required=True)
    compound_outstanding = fields.Monetary("Unpaid Compound Interest", required=True)
    fee_outstanding = fields.Monetary("Unpaid Fees", required=True)
    overpayment_amount = fields.Monetary("Overpayment", required=True)
    overdue_principal = fields.Monetary(
        required=True, help="Principal that had fallen due before the day and was unpaid.")

    _cell_uniq = models.UniqueIndex(
        '(company_id, date, COALESCE(department_id, 0), product_id, bucket, '
        'COALESCE(class_tier_id, 0))', "The figures of this day are written already.")

    @api.model
    def _write_day(self, company, date):
        """Count the running loans of a company on the day that closes; a day that has its rows
        keeps them.

        :return: the number of rows written
        """
        self.env.flush_all()
        if self._has_day(company, date):
            return 0
        prepare_for_sets(self.env.cr)
        # Read first and write then: only a plain SELECT is shared among the processors.
        overdue = {
            tuple(cell): amount for *cell, amount in self.env.execute_query(
                self._get_overdue_query(company, date))}
        return self._insert_day(company, date, [
            (*row, overdue.get(row[:_DIMENSIONS], 0))
            for row in self.env.execute_query(self._get_figures_query(company, date))])

    @api.model
    def _write_past_day(self, company, date):
        """See `_write_day`; of a day that is closed, as the books said then."""
        self.env.flush_all()
        if self._has_day(company, date):
            return 0
        return self._insert_day(company, date, self.env.execute_query(
            self._get_past_figures_query(company, date)))

    @api.model
    def _has_day(self, company, date):
        return bool(self.search_count(
            [('company_id', '=', company.id), ('date', '=', date)], limit=1))

    @api.model
    def _insert_day(self, company, date, figures):
        rows = [(company.id, date, *row) for row in figures]
        if rows:
            self.env['carloan.transaction']._insert_rows(self._table, _COLUMNS, rows)
            self.invalidate_model()
        return len(rows)

    @api.model
    def _get_past_figures_query(self, company, date):
        sums = SQL(", ").join(
            SQL("SUM(book.%s) AS %s", SQL.identifier(name), SQL.identifier(name))
            for name in (*POSITION_AMOUNTS, 'overdue_principal'))
        return SQL(
            """
            SELECT book.department_id, l.product_id, book.bucket, book.class_tier_id,
                   COUNT(*) AS loan_count, %(sums)s
              FROM (%(book)s) book JOIN carloan_loan l ON l.id = book.loan_id
             WHERE book.state = 'active'
             GROUP BY book.department_id, l.product_id, book.bucket, book.class_tier_id
            """, sums=sums,
            book=self.env['carloan.loan']._get_book_query(date, 'booked', company))

    @api.model
    def _get_figures_query(self, company, date):
        """(cell, loans, balances) of today's positions; `date` is the open day."""
        sums = SQL(", ").join(
            SQL("COALESCE(SUM(l.%s), 0)", SQL.identifier(name)) for name in POSITION_AMOUNTS)
        return SQL(
            """
            SELECT %(cell)s, COUNT(*), %(sums)s FROM carloan_loan l
             WHERE l.company_id = %(company)s AND l.state = 'active' GROUP BY 1, 2, 3, 4
            """, cell=self._get_cell(date), sums=sums, company=company.id)

    @api.model
    def _get_overdue_query(self, company, date):
        """(cell, principal) that had fallen due before the day and is open.

        Where the open instalments of a loan add up to what is outstanding, none of them is partly
        paid and the ledger need not be asked. The lateral joins keep the planner on the loans
        that are late: it takes open and old for independent and would read all instalments.
        """
        return SQL(
            """
            SELECT %(cell)s, SUM(i.overdue + COALESCE(p.paid, 0)) FROM carloan_loan l
             CROSS JOIN LATERAL (
                   SELECT SUM(principal_amount) AS total,
                          SUM(principal_amount) FILTER (WHERE due_date < %(date)s) AS overdue
                     FROM carloan_instalment
                    WHERE loan_id = l.id AND paid_date IS NULL AND superseded_id IS NULL) i
             CROSS JOIN LATERAL (
                   SELECT SUM(x.amount) AS paid FROM carloan_instalment o
                     JOIN carloan_transaction_line x ON x.instalment_id = o.id
                    WHERE i.total <> l.principal_outstanding AND o.loan_id = l.id
                      AND o.paid_date IS NULL AND o.superseded_id IS NULL
                      AND o.due_date < %(date)s AND x.component = 'principal') p
             WHERE l.company_id = %(company)s AND l.state = 'active'
               AND l.first_unpaid_due_date < %(date)s
             GROUP BY 1, 2, 3, 4
            """, cell=self._get_cell(date), date=date, company=company.id)

    @api.model
    def _get_cell(self, date):
        """The four dimensions of loan `l`; most loans are in the first band."""
        due_date = SQL("COALESCE(l.first_unpaid_due_date, 'infinity')")
        bucket = SQL(" ").join(
            SQL("WHEN %s > %s::date - %s THEN %s", due_date, date, end, code) if end
            else SQL("WHEN TRUE THEN %s", code)
            for code, _start, end in self.env['carloan.bucket']._get_bounds())
        return SQL("l.department_id, l.product_id, CASE %s END, l.class_tier_id", bucket)
