from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import BINDING_STATES, COLLATERAL_KINDS


class CarloanCollateral(models.Model):
    """The pledge of one car for one loan. Written only by the contract and its registration."""
    _name = 'carloan.collateral'
    _inherit = ['carloan.document.mixin']
    _description = "Pledge"
    _order = 'id desc'
    _check_company_auto = True
    _mail_post_access = 'read'
    _guarded_fields = (
        'state', 'name', 'vehicle_id', 'loan_id', 'partner_id', 'application_id', 'kind',
        'value_amount', 'company_id')

    name = fields.Char("Number", readonly=True, copy=False, index='trigram')
    vehicle_id = fields.Many2one(
        'carloan.vehicle', required=True, readonly=True, ondelete='restrict', index=True,
        check_company=True)
    loan_id = fields.Many2one(
        'carloan.loan', "Contract", required=True, readonly=True, ondelete='restrict', index=True,
        check_company=True)
    application_id = fields.Many2one(
        'carloan.application', readonly=True, ondelete='restrict', index='btree_not_null',
        check_company=True)
    partner_id = fields.Many2one(
        related='loan_id.partner_id', string="Borrower", store=True, index=True)
    kind = fields.Selection(
        COLLATERAL_KINDS, required=True, readonly=True, default='mortgage',
        help="Certificate kept: the borrower drives the car, the lender keeps the registration "
             "certificate. In custody: the lender keeps the car.")
    value_amount = fields.Monetary(
        "Value at grant", readonly=True,
        help="The lower of price and valuation when the contract was made.")
    ltv = fields.Float(
        "Loan to value (%)", compute='_compute_ltv', digits=(9, 2), aggregator=None,
        help="Principal still owed (the loan amount before payout), as a share of the latest "
             "value of the car.")
    state = fields.Selection(
        [('reserved', "Reserved"), ('live', "Live"), ('released', "Released"),
         ('cancelled', "Cancelled")],
        required=True, readonly=True, default='reserved', copy=False, index=True, tracking=True)
    registration_ids = fields.One2many(
        'carloan.mortgage.registration', 'collateral_id', "Registrations")
    vin = fields.Char(related='vehicle_id.vin')
    plate = fields.Char(related='vehicle_id.plate')
    image_128 = fields.Image(related='vehicle_id.image_128')

    _one_live_pledge = models.UniqueIndex(
        "(vehicle_id) WHERE state IN ('reserved', 'live')",
        "This car already secures another loan.")

    @api.depends('loan_id.state', 'loan_id.principal_amount', 'loan_id.principal_outstanding',
                 'vehicle_id.base_amount', 'value_amount')
    def _compute_ltv(self):
        for pledge in self:
            loan = pledge.loan_id
            waiting = loan.state in ('draft', 'signed')
            balance = loan.principal_amount if waiting else loan.principal_outstanding
            value = pledge.vehicle_id.base_amount or pledge.value_amount
            pledge.ltv = 100 * balance / value if value else 0.0

    @api.depends('name', 'vehicle_id')
    def _compute_display_name(self):
        for pledge in self:
            pledge.display_name = ' '.join(
                filter(None, [pledge.name, pledge.vehicle_id.display_name]))

    def _is_binding(self):
        self.ensure_one()
        return self.state in BINDING_STATES

    @api.model
    def _reserve(self, loan, vehicle, kind='mortgage', application=None):
        """Reserve the car for the contract; refuse one that backs another loan."""
        claims = vehicle._get_claims(application)
        if claims:
            raise UserError(self.env._(
                "%(vehicle)s already backs %(claims)s. A car can secure only one loan at a time.",
                vehicle=vehicle.display_name, claims=', '.join(claims)))
        self.flush_model(['state'])  # the unique index must know which pledges have ended
        return self.sudo()._create_guarded([self._prepare_vals(loan, vehicle, kind, application)])

    @api.model
    def _prepare_vals(self, loan, vehicle, kind, application):
        return {
            'name': self.env['ir.sequence']._carloan_next('carloan.collateral', loan.company_id),
            'loan_id': loan.id,
            'vehicle_id': vehicle.id,
            'application_id': application.id if application else False,
            'kind': kind,
            'value_amount': float(vehicle._get_base_amount()),
            'company_id': loan.company_id.id,
            'currency_id': loan.currency_id.id,
            'user_id': loan.user_id.id,
            'department_id': loan.department_id.id,
        }

    def _open_registration(self):
        """A signed contract: the mortgage is to be registered."""
        waiting = self.filtered(
            lambda pledge: pledge.state == 'reserved' and not pledge.registration_ids.filtered(
                lambda registration: registration.state != 'cancelled'))
        return self.env['carloan.mortgage.registration']._open(waiting)

    def _give_up(self):
        """The contract ended: free the car, or ask for the release of a registered mortgage."""
        for pledge in self.filtered(lambda pledge: pledge._is_binding()):
            registrations = pledge.registration_ids
            registrations.filtered(
                lambda registration: registration.state in ('draft', 'filed'))._cancel()
            registered = registrations.filtered(lambda r: r._is_registered())
            if registered:
                registered._open_release()
            else:
                pledge._set_cancelled()

    def _set_live(self):
        self._update_state(('reserved',), 'live')

    def _set_released(self):
        self._update_state(('live',), 'released')

    def _set_cancelled(self):
        self._update_state(BINDING_STATES, 'cancelled')
