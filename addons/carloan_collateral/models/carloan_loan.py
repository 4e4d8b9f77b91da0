from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.carloan_base.actions import open_list


class CarloanLoan(models.Model):
    """The pledge follows the contract: registered after signing, released after settlement."""
    _inherit = 'carloan.loan'

    collateral_ids = fields.One2many('carloan.collateral', 'loan_id', "Pledges")
    mortgage_registration_ids = fields.One2many(
        'carloan.mortgage.registration', 'loan_id', "Mortgage Registrations")
    vehicle_ids = fields.Many2many(
        'carloan.vehicle', compute='_compute_vehicle_ids', search='_search_vehicle_ids',
        string="Vehicles")
    vehicle_count = fields.Integer(compute='_compute_vehicle_ids')

    @api.depends('collateral_ids.vehicle_id')
    def _compute_vehicle_ids(self):
        for loan in self:
            loan.vehicle_ids = loan.collateral_ids.vehicle_id
            loan.vehicle_count = len(loan.vehicle_ids)

    def _search_vehicle_ids(self, operator, value):
        return [('collateral_ids.vehicle_id', operator, value)]

    def action_view_collateral(self):
        self.ensure_one()
        return open_list(
            self.env, 'carloan_collateral.carloan_collateral_action',
            [('loan_id', '=', self.id)])

    def _condition_mortgage_registered(self):
        """Every pledge of the contract is registered; a product may demand that there is one."""
        self.ensure_one()
        loan = self.sudo()
        pledges = loan.collateral_ids.filtered(lambda pledge: pledge.state != 'cancelled')
        if not pledges:
            return self.env._(
                "The product %(product)s needs a pledged car; the contract has none.",
                product=loan.product_id.name) if loan.product_id.collateral_required else ''
        open_pledges = pledges.filtered(lambda pledge: pledge.state != 'live')
        return self.env._(
            "The mortgage on %(vehicles)s is not registered yet.",
            vehicles=', '.join(open_pledges.vehicle_id.mapped('display_name'))
        ) if open_pledges else ''

    def _get_condition_types(self):
        types = super()._get_condition_types()
        if self.product_id.collateral_required or self.sudo().collateral_ids:
            return types
        return types.filtered(lambda condition: condition.code != 'mortgage_registered')

    def _on_signed(self):
        super()._on_signed()
        self.sudo().collateral_ids._open_registration()

    def _on_cancelled(self):
        super()._on_cancelled()
        self.sudo().collateral_ids._give_up()

    def _on_settled(self):
        super()._on_settled()
        self.sudo().collateral_ids._give_up()

    def _on_reopened(self):
        super()._on_reopened()
        registrations = self.sudo().mortgage_registration_ids
        released = registrations.filtered(lambda registration: registration.state == 'released')
        if released:
            raise UserError(self.env._(
                "The mortgage on %(vehicles)s was released after the settlement: the payment "
                "cannot be undone any more.",
                vehicles=', '.join(released.vehicle_id.mapped('display_name'))))
        registrations.filtered(lambda registration: registration.state in (
            'release_requested', 'release_checked'))._withdraw_release()
