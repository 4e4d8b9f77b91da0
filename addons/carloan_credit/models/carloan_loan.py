from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.carloan_base.actions import open_list

from ..const import LOAN_STATES, POSITION_AMOUNTS, POSITION_DATES


class CarloanLoan(models.Model):
    """A loan from the contract to the last payment. People write the draft; afterwards the terms
    stand, documents move its state, and its figures come from the ledger."""
    _name = 'carloan.loan'
    _inherit = ['carloan.document.mixin', 'carloan.terms.mixin', 'portal.mixin']
    _description = "Loan"
    _order = 'id desc'
    _rec_names_search = ['name', 'partner_id.name']
    _guarded_fields = (
        'name', 'state', 'disbursement_date', 'maturity_date', 'settled_date',
        'written_off_date', 'class_tier_id', *POSITION_AMOUNTS, *POSITION_DATES)

    name = fields.Char("Number", readonly=True, copy=False)
    state = fields.Selection(
        LOAN_STATES, required=True, default='draft', readonly=True, copy=False, tracking=True)

    company_id = fields.Many2one(index=False)  # few companies: no list is found by it alone
    partner_id = fields.Many2one(
        'res.partner', "Borrower", required=True, index=True, ondelete='restrict',
        check_company=True, tracking=True)
    origin_user_id = fields.Many2one(
        'res.users', "Brought By", copy=False, ondelete='restrict',
        default=lambda self: self.env.user,
        help="Who won the loan; stays when another officer takes over.")
    product_id = fields.Many2one(
        'carloan.product', required=True, index=True, ondelete='restrict', check_company=True)

    principal_amount = fields.Monetary("Principal", required=True, tracking=True)
    periods = fields.Integer("Instalments", required=True, aggregator=None, tracking=True)
    annual_rate = fields.Float(
        "Annual Rate (%)", required=True, digits=(9, 6), aggregator='avg', tracking=True)

    contract_date = fields.Date(copy=False, tracking=True)
    disbursement_date = fields.Date(readonly=True, copy=False, index='btree_not_null')
    maturity_date = fields.Date(readonly=True, copy=False, index='btree_not_null')
    settled_date = fields.Date(readonly=True, copy=False)
    written_off_date = fields.Date(readonly=True, copy=False)

    schedule_version_ids = fields.One2many('carloan.schedule.version', 'loan_id')
    instalment_ids = fields.One2many(
        'carloan.instalment', 'loan_id', domain=[('superseded_id', '=', False)],
        string="Schedule")
    transaction_ids = fields.One2many('carloan.transaction', 'loan_id')
    class_tier_id = fields.Many2one(
        'carloan.class.tier', "Risk Class", readonly=True, copy=False, index='btree_not_null',
        ondelete='restrict')
    class_ids = fields.One2many('carloan.loan.class', 'loan_id')

    # in the order of the list, so that the rare states need no walk through all loans
    _state_idx = models.Index('(state, id)')
    _name_uniq = models.UniqueIndex('(name, company_id)', "This loan number is already in use.")
    _principal_positive = models.Constraint(
        'CHECK (principal_amount > 0)', "The principal must be above zero.")
    _periods_range = models.Constraint(
        'CHECK (periods BETWEEN 1 AND 1200)',
        "A loan has 1 to 1200 instalments.")
    _rate_range = models.Constraint(
        'CHECK (annual_rate BETWEEN 0 AND 100)',
        "The annual rate must lie between 0 % and 100 %.")

    # === COMPUTE METHODS === #

    def _compute_access_url(self):
        super()._compute_access_url()
        for loan in self:
            loan.access_url = f'/my/loans/{loan.id}'

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        loans = super().create(vals_list)
        for loan in loans:
            loan._write_guarded({
                'name': self.env['ir.sequence']._carloan_next(self._name, loan.company_id)})
        return loans

    def write(self, vals):
        frozen = self._get_frozen_names().intersection(vals)
        if self._has_guard_pass():      # a fact of the ledger says so
            frozen = set()
        signed = frozen and self.filtered(lambda loan: loan.state != 'draft')
        if signed:
            raise UserError(self.env._(
                "%(loan)s is signed: %(fields)s cannot be changed any more.",
                loan=signed[0].name,
                fields=", ".join(
                    self._fields[name]._description_string(self.env)
                    for name in sorted(frozen))))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda loan: loan.state != 'draft'):
            raise UserError(self.env._("Only a loan that is not signed can be deleted."))

    # === ACTIONS === #

    def action_view_transactions(self):
        self.ensure_one()
        self.check_access('read')
        return open_list(
            self.env, 'carloan_credit.carloan_transaction_action', [('loan_id', '=', self.id)])

    def action_view_instalments(self):
        self.ensure_one()
        self.check_access('read')
        return open_list(
            self.env, 'carloan_credit.carloan_instalment_action', [('loan_id', '=', self.id)])

    # === HOOKS === #

    def _on_activated(self):
        """Called on loans once their money was paid out and their schedule stands.

        Overriders call `super()` first.
        """

    def _on_settled(self):
        """Called on loans once nothing is owed any more; overriders call `super()` first."""

    def _on_reopened(self):
        """Called on settled loans that owe again because a payment was undone.

        Overriders call `super()` first; raising refuses the undoing.
        """

    def _on_written_off(self):
        """Called on loans that were written off; overriders call `super()` first."""

    # === GETTERS === #

    def _get_frozen_names(self):
        """What the signature fixes."""
        return {
            *self._terms_field_names(), 'principal_amount', 'periods', 'annual_rate',
            'partner_id', 'product_id', 'company_id', 'currency_id', 'contract_date'}
