import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    _inherit = 'res.company'

    carloan_day_end_auto = fields.Boolean(
        "Close Days Automatically",
        help="Every night, close the business days that are over.")
    carloan_day_end_max_ahead = fields.Integer(
        "Days Ahead of the Clock",
        help="How many days beyond today a business day may be closed. 0 = today at most.")

    carloan_backdate_days = fields.Integer(
        "Days of Back-dating", default=366,
        help="How many days before the business date the value date of money may lie. What "
             "followed on the loan is then calculated anew. 0 = today only.")

    _carloan_backdate_days = models.Constraint(
        'CHECK (carloan_backdate_days BETWEEN 0 AND 3660)',
        "Money may be dated back by 0 to 3660 days.")
    _carloan_day_end_max_ahead = models.Constraint(
        'CHECK (carloan_day_end_max_ahead BETWEEN 0 AND 31)',
        "A day may be closed 0 to 31 days ahead of the clock.")

    def _run_day_ends(self, until, commit=False):
        """Close the business days up to `until` included, in order, stopping at a failure.

        :param commit: keep each step before the next begins; for the nightly job
        :return: the day ends that ran
        """
        self.ensure_one()
        until = fields.Date.to_date(until)
        day_ends = self.env['carloan.day.end']
        if commit:
            day_ends = day_ends._with_commits()
        while self._get_business_date() <= until:
            day_end = day_ends._get_or_create(self, self._get_business_date())
            day_ends |= day_end
            if not day_end.with_env(day_ends.env)._run():
                break
        return day_ends.with_env(self.env)

    def _get_last_closable_date(self):
        """The last day that may be closed: today in China, plus what the company allows."""
        self.ensure_one()
        return self._get_clock_date() + timedelta(days=self.sudo().carloan_day_end_max_ahead)

    @api.model
    def _cron_run_day_ends(self):
        """Close the days that are over where the company wants it, and go on with what people
        asked for and left."""
        yesterday = self._get_clock_date() - timedelta(days=1)
        until = dict.fromkeys(self.search([('carloan_day_end_auto', '=', True)]), yesterday)
        for company, date in self.env['carloan.day.end']._read_group(
                [('state', 'in', ('draft', 'running'))], ['company_id'], ['date:max']):
            until[company] = max(date, until.get(company, date))
        unfinished = 0
        for company, date in until.items():
            try:
                day_ends = company._run_day_ends(date, commit=True)
                unfinished += 'running' in day_ends.mapped('state')
            except UserError as error:
                _logger.warning("The day ends of %s do not run: %s", company.name, error)
        self.env['ir.cron']._commit_progress(remaining=unfinished)
