from odoo import api, fields, models
from odoo.tools import SQL


class CarloanAccrualSnapshot(models.Model):
    """What the loans of a product and department had earned at a month end and is not in the
    ledger yet: interest of running periods, late charges that nobody paid.

    The books post `change_amount`. Changes of one key add up to its amount, so that over time
    nothing is earned twice and no cent is lost. Written by the day end only.
    """
    _name = 'carloan.accrual.snapshot'
    _inherit = ['carloan.append.only.mixin']
    _description = "Accrued Interest at Month End"
    _order = 'date desc, company_id, product_id, department_id, non_accrual, component'
    _rec_name = 'date'
    _log_access = False

    company_id = fields.Many2one('res.company', required=True, ondelete='restrict')
    currency_id = fields.Many2one(related='company_id.currency_id')
    date = fields.Date("Month End", required=True)
    product_id = fields.Many2one('carloan.product', required=True, ondelete='restrict')
    department_id = fields.Many2one('hr.department', ondelete='restrict')
    non_accrual = fields.Boolean(
        "Non-accrual", required=True,
        help="Of loans that bear no interest in the books: it stays off the balance sheet.")
    component = fields.Selection(
        [('interest', "Interest"), ('penalty', "Penalty Interest"),
         ('compound', "Compound Interest")], required=True)
    loan_count = fields.Integer("Loans", required=True)
    amount = fields.Monetary("Accrued", required=True)
    change_amount = fields.Monetary(
        "Change", required=True, help="Accrued now less accrued at the month end before.")

    _key_uniq = models.UniqueIndex(
        "(company_id, date, product_id, COALESCE(department_id, 0), non_accrual, component)",
        "This month end has been recorded already.")

    @api.model
    def _record(self, company, date):
        """Add the rows of a closing day; those that exist stay.

        :return: (number of rows added, sum of what changed)
        """
        self.env.flush_all()
        loans = self.env['carloan.loan']
        rows = self.env.execute_query(SQL(
            """
            WITH now AS (
                SELECT l.product_id, COALESCE(l.department_id, 0) AS department_id,
                       l.non_accrual, a.component, SUM(a.amount) AS amount,
                       COUNT(DISTINCT a.loan_id) AS loans
                  FROM (%(accruals)s) a JOIN carloan_loan l ON l.id = a.loan_id
                 WHERE a.amount <> 0 GROUP BY 1, 2, 3, 4),
            before AS (
                SELECT DISTINCT ON (product_id, department_id, non_accrual, component)
                       product_id, COALESCE(department_id, 0) AS department_id, non_accrual,
                       component, amount
                  FROM carloan_accrual_snapshot WHERE company_id = %(company)s AND date < %(date)s
                 ORDER BY product_id, department_id, non_accrual, component, date DESC)
            INSERT INTO carloan_accrual_snapshot (
                company_id, date, product_id, department_id, non_accrual, component, loan_count,
                amount, change_amount)
            SELECT %(company)s, %(date)s, product_id, NULLIF(department_id, 0), non_accrual,
                   component, COALESCE(n.loans, 0), COALESCE(n.amount, 0),
                   COALESCE(n.amount, 0) - COALESCE(b.amount, 0)
              FROM now n
              FULL JOIN before b USING (product_id, department_id, non_accrual, component)
             WHERE COALESCE(n.amount, 0) <> 0 OR COALESCE(b.amount, 0) <> 0
             ORDER BY product_id, department_id, non_accrual, component
            ON CONFLICT DO NOTHING
            RETURNING change_amount
            """,
            accruals=loans._get_accruals_query(
                fields.Date.add(date, days=1), loans._get_portfolio_where(company)),
            company=company.id, date=date))
        return len(rows), sum(row[0] for row in rows)
