from odoo import models

from odoo.addons.carloan_base.loanmath import TermsError
from odoo.addons.carloan_base.loanmath.explain import explain_interest
from odoo.addons.carloan_base.money import to_decimal

from ..explanation import (
    Explanation,
    Origin,
    Row,
    Rule,
    format_fraction,
    format_number,
    format_percent,
)


class CarloanLoan(models.Model):
    """Why the interest of an instalment and the late charges are what they are."""
    _inherit = 'carloan.loan'

    def _explain_interest(self, instalment):
        amount = to_decimal(instalment.interest_amount)
        origin = self._explain_origin(instalment)
        if not origin.rows or origin.rows[-1].result != format_number(amount):
            origin = origin._replace(rows=[*origin.rows, Row(
                'total', self.env._("As agreed in %(version)s of %(date)s",
                                    version=instalment.version_id.name,
                                    date=instalment.version_id.effective_date),
                instalment.version_id.reason or '', format_number(amount))])
        rate = format_percent(to_decimal(self.annual_rate, 6) / 100)
        codes = ['day_count.month'] if self.day_count == 'year_12' else ['day_count.day']
        return Explanation(
            self.env._("Interest of instalment %(number)s, due %(date)s",
                       number=instalment.number, date=instalment.due_date),
            amount, origin.rows,
            [self._get_contract_rule(self.env._("Annual rate %(rate)s", rate=rate)),
             *origin.rules, *self._get_rules(*codes, 'day_count.rounding')],
            self._find_lines([
                '|', ('transaction_id.event_id', 'in', origin.event_ids),
                '&', ('instalment_id', 'in', origin.instalment_ids),
                ('component', '=', 'interest')]))

    def _explain_origin(self, instalment):
        """The `Origin` of the interest of an instalment: of the first schedule, or of a change."""
        if instalment.version_id.version != 1 or not self.disbursement_date:
            return self._explain_changed_interest(instalment)
        terms = self._get_math_terms(
            self.principal_amount, self.annual_rate, self.periods, self.disbursement_date)
        return Origin(self._describe_schedule(terms, instalment.number), [], [], instalment.ids)

    def _describe_schedule(self, terms, number):
        """Rows on the interest of an instalment of `loanmath.schedule(terms)`."""
        try:
            trace = explain_interest(terms, number)
        except TermsError:
            return []
        return [row for step in trace for row in self._describe_interest_step(step)]

    def _describe_interest_step(self, step):
        """Rows on one step of a trace of interest; no row for what is not about interest."""
        method = {
            'opening': self._describe_opening, 'year_part': self._describe_year_part,
            'rate_part': self._describe_rate_part, 'interest': self._describe_product,
            'stretch': self._describe_stretch, 'share': self._describe_share,
            'period': self._describe_period, 'given': self._describe_given,
        }.get(step.code)
        return [method(step.result, **step.figures)] if method else []

    def _describe_opening(self, balance, start_date, due_date, **_figures):
        return Row('step', self.env._("Principal before the instalment"),
                   f"{start_date} – {due_date}", format_number(balance))

    def _describe_year_part(self, part, day_count, days):
        return Row('step', self.env._("Part of the year"), self.env._(
            "%(way)s, %(days)s days", way=self._get_day_count_label(day_count), days=days),
            format_fraction(part))

    def _describe_rate_part(self, part, annual_rate, start, end, days, day_count):
        way = self.env._(
            "%(way)s, %(days)s days", way=self._get_day_count_label(day_count), days=days)
        return Row('step', self.env._("%(rate)s from %(start)s to %(end)s",
                                      rate=format_percent(annual_rate), start=start, end=end),
                   way, format_fraction(part))

    def _describe_product(self, interest, balance, annual_rate, year_part, exact):
        return Row('total', self.env._("Interest, rounded to the cent"),
                   f"{format_number(balance)} × {format_percent(annual_rate)}"
                   f" × {format_fraction(year_part)} = {format_number(float(exact), 6)}",
                   format_number(interest))

    def _describe_stretch(self, interest, balance, exact):
        """The rates and parts of the year stand in the rows before."""
        return Row('total', self.env._("Interest, rounded to the cent"), self.env._(
            "%(balance)s × sum of rates × parts of the year = %(exact)s",
            balance=format_number(balance), exact=format_number(float(exact), 6)),
            format_number(interest))

    def _describe_share(self, share, interest, days, period_days):
        return Row('total', self.env._("The days' share of the interest of the period"),
                   f"{format_number(interest)} × {days} ÷ {period_days}", format_number(share))

    def _describe_period(self, interest, start, end):
        return Row('total', self.env._("Interest of the whole period that runs"),
                   f"{start} – {end}", format_number(interest))

    def _describe_given(self, interest, **_figures):
        return Row('total', self.env._("As the schedule gives it"), '', format_number(interest))

    def _get_day_count_label(self, code):
        return dict(self._fields['day_count']._description_selection(self.env)).get(code, code)

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
            return [Row('step', self.env._("Charged since the due date"),
                        f"{format_number(figures['amount_days'])} × "
                        f"{format_percent(figures['annual_rate'])} × "
                        f"{format_percent(figures['ratio'])} ÷ {figures['year_days']}",
                        format_number(step.result))]
        if step.code == 'late_fee':
            return [Row('step', self.env._("Fee for a late instalment, in the unpaid fees"),
                        '', format_number(step.result))]
        if step.code == 'ceiling':
            return [Row('step', self.env._("Limited by the highest rate"),
                        f"{format_number(figures['amount_days'])} × "
                        f"{format_percent(figures['annual_rate'])} ÷ {figures['year_days']}",
                        format_number(step.result))]
        if step.code == 'cap':
            return [Row('step', self.env._("Limited by the cap of the instalment"),
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
