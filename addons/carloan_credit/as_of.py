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
        SELECT l.id AS loan_id, %(columns)s, d.first_unpaid_due_date, d.next_due_date,
               COALESCE(d.overdue_principal, 0) AS overdue_principal,
               l.user_id, l.department_id, l.class_tier_id, %(written_off)s AS is_written_off
          FROM (SELECT DISTINCT loan_id FROM carloan_schedule_version
                 WHERE loan_id = ANY(%(loans)s) AND %(version_date)s <= %(date)s) known
          JOIN carloan_loan l ON l.id = known.loan_id
          LEFT JOIN (
               SELECT loan_id, %(sums)s FROM carloan_transaction_line
                WHERE loan_id = ANY(%(loans)s) AND %(line_date)s <= %(date)s
                GROUP BY loan_id) b ON b.loan_id = l.id
          LEFT JOIN (
               SELECT i.loan_id, MIN(i.due_date) AS first_unpaid_due_date,
                      MIN(i.due_date) FILTER (WHERE i.due_date > %(closed)s) AS next_due_date,
                      SUM(i.principal_amount + COALESCE(p.principal, 0))
                          FILTER (WHERE i.due_date < %(date)s) AS overdue_principal
                 FROM (%(agreed)s) i
                 LEFT JOIN (
                      SELECT instalment_id, SUM(amount) AS amount,
                             SUM(amount) FILTER (WHERE component = 'principal') AS principal
                        FROM carloan_transaction_line
                       WHERE loan_id = ANY(%(loans)s) AND instalment_id IS NOT NULL
                         AND %(pays)s AND %(line_date)s <= %(date)s
                       GROUP BY instalment_id) p ON p.instalment_id = i.id
                WHERE i.principal_amount + i.interest_amount + COALESCE(p.amount, 0) <> 0
                GROUP BY i.loan_id) d ON d.loan_id = l.id
        """,
        columns=_coalesce("b"), sums=_get_sums(), pays=_PAYS,
        agreed=_get_agreed(as_of, list(loan_ids)),
        written_off=_is_written_off(as_of), loans=list(loan_ids),
        date=as_of.date, closed=as_of.closed_date, line_date=as_of.line_date,
        version_date=as_of.version_date)


def _get_agreed(as_of, loan_ids):
    """The instalments of these loans that were agreed on the day.

    What the books said then follows from what they noted as replaced. By value date it follows
    from the changes that stand, in the order of their days: each replaces what falls due after
    it. A change entered late may have had its instalments replaced before it counted.
    """
    if as_of.basis == 'booked':
        return SQL(
            """
            SELECT i.* FROM carloan_instalment i
              JOIN carloan_schedule_version v ON v.id = i.version_id
              LEFT JOIN carloan_schedule_version s ON s.id = i.superseded_id
             WHERE i.loan_id = ANY(%(loans)s) AND v.booking_date <= %(date)s
               AND (s.id IS NULL OR s.booking_date > %(date)s)
            """, loans=loan_ids, date=as_of.date)
    return SQL(
        """
        SELECT i.* FROM (
               SELECT version_id, LEAD(date, 1, 'infinity') OVER (
                      PARTITION BY loan_id ORDER BY date, event_id) AS next_date
                 FROM (SELECT loan_id, MIN(id) AS version_id, MIN(effective_date) AS date,
                              0 AS event_id
                         FROM carloan_schedule_version WHERE loan_id = ANY(%(loans)s)
                        GROUP BY loan_id
                       UNION ALL
                       SELECT t.loan_id, t.version_id, t.value_date, t.event_id
                         FROM carloan_transaction t
                         LEFT JOIN carloan_transaction r ON r.reversal_of_id = t.id
                        WHERE t.loan_id = ANY(%(loans)s) AND t.version_id IS NOT NULL
                          AND t.value_date <= %(date)s AND t.reversal_of_id IS NULL
                          AND r.id IS NULL) changes) v
          JOIN carloan_instalment i ON i.version_id = v.version_id AND i.due_date <= v.next_date
        """, loans=loan_ids, date=as_of.date)


def _is_written_off(as_of):
    """Whether loan `l` was written off, and that was not undone by the day."""
    return SQL(
        """
        EXISTS (SELECT FROM carloan_transaction w WHERE w.loan_id = l.id
                   AND w.kind = 'write_off' AND w.%(line_date)s <= %(date)s
                HAVING COUNT(*) > 2 * COUNT(w.reversal_of_id))
        """, line_date=as_of.line_date, date=as_of.date)


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
               COALESCE(o.principal, 0) - COALESCE(t.principal, 0) AS overdue_principal,
               l.user_id, l.department_id, l.class_tier_id,
               l.written_off_date IS NOT NULL AND %(written_off)s AS is_written_off
          FROM carloan_loan l
          LEFT JOIN (
               SELECT loan_id, %(sums)s FROM carloan_transaction_line
                WHERE %(line_date)s > %(date)s GROUP BY loan_id) b ON b.loan_id = l.id
          LEFT JOIN (%(paid_later)s) t ON t.loan_id = l.id
          LEFT JOIN (%(late)s) o ON o.loan_id = l.id
         WHERE l.company_id = %(company)s AND l.disbursement_date IS NOT NULL
           AND l.id NOT IN (SELECT unnest(%(changed)s::int[]))
        """,
        columns=_coalesce("b", stored="l"), sums=_get_sums(sign=-1),
        written_off=_is_written_off(as_of),
        paid_later=_get_paid_later(as_of), late=get_late(as_of, company_id),
        company=company_id, changed=list(changed_ids), date=as_of.date,
        line_date=as_of.line_date)


