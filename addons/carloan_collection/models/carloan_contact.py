from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.carloan_base.validators import mask, normalise

from ..const import CHANNELS, DISTURBING_CHANNELS


class CarloanContact(models.Model):
    """One contact with a debtor, or the attempt. Written by `_log` only and never changed."""
    _name = 'carloan.contact'
    _inherit = ['carloan.append.only.mixin']
    _description = "Collection Contact"
    _order = 'contact_datetime desc, id desc'
    _rec_name = 'outcome_id'

    case_id = fields.Many2one(
        'carloan.collection.case', required=True, index=True, ondelete='restrict')
    task_id = fields.Many2one(
        'carloan.collection.task', index='btree_not_null', ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, index=True, ondelete='restrict')
    currency_id = fields.Many2one(related='company_id.currency_id')
    partner_id = fields.Many2one(
        'res.partner', "Debtor", required=True, index=True, ondelete='restrict')
    user_id = fields.Many2one(
        'res.users', "Collector", required=True, index=True, ondelete='restrict')
    contact_datetime = fields.Datetime("Time", required=True)
    channel = fields.Selection(CHANNELS, required=True)
    number_masked = fields.Char("Number", help="The number that was called, hidden in part.")
    outcome_id = fields.Many2one(
        'carloan.contact.outcome', required=True, index=True, ondelete='restrict')
    note = fields.Text()
    promise_date = fields.Date("Promised for")
    promise_amount = fields.Monetary("Promised amount")

    @api.model
    def _log(self, vals_list):
        """Write contacts down, if the rules of conduct allow them.

        :param vals_list: dicts with case_id, channel, outcome_id, contact_datetime and optionally
            task_id, note, promise_date, promise_amount
        """
        prepared = [self._prepare_vals(vals) for vals in vals_list]
        for vals in prepared:
            reasons = self._get_conduct_reasons(vals)
            if reasons:
                raise UserError('\n'.join(reasons))
        contacts = self._append(prepared)
        contacts.sudo().task_id._set_done()
        return contacts

    @api.model
    def _prepare_vals(self, vals):
        case = self.env['carloan.collection.case'].browse(vals['case_id'])
        by_phone = vals['channel'] in ('call', 'sms')
        return {
            'user_id': self.env.uid,
            **vals,
            'partner_id': case.partner_id.id,
            'company_id': case.company_id.id,
            'number_masked': by_phone and mask(normalise(case.partner_id.phone), 3, 4),
        }

    @api.model
    def _get_conduct_reasons(self, vals):
        """Why this contact may not take place (GB/T 45251-2025). Leaves add rules."""
        company = self.env['res.company'].browse(vals['company_id'])
        if vals['channel'] not in DISTURBING_CHANNELS:
            return []
        return [
            *self._get_quiet_reasons(vals, company),
            *self._get_attempt_reasons(vals, company),
        ]

    @api.model
    def _get_quiet_reasons(self, vals, company):
        start = self._get_rule('quiet_from', company)
        end = self._get_rule('quiet_to', company)
        local = self._to_local(vals['contact_datetime'], company)
        begin, stop = time.fromisoformat(start), time.fromisoformat(end)
        now = local.time()
        quiet = begin <= now < stop if begin <= stop else now >= begin or now < stop
        if not quiet:
            return []
        return [self.env._(
            "%(time)s lies in the quiet hours from %(start)s to %(end)s: no call, message or "
            "visit. Allowed: from %(end)s to %(start)s.",
            time=local.strftime('%H:%M'), start=start, end=end)]

    @api.model
    def _get_attempt_reasons(self, vals, company):
        """A number that nobody answers is not called all day long."""
        if vals['channel'] != 'call':
            return []
        limit = self._get_rule('unanswered_per_number_day', company)
        day = self._to_local(vals['contact_datetime'], company).replace(
            hour=0, minute=0, second=0, microsecond=0)
        attempts = self.sudo().search_count([
            ('partner_id', '=', vals['partner_id']), ('company_id', '=', company.id),
            ('channel', '=', 'call'), ('number_masked', '=', vals['number_masked']),
            ('outcome_id.is_reached', '=', False),
            ('contact_datetime', '>=', day.astimezone(timezone.utc).replace(tzinfo=None)),
            ('contact_datetime', '<=', vals['contact_datetime']),
        ])
        if attempts < limit:
            return []
        return [self.env._(
            "%(number)s was called %(count)s times today without an answer. Allowed: %(limit)s "
            "attempts per number and day.",
            number=vals['number_masked'] or '-', count=attempts, limit=limit)]

    @api.model
    def _get_rule(self, name, company):
        return self.env['carloan.parameter']._get(f'collection.{name}', company=company)

    @api.model
    def _to_local(self, moment, company):
        """The wall clock of the debtor at a UTC moment of the database."""
        zone = ZoneInfo(self._get_rule('tz', company))
        return fields.Datetime.to_datetime(moment).replace(tzinfo=timezone.utc).astimezone(zone)

    @api.model
    def _get_now(self):
        """The clock: a phone rings now, whatever the business date."""
        return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
