from odoo.addons.carloan_base.validators import get_vin_check_character
from odoo.addons.carloan_credit.tests.documents_common import DocumentsCommon


class CollateralCommon(DocumentsCommon):
    """Cars, contracts with a car, and the movers of a mortgage registration."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        brand = cls.env['fleet.vehicle.model.brand'].create({'name': "Test make"})
        cls.ice_model = cls.env['fleet.vehicle.model'].create({
            'brand_id': brand.id, 'name': "Test ICE", 'default_fuel_type': 'gasoline'})
        cls.nev_model = cls.env['fleet.vehicle.model'].create({
            'brand_id': brand.id, 'name': "Test NEV", 'default_fuel_type': 'electric'})
        cls.vin_number = 0

    @classmethod
    def _next_vin(cls, maker='LSVAM4'):
        """The next VIN with a right check digit."""
        cls.vin_number += 1
        body = f'{maker}1800R2{cls.vin_number:05d}'
        return body[:8] + get_vin_check_character(body) + body[9:]

    @classmethod
    def _create_vehicle(cls, user=None, **values):
        return cls.env['carloan.vehicle'].with_user(user or cls.officer).create({
            'vin': cls._next_vin(),
            'model_id': cls.ice_model.id,
            'kind': 'used',
            'valuation_amount': 100000,
            'valuation_date': cls.company._get_business_date(),
            'owner_id': cls.customer.id,
            **values,
        })

    @classmethod
    def _create_pledged_contract(cls, vehicle=None, **values):
        vehicle = vehicle or cls._create_vehicle()
        return cls._create_contract(vehicle_id=vehicle.id, **values)

    @classmethod
    def _sign_pledged_contract(cls, vehicle=None, **values):
        loan = cls._create_pledged_contract(vehicle, **values)
        loan.action_sign()
        return loan

    @classmethod
    def _register_mortgage(cls, loan, **values):
        registration = loan.mortgage_registration_ids.with_user(cls.asset)
        registration.write({
            'office': "Nanjing vehicle office", 'certificate_number': '320000000001', **values})
        registration.action_file()
        registration.action_register()
        return registration

    @classmethod
    def _create_pledged_loan(cls, vehicle=None, **values):
        """A loan that was paid out on a registered car."""
        loan = cls._sign_pledged_contract(vehicle, **values)
        cls._register_mortgage(loan)
        cls._pay_out(loan)
        return loan

    @classmethod
    def _settle(cls, loan):
        """The borrower pays each instalment on its due date."""
        while loan.state == 'active':
            cls._move_to(loan.next_due_date)
            cls._take_repayment(loan, loan.amount_due_today)
        return loan
