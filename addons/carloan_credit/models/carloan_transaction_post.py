from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..const import DEBT_COMPONENTS
from ..entries import Entry, EntryLine

# column -> PostgreSQL type of what `_post` inserts
_HEADER = {
    'id': 'int4', 'loan_id': 'int4', 'company_id': 'int4', 'kind': 'text', 'value_date': 'date',
    'booking_date': 'date', 'recorded_at': 'timestamp', 'user_id': 'int4', 'event_id': 'int4',
    'origin_model': 'text', 'origin_id': 'int4', 'fund_account_id': 'int4',
    'reversal_of_id': 'int4', 'non_accrual': 'bool',
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

        The number of queries does not depend on the number of entries. Entries of one loan are
        one event, the last of them its main transaction. Raises when a balance would make no
        sense, and then nothing is written.

        :return: the transactions, in the order of the entries
        """
        entries = [entry for entry in entries if entry.lines]
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
        """Post the mirror of these events: of each transaction and of the charges that came
        with it. Instalments that fell due stay due. Only the last money event of a loan.

        :return: the mirrors of these transactions, in their order
        """
        self.env.flush_all()
        self.loan_id.sudo()._lock_for_posting()
        self._check_reversible()
        parts = self.sudo().search(
            [('event_id', 'in', self.ids), ('kind', '!=', 'due')], order='id')
        mirrors = self._post([part._prepare_mirror() for part in parts])
        for transaction in self:
            transaction.loan_id.sudo()._message_log(body=self.env._(
                "%(transaction)s of %(date)s was reversed: %(reason)s",
                transaction=transaction.name, date=transaction.value_date, reason=reason))
        self.loan_id.sudo()._reopen_if_owing()
        mirror_of = {mirror.reversal_of_id.id: mirror.id for mirror in mirrors.sudo()}
        return self.browse([mirror_of[id_] for id_ in self.ids])

    # === HELPERS === #

    def _check_reversible(self):
        for transaction in self.sudo():
            if transaction.reversal_of_id or transaction.reversal_ids:
                raise UserError(self.env._(
                    "%(name)s has already been reversed or is itself a reversal.",
                    name=transaction.name))
            if transaction.kind in ('disbursement', 'due'):
                raise UserError(self.env._(
                    "%(name)s cannot be reversed by itself.", name=transaction.name))
            later = transaction._get_later_money_events()
            if later:
                raise UserError(self.env._(
                    "Only the last money event of a loan can be undone. After %(name)s of "
                    "%(date)s came: %(later)s.",
                    name=transaction.name, date=transaction.value_date,
                    later=", ".join(
                        f"{event.name} {event.value_date}" for event in later)))

    def _get_later_money_events(self):
        return self.search([
            ('loan_id', '=', self.loan_id.id), ('event_id', '>', self.id), ('kind', '!=', 'due'),
            ('reversal_of_id', '=', False), ('reversal_ids', '=', False),
        ]).filtered(lambda event: event == event.event_id)

    def _prepare_mirror(self):
        lines = tuple(
            EntryLine(line.component, -self._to_cents(line.amount), line.instalment_id.id)
            for line in self.line_ids.sorted('id'))
        origin = self.origin_id and self.origin_model in self.env and self.env[
            self.origin_model].browse(self.origin_id)
        return Entry(
            self.loan_id, self.kind, self.value_date, lines, origin=origin or None,
            fund_account=self.fund_account_id, reversal_of=self)

    @api.model
    def _to_cents(self, value):
        return Decimal(str(value)).quantize(Decimal('0.01'))

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
        main = {entry.loan.id: id_ for id_, entry in zip(ids, entries, strict=True)}
        now = fields.Datetime.now()
        headers, lines = [], []
        for id_, entry in zip(ids, entries, strict=True):
            loan = entry.loan
            booking_date = loan.company_id._get_business_date()
            headers.append((
                id_, loan.id, loan.company_id.id, entry.kind, entry.value_date, booking_date,
                now, self.env.uid, main[loan.id],
                entry.origin._name if entry.origin else None,
                entry.origin.id if entry.origin else None,
                entry.fund_account.id if entry.fund_account else None,
                entry.reversal_of.id if entry.reversal_of else None,
                loan.non_accrual,
            ))
            lines.extend((
                id_, loan.id, entry.kind, entry.value_date, booking_date, line.component,
                line.instalment_id or None, line.amount,
            ) for line in entry.lines)
        self._insert_rows(self._table, _HEADER, headers)
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
