from odoo import api, fields, models


class CarloanLedgerCheckLine(models.Model):
    """One component against the accounts that carry it. Written by the check only."""

    _name = 'carloan.ledger.check.line'
    _description = "Ledger Check Line"
    _order = 'check_id, id'

    check_id = fields.Many2one(
        'carloan.ledger.check', required=True, index=True, ondelete='cascade', readonly=True)
    company_id = fields.Many2one(related='check_id.company_id')
    currency_id = fields.Many2one(related='company_id.currency_id')
    components = fields.Char(
        required=True, readonly=True,
        help="Comma list: components that share an account are compared together.")
    name = fields.Char(compute='_compute_name', string="Component")
    account_ids = fields.Many2many('account.account', string="Accounts", readonly=True)
    sub_ledger_amount = fields.Monetary(readonly=True, string="Sub-ledger")
    ledger_amount = fields.Monetary(readonly=True, string="General Ledger")
    difference = fields.Monetary(
        readonly=True, help="Sub-ledger less general ledger.")
    waiting_amount = fields.Monetary(
        readonly=True, string="Not Yet Posted",
        help="Part of the sub-ledger whose vouchers are waiting.")
    unexplained_amount = fields.Monetary(
        compute='_compute_unexplained_amount', string="Unexplained",
        help="Difference that waiting vouchers do not explain.")

    # === COMPUTE METHODS ===

    @api.depends('components')
    def _compute_name(self):
        labels = dict(self.env['carloan.posting.rule']._selection_component())
        for line in self:
            codes = (line.components or '').split(',')
            line.name = ", ".join(labels.get(code, code) for code in codes)

    @api.depends('difference', 'waiting_amount')
    def _compute_unexplained_amount(self):
        for line in self:
            line.unexplained_amount = line.difference - line.waiting_amount

    # === ACTIONS ===

    def action_open_sub_ledger(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Sub-ledger: %(component)s", component=self.name),
            'res_model': 'carloan.transaction.line',
            'view_mode': 'list',
            'domain': [
                ('loan_id.company_id', '=', self.company_id.id),
                ('component', 'in', self.components.split(',')),
                ('booking_date', '<=', self.check_id.date),
            ],
        }

    def action_open_ledger(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("General ledger: %(component)s", component=self.name),
            'res_model': 'account.move.line',
            'view_mode': 'list,form',
            'domain': [
                ('company_id', '=', self.company_id.id),
                ('account_id', 'in', self.account_ids.ids),
                ('parent_state', '=', 'posted'),
                ('date', '<=', self.check_id.date),
            ],
        }
