"""Big tables are filled bare and dressed afterwards: an index built at once costs a tenth."""
from contextlib import contextmanager


@contextmanager
def bare_tables(cr, tables):
    """Take secondary indexes, unique constraints and foreign keys off; put them back at the end.

    Foreign keys come back NOT VALID: they guard what comes next, the rows of the generator point to
    what it made itself.
    """
    constraints = _fetch(cr, """
        SELECT conrelid::regclass::text, quote_ident(conname),
               pg_get_constraintdef(oid) || CASE contype WHEN 'f' THEN ' NOT VALID' ELSE '' END
          FROM pg_constraint
         WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u') AND convalidated
         ORDER BY contype DESC, conname""", tables)
    indexes = _fetch(cr, """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid),
               obj_description(i.indexrelid)
          FROM pg_index i
         WHERE i.indrelid = ANY(%s::regclass[])
           AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
         ORDER BY 1""", tables)
    for table, name, _definition in constraints:
        cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT {name}')
    for name, _definition, _comment in indexes:
        cr.execute(f'DROP INDEX {name}')
    yield
    for name, definition, comment in indexes:
        cr.execute(definition)
        if comment:  # by which Odoo knows what it was made from
            cr.execute(f'COMMENT ON INDEX {name} IS %s', [comment])
        cr.commit()
    for table, name, definition in constraints:
        cr.execute(f'ALTER TABLE {table} ADD CONSTRAINT {name} {definition}')
        cr.commit()


def _fetch(cr, query, tables):
    cr.execute(query, [list(tables)])
    return cr.fetchall()


def vacuum(cr, tables):
    """Fresh statistics and visibility maps, as after a night of autovacuum."""
    cr.commit()
    connection = cr._cnx
    connection.autocommit = True
    try:
        for table in tables:
            cr.execute(f'VACUUM (ANALYZE) {table}')
    finally:
        connection.autocommit = False
