from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import MORNING, CollectionCommon


@tagged('post_install', '-at_install')
class TestContact(CollectionCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_overdue_loan(days=4)
        cls.case = cls._get_case(cls.loan)

    def setUp(self):
        super().setUp()
        self._at(MORNING)

    def test_a_contact_is_logged_from_the_case(self):
        action = self.case.with_user(self.collector).action_log_contact()
        model = self.env[action['res_model']].with_user(self.collector)
        task = self.case.next_task_id
        with Form(model.with_context(**action['context'])) as form:
            self.assertEqual(form.partner_id, self.customer)
            form.outcome_id = self.outcome
            form.note = "Promises to look into it"
        form.record.action_log()
        self.assertRecordValues(self.case.contact_ids, [{
            'partner_id': self.customer.id, 'company_id': self.company.id,
            'user_id': self.collector.id, 'channel': task.channel, 'task_id': task.id,
            'contact_datetime': MORNING, 'outcome_id': self.outcome.id,
            'note': "Promises to look into it"}])
        self.assertRecordValues(task, [{
            'state': 'done', 'done_date': self.company._get_business_date()}])
        self.assertEqual(self.case.last_contact_id, self.case.contact_ids)

    def test_the_number_is_masked(self):
        contact = self._log(self.case)
        self.assertEqual(contact.number_masked, '138****5678')
        self.assertFalse(self._log(self.case, channel='letter').number_masked)

    def test_a_promise_needs_a_day_and_an_amount(self):
        today = self.company._get_business_date()
        for values in (
            {}, {'promise_date': today}, {'promise_amount': 100},
            {'promise_date': today - timedelta(days=1), 'promise_amount': 100},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._log(self.case, outcome_id=self.promise.id, **values)
        contact = self._log(
            self.case, outcome_id=self.promise.id, promise_date=today, promise_amount=100)
        self.assertRecordValues(contact, [{'promise_date': today, 'promise_amount': 100}])

    def test_quiet_hours_are_counted_on_the_clock_of_the_debtor(self):
        for hour, minute, allowed in (
            (7, 59, False), (8, 0, True), (12, 0, True), (21, 59, True), (22, 0, False),
            (23, 30, False), (0, 0, False), (3, 0, False),
        ):
            shanghai = datetime(2026, 2, 20, hour, minute)
            self._at(shanghai - timedelta(hours=8))
            for channel in ('call', 'visit', 'sms'):
                with self.subTest(hour=hour, minute=minute, channel=channel):
                    if allowed:
                        self._log(self.case, channel=channel)
                        continue
                    with self.assertRaises(UserError) as caught:
                        self._log(self.case, channel=channel)
                    self.assertIn("08:00", str(caught.exception))
                    self.assertIn("22:00", str(caught.exception))
        self._at(datetime(2026, 2, 20, 18, 0))
        self._log(self.case, channel='letter')

    def test_the_quiet_hours_are_a_parameter(self):
        self.env['carloan.parameter']._create_guarded([{
            'code': 'collection.quiet_from', 'name': "Quiet from", 'value': '20:00',
            'value_type': 'text', 'company_id': self.company.id, 'valid_from': '2026-01-01',
            'state': 'in_force', 'delivered': True}])
        self._at(datetime(2026, 2, 20, 13, 0))
        with self.assertRaises(UserError) as caught:
            self._log(self.case)
        self.assertIn("20:00", str(caught.exception))

    def test_a_number_is_not_called_all_day_long(self):
        for attempt in range(6):
            self._at(MORNING + timedelta(minutes=10 * attempt))
            self._log(self.case, outcome_id=self.no_answer.id)
        self._at(MORNING + timedelta(hours=2))
        with self.assertRaises(UserError) as caught:
            self._log(self.case, outcome_id=self.no_answer.id)
        self.assertIn("6", str(caught.exception))
        self._log(self.case, channel='sms')
        self._at(MORNING + timedelta(days=1))
        self._log(self.case)

    def test_a_contact_is_written_down_when_it_took_place(self):
        for moment in (MORNING + timedelta(minutes=1), MORNING - timedelta(days=4)):
            with self.subTest(moment=moment), self.assertRaises(ValidationError):
                self._log(self.case, contact_datetime=moment)
        self._log(self.case, channel='visit', contact_datetime=MORNING - timedelta(days=1))

    def test_no_contact_with_somebody_who_has_paid(self):
        self._pay_due(self.loan)
        with self.assertRaises(UserError):
            self._log(self.case)

    def test_only_collectors_log_contacts(self):
        for role, user in self._role_users().items():
            if role == 'collector':
                continue
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._log(self.case, user=user)
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.case.with_user(user).action_log_contact()
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.case.task_ids[:1].with_user(user).action_done()

    def test_a_task_of_another_case_is_refused(self):
        other = self._create_debtor(7)
        loan = self._create_active_loan(partner_id=other.id)
        self._pass_days_after(loan.first_unpaid_due_date, 1)
        with self.assertRaises(UserError):
            self._log(self.case, task_id=self._get_case(loan).task_ids[:1].id)
