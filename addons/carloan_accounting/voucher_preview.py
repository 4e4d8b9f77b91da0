"""The entry of a document before it is posted, by the same rules and arithmetic."""
from collections import defaultdict
from decimal import Decimal

from odoo.addons.carloan_base.money import to_decimal

from .posting_run import PostingRun, Row, WaitingError


class VoucherPreview:

    def __init__(self, company, loan, fund_account):
        self.run = PostingRun(company)
        self.env = self.run.reader_env
        self.loan = loan
        self.fund = fund_account.sudo()

    def get_lines(self, kind, amounts):
        """([(account name, debit, credit)], [what the voucher would wait for])."""
        sums, problems = defaultdict(Decimal), []
        for component, amount in amounts:
            try:
                _rule_id, recipe = self.run._find_recipe(self._make_row(kind, component, amount))
            except WaitingError as error:
                problems.append(error.text)
                continue
            for entry in recipe.entries(to_decimal(amount)) if recipe else ():
                sums[entry.account_id, entry.side == 'debit'] += entry.amount
        accounts = self.env['account.account']
        lines = [
            (accounts.browse(account_id).display_name,
             float(amount) if debit else 0.0, 0.0 if debit else float(amount))
            for (account_id, debit), amount in sorted(
                sums.items(), key=lambda item: not item[0][1])
        ]
        return lines, list(dict.fromkeys(problems))

    def _make_row(self, kind, component, amount):
        return Row(
            posting_id=0, transaction_id=0, line_id=0, kind=kind, component=component,
            amount=to_decimal(amount), booking_date=self.run.company._get_business_date(),
            loan_name=self.loan.name, product_id=self.loan.product_id.id,
            department_id=self.loan.department_id.id, partner_id=self.loan.partner_id.id,
            fund_id=self.fund.id, fund_journal_id=self.fund.journal_id.id, original_rule_id=0)
