from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..entries import RepayItem

CHANNELS = [
    ('transfer', "Bank Transfer"),
    ('cash', "Cash"),
    ('pos', "Card Terminal"),
    ('direct_debit', "Direct Debit"),
]


class CarloanRepayment(models.Model):
    """Money that came in for a loan: registered by the cashier, confirmed by the accountant."""
    _name = 'carloan.repayment'
    _inherit = ['carloan.loan.document.mixin']
    _description = "Repayment"
    _order = 'value_date desc, id desc'
    _guarded_fields = ('name', 'state', 'maker_id', 'checker_id', 'transaction_id')
    _frozen_fields = ('loan_id', 'amount', 'value_date', 'fund_account_id', 'channel',
                      'payer_name', 'reference', 'chosen_instalment_id', 'chosen_component')
    _act_states = {'register': 'draft', 'confirm': 'registered', 'ask_reversal': 'confirmed',
                   'reverse': 'reversal_asked'}

    loan_id = fields.Many2one(domain="[('state', '=', 'active')]")
    value_date = fields.Date(
        required=True, index=True, tracking=True, copy=False,
        default=lambda self: self.env.company._get_business_date(),
        help="The day the money arrived; interest and late charges are counted to this day.")
    channel = fields.Selection(CHANNELS, required=True, default='transfer')
    payer_name = fields.Char(help="Who paid, when it was not the borrower himself.")
    reference = fields.Char(
        copy=False, help="Number of the transfer or receipt; the same one is not taken twice.")
    state = fields.Selection([
        ('draft', "Draft"),
        ('registered', "To Confirm"),
        ('confirmed', "Confirmed"),
        ('reversal_asked', "Reversal Asked"),
        ('reversed', "Reversed"),
        ('cancelled', "Cancelled"),
    ], required=True, default='draft', readonly=True, copy=False, index=True, tracking=True,
        group_expand=True)
    transaction_line_ids = fields.One2many(related='transaction_id.line_ids')
    allocation_preview = fields.Html(compute='_compute_allocation_preview', sanitize=False)

    _four_eyes = models.Constraint(
        'CHECK (maker_id <> checker_id)',
        "Registration and confirmation need two different people.")
    _steps_taken = models.Constraint(
        "CHECK (state IN ('draft', 'cancelled') OR (maker_id IS NOT NULL"
        " AND (state = 'registered' OR (checker_id IS NOT NULL AND transaction_id IS NOT NULL))))",
        "A repayment cannot skip a step.")
    _reference_uniq = models.UniqueIndex(
        "(fund_account_id, reference, loan_id)"
        " WHERE reference IS NOT NULL AND state NOT IN ('draft', 'cancelled', 'reversed')",
        "This reference was taken for the loan already.")

    @api.depends('loan_id', 'amount', 'value_date', 'state')
    def _compute_allocation_preview(self):
        for repayment in self:
            if repayment.state not in ('draft', 'registered') or not (
                    repayment.loan_id and repayment.value_date):
                repayment.allocation_preview = False
                continue
            try:
                lines, problem = repayment._get_preview_lines(), ''
            except (UserError, ValidationError) as error:
                lines, problem = [], str(error)
            repayment.allocation_preview = self.env['ir.qweb']._render(
                'carloan_credit.allocation_preview',
                {'lines': lines, 'problem': problem, 'currency': repayment.currency_id})

    @api.onchange('loan_id')
    def _onchange_loan_id(self):
        if self.loan_id and not self.amount:
            self.amount = max(self.loan_id.amount_due_today, 0)

    @api.constrains('value_date', 'loan_id')
    def _check_value_date(self):
        self._check_not_future('value_date')

    def action_register(self):
        """The cashier has seen the money and puts it forward for confirmation."""
        self._check_role('cashier')
        self._check_blocking_reasons('register')
        self._update_state(('draft',), 'registered', {'maker_id': self.env.uid})

    def action_confirm(self):
        """The accountant has found the money in our account: post the whole batch at once."""
        self._check_role('accountant')
        self._lock_documents()
        self._check_blocking_reasons('confirm')
        batch = self.sorted(lambda repayment: (repayment.value_date, repayment.id))
        transactions = self.env['carloan.loan'].sudo()._repay(
            [repayment._prepare_repay_item() for repayment in batch])
        for repayment, transaction in zip(batch, transactions, strict=True):
            repayment._write_guarded(
                {'transaction_id': transaction.id, 'checker_id': self.env.uid})
        self._update_state(('registered',), 'confirmed')
        self._end_activities()

    def action_send_back(self):
        """Back to the cashier for correction; asks for the reason."""
        self._check_role('accountant')
        return self._open_reason_wizard('send_back')

    def action_cancel(self):
        """Give the receipt up before it is confirmed; asks for the reason."""
        self._check_role('cashier', 'accountant')
        return self._open_reason_wizard('cancel')

    def _reason_acts(self):
        return {
            **super()._reason_acts(),
            'send_back': (self.env._("Send Back"), self._send_back),
            'cancel': (self.env._("Cancel the Repayment"), self._cancel),
        }

    def _send_back(self, reason):
        self._check_role('accountant')
        self._update_state(('registered',), 'draft', {'maker_id': False})
        self._note_reason(self.env._("Sent back"), reason)

    def _cancel(self, reason):
        self._check_role('cashier', 'accountant')
        self._update_state(('draft', 'registered'), 'cancelled')
        self.flush_recordset(['state'])
        self._note_reason(self.env._("Cancelled"), reason)

    def _prepare_repay_item(self):
        self.ensure_one()
        return RepayItem(
            loan=self.loan_id.sudo(), amount=self.amount, value_date=self.value_date,
            fund_account=self.fund_account_id, origin=self)

    def _get_preview_lines(self):
        """What the money would pay, as the engine says, with names for people."""
        self.ensure_one()
        lines = self.env['carloan.transaction.line']
        labels = dict(lines._fields['component']._description_selection(self.env))
        return [
            {**line, 'label': labels[line['component']]}
            for line in self.loan_id._origin._preview_repayment(
                self.amount, self.value_date, self._get_choices())
        ]

    def _get_blocking_reasons(self, act):
        reasons = super()._get_blocking_reasons(act)
        twins = self._get_twins() if act in ('register', 'confirm') else {}
        for repayment in self.filtered(lambda record: not reasons[record]):
            if act in ('register', 'confirm'):
                reasons[repayment] += repayment._get_receipt_reasons(twins.get(repayment))
            if act == 'confirm':
                reasons[repayment] += repayment._get_other_person_reasons(repayment.maker_id)
        return reasons

    def _get_receipt_reasons(self, twin):
        reasons = []
        if self.loan_id.state != 'active':
            reasons.append(self.env._(
                "Loan %(loan)s is not being repaid: only a loan that was paid out and is not "
                "settled takes repayments.", loan=self.loan_id.display_name))
        if not self.fund_account_id:
            reasons.append(self.env._("Our account, in which the money arrived, is missing."))
        elif (self.channel == 'cash') != (self.fund_account_id.kind == 'cash'):
            reasons.append(self.env._(
                "Cash goes into a cash box and everything else into a bank account: %(account)s "
                "does not fit.", account=self.fund_account_id.display_name))
        if twin:
            reasons.append(self.env._(
                "The reference %(reference)s was taken already by %(name)s.",
                reference=self.reference, name=twin[0].display_name))
        return reasons

    def _get_twins(self):
        """{repayment: another live one of the same loan, account and reference}."""
        referenced = self.filtered(lambda repayment: repayment.reference and repayment.loan_id)
        live = self.sudo().search([
            ('loan_id', 'in', referenced.loan_id.ids),
            ('reference', 'in', referenced.mapped('reference')),
            ('state', 'in', ('registered', 'confirmed', 'reversal_asked')),
        ]) if referenced else self.browse()
        same = live.grouped(lambda row: (row.loan_id.id, row.fund_account_id.id, row.reference))
        twins = {}
        for repayment in referenced:
            key = (repayment.loan_id.id, repayment.fund_account_id.id, repayment.reference)
            twins[repayment] = same.get(key, live.browse()) - repayment._origin.sudo()
        return twins
