from datetime import timedelta

from odoo import models
from odoo.exceptions import ValidationError

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.money import to_decimal

from ..entries import Entry, EntryLine

_INSTALMENT = {
    'loan_id': 'int4', 'version_id': 'int4', 'number': 'int4', 'start_date': 'date',
    'due_date': 'date', 'principal_amount': 'numeric', 'interest_amount': 'numeric',
}


class CarloanLoan(models.Model):
    """Paying out, and the schedule that comes with it."""
    _inherit = 'carloan.loan'

    def _disburse(self, amount, value_date, fund_account, origin=None):
        """Pay out the whole principal on `value_date`: the schedule starts on that day.

        The caller has checked who may do it and that the conditions are met.

        :return: the transaction
        """
        self.ensure_one()
        loan = self.sudo()
        loan._lock_for_posting()
        amount = to_decimal(amount)
        loan._check_disbursement(amount, value_date)
        plan = loan._get_schedule(value_date)
        loan._update_state(('signed',), 'active', {
            'disbursement_date': value_date, 'maturity_date': plan[-1].due_date})
        loan._create_schedule_version(plan, value_date, origin)
        transaction = self.env['carloan.transaction']._post([Entry(
            loan, 'disbursement', value_date, (EntryLine('principal', amount),),
            origin=origin, fund_account=fund_account)])
        loan._post_missed_dues()
        loan._set_system_class(value_date)
        loan._on_activated()
        return transaction

    def _check_disbursement(self, amount, value_date):
        principal = to_decimal(self.principal_amount)
        if amount != principal:
            raise ValidationError(self.env._(
                "%(amount)s is to be paid out, but the contract says %(principal)s: the whole "
                "principal must reach the borrower, nothing is kept back.",
                amount=amount, principal=principal))
        today = self.company_id._get_business_date()
        first = self.contract_date or value_date
        if not first <= value_date <= today:
            raise ValidationError(self.env._(
                "The value date is %(date)s; %(first)s (contract) to %(last)s (business date) "
                "is allowed.", date=value_date, first=first, last=today))

    def _get_schedule(self, start_date):
        """The instalments of loanmath for the whole principal paid out on a day."""
        self.ensure_one()
        terms = self._get_math_terms(
            self.principal_amount, self.annual_rate, self.periods, start_date)
        try:
            return loanmath.schedule(terms)
        except loanmath.TermsError as error:
            raise ValidationError(self._get_terms_message(error)) from error

    def _create_schedule_version(self, plan, effective_date, origin=None, reason=False):
        """Write the instalments of the next version of the schedule."""
        self.ensure_one()
        versions = self.env['carloan.schedule.version']
        last = versions.search([('loan_id', '=', self.id)], order='version desc', limit=1)
        version = versions._append([{
            'loan_id': self.id,
            'version': last.version + 1,
            'effective_date': effective_date,
            'booking_date': self.company_id._get_business_date(),
            'reason': reason,
            'origin_model': origin._name if origin else False,
            'origin_id': origin.id if origin else False,
        }])
        self.env.flush_all()
        self.env['carloan.transaction']._insert_rows('carloan_instalment', _INSTALMENT, [
            (self.id, version.id, item.number, item.start_date, item.due_date, item.principal,
             item.interest) for item in plan])
        self.env.invalidate_all(flush=False)
        return version

    def _post_missed_dues(self):
        """Instalments of a loan paid out on an earlier day that the day ends have passed by."""
        from_past = self.filtered(
            lambda loan: loan.first_unpaid_due_date
            and loan.first_unpaid_due_date < loan.company_id._get_business_date())
        if from_past:
            from_past._post_dues({
                loan: loan.company_id._get_business_date() - timedelta(days=1)
                for loan in from_past})
