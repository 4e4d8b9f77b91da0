from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CarloanDisbursement(models.Model):
    """The order to pay a loan out: registered, reviewed and paid by three different people."""
    _name = 'carloan.disbursement'
    _inherit = ['carloan.loan.document.mixin']
    _description = "Disbursement"
    _order = 'id desc'
    _guarded_fields = ('name', 'state', 'maker_id', 'checker_id', 'payer_id', 'paid_date',
                       'payee_name', 'payee_account', 'transaction_id')
    _frozen_fields = ('loan_id', 'amount', 'fund_account_id', 'partner_bank_id', 'planned_date')
    _act_states = {'register': 'draft', 'review': 'registered', 'pay': 'reviewed'}

    loan_id = fields.Many2one(domain="[('state', '=', 'signed')]")
    partner_bank_id = fields.Many2one(
        'res.partner.bank', string="Pay To", index=True, ondelete='restrict', tracking=True,
        domain="[('partner_id', '=', partner_id)]",
        help="An account of the borrower himself; money is never paid to anybody else.")
    payee_name = fields.Char(readonly=True, copy=False)
    payee_account = fields.Char(
        readonly=True, copy=False,
        help="The account number as it was registered; it may not change before the payment.")
    planned_date = fields.Date(
        required=True, default=lambda self: self.env.company._get_business_date(), copy=False)
    paid_date = fields.Date(readonly=True, copy=False, tracking=True)
    payer_id = fields.Many2one(
        'res.users', string="Paid By", readonly=True, copy=False, index='btree_not_null',
        tracking=True)
    bank_reference = fields.Char(copy=False, help="Number of the transfer at the bank.")
    condition_ids = fields.One2many(related='loan_id.condition_ids')
    state = fields.Selection([
        ('draft', "Draft"),
        ('registered', "To Review"),
        ('reviewed', "To Pay"),
        ('paid', "Paid"),
        ('cancelled', "Cancelled"),
    ], required=True, default='draft', readonly=True, copy=False, index=True, tracking=True,
        group_expand=True)

    _four_eyes = models.Constraint(
        'CHECK (maker_id <> checker_id AND checker_id <> payer_id AND maker_id <> payer_id)',
        "Registration, review and payment need three different people.")
    _steps_taken = models.Constraint(
        "CHECK (state IN ('draft', 'cancelled') OR (maker_id IS NOT NULL"
        " AND (state = 'registered' OR checker_id IS NOT NULL)"
        " AND (state <> 'paid' OR (payer_id IS NOT NULL AND transaction_id IS NOT NULL))))",
        "A disbursement cannot skip a step.")
    _live_uniq = models.UniqueIndex(
        "(loan_id) WHERE state <> 'cancelled'",
        "There is a disbursement for this loan already.")

    @api.onchange('loan_id')
    def _onchange_loan_id(self):
        self.amount = self.loan_id.principal_amount
        self.partner_bank_id = self.loan_id.partner_id.bank_ids[:1]

    @api.constrains('amount', 'loan_id')
    def _check_whole_principal(self):
        for disbursement in self:
            reason = disbursement._get_amount_reason()
            if reason:
                raise ValidationError(reason)

    @api.constrains('partner_bank_id', 'loan_id')
    def _check_payee(self):
        for disbursement in self:
            reason = disbursement._get_payee_reason()
            if disbursement.partner_bank_id and reason:
                raise ValidationError(reason)

    def action_register(self):
        """Put the order forward for review."""
        self._check_role('officer')
        self._check_blocking_reasons('register')
        self._lock_documents()
        for disbursement in self:
            bank = disbursement.partner_bank_id.sudo()
            disbursement._update_state(('draft',), 'registered', {
                'maker_id': self.env.uid,
                'payee_name': bank.partner_id.name,
                'payee_account': bank.sanitized_acc_number,
            })
        self._ask_role('accountant', self.env._("Review the disbursement"))

    def action_review(self):
        """The second person has checked contract, conditions and payee."""
        self._check_role('accountant')
        self._check_blocking_reasons('review')
        self._update_state(('registered',), 'reviewed', {'checker_id': self.env.uid})
        self._end_activities()
        self._ask_role('cashier', self.env._("Pay the disbursement"))

    def action_pay(self):
        """The third person pays: the money leaves, the loan starts."""
        self._check_role('cashier')
        self._lock_documents()
        self._check_blocking_reasons('pay')
        for disbursement in self:
            date = disbursement.company_id._get_business_date()
            transaction = disbursement.loan_id.sudo()._disburse(
                disbursement.amount, date, disbursement.fund_account_id, disbursement)
            disbursement._update_state(('reviewed',), 'paid', {
                'payer_id': self.env.uid,
                'paid_date': date,
                'transaction_id': transaction.id,
            })
        self._end_activities()

    def action_send_back(self):
        """Back to the first person for correction; asks for the reason."""
        self._check_role('accountant', 'cashier')
        return self._open_reason_wizard('send_back')

    def action_cancel(self):
        """Give the order up before it is paid; asks for the reason."""
        self._check_role('officer', 'accountant')
        return self._open_reason_wizard('cancel')

    def _reason_acts(self):
        return {
            'send_back': (self.env._("Send Back"), self._send_back),
            'cancel': (self.env._("Cancel the Disbursement"), self._cancel),
        }

    def _send_back(self, reason):
        self._check_role('accountant', 'cashier')
        self._update_state(('registered', 'reviewed'), 'draft', {
            'maker_id': False, 'checker_id': False, 'payee_name': False, 'payee_account': False})
        self._end_activities()
        self._note_reason(self.env._("Sent back"), reason)

    def _cancel(self, reason):
        self._check_role('officer', 'accountant')
        self._update_state(('draft', 'registered', 'reviewed'), 'cancelled')
        self._end_activities()
        self.flush_recordset(['state'])
        self._note_reason(self.env._("Cancelled"), reason)

    def _get_blocking_reasons(self, act):
        reasons = super()._get_blocking_reasons(act)
        loan_reasons = self.loan_id._get_blocking_reasons('disburse')
        for disbursement in self.filtered(lambda record: not reasons[record]):
            reasons[disbursement] += [
                *loan_reasons[disbursement.loan_id],
                *disbursement._get_order_reasons(),
            ]
            if act == 'pay':
                reasons[disbursement] += disbursement._get_date_reasons()
            if act in ('review', 'pay'):
                reasons[disbursement] += disbursement._get_other_person_reasons(
                    disbursement.maker_id, disbursement.checker_id)
        return reasons

    def _get_order_reasons(self):
        """What is wrong with amount, payee and our account."""
        reasons = [self._get_amount_reason(), self._get_payee_reason()]
        if not self.fund_account_id:
            reasons.append(self.env._("Our account, from which the money leaves, is missing."))
        return [reason for reason in reasons if reason]

    def _get_amount_reason(self):
        principal = self.loan_id.principal_amount
        if not self.currency_id.compare_amounts(self.amount, principal):
            return ''
        return self.env._(
            "The amount %(amount)s is not the principal of the contract, %(principal)s: nothing "
            "may be kept back from a loan.", amount=self.currency_id.format(self.amount),
            principal=self.currency_id.format(principal))

    def _get_payee_reason(self):
        bank = self.partner_bank_id.sudo()
        if not bank:
            return self.env._("The account to pay to is missing.")
        holder = bank.acc_holder_name or bank.partner_id.name
        payees = self.sudo()._get_payees()
        if bank.partner_id not in payees or holder != bank.partner_id.name:
            return self.env._(
                "The account %(account)s belongs to %(holder)s: pay only to an account of "
                "%(payees)s.", account=bank.acc_number, holder=holder,
                payees=", ".join(payees.mapped('name')))
        if not bank.active:
            return self.env._("The account %(account)s is archived.", account=bank.acc_number)
        if self.payee_account and self.payee_account != bank.sanitized_acc_number:
            return self.env._(
                "The account was changed after registration from %(registered)s to %(now)s: send "
                "the disbursement back.", registered=self.payee_account,
                now=bank.sanitized_acc_number)
        return ''

    def _get_payees(self):
        """The partners whose accounts may receive the money: the borrower. A leaf may add the
        seller of the car that the loan pays for."""
        return self.loan_id.partner_id

    def _get_date_reasons(self):
        today = self.company_id._get_business_date()
        if self.planned_date <= today:
            return []
        return [self.env._(
            "The payment is planned for %(planned)s; the business date is %(today)s.",
            planned=self.planned_date, today=today)]
