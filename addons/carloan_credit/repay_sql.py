"""The statements of `_repay` for many loans: what is open, how money is spread, what is posted.

They work on temporary tables of one transaction: `carloan_repay_item` (one row a payment, with
the terms of its loan), `carloan_repay_open` (instalments that a payment may pay, with the charges
that come with it) and `carloan_repay_line` (the ledger lines to be). Each is the twin of a
function of `dues`; a property test compares the rows.
"""
from odoo.tools import SQL

from .const import CHARGE_KINDS, DEBT_COMPONENTS, POSITION_AMOUNTS
from .models.carloan_loan_portfolio import half_up

ITEM_TABLE, OPEN_TABLE, LINE_TABLE = (
    'carloan_repay_item', 'carloan_repay_open', 'carloan_repay_line')


def get_items(columns, condition):
    """Payments on loans that are ready for them; others are left out.

    :param columns: lists of item, loan_id, amount, value_date, fund_account_id, origin_model,
                    origin_id
    :param condition: SQL on loan `l` and payment `p`
    """
    return SQL(
        """
        CREATE TEMPORARY TABLE carloan_repay_item ON COMMIT DROP AS
        SELECT p.*, l.company_id, c.carloan_business_date AS booking_date, l.annual_rate,
               l.penalty_ratio, l.compound_interest, COALESCE(l.grace_days, 0) AS grace_days,
               CASE WHEN l.day_count = 'act_365' THEN 36500 ELSE 36000 END AS year_days,
               cur.rounding AS unit, l.non_accrual, l.allocation_by = 'component' AS by_component,
               string_to_array(replace(l.allocation_order, ' ', ''), ',') AS places,
               COALESCE(l.overpayment_amount, 0) AS held, COALESCE(l.fee_outstanding, 0) AS fee,
               COALESCE(l.penalty_outstanding, 0) > 0 OR COALESCE(l.compound_outstanding, 0) > 0
               AS late_left
          FROM unnest(%(item)s::int[], %(loan)s::int[], %(amount)s::numeric[], %(date)s::date[],
                      %(fund)s::int[], %(model)s::text[], %(origin)s::int[])
               AS p (item, loan_id, amount, value_date, fund_account_id, origin_model, origin_id)
          JOIN carloan_loan l ON l.id = p.loan_id
          JOIN res_company c ON c.id = l.company_id
          JOIN res_currency cur ON cur.id = l.currency_id
         WHERE l.state = 'active' AND p.amount > 0
           AND p.value_date <= c.carloan_business_date AND %(condition)s
           AND (p.value_date = c.carloan_business_date OR NOT EXISTS (
                SELECT FROM carloan_transaction t
                 WHERE t.loan_id = l.id AND t.value_date > p.value_date))
        """,
        **columns, condition=condition)


def get_open():
    """Instalments due up to the value date that are not paid, or owe late charges still."""
    days = SQL("(b.value_date - i.due_date)")
    return SQL(
        """
        CREATE TEMPORARY TABLE carloan_repay_open ON COMMIT DROP AS
        SELECT o.item, o.loan_id, o.id, o.due_date, o.principal, o.interest, o.unposted,
               o.penalty_left + o.new_penalty AS penalty, o.new_penalty,
               o.compound_left + o.new_compound AS compound, o.new_compound
          FROM (
               SELECT b.item, b.loan_id, i.id, i.due_date,
                      i.principal_amount + s.principal AS principal,
                      i.interest_amount + s.interest AS interest,
                      i.interest_amount - s.posted AS unposted, s.penalty_left, s.compound_left,
                      i.paid_date, late.is_late,
                      CASE WHEN late.is_late THEN GREATEST(%(penalty)s - s.penalty_charged, 0)
                           ELSE 0 END AS new_penalty,
                      CASE WHEN late.is_late AND b.compound_interest
                           THEN GREATEST(%(compound)s - s.compound_charged, 0)
                           ELSE 0 END AS new_compound
                 FROM carloan_repay_item b
                 JOIN carloan_instalment i
                   ON i.loan_id = b.loan_id AND i.due_date <= b.value_date
                  AND i.superseded_id IS NULL AND (i.paid_date IS NULL OR b.late_left)
                CROSS JOIN LATERAL (
                      SELECT i.paid_date IS NULL AND b.value_date > i.due_date + b.grace_days
                             AS is_late) late
                CROSS JOIN LATERAL (%(sums)s) s) o
         WHERE o.paid_date IS NULL OR o.penalty_left <> 0 OR o.compound_left <> 0
        """,
        penalty=_get_charge(SQL("i.principal_amount * %s + s.principal_days", days)),
        compound=_get_charge(SQL("i.interest_amount * %s + s.interest_days", days)),
        sums=_get_sums())


