from odoo import models
from odoo.fields import Command

from ..const import CHART_TEMPLATES
from ..setup_template import (
    COMPLETE,
    CREATE,
    KEEP,
    MISSING,
    SetupItem,
    names_by_lang,
    read_rows,
)

STEPS = ('account', 'journal', 'fund', 'rule')


class ResCompany(models.Model):
    _inherit = 'res.company'

    def _carloan_setup_accounting(self):
        """Create what is missing for loan vouchers, then post what was waiting.

        Can be run again at any time: what exists, changed by a person or archived, is kept.
        """
        self.ensure_one()
        company = self.sudo().with_company(self)
        for kind in STEPS:
            for item in getattr(company, f'_carloan_plan_{kind}s')():
                if item.status in (CREATE, COMPLETE):
                    getattr(company, f'_carloan_setup_{kind}')(item)
        company._carloan_translate_setup()
        company._carloan_post_backlog()

    def _carloan_setup_plan(self):
        """What `_carloan_setup_accounting` would do now: a list of `SetupItem`."""
        self.ensure_one()
        company = self.sudo().with_company(self)
        return [item for kind in STEPS for item in getattr(company, f'_carloan_plan_{kind}s')()]

    def _carloan_post_backlog(self):
        """Register what was booked before the books listened, and try everything that waits."""
        transactions = self.env['carloan.transaction'].sudo().search(
            [('company_id', '=', self.id), ('posting_ids', '=', False)], order='id')
        postings = self.env['carloan.posting']
        postings._enlist(transactions)
        postings.sudo().search(
            [('company_id', '=', self.id), ('state', '=', 'waiting')], order='id')._process()

    # === ACCOUNTS ===

    def _carloan_plan_accounts(self):
        items = []
        for row in self._carloan_template_accounts():
            account = self._carloan_find_account(row['code'])
            items.append(SetupItem(
                'account', row['code'], row['name'], KEEP if account else CREATE, row,
                account.id))
        return items

    def _carloan_setup_account(self, item):
        self.env['account.account'].with_context(lang='en_US').create({
            'code': item.code,
            'name': item.name,
            'account_type': item.values['account_type'],
            'reconcile': item.values['reconcile'] == '1',
            'company_ids': [Command.link(self.root_id.id)],
        })

    # === JOURNALS ===

    def _carloan_plan_journals(self):
        items = []
        for row in read_rows('journals.csv'):
            journal = self._carloan_find_journal(row['code'])
            status = KEEP if journal else CREATE if self.root_id.chart_template else MISSING
            items.append(SetupItem(
                'journal', row['code'], row['name'], status, row, journal.id))
        return items

    def _carloan_setup_journal(self, item):
        self.env['account.journal'].with_context(lang='en_US').create({
            'name': item.name,
            'code': item.code,
            'type': item.values['type'],
            'carloan_voucher_grouping': item.values['carloan_voucher_grouping'],
            'company_id': self.id,
        })

    # === FUND ACCOUNTS ===

    def _carloan_plan_funds(self):
        items = []
        funds = self.env['carloan.fund.account'].search([('company_id', '=', self.id)])
        taken = funds.journal_id
        for fund in funds:
            journal = fund.journal_id or self._carloan_find_fund_journal(fund, taken)
            taken |= journal
            status = KEEP if fund.journal_id else COMPLETE if journal else CREATE
            if status == CREATE and not self.root_id.chart_template:
                status = MISSING
            items.append(SetupItem(
                'fund', fund.acc_number or '', fund.name, status, {'journal_id': journal.id},
                fund.id))
        return items

    def _carloan_setup_fund(self, item):
        """Give a fund account its journal: the existing one of that name or number, or a new."""
        fund = self.env['carloan.fund.account'].browse(item.record_id)
        fund.journal_id = item.values['journal_id'] or self.env['account.journal'].create({
            'name': fund.name,
            'type': fund.kind,
            'company_id': self.id,
        })

    def _carloan_find_fund_journal(self, fund, taken):
        journals = self.env['account.journal'].search([
            ('company_id', '=', self.id), ('type', '=', fund.kind), ('id', 'not in', taken.ids)])
        return journals.filtered(
            lambda journal: journal.name == fund.name
            or (fund.acc_number and journal.bank_account_id.acc_number == fund.acc_number))[:1]

    # === RULES ===

    def _carloan_plan_rules(self):
        rules = self.env['carloan.posting.rule'].with_context(active_test=False).search(
            [('company_id', '=', self.id)])
        known = {rule.template_code: rule for rule in rules if rule.template_code}
        made = rules.grouped(lambda rule: (rule.kind, rule.component))
        items = []
        for row in read_rows('rules.csv'):
            code, name = f"{row['kind']}.{row['component']}", self._carloan_rule_name(row)
            rule = known.get(code) or made.get(
                (row['kind'], row['component']), rules.browse())[:1]
            values = self._carloan_prepare_rule_vals(row, code)
            if not rule:
                items.append(SetupItem('rule', code, name, CREATE, values))
                continue
            gaps = {} if rule.used else {
                name: value for name, value in values.items()
                if name in ('debit_account_id', 'credit_account_id', 'tax_account_id', 'journal_id')
                and value and not rule[name]}
            whole = not rule.active or not rule._get_missing()
            status = KEEP if whole else COMPLETE if gaps else MISSING
            items.append(SetupItem('rule', code, name, status, gaps, rule.id))
        return items

    def _carloan_setup_rule(self, item):
        if item.status == CREATE:
            self.env['carloan.posting.rule']._create_guarded([item.values])
        else:
            self.env['carloan.posting.rule'].browse(item.record_id).write(item.values)

    def _carloan_prepare_rule_vals(self, row, code):
        values = {
            'template_code': code,
            'company_id': self.id,
            'kind': row['kind'],
            'component': row['component'],
            'direction': row['direction'],
            'no_entry': row['no_entry'] == '1',
            'tax_rate': float(row['tax_rate']),
            'tax_account_id': self._carloan_find_template_account(row['tax']).id,
            'journal_id': row['journal'] and self._carloan_find_journal(row['journal']).id,
        }
        for side in ('debit', 'credit'):
            fund = row[side] == 'fund'
            account = self._carloan_find_template_account('' if fund else row[side])
            values[f'{side}_source'] = 'fund' if fund else 'account'
            values[f'{side}_account_id'] = account.id
        return values

    # === GETTERS ===

    def _carloan_rule_name(self, row):
        rules = self.env['carloan.posting.rule']
        kinds, components = dict(rules._selection_kind()), dict(rules._selection_component())
        return f"{kinds.get(row['kind'])} / {components.get(row['component'])}"

    def _carloan_template_accounts(self):
        chart = self.root_id.chart_template
        return read_rows(f'{chart}/accounts.csv') if chart in CHART_TEMPLATES else []

    def _carloan_find_template_account(self, code):
        """The account of a template code: nothing on a chart whose codes mean something else."""
        known = code and self.root_id.chart_template in CHART_TEMPLATES
        return self._carloan_find_account(code) if known else self.env['account.account']

    def _carloan_find_account(self, code):
        accounts = self.env['account.account'].with_context(active_test=False)
        return accounts.search(
            [*accounts._check_company_domain(self), ('code', '=', code)], limit=1)

    def _carloan_find_journal(self, code):
        journals = self.env['account.journal'].with_context(active_test=False)
        return journals.search([('company_id', '=', self.id), ('code', '=', code)], limit=1)

    def _carloan_translate_setup(self):
        """Names in the installed languages, where they still are the English ones."""
        installed = {code for code, _name in self.env['res.lang'].get_installed()}
        found = [
            (self._carloan_find_account(row['code']), row)
            for row in self._carloan_template_accounts()]
        found += [
            (self._carloan_find_journal(row['code']), row) for row in read_rows('journals.csv')]
        for record, row in found:
            for lang, name in names_by_lang(row).items():
                if lang in installed and record.with_context(lang=lang).name == row['name'] != name:
                    record.with_context(lang=lang).name = name
