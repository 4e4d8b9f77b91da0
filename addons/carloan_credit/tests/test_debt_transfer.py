from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .history_common import HistoryCommon

MOVED = date(2026, 2, 20)


@tagged('post_install', '-at_install')
class TestDebtTransfer(HistoryCommon):
    """From 20 February on somebody else owes the loan; no cent moves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_customer("Han Meimei", '110101199003071030')
        cls.third = cls._create_customer("Wang Wu", '110101199003071057')

    def _transfer(self, loan, partner, day=MOVED, reference="Three-party agreement 2026-7"):
        return loan._transfer_debt(partner, day, "Car sold", reference)

    def _get_borrowers(self, loan, basis='booked'):
        return {
            str(day): loan._as_of(day, basis)[loan.id]['partner_id']
            for day in (date(2026, 2, 19), MOVED, date(2026, 2, 25))}

    def test_the_ledger_goes_on_and_each_day_knows_its_borrower(self):
        loan = self._create_active_loan()
        self._live(self.company, loan, [], date(2026, 2, 25))
        before = self._get_ledger(loan)
        fact = self._transfer(loan, self.second)
        self.assertEqual(loan.partner_id, self.second)
        self.assertEqual(self._get_ledger(loan), before)
        self.assertRecordValues(fact, [{'kind': 'debt_transfer', 'value_date': MOVED}])
        self.assertEqual(fact.params['reference'], "Three-party agreement 2026-7")
        self.assertEqual(self._get_borrowers(loan, 'value'), {
            '2026-02-19': self.customer.id, '2026-02-20': self.second.id,
            '2026-02-25': self.second.id})
        self.assertEqual(self._get_borrowers(loan), {
            '2026-02-19': self.customer.id, '2026-02-20': self.customer.id,
            '2026-02-25': self.second.id})
        shown = loan.as_of('2026-02-19')[0]
        self.assertEqual(shown['partner_id'][0], self.customer.id)
        self.assertFalse(loan._check_integrity())

    def test_undone_in_turn_only(self):
        loan = self._create_active_loan()
        self._live(self.company, loan, [], date(2026, 2, 25))
        first = self._transfer(loan, self.second)
        second = self._transfer(loan, self.third, date(2026, 2, 22))
        self.assertEqual(loan.partner_id, self.third)
        with self.assertRaisesRegex(UserError, "undo that transfer first"), self.cr.savepoint():
            first._reverse("Wrong")
        second._reverse("Wrong")
        self.assertEqual(loan.partner_id, self.second)
        first._reverse("Wrong")
        self.assertEqual(loan.partner_id, self.customer)
        self.assertEqual(set(self._get_borrowers(loan, 'value').values()), {self.customer.id})

    def test_it_stands_when_its_past_is_changed(self):
        loan = self._create_active_loan()
        self._live(self.company, loan, [
            (MOVED, lambda: self._repay(loan, 9000, MOVED)),
            (MOVED, lambda: self._transfer(loan, self.second)),
            (date(2026, 2, 25), lambda: self._repay(loan, 500, date(2026, 2, 10)))],
            date(2026, 2, 25))
        self.assertEqual(loan.partner_id, self.second)
        self.assertEqual(self._get_borrowers(loan), {
            '2026-02-19': self.customer.id, '2026-02-20': self.second.id,
            '2026-02-25': self.second.id})
        self.assertFalse(loan._check_integrity())

    def test_nobody_writes_the_borrower(self):
        loan = self._create_active_loan()
        with self.assertRaisesRegex(UserError, "is signed"):
            loan.with_user(self.officer).with_context(
                allowed_company_ids=self.company.ids).write({'partner_id': self.second.id})

    def test_bad_input_is_refused_with_the_reason(self):
        loan = self._create_active_loan()
        self._live(self.company, loan, [], date(2026, 2, 25))
        self._transfer(loan, self.second)
        stranger = self.env['res.partner'].create({'name': "No Customer"})
        for act, message in (
                (lambda: self._transfer(loan, self.second), "another customer"),
                (lambda: self._transfer(loan, stranger), "another customer"),
                (lambda: self._transfer(loan, self.second | self.third), "another customer"),
                (lambda: self._transfer(loan, self.straight['customer']), "another customer"),
                (lambda: self._transfer(loan, self.third, date(2026, 2, 19)), "2026-02-20"),
                (lambda: self._transfer(loan, self.third, date(2026, 2, 26)), "is allowed"),
                (lambda: self._transfer(loan, self.third, reference=" "), "agreement"),
                (lambda: self._transfer(self._create_loan(), self.third), "To Sign")):
            with self.subTest(message=message), self.assertRaisesRegex(ValidationError, message), \
                    self.cr.savepoint():
                act()
