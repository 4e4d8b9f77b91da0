from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.carloan_base.money import to_decimal

from ..const import DEBT_COMPONENTS
from ..explanation import Explanation, Row, Rule, format_number


class CarloanLoan(models.Model):
    """Why a figure of the loan is what it is: formula, rules and the ledger rows behind it.

    A figure that can be explained has a method in `_get_explainers`; it reads the trace of the
    code that computes the figure, so that the explanation ends with the number on the screen.
    """
    _inherit = 'carloan.loan'

    # === PUBLIC === #

    def explain(self, figure, instalment_id=False):
        """Explain a figure of this loan, for programs too.

        :param figure: name of a balance or of a figure of `_get_explainers`
        :param instalment_id: of this loan, for figures of one instalment
        :return: dict with title, amount, rows (kind, text, formula, result), rules (text, source)
                 and line_ids of the ledger
        """
        return self._get_explanation(figure, instalment_id).to_dict()

    def action_explain(self):
        """Open the explanation of the figure that the button names in the context."""
        self.ensure_one()
        return self._open_explanation(self.env.context.get('figure'))

    # === BUSINESS === #

    def _open_explanation(self, figure, instalment_id=False):
        self._get_explanation(figure, instalment_id)
        dialog = self.env['carloan.explanation'].create({
            'loan_id': self.id, 'figure': figure, 'instalment_id': instalment_id})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Why This Number?"),
            'res_model': dialog._name,
            'res_id': dialog.id,
            'view_mode': 'form',
            'target': 'new',
        }

    def _get_explanation(self, figure, instalment_id=False):
        """The `Explanation` of a figure; the user may read the loan."""
        self.ensure_one()
        self.check_access('read')
        loan = self.sudo()
        explainers = loan._get_explainers()
        if not isinstance(figure, str) or figure not in explainers:
            raise ValidationError(self.env._(
                "%(figure)s cannot be explained. Possible: %(allowed)s.",
                figure=figure, allowed=", ".join(sorted(explainers))))
        return explainers[figure](loan._get_instalment_to_explain(figure, instalment_id))

    def _get_instalment_to_explain(self, figure, instalment_id):
        instalments = self.env['carloan.instalment'].sudo()
        if type(instalment_id) is int and instalment_id:
            instalments = instalments.search([
                ('id', '=', instalment_id), ('loan_id', '=', self.id)])
        if not instalments and (instalment_id or figure in self._get_instalment_figures()):
            raise ValidationError(self.env._(
                "Which instalment? %(instalment)s is none of %(loan)s.",
                instalment=instalment_id, loan=self.name))
        return instalments

    # === FIGURES === #

    def _get_explainers(self):
        """{figure: method(instalment) that gives its `Explanation`}; leaves add their own."""
        def explain_balance(component):
            return lambda _instalment: self._explain_balance(component)
        return {
            **{f'{component}_outstanding': explain_balance(component)
               for component in DEBT_COMPONENTS},
            'overpayment_amount': explain_balance('overpayment'),
            'days_overdue': lambda _instalment: self._explain_days_overdue(),
            'amount_due_today': lambda _instalment: self._explain_amount_due(),
            'late_charges_to_date': self._explain_late_charges,
            'instalment_interest': self._explain_interest,
        }

    def _get_instalment_figures(self):
        """The figures that only an instalment has."""
        return ('instalment_interest',)

    def _explain_balance(self, component):
        """A balance is the sum of its ledger lines."""
        name = 'overpayment_amount' if component == 'overpayment' else f'{component}_outstanding'
        sign = -1 if component == 'overpayment' else 1
        groups = self.env.execute_query(SQL(
            """
            SELECT kind, COUNT(*), SUM(amount) FROM carloan_transaction_line
             WHERE loan_id = %s AND component = %s GROUP BY kind ORDER BY MIN(id)
            """, self.id, component))
        labels = dict(self.env['carloan.transaction']._fields['kind']._description_selection(
            self.env))
        rows = [
            Row('step', labels[kind], self.env._("%(count)s entries", count=count),
                format_number(sign * to_decimal(amount)))
            for kind, count, amount in groups]
        amount = sum((sign * to_decimal(amount) for _kind, _count, amount in groups),
                     to_decimal(0))
        return Explanation(
            self._get_label(name), amount,
            [*rows, self._get_total_row(amount)],
            [Rule(self.env._("A balance is the sum of its entries in the ledger; nobody sets it."),
                  "")],
            self._find_lines([('component', '=', component)]))

    def _explain_days_overdue(self):
        today = self.company_id._get_business_date()
        due_date = self.first_unpaid_due_date
        rows = [Row('step', self.env._("Business date"), '', str(today))]
        if due_date:
            rows.append(Row('step', self.env._("Oldest due date that is not fully paid"), '',
                            str(due_date)))
        rows.append(self._get_total_row(
            self.days_overdue, digits=0, formula=f'{today} − {due_date}' if due_date else ''))
        return Explanation(
            self._get_label('days_overdue'), self.days_overdue, rows,
            self._get_rules('classification_days.watch', 'classification_days.substandard'),
            self._find_lines([('instalment_id.due_date', '=', due_date)]) if due_date else [])

    def _explain_amount_due(self):
        today = self.company_id._get_business_date()
        dues = self._collect_dues({self: today})[self]
        labels = self._get_component_labels()
        rows = [
            Row('step', labels[due.component],
                self.env._("Instalment %(number)s, due %(date)s",
                           number=dues.numbers[due.number], date=due.due_date)
                if due.number else '', format_number(due.amount))
            for due in dues.dues]
        held = to_decimal(self.overpayment_amount)
        if held:
            rows.append(Row('step', labels['overpayment'], '', format_number(-held)))
        amount = to_decimal(self.amount_due_today)
        return Explanation(
            self._get_label('amount_due_today'), amount,
            [*rows, self._get_total_row(amount)], self._get_rules('allocation.normal'),
            self._find_lines([('instalment_id', 'in', list(dues.numbers))]))

    # === HELPERS === #

    def _get_total_row(self, amount, digits=2, formula=''):
        return Row('total', self.env._("Total"), formula, format_number(amount, digits))

    @api.model
    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)

    @api.model
    def _get_component_labels(self):
        return dict(self.env['carloan.transaction.line']._fields['component']
                    ._description_selection(self.env))

    def _find_lines(self, domain):
        return self.env['carloan.transaction.line'].search(
            [('loan_id', '=', self.id), *domain], order='value_date desc, id desc').ids

    def _get_rules(self, *codes):
        """The rules in force when the contract was made, with their legal source."""
        day = self.contract_date or self.disbursement_date or self.company_id._get_business_date()
        parameters = self.env['carloan.parameter'].search([
            ('code', 'in', codes), ('state', '=', 'in_force'), ('valid_from', '<=', day),
            ('company_id', 'in', (False, self.company_id.id)),
            ('product_id', 'in', (False, self.product_id.id)),
            ('institution_type', 'in', (False, self.company_id.carloan_institution_type))])
        best = {}
        for row in parameters.sorted(lambda row: (
                bool(row.product_id), bool(row.company_id), bool(row.institution_type),
                row.valid_from)):
            best[row.code] = row
        return [
            Rule(f'{best[code].name}: {self._format_parameter(best[code])}',
                 best[code].source or '')
            for code in codes if code in best]

    @api.model
    def _format_parameter(self, parameter):
        if parameter.value_type == 'boolean':
            return self.env._("yes") if parameter.value == 'true' else self.env._("no")
        if parameter.value_type == 'list':
            return " / ".join(item.strip() for item in parameter.value.split(','))
        return parameter.value
