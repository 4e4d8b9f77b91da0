from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.date_utils import end_of

#: Each day is one pass over the whole book.
MAX_DAYS = 400


class CarloanDayCubeWizard(models.TransientModel):
    """Write the daily figures of closed days that have none: before the installation of this
    addon, or before an upgrade brought the figures."""
    _name = 'carloan.day.cube.wizard'
    _inherit = ['carloan.guard.mixin']
    _description = "Fill Missing Daily Figures"
    _guarded_fields = ()

    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company)
    first_date = fields.Date(
        "From", required=True, default=lambda self: self._get_bounds(self.env.company)[0])
    last_date = fields.Date(
        "To", required=True, default=lambda self: self._get_bounds(self.env.company)[1])
    month_ends_only = fields.Boolean(
        default=True, help="Figures of the last day of each month; enough for most histories.")
    missing_count = fields.Integer("Days Without Figures", compute='_compute_missing_count')

    @api.depends('company_id', 'first_date', 'last_date', 'month_ends_only')
    def _compute_missing_count(self):
        for wizard in self:
            wizard.missing_count = len(wizard._get_missing_dates())

    @api.constrains('company_id', 'first_date', 'last_date')
    def _check_dates(self):
        for wizard in self:
            first, last = wizard._get_bounds(wizard.company_id)
            if not first <= wizard.first_date <= wizard.last_date <= last:
                raise ValidationError(self.env._(
                    "%(from)s to %(to)s cannot be filled; %(first)s (first entry) to %(last)s "
                    "(last closed day) is possible.", first=first, last=last,
                    **{'from': wizard.first_date, 'to': wizard.last_date}))

    def action_fill(self):
        self.ensure_one()
        self._check_role('accountant', 'administrator')
        if self.company_id not in self.env.user.company_ids:
            raise ValidationError(self.env._("This company is not one of yours."))
        dates = self._get_missing_dates()
        if len(dates) > MAX_DAYS:
            raise ValidationError(self.env._(
                "%(count)s days are missing; up to %(most)s can be filled at once.",
                count=len(dates), most=MAX_DAYS))
        cube = self.env['carloan.day.cube'].sudo()
        for date in dates:
            cube._write_past_day(self.company_id, date)
        self.invalidate_recordset(['missing_count'])
        return self.env['ir.actions.act_window']._for_xml_id(
            'carloan_credit.carloan_day_cube_action')

    @api.model
    def _get_bounds(self, company):
        """(first day in the books, last closed day)"""
        last = company._get_business_date() - timedelta(days=1)
        first = self.env['carloan.loan'].sudo()._get_first_day(company, 'booked')
        return min(first or last, last), last

    def _get_missing_dates(self):
        """The days asked for that have no figures, in order."""
        self.ensure_one()
        if not (self.company_id and self.first_date and self.last_date):
            return []
        known = {date for date, in self.env['carloan.day.cube'].sudo()._read_group(
            [('company_id', '=', self.company_id.id)], ['date:day'])}
        days = (self.last_date - self.first_date).days + 1
        dates = [self.first_date + timedelta(days=number) for number in range(days)]
        return [
            date for date in dates if date not in known
            and (not self.month_ends_only or date == end_of(date, 'month'))]
