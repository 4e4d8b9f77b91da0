from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.carloan_base.money import to_decimal

from ..const import CHARGE_KINDS
from ..dues import InstalmentBalance, get_loan_dues


class CarloanLoan(models.Model):
    """What a loan owes on a day: due instalments and late charges, posted or not."""
    _inherit = 'carloan.loan'

    overdue_principal = fields.Monetary(
        compute='_compute_due_today', help="Principal that fell due before today and is unpaid.")
    late_charges_to_date = fields.Monetary(
        compute='_compute_due_today',
        help="Unpaid penalty and compound interest up to the business date. It grows by the "
             "day and is posted when a payment arrives.")
    amount_due_today = fields.Monetary(
        compute='_compute_due_today',
        help="What has to be paid on the business date so that nothing is due any more.")

    @api.depends(
        'first_unpaid_due_date', 'penalty_outstanding', 'compound_outstanding',
        'interest_outstanding', 'principal_outstanding', 'fee_outstanding',
        'overpayment_amount', 'company_id.carloan_business_date')
    def _compute_due_today(self):
        loans = self._origin.sudo()
        today = {loan: loan.company_id._get_business_date() for loan in loans}
        all_dues = loans._collect_dues(today)
        for loan in self:
            dues = all_dues.get(loan._origin.sudo())
            if not dues:
                loan.overdue_principal = loan.late_charges_to_date = loan.amount_due_today = 0.0
                continue
            loan.overdue_principal = float(sum(
                due.amount for due in dues.dues
                if due.component == 'principal' and due.due_date < today[loan._origin.sudo()]))
            loan.late_charges_to_date = float(dues.get_total('penalty', 'compound'))
            loan.amount_due_today = max(float(dues.get_total()) - loan.overpayment_amount, 0.0)

    def _get_dues(self, as_of):
        """What this loan owes on a day.

        :return: a list of `loanmath.Due`, whose `number` is the id of the instalment
        """
        self.ensure_one()
        loan = self.sudo()
        return loan._collect_dues({loan: as_of})[loan].dues

    @api.model
    def _collect_dues(self, as_of_by_loan, explain=None):
        """`LoanDues` of each loan at its own date, in a fixed number of queries.

        :param explain: a dict that is told how late charges were computed, or None
        """
        if not as_of_by_loan:
            return {}
        self.env.flush_all()
        balances = self._fetch_instalment_balances(as_of_by_loan)
        return {
            loan: get_loan_dues(
                balances[loan.id], to_decimal(loan.fee_outstanding), as_of,
                loan._get_late_terms(loan.annual_rate), explain)
            for loan, as_of in as_of_by_loan.items()}

    @api.model
    def _fetch_instalment_balances(self, as_of_by_loan):
        payments = self._fetch_payments(as_of_by_loan)
        rows = self.env.execute_query(SQL(
            """
            SELECT i.loan_id, i.id, i.number, i.due_date, i.principal_amount, i.interest_amount,
                   -SUM(l.amount) FILTER (WHERE l.component = 'principal'),
                   -SUM(l.amount) FILTER (WHERE l.component = 'interest' AND l.kind <> 'due'),
                   SUM(l.amount) FILTER (WHERE l.component = 'interest' AND l.kind = 'due'),
                   SUM(l.amount) FILTER (
                       WHERE l.component = 'penalty' AND l.kind = 'late_charge'),
                   SUM(l.amount) FILTER (
                       WHERE l.component = 'compound' AND l.kind = 'late_charge'),
                   SUM(l.amount) FILTER (WHERE l.component = 'penalty'),
                   SUM(l.amount) FILTER (WHERE l.component = 'compound'),
                   SUM(l.amount) FILTER (WHERE l.component = 'fee' AND l.kind = 'late_charge')
              FROM unnest(%s::int[], %s::date[]) AS t (loan_id, as_of)
              JOIN carloan_instalment i
                ON i.loan_id = t.loan_id AND i.due_date <= t.as_of AND i.superseded_id IS NULL
              LEFT JOIN carloan_transaction_line l ON l.instalment_id = i.id
             GROUP BY i.id
            HAVING i.paid_date IS NULL
                OR SUM(l.amount) FILTER (WHERE l.component IN ('penalty', 'compound')) <> 0
             ORDER BY i.loan_id, i.due_date, i.number
            """,
            [loan.id for loan in as_of_by_loan], list(as_of_by_loan.values())))
        balances = defaultdict(list)
        for loan_id, id_, number, due_date, *amounts, fee_charged in rows:
            balances[loan_id].append(InstalmentBalance(
                id_, number, due_date, *map(to_decimal, amounts),
                payments=tuple(payments.get(id_, ())), fee_charged=to_decimal(fee_charged)))
        return balances

    @api.model
    def _fetch_payments(self, as_of_by_loan):
        """{instalment id: [(date, principal, interest)]} of open instalments, netted by day."""
        rows = self.env.execute_query(SQL(
            """
            SELECT i.id, l.value_date,
                   -SUM(l.amount) FILTER (WHERE l.component = 'principal'),
                   -SUM(l.amount) FILTER (WHERE l.component = 'interest')
              FROM carloan_instalment i
              JOIN carloan_transaction_line l ON l.instalment_id = i.id
             WHERE i.loan_id = ANY(%s) AND i.paid_date IS NULL
               AND l.component IN ('principal', 'interest') AND NOT l.kind = ANY(%s)
             GROUP BY i.id, l.value_date HAVING SUM(l.amount) <> 0
             ORDER BY i.id, l.value_date
            """, [loan.id for loan in as_of_by_loan], list(CHARGE_KINDS)))
        payments = defaultdict(list)
        for id_, value_date, principal, interest in rows:
            payments[id_].append((value_date, to_decimal(principal), to_decimal(interest)))
        return payments
