from collections import defaultdict
from itertools import groupby

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.carloan_base.money import to_decimal

from ..entries import Entry, EntryLine
from ..history import Event, LoanHistory, Part, Terms, get_difference, make_balance
from ..past_change import ReplayPlan


class CarloanLoan(models.Model):
    """Changes of the past: what followed is taken back and posted again in the order of dates.

    Nothing is edited. The mirrors and the new postings carry the original value dates and today's
    booking date, all in one transaction under the lock of the loan; afterwards the ledger adds up
    to what it would be had everything been entered on its day.
    """
    _inherit = 'carloan.loan'

    @api.model
    def _replay(self, changes, reason):
        """Carry out a list of `PastChange`, at most one of each loan.

        The number of queries depends neither on the number of loans nor on their events. What
        comes out the same is left alone. The caller has checked who may do it.

        :return: list of the transactions of the added facts, in the order of `changes`, and
                 {id of a main transaction that was taken back: its mirror}
        """
        loans = self.sudo().browse([change.loan.id for change in changes])
        self.env.flush_all()
        loans._lock_for_posting()
        self.env.invalidate_all(flush=False)
        plans = self._plan_replay(changes)
        entries = [entry for plan in plans for entry in plan.change.loan._prepare_replay(plan)]
        transactions = self.env['carloan.transaction']._post(entries)
        self._settle_replayed(plans)
        self._announce_replay(plans, reason)
        mains = {
            (entry.loan.id, entry.event): id_
            for entry, id_ in zip(entries, transactions.ids, strict=True)}
        return self._match_replayed(plans, mains)

    @api.model
    def _plan_replay(self, changes):
        """`ReplayPlan` of each `PastChange`; writes nothing."""
        loans = self.sudo().browse([change.loan.id for change in changes])
        instalments = loans._fetch_agreed_instalments()
        ledgers = loans._fetch_standing_ledger()
        return [
            loan._plan_one_replay(
                change._replace(loan=loan), instalments[loan.id], *ledgers[loan.id])
            for loan, change in zip(loans, changes, strict=True)]

    def _plan_one_replay(self, change, instalments, dues, events):
        """
        :param dues: `Part` list of the interest that fell due
        :param events: `Event` list as it stands
        """
        self.ensure_one()
        dropped = [event for event in events if event.id in change.drop]
        start = min(event.value_date for event in (*change.add, *dropped))
        history = LoanHistory(self._get_history_terms(), instalments)
        history.apply(dues)
        history.apply(
            part for event in events if event.value_date < start for part in event.parts)
        if self.settled_date and self.settled_date < start:
            history.settled_date = self.settled_date
        standing = [event for event in events if event.value_date >= start]
        facts = [
            event for event in standing
            if event.id not in change.drop and event.kind != 'overpayment_use']
        outcome = history.play(
            sorted([*facts, *change.add], key=lambda fact: fact.value_date), start,
            fields.Date.subtract(self.company_id._get_business_date(), days=1))
        back, post = get_difference(standing, outcome.events)
        return ReplayPlan(change, back, post, outcome)

    # === POSTING === #

    def _prepare_replay(self, plan):
        """Mirrors first, then interest that fell due, then the events in the order of dates."""
        entries = [
            self._prepare_entry(part, event, event.id, [
                line._replace(amount=-line.amount) for line in part.lines],
                reversal_of=self.env['carloan.transaction'].browse(part.id))
            for event in plan.back for part in event.parts]
        entries += [
            Entry(self, part.kind, part.value_date, part.lines, event=('due', index))
            for index, part in enumerate(plan.outcome.dues)]
        entries += [
            self._prepare_entry(
                part, event, ('post', index), part.lines,
                replaces_id=part == event.parts[-1] and event.id > 0 and event.id)
            for index, event in enumerate(plan.post) for part in event.parts]
        return entries

    def _prepare_entry(self, part, event, key, lines, **values):
        model, id_ = event.origin
        return Entry(
            self, part.kind, part.value_date, tuple(lines), event=key,
            origin=self.env[model].browse(id_) if id_ and model in self.env else None,
            fund_account=self.env['carloan.fund.account'].browse(
                event.fund_account_id if part == event.parts[-1] else False),
            **values)

    @api.model
    def _settle_replayed(self, plans):
        """Bring the state of the loans in line with their new history."""
        settled, reopened = self.browse(), self.browse()
        for plan in plans:
            loan, date = plan.change.loan, plan.outcome.settled_date
            if date and loan.state == 'active':
                loan._update_state(('active',), 'settled', {'settled_date': date})
                settled |= loan
            elif not date and loan.state == 'settled':
                loan._update_state(('settled',), 'active', {'settled_date': False})
                reopened |= loan
            elif date and loan.settled_date != date:
                loan._write_guarded({'settled_date': date})
        if settled:
            settled._on_settled()
        if reopened:
            reopened._on_reopened()

    @api.model
    def _announce_replay(self, plans, reason):
        """Say on the loan what became of its past."""
        for plan in plans:
            count = len(set(event.id for event in plan.back) - set(plan.change.drop))
            if count:
                plan.change.loan._message_log(body=self.env._(
                    "Recalculated: %(reason)s. %(count)s later transactions were taken back and "
                    "posted again with their value dates.", reason=reason, count=count))

    @api.model
    def _match_replayed(self, plans, mains):
        """See `_replay`; documents learn which transaction is theirs now.

        :param mains: {(loan id, key of the event): id of its main transaction}
        """
        transactions = self.env['carloan.transaction']
        added, mirrors, replaced = [], {}, {}
        for plan in plans:
            loan_id = plan.change.loan.id
            mirrors.update(
                (event.id, transactions.browse(mains[loan_id, event.id])) for event in plan.back)
            new_ids = {
                event.id: mains[loan_id, ('post', index)]
                for index, event in enumerate(plan.post) if event.id}
            added.append([
                transactions.browse(new_ids.pop(-number))
                for number in range(1, len(plan.change.add) + 1)])
            replaced.update(new_ids)
        self._follow_replay(replaced)
        return added, mirrors

    @api.model
    def _follow_replay(self, replaced):
        """Called when transactions were taken back and posted anew; whoever points to the old
        ones turns to the new ones. Overriders call `super()` first.

        :param replaced: {id of the old main transaction: id of the new one}
        """
        origins = self.env['carloan.transaction']._read_group(
            [('id', 'in', list(replaced)), ('origin_id', '!=', False)], ['origin_model'])
        documents = self.env.registry['carloan.loan.document.mixin']
        for model, in origins:
            if issubclass(self.env.registry[model], documents):
                self.env[model]._follow_replay(replaced)

    # === READING === #

    def _get_history_terms(self):
        self.ensure_one()
        return Terms(
            self._get_allocation_order(), self.allocation_by,
            self._get_late_terms(self.annual_rate))

    def _fetch_agreed_instalments(self):
        """{loan id: list of `InstalmentBalance` as agreed, in the order of due dates}"""
        rows = self.env.execute_query(SQL(
            """
            SELECT loan_id, id, number, due_date, principal_amount, interest_amount
              FROM carloan_instalment
             WHERE loan_id = ANY(%s) AND superseded_id IS NULL
             ORDER BY loan_id, due_date, number
            """, self.ids))
        agreed = defaultdict(list)
        for loan_id, id_, number, due_date, principal, interest in rows:
            agreed[loan_id].append(make_balance(
                id_, number, due_date, to_decimal(principal), to_decimal(interest)))
        return agreed

    def _fetch_standing_ledger(self):
        """{loan id: (interest that fell due as `Part` list, all else as `Event` list)} of what is
        neither reversed nor a reversal, in the order of value dates and of entry."""
        rows = self.env.execute_query(SQL(
            """
            SELECT t.loan_id, t.event_id, t.id, t.kind, t.value_date, t.origin_model,
                   t.origin_id, t.fund_account_id, l.component, l.amount,
                   COALESCE(l.instalment_id, 0)
              FROM carloan_transaction t
              LEFT JOIN carloan_transaction r ON r.reversal_of_id = t.id
              JOIN carloan_transaction_line l ON l.transaction_id = t.id
             WHERE t.loan_id = ANY(%s) AND t.reversal_of_id IS NULL AND r.id IS NULL
             ORDER BY t.value_date, t.event_id, t.id, l.id
            """, self.ids))
        ledgers = defaultdict(lambda: ([], []))
        for (loan_id, event_id), event_rows in groupby(rows, lambda row: row[:2]):
            event_rows = list(event_rows)
            dues, events = ledgers[loan_id]
            parts = self._read_parts(event_rows)
            dues += [part for part in parts if part.kind == 'due']
            parts = tuple(part for part in parts if part.kind != 'due')
            if parts:
                *_head, value_date, model, origin_id, fund_id = event_rows[-1][:8]
                events.append(Event(value_date, parts, (model, origin_id), fund_id, event_id))
        return ledgers

    @api.model
    def _read_parts(self, rows):
        return [
            Part(kind, value_date, tuple(
                EntryLine(component, to_decimal(amount), instalment_id or False)
                for *_head, component, amount, instalment_id in lines), id_)
            for (id_, kind, value_date), lines in groupby(rows, lambda row: row[2:5])]
