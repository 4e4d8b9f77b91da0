"""Interest that the first instalments leave out: collected later, or never.

The principal parts stay what they would be without it (a weekly loan, first instalment without
interest: the two weeks' interest is due with the second one).

>>> from datetime import date
>>> from decimal import Decimal
>>> from loanmath import Terms, schedule
>>> weekly = dict(period_unit='week', day_count='period', rounding_mode='half_even')
>>> terms = Terms(
...     'equal_instalment', Decimal(10000), Decimal('0.24'), 4, date(2024, 1, 1),
...     grace_interest=1, **weekly)
>>> [(str(row.principal), str(row.interest)) for row in schedule(terms)[:3]]
[('2482.76', '0.00'), ('2494.22', '80.84'), ('2505.73', '23.18')]

Spread, the 46.15 of the first week are paid in three equal parts; interest-free, they are waived:

>>> terms = Terms(
...     'equal_instalment', Decimal(10000), Decimal('0.24'), 4, date(2024, 1, 1),
...     grace_interest=1, grace_interest_way='spread', **weekly)
>>> [str(row.interest) for row in schedule(terms)]
['0.00', '50.07', '38.56', '27.01']
>>> terms = Terms(
...     'equal_instalment', Decimal(10000), Decimal('0.24'), 4, date(2024, 1, 1),
...     interest_free=1, **weekly)
>>> [str(row.interest) for row in schedule(terms)]
['0.00', '34.69', '23.18', '11.62']
"""


def apply_graces(terms, interest):
    """The interest of each instalment, in whole units, after what the contract leaves out."""
    free = min(terms.interest_free, len(interest))
    if terms.grace_interest_way == 'instalment':
        return [0] * free + interest[free:]
    kept = min(terms.grace_interest, len(interest) - 1)
    skipped = sum(interest[free:kept])
    collected = [0] * max(free, kept) + interest[max(free, kept):]
    rest = len(interest) - kept
    if not skipped or kept <= free:
        return collected
    if terms.grace_interest_way == 'after':
        collected[kept] += skipped
        return collected
    part, odd = divmod(skipped, rest)
    for index in range(kept, len(interest)):
        collected[index] += part
    collected[-1] += odd
    return collected
