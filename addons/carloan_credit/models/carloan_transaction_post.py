import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..const import DEBT_COMPONENTS
from ..history import FOLLOWING_KINDS

# column -> PostgreSQL type of what `_post` inserts
_HEADER = {
    'id': 'int4', 'loan_id': 'int4', 'company_id': 'int4', 'kind': 'text', 'value_date': 'date',
    'booking_date': 'date', 'recorded_at': 'timestamp', 'user_id': 'int4', 'event_id': 'int4',
    'origin_model': 'text', 'origin_id': 'int4', 'fund_account_id': 'int4',
    'reversal_of_id': 'int4', 'replaces_id': 'int4', 'params': 'jsonb', 'version_id': 'int4',
    'non_accrual': 'bool',
}
_LINE = {
    'transaction_id': 'int4', 'loan_id': 'int4', 'kind': 'text', 'value_date': 'date',
    'booking_date': 'date', 'component': 'text', 'instalment_id': 'int4', 'amount': 'numeric',
}


class CarloanTransaction(models.Model):
    """The only door into the sub-ledger."""
    _inherit = 'carloan.transaction'

    @api.model
    def _post(self, entries):
        """Write a list of `Entry` and bring the positions of their loans up to date.

        The number of queries does not depend on the number of entries. Entries of one loan with
        one `event` are one event, the last of them its main transaction. Raises when a balance
        would make no sense, and then nothing is written.

        :return: the transactions, in the order of the entries
        """
        entries = [entry for entry in entries if entry.lines or entry.params]
        if not entries:
            return self.browse()
        loans = self.env['carloan.loan'].browse(
            dict.fromkeys(entry.loan.id for entry in entries)).sudo()
        self.env.flush_all()
        loans._lock_for_posting()
        entries = [
            entry._replace(loan=loan) for entry, loan in zip(
                entries, loans.browse([entry.loan.id for entry in entries]), strict=True)]
        self._check_entries(entries)
        transactions = self._insert_entries(entries)
        self.env.invalidate_all(flush=False)
        loans._check_balances()
        loans._refresh_position()
        transactions.sudo()._on_posted()
        return transactions

    def _reverse(self, reason):
        """Undo these events as if they had never been: the mirror of each transaction and of the
        charges that came with it is posted, and what followed is calculated anew. Instalments
        that fell due stay due. The caller has checked who may do it.

        :return: the mirrors of these transactions, in their order
        """
        self.env.flush_all()
        self.loan_id.sudo()._lock_for_posting()
        self._check_reversible()
        loans = self.loan_id.sudo()
        _added, mirrors = loans._replay(
            [loan._prepare_undoing(group) for loan, group in self.sudo().grouped(
                'loan_id').items()], reason)
        for transaction in self:
            transaction.loan_id.sudo()._message_log(body=self.env._(
                "%(transaction)s of %(date)s was reversed: %(reason)s",
                transaction=transaction.name, date=transaction.value_date, reason=reason))
        return self.browse([mirrors[id_].id for id_ in self.ids])

    # === HELPERS === #

    def _check_reversible(self):
        for transaction in self.sudo():
            if transaction.reversal_of_id or transaction.reversal_ids:
                raise UserError(self.env._(
                    "%(name)s has already been reversed or is itself a reversal.",
                    name=transaction.name))
            if transaction.kind in ('disbursement', *FOLLOWING_KINDS):
                raise UserError(self.env._(
                    "%(name)s cannot be reversed by itself.", name=transaction.name))
        self._check_recoveries()
        self.loan_id.sudo()._check_not_charged_back(self.sudo())
        self.loan_id.sudo()._check_transfers_undone(self.sudo())

    def _check_recoveries(self):
        """Money that came in on a claim written off has nowhere to go once the claim is back."""
        write_offs = self.sudo().filtered(lambda row: row.kind == 'write_off')
        recovered = self.sudo().search([
            ('loan_id', 'in', write_offs.loan_id.ids), ('kind', '=', 'recovery'),
            ('reversal_of_id', '=', False), ('reversal_ids', '=', False)]) - self
        if recovered:
            raise UserError(self.env._(
                "%(loan)s: %(count)s recoveries came in after the write-off; take them back "
                "first.", loan=recovered[0].loan_id.name, count=len(recovered)))

    @api.model
    def _check_entries(self, entries):
        for entry in entries:
            digits = entry.loan.currency_id.decimal_places
            for line in entry.lines:
                if not line.amount or round(line.amount, digits) != line.amount:
                    raise ValidationError(self.env._(
                        "%(amount)s cannot be posted: an amount is not zero and has at most "
                        "%(digits)s decimals.", amount=line.amount, digits=digits))
            debt = any(line.component in DEBT_COMPONENTS for line in entry.lines)
            if entry.kind == 'overpayment_use' and (
                    not debt or sum(line.amount for line in entry.lines)):
                raise ValidationError(self.env._(
                    "Using an overpayment moves the same amount from it to what is owed."))

    @api.model
    def _insert_entries(self, entries):
        ids = self._allocate_ids(len(entries))
        main = {
            (entry.loan.id, entry.event): id_ for id_, entry in zip(ids, entries, strict=True)}
        mirrored = {
            row.id: row.non_accrual for row in self.sudo().browse(
                [entry.reversal_of.id for entry in entries if entry.reversal_of])}
        now = fields.Datetime.now()
        headers, lines = [], []
        for id_, entry in zip(ids, entries, strict=True):
            loan = entry.loan
            booking_date = loan.company_id._get_business_date()
            headers.append((
                id_, loan.id, loan.company_id.id, entry.kind, entry.value_date, booking_date,
                now, self.env.uid, main[loan.id, entry.event],
                entry.origin._name if entry.origin else None,
                entry.origin.id if entry.origin else None,
                entry.fund_account.id if entry.fund_account else None,
                entry.reversal_of.id if entry.reversal_of else None,
                entry.replaces_id or None,
                None if entry.params is None else json.dumps(entry.params),
                entry.version_id or None,
                mirrored.get(entry.reversal_of.id if entry.reversal_of else 0, loan.non_accrual),
            ))
            lines.extend((
                id_, loan.id, entry.kind, entry.value_date, booking_date, line.component,
                line.instalment_id or None, line.amount,
            ) for line in entry.lines)
        self._insert_rows(self._table, _HEADER, headers)
        if lines:
            self._insert_rows(self.line_ids._table, _LINE, lines)
        return self.browse(ids)

    @api.model
    def _allocate_ids(self, count):
        return [id_ for id_, in self.env.execute_query(SQL(
            "SELECT nextval(%s) FROM generate_series(1, %s)", f'{self._table}_id_seq', count))]

    @api.model
    def _insert_rows(self, table, columns, rows):
        """One INSERT, whatever the number of rows."""
        arrays = [
            SQL("%s::%s[]", list(values), SQL.identifier(type_))
            for type_, values in zip(columns.values(), zip(*rows, strict=True), strict=True)
        ]
        self.env.cr.execute(SQL(
            "INSERT INTO %s (%s) SELECT * FROM unnest(%s)",
            SQL.identifier(table),
            SQL(", ").join(SQL.identifier(name) for name in columns),
            SQL(", ").join(arrays),
        ))
