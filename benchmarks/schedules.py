"""Schedules per second and core: 36 equal instalments with due dates and cents.

    python benchmarks/schedules.py [--loans 20000] [--rounds 5] [--check 1000] [--floor 30000]

Random loans (amount, rate, pay-out day over two years; seed printed). Timed is all of it: terms
checked, dates, cents. `--check` loans are compared with an exact rational oracle; one cent off
fails the run, as does a rate below `--floor` where one is given. Ratios are to a plain Decimal loop
in the same run.
"""
import argparse
import random
import sys
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / 'addons' / 'carloan_base'), str(ROOT / 'tests' / 'unit')]

import oracle  # noqa: E402
from loanmath import Terms, add_months, schedule, schedule_table  # noqa: E402

PERIODS = 36
CENT = Decimal('0.01')


def make_loans(count, seed):
    rng = random.Random(seed)
    return [
        (Decimal(rng.randrange(1_000_000, 90_000_000)).scaleb(-2),
         Decimal(rng.randrange(300, 2400)).scaleb(-4),
         date(2024, 1, 1) + timedelta(days=rng.randrange(730)))
        for _loan in range(count)]


def make_terms(loan):
    principal, rate, start = loan
    return Terms('equal_instalment', principal, rate, PERIODS, start)


def as_table(loan):
    return schedule_table(make_terms(loan))


def as_rows(loan):
    return schedule(make_terms(loan))


def as_plain_decimals(loan):
    """What one would write first: Decimal throughout, dates one by one."""
    principal, annual, start = loan
    rate = annual / 12
    grown = (1 + rate) ** PERIODS
    instalment = (principal * rate * grown / (grown - 1)).quantize(CENT, ROUND_HALF_UP)
    rows = []
    for number in range(1, PERIODS + 1):
        interest = (principal * rate).quantize(CENT, ROUND_HALF_UP)
        part = instalment - interest if number < PERIODS else principal
        principal -= part
        rows.append((add_months(start, number), part, interest))
    return rows


def get_rate(make, loans, rounds):
    """Loans per processor second, the best of the rounds."""
    best = 0
    for _round in range(rounds):
        started = process_time()
        for loan in loans:
            make(loan)
        best = max(best, len(loans) / (process_time() - started))
    return best


def count_cents_off(loans):
    off = 0
    for loan in loans:
        wanted = oracle.get_schedule(make_terms(loan))
        table = as_table(loan)
        dates = oracle.get_dates(make_terms(loan))[1:]
        off += list(table.due_dates) != dates
        off += sum(
            abs(Fraction(principal, 100) - part) + abs(Fraction(interest, 100) - charged) != 0
            for principal, interest, (part, charged)
            in zip(table.principal, table.interest, wanted, strict=True))
    return off


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--loans', type=int, default=20000)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--check', type=int, default=1000)
    parser.add_argument('--floor', type=int, default=0)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(2 ** 32))
    options = parser.parse_args()
    loans = make_loans(options.loans, options.seed)
    plain = get_rate(as_plain_decimals, loans[:options.loans // 5], options.rounds)
    table = get_rate(as_table, loans, options.rounds)
    rows = get_rate(as_rows, loans[:options.loans // 5], options.rounds)
    off = count_cents_off(loans[:options.check])
    print(f"schedules of {PERIODS} instalments, seed {options.seed}")
    print(f"  schedule_table (dates, cents)   {table:>9,.0f}/s   {table / plain:>5.1f} x plain")
    print(f"  schedule (Instalment rows)      {rows:>9,.0f}/s   {rows / plain:>5.1f} x plain")
    print(f"  plain Decimal loop              {plain:>9,.0f}/s")
    print(f"  instalments off the oracle      {off:>9} in {options.check} loans")
    return 1 if off or table < options.floor else 0


if __name__ == '__main__':
    sys.exit(main())
