import logging
import os
import random
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from ..const import POSITION_AMOUNTS, POSITION_DATES
from .common import CreditCommon

_logger = logging.getLogger(__name__)
_UNDONE = ('repayment', 'waiver', 'write_off')
_METHODS = ('equal_instalment', 'equal_principal', 'interest_only')
_SHOWN = (*POSITION_AMOUNTS, *POSITION_DATES, 'overdue_principal', 'days_overdue', 'bucket',
          'class_tier_id', 'user_id', 'department_id')
_SUMS = (*POSITION_AMOUNTS, 'overdue_principal')


class AsOfCommon(CreditCommon):

    def _read_shown(self, loans, day):
        """What the screen shows of these loans while `day` is the business date."""
        today = self.company._get_business_date()
        self.company._set_business_date(day)
        shown = {}
        for loan in loans.filtered('disbursement_date'):
            values = {name: loan[name] for name in _SHOWN}
            shown[loan.id] = {
                name: value.id if hasattr(value, 'ids') else value
                for name, value in values.items()}
            shown[loan.id]['state'] = loan.state
        self.company._set_business_date(today)
        return shown

    def _normalize(self, row):
        """Amounts as Decimal, nothing as None, for rows of queries and of records alike."""
        return {
            name: to_decimal(row[name] or 0)
            if name in POSITION_AMOUNTS or name == 'overdue_principal' else row[name] or None
            for name in (*_SHOWN, 'state')}

    def _sum_up(self, loans, rows):
        """{cell: (loans, sums)} of the running loans of a day."""
        cells = {}
        for loan in loans:
            row = rows.get(loan.id)
            if not row or row['state'] != 'active':
                continue
            cell = (row['department_id'], loan.product_id.id, row['bucket'],
                    row['class_tier_id'])
            count, *sums = cells.get(cell, [0] * (len(_SUMS) + 1))
            cells[cell] = [count + 1] + [
                total + row[name] for total, name in zip(sums, _SUMS, strict=True)]
        return cells

    def _fetch_cube(self, day):
        return {
            (row.department_id.id, row.product_id.id, row.bucket, row.class_tier_id.id):
            [row.loan_count] + [to_decimal(row[name]) for name in _SUMS]
            for row in self.env['carloan.day.cube'].search([
                ('company_id', '=', self.company.id), ('date', '=', day)])}

    def _fetch_past_cube(self, day):
        """`_fetch_cube` of a day from the ledger, as if it had never been counted."""
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            self.env['carloan.day.cube']._get_past_figures_query(self.company, day))
        return {
            (row['department_id'], row['product_id'], row['bucket'], row['class_tier_id']):
            [row['loan_count']] + [to_decimal(row[name]) for name in _SUMS] for row in rows}

    def _fetch_book(self, day, basis='booked'):
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            self.env['carloan.loan']._get_book_query(day, basis, self.company))
        return {row['loan_id']: self._normalize(row) for row in rows}


