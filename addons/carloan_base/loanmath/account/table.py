"""What each instalment owes, given all that has happened to the balance.

The plan is walked from instalment to instalment. Up to the day that is known the balance is the
true one, so that late principal bears interest and early money saves it; from there on every
instalment is taken to be paid on its day. Without daily recalculation the whole plan is taken to be
kept, and payments change nothing in it.

An instalment has room for so much interest as its amount leaves; what does not fit goes on to the
next one. The last instalment that is not settled takes what is left.
"""
from bisect import insort
from dataclasses import replace
from datetime import date
from itertools import accumulate

from . import prepayments
from .period import REGULAR


class Table:
    def __init__(self, interest, settings):
        self.interest = interest
        self.settings = settings
        # flat interest is that of the original principal, whatever is owed
        self.follows_truth = settings.daily_recalculation and settings.terms.method != 'flat'
        self.periods = []
        self.moves = []                  # of (day it counts, amount): the balance over time
        self.plain_moves = []            # the same as if all late money had come in time
        self.outstanding = 0             # principal that is owed in truth
        self.known_until = date.min
        self.frozen_on = None            # charged off: nothing is late any more after this day
        self.ended = False               # written off: the figures stay

    def as_planned(self):
        """The same table with all instalments kept to the day and nothing paid beyond them."""
        plan = Table(self.interest, replace(self.settings, daily_recalculation=False))
        plan.periods = [period.as_planned() for period in self.periods]
        plan.moves = plan.plain_moves = [move for move in self.moves if move[1] > 0]
        plan.outstanding = sum(amount for _day, amount in plan.moves) - sum(
            period.settled_principal for period in plan.periods)
        return plan

    # --- what moves the balance

    def add_principal(self, day, amount):
        insort(self.moves, (day, amount))
        insort(self.plain_moves, (day, amount))
        self.outstanding += amount

    def repay_principal(self, day, period, amount):
        self.outstanding -= amount
        if self.follows_truth:
            insort(self.moves, (self.get_counting_day(day, period), -amount))
            insort(self.plain_moves, (min(day, period.due), -amount))

    def get_counting_day(self, day, period):
        """The day from which money (or, looking at it today, its lack) changes the interest."""
        if day <= period.due:
            in_time = self.settings.rest == 'day' or period.kind != REGULAR
            return day if in_time else self._get_rest(day)
        if not self.settings.interest_on_overdue:
            return period.due
        if self.frozen_on:
            day = min(day, max(self.frozen_on, period.due))
        return self._get_rest(day) if self.settings.rest == 'period' else day

    def _get_rest(self, day):
        return next((
            period.due if period.start < day else day for period in self.periods
            if period.kind == REGULAR and period.due >= day), day)

    def has_late(self, day):
        """Whether principal is unpaid that was due before the day."""
        for period in self.periods:
            if period.due >= day:
                return False
            if period.owed['principal'] != period.done['principal']:
                return True
        return False

    # --- finding instalments

    def find(self, day):
        """Index of the regular instalment whose period contains the day, the last one after all."""
        regular = self.get_regular()
        return next((index for index in regular if self.periods[index].due > day), regular[-1])

    def get_regular(self):
        return [
            index for index, period in enumerate(self.periods) if period.kind == REGULAR]

    def get_closing(self):
        """The last instalment that is not settled: it takes what is left. One that asks for nothing
        takes nothing while a later one is settled: that one was paid what came over to it."""
        regular = [
            index for index in self.get_regular() if not self.periods[index].closed]
        if not regular:
            return len(self.periods) - 1
        last = regular[-1]
        return next((
            index for index in reversed(regular)
            if not self.is_settled(self.periods[index])
            and (index == last or self.periods[index].asks())), last)

    def is_settled(self, period):
        if not self.follows_truth:
            return False
        if period.instalment is not None:
            return 0 < period.instalment + period.credited <= period.settled
        if period.principal_part is not None:
            return 0 < period.principal_part + period.credited <= period.settled_principal
        return False

    # --- the walk

    def walk(self, first=0, plain=False):
        if self.ended or not self.periods:
            return
        walk = _Walk(self, first, plain)
        for index in range(first, len(self.periods)):
            walk.step(index)

    def earn_until(self, period, day):
        """Interest of the running period up to `day`, with what came over from earlier ones."""
        if period.given_interest is not None:
            return period.owed['interest']
        walk = _Walk(self, self.periods.index(period), False)
        balances = walk.get_balances(period)
        total = self.interest.earn(period, balances, day) if day > period.start else (0, 1)
        return walk.carry + self.interest.round(*total)


