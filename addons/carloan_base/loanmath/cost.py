"""What a loan really costs the borrower.

The flows of a loan, seen by the lender: money out negative, money in positive. `irr` is the rate
per period that makes their present value zero; times the periods of a year it is the nominal annual
cost, compounded the effective.

>>> from decimal import Decimal
>>> from loanmath import Terms, schedule
>>> from datetime import date
>>> start = date(2026, 1, 1)
>>> rows = schedule(Terms('equal_instalment', Decimal(100000), Decimal('0.12'), 12, start))
>>> annual_cost(Decimal(100000), rows).percents()
(Decimal('12.00'), Decimal('12.68'))

With a fee of 5,000 taken at the start the same loan is dear:

>>> annual_cost(Decimal(95000), rows).percents()
(Decimal('21.86'), Decimal('24.18'))

And "0.6 % a month" on the original principal is 13.17 % a year:

>>> rows = schedule(Terms('flat', Decimal(100000), Decimal('0.072'), 36, start))
>>> annual_cost(Decimal(100000), rows).percents()
(Decimal('13.17'), Decimal('14.00'))
"""
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .errors import TermsError
from .rounding import check_decimal
from .solver import solve_rate, solve_year_rate

RATE_STEP = Decimal('1e-12')
_PERCENT_STEP = Decimal('0.01')


class AnnualCost(NamedTuple):
    nominal: Decimal             # rate of a period times periods a year
    effective: Decimal           # compounded over a year

    def percents(self):
        """Nominal and effective as on the cost sheet, two decimals: compare ceilings with these."""
        return tuple(
            (rate * 100).quantize(_PERCENT_STEP, rounding=ROUND_HALF_UP) for rate in self)


def irr(cash_flows):
    """Rate per period of flows one period apart, the first one today."""
    return _to_rate(solve_rate(_to_floats(list(cash_flows))))


def xirr(dated_flows):
    """Effective annual rate of (date, amount) flows, a year being 365 days, as spreadsheets do."""
    flows = sorted(dated_flows)
    if not flows:
        return _to_rate(None)
    origin = flows[0][0]
    return _to_rate(solve_year_rate(
        [((day - origin).days / 365, float(amount)) for day, amount in flows]))


def annual_cost(net_received, payments, periods_per_year=12):
    """What `payments` (instalments, or amounts one period apart) cost for the money received."""
    check_decimal('net_received', net_received)
    if net_received <= 0:
        raise TermsError(
            'net_received', "The borrower must receive something.", value=net_received, min=0)
    flows = [-net_received]
    flows += [getattr(payment, 'total', payment) for payment in payments]
    rate = irr(flows)
    nominal = rate * periods_per_year
    effective = (1 + rate) ** Decimal(periods_per_year) - 1
    return AnnualCost(nominal, effective.quantize(RATE_STEP))


def _to_floats(flows):
    """Most loans pay the same every period: what is equal is converted once, as that is dear."""
    middle = flows[2:-1]
    if len(middle) > 2 and middle.count(middle[0]) == len(middle):
        level = [float(middle[0])] * len(middle)
        return [float(flows[0]), float(flows[1]), *level, float(flows[-1])]
    return list(map(float, flows))


def _to_rate(rate):
    if rate is None:
        raise TermsError('no_rate', "These payments have no rate: money must go out and come back.")
    return Decimal(rate).quantize(RATE_STEP)
