from datetime import datetime, time, timedelta

from odoo import models

from odoo.addons.carloan_credit.demo_plan import order_rng

# channel -> (outcome, weight) that the collector of the demo book meets
OUTCOMES = {
    'call': (('no_answer', 4), ('reached', 3), ('promise', 2), ('refused', 1)),
    'visit': (('visit_met', 1), ('visit_absent', 2)),
}
FIRST_CALL = time(1, 30)  # UTC: half past nine in Shanghai


class CarloanDemoBook(models.AbstractModel):
    """The collector's days in the demo book: the tasks of each morning, worked off but for the
    last days."""
    _inherit = 'carloan.demo.book'

    def _demo_after_day(self, setting, day):
        super()._demo_after_day(setting, day)
        tasks = self.env['carloan.collection.task'].search([
            ('company_id', '=', setting['company'].id), ('state', '=', 'todo'),
            ('due_date', '=', day - timedelta(days=1)), ('case_id.state', '=', 'open')])
        if not tasks:
            return
        env = self._get_env(setting, setting['users']['collector'])
        outcomes = {outcome.code: outcome for outcome in
                    self.env['carloan.contact.outcome'].search([])}
        env['carloan.contact']._log([
            self._prepare_contact_vals(setting, day, task, number, outcomes)
            for number, task in enumerate(tasks)])

    def _prepare_contact_vals(self, setting, day, task, number, outcomes):
        """What came of one task, drawn by the number of the loan's order and the day."""
        rng = order_rng(setting['seed'], task.partner_id.ref, day)
        codes, weights = zip(*OUTCOMES.get(task.channel, (('sent', 1),)), strict=True)
        outcome = outcomes[rng.choices(codes, weights=weights)[0]]
        return {
            'case_id': task.case_id.id, 'task_id': task.id, 'channel': task.channel,
            'contact_datetime': datetime.combine(day, FIRST_CALL) + timedelta(minutes=7 * number),
            'outcome_id': outcome.id,
            'promise_date': outcome.is_promise and day + timedelta(days=rng.randrange(2, 8)),
            'promise_amount': outcome.is_promise and task.overdue_amount,
        }
