"""Field types of our own."""
from odoo import fields
from odoo.tools import SQL


class FactMany2one(fields.Many2one):
    """A link of a posted fact, without a foreign key.

    PostgreSQL checks a foreign key row by row, which took longer than writing the rows of a day
    end or of a file of payments. Only for append-only rows that one method writes, whose targets
    nobody can delete: facts themselves, or records with a guard in `unlink` or another foreign
    key of the same row.
    """

    def update_db_foreign_key(self, model, column):
        """Override: none is made, and one of an earlier version goes."""
        table = SQL.identifier(model._table)
        for name, in model.env.execute_query(SQL(
                """
                SELECT conname FROM pg_constraint c
                  JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
                 WHERE c.contype = 'f' AND c.conrelid = %s::regclass AND a.attname = %s
                """, model._table, self.name)):
            model.env.cr.execute(SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s", table, SQL.identifier(name)))
            model.env.cr.execute(SQL(
                "DELETE FROM ir_model_constraint WHERE name = %s AND type = 'f'", name))
