from datetime import date
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.convert import convert_file

from .common import FullCommon


@tagged('post_install', '-at_install', 'carloan_demo')
class TestDemoBook(FullCommon):

    def _figures(self):
        """What makes two books the same book."""
        self.env.flush_all()
        self.env.cr.execute("""
            SELECT p.ref, t.kind, l.component, l.value_date, sum(l.amount)
              FROM carloan_transaction_line l
              JOIN carloan_transaction t ON t.id = l.transaction_id
              JOIN carloan_loan n ON n.id = l.loan_id
              JOIN res_partner p ON p.id = n.partner_id
             WHERE n.company_id = %s
             GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        """, (self.company.id,))
        return self.env.cr.fetchall()

    def test_small_book_is_right_and_the_same_when_interrupted(self):
        until = date(2026, 7, 2)
        values = {'loans': 12, 'months': 4, 'seed': 5, 'until': until}
        with self.env.cr.savepoint() as savepoint:
            self.assertEqual(self.book._build(**values), 0)
            straight = self._figures()
            self.assert_books_right(date(2026, 7, 1))
            self.assertEqual(self.env['carloan.loan'].search_count(
                [('company_id', '=', self.company.id)]), 12)
            savepoint.rollback()
        self.env.invalidate_all()
        rounds = 0
        while self.book._build(**values, seconds=1):
            rounds += 1
            self.env.invalidate_all()
        self.assertGreater(rounds, 1)
        self.assertEqual(self._figures(), straight)

    def test_the_job_of_the_demo_data_builds_piece_by_piece_and_ends_itself(self):
        until = date(2026, 4, 4)
        pieces = self._shorten_build(loans=4, months=1, seed=5, until=until, seconds=0.5)
        convert_file(self.env, 'carloan_credit', 'demo/carloan_demo_book.xml', None, mode='init')
        cron = self.env.ref('carloan_credit.ir_cron_demo_book')
        rounds = 0
        while cron.active and rounds < 10:
            self._run_job(cron)
            rounds += 1
        self.assertRecordValues(cron, [{'active': False, 'failure_count': 0}])
        self.assertGreater(len(pieces), 1)
        self.assertEqual(pieces[-1], 0)
        self.assertEqual(self.company._get_business_date(), until)
        self.assertEqual(self.env['carloan.loan'].search_count(
            [('company_id', '=', self.company.id)]), 4)
        self.assert_books_right(until)

    def _shorten_build(self, **values):
        """Let the job build a small book; returns the list of what each piece left to do."""
        book_class, pieces = self.env.registry['carloan.demo.book'], []
        build = book_class._build

        def build_piece(book, seconds):
            pieces.append(build(book, **values))
            return pieces[-1]

        self.startPatcher(patch.object(book_class, '_build', build_piece))
        return pieces

    def _run_job(self, cron):
        """What the scheduler does with a job that is due."""
        self.env.flush_all()
        job = {**cron.read(load=None)[0], 'progress_id': None, 'timed_out_counter': 0,
               'done': 0, 'remaining': 0}
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.registry['ir.cron']._process_job(cr, job)
        self.env.invalidate_all()
