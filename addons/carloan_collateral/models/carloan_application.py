from decimal import ROUND_DOWN, Decimal

from odoo import api, fields, models

from odoo.addons.carloan_base.actions import open_form

from ..const import COLLATERAL_KINDS


class CarloanApplication(models.Model):
    """The car that is offered as security: it limits the amount and may back one loan only."""
    _inherit = 'carloan.application'

    collateral_required = fields.Boolean(related='product_id.collateral_required')
    vehicle_id = fields.Many2one(
        'carloan.vehicle', ondelete='restrict', index='btree_not_null', check_company=True,
        tracking=True, help="The car that secures the loan.")
    collateral_kind = fields.Selection(
        COLLATERAL_KINDS, "Kind of Pledge", default='mortgage', required=True, tracking=True,
        help="Certificate kept: the borrower drives the car, the lender keeps the registration "
             "certificate. In custody: the lender keeps the car.")
    vehicle_vin = fields.Char(related='vehicle_id.vin')
    vehicle_base_amount = fields.Monetary(related='vehicle_id.base_amount')
    vehicle_ceiling_amount = fields.Monetary(
        "Suggested Amount", compute='_compute_vehicle_ceiling_amount',
        help="Value base of the car × highest loan-to-value ratio for a car of its kind.")

    @api.depends(lambda self: self._get_check_depends())
    def _compute_vehicle_ceiling_amount(self):
        for application in self:
            application.vehicle_ceiling_amount = float(application._get_vehicle_ceiling())

    def action_view_vehicle(self):
        self.ensure_one()
        return open_form(self.vehicle_id)

    def _on_contracted(self):
        super()._on_contracted()
        if self.vehicle_id:
            self.env['carloan.collateral']._reserve(
                self.loan_id, self.vehicle_id, kind=self.collateral_kind, application=self)

    def _approval_watched_fields(self):
        return [*super()._approval_watched_fields(), 'vehicle_id', 'collateral_kind']

    def _get_check_depends(self):
        vehicle = [
            f'vehicle_id.{name}'
            for name in self.env['carloan.vehicle']._get_decided_field_names()]
        return [*super()._get_check_depends(), 'vehicle_id', *vehicle]

    def _get_vehicle_ceiling(self):
        """Value base × the highest ratio, cut down to whole cents; 0 without a value."""
        self.ensure_one()
        vehicle = self.vehicle_id
        base = vehicle._get_base_amount() if vehicle else Decimal(0)
        if not base:
            return base
        ratio = Decimal(str(self._get_parameter(vehicle._get_ltv_code()))) / 100
        return (base * ratio).quantize(Decimal('0.01'), rounding=ROUND_DOWN)

    def _get_ceilings(self):
        ceilings = super()._get_ceilings()
        vehicle = self.vehicle_id
        if vehicle and vehicle._get_base_amount():
            ratio = self._get_parameter(vehicle._get_ltv_code())
            ceilings.append((float(self._get_vehicle_ceiling()), self.env._(
                "%(ratio).6g %% of the value base %(base)s of the car",
                ratio=ratio, base=self.currency_id.format(vehicle.base_amount))))
        return ceilings

    def _get_blocking_reasons(self, act):
        reasons = super()._get_blocking_reasons(act)
        if act in ('submit', 'contract'):
            for application in self:
                reasons[application] += application._get_vehicle_reasons()
        return reasons

    def _get_vehicle_reasons(self):
        self.ensure_one()
        vehicle = self.vehicle_id
        if not vehicle:
            return [self.env._(
                "The product %(product)s needs a car as security: enter the vehicle.",
                product=self.product_id.name)] if self.collateral_required else []
        reasons = vehicle._get_value_reasons()
        owner = vehicle.sudo().owner_id
        if owner and owner != self.partner_id:
            reasons.append(self.env._(
                "%(vehicle)s belongs to %(owner)s. The borrower must own the car that secures "
                "the loan.", vehicle=vehicle.display_name, owner=owner.name))
        claims = vehicle._get_claims(self)
        if claims:
            reasons.append(self.env._(
                "%(vehicle)s already backs %(claims)s. A car can secure only one loan at a time.",
                vehicle=vehicle.display_name, claims=', '.join(claims)))
        return reasons

    def _get_term_months_allowed(self):
        allowed = super()._get_term_months_allowed()
        if allowed and self.vehicle_id.kind == 'used':
            return min(allowed, self._get_parameter('term_max_months.used'))
        return allowed
