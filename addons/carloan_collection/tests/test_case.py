from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollectionCommon


@tagged('post_install', '-at_install')
class TestCase(CollectionCommon):

    def test_nobody_is_on_the_list_on_the_due_date(self):
        loan = self._create_overdue_loan(days=0)
        self.assertFalse(loan.is_overdue)
        self.assertFalse(self._get_case(loan))

    def test_the_day_end_opens_a_case_for_the_morning_after(self):
        loan = self._create_overdue_loan(days=1)
        self.assertRecordValues(self._get_case(loan), [{
            'state': 'open', 'partner_id': self.customer.id, 'company_id': self.company.id,
            'currency_id': self.company.currency_id.id,
            'opened_date': self.company._get_business_date(),
            'oldest_due_date': loan.first_unpaid_due_date, 'days_overdue': 1,
            'overdue_amount': loan.instalment_ids[0].principal_amount
            + loan.instalment_ids[0].interest_amount,
            'user_id': self.collector.id, 'department_id': self.department.id,
        }])
        self.assertEqual(loan.collection_case_count, 1)
        self.assertEqual(self.customer.carloan_collection_case_count, 1)

    def test_the_step_is_part_of_the_day_end(self):
        self._create_overdue_loan(days=1)
        day_end = self.env['carloan.day.end'].search(
            [('company_id', '=', self.company.id)], order='date desc', limit=1)
        step = day_end.step_ids.filtered(lambda step: step.name == 'collection')
        self.assertRecordValues(step, [{'state': 'done', 'sequence': 60}])

    def test_a_debtor_has_one_case_whatever_the_number_of_loans(self):
        first = self._create_active_loan()
        second = self._create_overdue_loan(days=10)
        case = self._get_case(first)
        self.assertEqual(case, self._get_case(second))
        self.assertEqual(case.loan_ids, first | second)
        self.assertAlmostEqual(case.overdue_amount, sum(
            loan.instalment_ids[0].principal_amount + loan.instalment_ids[0].interest_amount
            for loan in first | second), 2)

    def test_the_case_grows_with_the_next_instalment(self):
        loan = self._create_overdue_loan(days=1)
        case = self._get_case(loan)
        before = case.overdue_amount
        self._move_to(loan.next_due_date + timedelta(days=1))
        case.invalidate_recordset()
        self.assertEqual(case.overdue_amount, round(2 * before, 2))
        self.assertEqual(case.days_overdue, loan.days_overdue)
        self.assertEqual(self.case_model.search_count([('partner_id', '=', self.customer.id)]), 1)

    def test_a_part_payment_brings_the_case_up_to_date_at_once(self):
        loan = self._create_overdue_loan(days=1)
        case = self._get_case(loan)
        due = case.overdue_amount
        late = loan.late_charges_to_date
        self._repay(loan, 1000 + late)
        self.assertRecordValues(case, [{'state': 'open', 'overdue_amount': due - 1000}])

    def test_the_payment_closes_the_case_at_once(self):
        loan = self._create_overdue_loan(days=5)
        case = self._get_case(loan)
        self._pay_due(loan)
        self.assertRecordValues(case, [{
            'state': 'closed', 'closed_date': self.company._get_business_date(),
            'overdue_amount': 0, 'days_overdue': 0}])
        self.assertEqual(set(case.task_ids.mapped('state')), {'cancelled'})

    def test_one_paid_loan_of_two_keeps_the_case_open(self):
        first = self._create_active_loan()
        second = self._create_overdue_loan(days=3)
        case = self._get_case(first)
        self._pay_due(first)
        self.assertEqual(case.state, 'open')
        self._pay_due(second)
        self.assertEqual(case.state, 'closed')

    def test_an_undone_payment_opens_a_case_again(self):
        loan = self._create_overdue_loan(days=5)
        case = self._get_case(loan)
        transaction = self._repay(loan, loan.amount_due_today)
        transaction._reverse("Bounced")
        again = self._get_case(loan)
        self.assertNotEqual(again, case)
        self.assertEqual((case.state, again.state), ('closed', 'open'))

    def test_an_undone_last_payment_opens_a_case_again(self):
        loan = self._create_overdue_loan(days=5, periods=1)
        transaction = self._repay(loan, loan.amount_due_today)
        self.assertEqual(loan.state, 'settled')
        transaction._reverse("Bounced")
        self.assertEqual(loan.state, 'active')
        self.assertEqual(self._get_case(loan).state, 'open')

    def test_late_again_is_a_new_case(self):
        loan = self._create_overdue_loan(days=5)
        case = self._get_case(loan)
        self._pay_due(loan)
        self._pass_days_after(loan.first_unpaid_due_date, 1)
        self.assertNotEqual(self._get_case(loan), case)
        self.assertEqual(loan.collection_case_count, 2)

    def test_the_step_says_the_same_however_often_it_runs(self):
        loan = self._create_overdue_loan(days=5)
        case = self._get_case(loan)
        tasks = case.task_ids
        changed = self.case_model._sync(self.company, self.company._get_business_date())
        self.assertEqual(changed, 0)
        self.assertEqual(self._get_case(loan), case)
        self.assertEqual(case.task_ids, tasks)

    def test_open_cases_are_the_overdue_debtors_every_day(self):
        loans = [self._create_active_loan(partner_id=self._create_debtor(number).id)
                 for number in range(1, 4)]
        start = self.company._get_business_date()
        for days in range(20, 75, 3):
            self._move_to(start + timedelta(days=days))
            if days == 41:
                self._pay_due(loans[0])
            overdue = self.env['carloan.loan'].search([
                ('company_id', '=', self.company.id), ('is_overdue', '=', True)])
            cases = self.case_model.search([
                ('company_id', '=', self.company.id), ('state', '=', 'open')])
            self.assertEqual(cases.partner_id, overdue.partner_id)
            for case in cases:
                self.assertEqual(
                    case.days_overdue, max(overdue.filtered(
                        lambda loan, case=case: loan.partner_id == case.partner_id
                    ).mapped('days_overdue')))

    def test_cases_are_dealt_out_evenly(self):
        second = self._create_user('second_collector', 'collector')
        for number in range(1, 5):
            self._create_active_loan(partner_id=self._create_debtor(number).id)
        self._move_to(self.company._get_business_date() + timedelta(days=40))
        cases = self.case_model.search([('company_id', '=', self.company.id)])
        self.assertEqual(len(cases), 4)
        for user in (self.collector, second):
            self.assertEqual(len(cases.filtered(lambda c, user=user: c.user_id == user)), 2)

    def test_cases_wait_for_the_first_collector(self):
        self.collector.group_ids = self.env.ref('base.group_user')
        loan = self._create_overdue_loan(days=1)
        case = self._get_case(loan)
        self.assertFalse(case.user_id)
        newcomer = self._create_user('newcomer', 'collector')
        self._move_to(self.company._get_business_date() + timedelta(days=1))
        case.invalidate_recordset()
        self.assertEqual(case.user_id, newcomer)

    def test_the_list_is_ordered_by_days_and_amount(self):
        debtors = [self._create_debtor(number) for number in range(1, 4)]
        small = self._create_active_loan(partner_id=debtors[0].id, principal_amount=10000)
        large = self._create_active_loan(partner_id=debtors[1].id, principal_amount=90000)
        self._move_to(self.company._get_business_date() + timedelta(days=5))
        late = self._create_active_loan(partner_id=debtors[2].id)
        self._move_to(self.company._get_business_date() + timedelta(days=40))
        cases = self.case_model.search([('company_id', '=', self.company.id)])
        self.assertEqual(cases.mapped('loan_ids'), large | small | late)
        self.assertEqual(cases.loan_ids.ids, [large.id, small.id, late.id])

    def test_search_by_days_overdue(self):
        case = self._get_case(self._create_overdue_loan(days=30))
        for operator, days, found in (
            ('>', 29, True), ('>', 30, False), ('>=', 30, True), ('<', 30, False),
            ('<', 31, True), ('<=', 30, True), ('=', 30, True), ('in', [29, 31], False),
        ):
            self.assertEqual(bool(self.case_model.search([
                ('id', '=', case.id), ('days_overdue', operator, days)])), found, operator)

    @mute_logger('odoo.sql_db')
    def test_the_database_refuses_a_second_open_case(self):
        case = self._get_case(self._create_overdue_loan(days=1))
        self.env.flush_all()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                "INSERT INTO carloan_collection_case (partner_id, company_id, currency_id, state, "
                "opened_date) VALUES (%s, %s, %s, 'open', '2026-01-01')",
                [case.partner_id.id, case.company_id.id, case.currency_id.id])

    def test_the_number_of_queries_does_not_depend_on_the_number_of_debtors(self):
        counts = []
        for first, last in ((1, 2), (2, 12)):
            for number in range(first, last):
                self._create_active_loan(partner_id=self._create_debtor(number).id)
            as_of = self.company._get_business_date() + timedelta(days=50)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.case_model._sync(self.company, as_of)
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
