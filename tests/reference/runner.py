"""Run the cases of some files and say per kind how many are exact."""
from collections import Counter
from itertools import accumulate
from typing import NamedTuple

from loanmath import TermsError

from .account import CaseAccount
from .case import Unsupported, load
from .compare import (
    compare_delinquency,
    compare_figures,
    compare_schedule,
    find_difference,
)


class Result(NamedTuple):
    case: object
    outcome: str                 # exact, differing, unsupported
    reason: str = ''


def run_case(case):
    try:
        difference = _play(case)
    except Unsupported as missing:
        return Result(case, 'unsupported', str(missing))
    except KeyError as unknown:
        return Result(case, 'unsupported', f"no setting for {unknown}")
    except TermsError as refusal:
        return Result(case, 'differing', f"terms refused: {refusal}")
    except Exception as error:   # one case must not hide what the others give
        return Result(case, 'differing', f"engine error: {error!r}")
    return Result(case, 'differing' if difference else 'exact', difference)


def _play(case):
    """The first difference, in the states between the events or at the end."""
    between = {
        state['after_events']: state for state in case.expected.get('intermediate_schedules', ())}
    account = CaseAccount(
        case.inputs, {number: state.get('as_of') for number, state in between.items()})
    differences, states = [], []
    days = list(accumulate((event['date'] or '' for event in case.inputs['events']), max))
    for done, _event in enumerate(account.play(), 1):
        states.append((days[done - 1], [*days, '9999'][done], account.get_figures()))
        difference = compare_schedule(between.get(done, {}).get('schedule'), account)
        difference = difference or compare_delinquency([
            row for row in case.expected.get('delinquency', ())
            if row['after_events'] == done], account)
        if difference:
            differences.append(f"after event {done}: {difference}")
    account.finish()
    differences.append(find_difference(case.expected, account))
    differences.append(compare_figures(case.expected.get('figures', ()), states))
    return next(filter(None, differences), '')


def run_files(paths):
    return [run_case(case) for path in paths for case in load(path)]


def is_passed(results):
    """Every case that can be recomputed is exact."""
    return all(result.outcome == 'exact' for result in results if result.case.recomputed)


def get_report(results):
    lines = [f"{'kind':<38}{'cases':>6}{'exact':>7}{'differing':>11}{'unsupported':>13}"]
    kinds = sorted({result.case.kind for result in results})
    for kind in kinds:
        found = [result for result in results if result.case.kind == kind]
        lines.append(_get_line(kind, found))
        lines += [
            f"    {result.case.id}: {result.reason}"
            for result in found if result.outcome == 'differing'][:1]
    lines.append(_get_line("all", results))
    lines.append(_get_line(
        "of them to be recomputed", [result for result in results if result.case.recomputed]))
    missing = Counter(result.reason for result in results if result.outcome == 'unsupported')
    lines += ["", "unsupported, by the first thing missing:"] if missing else []
    lines += [f"{count:>6}  {reason}" for reason, count in missing.most_common()]
    return '\n'.join(lines)


def _get_line(title, results):
    counts = Counter(result.outcome for result in results)
    return (
        f"{title:<38}{len(results):>6}{counts['exact']:>7}{counts['differing']:>11}"
        f"{counts['unsupported']:>13}")


def main(paths):
    if not paths:
        print("usage: python -m tests.reference FILE…")
        return 2
    results = run_files(paths)
    print(get_report(results))
    return 0 if is_passed(results) else 1
