from odoo import api, fields, models
from odoo.tools import SQL

_CLASS = {
    'loan_id': 'int4', 'date': 'date', 'tier_id': 'int4', 'days_overdue': 'int4',
    'source': 'text', 'reason': 'text', 'user_id': 'int4', 'booking_date': 'date',
}


class CarloanLoan(models.Model):
    """The class that follows from the days overdue, as a dated history.

    The system moves a loan down as its days overdue cross a threshold, and up again only when
    it was the system that had moved it down: what a review decided, a review lifts.
    """
    _inherit = 'carloan.loan'

    def _set_system_class(self, date):
        """Bring the class of these loans in line with their days overdue on a date.

        :return: the loans whose class changed
        """
        if not self:
            return self
        self.env.flush_all()
        rows = self.env.execute_query(self._get_class_change_query(date, self.ids))
        self._write_classes([
            (loan_id, date, tier_id, days, 'system', None, self.env.uid)
            for loan_id, tier_id, days in rows])
        return self.browse([row[0] for row in rows])

    def _set_reviewed_class(self, tier, date, reason):
        """Record the class that a review decided on; the caller has checked who may do it."""
        self.env.flush_all()
        self._write_classes([
            (loan.id, date, tier.id, loan.days_overdue, 'review', reason, self.env.uid)
            for loan in self])

    @api.model
    def _write_classes(self, rows):
        """Append to the history; the last row of a loan is its class."""
        if not rows:
            return
        booking_dates = {
            loan.id: loan.company_id._get_business_date()
            for loan in self.browse([row[0] for row in rows]).sudo()}
        self.env['carloan.transaction']._insert_rows('carloan_loan_class', _CLASS, [
            (*row, booking_dates[row[0]]) for row in rows])
        self.env.cr.execute(SQL(
            "UPDATE carloan_loan l SET class_tier_id = c.tier_id "
            "FROM unnest(%s::int[], %s::int[]) AS c (loan_id, tier_id) "
            "WHERE l.id = c.loan_id AND l.id = ANY(%s)",
            [row[0] for row in rows], [row[2] for row in rows], [row[0] for row in rows]))
        self.env.invalidate_all(flush=False)

    @api.model
    def _get_class_mismatch_query(self, date):
        """(id) of active loans that are not in the class of their days overdue, each class a
        range of dates in one index: a day, a payment or a new tier may have brought it about."""
        tiers = self.env['carloan.class.tier']
        valid = tiers._get_valid(date)
        bounds = {
            tier.id: (tier.dpd_over, worse.dpd_over if worse else None)
            for tier, worse in zip(valid, [*valid[1:], None], strict=True)}
        conditions = [SQL("class_tier_id IS NULL")]
        for tier_id in tiers._get_all_ids():
            best, worst = bounds.get(tier_id, (None, None))
            if tier_id not in bounds:
                conditions.append(SQL("class_tier_id = %s", tier_id))
            if worst is not None:
                conditions.append(SQL(
                    "class_tier_id = %s AND first_unpaid_due_date < %s::date - %s",
                    tier_id, date, worst))
            if best is not None and best >= 0:
                conditions.append(SQL(
                    "class_tier_id = %s AND (first_unpaid_due_date >= %s::date - %s "
                    "OR first_unpaid_due_date IS NULL)", tier_id, date, best))
        return SQL(" UNION ALL ").join(
            SQL("SELECT id FROM carloan_loan WHERE state = 'active' "
                "AND non_accrual IN (FALSE, TRUE) AND %s", condition)
            for condition in conditions)

    @api.model
    def _get_class_change_query(self, date, loan_ids):
        """(loan, new tier, days overdue) of those loans that are not in the class of their days."""
        tiers = self.env['carloan.class.tier']._get_valid(date)
        return SQL(
            """
            SELECT l.id, t.id, l.days FROM (
                   SELECT id, class_tier_id, GREATEST(COALESCE(
                              %(date)s::date - first_unpaid_due_date, 0), 0) AS days
                     FROM carloan_loan WHERE id = ANY(%(loans)s) AND state = 'active') l
              CROSS JOIN LATERAL (
                   SELECT id, dpd_over FROM carloan_class_tier
                    WHERE id = ANY(%(tiers)s) AND dpd_over < l.days
                    ORDER BY dpd_over DESC LIMIT 1) t
              LEFT JOIN carloan_class_tier old ON old.id = l.class_tier_id
             WHERE l.class_tier_id IS DISTINCT FROM t.id
               AND (old.id IS NULL OR t.dpd_over > old.dpd_over OR COALESCE((
                    SELECT c.source FROM carloan_loan_class c WHERE c.loan_id = l.id
                     ORDER BY c.date DESC, c.id DESC LIMIT 1), 'system') = 'system')
             ORDER BY l.id
            """, date=fields.Date.to_date(date), loans=list(loan_ids), tiers=tiers.ids)
