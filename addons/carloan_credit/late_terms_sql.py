"""The SQL twin of `loanmath.late_charges`: what has grown on a late instalment since its due date,
from its unpaid amounts times their days. A test with random portfolios compares the cents.
"""
from odoo.tools import SQL


def half_up(numerator, denominator, unit):
    """SQL of a non-negative fraction of currency rounded half up to whole units, exactly."""
    return SQL(
        "(div(2 * (%(n)s) + (%(d)s) * %(u)s, 2 * (%(d)s) * %(u)s) * %(u)s)",
        n=numerator, d=denominator, u=unit)


def down(numerator, denominator, unit):
    """The same rounded down."""
    return SQL(
        "(div(%(n)s, (%(d)s) * %(u)s) * %(u)s)", n=numerator, d=denominator, u=unit)


def get_late_columns(loan='l'):
    """Columns of a loan that `get_late_charges` reads, besides those of its instalment."""
    return SQL(
        """
        %(l)s.compound_interest AND COALESCE(%(l)s.late_base, 'principal') = 'principal'
            AS has_compound,
        %(l)s.late_base = 'instalment' AS on_instalment,
        %(l)s.annual_rate * %(l)s.penalty_ratio AS factor,
        NULLIF(%(l)s.late_ceiling_rate, 0) AS ceiling,
        COALESCE(%(l)s.late_fixed_fee, 0) AS fixed_fee,
        NULLIF(%(l)s.late_cap_percent, 0) AS cap_percent,
        NULLIF(%(l)s.late_cap_amount, 0) AS cap_amount,
        CASE WHEN %(l)s.day_count = 'act_365' THEN 36500 ELSE 36000 END AS year_days
        """, l=SQL.identifier(loan))


def get_late_charges(source):
    """All late charges of each instalment, posted or not: the columns of the source, and
    `late_penalty`, `late_compound`, `late_fee`. What is not set, is NULL and limits nothing.

    :param source: SQL of principal_amount, interest_amount, principal_days, interest_days (what
                   is unpaid times its days), unit (of the currency), the columns of
                   `get_late_columns` and any others; instalments past their grace only
    """
    return SQL(
        """
        SELECT capped.*, LEAST(penalty, penalty_cap) AS late_penalty,
               LEAST(compound, room - penalty_cap) AS late_compound,
               LEAST(fee, whole) AS late_fee
          FROM (
               SELECT r.*, room.room, CASE WHEN has_compound AND interest_amount <> 0
                      THEN %(share)s ELSE room.room END AS penalty_cap
                 FROM (
                      SELECT b.*, %(penalty)s AS penalty, %(compound)s AS compound,
                             %(fee)s AS fee, %(whole)s AS whole
                        FROM (
                             SELECT d.*, LEAST(factor, ceiling) AS rate,
                                    CASE WHEN on_instalment THEN principal_days + interest_days
                                         ELSE principal_days END AS penalty_days,
                                    CASE WHEN has_compound THEN interest_days ELSE 0 END
                                    AS compound_days
                               FROM (%(source)s) d) b) r
                CROSS JOIN LATERAL (
                      SELECT r.whole - LEAST(r.fixed_fee, r.whole) AS room) room) capped
        """,
        source=source,
        penalty=half_up(SQL("penalty_days * rate"), SQL("year_days"), SQL("unit")),
        compound=half_up(SQL("compound_days * rate"), SQL("year_days"), SQL("unit")),
        fee=SQL(
            """
            CASE WHEN penalty_days = 0 AND compound_days = 0 THEN 0
                 WHEN ceiling IS NULL THEN fixed_fee ELSE LEAST(fixed_fee, %s) END
            """, down(SQL("(penalty_days + compound_days) * (ceiling - rate)"),
                      SQL("year_days"), SQL("unit"))),
        whole=half_up(
            SQL("LEAST(cap_amount * 100, (principal_amount + interest_amount) * cap_percent)"),
            SQL("100"), SQL("unit")),
        share=down(
            SQL("room.room * principal_amount"), SQL("principal_amount + interest_amount"),
            SQL("unit")))