def get_late(as_of, company_id):
    """(loan_id, next_due_date, principal) of the loans with open instalments that are due by now:
    the first due date after the day and the principal that fell due before it, both open today.

    Where all open instalments add up to the outstanding principal, none of them is partly paid
    and the ledger need not be asked. The lateral join keeps the planner on the loans that are
    late: it takes open and old for independent and would read all instalments.
    """
    return SQL(
        """
        SELECT l.id AS loan_id, i.next_due_date,
               CASE WHEN i.total = l.principal_outstanding THEN i.principal
                    ELSE i.principal + COALESCE((
                         SELECT SUM(x.amount) FROM carloan_instalment o
                           JOIN carloan_transaction_line x ON x.instalment_id = o.id
                          WHERE o.loan_id = l.id AND o.paid_date IS NULL
                            AND o.superseded_id IS NULL AND o.due_date < %(date)s
                            AND x.component = 'principal'), 0) END AS principal
          FROM carloan_loan l CROSS JOIN LATERAL (
               SELECT MIN(due_date) FILTER (
                          WHERE due_date > %(closed)s AND due_date <= %(today)s) AS next_due_date,
                      SUM(principal_amount) AS total,
                      SUM(principal_amount) FILTER (WHERE due_date < %(date)s) AS principal
                 FROM carloan_instalment
                WHERE loan_id = l.id AND paid_date IS NULL AND superseded_id IS NULL) i
         WHERE l.company_id = %(company)s AND l.first_unpaid_due_date <= %(today)s
        """, closed=as_of.closed_date, date=as_of.date, today=as_of.business_date,
        company=company_id)


def _get_paid_later(as_of):
    """(loan_id, dates, principal) of the instalments that were paid after the day, so that they
    were open on it. Most fell due after it too, and the line of that says when."""
    return SQL(
        """
        SELECT loan_id, MIN(due_date) AS first_due_date,
               MIN(due_date) FILTER (WHERE due_date > %(closed)s) AS next_due_date,
               SUM(principal) FILTER (WHERE due_date < %(date)s) AS principal
          FROM (SELECT p.loan_id, p.principal, COALESCE(p.due_date, (
                       SELECT due_date FROM carloan_instalment WHERE id = p.instalment_id))
                       AS due_date
                  FROM (SELECT loan_id, instalment_id,
                               MIN(value_date) FILTER (WHERE kind = 'due') AS due_date,
                               SUM(amount) FILTER (WHERE component = 'principal') AS principal,
                               bool_or(%(pays)s) AS is_paid
                          FROM carloan_transaction_line
                         WHERE %(line_date)s > %(date)s AND instalment_id IS NOT NULL
                         GROUP BY loan_id, instalment_id) p
                 WHERE p.is_paid) later
         GROUP BY loan_id
        """, pays=_PAYS, date=as_of.date, closed=as_of.closed_date, line_date=as_of.line_date)


def get_classes(as_of, loan_ids=None):
    """(loan_id, tier_id) of the loans whose class of that day is not the one of today, or of all
    loans that had a class."""
    if as_of.basis == 'booked' and loan_ids is None:
        return SQL(
            """
            SELECT later.loan_id, (
                   SELECT tier_id FROM carloan_loan_class
                    WHERE loan_id = later.loan_id AND booking_date <= %(date)s
                    ORDER BY id DESC LIMIT 1) AS tier_id
              FROM (SELECT DISTINCT loan_id FROM carloan_loan_class
                     WHERE booking_date > %(date)s) later
            """, date=as_of.date)
    scope = SQL("TRUE") if loan_ids is None else SQL("loan_id = ANY(%s)", list(loan_ids))
    order = SQL("id DESC") if as_of.basis == 'booked' else SQL("date DESC, id DESC")
    return SQL(
        """
        SELECT loan_id, (ARRAY_AGG(tier_id ORDER BY %(order)s)
                         FILTER (WHERE %(class_date)s <= %(date)s))[1] AS tier_id
          FROM carloan_loan_class WHERE %(scope)s GROUP BY loan_id
        """, order=order, class_date=as_of.class_date, date=as_of.date, scope=scope)


def get_borrower_changes(as_of):
    """(loan_id, partner_id): who owed the loans whose debt was transferred after the day."""
    standing = SQL("TRUE")
    if as_of.basis == 'value':
        standing = SQL(
            "t.reversal_of_id IS NULL AND NOT EXISTS ("
            "SELECT FROM carloan_transaction r WHERE r.reversal_of_id = t.id)")
    return SQL(
        """
        SELECT DISTINCT ON (t.loan_id) t.loan_id, (t.params->>(
               CASE WHEN t.reversal_of_id IS NULL THEN 'old_partner_id'
                    ELSE 'new_partner_id' END))::int AS partner_id
          FROM carloan_transaction t
         WHERE t.kind = 'debt_transfer' AND t.%(line_date)s > %(date)s AND %(standing)s
         ORDER BY t.loan_id, %(order)s
        """, line_date=as_of.line_date, date=as_of.date, standing=standing,
        order=SQL("t.id") if as_of.basis == 'booked' else SQL("t.value_date, t.id"))


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