def _get_charge(amount_days):
    """Late charge on an unpaid amount times its days; see `loanmath.late_charges`."""
    return half_up(
        SQL("(%s) * b.annual_rate * b.penalty_ratio", amount_days), SQL("b.year_days"),
        SQL("b.unit"))


def _get_sums():
    """What the ledger knows of instalment `i`; payments are negative there. What was paid in the
    days of grace was paid on time."""
    sums = {
        'principal': SQL("component = 'principal'"),
        'interest': SQL("component = 'interest' AND kind <> 'due'"),
        'posted': SQL("component = 'interest' AND kind = 'due'"),
        'penalty_charged': SQL("component = 'penalty' AND kind = 'late_charge'"),
        'compound_charged': SQL("component = 'compound' AND kind = 'late_charge'"),
        'penalty_left': SQL("component = 'penalty'"),
        'compound_left': SQL("component = 'compound'"),
    }
    columns = [
        SQL("COALESCE(SUM(amount) FILTER (WHERE %s), 0) AS %s", condition, SQL.identifier(name))
        for name, condition in sums.items()]
    unused = SQL("CASE WHEN l.value_date <= i.due_date + b.grace_days "
                 "THEN b.value_date - i.due_date ELSE b.value_date - l.value_date END")
    columns += [
        SQL("COALESCE(SUM(amount * (%s)) FILTER (WHERE component = %s AND NOT kind = ANY(%s) "
            "AND l.value_date < b.value_date), 0) AS %s",
            unused, component, list(CHARGE_KINDS), SQL.identifier(f'{component}_days'))
        for component in ('principal', 'interest')]
    return SQL(
        "SELECT %s FROM carloan_transaction_line l WHERE l.instalment_id = i.id",
        SQL(", ").join(columns))


def get_lines():
    """The lines to be, by step: interest that falls due, late charges, use of what we hold, the
    payment. `part` keeps transactions of one step apart, `place` is the order inside."""
    return SQL(
        """
        CREATE TEMPORARY TABLE carloan_repay_line ON COMMIT DROP AS
        WITH shares AS (%(shares)s), totals AS (
            SELECT item, SUM(from_held) AS used, SUM(from_money) AS paid FROM shares GROUP BY item
        )
        SELECT item, 1 AS step, id AS part, 0::bigint AS place, due_date AS value_date,
               'interest' AS component, id AS instalment_id, unposted AS amount
          FROM carloan_repay_open WHERE unposted <> 0
        UNION ALL
        SELECT o.item, 2, 0, o.id::bigint * 2 + c.place, b.value_date, c.component, o.id, c.amount
          FROM carloan_repay_open o
          JOIN carloan_repay_item b ON b.item = o.item
         CROSS JOIN LATERAL (VALUES ('penalty', o.new_penalty, 0), ('compound', o.new_compound, 1)
               ) AS c (component, amount, place)
         WHERE c.amount <> 0
        UNION ALL
        SELECT item, 3, 0, place, value_date, component, NULLIF(id, 0), -from_held
          FROM shares WHERE from_held <> 0
        UNION ALL
        SELECT t.item, 3, 0, 1000000, b.value_date, 'overpayment', NULL, t.used
          FROM totals t JOIN carloan_repay_item b ON b.item = t.item WHERE t.used <> 0
        UNION ALL
        SELECT item, 4, 0, place, value_date, component, NULLIF(id, 0), -from_money
          FROM shares WHERE from_money <> 0
        UNION ALL
        SELECT b.item, 4, 0, 1000000, b.value_date, 'overpayment', NULL,
               COALESCE(t.paid, 0) - b.amount
          FROM carloan_repay_item b LEFT JOIN totals t ON t.item = b.item
         WHERE b.amount <> COALESCE(t.paid, 0)
        """, shares=_get_shares())


