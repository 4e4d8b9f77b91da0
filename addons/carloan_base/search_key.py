"""Search inside names of two Chinese characters by index.

PostgreSQL's trigram index needs three characters. A key that repeats each character three times
gives it three of each: 张伟 is looked for as 张张张伟伟伟, whatever the length of the text, and
what contains the one contains the other.
"""
from odoo import fields
from odoo.tools import SQL

FUNCTION = 'carloan_search_key'


class SearchKeyChar(fields.Char):
    """A Char whose `ilike` goes by the index on its key, where the model says there is one.

    The same rows are found as without: the key has the lower-case text. Where the database folds
    accents, or the pattern has escapes, the usual way is taken.
    """

    def _condition_to_sql(self, field_expr, operator, value, model, alias, query):
        if (operator == 'ilike' and field_expr == self.name and isinstance(value, str) and value
                and '\\' not in value and model._has_search_key(self.name)):
            column = model._field_to_sql(alias, field_expr, query)
            return SQL("%s LIKE '%%' || %s || '%%'", get_key(column), get_key(SQL("%s", value)))
        return super()._condition_to_sql(field_expr, operator, value, model, alias, query)


def get_key(text):
    return SQL("%s(%s)", SQL.identifier(FUNCTION), text)


def create_function(cr):
    cr.execute(SQL(
        """
        CREATE OR REPLACE FUNCTION %s(text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
        $$ SELECT regexp_replace(lower($1), '(.)', '\\1\\1\\1', 'g') $$
        """, SQL.identifier(FUNCTION)))
