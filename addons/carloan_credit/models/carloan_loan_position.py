from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..const import DEBT_COMPONENTS, POSITION_AMOUNTS, POSITION_DATES

_READ_ONLY = {'readonly': True, 'copy': False}


class CarloanLoan(models.Model):
    """Where the loan stands. Stored so that a million loans list fast, but only ever recomputed
    from the ledger and the schedule, never counted up or down."""
    _inherit = 'carloan.loan'

    principal_outstanding = fields.Monetary("Outstanding Principal", **_READ_ONLY)
    interest_outstanding = fields.Monetary(
        "Unpaid Interest", help="Interest that has fallen due and is not paid.", **_READ_ONLY)
    penalty_outstanding = fields.Monetary(
        "Unpaid Penalty Interest", help="Penalty interest posted so far and not paid.",
        **_READ_ONLY)
    compound_outstanding = fields.Monetary(
        "Unpaid Compound Interest", help="Interest on unpaid interest, posted and not paid.",
        **_READ_ONLY)
    fee_outstanding = fields.Monetary("Unpaid Fees", **_READ_ONLY)
    overpayment_amount = fields.Monetary(
        "Overpayment", help="Money of the borrower that we hold; used when the next instalment "
                            "falls due.", **_READ_ONLY)
    first_unpaid_due_date = fields.Date(
        help="Due date of the oldest instalment that is not fully paid; days overdue count "
             "from it.", **_READ_ONLY)
    next_due_date = fields.Date(
        help="Due date of the next unpaid instalment that has not fallen due yet.",
        **_READ_ONLY)

    # The only index that the day end needs. Balances and the next due date have none, so that a
    # loan whose interest falls due is written without touching any index (see `init`).
    _first_unpaid_idx = models.Index('(first_unpaid_due_date, id)')
    _overpaid_idx = models.Index('(first_unpaid_due_date) WHERE overpayment_amount > 0')

    def init(self):
        """Leave room on each page for a second version of all its rows: loans of one day lie
        together and fall due together. A row that stays on its page costs 15 us, not 100."""
        super().init()
        self.env.cr.execute("ALTER TABLE carloan_loan SET (fillfactor = 50)")

    def _lock_for_posting(self):
        """Hold the loans, waiting for whoever has them; in id order, so that nobody deadlocks."""
        if not self:
            return
        self.env.cr.execute(SQL(
            "SELECT id FROM carloan_loan WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            self.ids))

    def _mark_changed(self):
        """Let whoever waits for these locked loans read them anew. A waiting transaction goes on
        with what it saw before if the row it waited for did not change, and a change of terms need
        not change a balance."""
        self.env.cr.execute(SQL(
            "UPDATE carloan_loan SET write_date = %s WHERE id = ANY(%s)",
            fields.Datetime.now(), self.ids))

    def _refresh_position(self, closed_date=None):
        """Recompute paid instalments and positions of these loans from the ledger.

        :param closed_date: last day that counts as past; default the day before the business date
        """
        if not self:
            return
        self._refresh_paid_dates()
        self._refresh_balances(closed_date)

    def _refresh_paid_dates(self):
        """Which instalments are paid, and since when."""
        self.env.flush_all()
        self.env.cr.execute(SQL(
            """
            UPDATE carloan_instalment i SET paid_date = p.paid_date
              FROM (%s) p WHERE p.id = i.id AND p.paid_date IS DISTINCT FROM i.paid_date
            """, self._get_paid_date_query()))
        self.env.invalidate_all(flush=False)

    def _refresh_balances(self, closed_date=None):
        """Balances and dates of these loans; enough where nothing was paid or rescheduled."""
        self.env.flush_all()
        names = [*POSITION_AMOUNTS, *POSITION_DATES]
        columns = [SQL.identifier(name) for name in names]
        self.env.cr.execute(SQL(
            "UPDATE carloan_loan l SET %s FROM (%s) p WHERE p.loan_id = l.id AND l.id = ANY(%s) "
            "AND (%s) IS DISTINCT FROM (%s)",
            SQL(", ").join(SQL("%s = p.%s", column, column) for column in columns),
            self._get_position_query(closed_date), self.ids,
            SQL(", ").join(SQL("l.%s", column) for column in columns),
            SQL(", ").join(SQL("p.%s", column) for column in columns),
        ))
        self.env.invalidate_all(flush=False)

    def _check_integrity(self):
        """Compare what is stored on these loans with the ledger.

        :return: list of dicts (loan_id, field, stored, ledger), empty when all is well
        """
        if not self:
            return []
        self.env.flush_all()
        return self._get_position_differences() + self._get_paid_date_differences()

    def _get_position_differences(self):
        names = [*POSITION_AMOUNTS, *POSITION_DATES]
        rows = self.env.execute_query_dict(SQL(
            "SELECT l.id AS loan_id, %s, %s FROM carloan_loan l JOIN (%s) p ON p.loan_id = l.id "
            "ORDER BY l.id",
            SQL(", ").join(
                SQL("l.%s AS %s", SQL.identifier(name), SQL.identifier(f'stored_{name}'))
                for name in names),
            SQL(", ").join(
                SQL("p.%s AS %s", SQL.identifier(name), SQL.identifier(f'ledger_{name}'))
                for name in names),
            self._get_position_query()))
        return [
            {'loan_id': row['loan_id'], 'field': name,
             'stored': row[f'stored_{name}'], 'ledger': row[f'ledger_{name}']}
            for row in rows for name in names
            if (row[f'stored_{name}'] or 0) != (row[f'ledger_{name}'] or 0)
        ]

    def _get_paid_date_differences(self):
        rows = self.env.execute_query(SQL(
            "SELECT i.loan_id, i.paid_date, p.paid_date FROM carloan_instalment i "
            "JOIN (%s) p ON p.id = i.id WHERE p.paid_date IS DISTINCT FROM i.paid_date",
            self._get_paid_date_query()))
        return [
            {'loan_id': loan_id, 'field': 'paid_date', 'stored': stored, 'ledger': ledger}
            for loan_id, stored, ledger in rows]

    def _check_balances(self):
        """Refuse balances that make no sense: someone paid more than was owed."""
        rows = self.env.execute_query(SQL(
            """
            SELECT loan_id, component, SUM(amount) FROM carloan_transaction_line
             WHERE loan_id = ANY(%(loans)s) GROUP BY loan_id, component
            HAVING SUM(amount) * CASE WHEN component = 'overpayment' THEN -1 ELSE 1 END < 0
            UNION ALL
            SELECT l.loan_id, l.component, SUM(l.amount) FROM carloan_transaction_line l
              JOIN carloan_instalment i ON i.id = l.instalment_id
             WHERE l.loan_id = ANY(%(loans)s)
             GROUP BY l.loan_id, i.id, l.component
            HAVING SUM(l.amount) + CASE WHEN l.component = 'principal'
                   THEN i.principal_amount ELSE 0 END < 0
                OR (l.component = 'interest' AND SUM(l.amount) > i.interest_amount)
            """, loans=self.ids))
        if rows:
            labels = dict(self.env['carloan.transaction.line']._fields['component']
                          ._description_selection(self.env))
            raise ValidationError("\n".join(self.env._(
                "%(loan)s: this would leave a balance of %(amount)s for %(component)s. Nobody "
                "can pay more than is owed, and nothing falls due twice.",
                loan=self.browse(loan_id).name, amount=f"{amount:.2f}",
                component=labels[component]) for loan_id, component, amount in rows))

    # === QUERIES === #

    def _get_paid_date_query(self):
        """(id, paid_date) of each instalment of these loans.

        Payments are netted by day, so that a reversed one leaves no trace.
        """
        return SQL(
            """
            SELECT i.id, CASE WHEN i.principal_amount + i.interest_amount
                       + COALESCE(SUM(d.amount), 0) = 0
                   THEN COALESCE(MAX(d.value_date) FILTER (WHERE d.amount <> 0), i.due_date)
                   END AS paid_date
              FROM carloan_instalment i
              LEFT JOIN (
                   SELECT instalment_id, value_date, SUM(amount) AS amount
                     FROM carloan_transaction_line
                    WHERE loan_id = ANY(%(loans)s) AND instalment_id IS NOT NULL
                      AND component IN ('principal', 'interest') AND kind <> 'due'
                    GROUP BY instalment_id, value_date) d ON d.instalment_id = i.id
             WHERE i.loan_id = ANY(%(loans)s)
             GROUP BY i.id
            """, loans=self.ids)

    def _get_position_query(self, closed_date=None):
        """(loan_id, balances, dates) of each of these loans, from ledger and schedule."""
        balances = [
            SQL("COALESCE(SUM(amount) FILTER (WHERE component = %s), 0) AS %s",
                component, SQL.identifier(f'{component}_outstanding'))
            for component in DEBT_COMPONENTS]
        return SQL(
            """
            SELECT l.id AS loan_id, b.*, d.first_unpaid_due_date, d.next_due_date
              FROM carloan_loan l
              JOIN res_company c ON c.id = l.company_id
              CROSS JOIN LATERAL (
                   SELECT %(balances)s,
                          COALESCE(-SUM(amount) FILTER (WHERE component = 'overpayment'), 0)
                          AS overpayment_amount
                     FROM carloan_transaction_line WHERE loan_id = l.id) b
              CROSS JOIN LATERAL (
                   SELECT (%(open)s ORDER BY due_date LIMIT 1) AS first_unpaid_due_date,
                          (%(open)s AND due_date > COALESCE(
                              %(closed)s::date, c.carloan_business_date - 1)
                            ORDER BY due_date LIMIT 1) AS next_due_date) d
             WHERE l.id = ANY(%(loans)s)
            """,
            balances=SQL(", ").join(balances), closed=closed_date or None, loans=self.ids,
            open=SQL("SELECT due_date FROM carloan_instalment WHERE loan_id = l.id "
                     "AND paid_date IS NULL AND superseded_id IS NULL"))
