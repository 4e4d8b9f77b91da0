"""What is handed to the replay of a loan, and what it plans to do."""
from typing import Any, NamedTuple


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
    outcome: Any                # history.Outcome
