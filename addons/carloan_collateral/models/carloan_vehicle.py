from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.carloan_base import validators
from odoo.addons.carloan_base.actions import open_list
from odoo.addons.carloan_base.money import to_decimal

NEW_ENERGY_FUELS = (
    'electric', 'hydrogen', 'plug_in_hybrid_diesel', 'plug_in_hybrid_gasoline',
)


class CarloanVehicle(models.Model):
    """A car that secures, or may secure, a loan. Its VIN is the key; the plate may change.

    Written by loan and asset officers; what a decision rests on stays as it was decided on.
    """
    _name = 'carloan.vehicle'
    _inherit = ['carloan.document.mixin', 'image.mixin']
    _description = "Vehicle"
    _order = 'id desc'
    _rec_name = 'vin'
    _rec_names_search = ['vin', 'plate', 'model_id.name', 'model_id.brand_id.name']
    _check_company_auto = True

    vin = fields.Char(
        "VIN", required=True, copy=False, index='trigram', tracking=True,
        help="Vehicle identification number: 17 characters without I, O and Q.")
    plate = fields.Char(
        copy=False, index='trigram', tracking=True,
        help="Empty while a new car has no plate yet.")
    engine_number = fields.Char(copy=False)
    model_id = fields.Many2one(
        'fleet.vehicle.model', required=True, ondelete='restrict', index=True, tracking=True)
    brand_id = fields.Many2one(related='model_id.brand_id')
    first_registration_date = fields.Date(tracking=True)
    kind = fields.Selection(
        [('new', "New"), ('used', "Used")], "Condition", required=True, default='used',
        tracking=True)
    use = fields.Selection(
        [('own', "Own use"), ('commercial', "Commercial")], required=True, default='own',
        tracking=True, help="Commercial: the car is run for profit.")
    power = fields.Selection(
        [('ice', "Combustion"), ('nev', "New energy")], required=True,
        compute='_compute_power', store=True, readonly=False, precompute=True, tracking=True,
        help="New energy: battery electric, plug-in hybrid, range-extended or fuel cell.")
    mileage = fields.Integer("Mileage (km)")
    color = fields.Char()
    owner_id = fields.Many2one(
        'res.partner', check_company=True, index='btree_not_null', tracking=True,
        help="The owner in the registration certificate, or the buyer of a new car.")

    price_amount = fields.Monetary(
        "Price", tracking=True,
        help="Price without subsidy, taxes, fees and insurance; "
             "not more than the maker's published price.")
    valuation_amount = fields.Monetary("Valuation", tracking=True)
    valuation_date = fields.Date(tracking=True)
    base_amount = fields.Monetary(
        "Value base", compute='_compute_base_amount',
        help="The lower of price and valuation: what the loan-to-value ceiling is taken from.")

    application_ids = fields.One2many('carloan.application', 'vehicle_id', "Applications")
    collateral_ids = fields.One2many('carloan.collateral', 'vehicle_id', "Pledges")
    pledge_state = fields.Selection(
        [('free', "Free"), ('reserved', "Reserved"), ('live', "Pledged")], "Pledge",
        compute='_compute_pledge_state', search='_search_pledge_state')
    pledged_loan_id = fields.Many2one(
        'carloan.loan', "Pledged for", compute='_compute_pledge_state')
    vin_warning = fields.Char(compute='_compute_vin_warning')
    model_year = fields.Char(
        compute='_compute_model_year', help="Decoded from the tenth character of the VIN.")

    _vin_uniq = models.UniqueIndex(
        "(vin, company_id)", "This VIN is already recorded: use the existing vehicle.")
    _price_amount_positive = models.Constraint(
        'CHECK (price_amount >= 0)', "The price must not be negative.")
    _valuation_amount_positive = models.Constraint(
        'CHECK (valuation_amount >= 0)', "The valuation must not be negative.")
    _mileage_positive = models.Constraint(
        'CHECK (mileage >= 0)', "The mileage must not be negative.")

    @api.depends('vin', 'plate', 'model_id')
    def _compute_display_name(self):
        for vehicle in self:
            mark = vehicle.plate or vehicle.vin or ''
            vehicle.display_name = ' '.join(filter(None, [mark, vehicle.model_id.name]))

    @api.depends('model_id')
    def _compute_power(self):
        for vehicle in self:
            fuel = vehicle.model_id.default_fuel_type
            vehicle.power = 'nev' if fuel in NEW_ENERGY_FUELS else 'ice'

    @api.depends('price_amount', 'valuation_amount')
    def _compute_base_amount(self):
        for vehicle in self:
            vehicle.base_amount = float(vehicle._get_base_amount())

    @api.depends('collateral_ids.state')
    def _compute_pledge_state(self):
        for vehicle in self:
            pledge = vehicle.sudo().collateral_ids.filtered(lambda c: c._is_binding())[:1]
            vehicle.pledge_state = pledge.state or 'free'
            vehicle.pledged_loan_id = pledge.loan_id

    def _search_pledge_state(self, operator, value):
        if operator not in ('in', 'not in'):
            return NotImplemented
        binding = Domain('collateral_ids', 'any', [('state', 'in', ('reserved', 'live'))])
        domain = Domain('collateral_ids', 'any', [('state', 'in', list(value))])
        if 'free' in value:
            domain |= ~binding
        return domain if operator == 'in' else ~domain

    @api.depends('vin')
    def _compute_vin_warning(self):
        for vehicle in self:
            finding = validators.check_vin(vehicle.vin)
            warnings = vehicle._get_vin_warning_texts()
            vehicle.vin_warning = not finding.problem and ' '.join(
                warnings[code] for code in finding.warnings)

    @api.depends('vin')
    def _compute_model_year(self):
        for vehicle in self:
            vehicle.model_year = vehicle.vin and validators.get_model_year(
                vehicle.vin, vehicle.company_id._get_business_date()) or False

    def action_view_pledges(self):
        self.ensure_one()
        return open_list(
            self.env, 'carloan_collateral.carloan_collateral_action',
            [('vehicle_id', '=', self.id)])

    def _get_base_amount(self):
        """The lower of price and valuation, as the auto-loan rules want it (art. 22-23)."""
        self.ensure_one()
        amounts = [to_decimal(self.price_amount), to_decimal(self.valuation_amount)]
        return min((amount for amount in amounts if amount > 0), default=Decimal(0))

    def _get_value_reasons(self):
        """What is missing before an amount can be lent on this car."""
        self.ensure_one()
        if self.kind == 'used' and not self.valuation_amount:
            return [self.env._("The used car %(vehicle)s has no valuation.",
                               vehicle=self.display_name)]
        if not self._get_base_amount():
            return [self.env._("The car %(vehicle)s has neither a price nor a valuation.",
                               vehicle=self.display_name)]
        return []

    def _get_ltv_code(self):
        """Parameter of the ceiling; used comes before new energy in the 2024 notice."""
        self.ensure_one()
        if self.kind == 'used':
            return 'ltv_max.used'
        return f"ltv_max.{'own' if self.use == 'own' else 'com'}_{self.power}"
