"""As of any day: what the loans showed then, folded from the ledger and from dated facts.

Two bases. *Booked* asks what the books knew: entries, schedule versions and classes recorded up to
the day, whatever day they count for; it gives the figures that the screen showed. *Value* asks
what we know today about that day: a payment entered late with an earlier value date counts from
its value date.

Two roads to the same figures. `get_position` adds up all that was known, for the loans that are
named. `get_book_position` starts from today's positions and takes off what came later, in one
pass over the later lines: a whole book is read without touching its paid past. Loans whose past
cannot be told that way (a new schedule, a payment undone) are left out there, and named.
"""
from datetime import date as Date
from typing import NamedTuple

from odoo.tools import SQL

from .const import DEBT_COMPONENTS

BASES = [('booked', "As Booked"), ('value', "By Value Date")]
#: date columns of a ledger line, a schedule version and a class, by basis
_COLUMNS = {
    'booked': ('booking_date', 'booking_date', 'booking_date'),
    'value': ('value_date', 'effective_date', 'date'),
}
#: lines that pay an instalment: all of its principal and interest except falling due
_PAYS = SQL("component IN ('principal', 'interest') AND kind <> 'due'")


class AsOf(NamedTuple):
    """A past day of a company."""
    date: Date
    basis: str
    business_date: Date         # that is open now

    @property
    def line_date(self):
        return SQL.identifier(_COLUMNS[self.basis][0])

    @property
    def version_date(self):
        return SQL.identifier(_COLUMNS[self.basis][1])

    @property
    def class_date(self):
        return SQL.identifier(_COLUMNS[self.basis][2])

    @property
    def closed_date(self):
        """The last day whose due dates are past: the open day itself is not over."""
        return SQL("LEAST(%s::date, %s::date - 1)", self.date, self.business_date)


def _get_sums(sign=1):
    sums = [
        SQL("%s * SUM(amount) FILTER (WHERE component = %s) AS %s",
            sign, component, SQL.identifier(f'{component}_outstanding'))
        for component in DEBT_COMPONENTS]
    sums.append(SQL(
        "%s * SUM(amount) FILTER (WHERE component = 'overpayment') AS overpayment_amount", -sign))
    return SQL(", ").join(sums)


def get_position(as_of, loan_ids):
    """(loan_id, balances, dates, overdue principal) of these loans, added up from nothing."""
    return SQL(
        """
        SELECT l.loan_id, %(columns)s, d.first_unpaid_due_date, d.next_due_date,
               COALESCE(d.overdue_principal, 0) AS overdue_principal
          FROM (SELECT DISTINCT loan_id FROM carloan_schedule_version
                 WHERE loan_id = ANY(%(loans)s) AND %(version_date)s <= %(date)s) l
          LEFT JOIN (
               SELECT loan_id, %(sums)s FROM carloan_transaction_line
                WHERE loan_id = ANY(%(loans)s) AND %(line_date)s <= %(date)s
                GROUP BY loan_id) b ON b.loan_id = l.loan_id
          LEFT JOIN (
               SELECT i.loan_id, MIN(i.due_date) AS first_unpaid_due_date,
                      MIN(i.due_date) FILTER (WHERE i.due_date > %(closed)s) AS next_due_date,
                      SUM(i.principal_amount + COALESCE(p.principal, 0))
                          FILTER (WHERE i.due_date < %(date)s) AS overdue_principal
                 FROM carloan_instalment i
                 JOIN carloan_schedule_version v ON v.id = i.version_id
                 LEFT JOIN carloan_schedule_version s ON s.id = i.superseded_id
                 LEFT JOIN (
                      SELECT instalment_id, SUM(amount) AS amount,
                             SUM(amount) FILTER (WHERE component = 'principal') AS principal
                        FROM carloan_transaction_line
                       WHERE loan_id = ANY(%(loans)s) AND instalment_id IS NOT NULL
                         AND %(pays)s AND %(line_date)s <= %(date)s
                       GROUP BY instalment_id) p ON p.instalment_id = i.id
                WHERE i.loan_id = ANY(%(loans)s) AND v.%(version_date)s <= %(date)s
                  AND (s.id IS NULL OR s.%(version_date)s > %(date)s)
                  AND i.principal_amount + i.interest_amount + COALESCE(p.amount, 0) <> 0
                GROUP BY i.loan_id) d ON d.loan_id = l.loan_id
        """,
        columns=_coalesce("b"), sums=_get_sums(), pays=_PAYS, loans=list(loan_ids),
        date=as_of.date, closed=as_of.closed_date, line_date=as_of.line_date,
        version_date=as_of.version_date)


