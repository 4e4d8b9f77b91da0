"""Changes of the past: what is handed to the replay of a loan, what stands, what shall stand."""
from datetime import date
from typing import Any, NamedTuple

from .dues import ZERO


class Part(NamedTuple):
    """One transaction of an event, posted (`id`) or to be posted."""
    kind: str
    value_date: date
    lines: tuple                # of EntryLine
    id: int = 0


class Event(NamedTuple):
    """What belongs together: the charges that a payment made be posted, and the payment last."""
    value_date: date
    parts: tuple                # of Part, those that fall due excepted
    origin: tuple = (None, None)        # (model, id) of the document
    fund_account_id: int | None = None
    id: int = 0                 # main transaction; 0: follows from others; below 0: a new fact
    params: dict | None = None  # what was asked for, where the lines only say what came of it
    version_id: int = 0         # schedule that a change of terms made
    plan: tuple = ()            # of changes.Agreed: that schedule

    @property
    def kind(self):
        return self.parts[-1].kind

    @property
    def money(self):
        """The money that came in with the event."""
        return -sum((line.amount for line in self.parts[-1].lines), ZERO)

    @property
    def key(self):
        """What makes two events the same posting."""
        return self.version_id, tuple(
            (part.kind, part.value_date, sorted(part.lines)) for part in self.parts)


class Nights(NamedTuple):
    """The closed days of a lender."""
    closed: date                # the last one: what was due on it was paid from what we hold
    charging: frozenset = frozenset()   # those on which late charges were posted


class Outcome(NamedTuple):
    """What a history comes to."""
    events: list                # of Event in the order of dates; `id` names what it came from
    dues: list                  # of Part: interest that fell due and is not posted
    dropped_dues: list          # of Part: posted on instalments that are no longer agreed
    closed_date: date | None    # since when nothing is owed
    closing_kind: str           # of the event since which nothing is owed
    live: tuple                 # of changes.Agreed in the end
    replaced: dict              # id of an instalment -> id of the fact that replaced it
    maturity: date | None       # last due date that was agreed before the loan was ended


class PastChange(NamedTuple):
    """Facts to put into the past of a loan, and facts to take out of it."""
    loan: Any
    add: tuple = ()             # of Event, not posted; ids -1, -2, ...
    drop: tuple = ()            # ids of main transactions


class ReplayPlan(NamedTuple):
    """What a replay will do to one loan."""
    change: PastChange
    back: list                  # of Event that stand and are taken back
    post: list                  # of Event to be posted
    outcome: Outcome


def get_difference(standing, wanted):
    """What to take back and what to post, so that the `wanted` events stand.

    On each day the events that are the same from the first one on are left alone; what comes
    after the first difference of the day is posted anew, so that the order of entry stays the
    order of the day.

    :param standing: `Event` list in the order of the ledger
    :param wanted: `Event` list
    :return: (events to take back, events to post)
    """
    back, post = [], []
    old_days, new_days = _by_day(standing), _by_day(wanted)
    for day in sorted({*old_days, *new_days}):
        old, new = old_days.get(day, []), new_days.get(day, [])
        same = 0
        while same < min(len(old), len(new)) and _is_same(old[same], new[same]):
            same += 1
        back += old[same:]
        post += new[same:]
    return back, post


def _is_same(old, new):
    return new.id in (0, old.id) and old.key == new.key


def _by_day(events):
    days = {}
    for event in events:
        days.setdefault(event.value_date, []).append(event)
    return days
