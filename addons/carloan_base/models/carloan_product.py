from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CarloanProduct(models.Model):
    """What the lender offers. Loans copy the terms: editing a product never touches a loan."""

    _name = 'carloan.product'
    _inherit = ['carloan.terms.mixin', 'mail.thread']
    _description = "Loan Product"
    _order = 'sequence, code, id'
    _rec_names_search = ['name', 'code']
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, copy=False, index=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        'res.currency', required=True, default=lambda self: self.env.company.currency_id
    )
    description = fields.Text(translate=True, help="What the salesperson tells the customer.")
    min_amount = fields.Monetary(string="Smallest amount", default=10000, tracking=True)
    max_amount = fields.Monetary(string="Largest amount", default=500000, tracking=True)
    min_periods = fields.Integer(string="Fewest instalments", default=3, tracking=True)
    max_periods = fields.Integer(string="Most instalments", default=36, tracking=True)
    annual_rate = fields.Float(
        string="Annual rate %",
        digits=(9, 6),
        required=True,
        default=12.0,
        tracking=True,
        help="Nominal rate per year in percent: 12 means 12 % a year, 1 % a month.",
    )
    min_rate = fields.Float(string="Lowest annual rate %", digits=(9, 6), tracking=True)
    max_rate = fields.Float(
        string="Highest annual rate %", digits=(9, 6), default=24.0, tracking=True
    )

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "Another product of this company has this code."
    )

    # === COMPUTE ===

    @api.depends('name', 'code')
    def _compute_display_name(self):
        for product in self:
            product.display_name = f"[{product.code}] {product.name}" if product.code else ''

    # === CONSTRAINTS ===

    @api.constrains('company_id', 'currency_id')
    def _check_company_currency(self):
        for product in self:
            if product.currency_id != product.company_id.currency_id:
                raise ValidationError(
                    self.env._(
                        "The product is in %(currency)s; %(company)s lends in %(allowed)s.",
                        currency=product.currency_id.name,
                        company=product.company_id.name,
                        allowed=product.company_id.currency_id.name,
                    )
                )

    @api.constrains('min_amount', 'max_amount')
    def _check_amounts(self):
        for product in self:
            if not 0 < product.min_amount <= product.max_amount:
                raise ValidationError(
                    self.env._(
                        "Amounts from %(low)s to %(high)s: the smallest must be above zero and "
                        "not above the largest.",
                        low=product.min_amount,
                        high=product.max_amount,
                    )
                )

    @api.constrains('min_periods', 'max_periods')
    def _check_periods(self):
        for product in self:
            if not 1 <= product.min_periods <= product.max_periods <= 1200:
                raise ValidationError(
                    self.env._(
                        "Instalments from %(low)s to %(high)s: allowed are 1 to 1200, the fewest "
                        "not above the most.",
                        low=product.min_periods,
                        high=product.max_periods,
                    )
                )

    @api.constrains('annual_rate', 'min_rate', 'max_rate')
    def _check_rates(self):
        for product in self:
            if not 0 <= product.min_rate <= product.annual_rate <= product.max_rate <= 100:
                raise ValidationError(
                    self.env._(
                        "Rates: lowest %(low)s %%, usual %(rate)s %%, highest %(high)s %%. They "
                        "must rise in this order and lie between 0 %% and 100 %%.",
                        low=product.min_rate,
                        rate=product.annual_rate,
                        high=product.max_rate,
                    )
                )

    # === CRUD ===

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for product, vals in zip(self, vals_list, strict=True):
            vals.setdefault('code', self._get_free_code(product))
        return vals_list

    # === ACTIONS ===

    def action_open_calculator(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'carloan_base.carloan_product_calculator_action'
        )
        return {**action, 'context': {'default_product_id': self.id}}

    # === GETTERS ===

    @api.model
    def _get_free_code(self, product):
        domain = Domain('company_id', '=', product.company_id.id)
        used = set(self.with_context(active_test=False).search(domain).mapped('code'))
        number = 2
        while f'{product.code}-{number}' in used:
            number += 1
        return f'{product.code}-{number}'
