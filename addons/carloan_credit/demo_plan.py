"""What happens in the demo book: who borrows when, and on which days he pays.

Each loan has its own `random.Random`, named by seed and number, so that a build that was
interrupted goes on exactly as it would have gone.

>>> plan = plan_orders(7, date(2025, 6, 1), date(2026, 8, 1), 3)
>>> [order.number for orders in plan.values() for order in orders]
[0, 1, 2]
>>> plan == plan_orders(7, date(2025, 6, 1), date(2026, 8, 1), 3)
True
"""
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

# login, Chinese name, role, department (0 head office, 1 and 2 the stores)
STAFF = (
    ('officer', "陈晓明", 'officer', 1),
    ('officer2', "林佳", 'officer', 2),
    ('branch_manager', "周建国", 'branch_manager', 1),
    ('reviewer', "吴静", 'reviewer', 0),
    ('risk_manager', "郑海峰", 'risk_manager', 0),
    ('committee', "冯国强", 'committee', 0),
    ('cashier', "孙丽华", 'cashier', 0),
    ('accountant', "许文英", 'accountant', 0),
    ('asset', "何志勇", 'asset', 0),
    ('collector', "马超", 'collector', 0),
    ('auditor', "沈玉兰", 'auditor', 0),
    ('administrator', "唐磊", 'administrator', 0),
)
DEPARTMENTS = ("总部", "城东门店", "城西门店")


class ProductPlan(NamedTuple):
    code: str
    name: str
    method: str
    annual_rate: float
    periods: tuple
    amounts: tuple


PRODUCTS = (
    ProductPlan('CD-DEBX', "车主贷 等额本息", 'equal_instalment', 13.8, (12, 36), (30000, 300000)),
    ProductPlan('CD-DEBJ', "车主贷 等额本金", 'equal_principal', 12.6, (12, 24), (30000, 300000)),
    ProductPlan('CD-XXHB', "车主贷 先息后本", 'interest_only', 15.6, (3, 12), (20000, 200000)),
)


class Order(NamedTuple):
    """One loan to come: `payer` is good, sloppy, slow or stops (pays no more after some
    instalments)."""
    number: int
    day: date
    product: int
    amount: int
    periods: int
    payer: str
    officer: str


def order_rng(seed, number, purpose):
    return Random(f'{seed}/{number}/{purpose}')


def plan_orders(seed, start, until, count):
    """{day: [Order]}: `count` loans on working days spread from `start` to `until`."""
    span = (until - start).days - 7
    plan = {}
    for number in range(count):
        rng = order_rng(seed, number, 'order')
        day = start + timedelta(days=1 + number * span // count + rng.randrange(3))
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        product = rng.choices(range(len(PRODUCTS)), weights=(6, 2, 3))[0]
        shortest, longest = PRODUCTS[product].periods
        plan.setdefault(day, []).append(Order(
            number=number, day=day, product=product,
            amount=rng.randrange(*PRODUCTS[product].amounts, 1000),
            periods=min(max(rng.choice((3, 6, 12, 12, 24, 36)), shortest), longest),
            payer=rng.choices(('good', 'sloppy', 'slow', 'stops'), weights=(70, 14, 8, 8))[0],
            officer=rng.choice(('officer', 'officer2')),
        ))
    return plan


def plan_payment_days(seed, order, due_dates):
    """The days on which the borrower of `order` pays all that he owes by then."""
    rng = order_rng(seed, order.number, 'pay')
    if order.payer == 'stops':
        due_dates = due_dates[:rng.randrange(1, 5)]
    latest = {'good': 1, 'sloppy': 12, 'slow': 70, 'stops': 5}[order.payer]
    return [due_date + timedelta(days=rng.randrange(latest)) for due_date in due_dates]
