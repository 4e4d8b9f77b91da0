"""What a part of the test run found, the table of all parts, and the closing line."""

import threading
import time
from dataclasses import dataclass, field

from common import Failure, say

_printing = threading.Lock()


@dataclass
class Result:
    """The counts of one part; `problems` and `notes` are lines to show."""

    name: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def fail(self, *problems):
        """Count one failure and keep its explanation."""
        self.failed += 1
        self.problems += problems


def measure(name, part):
    """Run one part, a function that fills a Result; a Failure in it is a failed test."""
    result = Result(name)
    started = time.monotonic()
    try:
        part(result)
    except Failure as failure:
        result.fail(*str(failure).splitlines())
    result.seconds = time.monotonic() - started
    if not result.passed and not result.failed:
        result.fail('nothing was tested')
    with _printing:
        verdict = 'FAILED' if result.failed else 'ok'
        counts = f'{result.passed} passed, {result.failed} failed'
        say(f'  {verdict:6} {name}: {counts}, {result.seconds:.1f} s')
        for line in [*result.notes, *result.problems[:40]]:
            say(f'         {line}')
    return result


def close(results, seconds):
    """Print the table and the closing line; return the exit code."""
    width = max(len(result.name) for result in results)
    say('')
    for result in results:
        counts = f'{result.passed:6} passed {result.failed:4} failed'
        say(f'{result.name:{width}}  {counts} {result.seconds:8.1f} s')
    say(f'{"together":{width}}  {"":26} {seconds:8.1f} s')
    passed, failed = (
        sum(getattr(result, count) for result in results) for count in ('passed', 'failed')
    )
    say(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0