@tagged('post_install', '-at_install')
class TestAsOfHistories(AsOfCommon):
    """What a past day is said to have been is what the screen showed at its close.

    `CARLOAN_SEED` repeats a history, `CARLOAN_HISTORIES` sets how many loans there are.
    """

    def test_past_days_are_what_the_loans_showed(self):
        seed = int(os.environ.get('CARLOAN_SEED') or random.randrange(10 ** 9))
        number = int(os.environ.get('CARLOAN_HISTORIES') or 12)
        rng = random.Random(seed)
        _logger.info("As of: seed %s, %s loans", seed, number)
        self.changes = 0
        loans, shown, day = self.env['carloan.loan'], {}, self.today
        last_acts = {}
        with self.subTest(seed=seed):
            for _number in range(number):
                loans |= self._create_loan(
                    principal_amount=rng.randint(100_000, 30_000_000) / 100,
                    periods=rng.randint(1, 6), annual_rate=rng.choice([0, 12, 24]),
                    method=rng.choice(_METHODS), grace_days=rng.choice([0, 3]))
            while day < date(2026, 9, 1):
                for loan in loans:
                    if day <= last_acts.setdefault(loan, self._get_last_act(rng)):
                        self._act(rng, loan)
                self._run_day_end(day)
                shown[day] = self._read_shown(loans, day)
                if rng.random() < 0.05:
                    self._compare(loans, shown)
                day += timedelta(days=rng.randint(1, 9))
                self.company._set_business_date(day)
            self._compare(loans, shown)
        _logger.info("As of: %s loans on %s days agree, %s changes", number, len(shown),
                     self.changes)

    def _get_last_act(self, rng):
        """Some borrowers pay to the end, some are not heard of any more."""
        return self.today + timedelta(days=rng.choice([400, 400, 60, 120, 180]))

    def _act(self, rng, loan):
        if loan.state == 'draft':
            if rng.random() < 0.5:
                today = self.company._get_business_date()
                self._disburse(loan, max(
                    loan.contract_date, today - timedelta(days=rng.choice([0, 0, 5]))))
        elif loan.state == 'active':
            rng.choice([
                self._pay, self._pay, self._pay, self._skip, self._skip, self._review,
                self._hand_over, self._change, self._change])(rng, loan)
        if loan.state in ('active', 'settled', 'written_off') and rng.random() < 0.15:
            self._undo(rng, loan)

    def _skip(self, rng, loan):
        pass

    def _pay(self, rng, loan):
        first, last = loan._get_value_date_range()
        due = to_decimal(loan.amount_due_today)
        amount = rng.choice([
            due, due / 2, due + 100, Decimal(rng.randint(1, 900000)) / 100,
            to_decimal(loan.principal_outstanding)])
        self._repay(
            loan, to_decimal(amount) or Decimal('0.01'),
            min(max(first, last - timedelta(days=rng.choice([0, 0, 1, 4, 30, 70]))), last))

    def _undo(self, rng, loan):
        """Any payment, waiver or write-off, also one that others followed: they are posted anew."""
        standing = loan.transaction_ids.filtered(
            lambda t: t == t.event_id and t.kind in _UNDONE and not t.reversal_of_id
            and not t.reversal_ids).sorted('id')
        if standing:
            with suppress(UserError), self.env.cr.savepoint():
                standing[rng.randrange(len(standing))]._reverse("Random")

    def _review(self, rng, loan):
        tiers = self.env['carloan.class.tier']._get_valid(self.today)
        loan._set_reviewed_class(
            tiers[rng.randrange(len(tiers))], self.company._get_business_date(), "Random")

    def _hand_over(self, rng, loan):
        loan.user_id = rng.choice([self.officer, self.branch_manager])

    def _change(self, rng, loan):
        """What the loan takes of changes today or some days ago; a refusal changes nothing."""
        first, last = loan._get_value_date_range()
        day = max(first, last - timedelta(days=rng.choice([0, 0, 9, 40])))
        act = rng.choice(['extend', 'rate', 'due_date', 'waive', 'prepay', 'pay_off', 'write_off'])
        with suppress(ValidationError), self.env.cr.savepoint():
            if act == 'extend':
                loan._change_terms('extend', day, "Random", periods=rng.randint(1, 4))
            elif act == 'rate':
                loan._change_terms('rate', day, "Random", rate=rng.choice([0, 6, 18]))
            elif act == 'due_date':
                loan._change_terms('due_date', day, "Random", due_date=day + timedelta(
                    days=rng.randint(1, 40)))
            elif act == 'waive':
                loan._waive({'interest': Decimal('1.00')}, day, "Random")
            elif act == 'prepay':
                loan._prepay(Decimal(rng.randint(100, 500000)) / 100, day, rng.choice(
                    ['lower', 'shorten', 'skip']), self.fund_account)
            elif act == 'pay_off':
                loan._pay_off(loan._get_payoff(day)['total'], day, self.fund_account)
            else:
                loan._write_off(day, "Random")
            self.changes += 1

    def _compare(self, loans, shown):
        for day, then in shown.items():
            expected = {id_: self._normalize(row) for id_, row in then.items()}
            for loan_id, row in loans._as_of(day).items():
                self.assertEqual(
                    self._normalize(row) if row['state'] else None, expected.get(loan_id),
                    f"loan {loan_id} on {day}")
            book = self._fetch_book(day)
            self.assertEqual(book, expected, f"the book on {day}")
            restated = {
                id_: self._normalize(row) for id_, row in loans._as_of(day, 'value').items()
                if row['state']}
            self.assertEqual(self._fetch_book(day, 'value'), restated, f"by value on {day}")
            cube = self._sum_up(loans, expected)
            self.assertEqual(self._fetch_cube(day), cube, f"cube {day}")
            self.assertEqual(self._fetch_past_cube(day), cube, f"cube of {day}, later")


