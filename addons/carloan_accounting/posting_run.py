"""One run over waiting postings of a company: rules found, vouchers written, rows linked.

Everything is decided per sub-ledger line, then summed into vouchers: so a voucher per document
and a voucher per day carry the same cents. What cannot be posted waits with its reason.
"""
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, split_every

from .voucher_writer import Voucher, VoucherWriter
from .vouchers import Recipe

BATCH = 200


class Row(NamedTuple):
    """A line of the sub-ledger, with what its voucher needs to know."""
    posting_id: int
    transaction_id: int
    line_id: int
    kind: str
    component: str
    amount: Decimal
    booking_date: Any
    loan_name: str
    product_id: int
    department_id: int
    partner_id: int
    fund_id: int
    fund_journal_id: int
    original_rule_id: int


class Item(NamedTuple):
    row: Row
    rule_id: int
    recipe: Recipe | None


class WaitingError(Exception):
    """Why a posting has to wait, in words that say what to do."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
        self.text = text


class PostingRun:

    def __init__(self, company, day_until=None):
        lang = company.sudo().partner_id.lang
        env = company.env(su=True)
        self.env = env(context=dict(env.context, lang=lang)) if lang else env
        self.reader_env = env
        self.company = company.with_env(self.env)
        business_date = company._get_business_date()
        self.day_until = day_until or business_date - timedelta(days=1)
        self.rules = self.env['carloan.posting.rule']._get_table(company)
        self.journals = self.env['account.journal']
        self._found = {}
        self._locks = {}

    def run(self, postings):
        """Post what can be posted; returns how many of the postings no longer wait."""
        rows_by_posting = defaultdict(list)
        for row in self._fetch(postings):
            rows_by_posting[row.posting_id].append(row)
        vouchers, waiting, no_entry = {}, [], []
        for posting_id, rows in rows_by_posting.items():
            try:
                items = self._resolve(rows)
                journal = self._find_journal(items)
                if not journal:
                    no_entry.append((posting_id, items))
                    continue
                self._add(vouchers, journal, posting_id, items)
            except WaitingError as error:
                waiting.append((posting_id, error.code, error.text))
        writer = VoucherWriter(self.env, self.company)
        writer.close_without_entry(no_entry)
        for number, batch in enumerate(split_every(BATCH, vouchers.values(), list)):
            if number == 1:
                self._refresh_statistics()
            waiting += self._write(writer, batch)
        writer.keep_waiting(waiting)
        return len(rows_by_posting) - len(waiting)

    def _fetch(self, postings):
        postings.flush_recordset()
        self.env['carloan.fund.account'].flush_model(['journal_id'])
        self.env['carloan.loan'].flush_model(['name', 'product_id', 'department_id', 'partner_id'])
        rows = self.env.execute_query(SQL(
            """
            SELECT p.id, t.id, l.id, t.kind, l.component, l.amount::text, t.booking_date, loan.name,
                   loan.product_id, loan.department_id, loan.partner_id,
                   t.fund_account_id, fund.journal_id,
                   (SELECT pl.rule_id
                      FROM carloan_transaction_line ol
                      JOIN carloan_posting_line pl ON pl.transaction_line_id = ol.id
                     WHERE ol.transaction_id = t.reversal_of_id AND ol.component = l.component
                     LIMIT 1)
              FROM carloan_posting p
              JOIN carloan_transaction t ON t.id = p.transaction_id
              JOIN carloan_transaction_line l ON l.transaction_id = t.id
              JOIN carloan_loan loan ON loan.id = t.loan_id
              LEFT JOIN carloan_fund_account fund ON fund.id = t.fund_account_id
             WHERE p.id IN %s
             ORDER BY p.id, l.id
            """,
            tuple(postings.ids) or (0,)))
        return [Row(*row[:5], Decimal(row[5]), *row[6:]) for row in rows]

    # === what each line needs ===

    def _resolve(self, rows):
        items, problems = [], {}
        for row in rows:
            try:
                items.append(Item(row, *self._find_recipe(row)))
            except WaitingError as error:
                problems.setdefault(error.text, error.code)
        if problems:
            raise WaitingError(next(iter(problems.values())), "\n".join(problems))
        return items

    def _find_recipe(self, row):
        key = (
            row.original_rule_id, row.kind, row.component, row.product_id, row.booking_date,
            row.fund_id)
        if key not in self._found:
            try:
                rule = self._find_rule(row)
                self._found[key] = rule.id, rule._make_recipe(self._find_fund_account(row, rule))
            except WaitingError as error:
                self._found[key] = error
        found = self._found[key]
        if isinstance(found, WaitingError):
            raise found
        return found

    def _find_rule(self, row):
        """The rule of the line; a reversal takes the rule of what it reverses."""
        if row.original_rule_id:
            return self.env['carloan.posting.rule'].browse(row.original_rule_id)
        for rule in self.rules.get((row.kind, row.component), ()):
            fits = not rule.product_id or rule.product_id.id == row.product_id
            if fits and (not rule.valid_from or rule.valid_from <= row.booking_date):
                break
        else:
            raise WaitingError('rule', self.reader_env._(
                "No posting rule for %(kind)s / %(component)s: add it under Books, Posting "
                "Rules, then retry.",
                kind=self._label('carloan.transaction', 'kind', row.kind),
                component=self._label('carloan.transaction.line', 'component', row.component)))
        missing = rule.with_env(self.reader_env)._get_missing()
        if missing:
            raise WaitingError(missing[0][0], self.reader_env._(
                "The posting rule %(rule)s has no %(missing)s: complete it, then retry.",
                rule=rule.with_env(self.reader_env).display_name,
                missing=", ".join(text for _code, text in missing)))
        return rule

    def _find_fund_account(self, row, rule):
        """The ledger account of the money, where the rule has a fund side."""
        if rule.no_entry or 'fund' not in (rule.debit_source, rule.credit_source):
            return False
        fund = self.env['carloan.fund.account'].browse(row.fund_id or False)
        if not row.fund_journal_id:
            raise WaitingError('journal', self.reader_env._(
                "The fund account %(fund)s has no journal: choose one on the fund account, "
                "then retry.", fund=fund.name or "–"))
        account = fund.journal_id.default_account_id
        if not account:
            raise WaitingError('account', self.reader_env._(
                "The journal %(journal)s of the fund account %(fund)s has no account: set its "
                "default account, then retry.", journal=fund.journal_id.name, fund=fund.name))
        return account.id

    def _find_journal(self, items):
        """The one journal of a transaction: that of its fund account, else that of its rules."""
        journals = self.env['account.journal']
        for item in items:
            if item.recipe:
                rule = self.env['carloan.posting.rule'].browse(item.rule_id)
                cash = 'fund' in (rule.debit_source, rule.credit_source)
                journals |= journals.browse(item.row.fund_journal_id) if cash else rule.journal_id
        if len(journals) > 1:
            raise WaitingError('journal', self.reader_env._(
                "The posting rules of this transaction name several journals (%(journals)s): "
                "give them the same one, then retry.",
                journals=", ".join(journals.mapped('name'))))
        if journals:
            self._check_period(journals, items[0].row.booking_date)
        return journals

    def _check_period(self, journal, date):
        """A locked period is refused: accounting would silently shift the date."""
        key = (journal.id, date)
        if key not in self._locks:
            self._locks[key] = self.company._get_violated_lock_dates(date, False, journal)
        locks = self._locks[key]
        if locks:
            env = self.reader_env
            first_open = max(lock for lock, _field in locks) + timedelta(days=1)
            raise WaitingError('locked', env._(
                "The books are locked on %(date)s; the first open day is %(open)s. Reopen the "
                "period (%(locks)s), then retry.",
                date=format_date(env, date), open=format_date(env, first_open),
                locks=self.company.with_env(env)._format_lock_dates(locks)))

    # === vouchers ===

    def _add(self, vouchers, journal, posting_id, items):
        date = items[0].row.booking_date
        by_day = journal.carloan_voucher_grouping == 'day'
        if by_day and date > self.day_until:
            raise WaitingError('day', self.reader_env._(
                "Nothing to do: the day end writes one voucher for the day."))
        key = (journal.id, date, 0 if by_day else posting_id)
        if key not in vouchers:
            vouchers[key] = Voucher(journal, date, by_day)
        vouchers[key].add(posting_id, items)

    def _write(self, writer, vouchers):
        """Write vouchers, one by one if a batch is refused; returns what has to wait."""
        self.env.cr.flush()  # what others left to do is not the fault of these vouchers
        try:
            with self.env.cr.savepoint():
                writer.write(vouchers)
            return []
        except (UserError, IntegrityError) as error:
            if len(vouchers) > 1:
                return [
                    waiting for voucher in vouchers for waiting in self._write(writer, [voucher])
                ]
            text = self.reader_env._(
                "Accounting refuses the voucher: %(error)s", error=str(error).strip())
            return [(posting_id, 'error', text) for posting_id in vouchers[0].posting_ids]

    def _refresh_statistics(self):
        """In a fresh database PostgreSQL thinks these tables empty and picks plans that take
        half a minute per batch."""
        self.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_payment, account_partial_reconcile")

    def _label(self, model, field, value):
        selection = self.env[model]._fields[field]._description_selection(self.reader_env)
        return dict(selection).get(value, value)
