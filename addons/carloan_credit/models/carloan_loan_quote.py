from odoo import models
from odoo.exceptions import ValidationError

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.money import to_decimal


class CarloanLoan(models.Model):
    """What it takes to pay early: the figures of the quote are those of the posting."""
    _inherit = 'carloan.loan'

    def _quote_payoff(self, date, explain=None):
        """What closes the loan on a day to come.

        :return: dict of Decimal: principal, interest, penalty, compound, fee (all that is owed),
                 early_fee, held (of the borrower), interest_saved, total
        :param explain: a `loanmath.explain.Trace` that is told the steps, or None
        """
        self.ensure_one()
        today = self.company_id._get_business_date()
        if self.state != 'active' or date < today:
            last = self.sudo().maturity_date
            raise ValidationError(self.env._(
                "%(loan)s: a quote for %(date)s is not possible; a loan that is being repaid is "
                "quoted for %(today)s (business date) to %(last)s (last instalment).",
                loan=self.name, date=date, today=today, last=max(today, last or today)))
        return self._get_payoff(date, explain)

    def _get_payoff(self, date, explain=None):
        """See `_quote_payoff`; on any day of the past too."""
        self.ensure_one()
        history = self._get_history(date)
        dues, moment = history.get_dues(date), history.get_moment(date)
        parts = {
            name: to_decimal(dues.get_total(name))
            for name in ('principal', 'interest', 'penalty', 'compound', 'fee')}
        early_fee = saved = to_decimal(0)
        if moment.ahead:
            quote = self._run_quote(moment.quote, explain)
            parts['principal'] += moment.left
            parts['interest'] += quote.principal + quote.interest - moment.left
            early_fee, saved = quote.early_fee, quote.interest_saved
        held = history.get_held()
        total = max(sum(parts.values()) + early_fee - held, to_decimal(0))
        return {**parts, 'early_fee': early_fee, 'held': held, 'interest_saved': saved,
                'total': total}

    def _quote_prepayment(self, amount, date, way):
        """loanmath's `PrepaymentQuote` of a sum of money on a day, what is due taken off first."""
        moment = self._get_history(date).get_moment(date)
        if not moment.ahead:
            raise ValidationError(self.env._(
                "%(loan)s: no instalment falls due after %(date)s.", loan=self.name, date=date))
        return self._run_quote(moment.quote_prepayment, amount, way)

    def _run_quote(self, method, *args):
        try:
            return method(*args)
        except loanmath.TermsError as error:
            raise ValidationError(self._get_change_message(error)) from error
