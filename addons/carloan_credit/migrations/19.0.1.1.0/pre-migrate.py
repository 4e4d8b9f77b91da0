"""Schedule versions and classes learn on which business date they were recorded.

The first schedule was recorded with the disbursement, a class not before it; all else so far was
recorded on the day that it counts from. Columns with a default (non-accrual, posting of late
charges) are filled by Odoo itself.
"""
from contextlib import contextmanager


def migrate(cr, version):
    if not version:
        return
    with _unlocked(cr, 'carloan_schedule_version'):
        cr.execute(
            """
            UPDATE carloan_schedule_version v
               SET booking_date = COALESCE(d.booking_date, v.effective_date)
              FROM carloan_schedule_version x
              LEFT JOIN (
                   SELECT loan_id, MIN(booking_date) AS booking_date FROM carloan_transaction
                    WHERE kind = 'disbursement' GROUP BY loan_id) d
                ON d.loan_id = x.loan_id AND x.version = 1
             WHERE x.id = v.id AND v.booking_date IS NULL
            """)
    with _unlocked(cr, 'carloan_loan_class'):
        cr.execute(
            """
            UPDATE carloan_loan_class c SET booking_date = GREATEST(c.date, v.booking_date)
              FROM carloan_loan_class x
              LEFT JOIN carloan_schedule_version v ON v.loan_id = x.loan_id AND v.version = 1
             WHERE x.id = c.id AND c.booking_date IS NULL
            """)


@contextmanager
def _unlocked(cr, table):
    """Add the column; these tables refuse every UPDATE except here."""
    cr.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS booking_date date")
    cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
