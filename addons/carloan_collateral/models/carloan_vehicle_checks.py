from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.carloan_base import validators


class CarloanVehicle(models.Model):
    """What may be entered about a car, and what may no longer change."""
    _inherit = 'carloan.vehicle'

    @api.constrains('vin')
    def _check_vin(self):
        for vehicle in self:
            problem = validators.check_vin(vehicle.vin).problem
            if problem:
                raise ValidationError(self.env._(
                    "“%(vin)s” is not a valid VIN: %(problem)s", vin=vehicle.vin,
                    problem=vehicle._get_vin_problem_texts()[problem]))

    @api.constrains('plate')
    def _check_plate(self):
        for vehicle in self:
            if vehicle.plate and validators.check_plate(vehicle.plate).problem:
                raise ValidationError(self.env._(
                    "“%(plate)s” is not a Chinese number plate. Allowed: province character, "
                    "letter and 5 characters (京A12345), or 6 for a new energy car (京AD12345); "
                    "no letters I and O. Leave it empty while the car has no plate.",
                    plate=vehicle.plate))

    @api.constrains('first_registration_date', 'valuation_date', 'company_id')
    def _check_dates(self):
        self._check_not_future('first_registration_date', 'valuation_date')

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._normalise(vals) for vals in vals_list]
        for vals in vals_list:
            self._check_vin_is_new(vals.get('vin'), vals.get('company_id'))
        return super().create(vals_list)

    def write(self, vals):
        vals = self._normalise(vals)
        self._check_decided_fields(vals)
        for vehicle in self if vals.get('vin') else ():
            vehicle._check_vin_is_new(vals['vin'], vehicle.company_id.id)
        return super().write(vals)

    @api.model
    def _normalise(self, vals):
        """The same car must look the same: capitals, no blanks, dots or dashes."""
        vals = dict(vals)
        for name in ('vin', 'plate'):
            if vals.get(name):
                vals[name] = validators.normalise(vals[name])
        return vals

    def _check_vin_is_new(self, vin, company_id):
        """Say where the car is recorded already, before the database only says no."""
        twin = vin and self.env['carloan.vehicle'].sudo().search([
            ('vin', '=', vin), ('company_id', '=', company_id or self.env.company.id),
            ('id', 'not in', self.ids)], limit=1)
        if twin:
            raise ValidationError(twin._get_duplicate_reason())

    def _check_decided_fields(self, vals):
        """What an approval or a pledge rests on is not changed underneath it."""
        changed = [
            name for name in self._get_decided_field_names()
            if name in vals and any(
                self._fields[name].convert_to_write(vehicle[name], vehicle) != vals[name]
                for vehicle in self)]
        if not changed:
            return
        for vehicle in self.sudo():
            applications = vehicle.application_ids.filtered(
                lambda application: application.state in ('in_approval', 'approved'))
            identity = {'vin', 'company_id'} & set(changed)
            claims = applications.mapped('name')
            if identity:
                pledges = vehicle.collateral_ids.filtered(lambda c: c._is_binding())
                claims += pledges.loan_id.mapped('name')
            if claims:
                raise UserError(self.env._(
                    "%(vehicle)s: %(fields)s cannot change while %(claims)s depends on it.",
                    vehicle=vehicle.display_name, claims=', '.join(claims),
                    fields=', '.join(
                        self._fields[name]._description_string(self.env) for name in changed)))

    @api.model
    def _get_decided_field_names(self):
        """Fields that the gates and ceilings of an application read."""
        return ['vin', 'company_id', 'model_id', 'kind', 'use', 'power', 'owner_id',
                'price_amount', 'valuation_amount']

    def _get_vin_problem_texts(self):
        return {
            'length': self.env._(
                "it has %(count)s characters. Allowed: exactly 17.", count=len(self.vin or '')),
            'characters': self.env._(
                "it has other characters than digits and letters. Allowed: 0-9 and A-Z without "
                "I, O and Q."),
            'check_digit': self.env._(
                "the check digit (9th character) does not fit the others. A Chinese VIN, which "
                "starts with L, must pass the check: compare it with the certificate."),
        }

    def _get_vin_warning_texts(self):
        return {
            'check_digit': self.env._(
                "The check digit does not fit. Some imported cars have none: compare the VIN "
                "with the papers."),
            'model_year': self.env._("The tenth character is no model year."),
        }

    def _get_claims(self, application=None):
        """Names of the contracts and running applications of others that this car backs."""
        self.ensure_one()
        vehicle = self.sudo()
        pledges = vehicle.collateral_ids.filtered(lambda c: c._is_binding())
        running = vehicle.application_ids.filtered(
            lambda other: other != application and other.state in ('in_approval', 'approved'))
        return [
            *(self.env._("contract %(name)s", name=loan.name) for loan in pledges.loan_id),
            *(self.env._("application %(name)s", name=other.name) for other in running),
        ]

    def _get_duplicate_reason(self):
        """Why the VIN of this vehicle cannot be entered again, for whoever tries."""
        self.ensure_one()
        claims = self._get_claims()
        if claims:
            return self.env._(
                "The VIN %(vin)s is already recorded and backs %(claims)s. A car can secure only "
                "one loan at a time.", vin=self.vin, claims=', '.join(claims))
        return self.env._(
            "The VIN %(vin)s is already recorded by %(user)s: use that vehicle, or ask for it to "
            "be handed over to you.", vin=self.vin, user=self.user_id.name or '-')
