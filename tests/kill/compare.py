"""Compare two databases row by row: `python compare.py DSN DSN BASE`, BASE being a copy of both
before they parted.

Tables of ours and the vouchers. Times are left out, and so are the ids of rows that were added
since: where such a row is pointed to, its contents stand for it. Prints the number of rows that
agree, or the first differences; exits 1 if there are any.
"""
import hashlib
import sys
from collections import Counter

import psycopg2

TABLES = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname = 'public'
       AND (c.relname LIKE 'carloan%%' OR c.relname IN ('account_move', 'account_move_line'))
       AND NOT EXISTS (SELECT FROM ir_model m
                        WHERE m.transient AND replace(m.model, '.', '_') = c.relname)
     ORDER BY 1
"""
# A link is what the model says, because not all have a foreign key, or in tables that join two
# models what their foreign keys say.
COLUMNS = """
    SELECT a.attname, COALESCE(
                (SELECT replace(f.relation, '.', '_') FROM ir_model_fields f
                  WHERE replace(f.model, '.', '_') = a.attrelid::regclass::text
                    AND f.name = a.attname AND f.ttype = 'many2one' LIMIT 1),
                (SELECT k.confrelid::regclass::text FROM pg_constraint k
                  WHERE k.conrelid = a.attrelid AND k.contype = 'f'
                    AND k.conkey = ARRAY[a.attnum] LIMIT 1))
      FROM pg_attribute a
     WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
       AND a.atttypid <> 'timestamp'::regtype AND a.attname NOT IN ('duration', 'access_token')
     ORDER BY a.attname
"""
ROUNDS = 4


class Database:
    """The rows of one database, each as a dict, and what is needed to name them without ids."""

    def __init__(self, dsn, last_ids):
        self.last_ids = last_ids
        with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
            cursor.execute(TABLES)
            self.links, self.rows = {}, {}
            for table, in cursor.fetchall():
                cursor.execute(COLUMNS, [table])
                self.links[table] = dict(cursor.fetchall())
                names = ', '.join(f'"{name}"' for name in self.links[table])
                cursor.execute(f'SELECT {names} FROM {table}')
                self.rows[table] = [
                    dict(zip(self.links[table], row, strict=True)) for row in cursor.fetchall()]
        self.names = {table: {} for table in self.rows}

    def name_rows(self):
        """{table: {id: hash of the contents}}, each round looking one link further."""
        for _round in range(ROUNDS):
            self.names = {
                table: {row['id']: self._hash(table, row) for row in rows if 'id' in row}
                for table, rows in self.rows.items()}

    def count(self, table):
        return Counter(self.describe(table, row) for row in self.rows[table])

    def describe(self, table, row):
        """The row as text, without ids that only say in which order rows were added."""
        links = self.links[table]
        return ' '.join(
            f'{name}={self._replace(table if name == "id" else links[name], value)}'
            for name, value in row.items()
            if name != 'id' or value <= self.last_ids.get(table, 0))

    def _hash(self, table, row):
        return hashlib.sha1(self.describe(table, row).encode()).hexdigest()[:12]

    def _replace(self, target, value):
        if target in self.names and value and value > self.last_ids.get(target, 0):
            return self.names[target].get(value, '-')
        return value


def get_last_ids(dsn):
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(TABLES)
        last_ids = {}
        for table, in cursor.fetchall():
            cursor.execute(COLUMNS, [table])
            if 'id' in dict(cursor.fetchall()):
                cursor.execute(f'SELECT COALESCE(MAX(id), 0) FROM {table}')
                last_ids[table] = cursor.fetchone()[0]
        return last_ids


def main(one, other, base):
    last_ids = get_last_ids(base)
    databases = [Database(dsn, last_ids) for dsn in (one, other)]
    for database in databases:
        database.name_rows()
    agree, added, differences = 0, 0, []
    for table in sorted(set(databases[0].rows) | set(databases[1].rows)):
        counts = [database.count(table) for database in databases]
        agree += sum((counts[0] & counts[1]).values())
        added += sum(row.get('id', 0) > last_ids.get(table, 0) for row in databases[0].rows[table])
        for label, rest in (('only in one', counts[0] - counts[1]),
                            ('only in other', counts[1] - counts[0])):
            differences += [f'{table} {label}: {row}' for row in list(rest)[:3]]
    print(f'ROWS {agree} {added} {len(differences)}')
    print('\n'.join(differences[:20]))
    return 1 if differences else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