def get_changed_loans(as_of, company_id):
    """(loan_id): loans of the book that `get_book_position` leaves to `get_position`."""
    return SQL(
        """
        SELECT l.id FROM carloan_loan l WHERE l.company_id = %(company)s AND l.id IN (
               SELECT loan_id FROM carloan_schedule_version
                WHERE %(version_date)s > %(date)s
               UNION SELECT loan_id FROM carloan_transaction_line
                WHERE %(line_date)s > %(date)s AND amount > 0 AND %(pays)s
                  AND instalment_id IS NOT NULL)
        """, company=company_id, date=as_of.date, pays=_PAYS, line_date=as_of.line_date,
        version_date=as_of.version_date)


def get_book_position(as_of, company_id, changed_ids):
    """The columns of `get_position` of all loans of a company except those that changed."""
    return SQL(
        """
        SELECT l.id AS loan_id, %(columns)s,
               LEAST(l.first_unpaid_due_date, t.first_due_date) AS first_unpaid_due_date,
               LEAST(l.next_due_date, t.next_due_date, o.next_due_date) AS next_due_date,
               COALESCE(o.principal, 0) - COALESCE(t.principal, 0) AS overdue_principal
          FROM carloan_loan l
          LEFT JOIN (
               SELECT loan_id, %(sums)s FROM carloan_transaction_line
                WHERE %(line_date)s > %(date)s GROUP BY loan_id) b ON b.loan_id = l.id
          LEFT JOIN (
               SELECT i.loan_id, MIN(i.due_date) AS first_due_date,
                      MIN(i.due_date) FILTER (WHERE i.due_date > %(closed)s) AS next_due_date,
                      SUM(p.principal) FILTER (WHERE i.due_date < %(date)s) AS principal
                 FROM (SELECT instalment_id,
                              SUM(amount) FILTER (WHERE component = 'principal') AS principal
                         FROM carloan_transaction_line
                        WHERE %(line_date)s > %(date)s AND %(pays)s AND instalment_id IS NOT NULL
                        GROUP BY instalment_id) p
                 JOIN carloan_instalment i ON i.id = p.instalment_id
                GROUP BY i.loan_id) t ON t.loan_id = l.id
          LEFT JOIN (
               SELECT i.loan_id,
                      MIN(i.due_date) FILTER (WHERE i.due_date > %(closed)s) AS next_due_date,
                      SUM(i.principal_amount + COALESCE(p.principal, 0))
                          FILTER (WHERE i.due_date < %(date)s) AS principal
                 FROM carloan_instalment i
                 LEFT JOIN LATERAL (
                      SELECT SUM(amount) AS principal FROM carloan_transaction_line
                       WHERE instalment_id = i.id AND component = 'principal' AND %(pays)s) p
                   ON i.due_date < %(date)s
                WHERE i.paid_date IS NULL AND i.superseded_id IS NULL
                  AND i.due_date <= %(today)s
                GROUP BY i.loan_id) o ON o.loan_id = l.id
         WHERE l.company_id = %(company)s AND l.disbursement_date IS NOT NULL
           AND l.id NOT IN (SELECT unnest(%(changed)s::int[]))
        """,
        columns=_coalesce("b", stored="l"), sums=_get_sums(sign=-1), pays=_PAYS,
        company=company_id, changed=list(changed_ids), date=as_of.date,
        closed=as_of.closed_date, today=as_of.business_date, line_date=as_of.line_date)


def _coalesce(alias, stored=None):
    """The balances of a subquery; added to those that the loan stores when `stored` is given."""
    columns = []
    for name in (*(f'{component}_outstanding' for component in DEBT_COMPONENTS),
                 'overpayment_amount'):
        column = SQL("COALESCE(%s, 0)", SQL.identifier(alias, name))
        if stored:
            column = SQL("COALESCE(%s, 0) + %s", SQL.identifier(stored, name), column)
        columns.append(SQL("%s AS %s", column, SQL.identifier(name)))
    return SQL(", ").join(columns)
