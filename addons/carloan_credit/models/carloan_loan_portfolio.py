from odoo import api, models
from odoo.tools import SQL

from ..const import CHARGE_KINDS
from ..late_terms_sql import get_late_charges, get_late_columns, half_up


class CarloanLoan(models.Model):
    """The SQL twins of loanmath for whole portfolios: what has grown and is not in the ledger.

    Each gives the cents that loanmath gives loan by loan; a test with random portfolios says so.
    `where` is a condition on `l`, the loan.
    """
    _inherit = 'carloan.loan'

    @api.model
    def _get_portfolio_where(self, company):
        return SQL("l.company_id = %s AND l.state = 'active'", company.id)

    @api.model
    def _get_accrued_interest_query(self, as_of, where):
        """(loan_id, instalment_id, interest): earned on the days before `as_of` in the periods
        that run on it, not fallen due."""
        return SQL(
            """
            SELECT i.loan_id, i.id AS instalment_id, GREATEST(
                       %(earned)s - COALESCE((
                           SELECT SUM(t.amount) FROM carloan_transaction_line t
                            WHERE t.instalment_id = i.id AND t.kind = 'due'
                              AND t.component = 'interest'), 0), 0) AS interest
              FROM carloan_loan l
              JOIN res_currency c ON c.id = l.currency_id
              JOIN carloan_instalment i ON i.loan_id = l.id
             WHERE %(where)s AND i.superseded_id IS NULL AND i.paid_date IS NULL
               AND i.start_date < %(as_of)s AND i.due_date >= %(as_of)s
            """,
            earned=half_up(
                SQL("i.interest_amount * (%s::date - i.start_date)", as_of),
                SQL("i.due_date - i.start_date"), SQL("c.rounding")),
            as_of=as_of, where=where)

    @api.model
    def _get_late_charge_query(self, as_of, where):
        """(loan_id, instalment_id, penalty, compound, fee): grown up to `as_of` on what is
        overdue, not posted. See `loanmath.late_charges`."""
        return SQL(
            """
            SELECT loan_id, instalment_id,
                   GREATEST(late_penalty - penalty_charged, 0) AS penalty,
                   GREATEST(late_compound - compound_charged, 0) AS compound,
                   GREATEST(late_fee - fee_charged, 0) AS fee
              FROM (%s) late
            """, get_late_charges(self._get_amount_days_query(as_of, where)))

    @api.model
    def _get_amount_days_query(self, as_of, where):
        """Unpaid principal and interest of late instalments, each times its days; what was paid
        in the days of grace was paid on time."""
        unused = SQL(
            "CASE WHEN t.value_date <= i.due_date + COALESCE(l.grace_days, 0) "
            "THEN %(as_of)s::date - i.due_date ELSE %(as_of)s::date - t.value_date END",
            as_of=as_of)
        return SQL(
            """
            SELECT i.loan_id, i.id AS instalment_id, %(terms)s, c.rounding AS unit,
                   i.principal_amount, i.interest_amount,
                   i.principal_amount * (%(as_of)s::date - i.due_date) + COALESCE(SUM(
                       t.amount * %(unused)s) FILTER (
                       WHERE t.component = 'principal' AND %(paid)s), 0) AS principal_days,
                   i.interest_amount * (%(as_of)s::date - i.due_date) + COALESCE(SUM(
                       t.amount * %(unused)s) FILTER (
                       WHERE t.component = 'interest' AND %(paid)s), 0) AS interest_days,
                   COALESCE(SUM(t.amount) FILTER (
                       WHERE t.component = 'penalty' AND t.kind = 'late_charge'), 0)
                       AS penalty_charged,
                   COALESCE(SUM(t.amount) FILTER (
                       WHERE t.component = 'compound' AND t.kind = 'late_charge'), 0)
                       AS compound_charged,
                   COALESCE(SUM(t.amount) FILTER (
                       WHERE t.component = 'fee' AND t.kind = 'late_charge'), 0)
                       AS fee_charged
              FROM carloan_loan l
              JOIN res_currency c ON c.id = l.currency_id
              JOIN carloan_instalment i ON i.loan_id = l.id
              LEFT JOIN carloan_transaction_line t ON t.instalment_id = i.id
             WHERE %(where)s AND l.first_unpaid_due_date < %(as_of)s
               AND i.superseded_id IS NULL AND i.paid_date IS NULL AND i.due_date < %(as_of)s
               AND i.due_date + COALESCE(l.grace_days, 0) < %(as_of)s
             GROUP BY i.id, l.id, c.id
            """,
            as_of=as_of, unused=unused, where=where, terms=get_late_columns(),
            paid=SQL(
                "NOT t.kind = ANY(%s) AND t.value_date < %s", list(CHARGE_KINDS), as_of))

    @api.model
    def _get_accruals_query(self, as_of, where):
        """(loan_id, component, amount) of all that grows by the day and is not in the ledger. The
        fixed fee of a late instalment does not: it is earned when it is posted."""
        return SQL(
            """
            SELECT loan_id, 'interest' AS component, interest AS amount FROM (%(interest)s) i
            UNION ALL
            SELECT late.loan_id, part.component, part.amount FROM (%(late)s) late
             CROSS JOIN LATERAL (VALUES
                   ('penalty', late.penalty), ('compound', late.compound)
                   ) AS part (component, amount)
            """,
            interest=self._get_accrued_interest_query(as_of, where),
            late=self._get_late_charge_query(as_of, where))
