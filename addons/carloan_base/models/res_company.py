from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.exceptions import UserError

BUSINESS_TIMEZONE = ZoneInfo('Asia/Shanghai')


class ResCompany(models.Model):
    _name = 'res.company'
    _inherit = ['res.company', 'carloan.guard.mixin']

    _guarded_fields = ('carloan_business_date',)

    carloan_business_date = fields.Date(
        string="Business date",
        default=lambda self: self._get_clock_date(),
        required=True,
        readonly=True,
        copy=False,
        help="The day that is open in the books. Only the day end moves it on; it is not the "
        "clock of the computer.",
    )
    carloan_institution_type = fields.Selection(
        selection=[
            ('small_loan', "Small loan company"),
            ('bank', "Bank"),
            ('auto_finance', "Auto finance company"),
            ('guarantee', "Guarantee company"),
            ('leasing', "Leasing company"),
            ('intermediary', "Intermediary"),
        ],
        string="Institution type",
        default='small_loan',
        required=True,
        help="Decides which legal limits and parameters apply.",
    )

    def _get_business_date(self):
        self.ensure_one()
        return self.sudo().carloan_business_date

    def _get_searched_companies(self):
        """Companies whose records a search can find: those that the user works in, for record
        rules leave out the others. Fewer business dates make simpler searches."""
        companies = self.env['res.company'].sudo()
        return self.env.companies.sudo() if not self.env.su else companies.search_fetch(
            [], ['carloan_business_date'])

    def _set_business_date(self, date):
        """The only door to the business date; the caller has checked who may move it."""
        date = fields.Date.to_date(date)
        if not date:
            raise UserError(self.env._("A business date is needed."))
        self.sudo()._write_guarded({'carloan_business_date': date})

    def _get_clock_date(self):
        """Today in China, where it is already tomorrow when UTC is at 16:00."""
        return datetime.now(tz=BUSINESS_TIMEZONE).date()
