from odoo import api, fields, models
from odoo.tools import SQL

from ..as_of import AsOf, get_late
from ..const import POSITION_AMOUNTS

_DIMENSIONS = ('department_id', 'product_id', 'bucket', 'class_tier_id')
_MEASURES = ('loan_count', *POSITION_AMOUNTS, 'overdue_principal')


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
        return self._insert_day(company, date, self._get_figures_query(company, date))

    @api.model
    def _write_past_day(self, company, date):
        """See `_write_day`; of a day that is closed, as the books said then."""
        self.env.flush_all()
        return self._insert_day(company, date, self._get_past_figures_query(company, date))

    @api.model
    def _insert_day(self, company, date, figures):
        columns = SQL(", ").join(map(SQL.identifier, (*_DIMENSIONS, *_MEASURES)))
        self.env.cr.execute(SQL(
            """
            INSERT INTO carloan_day_cube (company_id, date, %(columns)s)
            SELECT %(company)s, %(date)s::date, %(columns)s FROM (%(figures)s) figures
             WHERE NOT EXISTS (SELECT 1 FROM carloan_day_cube
                                WHERE company_id = %(company)s AND date = %(date)s)
            """, columns=columns, company=company.id, date=date, figures=figures))
        count = self.env.cr.rowcount
        self.invalidate_model()
        return count

    @api.model
    def _get_past_figures_query(self, company, date):
        sums = SQL(", ").join(
            SQL("SUM(book.%s) AS %s", SQL.identifier(name), SQL.identifier(name))
            for name in _MEASURES[1:])
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
        """The figures of today's positions; `date` is the open day."""
        days = SQL(
            "GREATEST(COALESCE(%s::date - l.first_unpaid_due_date, 0), 0)", date)
        sums = SQL(", ").join(
            SQL("SUM(COALESCE(l.%s, 0)) AS %s", SQL.identifier(name), SQL.identifier(name))
            for name in POSITION_AMOUNTS)
        return SQL(
            """
            SELECT l.department_id, l.product_id, (CASE %(bucket)s END) AS bucket,
                   l.class_tier_id, COUNT(*) AS loan_count, %(sums)s,
                   SUM(COALESCE(o.principal, 0)) AS overdue_principal
              FROM carloan_loan l
              LEFT JOIN (%(overdue)s) o ON o.loan_id = l.id
             WHERE l.company_id = %(company)s AND l.state = 'active'
             GROUP BY l.department_id, l.product_id, 3, l.class_tier_id
            """,
            bucket=self.env['carloan.loan']._get_bucket_cases(days), sums=sums,
            overdue=get_late(AsOf(date, 'booked', date), company.id),
            company=company.id)
