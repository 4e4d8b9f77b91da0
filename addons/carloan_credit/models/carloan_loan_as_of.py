from contextlib import suppress
from datetime import date as Date
from datetime import datetime

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.carloan_base.money import to_decimal

from ..as_of import (
    BASES,
    AsOf,
    get_book_position,
    get_changed_loans,
    get_classes,
    get_position,
)
from ..const import POSITION_AMOUNTS, POSITION_DATES

#: a selection of loans up to this size is added up loan by loan, a larger one as a book
_FEW_LOANS = 20_000
_FIGURES = (*POSITION_AMOUNTS, *POSITION_DATES, 'overdue_principal')


class CarloanLoan(models.Model):
    """What the loans showed at the close of any day, and what we know today about that day."""
    _inherit = 'carloan.loan'

    # === PUBLIC === #

    def as_of(self, date, basis='booked'):
        """The figures of these loans at the close of a day, for programs too.

        :param date: a day from the first day in the books up to the business date
        :param basis: 'booked' = what the books said then, 'value' = what we know today of then
        :return: list of dicts, one a loan in the order of the loans: id, name, date, basis, state
                 (False before the money was paid out), balances per component, dates, days
                 overdue, bucket, class, responsible and department of that day
        """
        self.check_access('read')
        rows = self._as_of(date, basis)
        return [self._format_as_of(loan, rows[loan.id]) for loan in self]

    @api.model
    def search_as_of(self, date, domain=None, basis='booked', offset=0, limit=80, order=None):
        """`as_of` of the loans that a domain of today's fields selects."""
        return self.search(domain or [], offset=offset, limit=limit, order=order).as_of(
            date, basis)

    # === QUERIES === #

    def _as_of(self, date, basis='booked'):
        """{loan id: {column: value}} of these loans, amounts as Decimal; the caller has checked
        the right to read them."""
        self.env.flush_all()
        rows = {}
        for company, loans in self.sudo().grouped('company_id').items():
            as_of = self._get_as_of(date, basis, company)
            blank = {
                **dict.fromkeys(self._get_as_of_columns(), None), 'date': as_of.date,
                'basis': basis}
            rows.update((loan.id, blank) for loan in loans)
            query = self._get_as_of_query(as_of, get_position(as_of, loans.ids), loans.ids)
            rows.update(
                (row['loan_id'], {**blank, **row, **self._get_amounts(row)})
                for row in self.env.execute_query_dict(query))
        return rows

    @api.model
    def _get_book_query(self, date, basis='booked', company=None):
        """SQL of the figures of all loans of a company that were paid out by a day: the columns
        of `_get_as_of_columns` and `loan_id`. The caller has flushed.

        The rest of the transaction runs with memory for a million groups and without compiling
        of queries, which takes longer than the query.
        """
        self.env.cr.execute(SQL(
            "SELECT set_config('jit', 'off', TRUE), set_config('work_mem', '128MB', TRUE)"))
        company = (company or self.env.company).sudo()
        as_of = self._get_as_of(date, basis, company)
        changed = [id_ for id_, in self.env.execute_query(get_changed_loans(as_of, company.id))]
        position = SQL(
            "(%s) UNION ALL (%s)", get_book_position(as_of, company.id, changed),
            get_position(as_of, changed))
        return self._get_as_of_query(as_of, position)

    @api.model
    def _get_selection_query(self, date, basis, company, loans):
        """`_get_book_query` of the loans of a `Query`, such as those that a user may read."""
        few = [row[0] for row in self.env.execute_query(SQL(
            "%s LIMIT %s", loans.select(), _FEW_LOANS + 1))]
        if len(few) <= _FEW_LOANS:
            as_of = self._get_as_of(date, basis, company)
            return self._get_as_of_query(as_of, get_position(as_of, few), few)
        return SQL(
            "SELECT book.* FROM (%s) book WHERE book.loan_id IN %s",
            self._get_book_query(date, basis, company), loans.subselect())

    @api.model
    def _get_as_of_query(self, as_of, position, loan_ids=None):
        """The position with what follows from it and from the day."""
        scope = SQL("TRUE") if loan_ids is None else SQL("loan_id = ANY(%s)", list(loan_ids))
        days = SQL("GREATEST(COALESCE(%s::date - p.first_unpaid_due_date, 0), 0)", as_of.date)
        owed = SQL(" + ").join(
            SQL("p.%s", SQL.identifier(name)) for name in POSITION_AMOUNTS
            if name != 'overpayment_amount')
        return SQL(
            """
            SELECT p.loan_id, %(figures)s, %(days)s AS days_overdue,
                   (CASE %(bucket)s END) AS bucket,
                   CASE WHEN p.is_written_off THEN 'written_off'
                        WHEN p.first_unpaid_due_date IS NULL AND %(owed)s = 0 THEN 'settled'
                        ELSE 'active' END AS state,
                   CASE WHEN c.loan_id IS NULL THEN p.class_tier_id ELSE c.tier_id END
                   AS class_tier_id,
                   CASE WHEN h.loan_id IS NULL THEN p.user_id ELSE h.old_user_id END AS user_id,
                   CASE WHEN h.loan_id IS NULL THEN p.department_id
                        ELSE h.old_department_id END AS department_id
              FROM (%(position)s) p
              LEFT JOIN (%(classes)s) c ON c.loan_id = p.loan_id
              LEFT JOIN (
                   SELECT DISTINCT ON (loan_id) loan_id, old_user_id, old_department_id
                     FROM carloan_loan_handover WHERE date > %(date)s AND %(scope)s
                    ORDER BY loan_id, id) h ON h.loan_id = p.loan_id
            """,
            position=position, days=days, owed=owed, date=as_of.date, scope=scope,
            figures=SQL(", ").join(SQL("p.%s", SQL.identifier(name)) for name in _FIGURES),
            classes=get_classes(as_of, loan_ids), bucket=self._get_bucket_cases(days))

    @api.model
    def _get_bucket_cases(self, days):
        return SQL(" ").join(
            SQL("WHEN %s >= %s THEN %s", days, start, code)
            for code, start, _end in reversed(self.env['carloan.bucket']._get_bounds()))

    # === CHECKS === #

    @api.model
    def _get_as_of(self, date, basis, company):
        """The day asked for, if it lies in the books of the company."""
        if basis not in [code for code, _label in BASES]:
            raise ValidationError(self.env._(
                "%(basis)s is not a basis. 'booked' (what the books said then) or 'value' (what "
                "is known today of that day) is allowed.", basis=basis))
        day = self._parse_as_of_date(date)
        today = company._get_business_date()
        first = self._get_first_day(company, basis)
        if not first:
            raise ValidationError(self.env._(
                "%(company)s has no entry in its books yet, so there is no past day to look at.",
                company=company.name))
        if not first <= day <= today:
            raise ValidationError(self.env._(
                "%(date)s is not a day of the books of %(company)s: %(first)s (first entry) to "
                "%(last)s (business date) is allowed.",
                date=day, company=company.name, first=first, last=today))
        return AsOf(day, basis, today)

    @api.model
    def _parse_as_of_date(self, value):
        if isinstance(value, Date) and not isinstance(value, datetime):
            return value
        with suppress(ValueError):      # refused below, like any other value that is no day
            if isinstance(value, str) and len(value) == 10:
                return Date.fromisoformat(value)
        raise ValidationError(self.env._(
            "%(value)s is not a day. Days are written as 2026-12-31.", value=value))

    @api.model
    def _get_first_day(self, company, basis):
        """The first day in the books of a company, or None while they are empty."""
        column = SQL.identifier('booking_date' if basis == 'booked' else 'value_date')
        return self.env.execute_query(SQL(
            "SELECT MIN(%s) FROM carloan_transaction WHERE company_id = %s",
            column, company.id))[0][0]

    # === GETTERS === #

    @api.model
    def _get_as_of_columns(self):
        return (
            'state', *POSITION_AMOUNTS, 'overdue_principal', 'first_unpaid_due_date',
            'next_due_date', 'days_overdue', 'bucket', 'class_tier_id', 'user_id',
            'department_id')

    @api.model
    def _get_amounts(self, row):
        return {name: to_decimal(row[name]) for name in (*POSITION_AMOUNTS, 'overdue_principal')}

    def _format_as_of(self, loan, row):
        """As `read` gives values: amounts as numbers, links as (id, name), nothing as False."""
        values = {'id': loan.id, 'name': loan.name, 'date': row['date'], 'basis': row['basis']}
        for name in self._get_as_of_columns():
            value, field = row[name], self._fields[name]
            if field.type == 'monetary':
                values[name] = float(value or 0)
            elif field.type == 'integer':
                values[name] = value or 0
            elif field.type == 'many2one' and value:
                record = self.env[field.comodel_name].browse(value)
                values[name] = (value, record.sudo().display_name)
            else:
                values[name] = value or False
        return values
