from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL, groupby

from odoo.addons.carloan_base.money import to_decimal

from ..changes import Agreed
from ..entries import EntryLine
from ..history import LoanHistory
from ..history_item import Terms
from ..past_change import Event, Part


class CarloanLoan(models.Model):
    """Reading the ledger of loans as their history."""
    _inherit = 'carloan.loan'

    def _get_history(self, until=None):
        """The `LoanHistory` of this loan as it stands, up to the end of a day (default: all)."""
        self.ensure_one()
        loan = self.sudo()
        self.env.flush_all()
        dues, events = loan._fetch_standing_ledger()[loan.id]
        history = LoanHistory(
            loan._get_history_terms(), loan._fetch_schedule_versions()[loan.id], dues)
        for event in events:
            if not until or event.value_date <= until:
                history.apply(event)
        return history

    def _get_history_before(self, transaction):
        """(`LoanHistory`, `Event`): where this loan stood when an event of it was posted, and that
        event. What was dated later and what follows at night does not count."""
        self.ensure_one()
        self.env.flush_all()
        loan, versions = self.sudo(), self.sudo()._fetch_schedule_versions()[self.id]
        parts = transaction.sudo().search([
            ('loan_id', '=', self.id), ('event_id', '=', transaction.event_id.id)])
        dues, events = loan._fetch_standing_ledger(before=min(parts.ids))[loan.id]
        history = LoanHistory(loan._get_history_terms(), versions, dues)
        for event in events:
            if event.value_date <= transaction.value_date:
                history.apply(event)
        return history, Event(
            transaction.value_date, (Part(transaction.kind, transaction.value_date, ()),),
            id=transaction.id, params=transaction.params, version_id=transaction.version_id.id)

    def _get_history_terms(self):
        self.ensure_one()
        return Terms(
            self._get_allocation_policy(), self._get_late_terms(self.annual_rate),
            self._get_math_terms(
                self.principal_amount, self.annual_rate, self.periods, self.disbursement_date),
            self._get_early_terms(), self.advance_way or 'hold',
            self._get_chargeback_order())

    def _fetch_schedule_versions(self):
        """{loan id: {version id: list of `Agreed` in the order of due dates}}, oldest first"""
        rows = self.env.execute_query(SQL(
            """
            SELECT loan_id, version_id, id, number, start_date, due_date, principal_amount,
                   interest_amount
              FROM carloan_instalment
             WHERE loan_id = ANY(%s) ORDER BY loan_id, version_id, due_date, number
            """, self.ids))
        versions = defaultdict(lambda: defaultdict(list))
        for loan_id, version_id, id_, number, start, due_date, principal, interest in rows:
            versions[loan_id][version_id].append(Agreed(
                id_, number, start, due_date, to_decimal(principal), to_decimal(interest)))
        return versions

    def _fetch_standing_ledger(self, before=None):
        """{loan id: (interest that fell due as `Part` list, all else as `Event` list)} of what is
        neither reversed nor a reversal, in the order of value dates and of entry.

        :param before: id of a transaction: what stood when that one was posted
        """
        rows = self.env.execute_query(SQL(
            """
            SELECT t.loan_id, t.event_id, t.id, t.kind, t.value_date, t.origin_model,
                   t.origin_id, t.fund_account_id, t.params, COALESCE(t.version_id, 0),
                   l.component, l.amount, COALESCE(l.instalment_id, 0)
              FROM carloan_transaction t
              LEFT JOIN carloan_transaction r ON r.reversal_of_id = t.id
              LEFT JOIN carloan_transaction_line l ON l.transaction_id = t.id
             WHERE t.loan_id = ANY(%s) AND t.reversal_of_id IS NULL AND %s
             ORDER BY t.value_date, t.event_id, t.id, l.id
            """, self.ids, SQL("r.id IS NULL") if before is None else SQL(
                "t.id < %s AND (r.id IS NULL OR r.id >= %s)", before, before)))
        ledgers = defaultdict(lambda: ([], []))
        for (loan_id, event_id, _day), event_rows in groupby(
                rows, lambda row: (row[0], row[1], row[4])):
            dues, events = ledgers[loan_id]
            parts = self._read_parts(event_rows)
            dues += [part for part in parts if part.kind == 'due']
            parts = tuple(part for part in parts if part.kind != 'due')
            if parts:
                value_date, model, origin_id, fund_id, params, version_id = event_rows[-1][4:10]
                events.append(Event(
                    value_date, parts, (model, origin_id), fund_id, event_id, params, version_id))
        return ledgers

    @api.model
    def _read_parts(self, rows):
        return [
            Part(kind, value_date, tuple(
                EntryLine(component, to_decimal(amount), instalment_id or False)
                for *_head, component, amount, instalment_id in lines if component), id_)
            for (id_, kind, value_date), lines in groupby(rows, lambda row: row[2:5])]
