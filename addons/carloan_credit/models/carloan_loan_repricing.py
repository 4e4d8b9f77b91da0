from datetime import date
from functools import lru_cache

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.carloan_base import loanmath
from odoo.addons.carloan_base.money import percent_to_rate, to_decimal

from .. import bulk_rows
from ..bulk_rows import CopyText
from ..session import prepare_for_sets


class CarloanLoan(models.Model):
    """A new rate for many loans from a day on: the next version of each schedule."""
    _inherit = 'carloan.loan'

    @api.model
    def _reprice(self, rates, effective_date, reason):
        """Plan the periods that start on `effective_date` or later anew, at another rate.

        What is left of the principal is spread over the same due dates by the method of the
        loan; a period that runs keeps its rate. The caller has checked who may do it.

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
        rate_by_id = {loan.id: rate for loan, rate in rates.items()}
        rows = self.env.execute_query(self._get_remainder_query(loans.ids, effective_date))
        version_ids = self._allocate_row_ids('carloan_schedule_version', len(rows))
        versions, instalments = self._prepare_repriced_rows(
            rows, version_ids, rate_by_id, effective_date, today, reason)
        loan_ids = [row[0] for row in rows]
        self._copy_rows('carloan_schedule_version', bulk_rows.VERSION_COLUMNS, versions)
        self.env.cr.execute(self._get_supersede_query(loan_ids, version_ids, effective_date))
        self._copy_rows('carloan_instalment', bulk_rows.INSTALMENT_COLUMNS, instalments)
        self.env.cr.execute(self._get_rate_query(loan_ids, [
            rate_by_id[id_] for id_ in loan_ids]))
        self.env.invalidate_all(flush=False)
        self.sudo().browse(loan_ids)._find_empty_instalments()._refresh_position()
        return self.browse(loan_ids)

    @api.model
    def _prepare_repriced_rows(self, rows, version_ids, rates, effective_date, today, reason):
        """(`CopyText` of versions, `CopyText` of instalments)."""
        now, user_id = fields.Datetime.now(), self.env.uid
        versions, instalments, known = CopyText(), CopyText(), {}
        for (loan_id, version, number, principal, start, dates, whole, *terms), version_id in zip(
                rows, version_ids, strict=True):
            key = (whole if 'balloon' in terms else 0, *terms)
            if key not in known:
                known[key] = self.browse(loan_id)._prepare_math_terms(to_decimal(whole))
            base, due_dates = known[key], _to_dates(dates)
            table = self._get_repriced_table(
                loan_id, base, to_decimal(principal), rates[loan_id], start, due_dates)
            versions.add(version_id, loan_id, version + 1, effective_date, today, reason, 0,
                         user_id, now, user_id, now)
            bulk_rows.add_instalments(
                instalments, loan_id, version_id, start, table,
                base['rounding_unit'].as_tuple().exponent, number)
        return versions, instalments

    @api.model
    def _get_repriced_table(self, loan_id, base, principal, rate, start, due_dates):
        try:
            return loanmath.schedule_table(loanmath.Terms(
                principal=principal, annual_rate=percent_to_rate(rate), periods=len(due_dates),
                start_date=start, due_dates=due_dates, **{**base, 'due_day': None}))
        except loanmath.TermsError as error:
            loan = self.browse(loan_id)
            raise ValidationError(self.env._(
                "%(loan)s: %(reason)s", loan=loan.name, reason=loan._get_terms_message(error),
            )) from error

    # === QUERIES === #

    @api.model
    def _get_remainder_query(self, loan_ids, effective_date):
        """(loan, its last version, first number, principal, start, due dates as text, whole
        principal, terms) of what is planned from `effective_date` on and untouched by money."""
        terms = SQL(", ").join(
            SQL("l.%s", SQL.identifier(name)) for name in self._terms_field_names())
        return SQL(
            """
            SELECT l.id, v.version, i.number, i.principal::text, i.start_date, i.dates,
                   l.principal_amount, %(terms)s
              FROM carloan_loan l
              JOIN (SELECT loan_id, MAX(version) AS version FROM carloan_schedule_version
                     WHERE loan_id = ANY(%(loans)s) GROUP BY loan_id) v ON v.loan_id = l.id
              JOIN (SELECT loan_id, MIN(number) AS number, SUM(principal_amount) AS principal,
                           MIN(start_date) AS start_date,
                           string_agg(due_date::text, ',' ORDER BY number) AS dates
                      FROM carloan_instalment
                     WHERE loan_id = ANY(%(loans)s) AND superseded_id IS NULL
                       AND (paid_date IS NULL OR principal_amount + interest_amount = 0)
                       AND start_date >= %(date)s
                     GROUP BY loan_id) i ON i.loan_id = l.id
             WHERE l.state = 'active' AND i.principal > 0
             ORDER BY l.id
            """, terms=terms, loans=list(loan_ids), date=effective_date)

    @api.model
    def _get_supersede_query(self, loan_ids, version_ids, effective_date):
        return SQL(
            """
            UPDATE carloan_instalment i SET superseded_id = v.version_id
              FROM unnest(%s::int[], %s::int[]) AS v (loan_id, version_id)
             WHERE i.loan_id = v.loan_id AND i.superseded_id IS NULL AND i.start_date >= %s
               AND (i.paid_date IS NULL OR i.principal_amount + i.interest_amount = 0)
            """, loan_ids, version_ids, effective_date)

    @api.model
    def _get_rate_query(self, loan_ids, rates):
        return SQL(
            "UPDATE carloan_loan l SET annual_rate = r.rate "
            "FROM unnest(%s::int[], %s::numeric[]) AS r (id, rate) WHERE l.id = r.id",
            loan_ids, rates)


@lru_cache(maxsize=8192)
def _to_dates(text):
    return tuple(map(date.fromisoformat, text.split(',')))
