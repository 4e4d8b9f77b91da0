"""One row a loan that says all of its story; the tables are then filled by joins."""
import random
from datetime import date
from decimal import Decimal

from psycopg2.extras import execute_values

from odoo.addons.carloan_base import loanmath

PERIODS = 36
TEMPLATES = 400                  # different pairs of principal and rate
OTHER_STATES = (('settled', 0.05), ('draft', 0.01), ('signed', 0.01), ('cancelled', 0.01),
                ('written_off', 0.02))
RATES = ('4.75', '6', '7.2', '8.8', '10', '12', '15.4', '18')


def make_plan(cr, company, wanted):
    """Fill `bench_plan`: state, start, template, how many instalments are due, paid, missed."""
    drop_plan(cr)
    closing = date.fromisoformat(wanted['closing'])
    cr.execute(
        """
        CREATE FUNCTION bench_draw(n bigint, salt int, below int) RETURNS int
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT (abs(hashint8extended(n, %s * 1000 + salt)) %% below)::int
        $$
        """, [wanted['seed']])
    _make_templates(cr, wanted['seed'])
    _make_dates(cr, closing)
    _make_masters(cr, company)
    states = [('active', wanted['loans'])]
    states += [(state, round(wanted['loans'] * share)) for state, share in OTHER_STATES]
    cr.execute(_PLAN, {
        'states': [state for state, _count in states],
        'counts': [count for _state, count in states],
        'closing': closing, 'periods': PERIODS, 'templates': TEMPLATES,
        'history': _months_before(closing, wanted['history_months'])})
    cr.execute("CREATE UNIQUE INDEX ON bench_plan (n)")
    cr.execute("ANALYZE bench_plan")
    cr.execute("SELECT COUNT(*) FROM bench_plan")
    return cr.fetchone()[0]


def drop_plan(cr):
    cr.execute("DROP TABLE IF EXISTS bench_plan, bench_template, bench_date, bench_tx, bench_user, "
               "bench_product, bench_person, bench_place")
    cr.execute("DROP FUNCTION IF EXISTS bench_draw")


def _months_before(day, months):
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, day.day)


def _make_templates(cr, seed):
    """`bench_template`: the 36 instalments of each pair of principal and rate, by loanmath."""
    rng = random.Random(seed)
    rows = []
    for template in range(TEMPLATES):
        principal = Decimal(rng.randrange(20_000, 400_000, 500))
        rate = Decimal(RATES[template % len(RATES)])
        terms = loanmath.Terms(
            'equal_instalment', principal, rate / 100, PERIODS, date(2026, 1, 1))
        paid = charged = Decimal(0)
        for row in loanmath.schedule(terms):
            paid += row.principal
            charged += row.interest
            rows.append((template, principal, rate, row.number, row.principal, row.interest,
                         paid, charged))
        rows.append((template, principal, rate, 0, 0, 0, 0, 0))
    cr.execute(
        "CREATE UNLOGGED TABLE bench_template (template int, amount numeric, rate numeric, "
        "number int, principal numeric, interest numeric, principal_sum numeric, "
        "interest_sum numeric, PRIMARY KEY (template, number))")
    execute_values(cr._obj, "INSERT INTO bench_template VALUES %s", rows, page_size=5000)


def _make_dates(cr, closing):
    """`bench_date`: the due dates of every day on which a loan may have started."""
    rows = []
    for back in range(62):
        first = _months_before(closing.replace(day=1), back)
        for day in range(1, 31):
            start = loanmath.add_months(first.replace(day=1), 0)
            start = start.replace(day=min(day, _last_day(start)))
            rows += [(back, day, start, number, loanmath.add_months(start, number))
                     for number in range(PERIODS + 1)]
    cr.execute("CREATE UNLOGGED TABLE bench_date (back int, day int, start_date date, number int, "
               "due_date date, PRIMARY KEY (back, day, number))")
    execute_values(cr._obj, "INSERT INTO bench_date VALUES %s", rows, page_size=5000)


def _last_day(first):
    following = loanmath.add_months(first, 1)
    return (following - first).days


def _make_masters(cr, company):
    for table, query in (
            ('bench_user', "SELECT e.user_id, v.department_id FROM hr_employee e "
                           "JOIN hr_version v ON v.id = e.current_version_id "
                           "WHERE e.company_id = %s AND e.user_id IS NOT NULL"),
            ('bench_product', "SELECT * FROM carloan_product WHERE company_id = %s")):
        cr.execute(f"CREATE UNLOGGED TABLE {table} AS SELECT (row_number() OVER (ORDER BY 1))::int"
                   f" - 1 AS place, x.* FROM ({query}) x", [company.id])


# `back`: months since the start. A loan that is being repaid has had 0 to 35 due dates before the
# closing day; one day of the month in thirty makes it due on the closing day itself.
_PLAN = """
    CREATE UNLOGGED TABLE bench_plan AS
    WITH loans AS (
        SELECT row_number() OVER ()::bigint AS seq, s.state
          FROM unnest(%(states)s::text[], %(counts)s::int[]) AS s (state, count),
               generate_series(1, s.count)
    ), started AS (
        SELECT seq, state, bench_draw(seq, 1, 30) + 1 AS day,
               bench_draw(seq, 2, %(templates)s) AS template,
               CASE state WHEN 'active' THEN bench_draw(seq, 3, 36)
                          WHEN 'settled' THEN 38 + bench_draw(seq, 3, 20)
                          WHEN 'written_off' THEN 14 + bench_draw(seq, 3, 22)
                          ELSE 0 END AS due_before
          FROM loans
    ), dated AS (
        SELECT s.*, due_before + (day >= EXTRACT(day FROM %(closing)s::date))::int AS back
          FROM started s
    ), counts AS (
        SELECT back, day, MIN(start_date) AS start_date,
               COUNT(*) FILTER (WHERE number > 0 AND due_date < %(closing)s)::int AS due_count,
               COUNT(*) FILTER (WHERE number > 0 AND due_date < %(history)s)::int AS taken_due
          FROM bench_date GROUP BY back, day
    ), missed AS (
        SELECT d.*, c.start_date, c.due_count, c.taken_due, CASE
               WHEN state = 'written_off' THEN LEAST(due_count, 12 + bench_draw(seq, 5, 6))
               WHEN state = 'active' AND due_count > 0 AND bench_draw(seq, 4, 1000) < 72
               THEN LEAST(due_count, CASE
                    WHEN bench_draw(seq, 5, 10) < 6 THEN 1
                    WHEN bench_draw(seq, 5, 10) < 8 THEN 2
                    WHEN bench_draw(seq, 5, 10) < 9 THEN 3
                    ELSE 4 + bench_draw(seq, 6, 9) END)
               ELSE 0 END AS missed_count
          FROM dated d JOIN counts c USING (back, day)
    )
    SELECT row_number() OVER (ORDER BY start_date, seq)::int AS n, m.*,
           due_count - missed_count AS paid_count,
           LEAST(due_count - missed_count, taken_due) AS taken_count,
           state IN ('active', 'settled', 'written_off') AS disbursed,
           missed_count > 0 AND bench_draw(seq, 7, 5) = 0 AS partial,
           (state = 'active' AND missed_count = 0 AND due_count > 0
            AND bench_draw(seq, 8, 100) = 0) AS overpaid,
           bench_draw(seq, 9, 20) AS officer, bench_draw(seq, 10, 5) AS product
      FROM missed m
"""
