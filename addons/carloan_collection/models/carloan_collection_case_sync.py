import heapq

from odoo import api, models
from odoo.tools import SQL


class CarloanCollectionCase(models.Model):
    """Cases follow the positions of the loans: a few statements, however many debtors."""
    _inherit = 'carloan.collection.case'

    @api.model
    def _sync(self, company, as_of, partners=None):
        """Open, bring up to date and close the cases of one company, as of the morning of a day.

        Says the same however often it runs. `partners` limits it to some debtors.

        :return: the number of cases opened, changed or closed
        """
        self.env.flush_all()
        changed = self._upsert_cases(company, as_of, partners)
        self._link_loans(company, as_of, partners)
        changed += self._close_cured(company, as_of, partners)
        self._add_tasks(company, as_of, partners)
        self.env.invalidate_all(flush=False)
        self._assign_collectors(company)
        return changed

    @api.model
    def _upsert_cases(self, company, as_of, partners):
        self.env.cr.execute(SQL(
            """
            INSERT INTO carloan_collection_case AS c (
                   company_id, currency_id, partner_id, department_id, state, opened_date,
                   oldest_due_date, overdue_amount,
                   create_uid, write_uid, create_date, write_date)
            SELECT %(company)s, %(currency)s, o.partner_id,
                   (array_agg(o.department_id ORDER BY o.first_unpaid_due_date, o.id))[1],
                   'open', %(as_of)s, MIN(o.first_unpaid_due_date), SUM(o.amount),
                   %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM (%(overdue)s) o
             GROUP BY o.partner_id
            ON CONFLICT (partner_id, company_id) WHERE state = 'open' DO UPDATE
               SET oldest_due_date = EXCLUDED.oldest_due_date,
                   overdue_amount = EXCLUDED.overdue_amount,
                   write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
             WHERE (c.oldest_due_date, c.overdue_amount)
                   IS DISTINCT FROM (EXCLUDED.oldest_due_date, EXCLUDED.overdue_amount)
            """,
            company=company.id, currency=company.currency_id.id, as_of=as_of, uid=self.env.uid,
            overdue=self._get_overdue_query(company, as_of, partners)))
        return self.env.cr.rowcount

    @api.model
    def _link_loans(self, company, as_of, partners):
        self.env.cr.execute(SQL(
            """
            INSERT INTO carloan_collection_case_loan_rel (case_id, loan_id)
            SELECT c.id, l.id FROM carloan_collection_case c
              JOIN carloan_loan l ON l.partner_id = c.partner_id AND l.company_id = c.company_id
             WHERE c.state = 'open' AND c.company_id = %s AND %s AND %s
            ON CONFLICT DO NOTHING
            """, company.id, self._is_overdue(as_of), self._is_of(partners, SQL("c"))))

    @api.model
    def _close_cured(self, company, as_of, partners):
        self.env.cr.execute(SQL(
            """
            WITH cured AS (
                UPDATE carloan_collection_case c
                   SET state = 'closed', closed_date = %(as_of)s, overdue_amount = 0,
                       write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                 WHERE c.state = 'open' AND c.company_id = %(company)s AND %(partners)s
                   AND NOT EXISTS (
                       SELECT FROM carloan_loan l WHERE l.partner_id = c.partner_id
                          AND l.company_id = c.company_id AND %(is_overdue)s)
             RETURNING id
            ), dropped AS (
                UPDATE carloan_collection_task t SET state = 'cancelled'
                  FROM cured WHERE t.case_id = cured.id AND t.state = 'todo'
            )
            SELECT COUNT(*) FROM cured
            """, company=company.id, as_of=as_of, uid=self.env.uid,
            partners=self._is_of(partners, SQL("c")), is_overdue=self._is_overdue(as_of)))
        return self.env.cr.fetchone()[0]

    @api.model
    def _add_tasks(self, company, as_of, partners):
        """The tasks of the highest stage that each debtor has reached."""
        self.env.cr.execute(SQL(
            """
            INSERT INTO carloan_collection_task (
                   case_id, strategy_id, company_id, channel, due_date, state,
                   create_uid, write_uid, create_date, write_date)
            SELECT r.case_id, r.strategy_id, %(company)s, r.channel, r.due_date, 'todo',
                   %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM (SELECT c.id AS case_id, s.id AS strategy_id, s.channel,
                           %(as_of)s::date + s.due_days AS due_date,
                           rank() OVER (PARTITION BY c.id ORDER BY s.dpd_from DESC) AS stage
                      FROM carloan_collection_case c
                      JOIN carloan_collection_strategy s
                        ON s.active AND (s.company_id IS NULL OR s.company_id = c.company_id)
                       AND s.dpd_from <= %(as_of)s::date - c.oldest_due_date
                       AND COALESCE(s.amount_from, 0) <= c.overdue_amount
                     WHERE c.state = 'open' AND c.company_id = %(company)s AND %(partners)s) r
             WHERE r.stage = 1
            ON CONFLICT DO NOTHING
            """, company=company.id, as_of=as_of, uid=self.env.uid,
            partners=self._is_of(partners, SQL("c"))))

    @api.model
    def _assign_collectors(self, company):
        """Each case without a collector goes to the one with the fewest open cases."""
        waiting = self.sudo().search(
            [('company_id', '=', company.id), ('state', '=', 'open'), ('user_id', '=', False)],
            order='id')
        collectors = waiting and self._get_collectors(company)
        if not collectors:
            return
        load = dict(self.sudo()._read_group(
            [('user_id', 'in', collectors.ids), ('state', '=', 'open')],
            ['user_id'], ['__count']))
        queue = [(load.get(user, 0), user.id) for user in collectors]
        heapq.heapify(queue)
        chosen = []
        for _case in waiting:
            count, user_id = queue[0]
            heapq.heapreplace(queue, (count + 1, user_id))
            chosen.append(user_id)
        self.env.cr.execute(SQL(
            "UPDATE carloan_collection_case c SET user_id = v.user_id "
            "FROM unnest(%s::int[], %s::int[]) AS v (id, user_id) WHERE c.id = v.id",
            waiting.ids, chosen))
        waiting.invalidate_recordset(['user_id'])

    @api.model
    def _get_collectors(self, company):
        """Who cases of the company are dealt out to."""
        group = self.env.ref('carloan_base.carloan_base_group_collector')
        return self.env['res.users'].sudo().search(
            [('all_group_ids', 'in', group.id), ('company_ids', 'in', company.id)], order='id')

    @api.model
    def _is_overdue(self, as_of):
        """SQL: the loan `l` has an unpaid instalment that fell due before the day."""
        return SQL("l.state = 'active' AND l.first_unpaid_due_date < %s", as_of)

    @api.model
    def _is_of(self, partners, alias):
        """SQL: the debtor of the row is one of these, or anybody."""
        if partners is None:
            return SQL("TRUE")
        return SQL("%s.partner_id = ANY(%s)", alias, partners.ids)

    @api.model
    def _get_overdue_query(self, company, as_of, partners):
        """(loan, debtor, department, unpaid since, principal and interest past due)."""
        return SQL(
            """
            SELECT l.id, l.partner_id, l.department_id, l.first_unpaid_due_date,
                   d.amount - d.paid AS amount
              FROM carloan_loan l
              CROSS JOIN LATERAL (
                   SELECT SUM(i.principal_amount + i.interest_amount) AS amount,
                          SUM(p.paid) AS paid
                     FROM carloan_instalment i
                     CROSS JOIN LATERAL (
                          SELECT COALESCE(-SUM(t.amount), 0) AS paid
                            FROM carloan_transaction_line t
                           WHERE t.instalment_id = i.id AND t.kind <> 'due'
                             AND t.component IN ('principal', 'interest')) p
                    WHERE i.loan_id = l.id AND i.paid_date IS NULL
                      AND i.superseded_id IS NULL AND i.due_date < %s) d
             WHERE l.company_id = %s AND %s AND %s
            """, as_of, company.id, self._is_overdue(as_of), self._is_of(partners, SQL("l")))
