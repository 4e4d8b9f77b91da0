from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.money import amount_to_float


class CarloanCostMixin(models.AbstractModel):
    """What the borrower will pay: the schedule as it would be today, and its yearly cost.

    Nothing is stored; `_get_cost_terms()` says from which terms.
    """
    _name = 'carloan.cost.mixin'
    _description = "Schedule and Cost Preview"

    currency_id = fields.Many2one('res.currency')
    instalment_amount = fields.Monetary(
        string="First Instalment", compute='_compute_cost',
        help="Principal and interest of the first instalment.")
    total_interest_amount = fields.Monetary(string="Total Interest", compute='_compute_cost')
    nominal_annual_cost = fields.Float(
        compute='_compute_cost', digits=(9, 2),
        help="Internal rate of return per period times the periods of a year, in percent. "
             "This figure is compared with the legal ceiling.")
    effective_annual_cost = fields.Float(
        compute='_compute_cost', digits=(9, 2),
        help="Internal rate of return per period, compounded over a year, in percent.")
    schedule_preview = fields.Html(compute='_compute_schedule_preview', sanitize=False)

    @api.depends(lambda self: self._get_cost_depends())
    def _compute_cost(self):
        for record in self:
            instalments = record._get_preview_instalments()
            nominal, effective = record._get_annual_cost(instalments)
            record.update({
                'instalment_amount': amount_to_float(instalments[0].total) if instalments else 0,
                'total_interest_amount': amount_to_float(sum(row.interest for row in instalments)),
                'nominal_annual_cost': nominal,
                'effective_annual_cost': effective,
            })

    @api.depends(lambda self: self._get_cost_depends())
    def _compute_schedule_preview(self):
        for record in self:
            instalments = record._get_preview_instalments()
            record.schedule_preview = self.env['ir.qweb']._render(
                'carloan_credit.schedule_preview',
                {'instalments': instalments, 'currency': record.currency_id,
                 'amount_to_float': amount_to_float},
            ) if instalments else False

    def _get_cost_terms(self):
        """The `loanmath.Terms` to preview, or None while something is missing."""
        return None

    def _get_cost_depends(self):
        """Names of the fields that `_get_cost_terms()` reads."""
        return []

    def _get_preview_instalments(self):
        """The instalments of the preview; empty while the terms are incomplete or wrong (saving
        or submitting says what is wrong)."""
        try:
            terms = self._get_cost_terms()
            return loanmath.schedule(terms) if terms else ()
        except (ValidationError, loanmath.TermsError):
            return ()

    def _get_terms_problem(self):
        """'' when the terms give a schedule, else what is wrong with them."""
        try:
            terms = self._get_cost_terms()
            if terms:
                loanmath.schedule(terms)
        except loanmath.TermsError as error:
            return self._get_terms_message(error)
        except ValidationError as error:
            return str(error)
        return ''

    def _get_annual_cost(self, instalments):
        """(nominal, effective) yearly cost in percent, zeros without instalments."""
        if not instalments:
            return 0.0, 0.0
        principal = sum(row.principal for row in instalments)
        cost = loanmath.annual_cost(
            principal, instalments, self._get_cost_terms().periods_per_year)
        return tuple(float(percent) for percent in cost.percents())
