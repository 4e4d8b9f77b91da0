from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.carloan_base import loanmath

from ..entries import Entry
from ..history import FOLLOWING_KINDS, LoanHistory
from ..past_change import Event, Part, PastChange, ReplayPlan, get_difference


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
        loans._mark_changed()
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
        versions = loans._fetch_schedule_versions()
        ledgers = loans._fetch_standing_ledger()
        nights = self.env['carloan.day.end']._get_nights(loans.company_id)
        return [
            loan._plan_one_replay(
                change._replace(loan=loan), loan._get_own_nights(nights[loan.company_id]),
                versions[loan.id], *ledgers[loan.id])
            for loan, change in zip(loans, changes, strict=True)]

    def _get_own_nights(self, nights):
        """The `Nights` of the lender as they are to this loan."""
        if self.penalty_capitalisation == 'month_end':
            return nights
        return nights._replace(charging=frozenset())

    def _plan_one_replay(self, change, nights, versions, dues, events):
        """
        :param nights: `Nights`
        :param versions: {id: `Agreed` list}, the first one first
        :param dues: `Part` list of the interest that fell due
        :param events: `Event` list as it stands
        """
        self.ensure_one()
        dropped = [event for event in events if event.id in change.drop]
        start = min(event.value_date for event in (*change.add, *dropped))
        history = LoanHistory(self._get_history_terms(), versions, dues)
        for event in events:
            if event.value_date < start:
                history.apply(event)
        standing = [event for event in events if event.value_date >= start]
        facts = [
            event for event in standing
            if event.id not in change.drop and event.kind not in FOLLOWING_KINDS]
        try:
            outcome = history.play(
                sorted([*facts, *change.add], key=lambda fact: fact.value_date), start, nights)
        except loanmath.TermsError as error:
            raise ValidationError(self._get_change_message(error)) from error
        back, post = get_difference(standing, outcome.events)
        return ReplayPlan(change, back, post, outcome)

    def _prepare_undoing(self, transactions):
        """The `PastChange` that takes events out of the past of this loan. A change of terms
        leaves the schedule that it had replaced, as a version of its own."""
        changes = transactions.filtered(
            lambda row: row.kind == 'terms_change' or row.version_id)
        return PastChange(self, drop=tuple(transactions.ids), add=tuple(
            Event(change.value_date, (Part('terms_change', change.value_date, ()),),
                  id=-number, params={'change': 'keep'})
            for number, change in enumerate(changes, 1)))

    # === POSTING === #

    def _prepare_replay(self, plan):
        """Mirrors first, then interest that fell due, then the events in the order of dates."""
        versions, ids = self._create_replayed_versions(plan)
        entries = [
            self._prepare_entry(part, event, event.id, self._mirror(part.lines),
                                reversal_of=self.env['carloan.transaction'].browse(part.id))
            for event in plan.back for part in event.parts]
        entries += [
            Entry(self, 'due', part.value_date, self._mirror(part.lines), event=('undue', index),
                  reversal_of=self.env['carloan.transaction'].browse(part.id))
            for index, part in enumerate(plan.outcome.dropped_dues)]
        entries += [
            Entry(self, 'due', part.value_date, self._point(part.lines, ids), event=('due', index))
            for index, part in enumerate(plan.outcome.dues)]
        for index, event in enumerate(plan.post):
            for part in event.parts:
                main = part == event.parts[-1]
                entries.append(self._prepare_entry(
                    part, event, ('post', index), self._point(part.lines, ids),
                    replaces_id=main and event.id > 0 and event.id,
                    version_id=main and versions.get(event.id, event.version_id)))
        return entries

    @api.model
    def _mirror(self, lines):
        return tuple(line._replace(amount=-line.amount) for line in lines)

    @api.model
    def _point(self, lines, ids):
        """Lines on new instalments, once these have an id."""
        return tuple(
            line._replace(instalment_id=ids.get(line.instalment_id, line.instalment_id))
            for line in lines)

    def _prepare_entry(self, part, event, key, lines, **values):
        model, id_ = event.origin
        main = part == event.parts[-1]
        return Entry(
            self, part.kind, part.value_date, lines, event=key,
            origin=self.env[model].browse(id_) if id_ and model in self.env else None,
            fund_account=self.env['carloan.fund.account'].browse(
                event.fund_account_id if main else False),
            params=event.params if main else None, **values)

    def _create_replayed_versions(self, plan):
        """Write the schedules that came out different, and say what they replace.

        :return: {id of the fact: id of its version}, {id below 0: id of the instalment}
        """
        made, ids = {}, {}
        for event in plan.post:
            if event.version_id < 0:
                version = self._create_schedule_version(
                    event.plan, event.value_date, reason=event.params.get('reason', False))
                made[event.id] = version.id
                ids.update(zip(
                    (row.id for row in event.plan),
                    version.instalment_ids.sorted('number').ids, strict=True))
        live = [ids.get(row.id, row.id) for row in plan.outcome.live]
        if made:
            self._supersede(live, {
                id_: made[fact] for id_, fact in plan.outcome.replaced.items()
                if id_ > 0 and fact in made}, next(iter(made.values())))
        return made, ids

    def _supersede(self, live_ids, by_instalment, version_id):
        """Mark the instalments that are no longer agreed; those of a schedule that was itself
        taken back by the first new version.

        :param by_instalment: {id: version that replaced it}
        """
        self.env.flush_all()
        self.env.cr.execute(SQL(
            """
            UPDATE carloan_instalment i
               SET superseded_id = COALESCE((
                   SELECT m.version_id FROM unnest(%s::int[], %s::int[]) AS m (id, version_id)
                    WHERE m.id = i.id), %s)
             WHERE i.loan_id = %s AND i.superseded_id IS NULL AND NOT i.id = ANY(%s)
            """, list(by_instalment), list(by_instalment.values()), version_id, self.id,
            list(live_ids)))
        self.env.invalidate_all(flush=False)

    @api.model
    def _settle_replayed(self, plans):
        """Bring the state of the loans in line with their new history."""
        hooks = {'_on_settled': self.browse(), '_on_reopened': self.browse(),
                 '_on_written_off': self.browse()}
        for plan in plans:
            loan = plan.change.loan
            state, dates, hook = loan._get_replayed_state(plan.outcome)
            if state != loan.state:
                loan._update_state(('active', 'settled', 'written_off'), state, dates)
                hooks[hook] |= loan
            elif any(loan[name] != date for name, date in dates.items()):
                loan._write_guarded(dates)
        for hook, loans in hooks.items():
            if loans:
                getattr(loans, hook)()

    @api.model
    def _get_replayed_state(self, outcome):
        """(state, its dates, hook to call when it is new)"""
        state, hook = {
            '': ('active', '_on_reopened'), 'write_off': ('written_off', '_on_written_off'),
        }.get(outcome.closing_kind, ('settled', '_on_settled'))
        return state, {
            'settled_date': outcome.closed_date if state == 'settled' else False,
            'written_off_date': outcome.closed_date if state == 'written_off' else False,
            'maturity_date': outcome.maturity,
        }, hook

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
