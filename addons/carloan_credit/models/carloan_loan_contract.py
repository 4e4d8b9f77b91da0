from odoo import api, fields, models
from odoo.exceptions import UserError


class CarloanLoan(models.Model):
    """The loan as a contract: where it comes from, its signature, what must hold before the
    money leaves."""
    _name = 'carloan.loan'
    _inherit = ['carloan.loan', 'carloan.cost.mixin']

    application_id = fields.Many2one(
        'carloan.application', readonly=True, copy=False, index='btree_not_null',
        ondelete='restrict', check_company=True)
    signed_scan = fields.Binary(
        string="Signed Contract", attachment=True, copy=False,
        help="Scan or photo of the signed paper.")
    signed_scan_name = fields.Char(copy=False)
    condition_ids = fields.One2many('carloan.loan.condition', 'loan_id', string="Conditions")
    disbursement_ids = fields.One2many('carloan.disbursement', 'loan_id', string="Disbursements")
    repayment_ids = fields.One2many('carloan.repayment', 'loan_id', string="Repayments")
    disbursement_count = fields.Integer(compute='_compute_document_counts')
    repayment_count = fields.Integer(compute='_compute_document_counts')
    blocking_summary = fields.Text(compute='_compute_blocking_summary')

    _application_uniq = models.UniqueIndex(
        "(application_id) WHERE application_id IS NOT NULL AND state <> 'cancelled'",
        "There is a contract for this application already.")

    def _compute_document_counts(self):
        for name in ('disbursement', 'repayment'):
            groups = self.env[f'carloan.{name}']._read_group(
                [('loan_id', 'in', self.ids)], ['loan_id'], ['__count'])
            counts = {loan.id: count for loan, count in groups}
            for loan in self:
                loan[f'{name}_count'] = counts.get(loan.id, 0)

    @api.depends('state', 'contract_date', 'application_id', 'condition_ids.is_met')
    def _compute_blocking_summary(self):
        acts = {'draft': 'sign', 'signed': 'disburse'}
        for loan in self:
            act = acts.get(loan.state)
            reasons = loan._get_blocking_reasons(act)[loan] if act and loan.id else []
            loan.blocking_summary = '\n'.join(reasons)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_without_application(self):
        if self.filtered('application_id'):
            raise UserError(self.env._("A contract is never deleted. Cancel it."))

    def action_sign(self):
        """The parties have signed: freeze the terms and list the conditions."""
        self._check_role('officer')
        self._check_blocking_reasons('sign')
        self._update_state(('draft',), 'signed')
        self._create_conditions()
        for loan in self:
            loan._on_signed()

    def action_cancel(self):
        """Give the contract up before any money moved; the approval stays usable."""
        self._check_role('officer')
        self._check_blocking_reasons('cancel')
        self._update_state(('draft', 'signed'), 'cancelled')
        self.flush_recordset(['state'])
        applications = self.application_id.filtered(
            lambda application: application.state == 'contracted')
        applications._update_state(('contracted',), 'approved', {'loan_id': False})
        for loan in self:
            loan._on_cancelled()

    def action_view_application(self):
        return self._open_documents(self.application_id)

    def action_view_disbursements(self):
        return self._open_documents(self.disbursement_ids)

    def action_view_repayments(self):
        return self._open_documents(self.repayment_ids)

    def action_new_disbursement(self):
        """Open a disbursement of the whole principal to the borrower's account."""
        self._check_role('officer')
        return self._open_documents(self.env['carloan.disbursement'], {
            'default_loan_id': self.id,
            'default_amount': self.principal_amount,
        })

    def action_new_repayment(self):
        """Open a repayment of what is due today."""
        self._check_role('cashier')
        return self._open_documents(self.env['carloan.repayment'], {
            'default_loan_id': self.id,
            'default_amount': max(self.amount_due_today, 0),
        })

    def _open_documents(self, documents, context=None):
        self.ensure_one()
        self.check_access('read')
        action = {
            'type': 'ir.actions.act_window',
            'name': documents._description,
            'res_model': documents._name,
            'view_mode': 'form',
            'context': context or {'default_loan_id': self.id},
        }
        if len(documents) == 1:
            action['res_id'] = documents.id
        elif documents:
            action.update(view_mode='list,kanban,form', domain=[('id', 'in', documents.ids)])
        return action

    def _create_conditions(self):
        """One row per condition type that applies to each contract."""
        self.env['carloan.loan.condition'].sudo()._create_guarded([
            {'loan_id': loan.id, 'type_id': condition_type.id}
            for loan in self for condition_type in loan._get_condition_types()
        ])

    def _on_signed(self):
        """Called on one contract after its signature; leaves start their work here."""

    def _on_cancelled(self):
        """Called on one contract after it was given up; leaves undo their work here."""

    def _condition_contract_signed(self):
        """The paper: signed, and its scan attached."""
        if self.state == 'draft':
            return self.env._("The contract is not signed.")
        return ''

    def _condition_borrower_card(self):
        """An account of the borrower himself to pay to."""
        if self.partner_id.bank_ids:
            return ''
        return self.env._("%(name)s has no bank account.", name=self.partner_id.name)

    def _get_condition_types(self):
        """The condition types that apply to this contract; a leaf may leave some out."""
        return self.env['carloan.condition.type'].sudo().search([('active', '=', True)])

    def _get_guarded_names(self):
        return super()._get_guarded_names() | {'application_id'}

    def _get_blocking_reasons(self, act):
        reasons = super()._get_blocking_reasons(act)
        for loan in self:
            if act == 'sign':
                reasons[loan] += loan._get_sign_reasons()
            elif act == 'disburse':
                reasons[loan] += loan._get_disburse_reasons()
            elif act == 'cancel' and loan.sudo().disbursement_ids.filtered(
                    lambda disbursement: disbursement.state != 'cancelled'):
                reasons[loan].append(self.env._(
                    "There is a disbursement: cancel it first, paid money cannot be cancelled."))
        return reasons

    def _get_sign_reasons(self):
        application = self.application_id.sudo()
        if not application:
            return [self.env._("A contract needs an approved application.")]
        today, reasons = self.company_id._get_business_date(), []
        if not self.contract_date:
            reasons.append(self.env._("The contract date is missing."))
        elif not application.application_date <= self.contract_date <= today:
            reasons.append(self.env._(
                "The contract date %(date)s must lie between the application (%(first)s) and the "
                "business date (%(today)s).", date=self.contract_date,
                first=application.application_date, today=today))
        different = [
            self._fields[name]._description_string(self.env)
            for name, value in application._prepare_loan_vals().items()
            if name not in ('contract_date', 'user_id', 'department_id', 'origin_user_id')
            and self._fields[name].convert_to_write(self[name], self) != value
        ]
        if different:
            reasons.append(self.env._(
                "The contract differs from the approved application in: %(fields)s.",
                fields=", ".join(different)))
        return reasons

    def _get_disburse_reasons(self):
        if self.state != 'signed':
            return [self.env._("The contract is not signed, or the loan was paid out already.")]
        return [
            f"{condition.display_name}: {reason}"
            for condition in self.sudo().condition_ids
            if (reason := condition._get_reason())
        ]

    def _get_cost_depends(self):
        return ['principal_amount', 'periods', 'annual_rate', 'contract_date',
                *self._terms_field_names()]

    def _get_cost_terms(self):
        self.ensure_one()
        if not (self.principal_amount and self.periods):
            return None
        return self._get_math_terms(
            self.principal_amount, self.annual_rate, self.periods,
            self.disbursement_date or self.contract_date or self.company_id._get_business_date())
