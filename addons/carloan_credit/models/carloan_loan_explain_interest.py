from odoo import models

from odoo.addons.carloan_base.loanmath import TermsError
from odoo.addons.carloan_base.loanmath.explain import explain_interest
from odoo.addons.carloan_base.money import to_decimal

from ..explanation import Explanation, Row, Rule, format_number, format_percent


class CarloanLoan(models.Model):
    """Why the interest of an instalment and the late charges are what they are."""
    _inherit = 'carloan.loan'

    def _explain_interest(self, instalment):
        amount = to_decimal(instalment.interest_amount)
        trace = self._get_interest_trace(instalment)
        if trace and trace[-1].result == amount:
            rows = [row for step in trace for row in self._describe_interest_step(step)]
        else:
            rows = [Row(
                'total', self.env._("As agreed in %(version)s of %(date)s",
                                    version=instalment.version_id.name,
                                    date=instalment.version_id.effective_date),
                instalment.version_id.reason or '', format_number(amount))]
        rate = format_percent(to_decimal(self.annual_rate, 6) / 100)
        codes = ['day_count.month'] if self.day_count == 'year_12' else ['day_count.day']
        return Explanation(
            self.env._("Interest of instalment %(number)s, due %(date)s",
                       number=instalment.number, date=instalment.due_date),
            amount, rows,
            [self._get_contract_rule(self.env._("Annual rate %(rate)s", rate=rate)),
             *self._get_rules(*codes, 'day_count.rounding')],
            self._find_lines([
                ('instalment_id', '=', instalment.id), ('component', '=', 'interest')]))

    def _get_interest_trace(self, instalment):
        """The calculation of the first schedule; later versions say what was agreed."""
        if instalment.version_id.version != 1 or not self.disbursement_date:
            return None
        terms = self._get_math_terms(
            self.principal_amount, self.annual_rate, self.periods, self.disbursement_date)
        try:
            return explain_interest(terms, instalment.number)
        except TermsError:
            return None

    def _describe_interest_step(self, step):
        figures = step.figures
        if step.code == 'opening':
            return [Row('step', self.env._("Principal before the instalment"),
                        f"{figures['start_date']} – {figures['due_date']}",
                        format_number(step.result))]
        if step.code == 'year_part':
            label = dict(self._fields['day_count']._description_selection(self.env)).get(
                figures['day_count'], figures['day_count'])
            return [Row('step', self.env._("Part of the year"),
                        self.env._("%(way)s, %(days)s days", way=label, days=figures['days']),
                        f'{step.result.numerator}/{step.result.denominator}')]
        if step.code == 'interest':
            part = figures['year_part']
            return [Row(
                'total', self.env._("Interest, rounded to the cent"),
                f"{format_number(figures['balance'])} × {format_percent(figures['annual_rate'])}"
                f" × {part.numerator}/{part.denominator}"
                f" = {format_number(float(figures['exact']), 6)}",
                format_number(step.result))]
        return [Row('total', self.env._("As the schedule gives it"), '',
                    format_number(step.result))]

    def _explain_late_charges(self, instalment):
        """All instalments that are late, or one of them."""
        today = self.company_id._get_business_date()
        traces = {}
        dues = self._collect_dues({self: today}, traces)[self]
        rows, amount = [], to_decimal(0)
        for id_, trace in traces.items():
            if instalment and id_ != instalment.id:
                continue
            left = sum(step.result for step in trace if step.code == 'left')
            if not left:
                continue
            amount += left
            rows += self._describe_late_trace(
                trace, self.env['carloan.instalment'].browse(id_), dues.numbers[id_])
        ids = [instalment.id] if instalment else list(traces)
        title = self._get_label('late_charges_to_date')
        if instalment:
            title = self.env._("%(title)s: instalment %(number)s", title=title,
                               number=instalment.number)
        return Explanation(
            title, amount, [*rows, self._get_total_row(amount)], self._get_late_rules(),
            self._find_lines([('instalment_id', 'in', ids)]))

    def _describe_late_trace(self, trace, instalment, number):
        rows = [Row('head', self.env._("Instalment %(number)s, due %(date)s",
                                       number=number, date=instalment.due_date))]
        labels = self._get_component_labels()
        for component in ('penalty', 'compound', 'fee'):
            if any(step.result for step in trace.of(component)):
                rows.append(Row('part', labels[component]))
                rows += [row for step in trace.of(component)
                         for row in self._describe_late_step(step)]
        return rows

    def _describe_late_step(self, step):
        figures = step.figures
        if step.code == 'amount_days':
            text = self.env._("Overdue") if figures['amount'] > 0 else self.env._("Paid")
            return [Row('step', f"{text} {figures['start']} – {figures['end']}",
                        self.env._("%(amount)s × %(days)s days",
                                   amount=format_number(figures['amount']),
                                   days=figures['days']), format_number(step.result))]
        if step.code == 'late_charge':
            rate = (f"{format_percent(figures['annual_rate'])} × "
                    f"{format_percent(figures['ratio'])}")
            rows = [Row('step', self.env._("The ceiling holds"),
                        f"{rate} > {format_percent(figures['ceiling'])}", '')
                    ] if figures['ceiling'] is not None else []
            rate = format_percent(figures['ceiling']) if rows else rate
            return [*rows, Row(
                'step', self.env._("Charged since the due date"),
                f"{format_number(figures['amount_days'])} × {rate} ÷ {figures['year_days']}",
                format_number(step.result))]
        if step.code == 'late_fee':
            return [Row('step', self.env._("Fee for a late instalment, in the unpaid fees"),
                        '', format_number(step.result))]
        if step.code == 'cap':
            return [Row('step', self.env._("Limited by the most for an instalment"),
                        format_number(figures['cap']), format_number(step.result))]
        if step.code == 'unposted':
            if not figures['posted']:
                return []
            return [Row('step', self.env._("Not in the ledger yet"),
                        f"{format_number(figures['charged'])} − "
                        f"{format_number(figures['posted'])}", format_number(step.result))]
        formula = f"{format_number(figures['unpaid'])} + {format_number(figures['unposted'])}"
        return [Row('step', self.env._("Unpaid"), formula if figures['unpaid'] else '',
                    format_number(step.result))]

    def _get_late_rules(self):
        agreed = self.env._(
            "Penalty rate %(ratio)s of the annual rate %(rate)s, %(days)s days of grace",
            ratio=format_percent(to_decimal(self.penalty_ratio, 4)),
            rate=format_percent(to_decimal(self.annual_rate, 6) / 100), days=self.grace_days)
        return [self._get_contract_rule(agreed), *self._get_rules(
            'penalty.overdue_range', 'penalty.compound_on_interest',
            'penalty.compound_on_penalty')]

    def _get_contract_rule(self, text):
        return Rule(text, self.env._(
            "Contract %(name)s of %(date)s", name=self.name, date=self.contract_date or '–'))
