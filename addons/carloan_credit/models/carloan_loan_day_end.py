from odoo import api, models
from odoo.tools import SQL

from .carloan_day_end_step import StepFigures

# Days overdue that nobody reaches: the end of the last band.
_ENDLESS = 100_000


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
        return [
            (10, 'due'), (20, 'overpayment'), (30, 'penalty'), (40, 'class'), (45, 'accrual'),
            (50, 'bucket'), (65, 'snapshot'), (70, 'warnings'), (95, 'next_due')]

    @api.model
    def _get_day_end_step_labels(self):
        """{name: what people call the step}; overriders extend the dict of `super()`."""
        return {
            'due': self.env._("Instalments fall due"),
            'overpayment': self.env._("Use of overpayments"),
            'penalty': self.env._("Late charges at month end"),
            'class': self.env._("Risk classes"),
            'accrual': self.env._("Stop and resume of accrual"),
            'bucket': self.env._("Overdue bands"),
            'snapshot': self.env._("Accrued interest at month end"),
            'warnings': self.env._("Warnings"),
            'next_due': self.env._("Next due dates"),
        }

    # === STEPS === #

    @api.model
    def _step_due(self, day_end):
        """Post the interest of instalments that fall due."""
        loans = self._find_step_loans('due', day_end, self._get_fallen_due_query(day_end))
        return self._run_charges(day_end, loans, '_post_dues_at_close')

    @api.model
    def _step_overpayment(self, day_end):
        """Pay what is due with what we hold of the borrower."""
        loans = self._find_step_loans('overpayment', day_end, SQL(
            "SELECT id FROM carloan_loan WHERE overpayment_amount > 0 "
            "AND first_unpaid_due_date <= %s", day_end.date))
        return day_end._run_isolated(
            loans, lambda batch: batch._use_overpayments(day_end.date))

    @api.model
    def _step_penalty(self, day_end):
        """Post late charges at a month end, where the terms of the loan say so."""
        if not day_end._get_month_ends():
            return 0
        loans = self._find_step_loans('penalty', day_end, SQL(
            "SELECT id FROM carloan_loan WHERE penalty_capitalisation = 'month_end' "
            "AND first_unpaid_due_date < %s", day_end.date))
        return self._run_charges(day_end, loans, '_post_late_charges_at_close')

    @api.model
    def _step_class(self, day_end):
        """Move the class of loans whose days overdue crossed a threshold, or went back."""
        loans = self._find_step_loans('class', day_end, self._get_class_mismatch_query(
            day_end.date))
        changes = self.env.execute_query(
            self._get_class_change_query(day_end.date, loans.ids))
        return day_end._run_isolated(
            self.browse([row[0] for row in changes]),
            lambda batch: batch._set_system_class(day_end.date))

    @api.model
    def _step_accrual(self, day_end):
        """Loans too long overdue stop to bear interest in the books, cured ones start again."""
        self.env.flush_all()
        rows = self.env.execute_query(self._get_step_loans_query(
            day_end.company_id,
            self._get_accrual_change_query(day_end.company_id, day_end.date)))
        return day_end._run_isolated(
            self.browse([row[0] for row in rows]).sudo(),
            lambda batch: batch._switch_accrual(day_end.date))

    @api.model
    def _step_bucket(self, day_end):
        """Tell who listens which loans came into a band of days overdue since the last close."""
        bounds = [bound for bound in self.env['carloan.bucket']._get_bounds() if bound[1]]
        loans = self._find_step_loans('bucket', day_end, SQL(
            """
            SELECT l.id FROM unnest(%s::int[], %s::int[]) AS b (first, stop)
              JOIN carloan_loan l ON l.first_unpaid_due_date > %s::date - b.first
               AND l.first_unpaid_due_date <= %s::date - b.first
               AND l.first_unpaid_due_date > %s::date - b.stop
            """,
            [start for _code, start, _end in bounds],
            [end or _ENDLESS for _code, _start, end in bounds],
            day_end._get_last_done_date(), day_end.date, day_end.date))
        loans.fetch(['first_unpaid_due_date', 'company_id'])
        return sum(
            day_end._run_isolated(
                band, lambda batch, code=code: batch._on_bucket_reached(code, day_end.date))
            for code, band in loans.grouped('bucket').items())

    @api.model
    def _step_snapshot(self, day_end):
        """Record for the books what was earned by a month end and is not in the ledger."""
        figures = [
            self.env['carloan.accrual.snapshot'].sudo()._record(day_end.company_id, date)
            for date in day_end._get_month_ends()]
        return StepFigures(
            sum(rows for rows, _amount in figures), sum(amount for _rows, amount in figures))

    @api.model
    def _step_warnings(self, day_end):
        return self._raise_warnings(day_end)

    @api.model
    def _step_next_due(self, day_end):
        """Move the next due date on where it was the day that closes.

        It is found by the open instalment that it is the date of.
        """
        loans = self._find_step_loans('next_due', day_end, SQL(
            "SELECT d.id FROM carloan_loan d WHERE d.next_due_date <= %s AND d.id IN (%s)",
            day_end.date, self._get_fallen_due_query(day_end)))
        return day_end._run_isolated(
            loans, lambda batch: batch._refresh_balances(day_end.date))

    # === HOOKS === #

    def _on_bucket_reached(self, code, date):
        """Called by the day end on the loans whose days overdue reached the first day of a band
        since the last close: days went by, nothing was paid. Overriders call `super()` first and
        write for all loans at once; raising lists the loan as a failure of the run.

        :param code: of the `carloan.bucket`
        :param date: the closing day
        """

    @api.model
    def _raise_warnings(self, day_end):
        """Called by the day end when dues, classes and accrual of the day stand, once for the
        company. Overriders look at the whole book by sets, never loan by loan, do not warn twice
        when called again, and return how many warnings they raised on top of `super()`.
        """
        return 0

    # === HELPERS === #

    @api.model
    def _run_charges(self, day_end, loans, method):
        """Let a method post charges on loans, and sum up what it posted."""
        posted = []
        touched = day_end._run_isolated(
            loans, lambda batch: posted.extend(getattr(batch, method)(day_end).ids))
        amount = self.env.execute_query(SQL(
            "SELECT SUM(amount) FROM carloan_transaction_line WHERE transaction_id = ANY(%s)",
            posted))[0][0]
        return StepFigures(touched, amount or 0)

    @api.model
    def _get_fallen_due_query(self, day_end):
        """(loan_id) of the open instalments that fell due since the last close."""
        return SQL(
            """
            SELECT i.loan_id FROM carloan_instalment i
             WHERE i.paid_date IS NULL AND i.superseded_id IS NULL
               AND i.due_date > %s AND i.due_date <= %s
            """, day_end._get_last_done_date(), day_end.date)

    @api.model
    def _find_step_loans(self, step, day_end, query):
        """The active loans of the company that a query gives, and those that failed before."""
        self.env.flush_all()
        rows = self.env.execute_query(self._get_step_loans_query(day_end.company_id, SQL(
            """
            %(query)s
            UNION ALL
            SELECT f.loan_id FROM carloan_day_end_failure f
              JOIN carloan_day_end d ON d.id = f.day_end_id
             WHERE d.company_id = %(company)s AND f.step = %(step)s AND NOT f.resolved
            """, company=day_end.company_id.id, query=query, step=step)))
        return self.browse([row[0] for row in rows]).sudo()

    @api.model
    def _get_step_loans_query(self, company, query):
        return SQL(
            """
            SELECT l.id FROM carloan_loan l
             WHERE l.company_id = %s AND l.state = 'active' AND l.id IN (%s) ORDER BY l.id
            """, company.id, query)