@tagged('post_install', '-at_install')
class TestAsOf(AsOfCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()    # 15 January, 12 instalments of 8884.88
        cls._move_to(date(2026, 2, 20))

    def test_late_entry_changes_what_we_know_not_what_the_books_said(self):
        """Paid on the due date, entered five days later."""
        before = self.loan._as_of(date(2026, 2, 18))[self.loan.id]
        self.assertEqual(before['days_overdue'], 3)
        self._repay(self.loan, '8884.88', date(2026, 2, 15))
        booked = self.loan._as_of(date(2026, 2, 18))[self.loan.id]
        self.assertEqual(booked, before)
        restated = self.loan._as_of(date(2026, 2, 18), 'value')[self.loan.id]
        self.assertEqual(restated['days_overdue'], 0)
        self.assertEqual(restated['first_unpaid_due_date'], date(2026, 3, 15))
        self.assertEqual(restated['principal_outstanding'], Decimal('92115.12'))
        self.assertEqual(restated['interest_outstanding'], 0)

    def test_a_change_entered_late_before_another_counts_instalments_once(self):
        """Extended on 10 March; on 20 March a new rate from 18 February is entered."""
        self._move_to(date(2026, 3, 10))
        self.loan._change_terms('extend', date(2026, 3, 10), "Help", periods=3)
        self._move_to(date(2026, 3, 20))
        self.loan._change_terms('rate', date(2026, 2, 18), "LPR", rate=6.0)
        for day in (17, 18, 25):
            row = self.loan._as_of(date(2026, 2, day), 'value')[self.loan.id]
            self.assertEqual(row['principal_outstanding'], 100000)
            self.assertEqual(row['next_due_date'], date(2026, 3, 15))
        late = self.loan._as_of(date(2026, 3, 18), 'value')[self.loan.id]
        self.assertEqual(late, {
            **self.loan._as_of(date(2026, 3, 20), 'value')[self.loan.id],
            'date': date(2026, 3, 18), 'days_overdue': 31})
        march = self.loan.instalment_ids.filtered(lambda row: row.due_date == date(2026, 3, 15))
        self.assertEqual(
            late['overdue_principal'],
            to_decimal(self.loan.instalment_ids[0].principal_amount + march.principal_amount))

    def test_open_day_is_what_the_loan_shows_now(self):
        row = self.loan.with_user(self.officer).as_of('2026-02-20')[0]
        self.assertEqual(row['first_unpaid_due_date'], date(2026, 2, 15))
        self.assertEqual(row['days_overdue'], 5)
        self.assertEqual(row['bucket'], 'M1')
        self.assertEqual(row['overdue_principal'], 7884.88)
        self.assertEqual(row['interest_outstanding'], 1000)
        self.assertEqual(row['user_id'], (self.officer.id, self.officer.name))
        self.assertEqual(row['state'], 'active')

    def test_loan_paid_out_later_is_not_in_the_book(self):
        later = self._create_active_loan()
        row = (self.loan | later).as_of('2026-02-19')[1]
        self.assertEqual((row['state'], row['principal_outstanding']), (False, 0))
        self.assertEqual(list(self._fetch_book(date(2026, 2, 19))), self.loan.ids)

    def test_past_figures_stay_with_who_had_the_loan(self):
        self._move_to(date(2026, 2, 25))
        self.loan.user_id = self.branch_manager
        self.assertEqual(self.loan.as_of('2026-02-24')[0]['user_id'][0], self.officer.id)
        self.assertEqual(self.loan.as_of('2026-02-25')[0]['user_id'][0], self.branch_manager.id)
        handover = self.loan.handover_ids
        self.assertEqual(handover.old_user_id, self.officer)
        self.assertEqual(handover.new_user_id, self.branch_manager)

    def test_days_outside_the_books_are_refused(self):
        loan = self.loan.with_user(self.officer)
        for value in ('2026-02-21', '2026-01-14', '1900-01-01', '9999-12-31'):
            with self.assertRaisesRegex(ValidationError, '2026-01-15.*2026-02-20'):
                loan.as_of(value)

    def test_what_is_no_day_is_refused(self):
        for value in (None, False, True, 7, 2.5, '', 'today', '2026-02-30', '2026-2-1',
                      '20260201', '2026-02-01 00:00:00', ['2026-02-01'], {'day': 1}):
            with self.assertRaisesRegex(ValidationError, 'is not a day'):
                self.loan.with_user(self.officer).as_of(value)
        for basis in (None, 'guess', 1, ['booked']):
            with self.assertRaisesRegex(ValidationError, 'is not a basis'):
                self.loan.with_user(self.officer).as_of('2026-02-20', basis)

    def test_lender_without_entries_has_no_past(self):
        company = self._create_lender("New Lender")
        with self.assertRaisesRegex(ValidationError, 'no entry'):
            self.env['carloan.loan']._get_book_query('2026-01-15', 'booked', company)

    def test_nobody_sees_the_past_of_a_loan_that_is_not_his(self):
        stranger = self._create_user('as_of_stranger', 'officer')
        with self.assertRaises(AccessError):
            self.loan.with_user(stranger).as_of('2026-02-20')
        self.assertEqual(
            self.env['carloan.loan'].with_user(stranger).search_as_of('2026-02-20'), [])
        rows = self.env['carloan.loan'].with_user(self.officer).search_as_of(
            '2026-02-20', [('days_overdue', '>', 0)])
        self.assertEqual([row['id'] for row in rows], self.loan.ids)

    def test_one_loan_and_many_take_the_same_queries(self):
        loans = self.loan | self._create_active_loan() | self._create_active_loan()
        self.loan._as_of('2026-02-20')
        self.env.flush_all()
        with self.assertQueryCount(3):
            loans._as_of('2026-02-20')
