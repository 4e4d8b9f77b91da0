from decimal import Decimal

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.carloan_base.fields import FactMany2one

from ..const import POSITION_AMOUNTS
from ..entries import Entry, EntryLine
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestFactLinks(CreditCommon):
    """The ledger has no foreign key where nobody can delete what it points to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()
        cls.instalment = cls.loan.instalment_ids[0]
        Transaction = cls.env['carloan.transaction'].with_user(cls.accountant).sudo()
        cls.due = Transaction._post([Entry(
            cls.loan, 'due', cls.today,
            (EntryLine('interest', Decimal('1000.00'), cls.instalment.id),))])

    def _get_foreign_keys(self, table):
        self.cr.execute(
            """
            SELECT a.attname FROM pg_constraint c
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
             WHERE c.contype = 'f' AND c.conrelid = %s::regclass
            """, [table])
        return {name for name, in self.cr.fetchall()}

    def test_links_without_a_foreign_key_are_those_of_the_ledger(self):
        links = {
            (model._name, name) for model in self.env.values() if model._auto
            for name, field in model._fields.items() if isinstance(field, FactMany2one)}
        header, line = 'carloan.transaction', 'carloan.transaction.line'
        self.assertEqual(links, {
            (header, 'company_id'), (header, 'user_id'), (header, 'event_id'),
            (header, 'reversal_of_id'), (header, 'replaces_id'),
            (line, 'transaction_id'), (line, 'loan_id'), (line, 'instalment_id')})
        self.assertEqual(self._get_foreign_keys('carloan_transaction'), {
            'loan_id', 'fund_account_id', 'version_id'})
        self.assertFalse(self._get_foreign_keys('carloan_transaction_line'))

    def test_who_entered_a_transaction_cannot_be_deleted(self):
        self.assertEqual(self.due.user_id, self.accountant)
        with self.assertRaisesRegex(UserError, "archive"):
            self.accountant.unlink()

    def test_what_the_ledger_points_to_cannot_be_deleted(self):
        for record in (self.due, self.due.line_ids, self.instalment, self.loan):
            with self.subTest(model=record._name), self.assertRaises(UserError):
                record.sudo().unlink()

    @mute_logger('odoo.sql_db')
    def test_postgresql_refuses_to_delete_it_too(self):
        for table, id_ in (
                ('carloan_transaction', self.due.id), ('carloan_loan', self.loan.id),
                ('carloan_instalment', self.instalment.id), ('res_company', self.company.id)):
            with self.subTest(table=table), self.assertRaises(psycopg2.Error), \
                    self.cr.savepoint():
                self.cr.execute(f'DELETE FROM {table} WHERE id = %s', [id_])

    def test_an_interest_that_falls_due_touches_no_index_of_the_loan(self):
        """Else each of many thousand loans a night is written to a dozen indexes."""
        self.cr.execute(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = "
            "'carloan_loan'::regclass")
        indexes = [definition for definition, in self.cr.fetchall()]
        self.assertTrue(indexes)
        for name in {*POSITION_AMOUNTS, 'next_due_date'} - {'overpayment_amount'}:
            self.assertFalse([index for index in indexes if name in index], name)
        self.cr.execute(
            "SELECT reloptions FROM pg_class WHERE oid = 'carloan_loan'::regclass")
        self.assertEqual(self.cr.fetchone()[0], ['fillfactor=50'])
