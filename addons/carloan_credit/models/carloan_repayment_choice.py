from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.carloan_base import loanmath

from ..const import COMPONENTS, DEBT_COMPONENTS


class CarloanRepayment(models.Model):
    """What the payer says that his money is for: it goes there first, the rest by the order of the
    contract."""
    _inherit = 'carloan.repayment'

    chosen_instalment_id = fields.Many2one(
        'carloan.instalment', "For Instalment", index='btree_not_null', ondelete='restrict',
        copy=False, tracking=True,
        domain="[('loan_id', '=', loan_id), ('superseded_id', '=', False),"
               " ('paid_date', '=', False), ('due_date', '<=', value_date)]",
        help="The payer said that this instalment is to be paid first. Empty: by the order of "
             "the contract.")
    chosen_component = fields.Selection(
        [row for row in COMPONENTS if row[0] in DEBT_COMPONENTS], "For Kind of Debt",
        copy=False,
        tracking=True,
        help="The payer said that this kind of debt is to be paid first. Empty: by the order of "
             "the contract.")

    @api.constrains('chosen_instalment_id', 'loan_id')
    def _check_chosen_instalment(self):
        for repayment in self.filtered('chosen_instalment_id'):
            if repayment.chosen_instalment_id.loan_id != repayment.loan_id:
                raise ValidationError(self.env._(
                    "The instalment that is to be paid belongs to %(other)s, not to %(loan)s.",
                    other=repayment.chosen_instalment_id.loan_id.name,
                    loan=repayment.loan_id.name))

    @api.onchange('loan_id')
    def _onchange_loan_id(self):
        super()._onchange_loan_id()
        if self.chosen_instalment_id.loan_id != self.loan_id:
            self.chosen_instalment_id = False

    @api.depends('chosen_instalment_id', 'chosen_component')
    def _compute_allocation_preview(self):
        super()._compute_allocation_preview()

    # === GETTERS === #

    def _get_choices(self):
        """loanmath's `Choice` of this receipt; instalments by the number that the borrower knows.
        """
        if not (self.chosen_instalment_id or self.chosen_component):
            return ()
        return (loanmath.Choice(
            self.chosen_instalment_id.number or None, self.chosen_component or None),)

    def _prepare_repay_item(self):
        return super()._prepare_repay_item()._replace(chosen=self._get_choices())

    def _get_blocking_reasons(self, act):
        reasons = super()._get_blocking_reasons(act)
        if act in ('register', 'confirm'):
            chosen = self.filtered(
                lambda repayment: repayment._get_choices() and not reasons[repayment])
            for repayment in chosen - chosen._filter_chosen_due():
                reasons[repayment].append(repayment._get_choice_reason())
        return reasons

    def _filter_chosen_due(self):
        """The receipts whose choice is due on their day; money in advance can choose nothing."""
        days = {}
        for repayment in self:
            loan = repayment.loan_id.sudo()
            days[loan] = max(repayment.value_date, days.get(loan, repayment.value_date))
        all_dues = self.env['carloan.loan']._collect_dues(days)
        return self.filtered(lambda repayment: any(
            due.due_date <= repayment.value_date
            and repayment.chosen_instalment_id.id in (False, due.number)
            and repayment.chosen_component in (False, due.component)
            for due in all_dues[repayment.loan_id.sudo()].dues))

    def _get_choice_reason(self):
        labels = dict(self._fields['chosen_component']._description_selection(self.env))
        wanted = [self.chosen_instalment_id.display_name, labels.get(self.chosen_component)]
        return self.env._(
            "Nothing is due on %(date)s of what the money is said to be for (%(wanted)s). Choose "
            "something that is due, or nothing.",
            date=self.value_date, wanted=", ".join(name for name in wanted if name))
