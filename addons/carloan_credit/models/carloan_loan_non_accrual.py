from odoo import api, fields, models
from odoo.tools import SQL

#: Days overdue beyond which interest stops (old financial accounting rules: more than 90).
STOP_PARAMETER = 'accrual_stop_dpd'


class CarloanLoan(models.Model):
    """Loans that bear no interest in the books, because they are too long overdue.

    What the borrower owes does not change: interest falls due and late charges grow, but their
    transactions are marked and stay off the balance sheet. It ends when nothing is overdue.
    """
    _inherit = 'carloan.loan'

    non_accrual = fields.Boolean(
        "Non-accrual", required=True, default=False, readonly=True, copy=False,
        help="More days overdue than allowed: its interest is kept off the balance sheet until "
             "nothing is overdue any more.")
    accrual_ids = fields.One2many('carloan.loan.accrual', 'loan_id')

    # Class and accrual follow from the days overdue; this finds the loans where they do not yet.
    _follow_up_idx = models.Index(
        "(class_tier_id, non_accrual, first_unpaid_due_date) WHERE state = 'active'")

    def _get_guarded_names(self):
        return super()._get_guarded_names() | {'non_accrual'}

    @api.model
    def _get_accrual_change_query(self, company, date):
        """(id) of the loans that stop to bear interest on a closing day, or start again."""
        products = self.env['carloan.product'].sudo().with_context(active_test=False).search([
            ('company_id', '=', company.id)])
        limits = [
            self.env['carloan.parameter']._get(STOP_PARAMETER, date, company, product)
            for product in products]
        return SQL(
            """
            SELECT l.id FROM carloan_loan l
              JOIN unnest(%(products)s::int[], %(limits)s::int[]) AS p (id, days)
                ON p.id = l.product_id
             WHERE l.state = 'active' AND l.class_tier_id = ANY(%(tiers)s)
               AND l.non_accrual = FALSE AND l.first_unpaid_due_date < %(date)s::date - %(least)s
               AND l.first_unpaid_due_date < %(date)s::date - p.days
            UNION ALL
            SELECT l.id FROM carloan_loan l
             WHERE l.state = 'active' AND l.class_tier_id = ANY(%(tiers)s)
               AND l.non_accrual = TRUE
               AND (l.first_unpaid_due_date >= %(date)s OR l.first_unpaid_due_date IS NULL)
            """,
            products=products.ids, limits=limits, least=min(limits, default=0), date=date,
            tiers=self.env['carloan.class.tier']._get_all_ids())

    def _switch_accrual(self, date):
        """Turn the accrual of these loans round from a day on, and keep what was unpaid."""
        if not self:
            return
        self.env.flush_all()
        self._lock_for_posting()
        self.env.cr.execute(SQL(
            """
            WITH accrued AS (
                SELECT loan_id, SUM(interest) AS interest FROM (%(accrued)s) a GROUP BY loan_id),
            switched AS (
                UPDATE carloan_loan SET non_accrual = NOT non_accrual WHERE id = ANY(%(loans)s)
                RETURNING *)
            INSERT INTO carloan_loan_accrual (
                loan_id, company_id, date, non_accrual, days_overdue, interest_outstanding,
                late_charges_outstanding, accrued_interest, user_id)
            SELECT l.id, l.company_id, %(date)s, l.non_accrual,
                   GREATEST(COALESCE(%(date)s::date - l.first_unpaid_due_date, 0), 0),
                   COALESCE(l.interest_outstanding, 0),
                   COALESCE(l.penalty_outstanding, 0) + COALESCE(l.compound_outstanding, 0),
                   COALESCE(a.interest, 0), %(user)s
              FROM switched l LEFT JOIN accrued a ON a.loan_id = l.id
             ORDER BY l.id
            """,
            accrued=self._get_accrued_interest_query(date, SQL("l.id = ANY(%s)", self.ids)),
            loans=self.ids, date=fields.Date.to_date(date), user=self.env.uid))
        self.env.invalidate_all(flush=False)
