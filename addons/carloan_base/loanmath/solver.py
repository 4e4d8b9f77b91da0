"""Root finding for rates, on plain floats: a rate is no money, and what it prices is rounded
afterwards.

A ladder: Newton from a guess that is nearly right for a loan, then bisection inside a bracket, then
nothing (None).
"""
_LOWEST = -0.999999
_HIGHEST = 1e6
_SMALL_STEP = 1e-9      # Newton doubles the digits: the step after this one is below 1e-16


def solve_rate(flows):
    """i with sum(flow_k / (1+i)^k) = 0."""
    if not flows or not min(flows) < 0 < max(flows):
        return None
    rate = _newton_periodic(flows)
    if rate is None:
        rate = _bisect(lambda guess: _value_periodic(flows, guess))
    return rate


def solve_year_rate(timed_flows):
    """i with sum(flow / (1+i)^t) = 0 for (t in years, flow)."""
    amounts = [amount for _time, amount in timed_flows]
    if not amounts or not min(amounts) < 0 < max(amounts):
        return None

    def value(rate):
        return sum(amount * (1 + rate) ** -time for time, amount in timed_flows)

    def slope(rate):
        return sum(-time * amount * (1 + rate) ** (-time - 1) for time, amount in timed_flows)

    rate = _newton(value, slope, 0.1)
    return _bisect(value) if rate is None else rate


def _newton_periodic(flows):
    """Newton by Horner's scheme in v = 1/(1+i): value and slope in one pass."""
    reverse = flows[::-1]
    discount = 1 / (1 + _guess(flows))
    for _round in range(30):
        value = slope = 0.0
        for flow in reverse:
            slope = slope * discount + value
            value = value * discount + flow
        if not slope:
            return None
        step = value / slope
        discount -= step
        if not 1e-7 < discount < 1e6:
            return None
        if -_SMALL_STEP < step < _SMALL_STEP:
            return 1 / discount - 1
    return None


def _guess(flows):
    """Total interest over the sum of balances if the flows repaid evenly."""
    total = sum(flows)
    paid = -flows[0]
    count = len(flows) - 1
    if paid <= 0:
        return 0.01
    return min(max(2 * total / (paid * (count + 1)), -0.5), 1.0)


def _newton(value, slope, rate):
    for _round in range(50):
        steep = slope(rate)
        if not steep:
            return None
        step = value(rate) / steep
        rate -= step
        if not _LOWEST < rate < _HIGHEST:
            return None
        if abs(step) < _SMALL_STEP:
            return rate
    return None


def _bisect(value):
    """The sign change nearest to zero, halved until it no longer moves."""
    bracket = _find_bracket(value)
    if bracket is None:
        return None
    low, high = bracket
    low_value = value(low)
    for _round in range(200):
        middle = (low + high) / 2
        middle_value = value(middle)
        if not middle_value or middle in (low, high):
            return middle
        if (middle_value > 0) == (low_value > 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _find_bracket(value):
    steps = [0, 0.001, 0.01, 0.05, 0.1, 0.3, 1, 3, 10, 100, 1e4, _HIGHEST]
    falls = [0, -0.001, -0.01, -0.05, -0.1, -0.3, -0.6, -0.9, -0.99, -0.999, _LOWEST]
    for ladder in (steps, falls):
        for low, high in zip(ladder, ladder[1:], strict=False):
            if (value(low) > 0) != (value(high) > 0):
                return low, high
    return None


def _value_periodic(flows, rate):
    discount = 1 / (1 + rate)
    value = 0.0
    for flow in reversed(flows):
        value = value * discount + flow
    return value
