from odoo import models
from odoo.tools import SQL


class CarloanLoan(models.Model):
    """What a closing day charges to many loans at once: the same rows that a payment on that day
    would make one by one."""
    _inherit = 'carloan.loan'

    def _post_dues_at_close(self, day_end):
        """Post the interest of the instalments of these loans that fell due and is missing."""
        return self._post_charges_at_close(day_end, 'due', SQL(
            """
            SELECT d.loan_id, d.due_date AS value_date, d.id AS part, d.id AS instalment_id,
                   'interest' AS component, d.missing AS amount
              FROM (SELECT i.id, i.loan_id, i.due_date, i.interest_amount - COALESCE((
                               SELECT SUM(t.amount) FROM carloan_transaction_line t
                                WHERE t.instalment_id = i.id AND t.kind = 'due'
                                  AND t.component = 'interest'), 0) AS missing
                      FROM carloan_instalment i
                     WHERE i.loan_id = ANY(%s) AND i.due_date <= %s
                       AND i.paid_date IS NULL AND i.superseded_id IS NULL) d
             WHERE d.missing > 0
            """, self.ids, day_end.date))

    def _post_late_charges_at_close(self, day_end):
        """Post what grew on the overdue instalments of these loans."""
        late = self._get_late_charge_query(
            day_end.date, SQL("l.id = ANY(%s)", self.ids))
        return self._post_charges_at_close(day_end, 'late_charge', SQL(
            """
            SELECT late.loan_id, %s::date AS value_date, 0 AS part, late.instalment_id,
                   charge.component, charge.amount
              FROM (%s) late CROSS JOIN LATERAL (VALUES
                   ('penalty', late.penalty), ('compound', late.compound), ('fee', late.fee)
                   ) AS charge (component, amount)
             WHERE charge.amount > 0
            """, day_end.date, late))

    def _post_charges_at_close(self, day_end, kind, source):
        loans = self.sudo()
        loans._lock_for_posting()
        return self.env['carloan.transaction']._post_charges(
            day_end.company_id, kind, loans, source, day_end.date)
