"""Loans with their positions, schedules and classes, all from the plan."""
from odoo.addons.carloan_credit.models.carloan_loan_non_accrual import STOP_PARAMETER

from .plan import PERIODS


def make_loans(cr, company, wanted):
    terms = company.env['carloan.terms.mixin']._terms_field_names()
    cr.execute(f"""
        INSERT INTO carloan_loan (
            id, company_id, currency_id, {', '.join(terms)}, name, state, partner_id,
            origin_user_id, user_id, department_id, product_id, principal_amount, periods,
            annual_rate, contract_date, disbursement_date, maturity_date, settled_date,
            written_off_date, class_tier_id, principal_outstanding, interest_outstanding,
            penalty_outstanding, compound_outstanding, fee_outstanding, overpayment_amount,
            first_unpaid_due_date, next_due_date, non_accrual, create_uid, create_date,
            write_uid, write_date)
        SELECT p.n, %(company)s, %(currency)s, {', '.join(f'r.{name}' for name in terms)},
               'CL' || to_char(p.start_date, 'YYYYMM') || lpad(p.n::text, 7, '0'), p.state,
               q.partner_id, u.user_id, u.user_id, u.department_id, r.id, paid.amount,
               %(periods)s, paid.rate, CASE WHEN p.state <> 'draft' THEN p.start_date END,
               CASE WHEN disbursed THEN p.start_date END,
               CASE WHEN disbursed THEN {_due(PERIODS)} END,
               CASE WHEN p.state = 'settled' THEN {_due(PERIODS)} END,
               CASE WHEN p.state = 'written_off' THEN %(closing)s::date - 1 END,
               CASE WHEN disbursed THEN (
                   SELECT t.id FROM carloan_class_tier t
                    WHERE t.dpd_over < CASE WHEN missed_count > 0
                          THEN %(closing)s::date - 1 - {_due('p.paid_count + 1')} ELSE 0 END
                    ORDER BY t.dpd_over DESC LIMIT 1) END,
               CASE WHEN disbursed THEN paid.amount - paid.principal_sum
                    - CASE WHEN partial THEN round(first.principal / 2, 2) ELSE 0 END ELSE 0 END,
               CASE WHEN disbursed THEN due.interest_sum - paid.interest_sum
                    - CASE WHEN partial THEN first.interest ELSE 0 END ELSE 0 END,
               0, 0, 0, CASE WHEN overpaid THEN 100 ELSE 0 END,
               CASE WHEN disbursed AND p.paid_count < %(periods)s
                    THEN {_due('p.paid_count + 1')} END,
               CASE WHEN disbursed AND p.due_count < %(periods)s
                    THEN {_due('p.due_count + 1')} END,
               {_STOPPED}, %(uid)s, p.start_date, %(uid)s, p.start_date
          FROM bench_plan p
          JOIN bench_person q ON q.n = p.n
          JOIN bench_user u ON u.place = p.officer
          JOIN bench_product r ON r.place = p.product
          JOIN bench_template paid ON paid.template = p.template AND paid.number = p.paid_count
          JOIN bench_template due ON due.template = p.template AND due.number = p.due_count
          LEFT JOIN bench_template first
            ON first.template = p.template AND first.number = p.paid_count + 1
         ORDER BY p.n
        """, {
            'company': company.id, 'currency': company.currency_id.id, 'uid': company.env.uid,
            'closing': wanted['closing'], 'periods': PERIODS,
            'stop_days': _get_stop_days(company, wanted)})
    made = cr.rowcount
    cr.execute("SELECT setval('carloan_loan_id_seq', MAX(id)) FROM carloan_loan")
    return made


