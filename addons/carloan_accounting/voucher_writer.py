"""Vouchers being summed, and their way into account.move.

Lines of a voucher are sums by key; each sub-ledger line remembers the keys it went to, so that
after posting both sides know each other.
"""
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date

#: Nothing of this is needed on a voucher that nobody edits.
QUIET = {
    'tracking_disable': True,
    'mail_create_nolog': True,
    'mail_create_nosubscribe': True,
    'mail_notrack': True,
}


class LineKey(NamedTuple):
    account_id: int
    side: str
    negative: bool
    kind: str
    component: str
    product_id: int
    department_id: int
    partner_id: int


class Voucher:
    """A voucher to be: of one document, or of one journal and day."""

    def __init__(self, journal, date, by_day):
        self.journal = journal
        self.date = date
        self.by_day = by_day
        self.posting_ids = []
        self.kinds = []
        self.loan_name = False
        self.names = {}
        self.amounts = defaultdict(Decimal)
        self.links = []

    def add(self, posting_id, items):
        self.posting_ids.append(posting_id)
        self.loan_name = items[0].row.loan_name
        if items[0].row.kind not in self.kinds:
            self.kinds.append(items[0].row.kind)
        for item in items:
            keys = {}
            for entry in item.recipe.entries(item.row.amount) if item.recipe else ():
                key = keys[entry.side] = self._make_key(item, entry)
                self.amounts[key] += entry.amount
            self.links.append((item, keys))

    def _make_key(self, item, entry):
        row = item.row
        cash = entry.account_id == self.journal.default_account_id.id
        return LineKey(
            entry.account_id, entry.side, entry.amount < 0, row.kind,
            '' if cash else row.component,
            row.product_id if self.by_day else 0,
            row.department_id if self.by_day else 0,
            0 if self.by_day else row.partner_id,
        )


