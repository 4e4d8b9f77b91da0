from datetime import date
from decimal import Decimal

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..entries import Entry, EntryLine
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestLedger(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()
        cls.instalment = cls.loan.instalment_ids[0]

    def _post(self, *entries):
        return self.env['carloan.transaction']._post(list(entries))

    def _entry(self, kind, *lines, **values):
        return Entry(
            self.loan, kind, self.today, tuple(EntryLine(*line) for line in lines), **values)

    def test_position_is_the_sum_of_the_lines(self):
        self._post(
            self._entry('due', ('interest', Decimal('1000.00'), self.instalment.id)),
            self._entry('repayment', ('interest', Decimal('-400.00'), self.instalment.id),
                        ('principal', Decimal('-600.50'), self.instalment.id),
                        ('overpayment', Decimal('-10.00'))))
        self.assertRecordValues(self.loan, [{
            'principal_outstanding': 99399.5, 'interest_outstanding': 600,
            'overpayment_amount': 10, 'first_unpaid_due_date': date(2026, 2, 15)}])
        self.assertFalse(self.loan._check_integrity())

    def test_one_event_of_a_loan_has_one_main_transaction(self):
        transactions = self._post(
            self._entry('due', ('interest', Decimal('1000.00'), self.instalment.id)),
            self._entry('repayment', ('interest', Decimal('-400.00'), self.instalment.id)))
        self.assertEqual(transactions.event_id, transactions[1])

    def test_nobody_pays_more_than_is_owed(self):
        for lines, message in (
                ([('principal', Decimal('-100000.01'))], "Principal"),
                ([('interest', Decimal('-0.01'), self.instalment.id)], "Interest"),
                ([('principal', Decimal('-7884.89'), self.instalment.id)], "Principal"),
                ([('overpayment', Decimal('0.01'))], "Overpayment")):
            with self.subTest(lines=lines), self.assertRaisesRegex(ValidationError, message), \
                    self.cr.savepoint():
                self._post(self._entry('repayment', *lines))
        self.assertEqual(len(self.loan.transaction_ids), 1)

    def test_interest_falls_due_once(self):
        due = self._entry('due', ('interest', Decimal('1000.00'), self.instalment.id))
        self._post(due)
        with self.assertRaisesRegex(ValidationError, "twice"):
            self._post(due)

    def test_amounts_are_not_zero_and_have_two_decimals(self):
        for amount in ('0', '1.005'):
            with self.subTest(amount=amount), self.assertRaisesRegex(
                    ValidationError, "at most 2 decimals"):
                self._post(self._entry('due', ('interest', Decimal(amount), self.instalment.id)))

    def test_using_an_overpayment_moves_no_money(self):
        with self.assertRaisesRegex(ValidationError, "same amount"):
            self._post(self._entry(
                'overpayment_use', ('overpayment', Decimal('5.00')),
                ('principal', Decimal('-4.00'), self.instalment.id)))

    def test_postgresql_refuses_to_change_the_books(self):
        transaction = self.loan.transaction_ids
        version, line = self.loan.schedule_version_ids, transaction.line_ids
        tables = {
            'carloan_transaction': (transaction, 'value_date = value_date + 1'),
            'carloan_transaction_line': (line, 'amount = amount + 1'),
            'carloan_schedule_version': (version, 'version = version + 1'),
            'carloan_instalment': (self.instalment, 'interest_amount = 0'),
            'carloan_loan_class': (self.loan.class_ids, 'days_overdue = 5'),
        }
        for table, (record, change) in tables.items():
            for statement in (
                    SQL("UPDATE %s SET %s WHERE id = %s", SQL.identifier(table), SQL(change),
                        record.id),
                    SQL("DELETE FROM %s WHERE id = %s", SQL.identifier(table), record.id)):
                with self.subTest(statement=statement.code, table=table), \
                        mute_logger('odoo.sql_db'), self.cr.savepoint(), \
                        self.assertRaises(psycopg2.errors.RaiseException):
                    self.env.cr.execute(statement)

    def test_the_server_refuses_too_even_as_superuser(self):
        transaction = self.loan.transaction_ids.sudo()
        for records, vals in (
                (transaction, {'value_date': self.today}), (transaction.line_ids, {'amount': 1}),
                (self.loan.schedule_version_ids, {'version': 9}),
                (self.instalment, {'paid_date': self.today}),
                (self.loan.class_ids, {'days_overdue': 1})):
            with self.subTest(model=records._name):
                with self.assertRaises(UserError):
                    records.sudo().write(vals)
                with self.assertRaises(UserError):
                    records.sudo().unlink()
                with self.assertRaises(UserError):
                    records.sudo().create(vals)

    def test_integrity_check_names_what_differs(self):
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE carloan_loan SET principal_outstanding = 1 WHERE id = %s", self.loan.id))
        self.env.cr.execute(SQL(
            "UPDATE carloan_instalment SET paid_date = '2026-01-01' WHERE id = %s",
            self.instalment.id))
        self.env.invalidate_all()
        found = {(row['field'], str(row['stored'])) for row in self.loan._check_integrity()}
        self.assertIn(('principal_outstanding', '1.0'), found)
        self.assertIn(('paid_date', '2026-01-01'), found)
        wizard = self.env['carloan.integrity.wizard'].with_user(self.accountant).create({})
        wizard.action_check()
        self.assertTrue(wizard.line_ids)
        self.loan._refresh_position()
        self.assertFalse(self.loan._check_integrity())
        wizard.action_check()
        self.assertFalse(wizard.line_ids)

    # === REVERSAL === #

    def test_undoing_a_payment_leaves_the_loan_as_before(self):
        self._move_to(date(2026, 3, 1))
        names = ['principal_outstanding', 'interest_outstanding', 'penalty_outstanding',
                 'compound_outstanding', 'overpayment_amount', 'first_unpaid_due_date']
        before = self.loan.read(names)
        payment = self._repay(self.loan, 10000)
        self.assertNotEqual(self.loan.read(names), before)
        mirror = payment._reverse("Bounced")
        self.loan.invalidate_recordset()
        self.assertEqual(self.loan.read(names), before)
        self.assertRecordValues(mirror, [{
            'kind': 'repayment', 'reversal_of_id': payment.id, 'value_date': payment.value_date,
            'amount': 10000}])
        self.assertEqual(payment.reversed_by_id, mirror)
        late = self.loan.transaction_ids.filtered(lambda t: t.kind == 'late_charge')
        self.assertEqual(len(late), 2)
        self.assertFalse(sum(late.mapped('amount')))
        self.assertFalse(self.loan._check_integrity())
        again = self._repay(self.loan, 10000)
        self.assertEqual(
            sorted(again.line_ids.mapped('amount')), sorted(payment.line_ids.mapped('amount')))

    def test_an_event_is_undone_only_once(self):
        self._move_to(date(2026, 3, 1))
        payment = self._repay(self.loan, 1000)
        mirror = payment._reverse("Wrong loan")
        for transaction in (payment, mirror):
            with self.assertRaisesRegex(UserError, "already been reversed"):
                transaction._reverse("Again")

    def test_what_came_with_a_payment_is_not_undone_by_itself(self):
        self._move_to(date(2026, 3, 1))
        payment = self._repay(self.loan, 1000)
        parts = self.loan.transaction_ids.filtered(
            lambda row: row.kind == 'late_charge' and row.event_id == payment)
        self.assertTrue(parts)
        with self.assertRaisesRegex(UserError, "by itself"):
            parts._reverse("Oops")

    def test_a_disbursement_is_not_undone_by_itself(self):
        with self.assertRaises(UserError):
            self.loan.transaction_ids._reverse("Oops")

    def test_undoing_the_last_payment_reopens_a_settled_loan(self):
        loan = self._create_active_loan(periods=1)
        self._move_to(date(2026, 2, 15))
        payment = self._repay(loan, 101000)
        self.assertRecordValues(loan, [{'state': 'settled', 'settled_date': date(2026, 2, 15)}])
        payment._reverse("Bounced")
        self.assertRecordValues(loan, [{
            'state': 'active', 'settled_date': False, 'principal_outstanding': 100000}])
