from datetime import date

from odoo.tests import tagged

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
