import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

OPEN_STATES = ('draft', 'filed')
REGISTERED_STATES = ('registered', 'release_requested', 'release_checked')
PAPER_FIELDS = ('office', 'certificate_number', 'filed_date', 'registered_date')


class CarloanMortgageRegistration(models.Model):
    """The entry of one pledge at the vehicle office, and its release.

    Opened by the contract; filed and registered by an asset officer; released by two persons.
    """
    _name = 'carloan.mortgage.registration'
    _inherit = ['carloan.document.mixin']
    _description = "Mortgage Registration"
    _order = 'id desc'
    _check_company_auto = True
    _mail_post_access = 'read'
    _guarded_fields = (
        'state', 'name', 'collateral_id', 'loan_id', 'vehicle_id', 'company_id',
        'release_requested_date', 'release_maker_id', 'release_checker_id', 'released_date')

    name = fields.Char("Number", readonly=True, copy=False, index='trigram')
    collateral_id = fields.Many2one(
        'carloan.collateral', "Pledge", required=True, readonly=True, ondelete='restrict',
        index=True, check_company=True)
    loan_id = fields.Many2one(
        related='collateral_id.loan_id', string="Contract", store=True, index=True)
    vehicle_id = fields.Many2one(related='collateral_id.vehicle_id', store=True, index=True)
    partner_id = fields.Many2one(related='collateral_id.partner_id', string="Borrower")
    vin = fields.Char(related='vehicle_id.vin')
    plate = fields.Char(related='vehicle_id.plate')
    image_128 = fields.Image(related='vehicle_id.image_128')

    office = fields.Char(
        "Vehicle office", tracking=True,
        help="Office of the traffic police where the car is registered.")
    filed_date = fields.Date("Filed on", tracking=True)
    registered_date = fields.Date("Registered on", tracking=True)
    certificate_number = fields.Char(
        tracking=True, index='trigram', copy=False,
        help="Number of the vehicle registration certificate, usually 12 digits.")
    certificate_warning = fields.Char(compute='_compute_certificate_warning')
    release_requested_date = fields.Date("Release opened on", readonly=True)
    release_maker_id = fields.Many2one(
        'res.users', "Release prepared by", readonly=True, tracking=True)
    release_checker_id = fields.Many2one(
        'res.users', "Release approved by", readonly=True, tracking=True)
    released_date = fields.Date("Released on", readonly=True, tracking=True)
    release_block = fields.Text("Release is blocked by", compute='_compute_release_block')
    state = fields.Selection(
        [('draft', "To do"), ('filed', "Filed"), ('registered', "Registered"),
         ('release_requested', "To release"), ('release_checked', "Release to approve"),
         ('released', "Released"), ('cancelled', "Cancelled")],
        required=True, readonly=True, default='draft', copy=False, index=True, tracking=True,
        group_expand=True)

    _one_live_registration = models.UniqueIndex(
        "(collateral_id) WHERE state <> 'cancelled'", "This pledge already has a registration.")
    _release_four_eyes = models.Constraint(
        'CHECK (release_checker_id <> release_maker_id)',
        "The release needs two different persons.")
    _release_complete = models.Constraint(
        "CHECK (state <> 'released' OR (release_maker_id IS NOT NULL "
        "AND release_checker_id IS NOT NULL AND released_date IS NOT NULL))",
        "A release needs the person who prepared it, the one who approved it, and a date.")

    @api.depends('certificate_number')
    def _compute_certificate_warning(self):
        for registration in self:
            number = registration.certificate_number
            odd = number and not re.fullmatch(r'\d{12}', number)
            registration.certificate_warning = odd and self.env._(
                "The certificate number usually has 12 digits: please compare it with the paper.")

    @api.depends('loan_id.state')
    def _compute_release_block(self):
        reasons = self._get_blocking_reasons('release')
        for registration in self:
            registration.release_block = '\n'.join(reasons[registration])

    @api.constrains('filed_date', 'registered_date')
    def _check_dates(self):
        self._check_not_future('filed_date', 'registered_date')
        for registration in self:
            filed, registered = registration.filed_date, registration.registered_date
            if filed and registered and registered < filed:
                raise ValidationError(self.env._(
                    "Registered on %(registered)s is before filed on %(filed)s. Allowed: from "
                    "%(filed)s to %(today)s.", registered=registered, filed=filed,
                    today=registration.company_id._get_business_date()))

    def write(self, vals):
        frozen = [name for name in PAPER_FIELDS if name in vals]
        if frozen and any(registration.state not in OPEN_STATES for registration in self):
            raise UserError(self.env._(
                "A registered mortgage keeps its papers: %(fields)s cannot change any more.",
                fields=', '.join(
                    self._fields[name]._description_string(self.env) for name in frozen)))
        return super().write(vals)

    def action_file(self):
        """The papers were handed in at the vehicle office."""
        self._check_role('asset')
        for registration in self.filtered(lambda r: not r.filed_date and r.state == 'draft'):
            registration.filed_date = registration.company_id._get_business_date()
        self._check_blocking_reasons('file')
        self._update_state(('draft',), 'filed')

    def action_reset(self):
        """The office gave the papers back: start again."""
        self._check_role('asset')
        self._update_state(('filed',), 'draft')

    def action_register(self):
        """The office has entered the mortgage in the certificate."""
        self._check_role('asset')
        for registration in self.filtered(lambda r: not r.registered_date and r.state == 'filed'):
            registration.registered_date = registration.company_id._get_business_date()
        self._check_blocking_reasons('register')
        self._update_state(('filed',), 'registered')
        self.sudo().collateral_id._set_live()
        self._end_activities()

    def action_request_release(self):
        """Open the release by hand; normally the settlement of the loan does it."""
        self._check_role('asset')
        self._check_blocking_reasons('release')
        self._open_release()

    def action_check_release(self):
        """First person: the loan is settled, papers and keys are ready to go back."""
        self._check_role('asset')
        self._check_blocking_reasons('release')
        self._update_state(
            ('release_requested',), 'release_checked', {'release_maker_id': self.env.uid})
        self._end_activities()

    def action_return_release(self):
        """Second person: something is missing, back to the asset officer."""
        self._check_role('branch_manager', 'risk_manager')
        self.check_access('read')
        self.sudo()._update_state(
            ('release_checked',), 'release_requested', {'release_maker_id': False})
        self.sudo()._schedule_todo(self.env._("Release returned: look into it again"))

    def action_release(self):
        """Second person: approve the release; the car is free again."""
        self._check_role('branch_manager', 'risk_manager')
        self.check_access('read')
        self._check_blocking_reasons('release')
        own = self.filtered(lambda r: r.release_maker_id == self.env.user)
        if own:
            raise UserError(self.env._(
                "%(names)s: you prepared this release yourself; another person has to approve it.",
                names=', '.join(own.mapped('name'))))
        for registration in self.sudo():
            registration._update_state(('release_checked',), 'released', {
                'release_checker_id': self.env.uid,
                'released_date': registration.company_id._get_business_date(),
            })
        self.sudo().collateral_id._set_released()

    def _get_blocking_reasons(self, act):
        reasons = super()._get_blocking_reasons(act)
        for registration, texts in reasons.items():
            if act in ('file', 'register') and not registration.office:
                texts.append(self.env._("Enter the vehicle office."))
            if act == 'register':
                texts += registration._get_register_reasons()
            elif act == 'release':
                texts += registration._get_release_reasons()
        return reasons

    def _get_register_reasons(self):
        self.ensure_one()
        reasons = []
        if not self.certificate_number:
            reasons.append(self.env._("Enter the number of the registration certificate."))
        if not self.filed_date:
            reasons.append(self.env._("Enter the day on which the papers were filed."))
        return reasons

    def _get_release_reasons(self):
        """Why the mortgage must stay. Leaves add further claims on the car."""
        self.ensure_one()
        loan = self.sudo().loan_id
        if loan.state in ('settled', 'cancelled'):
            return []
        labels = dict(loan._fields['state']._description_selection(self.env))
        return [self.env._(
            "Contract %(loan)s is not settled (%(state)s).",
            loan=loan.name, state=labels.get(loan.state, loan.state))]

    @api.model
    def _open(self, pledges):
        """One task per pledge, for the asset officer with the fewest open ones."""
        registrations = self.browse()
        for pledge in pledges:
            loan = pledge.loan_id
            officer = self._get_least_loaded_officer(loan.company_id)
            registrations |= self.sudo()._create_guarded([{
                'name': self.env['ir.sequence']._carloan_next(
                    'carloan.mortgage.registration', loan.company_id),
                'collateral_id': pledge.id,
                'company_id': loan.company_id.id,
                'currency_id': loan.company_id.currency_id.id,
                'user_id': officer.id,
                'department_id': loan.department_id.id,
            }])
        registrations._schedule_todo(self.env._("Register the mortgage"))
        return registrations

    @api.model
    def _get_least_loaded_officer(self, company):
        group = self.env.ref('carloan_base.carloan_base_group_asset')
        officers = self.env['res.users'].sudo().search(
            [('all_group_ids', 'in', group.id), ('company_ids', 'in', company.id)], order='id')
        load = dict(self.sudo()._read_group(
            [('user_id', 'in', officers.ids), ('state', 'in', OPEN_STATES)],
            ['user_id'], ['__count']))
        return officers.sorted(lambda user: load.get(user, 0))[:1]

    def _schedule_todo(self, summary):
        for registration in self.filtered('user_id'):
            registration.activity_schedule(
                'mail.mail_activity_data_todo', summary=summary,
                date_deadline=registration.company_id._get_business_date(),
                user_id=registration.user_id.id)

    def _end_activities(self):
        """The step that the activities asked for has been taken, by whomever."""
        self.sudo().activity_ids.action_done()

    def _open_release(self):
        for registration in self:
            registration._update_state(('registered',), 'release_requested', {
                'release_requested_date': registration.company_id._get_business_date(),
            })
        self._schedule_todo(self.env._("The loan has ended: release the mortgage"))

    def _withdraw_release(self):
        """The loan is owed again: the mortgage stays."""
        self._update_state(
            ('release_requested', 'release_checked'), 'registered',
            {'release_requested_date': False, 'release_maker_id': False})
        self._end_activities()

    def _cancel(self):
        self._update_state(OPEN_STATES, 'cancelled')
        self._end_activities()

    def _is_registered(self):
        self.ensure_one()
        return self.state in REGISTERED_STATES
