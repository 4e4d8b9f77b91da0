import logging

import psycopg2

from odoo import api, models, tools
from odoo.tools import SQL

from .. import search_key

_logger = logging.getLogger(__name__)


class CarloanSearchKeyMixin(models.AbstractModel):
    """Texts that are found by any part of them, two Chinese characters too: `_search_key_fields`,
    each a `search_key.SearchKeyChar`.

    A search box looks in several columns at once; one without an index makes PostgreSQL read all
    rows, so all of them are named.
    """

    _name = 'carloan.search.key.mixin'
    _description = "Search Keys"

    _search_key_fields = ()

    def init(self):
        super().init()
        if self._abstract or not self._search_key_fields:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                self._create_search_keys()
        except psycopg2.Error as error:
            _logger.warning(
                "%s is searched without an index, which is slow from some 100,000 rows on. Let a "
                "database administrator run CREATE EXTENSION pg_trgm, then upgrade carloan_base. "
                "PostgreSQL says: %s", self._description, error)

    def _create_search_keys(self):
        self.env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        search_key.create_function(self.env.cr)
        for name in self._search_key_fields:
            self.env.cr.execute(SQL(
                "CREATE INDEX IF NOT EXISTS %s ON %s USING gin (%s gin_trgm_ops)",
                SQL.identifier(self._get_search_key_index(name)), SQL.identifier(self._table),
                search_key.get_key(SQL.identifier(name))))

    @api.model
    @tools.ormcache('self._name', 'name')
    def _has_search_key(self, name):
        """Whether the key of this field has its index, and finds what `ilike` finds."""
        if self.pool.has_unaccent:
            return False
        (found,), = self.env.execute_query(SQL(
            "SELECT to_regclass(%s) IS NOT NULL", self._get_search_key_index(name)))
        return found

    @api.model
    def _get_search_key_index(self, name):
        return f'{self._table}_{name}_carloan_key'
