from odoo import models
from odoo.exceptions import ValidationError

from odoo.addons.carloan_base import loanmath

from ..const import DEBT_COMPONENTS
from .carloan_loan_change import MAX_EXTENSION

#: What can become principal.
CAPITALISED_COMPONENTS = tuple(name for name in DEBT_COMPONENTS if name != 'principal')
REAMORTISE_WAYS = ('end', 'instalment')
REAGE_INTEREST = ('normal', 'equal', 'equal_full', 'waive')
CHARGE_OFF_WAYS = ('untouched', 'zero_interest', 'accelerate')


class CarloanLoan(models.Model):
    """Debts that are put in order: into the principal, over other instalments, into a new
    schedule. Each is a fact like those of `carloan_loan_change`; the caller has checked who may do
    it."""
    _inherit = 'carloan.loan'

    def _capitalise(self, date, reason, components=('interest',), origin=None):
        """What is due and unpaid of these components becomes principal."""
        self._check_change(date)
        self._check_words(components, CAPITALISED_COMPONENTS)
        return self._rearrange(
            'capitalise', date, reason, origin, components=sorted(set(components)))

    def _reamortise(self, date, reason, keep='end', origin=None):
        """Spread overdue principal and what is to come anew over the instalments to come: to the
        same 'end', or by the same 'instalment' and as many as it takes."""
        self._check_change(date)
        self._check_words((keep,), REAMORTISE_WAYS)
        return self._rearrange('reamortise', date, reason, origin, keep=keep)

    def _reage(self, date, due_date, periods, reason, interest='normal', origin=None):
        """Roll all that is open into so many new instalments from a due date on; see
        `rearrangements` for what becomes of interest."""
        self._check_change(date)
        self._check_words((interest,), REAGE_INTEREST)
        if not isinstance(periods, int) or not 1 <= periods <= MAX_EXTENSION:
            raise ValidationError(self.env._(
                "%(loan)s: %(periods)s new instalments are asked for; 1 to %(most)s is allowed.",
                loan=self.name, periods=periods, most=MAX_EXTENSION))
        last = loanmath.add_months(date, 12)
        if not date < due_date <= last:
            raise ValidationError(self.env._(
                "%(loan)s: the next instalment is to fall due on %(date)s; a day after %(first)s "
                "and up to %(last)s is allowed.",
                loan=self.name, date=due_date, first=date, last=last))
        return self._rearrange(
            'reage', date, reason, origin, due_date=due_date.isoformat(), periods=periods,
            interest=interest)

    def _waive_future_principal(self, amount, date, reason, origin=None):
        """Give up principal that is not due yet; the instalments to come become lower."""
        self._check_change(date)
        amount = self._check_amount_above_zero(amount)
        return self._rearrange('forgive', date, reason, origin, amount=str(amount))

    # === HELPERS === #

    def _rearrange(self, change, date, reason, origin, **params):
        return self._add_facts(date, reason, origin, [(
            'terms_change', (), {'change': change, 'reason': reason, **params}, None)])

    def _check_words(self, words, allowed):
        if not words or set(words) - set(allowed):
            raise ValidationError(self.env._(
                "%(loan)s: %(value)s is not known here; allowed: %(allowed)s.",
                loan=self.name, value=", ".join(map(str, words)), allowed=", ".join(allowed)))

    def _get_change_message(self, error):
        details = error.details
        messages = {
            'nothing_due': self.env._(
                "%(loan)s: nothing of this is due and unpaid on %(date)s.",
                loan=self.name, date=details.get('value')),
            'forgive': self.env._(
                "%(loan)s: %(amount)s of the principal not yet due is to be given up; less than "
                "%(most)s is allowed.", loan=self.name, amount=details.get('value'),
                most=details.get('max')),
            'keep_instalment': self.env._(
                "%(loan)s: the instalment of this repayment method cannot be kept; allowed: equal "
                "instalments, equal principal.", loan=self.name),
            'instalment_too_low': self.env._(
                "%(loan)s: an instalment of %(amount)s does not repay the loan in 1,200 "
                "instalments.", loan=self.name, amount=details.get('value')),
        }
        return messages.get(error.code) or super()._get_change_message(error)
