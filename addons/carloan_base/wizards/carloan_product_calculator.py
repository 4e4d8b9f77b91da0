from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from .. import loanmath
from ..money import amount_to_float, to_decimal


class CarloanProductCalculator(models.TransientModel):
    """Tries a product: schedule and cost of a loan that does not exist."""

    _name = 'carloan.product.calculator'
    _description = "Loan Calculator"

    product_id = fields.Many2one('carloan.product', required=True)
    currency_id = fields.Many2one(related='product_id.currency_id')
    amount = fields.Monetary(
        compute='_compute_from_product', store=True, readonly=False, required=True
    )
    periods = fields.Integer(
        string="Instalments", compute='_compute_from_product', store=True, readonly=False
    )
    annual_rate = fields.Float(
        string="Annual rate %",
        digits=(9, 6),
        compute='_compute_from_product',
        store=True,
        readonly=False,
    )
    start_date = fields.Date(
        string="Disbursement",
        required=True,
        default=lambda self: self.env.company._get_business_date(),
    )
    error = fields.Char(compute='_compute_schedule')
    line_ids = fields.One2many(
        'carloan.product.calculator.line', 'calculator_id', compute='_compute_schedule'
    )
    total_amount = fields.Monetary(string="Total to repay", compute='_compute_schedule')
    total_interest = fields.Monetary(compute='_compute_schedule')
    nominal_cost = fields.Float(
        string="Annual cost, nominal %",
        digits=(9, 4),
        compute='_compute_schedule',
        help="Internal rate of return per period x periods per year: compared with rate ceilings.",
    )
    effective_cost = fields.Float(
        string="Annual cost, effective %",
        digits=(9, 4),
        compute='_compute_schedule',
        help="The same with interest on interest.",
    )

    @api.depends('product_id')
    def _compute_from_product(self):
        for calculator in self:
            product = calculator.product_id
            calculator.amount = min(max(100000, product.min_amount), product.max_amount)
            calculator.periods = min(max(12, product.min_periods), product.max_periods)
            calculator.annual_rate = product.annual_rate

    @api.depends('product_id', 'amount', 'periods', 'annual_rate', 'start_date')
    def _compute_schedule(self):
        for calculator in self:
            try:
                calculator.update(calculator._prepare_result_vals())
            except ValidationError as error:
                calculator.update({**self._prepare_empty_vals(), 'error': error.args[0]})

    def _prepare_result_vals(self):
        self.ensure_one()
        terms = self.product_id._get_math_terms(
            self.amount, self.annual_rate, self.periods, self.start_date
        )
        try:
            instalments = loanmath.schedule(terms)
        except loanmath.TermsError as error:
            raise ValidationError(self.product_id._get_terms_message(error)) from error
        cost = loanmath.annual_cost(terms.principal, instalments, terms.periods_per_year)
        nominal, effective = cost.percents()
        return {
            'error': False,
            'line_ids': [
                Command.clear(),
                *(Command.create(self._prepare_line_vals(line)) for line in instalments),
            ],
            'total_amount': amount_to_float(sum(line.total for line in instalments)),
            'total_interest': amount_to_float(sum(line.interest for line in instalments)),
            'nominal_cost': float(to_decimal(nominal, 4)),
            'effective_cost': float(to_decimal(effective, 4)),
        }

    @api.model
    def _prepare_line_vals(self, line):
        return {
            'number': line.number,
            'due_date': line.due_date,
            'total_amount': amount_to_float(line.total),
            'principal_amount': amount_to_float(line.principal),
            'interest_amount': amount_to_float(line.interest),
            'closing_amount': amount_to_float(line.closing),
        }

    @api.model
    def _prepare_empty_vals(self):
        return {
            'line_ids': [Command.clear()],
            'total_amount': 0,
            'total_interest': 0,
            'nominal_cost': 0,
            'effective_cost': 0,
        }
