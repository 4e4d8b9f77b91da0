"""The life of one loan as a fold: what happened to it, in the order of dates, and what follows.

Pure arithmetic. *Facts* come from outside (money received, a waiver, a change of terms); what
follows from them (late charges, how money is spread, the use of what we hold, new instalments, the
day of settlement) is computed again by the code that computed it the first time. A history with a
fact put in or taken out is folded anew from the day of that fact and compared with what stands.
"""
from collections import Counter
from decimal import Decimal

from odoo.addons.carloan_base.loanmath import TermsError

from . import rearrangements  # noqa: F401  registers its ways
from .changes import Moment, ask_for_advance, change_terms, plan_change
from .const import DEBT_COMPONENTS
from .dues import ZERO, get_loan_dues, read_choices, spread
from .entries import EntryLine
from .history_item import HistoryItem
from .money_book import MoneyBook
from .past_change import Event, Outcome, Part

#: Kinds whose lines follow from the rest of the history and are computed anew by a replay.
FOLLOWING_KINDS = ('due', 'late_charge', 'overpayment_use')
#: Changes that end a loan; it keeps the day on which it would have ended.
CLOSING_CHANGES = ('payoff', 'stop', 'accelerate')


class LoanHistory:
    """One loan at a moment of its history; `play` moves it on."""

    def __init__(self, terms, versions, dues=()):
        """
        :param versions: {id: `Agreed` list in the order of due dates}, the first one first
        :param dues: `Part` list of the interest that was posted as due, on any instalment
        """
        self.terms, self.math, self.versions = terms, terms.math, versions
        self.dues, self.posted = [], {line.instalment_id: (part, line)
                                      for part in dues for line in part.lines}
        self.totals, self.items, self.replaced = Counter(), {}, {}
        self.new_id, self.maturity = 0, None
        self.closed_date, self.closing_kind = None, ''
        self.money = MoneyBook()
        for first in versions.values():
            self._add_items(first)
            break

    def apply(self, event):
        """Take over an event as it stands."""
        if event.version_id and event.params:
            self.math = change_terms(self.math, event.value_date, event.params)
            self._replace_ahead(event, self.versions[event.version_id])
        self._apply_parts(event.parts)
        self._note(event)

    def play(self, facts, start, nights):
        """Let the facts happen, and what we hold be used at the end of each day from `start` on
        on which something is due and that is closed.

        :param facts: `Event` list in the order of dates and of entry; from those that stand only
                      what was asked for is taken, not what came of it
        :param nights: `Nights` of the lender as far as they touch this loan
        :return: `Outcome`
        """
        by_date, events, closed = {}, [], nights.closed
        for fact in facts:
            by_date.setdefault(fact.value_date, []).append(fact)
        charged = {day for day in nights.charging if day >= start}
        days = sorted({*by_date, *charged, *self._get_due_dates(start, closed)})
        while days:
            day = days.pop(0)
            changed = False
            for fact in by_date.get(day, ()):
                events.append(self._take(fact))
                changed |= bool(events[-1] and events[-1].params)
            if changed:
                days = sorted({*days, *self._get_due_dates(day, closed)} - {day})
            if day <= closed:
                events += self._close(day)
            if day in charged:
                events += self._charge(day)
        live = tuple(item.agreed for item in self.items.values())
        live_ids = {agreed.id for agreed in live}
        return Outcome(
            [event for event in events if event], self.dues,
            [part for id_, (part, _line) in self.posted.items() if id_ not in live_ids],
            self.closed_date, self.closing_kind, live, self.replaced, self.maturity)

    # === WHAT HAPPENS === #

    def _take(self, fact):
        if fact.kind == 'repayment':
            fact = self._use_in_advance(fact)
        parts = []
        if fact.params and 'change' in fact.params:
            fact, parts = self._change(fact)
            self._apply_parts(parts)
        if fact.kind != 'terms_change':
            more = self._get_parts(fact)
            self._apply_parts(more)
            parts += more
        if not parts:
            return None
        fact = fact._replace(parts=tuple(parts))
        self._note(fact)
        return fact

    def _use_in_advance(self, fact):
        """The repayment with the change of schedule that it asks for by bringing more than is due,
        where the contract says so. One that once changed the schedule and does no longer leaves
        what it had replaced."""
        params = {name: value for name, value in (fact.params or {}).items()
                  if name not in ('change', 'amount', 'way')}
        asked = None
        if self.terms.advance != 'hold':
            asked = ask_for_advance(
                self.get_moment(fact.value_date), fact.money, self.terms.advance)
        if asked:
            return fact._replace(params=params | asked)
        if fact.version_id:
            return fact._replace(params={**params, 'change': 'keep'})
        return fact._replace(params=params or None)

    def _get_parts(self, fact):
        day, kind = fact.value_date, fact.kind
        if kind == 'repayment':
            return self._pay(fact.money, day, (fact.params or {}).get('chosen', ()))
        if kind in ('waiver', 'write_off'):
            return self._give_up(fact)
        if kind == 'chargeback':
            return [Part(kind, day, self.money.get_chargeback(
                fact.params['payment'], Decimal(fact.params['amount']),
                self.terms.chargeback_order))]
        if kind == 'refund':
            self._check_held(-fact.money)
        return list(fact.parts)

    def _change(self, fact):
        """Make the instalments to come anew; the schedule that stands is kept if it is the same."""
        plan = self.plan(fact)
        standing = self.versions.get(fact.version_id, ())
        if [row.facts for row in standing] == [row.facts for row in plan.rows]:
            rows = tuple(standing)
        else:
            rows = tuple(row._replace(id=self._next_id()) for row in plan.rows)
            fact = fact._replace(version_id=-1 if rows else 0)
        fact = fact._replace(plan=rows)
        self._replace_ahead(fact, rows)
        day, fee = fact.value_date, EntryLine('fee', plan.fee)
        parts = [Part('fee_charge', day, (fee,))] if plan.fee else []
        parts += self._move(plan.moves, day)
        return fact, parts + (
            [Part(fact.kind, day, ())] if fact.kind == 'terms_change' else [])

    def _move(self, moves, day):
        """The parts by which a change moves what is due; what is due is posted first."""
        if not moves:
            return []
        dues = self.get_dues(day)
        self._post_dues(dues)
        return [
            Part(kind, day, tuple(lines))
            for kind, lines in (('late_charge', dues.late_charges), *moves) if lines]

    def plan(self, fact, explain=None):
        """`changes.Plan` of a change of terms; the history must stand right before it.

        :param explain: a `Trace` that is told how the instalments come about, or None
        """
        day = fact.value_date
        self.math = change_terms(self.math, day, fact.params)
        return plan_change(
            self.get_moment(day)._replace(explain=explain), fact.params,
            agreed=fact.id > 0 or fact.kind == 'repayment')

    def _close(self, day):
        """The night of a day: what fell due is posted, what we hold pays it."""
        held, due_now = self.get_held(), False
        for item in self.items.values():
            if item.due_date <= day and item.is_open:
                due_now |= item.is_unpaid
                if item.posted != item.agreed.interest:
                    self._post_dues(self.get_dues(day))
        if not (held and due_now):
            return []
        event = Event(day, tuple(self._pay(ZERO, day)))
        self._apply_parts(event.parts)
        if event.parts:
            self._note(event)
        return [event] if event.parts else []

    def _charge(self, day):
        """The night that posts late charges though nothing is paid."""
        lines = tuple(self.get_dues(day).late_charges)
        parts = (Part('late_charge', day, lines),) if lines else ()
        self._apply_parts(parts)
        return [Event(day, parts)] if parts else []

    def _pay(self, money, day, chosen=()):
        """The parts by which late charges are posted and money is spread."""
        dues = self.get_dues(day)
        self._post_dues(dues)
        parts = spread(
            money, self.get_held(), dues, self.terms.policy, day, read_choices(chosen))
        wanted = [
            ('late_charge', tuple(dues.late_charges)), ('overpayment_use', parts.from_overpayment),
            ('repayment', parts.from_payment)]
        return [Part(name, day, lines) for name, lines in wanted if lines]

    def _give_up(self, fact):
        """Forgo what is due, oldest first: up to an amount of each component, or all of it."""
        day, wanted = fact.value_date, fact.params.get('amounts')
        dues = self.get_dues(day)
        self._post_dues(dues)
        lines, rest = [], {name: Decimal(text) for name, text in (wanted or {}).items()}
        for due in dues.dues:
            amount = due.amount if wanted is None else min(
                due.amount, rest.get(due.component, ZERO))
            if amount:
                lines.append(EntryLine(due.component, -amount, due.number or False))
                rest[due.component] = rest.get(due.component, ZERO) - amount
        late = [Part('late_charge', day, tuple(dues.late_charges))] if dues.late_charges else []
        return [*late, Part(fact.kind, day, tuple(lines))]

    def _post_dues(self, dues):
        parts = [Part('due', due_date, (line,)) for due_date, line in dues.unposted_interest]
        self._apply_parts(parts)
        self.dues += parts

    def _check_held(self, amount):
        if amount > self.get_held():
            raise TermsError(
                'refund', "Only what is held of the borrower is paid back.",
                value=amount, max=self.get_held())

    # === BOOKKEEPING === #

    def _apply_parts(self, parts):
        for part in parts:
            for line in part.lines:
                self.totals[line.component] += line.amount
                if line.instalment_id:
                    self.items[line.instalment_id].apply(part.kind, part.value_date, line)

    def _add_items(self, rows):
        self.maturity = max((row.due_date for row in rows), default=self.maturity)
        for agreed in rows:
            item = self.items[agreed.id] = HistoryItem(agreed)
            if agreed.id in self.posted:
                part, line = self.posted[agreed.id]
                self.totals['interest'] += line.amount
                item.apply(part.kind, part.value_date, line)

    def _replace_ahead(self, event, rows):
        """The instalments that fall due after the day of the event make room for `rows`."""
        for id_, item in list(self.items.items()):
            if item.due_date > event.value_date:
                self.totals['interest'] -= item.posted
                self.replaced.setdefault(id_, event.id)
                del self.items[id_]
        maturity = self.maturity
        self._add_items(rows)
        if event.params['change'] in CLOSING_CHANGES:
            self.maturity = maturity

    def _note(self, event):
        self.money.apply(event)
        owing = any(self.totals[component] for component in DEBT_COMPONENTS) or any(
            item.is_unpaid for item in self.items.values())
        if owing:
            self.closed_date, self.closing_kind = None, ''
        elif not self.closed_date:
            self.closed_date, self.closing_kind = event.value_date, event.kind

    def _next_id(self):
        self.new_id -= 1
        return self.new_id

    # === GETTERS === #

    def get_dues(self, day):
        """`LoanDues` of what is owed on a day."""
        balances = [
            item.get_balance() for item in self.items.values()
            if item.due_date <= day and item.is_open]
        return get_loan_dues(balances, self.totals['fee'], day, self.terms.late_terms)

    def get_moment(self, day):
        """What a change of terms starts from."""
        rows, dues = [item.agreed for item in self.items.values()], self.get_dues(day)
        return Moment(
            day, self.math, tuple(row for row in rows if row.due_date <= day),
            tuple(row for row in rows if row.due_date > day),
            dues.get_total() - self.get_held(), self.terms.early, dues=dues)

    def get_held(self):
        return -self.totals['overpayment']

    def _get_due_dates(self, start, closed):
        return {
            item.due_date for item in self.items.values() if start <= item.due_date <= closed}
