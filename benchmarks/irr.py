"""Rates of return per second and core: 36-period loans, a fee taken from the pay-out.

    python benchmarks/irr.py [--loans 20000] [--rounds 5] [--floor 50000]

Timed is `irr` on Decimal flows; each rate has to price its flows to less than a cent. The same
flows with a bent first payment, and `xirr` on dates, are shown beside it.
"""
import argparse
import random
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'addons' / 'carloan_base'))

from loanmath import Terms, irr, schedule, xirr  # noqa: E402

START = date(2026, 1, 31)


def make_flows(count, seed):
    rng = random.Random(seed)
    flows = []
    for _loan in range(count):
        principal = Decimal(rng.randrange(1_000_000, 90_000_000)).scaleb(-2)
        rate = Decimal(rng.randrange(300, 2400)).scaleb(-4)
        rows = schedule(Terms('equal_instalment', principal, rate, 36, START))
        fee = (principal * rng.randrange(0, 6) / 100).quantize(Decimal('0.01'))
        flows.append([fee - principal, *(row.total for row in rows)])
    return flows, [START, *(row.due_date for row in rows)]


def get_rate(solve, loans, rounds):
    best = 0
    for _round in range(rounds):
        started = process_time()
        for flows in loans:
            solve(flows)
        best = max(best, len(loans) / (process_time() - started))
    return best


def count_mispriced(loans):
    off = 0
    for flows in loans:
        discount = 1 / (1 + irr(flows))
        value = sum(flow * discount ** number for number, flow in enumerate(flows))
        off += abs(value) >= Decimal('0.01')
    return off


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--loans', type=int, default=20000)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--floor', type=int, default=0)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(2 ** 32))
    options = parser.parse_args()
    loans, dates = make_flows(options.loans, options.seed)
    bent = [[flows[0], flows[1] + 100, *flows[2:]] for flows in loans[:options.loans // 5]]
    dated = [list(zip(dates, flows, strict=True)) for flows in loans[:options.loans // 20]]
    level = get_rate(irr, loans, options.rounds)
    off = count_mispriced(loans[:1000])
    print(f"rates of 36-period loans, seed {options.seed}")
    print(f"  irr, equal instalments   {level:>9,.0f}/s")
    print(f"  irr, odd first payment   {get_rate(irr, bent, options.rounds):>9,.0f}/s")
    print(f"  xirr, dates              {get_rate(xirr, dated, options.rounds):>9,.0f}/s")
    print(f"  mispriced by a cent      {off:>9} in {min(1000, len(loans))}")
    return 1 if off or level < options.floor else 0


if __name__ == '__main__':
    sys.exit(main())
