from odoo import models

from odoo.addons.carloan_credit.demo_plan import order_rng

from ..demo_cars import MODELS, draw_car


class CarloanDemoBook(models.AbstractModel):
    """The cars of the demo book: one per loan, valued, mortgaged, released in the end."""
    _inherit = 'carloan.demo.book'

    def _demo_prepare_company(self, company, start):
        super()._demo_prepare_company(company, start)
        brands = {}
        for brand, name, _maker, power in MODELS:
            if brand not in brands:
                brands[brand] = self.env['fleet.vehicle.model.brand'].create({'name': brand})
            self.env['fleet.vehicle.model'].create({
                'brand_id': brands[brand].id, 'name': name,
                'default_fuel_type': 'electric' if power == 'nev' else 'gasoline',
            })

    def _demo_application_vals(self, setting, order, partner):
        vals = super()._demo_application_vals(setting, order, partner)
        rng = order_rng(setting['seed'], order.number, 'car')
        car = draw_car(rng, setting['start'])
        today = setting['company']._get_business_date()
        model = self.env['fleet.vehicle.model'].search([
            ('name', '=', MODELS[car.model][1]),
            ('brand_id.name', '=', MODELS[car.model][0])], limit=1)
        vehicle = self._get_env(setting, setting['users'][order.officer])[
            'carloan.vehicle'].create({
                'vin': car.vin, 'plate': car.plate, 'model_id': model.id, 'kind': 'used',
                'first_registration_date': car.first_registration_date,
                'mileage': car.mileage, 'color': car.color, 'owner_id': partner.id,
                'valuation_amount': round(order.amount / rng.uniform(0.45, 0.68), -2),
                'valuation_date': today,
            })
        return {**vals, 'vehicle_id': vehicle.id}

    def _demo_before_disbursement(self, setting, loan):
        super()._demo_before_disbursement(setting, loan)
        registrations = loan.mortgage_registration_ids.with_user(setting['users']['asset'])
        for registration in registrations:
            registration.write({
                'office': "南京市车辆管理所",
                'certificate_number': f'{320000000000 + registration.id}',
            })
        registrations.action_file()
        registrations.action_register()

    def _demo_after_day(self, setting, day):
        """Settled loans: the asset officer prepares the release one day, the manager approves it
        the next; what came in last remains to be done."""
        super()._demo_after_day(setting, day)
        users = setting['users']
        registrations = self.env['carloan.mortgage.registration'].search([
            ('company_id', '=', setting['company'].id), ('release_requested_date', '<', day),
            ('state', 'in', ('release_requested', 'release_checked'))])
        stages = registrations.grouped('state')
        if stages.get('release_checked'):
            stages['release_checked'].with_user(users['risk_manager']).action_release()
        if stages.get('release_requested'):
            stages['release_requested'].with_user(users['asset']).action_check_release()
