import logging
import os
import random
from unittest.mock import patch

import psycopg2

from odoo.tests import tagged

from .common import CarloanCommon

_logger = logging.getLogger(__name__)

_LETTERS = '张伟李娜王Aa b%_é1'


@tagged('post_install', '-at_install')
class TestCustomerSearch(CarloanCommon):
    """Searching by the key finds what searching without it finds.

    `CARLOAN_SEED` repeats the names.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seed = int(os.environ.get('CARLOAN_SEED') or random.randrange(10 ** 9))
        cls.rng = random.Random(cls.seed)
        _logger.info("Customer search: seed %s", cls.seed)
        cls.partners = cls.env['res.partner'].create([
            {'name': f'张伟{cls._draw(6)}'} if number < 5 else {'name': f'n{cls._draw(6)}'}
            for number in range(60)])

    @classmethod
    def _draw(cls, longest):
        return ''.join(
            cls.rng.choice(_LETTERS) for _place in range(cls.rng.randint(1, longest)))

    def _find(self, text, with_key):
        partners = self.env['res.partner']
        with patch.object(type(partners), '_has_search_key', lambda *_args: with_key):
            return [
                partners.search([
                    ('id', 'in', self.partners.ids), (name, 'ilike', text)], order='id')
                for name in ('complete_name', 'display_name')]

    def test_same_customers_with_and_without_key(self):
        found = 0
        for text in ['张伟', '伟', 'A', *(self._draw(3) for _number in range(60)), 'a\\%']:
            with_key = self._find(text, True)
            self.assertEqual(with_key, self._find(text, False), f"{text!r}, seed {self.seed}")
            found += len(with_key[0])
        self.assertGreater(found, 5)

    def test_two_characters_go_by_the_index(self):
        partners = self.env['res.partner']
        self.assertTrue(
            partners._has_search_key('complete_name'),
            "this test needs a database with pg_trgm that does not fold accents")
        self.env.cr.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off")
        query = partners._search([('complete_name', 'ilike', '张伟')], order='id')
        self.env.cr.execute(f'EXPLAIN {query.select().code}', query.select().params)
        plan = '\n'.join(row[0] for row in self.env.cr.fetchall())
        self.assertIn('res_partner_complete_name_carloan_key', plan)

    def test_database_without_the_extension_works_on(self):
        partners = self.env['res.partner']
        self.env.cr.execute('DROP INDEX IF EXISTS res_partner_complete_name_carloan_key')
        self.env.registry.clear_cache()
        refused = psycopg2.errors.InsufficientPrivilege("permission denied to create extension")
        with (patch.object(type(partners), '_create_search_keys', side_effect=refused),
              self.assertLogs('odoo.addons.carloan_base.models.carloan_search_key_mixin') as logs):
            partners.init()
        self.assertIn('pg_trgm', logs.output[0])
        self.assertFalse(partners._has_search_key('complete_name'))
        self.assertIn(self.partners[0], partners.search([('complete_name', 'ilike', '张伟')]))
        self.env.registry.clear_cache()
