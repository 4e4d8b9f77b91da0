from datetime import timedelta

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.carloan_base.money import is_money, to_decimal

from ..dues import ZERO, spread, write_choices
from ..entries import Entry, EntryLine, RepayItem
from ..past_change import Event, Part, PastChange


class CarloanLoan(models.Model):
    """Taking money in: the same code previews one payment and posts ten thousand."""
    _inherit = 'carloan.loan'

    @api.model
    def _repay(self, items):
        """Post a list of `RepayItem`: what fell due, late charges, then the money itself.

        The number of queries does not depend on the number of loans; several items of one loan
        are taken in the order of their dates. Money of a day before the last entry of its loan
        makes everything from that day on be posted anew. The caller has checked who may do it.

        :return: the repayment transactions, in the order of the items
        """
        items = self._round_items(items)
        by_loan = {}
        for index, item in enumerate(items):
            by_loan.setdefault(item.loan.id, []).append((item.value_date, index))
        queues = [[index for _date, index in sorted(queue)] for queue in by_loan.values()]
        transaction_ids = {}
        while queues:
            indexes = [queue.pop(0) for queue in queues]
            queues = [queue for queue in queues if queue]
            posted = self._repay_once([items[index] for index in indexes])
            transaction_ids.update(zip(indexes, posted.ids, strict=True))
        return self.env['carloan.transaction'].browse(
            [transaction_ids[index] for index in range(len(items))])

    def _preview_repayment(self, amount, value_date, chosen=()):
        """What `_repay` would do with this money.

        :param chosen: see `RepayItem`
        :return: list of dicts (component, number of the instalment or 0, instalment_id,
                 due_date, amount), then what would be left over as 'overpayment'
        """
        self.ensure_one()
        loan = self.sudo()
        item, = self._round_items([
            RepayItem(loan, amount, value_date, chosen=tuple(chosen))])
        loan._check_repayments([item])
        if loan._filter_replayed([item]):
            return loan._preview_replayed(item)
        dues = loan._collect_dues({loan: value_date})[loan]
        parts = loan._spread_money(item, dues)
        due_dates = {due.number: due.due_date for due in dues.dues if due.number}
        return [{
            'component': line.component,
            'number': dues.numbers.get(line.instalment_id, 0),
            'instalment_id': line.instalment_id,
            'due_date': due_dates.get(line.instalment_id, False),
            'amount': float(-line.amount),
        } for line in parts.from_payment]

    def _preview_replayed(self, item):
        plan, = self._plan_replay([self._prepare_replayed(item)])
        payment = next(event for event in plan.post if event.id == -1)
        instalments = {row.id: row for row in plan.outcome.live}
        return [{
            'component': line.component,
            'number': instalments[line.instalment_id].number if line.instalment_id else 0,
            'instalment_id': line.instalment_id,
            'due_date': line.instalment_id and instalments[line.instalment_id].due_date,
            'amount': float(-line.amount),
        } for line in payment.parts[-1].lines]

    def _get_value_date_range(self):
        """(first, last) value date that money may have on this loan: from the day it was paid
        out, and no further back than the company allows."""
        self.ensure_one()
        loan = self.sudo()
        today = loan.company_id._get_business_date()
        limit = today - timedelta(days=loan.company_id.carloan_backdate_days)
        return max(loan.disbursement_date or today, limit), today

    def _use_overpayments(self, date):
        """Pay what is due on a date with what we hold of the borrowers."""
        return self._repay_once(
            [RepayItem(loan, ZERO, date) for loan in self.sudo()], money=False)

    # === POSTING === #

    @api.model
    def _repay_once(self, items, money=True):
        """Post at most one item of each loan."""
        loans = self.sudo().browse([item.loan.id for item in items])
        self.env.flush_all()
        loans._lock_for_posting()
        self.env.invalidate_all(flush=False)
        items = [item._replace(loan=loan) for item, loan in zip(items, loans, strict=True)]
        if money:
            self._check_repayments(items)
            replayed = self._filter_replayed(items)
            if replayed:
                return self._repay_by_replay(items, replayed)
        all_dues = self._collect_dues({item.loan: item.value_date for item in items})
        entries, main = [], []
        for item in items:
            entries += item.loan._prepare_repayment_entries(item, all_dues[item.loan])
            main.append(len(entries) - 1)
        transactions = self.env['carloan.transaction']._post(entries)
        loans._settle_if_paid({item.loan: item.value_date for item in items})
        return transactions.browse([transactions.ids[index] for index in main]) if money else (
            transactions)

    @api.model
    def _repay_by_replay(self, items, replayed):
        """Post items of which some are taken by the replay of their loan."""
        usual = [item for item in items if item not in replayed]
        posted = dict(zip(
            (item.loan.id for item in usual),
            self._repay_once(usual).ids if usual else (), strict=True))
        added, _mirrors = self._replay(
            [item.loan._prepare_replayed(item) for item in replayed],
            self.env._("a payment with an earlier value date"))
        posted.update(
            (item.loan.id, payment.id)
            for item, (payment,) in zip(replayed, added, strict=True))
        return self.env['carloan.transaction'].browse([posted[item.loan.id] for item in items])

    def _prepare_replayed(self, item):
        origin = (item.origin._name, item.origin.id) if item.origin else (None, None)
        payment = Part(
            'repayment', item.value_date, (EntryLine('overpayment', -item.amount),))
        params = self._prepare_repayment_params(item)
        if self._is_advance_principal():
            params['reason'] = self.env._("Part Prepayment")
        return PastChange(self, add=(Event(
            item.value_date, (payment,), origin,
            item.fund_account.id if item.fund_account else None, -1, params or None),))

    @api.model
    def _prepare_repayment_params(self, item):
        """What a replay has to know of the payment besides its amount."""
        return {'chosen': write_choices(item.chosen)} if item.chosen else {}

    def _prepare_repayment_entries(self, item, dues):
        """The entries of one payment, the payment itself last."""
        parts = self._spread_money(item, dues)
        entries = self._prepare_due_entries(dues)
        for kind, lines in (
                ('late_charge', dues.late_charges), ('overpayment_use', parts.from_overpayment)):
            if lines:
                entries.append(Entry(
                    self, kind, item.value_date, tuple(lines), origin=item.origin))
        if parts.from_payment:
            entries.append(Entry(
                self, 'repayment', item.value_date, parts.from_payment, origin=item.origin,
                fund_account=item.fund_account,
                params=self._prepare_repayment_params(item) or None))
        return entries

    def _prepare_due_entries(self, dues):
        return [
            Entry(self, 'due', due_date, (line,)) for due_date, line in dues.unposted_interest]

    def _spread_money(self, item, dues):
        return spread(
            item.amount, to_decimal(self.overpayment_amount), dues,
            self._get_allocation_policy(), item.value_date, item.chosen)

    @api.model
    def _post_dues(self, as_of_by_loan):
        """Post the interest of the instalments that fell due up to each loan's date."""
        all_dues = self._collect_dues(as_of_by_loan)
        return self.env['carloan.transaction']._post([
            entry for loan, dues in all_dues.items()
            for entry in loan._prepare_due_entries(dues)])

    def _settle_if_paid(self, date_by_loan):
        """Close the loans on which nothing is owed any more."""
        paid = self.filtered(lambda loan: loan.state == 'active' and not loan._is_owing())
        for date, loans in paid.grouped(lambda loan: date_by_loan[loan]).items():
            loans._update_state(('active',), 'settled', {'settled_date': date})
        if paid:
            paid._on_settled()

    def _reopen_if_owing(self):
        """Undoing a payment can bring a settled loan back to life."""
        owing = self.filtered(lambda loan: loan.state == 'settled' and loan._is_owing())
        if owing:
            owing._update_state(('settled',), 'active', {'settled_date': False})
            owing._on_reopened()

    def _is_owing(self):
        self.ensure_one()
        return bool(
            self.first_unpaid_due_date or self.principal_outstanding
            or self.interest_outstanding or self.penalty_outstanding
            or self.compound_outstanding or self.fee_outstanding)

    # === CHECKS === #

    @api.model
    def _round_items(self, items):
        """The items with their amounts as Decimal; an amount that no cent can pay is refused."""
        for item in items:
            if not is_money(item.amount):
                raise ValidationError(self.env._(
                    "The repayment of %(loan)s is %(amount)s; at most two decimals are allowed.",
                    loan=item.loan.name, amount=item.amount))
        return [item._replace(amount=to_decimal(item.amount)) for item in items]

    @api.model
    def _check_repayments(self, items):
        labels = dict(self._fields['state']._description_selection(self.env))
        for item in items:
            if item.loan.state != 'active':
                raise ValidationError(self.env._(
                    "%(loan)s is in state %(state)s and takes no repayment.",
                    loan=item.loan.name, state=labels[item.loan.state]))
            if item.amount <= 0:
                raise ValidationError(self.env._(
                    "The repayment of %(loan)s is %(amount)s; it must be above zero.",
                    loan=item.loan.name, amount=item.amount))
            first, last = item.loan._get_value_date_range()
            if not first <= item.value_date <= last:
                raise ValidationError(self.env._(
                    "%(loan)s: the value date is %(date)s; %(first)s (paid out on %(start)s, at "
                    "most %(days)s days back) to %(last)s (business date) is allowed.",
                    loan=item.loan.name, date=item.value_date, first=first, last=last,
                    start=item.loan.disbursement_date,
                    days=item.loan.company_id.carloan_backdate_days))

    @api.model
    def _filter_replayed(self, items):
        """The items that a replay of their loan takes: those that change what stands, or make the
        instalments to come anew."""
        back_dated = self._filter_back_dated(items)
        return [
            item for item in items if item in back_dated or item.loan._is_advance_principal()]

    @api.model
    def _filter_back_dated(self, items):
        """The items whose loan has an entry that stands and counts from a later day."""
        rows = self.env.execute_query(SQL(
            """
            SELECT t.loan_id, MAX(t.value_date) FROM carloan_transaction t
              LEFT JOIN carloan_transaction r ON r.reversal_of_id = t.id
             WHERE t.loan_id = ANY(%s) AND t.reversal_of_id IS NULL AND r.id IS NULL
             GROUP BY t.loan_id
            """, [item.loan.id for item in items]))
        last_entry = dict(rows)
        return [
            item for item in items
            if item.loan.id in last_entry and item.value_date < last_entry[item.loan.id]]
