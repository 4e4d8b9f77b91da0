from contextlib import closing, contextmanager

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import BaseCase
from odoo.tools import config


class CommittingCase(BaseCase):
    """Tests that commit, because they need several people at once; on a copy of the demo book
    only (see `make test`)."""

    # After the tests that look at the book as it is served.
    test_sequence = 10

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection = db_connect(config['db_name'][0])
        with cls._committed() as env:
            book = env['carloan.demo.book'].with_context(tracking_disable=True)
            cls._set_up(env, book._get_setting(None, seed=1))

    @classmethod
    def _set_up(cls, env, setting):
        """Keep what the tests need of the setting of the demo book."""
        cls.users = {name: user.id for name, user in setting['users'].items()}
        cls.company_id, cls.fund_id = setting['company'].id, setting['fund'].id

    @classmethod
    @contextmanager
    def _committed(cls):
        with closing(cls.connection.cursor()) as cursor:
            yield api.Environment(cursor, SUPERUSER_ID, {})
            cursor.commit()
