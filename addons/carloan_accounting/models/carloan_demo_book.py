from odoo import Command, models

CHART = 'cn_large_bis'
CAPITAL_ACCOUNT = '400100'
CAPITAL = 50000000


class CarloanDemoBook(models.AbstractModel):
    """The books of the demo lender: Chinese chart, journals, rules, and the capital paid in."""
    _inherit = 'carloan.demo.book'

    def _demo_prepare_company(self, company, start):
        super()._demo_prepare_company(company, start)
        self._load_chart(company)
        company._carloan_setup_accounting()
        fund = self.env['carloan.fund.account'].search([('company_id', '=', company.id)], limit=1)
        capital = company._carloan_find_template_account(CAPITAL_ACCOUNT)
        if fund.journal_id and capital:
            self._pay_in_capital(company, start, fund.journal_id, capital)

    def _load_chart(self, company):
        # Odoo gives a new company the chart of its country at the end of the transaction, which
        # is the one for small enterprises; let it do so first.
        self.env.cr.flush()
        templates = self.env['account.chart.template']
        if (company.chart_template != CHART and not company._existing_accounting()
                and CHART in templates._get_chart_template_mapping()):
            templates.try_loading(CHART, company=company, install_demo=False)

    def _pay_in_capital(self, company, start, journal, capital):
        move = self.env['account.move'].with_company(company).create({
            'journal_id': journal.id, 'date': start, 'ref': "实收资本",
            'line_ids': [
                Command.create({'account_id': journal.default_account_id.id, 'debit': CAPITAL}),
                Command.create({'account_id': capital.id, 'credit': CAPITAL}),
            ],
        })
        move.action_post()
