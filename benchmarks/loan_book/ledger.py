"""The sub-ledger: disbursements, the take-over of what is older, then every event of its own."""
from .plan import PERIODS


def make_transactions(cr, company, _wanted):
    """`bench_tx` says which instalments a transaction is about: numbers `first` to `last`."""
    cr.execute(
        """
        CREATE UNLOGGED TABLE bench_tx AS
        SELECT row_number() OVER (ORDER BY x.value_date, p.n, x.step)::int AS id, p.n, x.*
          FROM bench_plan p
          JOIN bench_date taken
            ON taken.back = p.back AND taken.day = p.day AND taken.number = p.taken_count
         CROSS JOIN LATERAL (
               SELECT 'disbursement' AS kind, p.start_date AS value_date, 0 AS first, 0 AS last,
                      0 AS step
               UNION ALL
               SELECT kind, taken.due_date, 1, p.taken_count, step
                 FROM (VALUES ('due', 1), ('repayment', 2)) AS k (kind, step)
                WHERE p.taken_count > 0
               UNION ALL
               SELECT kind, d.due_date, d.number, d.number, step + 2 * d.number
                 FROM bench_date d, (VALUES ('due', 1), ('repayment', 2)) AS k (kind, step)
                WHERE d.back = p.back AND d.day = p.day
                  AND d.number > p.taken_count AND d.number <= p.due_count
                  AND (kind = 'due' OR d.number <= p.paid_count
                       OR (p.partial AND d.number = p.paid_count + 1))) x
         WHERE p.disbursed
        """)
    cr.execute(
        """
        INSERT INTO carloan_transaction (
            id, loan_id, company_id, kind, value_date, booking_date, recorded_at, user_id,
            event_id, fund_account_id)
        SELECT id, n, %(company)s, kind, value_date, value_date, value_date + time '15:00', %(uid)s,
               id, CASE WHEN kind <> 'due' THEN f.fund_id END
          FROM bench_tx, (SELECT MIN(id) AS fund_id FROM carloan_fund_account
                           WHERE company_id = %(company)s) f
         ORDER BY id
        """, {'company': company.id, 'uid': company.env.uid})
    made = cr.rowcount
    cr.execute("SELECT setval('carloan_transaction_id_seq', MAX(id)) FROM carloan_transaction")
    return made


def make_lines(cr, _company, _wanted):
    """Interest falls due; payments settle interest and principal, the last one may be half."""
    cr.execute(
        """
        INSERT INTO carloan_transaction_line (
            transaction_id, loan_id, kind, value_date, booking_date, component, instalment_id,
            amount)
        SELECT t.id, t.n, t.kind, t.value_date, t.value_date, part.component,
               CASE WHEN part.own THEN (s.place - 1) * %(periods)s + r.number END, part.amount
          FROM bench_tx t
          JOIN bench_plan p ON p.n = t.n
          JOIN bench_place s ON s.n = t.n
          JOIN bench_template r
            ON r.template = p.template AND r.number BETWEEN t.first AND t.last
         CROSS JOIN LATERAL (
               SELECT 'principal' AS component, r.amount, FALSE AS own
                WHERE t.kind = 'disbursement'
               UNION ALL
               SELECT 'interest', r.interest, TRUE WHERE t.kind = 'due'
               UNION ALL
               SELECT 'interest', -r.interest, TRUE WHERE t.kind = 'repayment'
               UNION ALL
               SELECT 'principal', CASE WHEN r.number <= p.paid_count THEN -r.principal
                                        ELSE -round(r.principal / 2, 2) END, TRUE
                WHERE t.kind = 'repayment'
               UNION ALL
               SELECT 'overpayment', -100, FALSE
                WHERE t.kind = 'repayment' AND p.overpaid AND r.number = p.paid_count) part
         ORDER BY t.id, r.number
        """, {'periods': PERIODS})
    return cr.rowcount
