from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models.carloan_day_end_run import CommitPass
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestDayEndRun(CreditCommon):
    """Who runs day ends, in which pieces, and what is kept when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()
        cls.cron = cls.env.ref('carloan_credit.carloan_day_end_cron').sudo()

    def _patch_clock(self, day):
        return patch.object(type(self.company), '_get_clock_date', return_value=day)

    def _drive(self, day_end, user):
        """What the form does: one step a request, until nothing is left."""
        steps = 0
        while day_end:
            next_id = day_end.with_user(user).action_run_next()
            steps += 1
            day_end = self.env['carloan.day.end'].browse(next_id or [])
        return steps

    def test_who_may_close_days(self):
        wizard_model = self.env['carloan.day.end.wizard']
        for user in (self.officer, self.cashier, self.risk_manager, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                wizard_model.with_user(user).create({'until_date': self.today})
        wizard = wizard_model.with_user(self.accountant).create({'until_date': self.today})
        day_end = self.env['carloan.day.end'].browse(wizard.action_run()['res_id'])
        for method in ('action_run', 'action_start', 'action_run_next'):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(day_end.with_user(self.officer), method)()
        self._drive(day_end, self.accountant)
        self.assertRecordValues(day_end, [{'state': 'done', 'user_id': self.accountant.id}])

    def test_wizard_names_the_days_that_can_be_closed(self):
        with self.assertRaisesRegex(ValidationError, "2026-01-15 to"):
            self.env['carloan.day.end.wizard'].with_user(self.accountant).create({
                'until_date': date(2026, 1, 14)})

    def test_the_form_runs_the_days_asked_for_step_by_step(self):
        wizard = self.env['carloan.day.end.wizard'].with_user(self.accountant).create({
            'until_date': date(2026, 1, 17)})
        day_end = self.env['carloan.day.end'].browse(wizard.action_run()['res_id'])
        self.assertEqual(self.company.carloan_business_date, self.today)
        self.assertTrue(day_end.with_user(self.accountant).action_run_next())
        self.assertEqual(day_end.state, 'running')
        self.assertTrue(0 < day_end.progress < 100)
        self.assertGreater(self._drive(day_end, self.accountant), 3 * len(day_end.step_ids) - 2)
        self.assertEqual(self.company.carloan_business_date, date(2026, 1, 18))

    def test_a_failed_step_stops_the_form(self):
        day_end = self.env['carloan.day.end']._request(self.company, self.today)
        broken = patch.object(
            type(self.loan), '_step_due', side_effect=UserError("No instalments"))
        with broken, self.assertLogs('odoo.addons.carloan_credit', 'ERROR'):
            self._drive(day_end, self.accountant)
        self.assertRecordValues(day_end, [{'state': 'failed'}])
        self.assertEqual(self.company.carloan_business_date, self.today)

    def test_cron_closes_the_days_of_companies_that_want_it(self):
        with self._patch_clock(date(2026, 1, 18)), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
            self.assertEqual(self.company.carloan_business_date, self.today)
            self.company.carloan_day_end_auto = True
            self.cron.method_direct_trigger()
        self.assertEqual(self.company.carloan_business_date, date(2026, 1, 18))

    def test_cron_goes_on_with_what_was_asked_for_and_left(self):
        day_ends = self.env['carloan.day.end']._request(self.company, date(2026, 1, 16))
        day_ends[0].with_user(self.accountant).action_run_next()
        with self._patch_clock(date(2026, 1, 20)), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.assertEqual(self.company.carloan_business_date, date(2026, 1, 17))
        self.assertEqual(day_ends[0].user_id, self.accountant)

    def test_one_lender_that_cannot_close_stops_no_other(self):
        other = self._create_lender("Far Ahead", date(2026, 3, 1))
        self.env['carloan.day.end']._request(other, date(2026, 3, 1))
        self.env['carloan.day.end']._request(self.company, self.today)
        with self._patch_clock(self.today), self.enter_registry_test_mode(), self.assertLogs(
                'odoo.addons.carloan_credit.models.res_company', 'WARNING') as log:
            self.cron.method_direct_trigger()
        self.assertIn("Far Ahead", log.output[0])
        self.assertEqual(other.carloan_business_date, date(2026, 3, 1))
        self.assertEqual(self.company.carloan_business_date, date(2026, 1, 16))

    def test_the_nightly_job_keeps_each_step(self):
        with patch.object(type(self.env['ir.cron']), '_commit_progress', return_value=9) as kept:
            day_end = self.company._run_day_ends(self.today, commit=True)
        self.assertGreaterEqual(kept.call_count, len(day_end.step_ids))

    def test_no_client_makes_a_request_commit_half_way(self):
        """Whatever JSON puts into the context: words, numbers, lists, objects of strings."""
        day_end = self.env['carloan.day.end']._get_or_create(self.company, self.today)
        forged = {
            'ir_cron_progress_id': 1, 'cron_id': self.cron.id, 'carloan_commit_pass': True,
            'carloan_commit': {'__class__': 'CommitPass'}}
        for value in (True, 1, 'CommitPass', [1], {'__class__': 'CommitPass'}):
            forged['carloan_commit_pass'] = value
            with self.subTest(value=value), patch.object(
                    type(self.env['ir.cron']), '_commit_progress') as kept:
                day_end.with_user(self.accountant).with_context(**forged)._commit_step()
                kept.assert_not_called()
        with patch.object(type(self.env['ir.cron']), '_commit_progress') as kept:
            day_end.with_user(self.accountant).with_context(**forged).action_run()
            kept.assert_not_called()
        self.assertEqual(day_end.state, 'done')
        allowed = day_end._with_commits().env.context
        self.assertIn(CommitPass, [type(value) for value in allowed.values()])
