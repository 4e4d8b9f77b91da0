from odoo import api, models
from odoo.tools import SQL


class CarloanLoan(models.Model):
    """The steps that close a business day. Each finds the loans that something happens to on
    that day; all others are not even read."""
    _inherit = 'carloan.loan'

    @api.model
    def _day_end_steps(self):
        """The steps of the day end: a list of (sequence, name).

        For each name there is a method `_step_<name>(day_end)`, called once on the model. It
        may be called again after a failure, so it only does what is not done yet, and returns
        the number of records it touched. It runs acts on loans through
        `day_end._run_isolated(loans, method)`, so that one bad loan stops nobody else.

        Overriders extend the list of `super()`; they name their step in
        `_get_day_end_step_labels`.
        """
        return [(10, 'due'), (20, 'overpayment'), (40, 'class'), (95, 'next_due')]

    @api.model
    def _get_day_end_step_labels(self):
        """{name: what people call the step}; overriders extend the dict of `super()`."""
        return {
            'due': self.env._("Instalments fall due"),
            'overpayment': self.env._("Use of overpayments"),
            'class': self.env._("Risk classes"),
            'next_due': self.env._("Next due dates"),
        }

    # === STEPS === #

    @api.model
    def _step_due(self, day_end):
        """Post the interest of instalments that fall due."""
        loans = self._find_step_loans('due', day_end, SQL(
            """
            SELECT DISTINCT i.loan_id AS id FROM carloan_instalment i
             WHERE i.paid_date IS NULL AND i.superseded_id IS NULL
               AND i.due_date > %s AND i.due_date <= %s
            """, day_end._get_last_done_date(), day_end.date))
        return day_end._run_isolated(
            loans, lambda batch: batch._post_dues(dict.fromkeys(batch, day_end.date)))

    @api.model
    def _step_overpayment(self, day_end):
        """Pay what is due with what we hold of the borrower."""
        loans = self._find_step_loans('overpayment', day_end, SQL(
            "SELECT id FROM carloan_loan WHERE overpayment_amount > 0 "
            "AND first_unpaid_due_date <= %s", day_end.date))
        return day_end._run_isolated(
            loans, lambda batch: batch._use_overpayments(day_end.date))

    @api.model
    def _step_class(self, day_end):
        """Move the class of loans whose days overdue crossed a threshold, or went back."""
        tiers = self.env['carloan.class.tier']._get_valid(day_end.date)
        loans = self._find_step_loans('class', day_end, SQL(
            """
            SELECT l.id FROM carloan_loan l
             WHERE (l.first_unpaid_due_date < %s
                    OR l.class_tier_id IS DISTINCT FROM %s)
            """, day_end.date, tiers[:1].id))
        changes = self.env.execute_query(
            self._get_class_change_query(day_end.date, loans.ids))
        return day_end._run_isolated(
            self.browse([row[0] for row in changes]),
            lambda batch: batch._set_system_class(day_end.date))

    @api.model
    def _step_next_due(self, day_end):
        """Move the next due date on where it was the day that closes."""
        loans = self._find_step_loans('next_due', day_end, SQL(
            "SELECT id FROM carloan_loan WHERE next_due_date <= %s", day_end.date))
        return day_end._run_isolated(
            loans, lambda batch: batch._refresh_position(closed_date=day_end.date))

    # === HELPERS === #

    @api.model
    def _find_step_loans(self, step, day_end, query):
        """The active loans of the company that a query gives, and those that failed before."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """
            SELECT l.id FROM carloan_loan l
             WHERE l.company_id = %(company)s AND l.state = 'active' AND l.id IN (
                   %(query)s
                   UNION SELECT f.loan_id FROM carloan_day_end_failure f
                     JOIN carloan_day_end d ON d.id = f.day_end_id
                    WHERE d.company_id = %(company)s AND f.step = %(step)s AND NOT f.resolved)
             ORDER BY l.id
            """, company=day_end.company_id.id, query=query, step=step))
        return self.browse([row[0] for row in rows]).sudo()
