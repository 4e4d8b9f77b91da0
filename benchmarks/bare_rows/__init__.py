"""The floor under a batch: the rows that it wrote, put into place by bare INSERT and UPDATE.

    rows = read_rows(cr, {table: (condition, arguments)})      # after the batch, then undo it
    seconds = put_rows(cr, rows, updated={table: columns})

Rows wait in temporary tables, so that only writing is timed: with the indexes, foreign keys and
triggers of the table, without reading, locking or computing anything.
"""
from time import perf_counter

from psycopg2.extras import execute_values


def read_rows(cr, queries):
    """{table: (column names, rows)} of what a batch wrote."""
    rows = {}
    for table, (condition, arguments) in queries.items():
        cr.execute(f'SELECT * FROM {table} WHERE {condition} ORDER BY id', arguments)
        rows[table] = [column.name for column in cr.description], cr.fetchall()
    return rows


def put_rows(cr, rows, updated):
    """Write the rows; the transaction is the caller's to undo.

    :param updated: {table: columns} of rows that are there already; all others are inserted
    :return: the seconds that it took
    """
    for table, (names, values) in rows.items():
        cr.execute(f'CREATE TEMPORARY TABLE bare_{table} (LIKE {table})')
        execute_values(cr._obj, f'INSERT INTO bare_{table} ({", ".join(names)}) VALUES %s',
                       values, page_size=5000)
        cr.execute(f'ANALYZE bare_{table}')
    cr.execute("SET LOCAL jit = off")
    started = perf_counter()
    for table, (names, _values) in rows.items():
        if table not in updated:
            columns = ', '.join(names)
            cr.execute(f'INSERT INTO {table} ({columns}) SELECT {columns} FROM bare_{table}')
    for table, names in updated.items():
        columns = ', '.join(f'{name} = b.{name}' for name in names)
        cr.execute(f'UPDATE {table} t SET {columns} FROM bare_{table} b WHERE b.id = t.id')
    return perf_counter() - started