def make_instalments(cr, company, wanted):
    """Version 1 of each schedule; instalment `number` of the loan in place k of those disbursed
    has the id (k - 1) * 36 + number, so that the ledger needs no join to name it."""
    cr.execute("CREATE UNLOGGED TABLE bench_place (n int PRIMARY KEY, place int)")
    cr.execute("INSERT INTO bench_place SELECT n, row_number() OVER (ORDER BY n) "
               "FROM bench_plan WHERE disbursed")
    cr.execute("ANALYZE bench_place")
    cr.execute(
        """
        INSERT INTO carloan_schedule_version (
            id, loan_id, version, effective_date, booking_date, create_uid, create_date, write_uid,
            write_date)
        SELECT s.place, p.n, 1, p.start_date, p.start_date, %(uid)s, p.start_date, %(uid)s,
               p.start_date
          FROM bench_plan p JOIN bench_place s ON s.n = p.n ORDER BY s.place
        """, {'uid': company.env.uid})
    cr.execute(
        """
        INSERT INTO carloan_instalment (
            id, loan_id, version_id, number, start_date, due_date, principal_amount,
            interest_amount, paid_date)
        SELECT (s.place - 1) * %(periods)s + d.number, p.n, s.place, d.number, d.from_date,
               d.due_date, t.principal, t.interest,
               CASE WHEN d.number <= p.taken_count THEN taken.due_date
                    WHEN d.number <= p.paid_count THEN d.due_date END
          FROM bench_plan p
          JOIN bench_place s ON s.n = p.n
          JOIN LATERAL (
               SELECT *, lag(due_date) OVER (ORDER BY number) AS from_date FROM bench_date
                WHERE back = p.back AND day = p.day) d ON d.number > 0
          JOIN bench_date taken
            ON taken.back = p.back AND taken.day = p.day AND taken.number = p.taken_count
          JOIN bench_template t ON t.template = p.template AND t.number = d.number
        """, {'periods': PERIODS})
    made = cr.rowcount
    for table in ('carloan_schedule_version', 'carloan_instalment'):
        cr.execute(f"SELECT setval('{table}_id_seq', MAX(id)) FROM {table}")
    return made


def make_classes(cr, company, wanted):
    """Each loan starts in the best class; one that is overdue fell into those below, one by one."""
    cr.execute(f"""
        INSERT INTO carloan_loan_class (
            loan_id, date, booking_date, tier_id, days_overdue, source, user_id)
        SELECT c.n, c.since, c.since, c.tier_id, c.days, 'system', %(uid)s FROM (
               SELECT p.n, CASE WHEN t.dpd_over < 0 THEN p.start_date
                                ELSE {_due('p.paid_count + 1')} + t.dpd_over + 1 END AS since,
                      t.id AS tier_id, t.dpd_over + 1 AS days
                 FROM bench_plan p
                 JOIN carloan_class_tier t ON t.dpd_over < CASE WHEN missed_count > 0
                      THEN %(closing)s::date - 1 - {_due('p.paid_count + 1')} ELSE 0 END
                WHERE p.disbursed) c
         ORDER BY c.since, c.n
        """, {'uid': company.env.uid, 'closing': wanted['closing']})
    return cr.rowcount


def make_accruals(cr, company, wanted):
    """When the loans that bear no interest in the books stopped."""
    cr.execute(f"""
        INSERT INTO carloan_loan_accrual (
            loan_id, company_id, date, non_accrual, days_overdue, interest_outstanding,
            late_charges_outstanding, accrued_interest, user_id)
        SELECT p.n, %(company)s, {_due('p.paid_count + 1')} + %(stop_days)s + 1, TRUE,
               %(stop_days)s + 1, 0, 0, 0, %(uid)s
          FROM bench_plan p WHERE {_STOPPED}
        """, {
            'company': company.id, 'uid': company.env.uid, 'closing': wanted['closing'],
            'stop_days': _get_stop_days(company, wanted)})
    return cr.rowcount


def _get_stop_days(company, wanted):
    return company.env['carloan.parameter']._get(STOP_PARAMETER, wanted['closing'], company)


def _due(number):
    """SQL: the due date of an instalment of loan `p`; number 0 is the day of the disbursement."""
    return (f"(SELECT due_date FROM bench_date x WHERE x.back = p.back AND x.day = p.day "
            f"AND x.number = {number})")


_STOPPED = (f"(p.state = 'active' AND p.missed_count > 0 "
            f"AND {_due('p.paid_count + 1')} < %(closing)s::date - 1 - %(stop_days)s)")