def _get_shares():
    """How what we hold and then the payment are spread over the dues of each item."""
    return SQL(
        """
        SELECT item, value_date, id, component, place, from_held,
               LEAST(amount, GREATEST(held + money - before, 0)) - from_held AS from_money
          FROM (
               SELECT d.*, LEAST(d.amount, GREATEST(d.held - d.before, 0)) AS from_held
                 FROM (
                      SELECT b.item, b.value_date, b.held, b.amount AS money, u.id, u.component,
                             u.amount, row_number() OVER spread AS place,
                             SUM(u.amount) OVER spread - u.amount AS before
                        FROM (
                             SELECT item, 0 AS id, '-infinity'::date AS due_date,
                                    'fee' AS component, fee AS amount
                               FROM carloan_repay_item WHERE fee <> 0
                             UNION ALL
                             SELECT o.item, o.id, o.due_date, c.component, c.amount
                               FROM carloan_repay_open o
                              CROSS JOIN LATERAL (VALUES ('penalty', o.penalty),
                                    ('compound', o.compound), ('interest', o.interest),
                                    ('principal', o.principal)) AS c (component, amount)
                              WHERE c.amount <> 0) u
                        JOIN carloan_repay_item b ON b.item = u.item
                      WINDOW spread AS (
                             PARTITION BY b.item ORDER BY CASE WHEN b.by_component
                                 THEN array_position(b.places, u.component) ELSE 0 END,
                             u.due_date, u.id, array_position(b.places, u.component)
                             ROWS UNBOUNDED PRECEDING)) d) s
        """)


def get_postings(kinds, now, user_id):
    """Insert headers and lines; gives (item, id of the payment).

    :param kinds: of the four steps
    """
    return SQL(
        """
        WITH header AS MATERIALIZED (
            SELECT nextval('carloan_transaction_id_seq')::int4 AS id, h.*
              FROM (SELECT DISTINCT item, step, value_date, part FROM carloan_repay_line
                     ORDER BY item, step, value_date, part) h
        ), headers AS (
            INSERT INTO carloan_transaction (
                id, loan_id, company_id, kind, value_date, booking_date, recorded_at, user_id,
                event_id, origin_model, origin_id, fund_account_id, non_accrual)
            SELECT h.id, b.loan_id, b.company_id, (%(kinds)s::text[])[h.step], h.value_date,
                   b.booking_date, %(now)s, %(user)s, MAX(h.id) OVER (PARTITION BY h.item),
                   CASE WHEN h.step > 1 THEN b.origin_model END,
                   CASE WHEN h.step > 1 THEN b.origin_id END,
                   CASE WHEN h.step = 4 THEN b.fund_account_id END, b.non_accrual
              FROM header h JOIN carloan_repay_item b ON b.item = h.item
             ORDER BY h.id
        ), lines AS (
            INSERT INTO carloan_transaction_line (
                transaction_id, loan_id, kind, value_date, booking_date, component,
                instalment_id, amount)
            SELECT h.id, b.loan_id, (%(kinds)s::text[])[h.step], h.value_date, b.booking_date,
                   l.component, l.instalment_id, l.amount
              FROM carloan_repay_line l
              JOIN header h USING (item, step, value_date, part)
              JOIN carloan_repay_item b USING (item)
             ORDER BY h.id, l.place
        )
        SELECT item, step, id FROM header
        """, kinds=kinds, now=now, user=user_id)


def get_paid_dates():
    """Set the paid date of the instalments that are paid now, from the ledger."""
    return SQL(
        """
        UPDATE carloan_instalment i SET paid_date = p.paid_date
          FROM (
               SELECT o.id, MAX(d.value_date) FILTER (WHERE d.amount <> 0) AS paid_date,
                      SUM(d.amount) AS amount
                 FROM carloan_repay_open o
                CROSS JOIN LATERAL (
                      SELECT value_date, SUM(amount) AS amount FROM carloan_transaction_line
                       WHERE instalment_id = o.id AND kind <> 'due'
                         AND component IN ('principal', 'interest')
                       GROUP BY value_date) d
                GROUP BY o.id) p
         WHERE p.id = i.id AND i.paid_date IS NULL
           AND i.principal_amount + i.interest_amount + p.amount = 0
        """)


def get_paid_off(loan_ids):
    """(loan_id) of those of these loans on which nothing is owed any more."""
    return SQL(
        "SELECT id FROM carloan_loan l WHERE id = ANY(%s) "
        "AND first_unpaid_due_date IS NULL AND %s",
        loan_ids, SQL(" AND ").join(
            SQL("COALESCE(l.%s, 0) = 0", SQL.identifier(f'{component}_outstanding'))
            for component in DEBT_COMPONENTS))


def get_negative_positions(loan_ids):
    """(loan_id) of those of these loans that have a balance below zero."""
    return SQL(
        "SELECT id FROM carloan_loan l WHERE id = ANY(%s) AND LEAST(%s) < 0",
        loan_ids, SQL(", ").join(SQL("l.%s", SQL.identifier(name)) for name in POSITION_AMOUNTS))
