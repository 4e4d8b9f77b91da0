from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import loanmath
from ..money import percent_to_rate, to_decimal


class CarloanTermsOptions(models.AbstractModel):
    """Terms that only some contracts have: graces, steps, given parts, subsidies, rounding."""

    _inherit = 'carloan.terms.mixin'

    grace_principal = fields.Integer(
        string="Instalments without principal",
        help="The first instalments pay interest only; the principal is repaid by the others.",
    )
    grace_interest = fields.Integer(
        string="Instalments without interest",
        help="The interest of the first instalments is collected later.",
    )
    grace_interest_way = fields.Selection(
        selection=[
            ('after', "All with the instalment after them"),
            ('spread', "In equal parts with those after them"),
            ('instalment', "The full instalment is paid, all of it principal at first"),
        ],
        string="Skipped interest",
        default='after',
    )
    interest_free = fields.Integer(
        string="Interest-free periods",
        help="The interest of the first periods is never collected.",
    )
    month_end = fields.Selection(
        selection=[
            ('last_day', "Last day of the month"),
            ('next_month', "First of the next month"),
        ],
        string="Missing day",
        default='last_day',
        help="Where a due day goes in a month that lacks it.",
    )
    holiday_shift = fields.Selection(
        selection=[
            ('none', "Stays"),
            ('following', "Moves to the next working day"),
            ('preceding', "Moves to the working day before"),
            ('modified', "Moves to the next working day of the month, else the one before"),
        ],
        string="Due date on a holiday",
        default='none',
        help="Working days are those of the holiday calendar, with weekends that are worked.",
    )
    interest_to_shifted = fields.Boolean(
        string="Interest for moved days",
        help="A due date that moves bears interest for its real days, not the usual interest.",
    )
    instalment_multiple = fields.Float(
        string="Instalments in multiples of",
        digits=(12, 2),
        help="Equal instalments are rounded to a multiple of this amount; the last one takes the "
        "rest. Empty: to the smallest unit of the currency.",
    )
    flat_interest = fields.Selection(
        selection=[
            ('period', "Of each period, with equal principal"),
            ('level', "Of each period, in equal instalments"),
            ('divided', "Of the whole term, in equal parts"),
        ],
        string="Flat interest",
        default='period',
    )
    step_every = fields.Integer(
        string="Instalments in a step", default=12,
        help="Stepped instalments change after so many of them.",
    )
    step_percent = fields.Float(
        string="Step %", digits=(6, 2),
        help="Each step is higher (or lower: negative) than the one before by this part of it.",
    )
    step_amount = fields.Float(
        string="Step amount", digits=(12, 2),
        help="Each step is higher (or lower: negative) than the one before by this amount.",
    )
    principal_percents = fields.Char(
        string="Parts of the principal",
        help="What each instalment repays, in percent of the principal, separated by commas: "
        "0, 0, 40, 60. As many as there are instalments, together 100.",
    )
    borrower_rate = fields.Float(
        string="Borrower's rate %", digits=(9, 6),
        help="What the borrower of a subsidised loan pays; the maker or dealer pays the rest of "
        "the annual rate.",
    )

    @api.constrains(
        'grace_principal', 'grace_interest', 'interest_free', 'instalment_multiple', 'step_every',
        'step_percent', 'borrower_rate')
    def _check_term_options(self):
        limits = {
            'grace_principal': (0, loanmath.MAX_PERIODS - 1),
            'grace_interest': (0, loanmath.MAX_PERIODS - 1),
            'interest_free': (0, loanmath.MAX_PERIODS),
            'instalment_multiple': (0, 1_000_000),
            'step_every': (0, loanmath.MAX_PERIODS),
            'step_percent': (-90, 900),
            'borrower_rate': (0, 100),
        }
        for record in self:
            record._check_limits(limits)

    @api.constrains('principal_percents', 'method')
    def _check_principal_percents(self):
        for record in self.filtered(lambda r: r.method == 'given_principal'):
            percents = record._get_principal_percents()
            if sum(percents) != 100 or min(percents) < 0:
                raise ValidationError(self.env._(
                    "The parts of the principal add up to 100; they are %(total)s together.",
                    total=sum(percents)))

    @api.model
    def _terms_field_names(self):
        return super()._terms_field_names() + [
            'grace_principal', 'grace_interest', 'grace_interest_way', 'interest_free',
            'month_end', 'holiday_shift', 'interest_to_shifted', 'instalment_multiple',
            'flat_interest', 'step_every', 'step_percent', 'step_amount', 'principal_percents',
            'borrower_rate']

    def _prepare_math_terms(self, principal):
        values = super()._prepare_math_terms(principal) | {
            'month_end': self.month_end or 'last_day',
            'grace_principal': self.grace_principal,
            'grace_interest': self.grace_interest,
            'grace_interest_way': self.grace_interest_way or 'after',
            'interest_free': self.interest_free,
            'instalment_unit': to_decimal(self.instalment_multiple) or None,
        }
        if (self.holiday_shift or 'none') != 'none':
            values.update(
                holidays=self.env['carloan.holiday']._get_calendar(),
                holiday_shift=self.holiday_shift,
                interest_to_shifted=self.interest_to_shifted)
        prepare = getattr(self, f'_prepare_{self.method}_terms', None)
        return values | (prepare(principal) if prepare else {})

    def _prepare_flat_terms(self, _principal):
        return {'flat_interest': self.flat_interest or 'period'}

    def _prepare_stepped_terms(self, _principal):
        return {
            'step_every': self.step_every,
            'step_ratio': to_decimal(self.step_percent) / 100,
            'step_amount': to_decimal(self.step_amount),
        }

    def _prepare_subsidised_terms(self, _principal):
        return {'borrower_rate': percent_to_rate(self.borrower_rate)}

    def _prepare_given_principal_terms(self, principal):
        """The table in amounts: each part rounded, the last one takes the rest."""
        rounding = loanmath.get_rounding(self._get_rounding_unit(), 'half_up')
        parts = [
            rounding.round_amount(principal * percent / 100)
            for percent in self._get_principal_percents()[:-1]]
        return {'table': (*parts, principal - sum(parts))}

    def _get_principal_percents(self):
        """The parts as decimals; what is no number is refused."""
        self.ensure_one()
        try:
            return [
                Decimal(text.strip()) for text in (self.principal_percents or '').split(',')]
        except ArithmeticError as error:
            raise ValidationError(self.env._(
                "The parts of the principal are numbers separated by commas: %(parts)s",
                parts=self.principal_percents or '')) from error
