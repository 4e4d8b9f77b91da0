import re
from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.carloan_base import loanmath

from ..entries import RepayItem
from .common import CreditCommon

TODAY = date(2026, 3, 20)
_CHINESE = re.compile('[一-鿿]')


@tagged('post_install', '-at_install')
class TestBadInput(CreditCommon):
    """What makes no sense is refused with the reason and the allowed range, in the language of
    the user, and leaves everything as it was.

    100,000 at 12 % over 12 months from 15 January; it is 20 March, two instalments are late.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_active_loan()
        cls.unpaid = cls._create_loan()
        cls.lost = cls._create_active_loan()
        cls._move_to(TODAY)
        cls.lost._write_off(TODAY, "Gone")
        cls.env['res.lang']._activate_lang('zh_CN')

    def _refuse(self, cases):
        """Run each (act, message) in English, where the message is compared, and in Chinese."""
        before = self._count()
        for act, message in cases:
            with self.subTest(message=message):
                with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
                    act(self.env)
                with self.assertRaisesRegex(UserError, _CHINESE), self.cr.savepoint():
                    act(self.env(context={**self.env.context, 'lang': 'zh_CN'}))
        self.env.invalidate_all()
        self.assertEqual(self._count(), before)

    def _count(self):
        return [self.env[model].search_count([]) for model in (
            'carloan.transaction', 'carloan.schedule.version', 'carloan.repayment')]

    def _repay_on(self, loan, amount, day):
        return lambda env: env['carloan.loan']._repay([
            RepayItem(loan.with_env(env), amount, day, self.fund_account)])

    def test_terms_that_make_no_schedule(self):
        def make(**values):
            def act(env):
                loan = self.unpaid.with_env(env)
                terms = {'principal': loan.principal_amount, 'rate': 12.0, 'periods': 12, **values}
                loan._get_math_terms(
                    terms['principal'], terms['rate'], terms['periods'], self.today)
            return act
        self._refuse([
            (make(periods=0), "is 0; 1 to 1200 is allowed"),
            (make(periods=-1), "1 to 1200 is allowed"),
            (make(periods=1201), "is 1201; 1 to 1200 is allowed"),
            (make(rate=-1), "between 0 % and 100 %"),
            (make(rate=101), "between 0 % and 100 %"),
            (make(principal=0), "above zero"),
            (make(principal=-5), "above zero")])

    def test_every_refusal_of_terms_is_worded(self):
        """What loanmath refuses by itself comes out in the words of the user too."""
        base = {'method': 'equal_instalment', 'principal': Decimal(10000), 'periods': 12,
                'annual_rate': Decimal('0.12'), 'start_date': self.today}
        cases = (
            ({'instalment': Decimal(50)}, "at least 100.00"),
            ({'method': 'balloon', 'balloon': Decimal(20000)}, "balloon between 0 % and 100 %"),
            ({'first_due_date': self.today}, "after the disbursement"),
            ({'first_due_date': date(2026, 1, 1)}, "after the disbursement"),
            ({'principal': Decimal('10000.001')}, "more decimals"),
            ({'grace_principal': 12}, "0 to 11 are allowed"))

        def make(values):
            def act(env):
                try:
                    loanmath.schedule(loanmath.Terms(**{**base, **values}))
                except loanmath.TermsError as error:
                    raise ValidationError(
                        self.unpaid.with_env(env)._get_terms_message(error)) from error
            return act
        self._refuse([(make(values), message) for values, message in cases])

    def test_payments_on_the_wrong_day_or_by_the_wrong_way(self):
        self._refuse([
            (self._repay_on(self.loan, 100, date(2026, 1, 14)), "2026-01-15.*2026-03-20"),
            (self._repay_on(self.loan, 100, date(2026, 3, 21)), "2026-01-15.*2026-03-20"),
            (self._repay_on(self.unpaid, 100, TODAY), "takes no repayment"),
            (self._repay_on(self.lost, 100, TODAY), "takes no repayment"),
            (lambda env: self.loan.with_env(env)._recover(100, TODAY, self.fund_account),
             "only possible in"),
            (lambda env: self.lost.with_env(env)._recover(10 ** 7, TODAY, self.fund_account),
             "0.01 to"),
            (lambda env: self.unpaid.with_env(env)._pay_off(100, TODAY, self.fund_account),
             "only possible in")])

    def test_amounts_that_no_cent_can_pay(self):
        acts = [
            lambda loan, amount: loan._preview_repayment(amount, TODAY),
            lambda loan, amount: loan._charge_fee(amount, TODAY, "X"),
            lambda loan, amount: loan._waive({'penalty': amount}, TODAY, "X"),
            lambda loan, amount: loan._prepay(amount, TODAY, 'lower', self.fund_account),
            lambda loan, amount: loan._pay_off(amount, TODAY, self.fund_account),
            lambda loan, amount: loan.env['carloan.repayment'].create({
                'loan_id': loan.id, 'amount': amount, 'fund_account_id': self.fund_account.id}),
        ]
        self._refuse([
            (lambda env, act=act, amount=amount: act(self.loan.with_env(env), amount),
             "two decimals")
            for act in acts for amount in (0.001, 100.005, float('nan'), 1e40)])
        self._refuse([
            (self._repay_on(self.loan, amount, TODAY), "two decimals")
            for amount in (100.005, '0.001')])
        self._refuse([
            (self._repay_on(self.loan, amount, TODAY), "above zero")
            for amount in (0, -1, Decimal('1E-9'))])

    def test_a_document_is_not_rounded_in_silence(self):
        repayment = self.env['carloan.repayment'].create({
            'loan_id': self.loan.id, 'amount': 100.1 + 0.2, 'value_date': TODAY,
            'fund_account_id': self.fund_account.id})
        self.assertEqual(repayment.amount, 100.3)
        self._refuse([(lambda env: repayment.with_env(env).write({'amount': 100.333}),
                       "100.333; at most two decimals")])

    def test_quotes_of_the_past(self):
        self._refuse([
            (lambda env: self.loan.with_env(env)._quote_payoff(date(2026, 3, 19)),
             "2026-03-20.*2027-01-15"),
            (lambda env: self.lost.with_env(env)._quote_payoff(TODAY), "not possible"),
            (lambda env: self.loan.with_env(env)._quote_prepayment(
                100, date(2027, 1, 15), 'lower'), "no instalment falls due after")])

    def test_changes_out_of_range(self):
        change = '_change_terms'
        cases = [
            (change, ('rate', TODAY, "X"), {'rate': -1}, "0 % and 100 %"),
            (change, ('extend', TODAY, "X"), {'periods': 601}, "1 to 600"),
            (change, ('due_date', TODAY, "X"), {'due_date': TODAY}, "a day after 2026-03-20"),
            (change, ('due_date', TODAY, "X"), {'due_date': date(2028, 1, 1)}, "up to 2027-04-15"),
            (change, ('rate', date(2026, 3, 21), "X"), {'rate': 5}, "2026-01-15 to 2026-03-20"),
            ('_waive', ({'penalty': 10000}, TODAY, "X"), {}, "0.01 to .* is due"),
            ('_waive', ({'overpayment': 1}, TODAY, "X"), {}, "is due"),
            ('_prepay', (10, TODAY, 'lower', self.fund_account), {}, "lies between"),
            ('_pay_off', (10, TODAY, self.fund_account), {}, "at least"),
            ('_charge_fee', (-1, TODAY, "X"), {}, "above zero")]
        self._refuse([
            (lambda env, name=name, args=args, values=values: getattr(
                self.loan.with_env(env), name)(*args, **values), message)
            for name, args, values, message in cases])