class VoucherWriter:

    def __init__(self, env, company):
        self.env = env
        self.company = company
        self.storno = company.account_storno
        fields = env['carloan.transaction']._fields, env['carloan.transaction.line']._fields
        self.kinds = dict(fields[0]['kind']._description_selection(env))
        self.components = dict(fields[1]['component']._description_selection(env))

    def write(self, vouchers):
        """Create and post the moves of these vouchers, and link every sub-ledger line."""
        moves = self.env['account.move'].with_company(self.company).with_context(**QUIET).create(
            [self._prepare_move_vals(voucher) for voucher in vouchers])
        moves._post(soft=False)
        links = []
        for voucher, move in zip(vouchers, moves, strict=True):
            if move.date != voucher.date:
                raise UserError(self.env._(
                    "the date %(date)s is not open.", date=format_date(self.env, voucher.date)))
            lines = move.line_ids.sorted('id')
            line_ids = {
                key: line.id for key, line in zip(voucher.amounts, lines, strict=True)
            }
            links += [
                (item, move.id, {side: line_ids[key] for side, key in keys.items()})
                for item, keys in voucher.links
            ]
        self._insert_links(links)
        self._close(
            [(posting_id, move.id) for voucher, move in zip(vouchers, moves, strict=True)
             for posting_id in voucher.posting_ids])

    def close_without_entry(self, postings):
        """Postings whose lines all have a rule that says: no entry."""
        if postings:
            self._insert_links([(item, None, {}) for _id, items in postings for item in items])
            self._close([(posting_id, None) for posting_id, _items in postings])

    def keep_waiting(self, waiting):
        """Write why; a row that already says so is not written again."""
        if not waiting:
            return
        self.env.cr.execute(SQL(
            """
            UPDATE carloan_posting p
               SET reason_code = new.code, reason = new.reason, write_uid = %s,
                   write_date = now() AT TIME ZONE 'UTC'
              FROM unnest(%s::int[], %s::varchar[], %s::text[]) AS new(id, code, reason)
             WHERE p.id = new.id
               AND (p.reason_code, p.reason) IS DISTINCT FROM (new.code, new.reason)
            """,
            self.env.uid, *(list(column) for column in zip(*waiting, strict=True))))
        self.env['carloan.posting'].invalidate_model()

    # === PREPARE ===

    def _prepare_move_vals(self, voucher):
        kinds = ", ".join(self.kinds[kind] for kind in voucher.kinds)
        if voucher.by_day:
            voucher.names = {
                'carloan.product': self._get_names(
                    'carloan.product', {key.product_id for key in voucher.amounts}),
                'hr.department': self._get_names(
                    'hr.department', {key.department_id for key in voucher.amounts}),
            }
            ref = self.env._("%(kinds)s of %(date)s", kinds=kinds,
                             date=format_date(self.env, voucher.date))
        else:
            ref = f'{kinds} {voucher.loan_name}'
        return {
            'move_type': 'entry',
            'journal_id': voucher.journal.id,
            'company_id': self.company.id,
            'currency_id': self.company.currency_id.id,
            'date': voucher.date,
            'ref': ref,
            'line_ids': [
                Command.create(self._prepare_line_vals(voucher, key, amount))
                for key, amount in voucher.amounts.items()
            ],
        }

    def _prepare_line_vals(self, voucher, key, amount):
        """Computed values are filled in: a voucher line costs a third less."""
        balance = float(amount if key.side == 'debit' else -amount)
        return {
            'account_id': key.account_id,
            'partner_id': key.partner_id or False,
            'name': self._get_line_name(voucher, key),
            'balance': balance,
            'amount_currency': balance,
            'currency_id': self.company.currency_id.id,
            'is_storno': self.storno and key.negative,
            'analytic_distribution': False,
            'tax_ids': [],
            'display_type': 'product',
            'date_maturity': False,
        }

    def _get_line_name(self, voucher, key):
        parts = [self.kinds[key.kind], self.components.get(key.component)]
        if key.side == 'tax':
            parts.append(self.env._("VAT"))
        if voucher.by_day:
            parts += [
                voucher.names['carloan.product'].get(key.product_id),
                voucher.names['hr.department'].get(key.department_id),
            ]
        else:
            parts.append(voucher.loan_name)
        return " ".join(part for part in parts if part)

    def _get_names(self, model, ids):
        """{id: name}, all in one read."""
        records = self.env[model].browse(id_ for id_ in ids if id_)
        return {record.id: record.name for record in records}

    # === SQL ===

    def _insert_links(self, links):
        rows = [
            (item.row.posting_id, item.row.line_id, item.rule_id, move_id,
             lines.get('debit'), lines.get('credit'), lines.get('tax'))
            for item, move_id, lines in links
        ]
        self.env.cr.execute(SQL(
            """
            INSERT INTO carloan_posting_line (
                posting_id, transaction_line_id, rule_id, move_id,
                debit_line_id, credit_line_id, tax_line_id
            )
            SELECT * FROM unnest(
                %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
            """,
            *(list(column) for column in zip(*rows, strict=True))))
        self.env.cr.execute(SQL(
            "UPDATE carloan_posting_rule SET used = TRUE WHERE id IN %s AND used IS NOT TRUE",
            tuple({row[2] for row in rows})))
        self.env['carloan.posting.line'].invalidate_model()
        self.env['carloan.posting.rule'].invalidate_model(['used'])

    def _close(self, postings):
        self.env.cr.execute(SQL(
            """
            UPDATE carloan_posting p
               SET state = CASE WHEN new.move_id IS NULL THEN 'no_entry' ELSE 'posted' END,
                   move_id = new.move_id, reason_code = NULL, reason = NULL, write_uid = %s,
                   write_date = now() AT TIME ZONE 'UTC'
              FROM unnest(%s::int[], %s::int[]) AS new(id, move_id)
             WHERE p.id = new.id
            """,
            self.env.uid, *(list(column) for column in zip(*postings, strict=True))))
        self.env['carloan.posting'].invalidate_model()
