import random
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AccountingCommon


@tagged('post_install', '-at_install')
class TestInvariants(AccountingCommon):

    def test_random_events_keep_both_ledgers_equal_every_day(self):
        rng = random.Random(20260801)
        loans, repayments, events = [], [], 0
        while events < 60:
            date = self.company._get_business_date()
            for _event in range(rng.randint(1, 4)):
                events += 1
                act = rng.random()
                if act < 0.2 or not loans:
                    loans.append(self._create_active_loan(
                        principal_amount=rng.randint(10000, 200000) + rng.randint(0, 99) / 100,
                        periods=rng.choice((3, 6, 12)), annual_rate=rng.choice((8.8, 12, 15.4)),
                        method=rng.choice(('equal_instalment', 'equal_principal', 'interest_only')),
                        product_id=rng.choice((self.product, self.other_product)).id))
                elif act < 0.85 or not repayments:
                    active = [loan for loan in loans if loan.state == 'active']
                    if active:
                        repayments.append(self._repay(
                            rng.choice(active), rng.randint(100, 3000000) / 100, date,
                            fund_account=rng.choice((self.fund_account, self.cash_box))))
                else:
                    self._try_to_reverse(rng.choice(repayments))
            self._run_day_end(date)
            self.assertEqual(self.company._carloan_ledger_differences(date), [], date)
            self._jump(rng.randint(0, 7))
        self.assertFalse(self.env['carloan.posting'].search(
            [('company_id', '=', self.company.id), ('state', '=', 'waiting')]))
        self._check_totals(loans)

    def _try_to_reverse(self, transaction):
        try:
            with self.cr.savepoint():
                transaction._reverse("Random")
        except UserError:
            self.env.invalidate_all()

    def _jump(self, days):
        date = self.company._get_business_date()
        if days:
            until = date + timedelta(days=days)
            self._run_day_end(until)
            self.assertEqual(self.company._carloan_ledger_differences(until), [], until)

    def _check_totals(self, loans):
        """Positions on the loans, sub-ledger and accounts tell the same."""
        total = sum(loan.principal_outstanding for loan in loans)
        self.assertAlmostEqual(total, self._get_balance('1303'), 2)
        held = sum(loan.overpayment_amount for loan in loans)
        self.assertAlmostEqual(held, -self._get_balance('224101'), 2)
        self.assertAlmostEqual(self._get_balance(''), 0, 2)
