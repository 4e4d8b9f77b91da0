from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .history_common import HistoryCommon

DUE = date(2026, 3, 15)


@tagged('post_install', '-at_install')
class TestChanges(HistoryCommon):
    """100,000 at 12 % over 12 months from 15 January: 8,884.88 a month.

    Each change is made on its day, and late: before it and after it something was entered with an
    earlier value date. Both must give the same.
    """

    def _act(self, loan, fund_account, name, day):
        """The acts that the tests enter on their day or late."""
        acts = {
            'pay': lambda: self._pay(loan, fund_account, 8884.88, day),
            'some': lambda: self._pay(loan, fund_account, 3000, day),
            'lower': lambda: loan._prepay(40000, day, 'lower', fund_account),
            'shorten': lambda: loan._prepay(40000, day, 'shorten', fund_account),
            'skip': lambda: loan._prepay(40000, day, 'skip', fund_account),
            'payoff': lambda: loan._pay_off(
                loan._get_payoff(day)['total'], day, fund_account),
            'rate': lambda: loan._change_terms('rate', day, "LPR", rate=6.0),
            'extend': lambda: loan._change_terms('extend', day, "Help", periods=3),
            'move': lambda: loan._change_terms(
                'due_date', day, "Pay day", due_date=date(2026, 4, 25)),
            'waive': lambda: loan._waive({'penalty': 5, 'interest': 100}, day, "Goodwill"),
            'fee': lambda: loan._charge_fee(120, day, "Copies"),
            'write_off': lambda: loan._write_off(day, "Gone"),
        }
        acts[name]()

    def _pay(self, loan, fund_account, amount, day):
        self._pay_straight(loan, amount, day) if loan.company_id == self.straight_company else (
            self._repay(loan, amount, day))

    def _compare(self, late, straight, until, **values):
        loan, twin = self._create_twins(**values)
        self._live(self.company, loan, [
            (day, lambda name=name, value=value: self._act(loan, self.fund_account, name, value))
            for day, name, value in late], until)
        self._live(self.straight_company, twin, [
            (day, lambda name=name, day=day: self._act(
                twin, self.straight['fund_account'], name, day))
            for day, name in straight], until)
        self._assert_same_history(loan, twin)
        return loan

    def _check_late(self, name, until=date(2026, 4, 20), day=DUE):
        """The change is entered late, and then a payment from before it."""
        return self._compare(
            [(date(2026, 3, 20), 'some', date(2026, 3, 20)), (date(2026, 3, 22), name, day),
             (date(2026, 4, 18), 'pay', date(2026, 2, 15))],
            [(date(2026, 2, 15), 'pay'), (day, name), (date(2026, 3, 20), 'some')], until)

    def test_who_waits_for_the_loan_notices_a_change_that_moves_no_balance(self):
        """PostgreSQL lets a transaction that waited for a row go on with what it saw before, if
        that row is the same as then."""
        loan, _twin = self._create_twins()
        today = loan.company_id._get_business_date()
        before = self._read_place(loan), loan.interest_outstanding, loan.principal_outstanding
        loan._change_terms('rate', today, "LPR", rate=6.0)
        self.assertEqual((loan.interest_outstanding, loan.principal_outstanding), before[1:])
        self.assertNotEqual(self._read_place(loan), before[0])

    def _read_place(self, loan):
        self.env.flush_all()
        self.env.cr.execute("SELECT ctid FROM carloan_loan WHERE id = %s", [loan.id])
        return self.env.cr.fetchone()[0]

    def test_part_prepayment_lowers_the_instalments(self):
        loan = self._check_late('lower')
        self.assertEqual(max(loan.instalment_ids.mapped('number')), 13)
        self.assertEqual(loan.schedule_version_ids.mapped('version'), [3, 2, 1])
        self.assertEqual(loan.maturity_date, date(2027, 1, 15))

    def test_part_prepayment_shortens_the_loan(self):
        self.assertLess(self._check_late('shorten').maturity_date, date(2026, 12, 1))

    def test_part_prepayment_pays_the_next_instalments_first(self):
        loan = self._check_late('skip')
        april = loan.instalment_ids.filtered(lambda row: row.due_date == date(2026, 4, 15))
        self.assertEqual(april.principal_amount, 0)

    def test_prepaying_twice_without_interest_leaves_no_day_without_a_period(self):
        """Instalments that ask for nothing fall away; a later rate needs their days."""
        again = date(2026, 3, 25)
        loan = self._compare(
            [(DUE, 'skip', DUE), (again, 'skip', again)], [(DUE, 'skip'), (again, 'skip')],
            date(2026, 4, 20), annual_rate=0.0)
        rows = loan.instalment_ids.sorted(lambda row: (row.due_date, row.number))
        self.assertEqual(rows.mapped('start_date')[1:], rows.mapped('due_date')[:-1])

    def test_change_of_rate(self):
        loan = self._check_late('rate')
        april = loan.instalment_ids.filtered(lambda row: row.due_date == date(2026, 4, 15))
        left = sum(loan.instalment_ids.filtered(
            lambda row: row.due_date > DUE).mapped('principal_amount'))
        self.assertAlmostEqual(april.interest_amount, left * 0.06 / 12, 1)

    def test_change_of_rate_within_a_period(self):
        self._check_late('rate', day=date(2026, 3, 17))

    def test_extension(self):
        self.assertEqual(self._check_late('extend').maturity_date, date(2027, 4, 15))

    def test_move_of_due_dates(self):
        loan = self._check_late('move')
        self.assertEqual(loan.next_due_date, date(2026, 4, 25))

    def test_waiver_and_fee(self):
        self._compare(
            [(date(2026, 3, 20), 'some', date(2026, 3, 20)),
             (date(2026, 3, 25), 'waive', date(2026, 3, 18)),
             (date(2026, 3, 26), 'fee', date(2026, 3, 16))],
            [(date(2026, 3, 16), 'fee'), (date(2026, 3, 18), 'waive'),
             (date(2026, 3, 20), 'some')], date(2026, 3, 27))

    def test_early_settlement_pays_what_the_quote_says(self):
        loan = self._create_active_loan()
        self._live(self.company, loan, [], date(2026, 2, 25))
        quote = loan._quote_payoff(date(2026, 2, 25))
        self.assertEqual(
            {name: str(quote[name]) for name in ('principal', 'interest', 'penalty', 'compound')},
            {'principal': '100000.00', 'interest': '1307.05', 'penalty': '39.42',
             'compound': '5.00'})
        with self.assertRaisesRegex(ValidationError, str(quote['total'])):
            loan._pay_off(quote['total'] - 1, date(2026, 2, 25), self.fund_account)
        loan._pay_off(quote['total'], date(2026, 2, 25), self.fund_account)
        self.assertRecordValues(loan, [{
            'state': 'settled', 'settled_date': date(2026, 2, 25), 'overpayment_amount': 0,
            'principal_outstanding': 0, 'first_unpaid_due_date': False}])
        self.assertFalse(loan._check_integrity())

    def test_a_payment_before_an_early_settlement_leaves_money_over(self):
        loan = self._create_active_loan()
        self._live(self.company, loan, [
            (DUE, lambda: loan._pay_off(105000, DUE, self.fund_account)),
            (date(2026, 3, 20), lambda: None)], date(2026, 3, 20))
        self.assertRecordValues(loan, [{'state': 'settled', 'settled_date': DUE}])
        self.assertGreater(loan.overpayment_amount, 0)

    def test_undoing_an_early_settlement_brings_the_schedule_back(self):
        loan, twin = self._create_twins()
        done = []
        self._live(self.company, loan, [
            (DUE, lambda: done.append(loan._pay_off(105000, DUE, self.fund_account))),
            (date(2026, 3, 20), lambda: done[0]._reverse("Bounced"))], date(2026, 4, 20))
        self._live(self.straight_company, twin, [], date(2026, 4, 20))
        self.assertEqual(loan.state, 'active')
        self._assert_same_history(loan, twin)
        self.assertEqual(len(loan.schedule_version_ids), 3)

    def test_write_off_and_recovery(self):
        loan = self._compare(
            [(date(2026, 3, 25), 'write_off', DUE)], [(DUE, 'write_off')], date(2026, 4, 20))
        self.assertRecordValues(loan, [{
            'state': 'written_off', 'written_off_date': DUE, 'principal_outstanding': 0}])
        with self.assertRaisesRegex(ValidationError, "Written Off.*takes no repayment"):
            self._repay(loan, 100)
        with self.assertRaisesRegex(ValidationError, "of the claim"):
            loan._recover(1000000, date(2026, 4, 20), self.fund_account)
        claim = loan._get_claim_left()
        loan._recover(500, date(2026, 4, 20), self.fund_account)
        self.assertEqual(sum(claim.values()) - sum(loan._get_claim_left().values()), 500)
        self.assertRecordValues(loan, [{'state': 'written_off', 'principal_outstanding': 0}])

    def test_bad_input_is_refused_with_the_range(self):
        loan = self._create_active_loan()
        self._live(self.company, loan, [], date(2026, 3, 20))
        day = date(2026, 3, 20)
        for act, message in (
                (lambda: loan._quote_payoff(date(2026, 3, 19)), "2026-03-20.*2027-01-15"),
                (lambda: loan._charge_fee(1.005, day, "X"), "two decimals"),
                (lambda: loan._charge_fee(0, day, "X"), "above zero"),
                (lambda: loan._waive({'penalty': 10000}, day, "X"), "0.01 to .* is due"),
                (lambda: loan._change_terms('rate', day, "X", rate=101), "100 %"),
                (lambda: loan._change_terms('extend', day, "X", periods=0), "1 to 600"),
                (lambda: loan._change_terms('due_date', day, "X", due_date=day), "a day after"),
                (lambda: loan._change_terms('rate', date(2026, 3, 21), "X", rate=5), "allowed"),
                (lambda: loan._change_terms('rate', date(2026, 1, 14), "X", rate=5), "allowed"),
                (lambda: loan._prepay(500000, day, 'lower', self.fund_account), "lies between"),
                (lambda: loan._prepay(100, day, 'lower', self.fund_account), "lies between"),
                (lambda: loan._recover(100, day, self.fund_account), "Written Off"),
                (lambda: self._create_loan()._write_off(day, "X"), "To Sign")):
            with self.subTest(message=message), self.assertRaisesRegex(ValidationError, message), \
                    self.cr.savepoint():
                act()
        self.assertEqual(len(loan.schedule_version_ids), 1)
