from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import CHANNELS

# How long after a visit or letter it may still be written down.
LATEST_ENTRY = timedelta(days=3)


class CarloanContactWizard(models.TransientModel):
    """Asks for the result of a contact and writes it into the contact log."""
    _name = 'carloan.contact.wizard'
    _inherit = ['carloan.guard.mixin']
    _description = "Log a Contact"

    case_id = fields.Many2one('carloan.collection.case', required=True, readonly=True)
    task_id = fields.Many2one(
        'carloan.collection.task', domain="[('case_id', '=', case_id), ('state', '=', 'todo')]")
    partner_id = fields.Many2one(related='case_id.partner_id')
    phone = fields.Char(related='case_id.phone')
    text = fields.Text(related='task_id.text')
    currency_id = fields.Many2one(related='case_id.currency_id')
    overdue_amount = fields.Monetary(related='case_id.overdue_amount')
    channel = fields.Selection(CHANNELS, required=True, default='call')
    contact_datetime = fields.Datetime(
        "Time", required=True, default=lambda self: self.env['carloan.contact']._get_now())
    outcome_id = fields.Many2one('carloan.contact.outcome', required=True)
    is_promise = fields.Boolean(related='outcome_id.is_promise')
    promise_date = fields.Date("Promised for")
    promise_amount = fields.Monetary("Promised amount")
    note = fields.Text()

    @api.onchange('outcome_id')
    def _onchange_outcome_id(self):
        if self.is_promise and not self.promise_amount:
            self.promise_amount = self.overdue_amount

    def action_log(self):
        """Write the contact down; the rules of conduct may refuse it."""
        self._check_role('collector')
        for wizard in self:
            wizard.case_id.check_access('read')
            wizard._check_time()
            wizard._check_promise()
            wizard._check_case()
            self.env['carloan.contact']._log([wizard._prepare_contact_vals()])
        return {'type': 'ir.actions.act_window_close'}

    def _check_case(self):
        if self.case_id.state != 'open':
            raise UserError(self.env._(
                "The case of %(name)s is closed: nothing is overdue any more.",
                name=self.partner_id.name))
        if self.task_id and self.task_id.case_id != self.case_id:
            raise UserError(self.env._("The task belongs to another case."))

    def _check_time(self):
        contacts = self.env['carloan.contact']
        now = contacts._get_now()
        earliest = now - LATEST_ENTRY
        if earliest <= self.contact_datetime <= now:
            return
        first, last = (
            contacts._to_local(moment, self.case_id.company_id).strftime('%Y-%m-%d %H:%M')
            for moment in (earliest, now))
        raise ValidationError(self.env._(
            "A contact is written down when it took place. Allowed: from %(first)s to %(last)s.",
            first=first, last=last))

    def _check_promise(self):
        if not self.is_promise:
            return
        today = self.case_id.company_id._get_business_date()
        if not self.promise_date or self.promise_date < today:
            raise ValidationError(self.env._(
                "Enter the day for which the debtor promises to pay: %(today)s or later.",
                today=today))
        if self.promise_amount <= 0:
            raise ValidationError(self.env._("Enter the amount that the debtor promises to pay."))

    def _prepare_contact_vals(self):
        return {
            'case_id': self.case_id.id,
            'task_id': self.task_id.id,
            'channel': self.channel,
            'contact_datetime': self.contact_datetime,
            'outcome_id': self.outcome_id.id,
            'note': self.note,
            'promise_date': self.is_promise and self.promise_date,
            'promise_amount': self.is_promise and self.promise_amount,
        }
