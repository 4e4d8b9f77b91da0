from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import loanmath
from ..money import percent_to_rate, to_decimal


class CarloanTermsMixin(models.AbstractModel):
    """How a loan is repaid and what happens when it is late: on products, copied to loans."""

    _name = 'carloan.terms.mixin'
    _description = "Loan Terms"

    method = fields.Selection(
        selection='_selection_method',
        string="Repayment method",
        required=True,
        default='equal_instalment',
        help="Equal instalments pay the same sum every time; equal principal pays less each time; "
        "interest only pays the principal at the end.",
    )
    period_unit = fields.Selection(
        selection=[('month', "Months"), ('week', "Weeks"), ('day', "Days")],
        string="Period",
        required=True,
        default='month',
    )
    period_every = fields.Integer(
        string="Periods between instalments",
        required=True,
        default=1,
        help="1 with months = every month, 3 with months = every quarter.",
    )
    day_count = fields.Selection(
        selection='_selection_day_count',
        string="Day count",
        required=True,
        default='year_12',
        help="How interest of a regular period is counted. Annual rate / 12 is usual for "
        "instalment loans, actual days / 360 for loans that pay by day.",
    )
    odd_day_count = fields.Selection(
        selection='_selection_day_count',
        string="Day count of odd periods",
        required=True,
        default='act_360',
        help="Used for a first period that is longer or shorter than the others.",
    )
    due_day_rule = fields.Selection(
        selection=[
            ('anniversary', "Same day as the disbursement"),
            ('fixed_day', "Fixed day of the month"),
        ],
        string="Due day",
        required=True,
        default='anniversary',
    )
    due_day = fields.Integer(
        string="Day of the month", help="1 to 31; a month that lacks the day uses its last day."
    )
    min_first_days = fields.Integer(
        string="Shortest first period",
        default=15,
        help="With a fixed due day: when fewer days remain, the first instalment falls due one "
        "month later.",
    )
    balloon_percent = fields.Float(
        string="Balloon %",
        digits=(6, 2),
        help="Part of the principal that is left for the last instalment of a balloon loan.",
    )
    penalty_ratio = fields.Float(
        string="Penalty ratio",
        digits=(6, 4),
        default=1.5,
        help="Penalty interest on overdue principal = contract rate x this ratio (130 % to 150 % "
        "is allowed for overdue loans).",
    )
    compound_interest = fields.Boolean(
        string="Compound interest",
        default=True,
        help="Overdue interest bears interest at the penalty rate.",
    )
    grace_days = fields.Integer(
        string="Days of grace",
        help="Paid within these days after the due date, an instalment bears no late charges.",
    )
    penalty_capitalisation = fields.Selection(
        selection=[
            ('payment', "When money arrives"),
            ('month_end', "Also at the end of each month"),
        ],
        string="Late charges are posted",
        required=True,
        default='payment',
        help="Late charges grow by the day and become debt in the ledger when money arrives, or "
        "at each month end as well. They never bear charges themselves.",
    )
    allocation_by = fields.Selection(
        selection=[
            ('instalment', "Oldest instalment first"),
            ('component', "Kind of debt first"),
        ],
        string="Allocation",
        required=True,
        default='instalment',
        help="Whether a repayment settles one instalment after another, or one kind of debt over "
        "all instalments after another.",
    )
    allocation_order = fields.Char(
        string="Order of allocation",
        required=True,
        default=','.join(loanmath.COMPONENTS),
        help="The kinds of debt, first paid first, separated by commas: fee, penalty, compound, "
        "interest, principal; past_due.fee and due.fee tell apart what is past due and what "
        "falls due on the day.",
    )

    # === SELECTIONS ===

    @api.model
    def _selection_method(self):
        labels = {
            'equal_instalment': self.env._("Equal instalments"),
            'equal_principal': self.env._("Equal principal"),
            'interest_only': self.env._("Interest only, principal at the end"),
            'bullet': self.env._("Principal and interest at the end"),
            'flat': self.env._("Flat rate on the first principal"),
            'balloon': self.env._("Balloon: a large last instalment"),
            'subsidised': self.env._("Subsidised: the maker pays interest"),
            'given_principal': self.env._("Given parts of the principal"),
            'stepped': self.env._("Stepped instalments"),
        }
        offered = loanmath.methods(for_products=True)
        return [(code, labels.get(code, label)) for code, label in offered.items()]

    @api.model
    def _selection_day_count(self):
        labels = {
            'year_12': self.env._("Annual rate / 12 per month"),
            '30_360': self.env._("30 days / 360"),
            'act_360': self.env._("Actual days / 360"),
            'act_364': self.env._("Actual days / 364"),
            'act_365': self.env._("Actual days / 365"),
            'act_act': self.env._("Actual days / actual year"),
            'act_act_31dec': self.env._("Actual days / actual year, split on 31 December"),
            'act_act_feb29': self.env._("Actual days / 366 with 29 February, else 365"),
            'period': self.env._("Annual rate / periods of a year, weeks too"),
        }
        return list(labels.items())

    # === CONSTRAINTS ===

    @api.constrains('allocation_order')
    def _check_allocation_order(self):
        for record in self:
            self._parse_allocation_order(record.allocation_order)

    @api.constrains('due_day_rule', 'due_day', 'period_unit')
    def _check_due_day(self):
        for record in self.filtered(lambda r: r.due_day_rule == 'fixed_day'):
            if record.period_unit != 'month':
                raise ValidationError(
                    self.env._("Only monthly instalments can have a fixed day of the month.")
                )
            if not 1 <= record.due_day <= 31:
                raise ValidationError(
                    self.env._(
                        "The day of the month is %(day)s; 1 to 31 is allowed.", day=record.due_day
                    )
                )

    @api.constrains(
        'penalty_ratio', 'grace_days', 'min_first_days', 'period_every', 'balloon_percent'
    )
    def _check_term_numbers(self):
        limits = {
            'penalty_ratio': (1, 3),
            'grace_days': (0, loanmath.late.MAX_GRACE_DAYS),
            'min_first_days': (0, 366),
            'period_every': (1, 366),
            'balloon_percent': (0, 100),
        }
        for record in self:
            record._check_limits(limits)

    def _check_limits(self, limits):
        """`limits`: {field: (lowest, highest)}."""
        self.ensure_one()
        for name, (lowest, highest) in limits.items():
            if not lowest <= self[name] <= highest:
                raise ValidationError(
                    self.env._(
                        "%(field)s is %(value)s; %(lowest)s to %(highest)s is allowed.",
                        field=self._fields[name]._description_string(self.env),
                        value=self[name],
                        lowest=lowest,
                        highest=highest,
                    )
                )

    # === GETTERS ===

    @api.model
    def _terms_field_names(self):
        """Fields that a loan copies from its product and freezes at signing."""
        return [
            'method',
            'period_unit',
            'period_every',
            'day_count',
            'odd_day_count',
            'due_day_rule',
            'due_day',
            'min_first_days',
            'balloon_percent',
            'penalty_ratio',
            'compound_interest',
            'grace_days',
            'penalty_capitalisation',
            'allocation_by',
            'allocation_order',
        ]

    def _get_rounding_unit(self):
        """The smallest amount of the currency; models without one count in 0.01."""
        currency = self.currency_id if 'currency_id' in self._fields else False
        return to_decimal(currency.rounding, 6).normalize() if currency else Decimal('0.01')

    def _prepare_math_terms(self, principal):
        """What loanmath's terms take from these terms."""
        self.ensure_one()
        return {
            'method': self.method,
            'period_unit': self.period_unit,
            'period_every': self.period_every,
            'due_day': self.due_day if self.due_day_rule == 'fixed_day' else None,
            'min_first_days': self.min_first_days,
            'day_count': self.day_count,
            'odd_day_count': self.odd_day_count,
            'rounding_unit': self._get_rounding_unit(),
            'balloon': to_decimal(principal * to_decimal(self.balloon_percent) / 100)
            if self.method == 'balloon'
            else Decimal(0),
        }

    def _get_math_terms(self, principal, annual_rate, periods, start_date):
        """loanmath's terms; `annual_rate` in percent as on the forms."""
        try:
            return loanmath.Terms(
                principal=to_decimal(principal),
                annual_rate=percent_to_rate(annual_rate),
                periods=periods,
                start_date=start_date,
                **self._prepare_math_terms(to_decimal(principal)),
            )
        except loanmath.TermsError as error:
            raise ValidationError(self._get_terms_message(error)) from error

    def _get_late_terms(self, annual_rate):
        """loanmath's terms of late charges; `annual_rate` in percent as on the forms."""
        self.ensure_one()
        try:
            return loanmath.LateTerms(
                annual_rate=percent_to_rate(annual_rate), **self._prepare_late_terms()
            )
        except loanmath.TermsError as error:
            raise ValidationError(self._get_terms_message(error)) from error
