from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL

from .. import repay_sql
from ..session import prepare_for_sets

#: From so many payments on, SQL is faster than one by one.
BATCH_FROM = 50

_KINDS = ['due', 'late_charge', 'overpayment_use', 'repayment']


class CarloanLoan(models.Model):
    """A file of payments: matched, locked, spread and posted by a fixed number of statements."""
    _inherit = 'carloan.loan'

    @api.model
    def _repay(self, items):
        """Many payments at once go by SQL, which writes the same rows to the cent.

        The way one by one is left to what SQL does not know: two payments of one loan, a payment
        for something that was chosen by hand, a value date before the last entry of its loan,
        terms of `_get_batch_condition`.
        """
        if len(items) < BATCH_FROM:
            return super()._repay(items)
        items = self._round_items(items)
        times = Counter(item.loan.id for item in items)
        posted = self._repay_batch({
            index: item for index, item in enumerate(items)
            if times[item.loan.id] == 1 and not item.chosen})
        rest = [index for index in range(len(items)) if index not in posted]
        if rest:
            others = super()._repay([items[index] for index in rest])
            posted.update(zip(rest, others.ids, strict=True))
        return self.env['carloan.transaction'].browse(
            [posted[index] for index in range(len(items))])

    @api.model
    def _get_batch_condition(self):
        """SQL on loan `l` and its payment `p` (item, loan_id, amount, value_date): whether the
        statements of `repay_sql` know its terms. Overriders add to the condition of `super()`.
        """
        return SQL(
            """
            position('.' IN l.allocation_order) = 0 AND COALESCE(l.long_overdue_order, '') = ''
            AND COALESCE(l.advance_way, 'hold') = 'hold'
            AND COALESCE(l.late_base, 'principal') = 'principal'
            AND COALESCE(l.late_fixed_fee, 0) = 0 AND COALESCE(l.late_ceiling_rate, 0) = 0
            AND COALESCE(l.late_cap_percent, 0) = 0 AND COALESCE(l.late_cap_amount, 0) = 0
            """)

    # === POSTING === #

    @api.model
    def _repay_batch(self, items):
        """Post the payments that SQL knows how to post.

        :param items: {key: `RepayItem`}, one for a loan at most
        :return: {key: id of the repayment transaction} of those that were posted
        """
        loans = self.sudo().browse([item.loan.id for item in items.values()])
        self.env.flush_all()
        loans._lock_for_posting()
        value_dates = self._fill_repay_tables(items)
        if not value_dates:
            return {}
        rows = self.env.execute_query(
            repay_sql.get_postings(_KINDS, fields.Datetime.now(), self.env.uid))
        loans = loans.browse([items[key].loan.id for key in value_dates])
        self._refresh_after_batch(loans)
        transactions = self.env['carloan.transaction'].browse(sorted(row[2] for row in rows))
        transactions.sudo()._on_posted()
        paid_off = loans.browse([row[0] for row in self.env.execute_query(
            repay_sql.get_paid_off(loans.ids))])
        paid_off._settle_if_paid({
            loan: value_dates[key] for key, loan in zip(value_dates, loans, strict=True)})
        last_step = len(_KINDS)
        return {item: id_ for item, step, id_ in rows if step == last_step}

    @api.model
    def _fill_repay_tables(self, items):
        """{key: value date} of the payments taken into the temporary tables."""
        cr = self.env.cr
        prepare_for_sets(cr)
        cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL(", ").join(map(SQL.identifier, (
            repay_sql.ITEM_TABLE, repay_sql.OPEN_TABLE, repay_sql.LINE_TABLE)))))
        rows = items.items()
        cr.execute(repay_sql.get_items({
            'item': [key for key, _item in rows],
            'loan': [item.loan.id for _key, item in rows],
            'amount': [item.amount for _key, item in rows],
            'date': [item.value_date for _key, item in rows],
            'fund': [item.fund_account.id if item.fund_account else None for _key, item in rows],
            'model': [item.origin._name if item.origin else None for _key, item in rows],
            'origin': [item.origin.id if item.origin else None for _key, item in rows],
        }, self._get_batch_condition()))
        cr.execute("ANALYZE carloan_repay_item")
        cr.execute(repay_sql.get_open())
        cr.execute("ANALYZE carloan_repay_open")
        cr.execute(repay_sql.get_lines())
        cr.execute("ANALYZE carloan_repay_line")
        return dict(self.env.execute_query(SQL(
            "SELECT item, value_date FROM carloan_repay_item ORDER BY item")))

    @api.model
    def _refresh_after_batch(self, loans):
        """Paid instalments and positions; only what a payment can have touched."""
        self.env.invalidate_all(flush=False)
        self.env.cr.execute(repay_sql.get_paid_dates())
        loans._refresh_balances()
        wrong = self.env.execute_query(repay_sql.get_negative_positions(loans.ids))
        loans.browse([id_ for id_, in wrong])._check_balances()
