from collections import defaultdict

from odoo import fields

from odoo.addons.carloan_credit.entries import Entry, EntryLine, RepayItem
from odoo.addons.carloan_credit.tests.common import CreditCommon

CHART = 'cn_large_bis'


class AccountingCommon(CreditCommon):
    """A lender on the Chinese chart with its books set up, on 5 January 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._set_business_date('2026-01-05')
        cls.other_department = cls.env['hr.department'].create(
            {'name': "Branch West", 'company_id': cls.company.id})
        cls.other_product = cls._create_product(code='TRUCK', name="Truck Loan")
        cls.cash_box = cls.env['carloan.fund.account'].create(
            {'name': "Cash Box", 'kind': 'cash', 'company_id': cls.company.id})
        cls.company._carloan_setup_accounting()
        cls.loan_journal = cls.company._carloan_find_journal('LOAN')
        cls.bank_journal = cls.fund_account.journal_id
        cls.bank_code = cls.bank_journal.default_account_id.code

    @classmethod
    def _create_lender(cls, name, business_date=None):
        """The main company where it has the chart and no entry, as in the template databases of
        `make test`: loading the chart takes longer than all else here. Otherwise a new one."""
        company = cls.env.ref('base.main_company')
        if company.chart_template != CHART or company._existing_accounting():
            company = super()._create_lender(name, business_date)
            cls.env['account.chart.template'].try_loading(
                CHART, company=company, install_demo=False)
        company.name = name
        company._set_business_date(business_date or cls.today)
        return company

    # === FACTORIES ===

    @classmethod
    def _create_active_loan(cls, env=None, **values):
        """A loan of 100,000 at 12 % in 12 equal instalments, paid out today."""
        loan = cls._create_loan(**values)
        cls._disburse(loan.with_env(env or cls.env))
        return loan

    @classmethod
    def _repay(cls, loan, amount, value_date=None, fund_account=None, user=None):
        loans = cls.env['carloan.loan'].with_user(user or cls.env.user)
        return loans._repay([RepayItem(
            loan.with_env(loans.env), amount,
            fields.Date.to_date(value_date) or cls.company._get_business_date(),
            fund_account or cls.fund_account)])

    @classmethod
    def _make_repayment(cls, loan, amount, fund_account):
        """An entry that puts money aside as overpayment."""
        return Entry(
            loan, 'repayment', cls.company._get_business_date(),
            (EntryLine('overpayment', -amount),), fund_account=fund_account)

    @classmethod
    def _post_entries(cls, entries):
        return cls.env['carloan.transaction']._post(entries)

    @classmethod
    def _run_day_end(cls, until, company=None):
        day_ends = super()._run_day_end(fields.Date.to_date(until), company)
        assert not day_ends.failure_ids, day_ends.failure_ids.mapped('error')
        return day_ends

    @classmethod
    def _skip_to(cls, day):
        """Make `day` the business date. The days before it, on which nothing may fall due, are
        not closed one by one: the next day end covers them, and a test takes a tenth of the time.
        """
        cls.company._set_business_date(day)

    @classmethod
    def _close_day(cls, day):
        cls._skip_to(day)
        return cls._run_day_end(day)

    def _forget_postings(self):
        """As if the addon had been installed only now."""
        moves = self.env['carloan.posting'].search([]).move_id
        self.cr.execute("DELETE FROM carloan_posting_line")
        self.cr.execute("DELETE FROM carloan_posting")
        self.env.invalidate_all()
        moves.with_context(force_delete=True).button_draft()
        moves.with_context(force_delete=True).unlink()

    # === LOOKING ===

    @classmethod
    def _find_account(cls, code):
        return cls.company._carloan_find_account(code)

    @classmethod
    def _get_rule(cls, template_code):
        return cls.env['carloan.posting.rule'].with_context(active_test=False).search([
            ('company_id', '=', cls.company.id), ('template_code', '=', template_code)])

    @classmethod
    def _get_posting(cls, loan, kind):
        return cls.env['carloan.posting'].search(
            [('loan_id', '=', loan.id), ('kind', '=', kind)])

    @classmethod
    def _get_posting_lines(cls, loan, kind):
        return cls._get_posting(loan, kind).line_ids

    @classmethod
    def _get_voucher(cls, loan, kind):
        return cls._get_posting(loan, kind).move_id

    @classmethod
    def _get_balance(cls, prefix):
        """Balance of the accounts that begin with `prefix`, to the cent."""
        items = cls.env['account.move.line'].search(
            [('company_id', '=', cls.company.id), ('parent_state', '=', 'posted')])
        return cls.company.currency_id.round(sum(items.filtered(
            lambda item: item.account_id.code.startswith(prefix)).mapped('balance')))

    @classmethod
    def _get_totals(cls, moves):
        """{account code: (debit, credit)} of moves."""
        totals = defaultdict(lambda: [0, 0])
        for line in moves.line_ids:
            totals[line.account_id.code][0] += line.debit
            totals[line.account_id.code][1] += line.credit
        return {
            code: (round(debit, 2), round(credit, 2)) for code, (debit, credit) in totals.items()}

    def assertEntry(self, move, expected):
        """The one posted move, by account code."""
        self.assertEqual(len(move), 1)
        self.assertEqual(move.state, 'posted')
        self.assertEqual(self._get_totals(move), {
            code: (float(debit), float(credit)) for code, (debit, credit) in expected.items()})
        self.assertAlmostEqual(sum(move.line_ids.mapped('balance')), 0, 2)
