from odoo import api, fields, models
from odoo.tools import SQL


class CarloanTransaction(models.Model):
    """The set-based form of `_post`, for charges that fall on many loans at once."""
    _inherit = 'carloan.transaction'

    @api.model
    def _post_charges(self, company, kind, loans, source, closed_date):
        """Post the rows of a query as charges and bring the positions of the loans up to date.

        Gives the rows that `_post` would give. A charge pays nothing, so no instalment becomes
        paid and no balance can turn negative.

        :param source: SQL of (loan_id, value_date, part, instalment_id, component, amount) on
                       these locked loans; rows of one (loan_id, value_date, part) are one
                       transaction, and amounts are above zero
        :param closed_date: see `_refresh_position`
        :return: the transactions
        """
        self.env.flush_all()
        rows = self.env.execute_query(self._get_charges_insert(company, kind, loans, source))
        transactions = self.browse([row[0] for row in rows])
        if transactions:
            loans._refresh_balances(closed_date)
            transactions.sudo()._on_posted()
        return transactions

    @api.model
    def _get_charges_insert(self, company, kind, loans, source):
        return SQL(
            """
            WITH source AS MATERIALIZED (%(source)s),
            header AS MATERIALIZED (
                SELECT nextval('carloan_transaction_id_seq')::int4 AS id, h.*
                  FROM (SELECT DISTINCT loan_id, value_date, part FROM source
                         ORDER BY loan_id, value_date, part) h),
            headers AS (
                INSERT INTO carloan_transaction (
                    id, loan_id, company_id, kind, value_date, booking_date, recorded_at,
                    user_id, event_id, non_accrual)
                SELECT h.id, h.loan_id, %(company)s, %(kind)s, h.value_date, %(booking)s,
                       %(now)s, %(user)s, MAX(h.id) OVER (PARTITION BY h.loan_id),
                       l.non_accrual
                  FROM header h JOIN carloan_loan l
                    ON l.id = h.loan_id AND l.id = ANY(%(loans)s)
                 ORDER BY h.id),
            lines AS (
                INSERT INTO carloan_transaction_line (
                    transaction_id, loan_id, kind, value_date, booking_date, component,
                    instalment_id, amount)
                SELECT h.id, h.loan_id, %(kind)s, h.value_date, %(booking)s, s.component,
                       s.instalment_id, s.amount
                  FROM source s JOIN header h USING (loan_id, value_date, part)
                 ORDER BY h.id, s.instalment_id, s.component DESC)
            SELECT id FROM header
            """,
            source=source, loans=loans.ids, company=company.id, kind=kind, user=self.env.uid,
            booking=company._get_business_date(), now=fields.Datetime.now())
