import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class CarloanDayEnd(models.Model):
    """The closing of one business day of a company: its steps, its figures, what failed.

    Days are closed in order, each once. A run that broke off goes on with the step that was not
    done; every step may be repeated without doing anything twice.
    """
    _name = 'carloan.day.end'
    _inherit = ['carloan.guard.mixin']
    _description = "Day End"
    _order = 'date desc, id desc'
    _rec_name = 'date'
    _guarded_fields = (
        'company_id', 'date', 'state', 'started_at', 'ended_at', 'user_id', 'touched_count',
        'transaction_count')

    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, index=True, ondelete='restrict')
    date = fields.Date("Business Date", required=True, readonly=True)
    state = fields.Selection(
        [('draft', "Not Started"), ('running', "Running"), ('done', "Done"),
         ('failed', "Failed")],
        required=True, default='draft', readonly=True)
    user_id = fields.Many2one('res.users', "Run By", readonly=True)
    started_at = fields.Datetime(readonly=True)
    ended_at = fields.Datetime(readonly=True)
    progress = fields.Float("Progress (%)", compute='_compute_progress', aggregator=None)
    touched_count = fields.Integer("Records Touched", readonly=True)
    transaction_count = fields.Integer("Transactions", readonly=True)
    step_ids = fields.One2many('carloan.day.end.step', 'day_end_id')
    failure_ids = fields.One2many('carloan.day.end.failure', 'day_end_id')
    failure_count = fields.Integer(compute='_compute_failure_count')

    _date_uniq = models.Constraint(
        'UNIQUE (company_id, date)', "This day has a day end already.")

    @api.depends('step_ids.state')
    def _compute_progress(self):
        for day_end in self:
            steps = day_end.step_ids
            done = steps.filtered(lambda step: step.state == 'done')
            day_end.progress = 100.0 * len(done) / len(steps) if steps else 0.0

    @api.depends('failure_ids.resolved')
    def _compute_failure_count(self):
        counts = dict(self.env['carloan.day.end.failure']._read_group(
            [('day_end_id', 'in', self.ids), ('resolved', '=', False)],
            ['day_end_id'], ['__count']))
        for day_end in self:
            day_end.failure_count = counts.get(day_end, 0)

    @api.depends('date', 'company_id.name')
    def _compute_display_name(self):
        for day_end in self:
            day_end.display_name = f"{day_end.date} {day_end.company_id.name}"

    # === ACTIONS === #

    def action_run(self):
        """Run, or go on with, day ends that are not done."""
        self._check_role('accountant', 'administrator')
        self.check_access('read')
        for day_end in self.sorted('date'):
            day_end._run()

    def action_view_transactions(self):
        self.ensure_one()
        self.check_access('read')
        return {
            **self.env['ir.actions.act_window']._for_xml_id(
                'carloan_credit.carloan_transaction_action'),
            'domain': [
                ('company_id', '=', self.company_id.id), ('booking_date', '=', self.date)],
            'context': {},
        }

    # === BUSINESS === #

    @api.model
    def _get_or_create(self, company, date):
        day_end = self.sudo().search([('company_id', '=', company.id), ('date', '=', date)])
        return day_end or self.sudo()._create_guarded([{
            'company_id': company.id, 'date': date}])

    def _run(self):
        """Close the day: all steps in order, then the business date moves on.

        :return: whether the day is closed
        """
        self.ensure_one()
        day_end = self.sudo().with_company(self.company_id)
        day_end._lock_day()
        if day_end.state == 'done':
            return True
        day_end._check_date()
        day_end._write_guarded({
            'state': 'running', 'user_id': self.env.uid,
            'started_at': day_end.started_at or fields.Datetime.now()})
        day_end._prepare_steps()
        steps = day_end.step_ids.sorted(lambda step: (step.sequence, step.id))
        for step in steps.filtered(lambda step: step.state != 'done'):
            if not step._run():
                day_end._write_guarded({'state': 'failed', 'ended_at': fields.Datetime.now()})
                return False
            day_end._commit_step()
        day_end._close()
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
        labels = loans._get_day_end_step_labels()
        self.env['carloan.day.end.step']._create_guarded([
            {'day_end_id': self.id, 'sequence': sequence, 'name': name,
             'label': labels.get(name, name)}
            for sequence, name in sorted(loans._day_end_steps()) if name not in known])

    def _close(self):
        transactions = self.env['carloan.transaction'].search_count([
            ('company_id', '=', self.company_id.id), ('booking_date', '=', self.date)])
        self._write_guarded({
            'state': 'done', 'ended_at': fields.Datetime.now(),
            'touched_count': sum(self.step_ids.mapped('touched_count')),
            'transaction_count': transactions})
        self.company_id._set_business_date(fields.Date.add(self.date, days=1))
        self._commit_step()

    def _commit_step(self):
        """Keep what a step of the nightly job did; on the screen a day is one transaction."""
        if self.env.context.get('ir_cron_progress_id'):
            self.env['ir.cron']._commit_progress(1)
            self._lock_day()

    # === ISOLATION === #

    def _run_isolated(self, loans, method):
        """Call `method(batch)` on all loans at once; when that fails, on halves, down to the
        loan that is to blame, which is listed with its error while the others go on.

        :return: the number of loans that went well
        """
        if not loans:
            return 0
        try:
            with self.env.cr.savepoint():
                method(loans)
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # any error of one loan must not stop others
            if len(loans) > 1:
                middle = len(loans) // 2
                return self._run_isolated(loans[:middle], method) + self._run_isolated(
                    loans[middle:], method)
            self._note_failure(loans, error)
            return 0
        self._resolve_failures(loans)
        return len(loans)

    def _note_failure(self, loan, error):
        step = self._get_running_step()
        _logger.warning("Day end %s, step %s: loan %s failed", self.date, step, loan.id,
                        exc_info=error)
        failures = self.env['carloan.day.end.failure'].sudo()
        same = failures.search([
            ('day_end_id', '=', self.id), ('loan_id', '=', loan.id), ('step', '=', step)])
        if same:
            same._write_guarded({'error': str(error), 'resolved': False})
        else:
            failures._create_guarded([{
                'day_end_id': self.id, 'step': step, 'loan_id': loan.id, 'error': str(error)}])

    def _resolve_failures(self, loans):
        """The step went well now: earlier failures of these loans are history."""
        step = self._get_running_step()
        self.env.cr.execute(SQL(
            "UPDATE carloan_day_end_failure SET resolved = TRUE "
            "WHERE NOT resolved AND step = %s AND loan_id = ANY(%s)", step, loans.ids))
        self.env['carloan.day.end.failure'].invalidate_model(['resolved'])

    # === GETTERS === #

    def _get_running_step(self):
        return self.step_ids.filtered(lambda step: step.state == 'running')[:1].name or ''

    def _get_last_done_date(self):
        """The last closed day before this one; everything up to it has been looked at."""
        last = self.search(
            [('company_id', '=', self.company_id.id), ('state', '=', 'done'),
             ('date', '<', self.date)], order='date desc', limit=1)
        return last.date or fields.Date.to_date('1900-01-01')
