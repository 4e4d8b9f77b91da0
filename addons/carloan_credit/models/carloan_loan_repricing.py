import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.money import percent_to_rate, to_decimal

from .. import bulk_rows
from ..bulk_rows import CopyText
from ..changes import REMADE, check_rule
from ..session import prepare_for_sets


class CarloanLoan(models.Model):
    """A new rate for many loans from a day on: the next version of each schedule."""
    _inherit = 'carloan.loan'

    @api.model
    def _reprice(self, rates, effective_date, reason):
        """Plan the periods that start on `effective_date` or later anew, at another rate.

        What is left of the principal is spread over the same due dates by the method of the
        loan; a period that runs keeps its rate. Each loan gets the fact that `_change_terms` would
        post, so that a replay makes the same again; the rate of the contract stays as agreed. The
        caller has checked who may do it.

        :param rates: {loan: new annual rate in percent}
        :param effective_date: the business date or later
        :return: the loans that have such periods; the others are left as they are
        """
        loans = self.sudo().union(*rates)
        if not loans:
            return self
        self.env.flush_all()
        prepare_for_sets(self.env.cr)
        today = loans.company_id.ensure_one()._get_business_date()
        if effective_date < today:
            raise ValidationError(self.env._(
                "The new rate cannot hold from %(date)s: %(today)s (business date) is the "
                "earliest day.", date=effective_date, today=today))
        loans._lock_for_posting()
        loans._mark_changed()
        rows = [_Remainder(*row[:10], row[10:]) for row in self.env.execute_query(
            self._get_remainder_query(loans.ids, today, effective_date))]
        loan_ids = [row.loan_id for row in rows]
        version_ids = self._allocate_row_ids('carloan_schedule_version', len(rows))
        transaction_ids = self._allocate_row_ids('carloan_transaction', len(rows))
        tables = self._prepare_repriced_rows(
            zip(rows, version_ids, transaction_ids, strict=True),
            {loan.id: rate for loan, rate in rates.items()}, effective_date, today, reason)
        self._copy_rows('carloan_schedule_version', bulk_rows.VERSION_COLUMNS, tables[0])
        self.env.cr.execute(self._get_supersede_query(loan_ids, version_ids, today))
        self._copy_rows('carloan_instalment', bulk_rows.INSTALMENT_COLUMNS, tables[1])
        self._copy_rows('carloan_transaction', bulk_rows.CHANGE_COLUMNS, tables[2])
        self.env.invalidate_all(flush=False)
        self.sudo().browse(loan_ids)._find_empty_instalments()._refresh_position()
        self.env['carloan.transaction'].sudo().browse(transaction_ids)._on_posted()
        return self.browse(loan_ids)

    @api.model
    def _prepare_repriced_rows(self, rows, rates, effective_date, today, reason):
        """`CopyText` of versions, of instalments and of transactions."""
        now, user_id = fields.Datetime.now(), self.env.uid
        versions, instalments, changes, known = CopyText(), CopyText(), CopyText(), {}
        for row, version_id, id_ in rows:
            loan_id, rate = row.loan_id, percent_to_rate(rates[row.loan_id])
            base = self._get_repriced_terms(row, known)
            table = self._get_repriced_table(row, base, rate)
            versions.add(version_id, loan_id, row.version + 1, effective_date, today, reason, 0,
                         user_id, now, user_id, now)
            bulk_rows.add_remainder(
                instalments, loan_id, version_id, row.number, row.kept, row.start, table,
                base['rounding_unit'].as_tuple().exponent)
            changes.add(id_, loan_id, row.company_id, 'terms_change', today, today, now, user_id,
                        id_, row.non_accrual, version_id, json.dumps({
                            'change': 'reprice', 'rate': str(rate),
                            'from': row.start.isoformat(), 'reason': reason}))
        return versions, instalments, changes

    @api.model
    def _get_repriced_terms(self, row, known):
        """What loanmath takes from the terms of a loan; `known` keeps those of loans alike."""
        key = (row.whole if 'balloon' in row.terms else 0, row.terms)
        if key not in known:
            known[key] = self.browse(row.loan_id)._prepare_math_terms(
                to_decimal(row.whole)) | REMADE
        return known[key]

    @api.model
    def _get_repriced_table(self, row, base, rate):
        principal, due_dates = to_decimal(row.principal), _to_dates(row.dates)
        try:
            check_rule(base['method'])
            return loanmath.schedule_table(loanmath.Terms(
                principal=principal, annual_rate=rate, periods=len(due_dates),
                start_date=row.start, due_dates=due_dates,
                **{**base, 'balloon': min(base['balloon'], principal)}))
        except loanmath.TermsError as error:
            loan = self.browse(row.loan_id)
            raise ValidationError(loan._get_change_message(error)) from error

    # === QUERIES === #

    @api.model
    def _get_remainder_query(self, loan_ids, today, effective_date):
        """`_Remainder` of each loan that has a period which starts on `effective_date` or
        later."""
        terms = SQL(", ").join(
            SQL("l.%s", SQL.identifier(name)) for name in self._terms_field_names())
        return SQL(
            """
            SELECT l.id, l.company_id, COALESCE(l.non_accrual, FALSE), v.version, i.number,
                   i.kept, i.principal::text, i.start_date, i.dates, l.principal_amount, %(terms)s
              FROM carloan_loan l
              JOIN (SELECT loan_id, MAX(version) AS version FROM carloan_schedule_version
                     WHERE loan_id = ANY(%(loans)s) GROUP BY loan_id) v ON v.loan_id = l.id
              JOIN (SELECT loan_id, MIN(number) AS number,
                           array_agg(concat_ws(
                               '\t', start_date, due_date, principal_amount, interest_amount)
                               ORDER BY number) FILTER (WHERE start_date < %(date)s) AS kept,
                           SUM(principal_amount) FILTER (WHERE start_date >= %(date)s) AS principal,
                           MIN(start_date) FILTER (WHERE start_date >= %(date)s) AS start_date,
                           string_agg(due_date::text, ',' ORDER BY number)
                               FILTER (WHERE start_date >= %(date)s) AS dates
                      FROM carloan_instalment
                     WHERE loan_id = ANY(%(loans)s) AND superseded_id IS NULL
                       AND due_date > %(today)s
                     GROUP BY loan_id) i ON i.loan_id = l.id
             WHERE l.state = 'active' AND i.principal > 0
             ORDER BY l.id
            """, terms=terms, loans=list(loan_ids), date=effective_date, today=today)

    @api.model
    def _get_supersede_query(self, loan_ids, version_ids, today):
        return SQL(
            """
            UPDATE carloan_instalment i SET superseded_id = v.version_id
              FROM unnest(%s::int[], %s::int[]) AS v (loan_id, version_id)
             WHERE i.loan_id = v.loan_id AND i.superseded_id IS NULL AND i.due_date > %s
            """, loan_ids, version_ids, today)


class _Remainder(NamedTuple):
    """What of a loan is not due yet."""
    loan_id: int
    company_id: int
    non_accrual: bool
    version: int
    number: int                 # of the first instalment that is not due
    kept: list | None           # those that began before the new rate, see `add_remainder`
    principal: str              # of the others
    start: date                 # where they begin
    dates: str                  # on which they fall due, by commas
    whole: Decimal              # the loan
    terms: tuple


@lru_cache(maxsize=8192)
def _to_dates(text):
    return tuple(map(date.fromisoformat, text.split(',')))
