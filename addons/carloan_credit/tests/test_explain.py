from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.carloan_base.money import to_decimal

from .common import CreditCommon

_BALANCES = ('principal_outstanding', 'interest_outstanding', 'penalty_outstanding',
             'compound_outstanding', 'fee_outstanding', 'overpayment_amount')


@tagged('post_install', '-at_install')
class TestExplain(CreditCommon):
    """Every explanation ends with the number that the screen shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 100,000 at 12 % from 15 January, 12 instalments of 8884.88; the first one is late
        cls.loan = cls._create_active_loan().with_user(cls.officer)
        cls._move_to(date(2026, 2, 25))

    def _rows(self, explanation, kind='step'):
        return [(row['text'], row['formula'], row['result']) for row in explanation['rows']
                if row['kind'] == kind]

    def test_interest_of_an_instalment(self):
        second = self.loan.instalment_ids[1]
        why = self.loan.explain('instalment_interest', second.id)
        self.assertEqual(why['amount'], second.interest_amount)
        self.assertEqual(self._rows(why, 'total'), [(
            "Interest, rounded to the cent", "92,115.12 × 12 % × 1/12 = 921.151200", "921.15")])
        self.assertIn({'text': "Months of a year in interest: 12",
                       'source': "Interest rules, PBoC 2005 No. 129"}, why['rules'])
        first = self.loan.instalment_ids[0]
        lines = self.env['carloan.transaction.line'].browse(
            self.loan.explain('instalment_interest', first.id)['line_ids'])
        self.assertRecordValues(lines, [{'kind': 'due', 'amount': 1000}])

    def test_late_charges_today(self):
        """Ten days: 7884.88 and 1000.00 at 18 % a year."""
        why = self.loan.explain('late_charges_to_date')
        self.assertEqual(why['amount'], self.loan.late_charges_to_date)
        self.assertEqual(self._rows(why), [
            ("Overdue 2026-02-15 – 2026-02-25", "7,884.88 × 10 days", "78,848.80"),
            ("Charged since the due date", "78,848.80 × 12 % × 150 % ÷ 360", "39.42"),
            ("Unpaid", "", "39.42"),
            ("Overdue 2026-02-15 – 2026-02-25", "1,000.00 × 10 days", "10,000.00"),
            ("Charged since the due date", "10,000.00 × 12 % × 150 % ÷ 360", "5.00"),
            ("Unpaid", "", "5.00")])
        self.assertEqual(self._rows(why, 'total'), [("Total", "", "44.42")])
        self.assertIn("PBoC 2003 No. 251", [rule['source'] for rule in why['rules']])

    def test_late_charges_after_a_part_payment(self):
        """The payment shortens what bears the charge; what it paid is taken off."""
        self._repay(self.loan.sudo(), '3044.42')
        self._move_to(date(2026, 3, 2))
        why = self.loan.explain('late_charges_to_date', self.loan.instalment_ids[0].id)
        self.assertEqual(why['amount'], self.loan.late_charges_to_date)
        formulas = [formula for _text, formula, _result in self._rows(why)]
        self.assertIn("-2,000.00 × 5 days", formulas)
        self.assertTrue(any(text == "Not in the ledger yet" and formula.endswith(" − 39.42")
                            for text, formula, _result in self._rows(why)))

    def test_balances_and_dues_end_with_the_shown_number(self):
        self._repay(self.loan.sudo(), '5000')
        self._move_to(date(2026, 3, 20))
        self._repay(self.loan.sudo(), '20000')
        for figure in (*_BALANCES, 'days_overdue', 'amount_due_today', 'late_charges_to_date'):
            why = self.loan.explain(figure)
            shown = self.loan[figure]
            self.assertEqual(why['amount'], shown, figure)
            self.assertEqual(
                to_decimal(self._rows(why, 'total')[0][2].replace(',', '')), to_decimal(shown))
            if figure in (*_BALANCES, 'amount_due_today'):
                self.assertEqual(
                    max(sum(to_decimal(result.replace(',', ''))
                            for _text, _formula, result in self._rows(why)), to_decimal(0)),
                    to_decimal(shown), figure)
        lines = self.env['carloan.transaction.line'].browse(
            self.loan.explain('principal_outstanding')['line_ids'])
        self.assertEqual(to_decimal(sum(lines.mapped('amount'))),
                         to_decimal(self.loan.principal_outstanding))

    def test_payoff_today(self):
        why = self.loan.explain('payoff_today')
        quote = self.loan.sudo()._quote_payoff(date(2026, 2, 25))
        self.assertEqual(why['amount'], float(quote['total']))
        rows = self._rows(why)
        self.assertEqual(
            sum(to_decimal(result.replace(',', '')) for _text, _formula, result in rows),
            quote['total'])
        self.assertEqual(rows[0], (
            "Principal", "7,884.88 due + 92,115.12 not due yet", "100,000.00"))
        self.loan.sudo()._write_off(date(2026, 2, 25), "Lost")
        with self.assertRaisesRegex(ValidationError, 'a quote for 2026-02-25 is not possible'):
            self.loan.explain('payoff_today')

    def test_every_instalment_of_every_method_is_explained(self):
        for method in ('equal_instalment', 'equal_principal', 'interest_only', 'flat'):
            loan = self._create_active_loan(method=method, periods=6)
            for instalment in loan.instalment_ids:
                why = loan.explain('instalment_interest', instalment.id)
                self.assertEqual(why['amount'], instalment.interest_amount)
                self.assertEqual(why['rows'][-1]['text'], "Interest, rounded to the cent")

    def _explain_last(self, loan, number):
        """The explanation of the interest of the live instalment of a number."""
        instalment = loan.instalment_ids.filtered(lambda row: row.number == number)
        why = loan.explain('instalment_interest', instalment.id)
        self.assertEqual(why['amount'], instalment.interest_amount)
        self.assertEqual(why['rows'][-1]['result'], f'{instalment.interest_amount:,.2f}')
        return why

    def test_a_new_rate_within_a_period_is_explained_by_its_days(self):
        """6 % from 25 February: 10 days of the period of March at 12 %, 18 of 28 at 6 %."""
        self.loan.sudo()._change_terms('rate', date(2026, 2, 25), "LPR", rate=6.0)
        why = self._explain_last(self.loan, 2)
        self.assertEqual(
            self._rows(why, 'head'), [("Version 2 of 2026-02-25: annual rate 6 %", "", "")])
        self.assertEqual(self._rows(why), [
            ("Principal before the instalment", "2026-02-15 – 2026-03-15", "92,115.12"),
            ("12 % from 2026-02-15 to 2026-02-25", "Annual rate / 12 per month, 10 days", "5/168"),
            ("6 % from 2026-02-25 to 2026-03-15", "Annual rate / 12 per month, 18 days", "3/56")])
        self.assertEqual(self._rows(why, 'total'), [(
            "Interest, rounded to the cent",
            "92,115.12 × sum of rates × parts of the year = 625.066886", "625.07")])
        self.assertIn({'text': "annual rate 6 %",
                       'source': "Change of terms, entered on 2026-02-25"}, why['rules'])
        later = self._explain_last(self.loan, 3)
        self.assertIn(" × 6 % × 1/12 = ", self._rows(later, 'total')[0][1])

    def test_an_extension_is_explained_by_the_schedule_it_made(self):
        self.loan.sudo()._change_terms('extend', date(2026, 2, 25), "Help", periods=3)
        why = self._explain_last(self.loan, 2)
        self.assertEqual(self._rows(why, 'total'), [(
            "Interest, rounded to the cent", "92,115.12 × 12 % × 1/12 = 921.151200", "921.15")])
        self.assertEqual(
            self._rows(why, 'head'), [("Version 2 of 2026-02-25: 3 more instalments", "", "")])

    def test_a_part_prepayment_is_explained_on_both_sides_of_its_day(self):
        """Ten days on 92,115.12; then the instalments on what is left."""
        self.loan.sudo()._prepay(60000, date(2026, 2, 25), 'lower', self.fund_account)
        paid = self._explain_last(self.loan, 2)
        self.assertEqual(self._rows(paid), [
            ("12 % from 2026-02-15 to 2026-02-25", "Actual days / 360, 10 days", "1/36")])
        self.assertEqual(self._rows(paid, 'total'), [(
            "Interest, rounded to the cent",
            "92,115.12 × sum of rates × parts of the year = 307.050400", "307.05")])
        lines = self.env['carloan.transaction.line'].browse(paid['line_ids'])
        self.assertEqual(set(lines.mapped('kind')), {'due', 'repayment'})
        after = self._explain_last(self.loan, 3)
        self.assertIn("2026-02-25 – 2026-03-15", [row[1] for row in self._rows(after)])

    def test_what_a_change_left_alone_is_explained_as_before(self):
        change = self.loan.sudo()._change_terms('extend', date(2026, 2, 25), "Help", periods=3)
        change._reverse("Never agreed")
        why = self._explain_last(self.loan, 2)
        self.assertEqual(self._rows(why, 'head'), [
            ("Version 3 of 2026-02-25: an earlier change was undone", "", "")])
        self.assertEqual(self._rows(why, 'total'), [(
            "Interest, rounded to the cent", "92,115.12 × 12 % × 1/12 = 921.151200", "921.15")])

    def test_a_version_without_a_change_of_terms_says_what_was_agreed(self):
        loan = self.loan.sudo()
        version = loan._create_schedule_version(
            loan._get_schedule(date(2026, 2, 25)), date(2026, 2, 25), reason="Extension")
        why = loan.explain('instalment_interest', version.instalment_ids[0].id)
        self.assertEqual(self._rows(why, 'total'), [
            ("As agreed in Version 2 of 2026-02-25", "Extension",
             f'{version.instalment_ids[0].interest_amount:,.2f}')])

    def test_limits_of_late_charges_are_money_and_percent(self):
        late_terms = self.loan.sudo()._get_late_terms(12.0)
        limited = replace(
            late_terms, ceiling_rate=Decimal('0.15'), cap_amount=Decimal('30.5'))
        with patch.object(type(self.loan), '_get_late_terms', lambda loan, rate: limited):
            why = self.loan.explain('late_charges_to_date')
        limits = [row for row in self._rows(why) if row[0].startswith("Limited")]
        self.assertEqual(limits[:2], [
            ("Limited by the highest rate", "78,848.80 × 15 % ÷ 360", "32.85"),
            ("Limited by the cap of the instalment", "30.50", "27.06")])

    def test_dialog_shows_it(self):
        action = self.loan.with_context(figure='late_charges_to_date').action_explain()
        dialog = self.env[action['res_model']].with_user(self.officer).browse(action['res_id'])
        self.assertIn("7,884.88 × 10 days", dialog.body)
        self.assertEqual(dialog.line_count, len(dialog.line_ids))
        action = self.loan.instalment_ids[1].with_context(
            figure='instalment_interest').action_explain()
        dialog = self.env[action['res_model']].with_user(self.officer).browse(action['res_id'])
        self.assertIn("92,115.12 × 12 % × 1/12", dialog.body)
        self.assertEqual(dialog.title, "Interest of instalment 2, due 2026-03-15")

    def test_nobody_has_foreign_loans_explained(self):
        stranger = self._create_user('explain_stranger', 'officer')
        with self.assertRaises(AccessError):
            self.loan.with_user(stranger).explain('principal_outstanding')
        with self.assertRaises(AccessError):
            self.loan.instalment_ids[0].with_user(stranger).with_context(
                figure='instalment_interest').action_explain()
        dialog = self.env['carloan.explanation'].with_user(stranger).create({
            'loan_id': self.loan.id, 'figure': 'principal_outstanding'})
        with self.assertRaises(AccessError):
            dialog.read(['body'])

    def test_what_cannot_be_explained_is_refused(self):
        foreign = self._create_active_loan().instalment_ids[0]
        for figure in (None, 'name', '__class__', 7, ['interest'], '_explain_balance'):
            with self.assertRaisesRegex(ValidationError, 'cannot be explained'):
                self.loan.explain(figure)
        for instalment_id in (False, foreign.id, 'x', -1, 10 ** 9, [1]):
            with self.assertRaisesRegex(ValidationError, 'Which instalment'):
                self.loan.explain('instalment_interest', instalment_id)
