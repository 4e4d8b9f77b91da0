from odoo import fields, models

from odoo.addons.carloan_base.actions import open_form

from ..const import CHANNELS


class CarloanCollectionTask(models.Model):
    """One act that a strategy asks for in a case; done by writing down the contact."""
    _name = 'carloan.collection.task'
    _inherit = ['carloan.guard.mixin']
    _description = "Collection Task"
    _order = 'due_date, id'
    _rec_name = 'strategy_id'
    _guarded_fields = (
        'state', 'case_id', 'strategy_id', 'company_id', 'channel', 'due_date', 'done_date')

    case_id = fields.Many2one(
        'carloan.collection.case', required=True, readonly=True, index=True, ondelete='cascade')
    strategy_id = fields.Many2one(
        'carloan.collection.strategy', required=True, readonly=True, index=True,
        ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id')
    user_id = fields.Many2one(related='case_id.user_id')
    phone = fields.Char(related='case_id.phone')
    days_overdue = fields.Integer(related='case_id.days_overdue', aggregator=None)
    overdue_amount = fields.Monetary(related='case_id.overdue_amount')
    currency_id = fields.Many2one(related='case_id.currency_id')
    text = fields.Text(related='strategy_id.text')
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    due_date = fields.Date(required=True, readonly=True)
    done_date = fields.Date("Done on", readonly=True)
    state = fields.Selection(
        [('todo', "To do"), ('done', "Done"), ('cancelled', "Cancelled")],
        required=True, readonly=True, default='todo', index=True)

    _case_strategy_uniq = models.UniqueIndex(
        '(case_id, strategy_id)', "A strategy gives one task per case.")

    def action_done(self):
        """Do the task: write down the contact."""
        self.ensure_one()
        self._check_role('collector')
        return self.case_id._get_contact_action(self)

    def action_view_case(self):
        self.ensure_one()
        return open_form(self.case_id)

    def _set_done(self):
        for task in self.filtered(lambda task: task.state == 'todo'):
            task._write_guarded(
                {'state': 'done', 'done_date': task.company_id._get_business_date()})
