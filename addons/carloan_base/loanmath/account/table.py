"""What each instalment owes, given all that has happened to the balance.

The plan is walked from instalment to instalment. Up to the day that is known the balance is the
true one, so that late principal bears interest and early money saves it; from there on every
instalment is taken to be paid on its day. Without daily recalculation the whole plan is taken to be
kept, and payments change nothing in it.

An instalment has room for so much interest as its amount leaves; what does not fit goes on to the
next one. The last instalment that is not settled takes what is left.
"""
from bisect import bisect_left, insort
from datetime import date

from .period import REGULAR


class Table:
    def __init__(self, interest, settings):
        self.interest = interest
        self.settings = settings
        self.follows_truth = settings.daily_recalculation
        self.periods = []
        self.moves = []                  # of (day it counts, amount): the balance over time
        self.plain_moves = []            # the same as if all late money had come in time
        self.outstanding = 0             # principal that is owed in truth
        self.known_until = date.min
        self.frozen_on = None            # charged off: nothing is late any more after this day
        self.ended = False               # written off: the figures stay

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
            return self._get_rest(day) if self.settings.rest == 'period' else day
        if not self.settings.interest_on_overdue:
            return period.due
        if self.frozen_on:
            day = min(day, max(self.frozen_on, period.due))
        return self._get_rest(day) if self.settings.rest == 'period' else day

    def _get_rest(self, day):
        return next((
            period.due for period in self.periods
            if period.kind == REGULAR and period.due >= day), day)

    # --- finding instalments

    def find(self, day):
        """Index of the regular instalment whose period contains the day, the last one after all."""
        regular = self.get_regular()
        return next((index for index in regular if self.periods[index].due > day), regular[-1])

    def get_regular(self):
        return [
            index for index, period in enumerate(self.periods) if period.kind == REGULAR]

    def get_closing(self):
        """The last instalment that is not settled: it takes what is left."""
        regular = [
            index for index in self.get_regular() if not self.periods[index].closed]
        if not regular:
            return len(self.periods) - 1
        return next((
            index for index in reversed(regular) if not self.is_settled(self.periods[index])),
            regular[-1])

    def is_settled(self, period):
        if not self.follows_truth:
            return False
        if period.instalment is not None:
            return period.instalment + period.credited <= period.settled
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
        index = self.periods.index(period)
        walk = _Walk(self, index, False)
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
        before = table.periods[:first]
        for period in before:
            self._assume(period, self._get_unpaid(period))
        taken = sum(self._get_unpaid(period) for period in before)
        total = table.outstanding if table.follows_truth else sum(
            amount for _day, amount in table.moves)
        self.left = total - taken
        self.carry = next((
            period.carry for period in reversed(before) if period.kind == REGULAR), 0)

    def _get_unpaid(self, period):
        if not self.table.follows_truth:
            return period.owed['principal']
        return period.owed['principal'] - period.settled_principal

    def _assume(self, period, amount):
        if not amount:
            return
        day = period.due
        known = self.table.known_until
        if self.table.follows_truth and not self.plain and known > day:
            day = self.table.get_counting_day(known, period)
        self.assumed.append((day, amount))

    def step(self, index):
        period = self.table.periods[index]
        if period.kind == REGULAR:
            self._take_interest(period)
        due = period.own_interest + self.carry
        settled = period.settled_principal if self.table.follows_truth else 0
        if period.closed:
            interest, principal = period.settled_interest, period.settled_principal
        elif period.kind != REGULAR:
            interest = 0
            principal = max(period.principal_part + period.credited, settled)
        elif index == self.closing:
            interest, principal = due, settled + self.left
        else:
            interest, principal = self._split(period, due, settled)
        if period.kind == REGULAR:
            self.carry = period.carry = due - interest
        period.owed['interest'] = interest
        period.owed['principal'] = principal
        unpaid = principal - settled if self.table.follows_truth else principal
        if period.closed and self.table.follows_truth:
            unpaid = 0
        self.left -= unpaid
        self._assume(period, unpaid)

    def _split(self, period, due, settled):
        """(interest, principal): interest as far as there is room, then principal."""
        interest = due
        if period.principal_part is not None:
            wanted = period.principal_part + period.credited - settled
        else:
            room = max(period.instalment + period.credited - settled, 0)
            floor = period.settled_interest if self.table.follows_truth else 0
            interest = max(min(due, room), floor)
            wanted = room - interest
        principal = settled + min(max(wanted, 0), max(self.left, 0))
        return interest, max(principal, period.settled_principal)

    def _take_interest(self, period):
        if period.given_interest is not None:
            period.own_interest = period.given_interest
            return
        interest = self.table.interest
        period.own_interest = interest.round(*interest.earn(period, self.get_balances(period)))

    def get_balances(self, period):
        """(day, balance) from the start of the period on."""
        changes = {period.start: 0}
        for moves, sign in ((self.moves, 1), (self.assumed, -1)):
            for day, amount in moves[:bisect_left(moves, (period.due,))]:
                day = max(day, period.start)
                changes[day] = changes.get(day, 0) + sign * amount
        balances, balance = [], 0
        for day in sorted(changes):
            balance += changes[day]
            balances.append((day, balance))
        return balances
