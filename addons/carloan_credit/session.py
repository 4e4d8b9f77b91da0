"""What PostgreSQL must be told about statements over many loans and about big tables."""
from odoo.tools import SQL


def prepare_for_sets(cr):
    """For the rest of this transaction.

    Our statements are many and short, so compiling them takes longer than running them: half of a
    day end was that. Groups and sorts over a whole book stay in memory.
    """
    cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")


def set_distinct_share(cr, table, shares):
    """Tell how many different values a column has, as a share of the rows.

    Rows of one loan lie together, so a sample of pages sees too few loans: of a million loans
    ANALYZE takes one for five, expects too many rows of each and reads the whole ledger instead
    of an index. Holds from the next ANALYZE on.

    :param shares: {column: distinct values / rows}; the order of magnitude is enough
    """
    for column, share in shares.items():
        cr.execute(SQL(
            "ALTER TABLE %s ALTER COLUMN %s SET (n_distinct = %s)", SQL.identifier(table),
            SQL.identifier(column), -share))
