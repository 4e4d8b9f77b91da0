from odoo.tests import tagged

from odoo.addons.carloan_accounting.hooks import post_init_hook

from .common import AccountingCommon


@tagged('post_install', '-at_install')
class TestSetup(AccountingCommon):

    def test_accounts_journals_and_rules_are_there(self):
        self.assertFalse(
            [item for item in self.company._carloan_setup_plan() if item.status != 'keep'])
        account = self._find_account('113201')
        self.assertRecordValues(account, [{
            'name': "Loan Interest Receivable", 'account_type': 'asset_current',
            'reconcile': True}])
        self.assertRecordValues(self.loan_journal, [{
            'type': 'general', 'carloan_voucher_grouping': 'day'}])
        self.assertEqual(self.fund_account.journal_id.type, 'bank')
        self.assertEqual(self.cash_box.journal_id.type, 'cash')
        rules = self.env['carloan.posting.rule'].search([('company_id', '=', self.company.id)])
        self.assertEqual(len(rules), 52)
        self.assertFalse(rules.filtered('missing'))

    def test_second_run_changes_nothing_that_a_person_changed(self):
        rule = self._get_rule('due.interest')
        rule.write({'tax_rate': 3, 'credit_account_id': self._find_account('601102').id})
        self._get_rule('repayment.fee').active = False
        account = self._find_account('113203')
        account.write({'name': "Ours", 'reconcile': False})
        self.loan_journal.carloan_voucher_grouping = 'document'
        counts = self._count_setup()
        self.company._carloan_setup_accounting()
        self.assertEqual(self._count_setup(), counts)
        self.assertRecordValues(rule, [{
            'tax_rate': 3, 'credit_account_id': self._find_account('601102').id}])
        self.assertFalse(self._get_rule('repayment.fee').active)
        self.assertRecordValues(account, [{'name': "Ours", 'reconcile': False}])
        self.assertEqual(self.loan_journal.carloan_voucher_grouping, 'document')

    def test_new_fund_account_gets_a_journal(self):
        fund = self.env['carloan.fund.account'].create(
            {'name': "Second Bank", 'kind': 'bank', 'company_id': self.company.id})
        plan = {item.record_id: item for item in self.company._carloan_setup_plan()
                if item.kind == 'fund'}
        self.assertEqual(plan[fund.id].status, 'create')
        self.company._carloan_setup_accounting()
        self.assertEqual(fund.journal_id.name, "Second Bank")
        self.assertTrue(fund.journal_id.default_account_id.code.startswith('1002'))

    def test_existing_journal_of_the_same_name_is_taken(self):
        journal = self.env['account.journal'].create(
            {'name': "Old Bank", 'type': 'bank', 'company_id': self.company.id})
        fund = self.env['carloan.fund.account'].create(
            {'name': "Old Bank", 'kind': 'bank', 'company_id': self.company.id})
        self.company._carloan_setup_accounting()
        self.assertEqual(fund.journal_id, journal)

    def test_names_in_chinese(self):
        self.env['res.lang']._activate_lang('zh_CN')
        self.company._carloan_setup_accounting()
        self.assertEqual(
            self._find_account('113201').with_context(lang='zh_CN').name, "应收利息-贷款利息")
        self.assertEqual(self.loan_journal.with_context(lang='zh_CN').name, "贷款业务")
        self.assertEqual(self.loan_journal.with_context(lang='en_US').name, "Loan Business")

    def test_other_chart_lists_what_has_to_be_mapped(self):
        other = self.env['res.company'].create(
            {'name': "Elsewhere", 'country_id': self.env.ref('base.us').id})
        self.env['account.chart.template'].try_loading('generic_coa', other, install_demo=False)
        self.env['carloan.fund.account'].create(
            {'name': "US Bank", 'kind': 'bank', 'company_id': other.id})
        other._carloan_setup_accounting()
        plan = other._carloan_setup_plan()
        missing = [item.name for item in plan if item.status == 'missing']
        self.assertEqual(len(missing), 49)
        self.assertIn("Interest Due / Interest", missing)
        self.assertFalse([item for item in plan if item.kind == 'account'])
        self.assertFalse([item for item in plan if item.kind == 'fund' and item.status != 'keep'])

    def test_chart_loaded_or_changed_later_completes_the_rules(self):
        other = self.env['res.company'].create(
            {'name': "Later", 'country_id': self.env.ref('base.cn').id})
        self.env['carloan.fund.account'].create(
            {'name': "Later Bank", 'kind': 'bank', 'company_id': other.id})
        other._carloan_setup_accounting()
        for chart in ('cn', 'cn_large_bis'):
            self.env['account.chart.template'].try_loading(chart, other, install_demo=False)
            other._carloan_setup_accounting()
        self.assertFalse(
            [item for item in other._carloan_setup_plan() if item.status != 'keep'])

    def test_installation_posts_the_book_that_is_there(self):
        loan = self._create_active_loan()
        self._close_day('2026-02-05')
        self._forget_postings()
        self.assertTrue(self.company._carloan_ledger_differences('2026-02-05'))
        post_init_hook(self.env)
        self.assertEqual(loan.transaction_ids.posting_ids.mapped('state'), ['posted', 'posted'])
        self.assertEqual(self.company._carloan_ledger_differences('2026-02-05'), [])

    def test_wizard_previews_and_applies(self):
        self.env['carloan.fund.account'].create(
            {'name': "Third Bank", 'kind': 'bank', 'company_id': self.company.id})
        wizards = self.env['carloan.accounting.setup'].with_user(self.accountant)
        action = wizards.with_company(self.company).action_open()
        wizard = wizards.browse(action['res_id'])
        self.assertIn(
            ('Third Bank', 'create'), [(line.name, line.state) for line in wizard.line_ids])
        after = wizards.browse(wizard.action_apply()['res_id'])
        self.assertEqual(set(after.line_ids.mapped('state')), {'keep'})

    def _count_setup(self):
        return [
            self.env[model].with_context(active_test=False).search_count([])
            for model in ('account.account', 'account.journal', 'carloan.posting.rule')
        ]
