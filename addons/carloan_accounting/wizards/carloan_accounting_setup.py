from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.carloan_base.actions import open_form

ITEM_KINDS = [
    ('account', "Account"),
    ('journal', "Journal"),
    ('fund', "Fund Account"),
    ('rule', "Posting Rule"),
]
ITEM_STATES = [
    ('create', "Will be created"),
    ('complete', "Will be completed"),
    ('keep', "Is there"),
    ('missing', "Must be mapped by hand"),
]


class CarloanAccountingSetup(models.TransientModel):
    """Shows what the accounting set-up of a company would do, and does it."""

    _name = 'carloan.accounting.setup'
    _inherit = 'carloan.guard.mixin'
    _description = "Accounting Set-up"

    _guarded_fields = ('line_ids',)

    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, default=lambda self: self.env.company)
    chart_name = fields.Char(compute='_compute_chart_name', string="Chart of Accounts")
    line_ids = fields.One2many('carloan.accounting.setup.line', 'setup_id', readonly=True)
    waiting_count = fields.Integer(
        compute='_compute_waiting_count', string="Transactions Without Voucher",
        help="They are posted by the set-up as far as accounts, journals and periods allow.")

    # === COMPUTE METHODS ===

    @api.depends('company_id')
    def _compute_chart_name(self):
        charts = dict(self.env['account.chart.template'].sudo()._select_chart_template())
        for setup in self:
            setup.chart_name = charts.get(setup.company_id.sudo().root_id.chart_template)

    @api.depends('company_id')
    def _compute_waiting_count(self):
        for setup in self:
            company = setup.company_id
            setup.waiting_count = company._carloan_count_waiting(company._get_business_date())

    # === ACTIONS ===

    @api.model
    def action_open(self):
        self._check_role('accountant', 'administrator')
        return self._open(self.env.company)

    def action_apply(self):
        """Do it, and show what is there now and what is left to a person."""
        self.ensure_one()
        self._check_role('accountant', 'administrator')
        self.check_access('read')
        self.company_id._carloan_setup_accounting()
        return self._open(self.company_id)

    # === BUSINESS METHODS ===

    @api.model
    def _open(self, company):
        lines = [
            Command.create({
                'kind': item.kind, 'code': item.code, 'name': item.name, 'state': item.status})
            for item in company._carloan_setup_plan()
        ]
        setup = self.sudo()._create_guarded([{'company_id': company.id, 'line_ids': lines}])
        return open_form(setup, name=self.env._("Accounting Set-up"), target='new')


class CarloanAccountingSetupLine(models.TransientModel):
    """One thing that the set-up looks after."""

    _name = 'carloan.accounting.setup.line'
    _description = "Accounting Set-up Line"
    _order = 'id'

    setup_id = fields.Many2one('carloan.accounting.setup', required=True, ondelete='cascade')
    kind = fields.Selection(ITEM_KINDS, required=True, readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char(readonly=True)
    state = fields.Selection(ITEM_STATES, required=True, readonly=True)