class _Walk:
    """One pass over the instalments, from one of them on."""

    def __init__(self, table, first, plain):
        self.table = table
        self.plain = plain
        self.moves = table.plain_moves if plain else table.moves
        self.closing = table.get_closing()
        self.assumed = []                # (day, amount) of principal taken to be repaid
        self.opening_moves = _Running(self.moves)
        self.opening_assumed = _Running(self.assumed)
        before = table.periods[:first]
        for period in before:
            if not table.follows_truth or period.owed['principal'] != period.done['principal']:
                self._assume(period)
        taken = sum(period.owed['principal'] - period.settled_principal for period in before)
        self.left = table.outstanding - taken - sum(     # less what other rows ask for themselves
            max(period.principal_part + period.credited - period.settled_principal, 0)
            for period in table.periods[first:] if period.kind != REGULAR and not period.closed)
        self.carry = next((
            period.carry for period in reversed(before) if period.kind == REGULAR), 0)
        self.spare = next((
            period.spare for period in reversed(before) if period.kind == REGULAR), 0)

    def _assume(self, period):
        """The plan is kept in full, or what is open is paid on its day, or today if it is late."""
        table = self.table
        amount = period.owed['principal']
        day = period.due
        if table.follows_truth:
            amount -= period.settled_principal
            if not self.plain and table.known_until > day:
                day = table.get_counting_day(table.known_until, period)
        if amount:
            self.assumed.append((day, amount))

    def step(self, index):
        period = self.table.periods[index]
        settled = period.settled_principal
        if period.kind == REGULAR:
            self._take_interest(period)
        due = period.own_interest + self.carry
        if period.closed:
            interest, principal = period.settled_interest, settled
        elif period.kind != REGULAR:
            interest = 0
            principal = max(period.principal_part + period.credited, settled)
            self.left += principal - settled      # it was set aside
        elif index == self.closing:
            interest = max(due, period.settled_interest)
            principal = settled + self.left
        else:
            interest, principal = self._split(period, due, settled)
        if period.kind == REGULAR:
            self.carry = period.carry = due - interest
            period.spare = self.spare
            period.owed['interest'] = interest
        period.owed['principal'] = principal
        self.left -= principal - settled
        self._assume(period)

    def _split(self, period, due, settled):
        """(interest, principal): interest as far as there is room, then principal."""
        if self.table.settings.prepayment != 'keep' and period.instalment is not None:
            return prepayments.split(self, period, due, settled)
        if period.principal_part is not None:
            interest = max(due, period.settled_interest)
            wanted = period.principal_part + period.credited - settled
        else:
            room = max(period.instalment + period.credited - settled, 0)
            interest = max(min(due, room), period.settled_interest)
            wanted = room - interest
        return interest, settled + min(max(wanted, 0), max(self.left, 0))

    def _take_interest(self, period):
        if period.given_interest is not None:
            period.own_interest = period.given_interest
            return
        interest = self.table.interest
        period.own_interest = interest.round(*interest.earn(period, self.get_balances(period)))

    def get_balances(self, period):
        """(day, balance) from the start of the period on."""
        start, due = period.start, period.due
        opening = self.opening_moves.advance(start) - self.opening_assumed.advance(start)
        moves = self.opening_moves.get_until(due)
        assumed = self.opening_assumed.get_until(due)
        if not moves and not assumed:
            return [(start, opening)]
        changes = {start: opening}
        for day, amount in moves:
            changes[day] = changes.get(day, 0) + amount
        for day, amount in assumed:
            changes[day] = changes.get(day, 0) - amount
        days = sorted(changes)
        return list(zip(days, accumulate(changes[day] for day in days), strict=True))


class _Running:
    """A sum over (day, amount) rows that is asked for day after day."""

    __slots__ = ('rows', 'place', 'total')

    def __init__(self, rows):
        self.rows = rows
        self.place = 0
        self.total = 0

    def advance(self, day):
        """The sum up to the day, that day included."""
        rows, place = self.rows, self.place
        while place < len(rows) and rows[place][0] <= day:
            self.total += rows[place][1]
            place += 1
        self.place = place
        return self.total

    def get_until(self, day):
        """The rows after the last day asked for and before this one."""
        rows, place = self.rows, self.place
        end = place
        while end < len(rows) and rows[end][0] < day:
            end += 1
        return rows[place:end]
