from collections import defaultdict

from odoo import models
from odoo.fields import Command
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = 'res.company'

    def _carloan_ledger_differences(self, date):
        """What differs between sub-ledger and general ledger at the end of `date`: [] is equal.

        Vouchers still waiting are a difference too; `waiting_amount` says how much of it.
        """
        return [row for row in self._carloan_compare_ledgers(date) if row['difference']]

    def _carloan_compare_ledgers(self, date):
        """Values for one `carloan.ledger.check.line` per component (or components that share
        accounts), from the sub-ledger on one side and posted journal items on the other."""
        self.ensure_one()
        self.env.flush_all()
        amounts, waiting = self._carloan_sum_sub_ledger(date)
        groups = self._carloan_group_accounts(amounts)
        accounts = [account_id for _components, account_ids in groups for account_id in account_ids]
        balances = self._carloan_sum_ledger(accounts, date)
        round_ = self.currency_id.round
        rows = []
        for components, account_ids in groups:
            owed = round_(sum(float(amounts.get(name, 0)) for name in components))
            booked = round_(sum(float(balances.get(id_, 0)) for id_ in account_ids))
            rows.append({
                'components': ",".join(components),
                'account_ids': [Command.set(account_ids)],
                'sub_ledger_amount': owed,
                'ledger_amount': booked,
                'difference': round_(owed - booked),
                'waiting_amount': round_(sum(float(waiting.get(name, 0)) for name in components)),
            })
        return rows

    def _carloan_count_waiting(self, date):
        """Transactions booked up to `date` that are not yet in the general ledger."""
        self.ensure_one()
        return self.env.execute_query(SQL(
            """
            SELECT COUNT(*)
              FROM carloan_transaction t
              LEFT JOIN carloan_posting p ON p.transaction_id = t.id
             WHERE t.company_id = %s AND t.booking_date <= %s
               AND COALESCE(p.state, 'waiting') = 'waiting'
            """, self.id, date))[0][0]

    def _carloan_sum_sub_ledger(self, date):
        """({component: balance}, {component: part of it that waits for a voucher})."""
        rows = self.env.execute_query(SQL(
            """
            SELECT l.component, SUM(l.amount),
                   SUM(l.amount) FILTER (WHERE COALESCE(p.state, 'waiting') = 'waiting')
              FROM carloan_transaction t
              JOIN carloan_transaction_line l ON l.transaction_id = t.id
              LEFT JOIN carloan_posting p ON p.transaction_id = t.id
             WHERE t.company_id = %s AND t.booking_date <= %s
             GROUP BY l.component
            """, self.id, date))
        return (
            {component: total for component, total, _waiting in rows},
            {component: part or 0 for component, _total, part in rows},
        )

    def _carloan_sum_ledger(self, account_ids, date):
        if not account_ids:
            return {}
        return dict(self.env.execute_query(SQL(
            """
            SELECT account_id, SUM(balance)
              FROM account_move_line
             WHERE company_id = %s AND account_id IN %s AND parent_state = 'posted'
               AND date <= %s
             GROUP BY account_id
            """, self.id, tuple(account_ids), date)))

    def _carloan_group_accounts(self, components):
        """[(components, account ids)]: the control accounts that the rules ever named.

        Components that share an account cannot be told apart in the general ledger, so they
        are compared together.
        """
        accounts = defaultdict(set, {name: set() for name in components})
        rules = self.env['carloan.posting.rule'].sudo().with_context(active_test=False)
        for rule in rules.search([('company_id', '=', self.id)]):
            accounts[rule.component].update(rule._get_control_account().ids)
        groups = []
        for name, account_ids in accounts.items():
            names, ids = {name}, set(account_ids)
            for group in [group for group in groups if group[1] & ids]:
                names |= group[0]
                ids |= group[1]
                groups.remove(group)
            groups.append((names, ids))
        order = {name: position for position, name in enumerate(
            code for code, _label in self.env['carloan.posting.rule']._selection_component())}
        return sorted(
            ((sorted(names, key=order.get), sorted(ids)) for names, ids in groups),
            key=lambda group: order[group[0][0]])
