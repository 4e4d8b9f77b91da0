from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollectionCommon


@tagged('post_install', '-at_install')
class TestStrategy(CollectionCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['carloan.collection.strategy'].search([]).active = False
        cls.first, cls.second, cls.large = cls.env['carloan.collection.strategy'].create([
            {'name': "Remind", 'dpd_from': 1, 'channel': 'sms'},
            {'name': "Call", 'dpd_from': 3, 'channel': 'call', 'due_days': 2},
            {'name': "Visit", 'dpd_from': 3, 'channel': 'visit', 'amount_from': 50000},
        ])

    def test_a_task_appears_when_its_day_is_reached(self):
        loan = self._create_overdue_loan(days=1)
        case = self._get_case(loan)
        self.assertRecordValues(case.task_ids, [{
            'strategy_id': self.first.id, 'channel': 'sms', 'state': 'todo',
            'due_date': self.company._get_business_date(), 'user_id': self.collector.id,
            'partner_id': self.customer.id, 'days_overdue': 1}])
        self._pass_days_after(loan.first_unpaid_due_date, 2)
        case.invalidate_recordset()
        self.assertEqual(case.task_ids.strategy_id, self.first)
        self._pass_days_after(loan.first_unpaid_due_date, 3)
        case.invalidate_recordset()
        self.assertEqual(case.task_ids.strategy_id, self.first | self.second)
        self.assertEqual(
            case.task_ids.filtered(lambda task: task.strategy_id == self.second).due_date,
            self.company._get_business_date() + timedelta(days=2))

    def test_a_large_debt_gets_more(self):
        loan = self._create_overdue_loan(days=3, principal_amount=900000)
        self.assertIn(self.large, self._get_case(loan).task_ids.strategy_id)

    def test_a_late_start_begins_with_the_stage_reached(self):
        """Installed on a book that is already overdue: no pile of old reminders."""
        loan = self._create_active_loan()
        self.case_model._sync(
            self.company, loan.first_unpaid_due_date + timedelta(days=100))
        self.assertEqual(self._get_case(loan).task_ids.strategy_id, self.second)

    def test_a_task_comes_once_per_case(self):
        loan = self._create_overdue_loan(days=6)
        case = self._get_case(loan)
        self.assertEqual(len(case.task_ids), 2)
        self._pay_due(loan)
        self._pass_days_after(loan.first_unpaid_due_date, 1)
        again = self._get_case(loan)
        self.assertEqual(again.task_ids.strategy_id, self.first)

    def test_a_strategy_of_another_company_gives_no_task(self):
        other = self.env['res.company'].create({
            'name': "Other lender", 'currency_id': self.company.currency_id.id})
        (self.second | self.large).company_id = other
        loan = self._create_overdue_loan(days=4)
        self.assertEqual(self._get_case(loan).task_ids.strategy_id, self.first)

    @mute_logger('odoo.sql_db')
    def test_the_database_refuses_a_task_twice(self):
        task = self._get_case(self._create_overdue_loan(days=1)).task_ids
        self.env.flush_all()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                "INSERT INTO carloan_collection_task (case_id, strategy_id, company_id, channel, "
                "due_date, state) SELECT case_id, strategy_id, company_id, channel, due_date, "
                "state FROM carloan_collection_task WHERE id = %s", [task.id])

    @mute_logger('odoo.sql_db')
    def test_figures_of_a_strategy_make_sense(self):
        for values in ({'dpd_from': 0}, {'amount_from': -1}, {'due_days': -1}):
            with self.subTest(values=values), self.assertRaises(IntegrityError), \
                    self.cr.savepoint():
                self.env['carloan.collection.strategy'].create({
                    'name': "X", 'dpd_from': 1, **values})
