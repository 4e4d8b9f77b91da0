from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..past_change import Nights


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
        """Run, or go on with, day ends that are not done, in one go."""
        self._check_runner()
        for day_end in self.sorted('date'):
            day_end._run()

    def action_start(self):
        """Open the day end and let its form run it step by step, so that people see how far it is.

        The form calls `action_run_next` as long as there is more to do.
        """
        self.ensure_one()
        self._check_runner()
        return self._get_form_action()

    def action_run_next(self):
        """Do the next step.

        :return: the id of the day end that is to be gone on with; False when all that was asked
                 for is done, or something failed
        """
        self.ensure_one()
        self._check_runner()
        if self._run_next():
            return self.id
        if self.state != 'done':
            return False
        return self.search([
            ('company_id', '=', self.company_id.id), ('state', 'in', ('draft', 'running')),
            ('date', '=', self.company_id._get_business_date())], limit=1).id

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

    # === GETTERS === #

    def _check_runner(self):
        self._check_role('accountant', 'administrator')
        self.check_access('read')

    def _get_form_action(self):
        """The form that drives the run as long as the one who started it looks at it."""
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self[:1].id,
            'views': [(False, 'form')],
            'context': {'carloan_drive_day_end': True},
        }

    def _get_next_step(self):
        """The step that runs, or is next to: the first that is not done."""
        steps = self.step_ids.filtered(lambda step: step.state != 'done')
        return steps.sorted(lambda step: (step.sequence, step.id))[:1]

    def _get_last_done_date(self):
        """The last closed day before this one; everything up to it has been looked at."""
        return self._get_last_done().date or fields.Date.to_date('1900-01-01')

    def _get_last_done(self):
        return self.search(
            [('company_id', '=', self.company_id.id), ('state', '=', 'done'),
             ('date', '<', self.date)], order='date desc', limit=1)

    @api.model
    def _get_nights(self, companies):
        """{company: `Nights`}: what the nights did that a replay has to do again.

        A night that broke off counts as far as it came, because it goes on from there.
        """
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """
            SELECT d.company_id, d.date, s.name,
                   date_trunc('month', d.date + 1) > COALESCE(d.last_date, d.date - 1) + 1
              FROM (SELECT id, company_id, date, LAG(date) OVER (
                           PARTITION BY company_id ORDER BY date) AS last_date
                      FROM carloan_day_end
                     WHERE company_id = ANY(%s) AND state <> 'draft') d
              JOIN carloan_day_end_step s ON s.day_end_id = d.id
             WHERE s.state = 'done' AND s.name IN ('overpayment', 'penalty')
            """, companies.ids))
        nights = {}
        for company in companies:
            today = company._get_business_date()
            own = [row[1:] for row in rows if row[0] == company.id]
            begun = (today, 'overpayment') in {row[:2] for row in own}
            nights[company] = Nights(
                today if begun else today - timedelta(days=1),
                frozenset(day for day, name, at_end in own if name == 'penalty' and at_end))
        return nights

    def _get_month_ends(self):
        """The month ends since the last closed day, this day included."""
        self.ensure_one()
        last = self._get_last_done().date
        first = last + timedelta(days=1) if last else self.date
        days = [first + timedelta(days=day) for day in range((self.date - first).days + 1)]
        return [day for day in days if (day + timedelta(days=1)).day == 1]
