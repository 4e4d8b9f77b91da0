from odoo import api, fields, models
from odoo.tools import ormcache

from .. import loanmath


class CarloanHoliday(models.Model):
    """One day that is no working day though the week says so, or the other way round (调休): the
    public holidays of a year as the government announces them. The same for all companies."""

    _name = 'carloan.holiday'
    _description = "Holiday"
    _order = 'date desc'

    name = fields.Char(required=True)
    date = fields.Date(required=True, index=True)
    kind = fields.Selection(
        selection=[('holiday', "Day off"), ('working', "Weekend day that is worked")],
        required=True,
        default='holiday',
    )

    _date_unique = models.Constraint('UNIQUE (date)', "This day is in the calendar already.")

    @api.model_create_multi
    def create(self, vals_list):
        holidays = super().create(vals_list)
        self.env.registry.clear_cache()
        return holidays

    def write(self, vals):
        written = super().write(vals)
        self.env.registry.clear_cache()
        return written

    def unlink(self):
        deleted = super().unlink()
        self.env.registry.clear_cache()
        return deleted

    @api.model
    @ormcache()
    def _get_calendar(self):
        """loanmath's calendar of all days on record."""
        days = {'holiday': [], 'working': []}
        for row in self.sudo().search_fetch([], ['kind', 'date']):
            days[row.kind].append(row.date)
        return loanmath.HolidayCalendar(days['holiday'], days['working'])
