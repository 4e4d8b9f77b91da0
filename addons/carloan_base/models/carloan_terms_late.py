from odoo import api, fields, models

from ..money import percent_to_rate, to_decimal


class CarloanTermsLate(models.AbstractModel):
    """What late charges are counted on, and where they end."""

    _inherit = 'carloan.terms.mixin'

    late_base = fields.Selection(
        selection=[
            ('principal', "Overdue principal"),
            ('instalment', "Overdue instalment, with its interest"),
        ],
        string="Penalty on",
        default='principal',
        help="On the whole instalment no compound interest is charged beside the penalty.",
    )
    late_fixed_fee = fields.Float(
        string="Fee for a late instalment",
        digits=(12, 2),
        help="Charged once for each instalment that is late when its days of grace are over.",
    )
    late_ceiling_rate = fields.Float(
        string="Ceiling of all charges %",
        digits=(9, 6),
        help="Highest annual rate for penalty, compound interest and fee together on what is "
        "overdue: 24 % and four times the LPR are usual. 0: no ceiling.",
    )
    late_cap_percent = fields.Float(
        string="Most per instalment, %",
        digits=(6, 2),
        help="Late charges of an instalment end at this part of it. 0: no such end.",
    )
    late_cap_amount = fields.Float(
        string="Most per instalment, amount",
        digits=(12, 2),
        help="Late charges of an instalment end at this amount. 0: no such end.",
    )

    @api.constrains(
        'late_fixed_fee', 'late_ceiling_rate', 'late_cap_percent', 'late_cap_amount')
    def _check_late_terms(self):
        limits = {
            'late_fixed_fee': (0, 100_000),
            'late_ceiling_rate': (0, 100),
            'late_cap_percent': (0, 1000),
            'late_cap_amount': (0, 10_000_000),
        }
        for record in self:
            record._check_limits(limits)

    @api.model
    def _terms_field_names(self):
        return super()._terms_field_names() + [
            'late_base', 'late_fixed_fee', 'late_ceiling_rate', 'late_cap_percent',
            'late_cap_amount']

    def _prepare_late_terms(self):
        """What loanmath's terms of late charges take from these terms."""
        self.ensure_one()
        return {
            'penalty_ratio': to_decimal(self.penalty_ratio, 4),
            'compound': self.compound_interest,
            'grace_days': self.grace_days,
            'year_days': 365 if self.day_count == 'act_365' else 360,
            'rounding_unit': self._get_rounding_unit(),
            'base': self.late_base or 'principal',
            'fixed_fee': to_decimal(self.late_fixed_fee),
            'ceiling_rate': percent_to_rate(self.late_ceiling_rate) or None,
            'cap_ratio': to_decimal(self.late_cap_percent) / 100 or None,
            'cap_amount': to_decimal(self.late_cap_amount) or None,
        }
