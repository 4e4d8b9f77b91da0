import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

_COMMIT_KEY = 'carloan_commit_pass'
# When the window that drives a run is closed, the server goes on with it after this time.
_GO_ON_AFTER = timedelta(minutes=3)


class CommitPass:
    """Permission to commit after each step, carried in the context of the nightly job.

    It is an object, so JSON cannot carry it: no client can make a request commit half way.
    """

    __slots__ = ()


class CarloanDayEnd(models.Model):
    """Running a day end: step by step, each kept before the next begins."""
    _inherit = 'carloan.day.end'

    @api.model
    def _get_or_create(self, company, date):
        day_end = self.sudo().search([('company_id', '=', company.id), ('date', '=', date)])
        return day_end or self.sudo()._create_guarded([{
            'company_id': company.id, 'date': date}])

    @api.model
    def _request(self, company, until):
        """Put the days up to `until` on the list of what is to be closed.

        :return: the day ends, in order
        """
        day_ends = self.browse()
        date = company._get_business_date()
        while date <= until:
            day_ends |= self._get_or_create(company, date)
            date += timedelta(days=1)
        self.env.ref('carloan_credit.carloan_day_end_cron').sudo()._trigger(
            fields.Datetime.now() + _GO_ON_AFTER)
        return day_ends

    def _run(self):
        """Close the day: all steps in order, then the business date moves on.

        :return: whether the day is closed
        """
        self.ensure_one()
        day_end = self.sudo().with_company(self.company_id)
        day_end._lock_day()
        while day_end._do_next():
            if not day_end._commit_step():
                break
            day_end._lock_day()
        day_end._commit_step()
        return day_end.state == 'done'

    def _run_next(self):
        """Do one step of the day, or close it when all are done; for a request of its own.

        :return: whether there is more to do
        """
        self.ensure_one()
        day_end = self.sudo().with_company(self.company_id)
        day_end._lock_day()
        return day_end._do_next()

    def _do_next(self):
        if self.state == 'done':
            return False
        self._check_date()
        self._prepare_steps()
        if self.state != 'running':
            self._write_guarded({
                'state': 'running', 'user_id': self.env.uid,
                'started_at': self.started_at or fields.Datetime.now(), 'ended_at': False})
        step = self._get_next_step()
        if not step:
            self._close()
            return False
        if not step._run():
            self._write_guarded({'state': 'failed', 'ended_at': fields.Datetime.now()})
            return False
        return True

    def _lock_day(self):
        """One run at a time in a company."""
        try:
            self.lock_for_update()
        except UserError as error:
            raise UserError(self.env._(
                "The day end of %(date)s is running already.", date=self.date)) from error

    def _check_date(self):
        today = self.company_id._get_business_date()
        if self.date != today:
            raise UserError(self.env._(
                "Only the current business date %(today)s of %(company)s can be closed, not "
                "%(date)s.", today=today, company=self.company_id.name, date=self.date))
        last = self.company_id._get_last_closable_date()
        if self.date > last:
            raise UserError(self.env._(
                "%(date)s cannot be closed yet: days up to %(last)s are over.",
                date=self.date, last=last))

    def _prepare_steps(self):
        """List the steps; one that a newly installed addon brings joins a run that broke off."""
        loans = self.env['carloan.loan']
        known = set(self.step_ids.mapped('name'))
        missing = [step for step in sorted(loans._day_end_steps()) if step[1] not in known]
        if missing:
            labels = loans._get_day_end_step_labels()
            self.env['carloan.day.end.step']._create_guarded([
                {'day_end_id': self.id, 'sequence': sequence, 'name': name,
                 'label': labels.get(name, name)}
                for sequence, name in missing])

    def _close(self):
        transactions = self.env['carloan.transaction'].search_count([
            ('company_id', '=', self.company_id.id), ('booking_date', '=', self.date)])
        self._write_guarded({
            'state': 'done', 'ended_at': fields.Datetime.now(),
            'touched_count': sum(self.step_ids.mapped('touched_count')),
            'transaction_count': transactions})
        self.company_id._set_business_date(fields.Date.add(self.date, days=1))

    def _commit_step(self):
        """Keep what a step of the nightly job did; in a request, the request is one transaction.

        :return: whether there is time for another step
        """
        if not isinstance(self.env.context.get(_COMMIT_KEY), CommitPass):
            return True
        time_left = self.env['ir.cron']._commit_progress(1)
        self.env.invalidate_all()
        return time_left > 0

    def _with_commits(self):
        """The same records, allowed to commit after each step: for the nightly job alone."""
        return self.with_context(**{_COMMIT_KEY: CommitPass()})
