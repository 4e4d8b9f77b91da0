from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from .history_common import HistoryCommon

DUE, BETWEEN = date(2026, 3, 15), date(2026, 3, 20)


@tagged('post_install', '-at_install')
class TestRearrange(HistoryCommon):
    """100,000 at 12 % over 12 months from 15 January: 8,884.88 a month. Nothing is paid; on
    15 March 15,848.61 of principal and 1,921.15 of interest are due, 84,151.39 is not."""

    def _make(self, day=DUE, **values):
        loan = self._create_active_loan(**values)
        self._live(self.company, loan, [], day)
        return loan

    def _get_ahead(self, loan, day=DUE):
        """(due date, principal, interest) as text."""
        return [
            (str(row.due_date), f'{row.principal_amount:.2f}', f'{row.interest_amount:.2f}')
            for row in loan.instalment_ids.sorted('due_date') if row.due_date > day]

    def _check_sums(self, loan):
        self.assertFalse(loan._check_integrity())
        self.assertEqual(
            to_decimal(sum(loan.instalment_ids.mapped(
                lambda row: row.principal_amount + sum(row.env['carloan.transaction.line'].search([
                    ('instalment_id', '=', row.id), ('component', '=', 'principal')]).mapped(
                        'amount'))))), to_decimal(loan.principal_outstanding))

    def test_interest_becomes_principal(self):
        """(84,151.39 + 1,921.15) × 1 % / (1 − 1.01^-10) = 9,087.72, of it 860.73 interest."""
        loan = self._make()
        loan._capitalise(DUE, "Agreed")
        self.assertEqual(self._get_ahead(loan)[0], ('2026-04-15', '8226.99', '860.73'))
        self.assertRecordValues(loan, [{
            'interest_outstanding': 0, 'principal_outstanding': 101921.15, 'days_overdue': 28}])
        self.assertEqual(loan.schedule_version_ids.mapped('version'), [2, 1])
        self._check_sums(loan)
        self.assertEqual(loan._as_of(DUE - timedelta(days=1))[loan.id]['principal_outstanding'],
                         100000)
        why = loan.explain('principal_outstanding')
        self.assertIn(("Capitalisation", '1,921.15'), [
            (row['text'], row['result']) for row in why['rows']])

    def test_capitalised_interest_bears_interest_from_the_day_on(self):
        """26 of the 31 days: (84,151.39 + 1,921.15 × 26 / 31) × 1 % = 857.63."""
        loan = self._make(BETWEEN)
        loan._capitalise(BETWEEN, "Agreed")
        self.assertEqual(self._get_ahead(loan)[0][2], '857.63')
        self._check_sums(loan)

    def test_late_charges_and_fees_can_become_principal_too(self):
        """Penalty 7,884.88 × 18 % × 33 / 360 + 7,963.73 × 18 % × 5 / 360 = 130.10 + 19.91; the
        compound interest of 16.50 + 2.30 stays."""
        loan = self._make(BETWEEN)
        loan._charge_fee(200, BETWEEN, "Copies")
        loan._capitalise(BETWEEN, "Agreed", ('fee', 'penalty'))
        self.assertRecordValues(loan, [{
            'penalty_outstanding': 0, 'fee_outstanding': 0, 'compound_outstanding': 18.80,
            'interest_outstanding': 1921.15, 'principal_outstanding': 100350.01}])

    def test_reamortise_to_the_same_end(self):
        """100,000 × 1 % / (1 − 1.01^-10) = 10,558.21; the overdue interest with the next one:
        1,000.00 + 1,921.15."""
        loan = self._make()
        loan._reamortise(DUE, "Help")
        ahead = self._get_ahead(loan)
        self.assertEqual(ahead[0], ('2026-04-15', '9558.21', '2921.15'))
        self.assertEqual(len(ahead), 10)
        self.assertRecordValues(loan, [{
            'days_overdue': 0, 'interest_outstanding': 0, 'principal_outstanding': 100000,
            'first_unpaid_due_date': date(2026, 4, 15), 'maturity_date': date(2027, 1, 15)}])
        self._check_sums(loan)

    def test_reamortise_by_the_same_instalment(self):
        """100,000 at 8,884.88 a month takes 12 months again: the end moves from January to
        March."""
        loan = self._make()
        loan._reamortise(DUE, "Help", 'instalment')
        ahead = self._get_ahead(loan)
        self.assertEqual(ahead[0], ('2026-04-15', '7884.88', '2921.15'))
        self.assertEqual(ahead[-1][0], '2027-03-15')
        self.assertEqual(loan.maturity_date, date(2027, 3, 15))
        self._check_sums(loan)

    def test_reamortise_equal_principal_by_the_same_part(self):
        """8,333.33 a month and the cents with the last: 12 more."""
        loan = self._make(BETWEEN, method='equal_principal')
        loan._reamortise(BETWEEN, "Help", 'instalment')
        self.assertEqual({row[1] for row in self._get_ahead(loan)[:-1]}, {'8333.33'})
        self.assertEqual(loan.maturity_date, date(2027, 3, 15))
        self._check_sums(loan)

    def test_reage_with_overdue_interest_in_the_first_instalment(self):
        """100,000 × 1 % / (1 − 1.01^-6) = 17,254.84."""
        loan = self._make()
        loan._reage(DUE, date(2026, 4, 15), 6, "New start")
        ahead = self._get_ahead(loan)
        self.assertEqual(ahead[0], ('2026-04-15', '16254.84', '2921.15'))
        self.assertEqual((len(ahead), loan.days_overdue), (6, 0))
        self._check_sums(loan)

    def test_reage_waives_interest(self):
        loan = self._make(BETWEEN)
        loan._reage(BETWEEN, date(2026, 4, 20), 6, "New start", 'waive')
        self.assertEqual(self._get_ahead(loan)[0], ('2026-04-20', '16254.84', '1000.00'))
        waived = loan.transaction_ids.filtered(lambda row: row.kind == 'waiver')
        self.assertEqual(waived.amount, -1921.15)
        self.assertEqual(loan.interest_outstanding, 0)

    def test_reage_in_equal_parts(self):
        """1,921.15 and 84,151.39 × 12 % × 5 / 360 = 140.25 of the running days, over 6."""
        loan = self._make(BETWEEN)
        loan._reage(BETWEEN, date(2026, 5, 1), 6, "New start", 'equal')
        ahead = self._get_ahead(loan)
        self.assertEqual(ahead[0], ('2026-05-01', '16666.67', '343.57'))
        self.assertEqual(ahead[5], ('2026-10-01', '16666.65', '343.55'))

    def test_reage_in_equal_parts_with_all_interest(self):
        """All interest of the loan, 6,618.53, over 6."""
        loan = self._make()
        loan._reage(DUE, date(2026, 5, 1), 6, "New start", 'equal_full')
        self.assertEqual(self._get_ahead(loan)[0][2], '1103.09')
        self.assertEqual(self._get_ahead(loan)[5][2], '1103.08')

    def test_reage_after_the_last_instalment(self):
        loan = self._make(date(2026, 2, 20), periods=1)
        with self.assertRaisesRegex(ValidationError, "no instalment falls due"), \
                self.cr.savepoint():
            loan._reamortise(date(2026, 2, 20), "Too late")
        loan._reage(date(2026, 2, 20), date(2026, 3, 20), 2, "New start")
        ahead = self._get_ahead(loan, date(2026, 2, 20))
        self.assertEqual(ahead[0], ('2026-03-20', '49751.24', '2000.00'))
        self.assertEqual(loan.maturity_date, date(2026, 4, 20))

    def test_principal_not_yet_due_is_given_up(self):
        """64,151.39 × 1 % / (1 − 1.01^-10) = 6,773.24."""
        loan = self._make()
        loan._waive_future_principal(20000, DUE, "Settlement")
        self.assertEqual(self._get_ahead(loan)[0], ('2026-04-15', '6131.73', '641.51'))
        self.assertEqual(loan.principal_outstanding, 80000)
        self._check_sums(loan)

    def test_the_days_before_principal_was_given_up_bear_interest_on_all_of_it(self):
        """641.51 and 20,000 × 12 % × 5 / 360 = 33.33."""
        loan = self._make(BETWEEN)
        loan._waive_future_principal(20000, BETWEEN, "Settlement")
        self.assertEqual(self._get_ahead(loan)[0][2], '674.84')

    def test_charge_off_leaves_the_claim(self):
        loan = self._make(BETWEEN)
        before = self._get_ahead(loan)
        fact = loan._charge_off(BETWEEN, "Lost")
        self.assertRecordValues(loan, [{
            'state': 'active', 'charged_off_date': BETWEEN, 'principal_outstanding': 100000}])
        self.assertEqual(self._get_ahead(loan), before)
        with self.assertRaisesRegex(ValidationError, "has been charged off on 2026-03-20"), \
                self.cr.savepoint():
            loan._charge_off(BETWEEN, "Again")
        self._repay(loan, 100, BETWEEN)
        fact._reverse("Wrong")
        self.assertFalse(loan.charged_off_date)
        self._check_sums(loan)

    def test_charge_off_without_further_interest(self):
        """Five days of interest on 84,151.39: 140.25; then none."""
        loan = self._make(BETWEEN)
        loan._charge_off(BETWEEN, "Lost", 'zero_interest')
        interest = [row[2] for row in self._get_ahead(loan)]
        self.assertEqual(interest, ['140.25', *['0.00'] * 9])
        self._check_sums(loan)

    def test_charge_off_that_calls_the_loan(self):
        loan = self._make(BETWEEN)
        fact = loan._charge_off(BETWEEN, "Lost", 'accelerate')
        self.assertFalse(self._get_ahead(loan, BETWEEN))
        due = loan.instalment_ids.filtered(lambda row: row.due_date == BETWEEN)
        self.assertEqual((due.principal_amount, due.interest_amount), (84151.39, 140.25))
        self.assertEqual(loan.maturity_date, date(2027, 1, 15))
        fact._reverse("Wrong")
        self.assertEqual(len(self._get_ahead(loan)), 10)
        self.assertEqual(len(loan.schedule_version_ids), 3)

    def test_entered_late_and_undone_like_straight(self):
        for name, act in (
                ('capitalise', lambda loan: loan._capitalise(DUE, "X")),
                ('end', lambda loan: loan._reamortise(DUE, "X")),
                ('instalment', lambda loan: loan._reamortise(DUE, "X", 'instalment')),
                ('reage', lambda loan: loan._reage(DUE, date(2026, 4, 10), 5, "X")),
                ('equal', lambda loan: loan._reage(DUE, date(2026, 4, 10), 5, "X", 'equal')),
                ('waive', lambda loan: loan._reage(DUE, date(2026, 4, 10), 5, "X", 'waive')),
                ('lost', lambda loan: loan._charge_off(DUE, "X", 'zero_interest')),
                ('called', lambda loan: loan._charge_off(DUE, "X", 'accelerate')),
                ('forgive', lambda loan: loan._waive_future_principal(5000, DUE, "X"))):
            savepoint = self.cr.savepoint()
            with self.subTest(act=name):
                self._check_late(act)
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _check_late(self, act):
        """The act is entered late, then a payment before it and one after it; then a second act is
        made and undone."""
        loan, twin = self._create_twins()
        day, done = date(2026, 4, 1), []
        self._live(self.company, loan, [
            (BETWEEN, lambda: self._repay(loan, 3000, BETWEEN)),
            (date(2026, 3, 22), lambda: act(loan)),
            (day, lambda: done.append(
                loan._change_terms('extend', day, "Wrong", periods=2)
                if loan.next_due_date else loan._charge_fee(50, day, "Wrong"))),
            (date(2026, 4, 2), lambda: done[0]._reverse("Wrong")),
            (date(2026, 4, 18), lambda: self._repay(loan, 8884.88, date(2026, 2, 15)))],
            date(2026, 4, 20))
        self._live(self.straight_company, twin, [
            (date(2026, 2, 15), lambda: self._pay_straight(twin, 8884.88, date(2026, 2, 15))),
            (DUE, lambda: act(twin)),
            (BETWEEN, lambda: self._pay_straight(twin, 3000, BETWEEN))], date(2026, 4, 20))
        self._assert_same_history(loan, twin)

    def test_bad_input_is_refused_with_the_range(self):
        loan = self._make()
        flat = self._create_active_loan(value_date=DUE, method='bullet', periods=3)
        for act, message in (
                (lambda: loan._capitalise(DUE, "X", ('principal',)), "interest, penalty"),
                (lambda: loan._capitalise(DUE, "X", ()), "allowed: interest"),
                (lambda: loan._capitalise(DUE, "X", ('fee',)), "nothing of this is due"),
                (lambda: loan._capitalise(DUE + timedelta(days=1), "X"), "is allowed"),
                (lambda: loan._reamortise(DUE, "X", 'middle'), "allowed: end, instalment"),
                (lambda: loan._reage(DUE, DUE, 6, "X"), "a day after"),
                (lambda: loan._reage(DUE, date(2027, 3, 16), 6, "X"), "up to 2027-03-15"),
                (lambda: loan._reage(DUE, BETWEEN, 0, "X"), "1 to 600"),
                (lambda: loan._reage(DUE, BETWEEN, 601, "X"), "1 to 600"),
                (lambda: loan._reage(DUE, BETWEEN, 6, "X", 'some'), "normal, equal"),
                (lambda: loan._waive_future_principal(84151.39, DUE, "X"), "less than 84151.39"),
                (lambda: loan._charge_off(DUE, "X", 'never'), "untouched, zero_interest"),
                (lambda: loan._waive_future_principal(0, DUE, "X"), "above zero"),
                (lambda: flat._reamortise(DUE, "X"), "cannot be changed"),
                (lambda: self._create_loan()._capitalise(DUE, "X"), "To Sign")):
            with self.subTest(message=message), self.assertRaisesRegex(ValidationError, message), \
                    self.cr.savepoint():
                act()
        self.assertEqual(len(loan.schedule_version_ids), 1)
