from datetime import timedelta
from decimal import Decimal

from odoo import Command
from odoo.tools.date_utils import end_of

from odoo.addons.carloan_base.money import to_decimal

from ..const import DEBT_COMPONENTS, POSITION_AMOUNTS, POSITION_DATES
from ..entries import RepayItem
from .common import CreditCommon

#: What follows from the ledger and the day; a class is a decision of its own day.
PAST = ('state', *POSITION_AMOUNTS, *POSITION_DATES, 'overdue_principal', 'days_overdue', 'bucket')


class HistoryCommon(CreditCommon):
    """Two lenders with the same loans: in one the past is changed, in the other everything is
    entered on its day. In the end both ledgers must say the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.straight_company = cls._create_lender("Straight Lender")
        cls.env.user.write({'company_ids': [Command.link(cls.straight_company.id)]})
        cls.env = cls.env(context={
            **cls.env.context,
            'allowed_company_ids': [cls.company.id, cls.straight_company.id]})
        department = cls.env['hr.department'].create({
            'name': "Straight Office", 'company_id': cls.straight_company.id})
        cls.straight = {
            'department': department,
            'product': cls._create_product(company_id=cls.straight_company.id),
            'fund_account': cls.fund_account.copy({
                'acc_number': '622200002', 'company_id': cls.straight_company.id}),
            'user': cls._create_user(
                'straight_officer', 'officer', department, cls.straight_company),
        }
        cls.straight['customer'] = cls._create_customer(
            "Han Mei", '110101199003071022', user=cls.straight['user'],
            carloan_department_id=department.id, company_id=cls.straight_company.id)

    @classmethod
    def _create_twins(cls, **values):
        """(loan, its twin), both paid out on the same day."""
        loan = cls._create_active_loan(**values)
        twin = cls._create_loan(
            product_id=cls.straight['product'].id, partner_id=cls.straight['customer'].id,
            user_id=cls.straight['user'].id, department_id=cls.straight['department'].id,
            **values)
        twin._update_state(('draft',), 'signed')
        twin._disburse(twin.principal_amount, cls.today, cls.straight['fund_account'])
        return loan, twin

    @classmethod
    def _live(cls, company, loans, acts, until):
        """Let the days of a company pass up to `until`: on each day its acts, then its night.

        Nights that change nothing are left out: those on which nothing falls due and, where
        late charges are posted at a month end, no month ends.

        :param acts: list of (day of entry, callable), in the order of entry
        """
        by_day = {}
        for day, act in acts:
            by_day.setdefault(day, []).append(act)
        while True:
            today = company._get_business_date()
            nights = cls._get_nights(loans, today)
            day = min(day for day in (*nights, *by_day, until) if today <= day <= until)
            company._set_business_date(day)
            cls.env.invalidate_all()
            for act in by_day.pop(day, ()):
                act()
            if day == until:
                break
            if day in cls._get_nights(loans, day):
                cls._run_day_end(day, company)
            else:
                company._set_business_date(day + timedelta(days=1))

    @classmethod
    def _get_nights(cls, loans, today):
        nights = set(loans.instalment_ids.mapped('due_date'))
        if 'month_end' in loans.mapped('penalty_capitalisation'):
            nights.add(end_of(today, 'month'))
        return nights

    @classmethod
    def _pay_straight(cls, twin, amount, day):
        return cls.env['carloan.loan']._repay([RepayItem(
            twin, Decimal(str(amount)), day, cls.straight['fund_account'])])

    def _assert_same_history(self, loan, twin):
        self.assertFalse((loan | twin)._check_integrity())
        self.assertEqual(self._get_ledger(loan), self._get_ledger(twin))
        names = [
            *(f'{component}_outstanding' for component in DEBT_COMPONENTS), 'overpayment_amount',
            'first_unpaid_due_date', 'next_due_date', 'state', 'settled_date', 'maturity_date',
            'amount_due_today', 'days_overdue']
        self.assertEqual(
            {name: loan[name] for name in names}, {name: twin[name] for name in names})
        self.assertEqual(self._get_instalments(loan), self._get_instalments(twin))

    def _assert_same_past(self, loan, twin, days):
        """What is known of the loan today about those days is what its twin showed on them."""
        for day in days:
            known, shown = loan._as_of(day, 'value')[loan.id], twin._as_of(day)[twin.id]
            self.assertEqual(
                {name: known[name] for name in PAST}, {name: shown[name] for name in PAST},
                f"on {day}")

    def _get_ledger(self, loan):
        """{(value date, kind, component, number): amount}, what was taken back left out."""
        sums = {}
        for line in loan.transaction_ids.line_ids:
            key = (line.value_date, line.kind, line.component, line.instalment_number)
            sums[key] = sums.get(key, 0) + to_decimal(line.amount)
        return {key: amount for key, amount in sums.items() if amount}

    def _get_instalments(self, loan):
        return [
            (row.number, row.due_date, row.principal_amount, row.interest_amount, row.paid_date,
             row.unpaid_amount) for row in loan.instalment_ids.sorted('number')]
