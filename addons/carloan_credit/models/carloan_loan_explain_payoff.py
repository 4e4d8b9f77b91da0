from odoo import models

from odoo.addons.carloan_base.loanmath.explain import Trace
from odoo.addons.carloan_base.money import to_decimal

from ..explanation import Explanation, Row, format_number, format_percent


class CarloanLoan(models.Model):
    """Why closing the loan today costs what it costs."""
    _inherit = 'carloan.loan'

    def _explain_payoff(self):
        today = self.company_id._get_business_date()
        trace = Trace()
        quote = self._quote_payoff(today, trace)
        formulas = self._get_payoff_formulas(quote, {step.code: step for step in trace})
        labels = {
            **self._get_component_labels(), 'early_fee': self.env._("Fee for paying early")}
        rows = [
            Row('step', labels[name], formulas.get(name, ''), format_number(quote[name]))
            for name in ('principal', 'interest', 'penalty', 'compound', 'fee', 'early_fee')
            if quote[name]]
        if quote['held']:
            rows.append(Row('step', labels['overpayment'], '', format_number(-quote['held'])))
        return Explanation(
            self.env._("Pay-off on %(date)s", date=today), quote['total'],
            [*rows, self._get_total_row(quote['total'])],
            self._get_rules('day_count.include_end', 'prepay.fee_pct'),
            self._find_lines([('component', '=', 'principal')]))

    def _get_payoff_formulas(self, quote, steps):
        """What is not due yet, as loanmath quoted it, beside what is due."""
        if not steps:
            return {}
        not_due = steps['payoff_principal'].figures['not_due']
        early = steps['early_fee'].figures
        running = steps['payoff_interest'].result
        return {
            'principal': self.env._(
                "%(due)s due + %(later)s not due yet", later=format_number(not_due),
                due=format_number(quote['principal'] - not_due)),
            'interest': self.env._(
                "%(due)s due + %(running)s of the running period",
                due=format_number(quote['interest'] - to_decimal(running)),
                running=format_number(running)),
            'early_fee': self._get_early_fee_formula(early, quote['early_fee']),
        }

    def _get_early_fee_formula(self, figures, fee):
        """The step that the loan has reached, and the least fee where that was taken."""
        formula = f"{format_number(figures['principal'])} × {format_percent(figures['ratio'])}"
        reached = self.env._("%(count)s full months", count=figures['progress']) if (
            figures['unit'] == 'month') else self.env._(
            "%(count)s instalments due", count=figures['progress'])
        least = figures['least'] if fee == figures['least'] else 0
        return f"{formula} ({reached})" + (
            self.env._(", at least %(least)s", least=format_number(least)) if least else '')
