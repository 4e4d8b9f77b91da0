from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.carloan_base.actions import open_form

PURPOSES = [
    ('car_purchase', "Car Purchase"),
    ('secured', "Loan Secured on a Car"),
]


class CarloanApplication(models.Model):
    """A customer's request for a loan, from the counter to the contract.

    The officer writes it while it is a draft; afterwards only its acts change it.
    """
    _name = 'carloan.application'
    _inherit = ['carloan.document.mixin', 'carloan.approval.mixin', 'carloan.terms.mixin',
                'carloan.cost.mixin']
    _description = "Loan Application"
    _order = 'id desc'
    _rec_names_search = ['name', 'partner_id.name']
    _check_company_auto = True
    _guarded_fields = ('name', 'state', 'loan_id')

    name = fields.Char(string="Number", readonly=True, copy=False, index='trigram')
    partner_id = fields.Many2one(
        'res.partner', string="Customer", required=True, index=True, tracking=True,
        domain="[('carloan_customer', '=', True)]")
    product_id = fields.Many2one(
        'carloan.product', required=True, index=True, tracking=True, check_company=True)
    purpose = fields.Selection(
        PURPOSES, required=True, default='secured', tracking=True,
        help="Car purchase: the loan pays for a car and is paid out for it. "
             "Secured: the borrower pledges a car he already owns and receives the money.")
    amount = fields.Monetary(string="Amount Requested", required=True, tracking=True)
    periods = fields.Integer(
        string="Number of Instalments", required=True, default=12, tracking=True)
    annual_rate = fields.Float(
        string="Annual Rate (%)", digits=(9, 6), tracking=True, compute='_compute_annual_rate',
        store=True, readonly=False, precompute=True,
        help="Contract rate in percent per year, 12 for 12 %.")
    application_date = fields.Date(
        required=True, default=lambda self: self.env.company._get_business_date(), copy=False)
    state = fields.Selection([
        ('draft', "Draft"),
        ('in_approval', "In Approval"),
        ('approved', "Approved"),
        ('contracted', "Contracted"),
        ('refused', "Refused"),
        ('withdrawn', "Withdrawn"),
    ], required=True, default='draft', readonly=True, copy=False, index=True, tracking=True,
        group_expand=True)
    loan_id = fields.Many2one(
        'carloan.loan', string="Contract", readonly=True, copy=False, index='btree_not_null')
    note = fields.Html(string="Remarks")
    approval_step_ids = fields.One2many(
        'carloan.approval.request.step', string="Approval Steps",
        compute='_compute_approval_step_ids')

    _name_uniq = models.UniqueIndex(
        '(company_id, name) WHERE name IS NOT NULL', "This application number exists already.")

    @api.depends('product_id')
    def _compute_annual_rate(self):
        for application in self.filtered('product_id'):
            application.annual_rate = application.product_id.annual_rate

    @api.depends('approval_request_ids.step_line_ids')
    def _compute_approval_step_ids(self):
        for application in self:
            application.approval_step_ids = application.approval_request_id.step_line_ids

    @api.depends('name', 'partner_id')
    def _compute_display_name(self):
        for application in self:
            application.display_name = application.name or self.env._("New Application")

    @api.constrains('amount', 'periods', 'annual_rate')
    def _check_figures(self):
        for application in self:
            if application.currency_id.compare_amounts(application.amount, 0) <= 0:
                raise ValidationError(self.env._("The amount requested must be above zero."))
            if not 1 <= application.periods <= 1200:
                raise ValidationError(self.env._(
                    "The number of instalments must be from 1 to 1200, not %(periods)s.",
                    periods=application.periods))
            if not 0 <= application.annual_rate <= 100:
                raise ValidationError(self.env._(
                    "The annual rate must be from 0 to 100 percent, not %(rate)s.",
                    rate=application.annual_rate))

    @api.constrains('application_date', 'company_id')
    def _check_application_date(self):
        self._check_not_future('application_date')

    @api.onchange('product_id')
    def _onchange_product_id(self):
        self.update(self._prepare_terms_vals())

    @api.model_create_multi
    def create(self, vals_list):
        applications = super().create(vals_list)
        for application in applications:
            application._write_guarded({
                'name': self.env['ir.sequence']._carloan_next(
                    'carloan.application', application.company_id),
                **application._prepare_terms_vals(),
            })
        return applications

    def write(self, vals):
        frozen = {'partner_id', 'product_id', 'purpose', 'amount', 'periods', 'annual_rate',
                  'application_date', 'company_id', 'currency_id'}.intersection(vals)
        later = self.filtered(lambda application: application.state != 'draft') if frozen else False
        if later:
            raise UserError(self.env._(
                "%(name)s is no longer a draft: %(fields)s cannot be changed.",
                name=later[0].display_name,
                fields=", ".join(self._fields[name]._description_string(self.env)
                                 for name in sorted(frozen))))
        result = super().write(vals)
        if 'product_id' in vals:
            for application in self:
                application._write_guarded(application._prepare_terms_vals())
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda application: application.state != 'draft'):
            raise UserError(self.env._(
                "Only a draft application can be deleted. Withdraw the others."))

    def action_submit(self):
        """Ask for approval; refused with all reasons while anything is wrong."""
        self._check_role('officer')
        self._check_blocking_reasons('submit')
        self._update_state(('draft',), 'in_approval')
        self._submit_for_approval()

    def action_withdraw(self):
        """The customer or the officer gives up, at any time before the contract."""
        self._check_role('officer')
        self._update_state(('draft', 'in_approval', 'approved'), 'withdrawn')
        self.filtered(lambda application: application.approval_state in (
            'pending', 'approved'))._withdraw_approval()
        self.sudo().activity_ids.unlink()

    def action_reset_draft(self):
        """Take a withdrawn application up again; it needs a new approval."""
        self._check_role('officer')
        self._update_state(('withdrawn',), 'draft')

    def action_create_contract(self):
        """Draw up the loan contract on the approved terms."""
        self._check_role('officer')
        self._check_blocking_reasons('contract')
        self._update_state(('approved',), 'contracted')
        for application in self:
            loan = self.env['carloan.loan'].sudo()._create_guarded(
                [application._prepare_loan_vals()])
            application._write_guarded({'loan_id': loan.id})
            application._on_contracted()
        self.sudo().activity_ids.action_done()
        return self.action_view_loan() if len(self) == 1 else True

    def action_view_loan(self):
        self.ensure_one()
        return open_form(self.loan_id)

    def _prepare_terms_vals(self):
        """The terms of the product, copied so that a later change of the product does not reach
        this application."""
        self.ensure_one()
        return {name: self.product_id[name] for name in self._terms_field_names()}

    def _prepare_loan_vals(self):
        """Values of the contract: what was approved, and the terms of the application."""
        self.ensure_one()
        return {
            'application_id': self.id,
            'partner_id': self.partner_id.id,
            'product_id': self.product_id.id,
            'company_id': self.company_id.id,
            'currency_id': self.currency_id.id,
            'user_id': self.user_id.id,
            'department_id': self.department_id.id,
            'origin_user_id': self.user_id.id,
            'principal_amount': self.amount,
            'periods': self.periods,
            'annual_rate': self.annual_rate,
            'contract_date': self.company_id._get_business_date(),
            **{name: self[name] for name in self._terms_field_names()},
        }

    def _on_contracted(self):
        """Called on one application after its contract was created; leaves move their records
        (a reserved car, for instance) to the contract here."""

    def _get_guarded_names(self):
        return super()._get_guarded_names() | set(self._terms_field_names())

    def _approval_amount(self):
        return self.amount

    def _approval_watched_fields(self):
        return [*super()._approval_watched_fields(), 'partner_id', 'product_id', 'purpose',
                'amount', 'periods', 'annual_rate', *self._terms_field_names()]

    def _on_approved(self):
        super()._on_approved()
        self._update_state(('in_approval',), 'approved')
        for application in self.filtered('user_id'):
            application.activity_schedule(
                'mail.mail_activity_data_todo', user_id=application.user_id.id,
                summary=self.env._("Draw up the contract"))

    def _on_refused(self):
        super()._on_refused()
        self._update_state(('in_approval',), 'refused')
