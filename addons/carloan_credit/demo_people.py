"""Made-up people for the demo book: names, valid identity numbers, phones, bank cards.

Everything is drawn from one `random.Random`, so that the same seed gives the same people.

>>> from random import Random
>>> person = draw_person(Random(1), date(2026, 1, 1))
>>> len(person.id_number), person.phone[0]
(18, '1')
"""
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕'
GIVEN_FIRST = '伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉建志国海晓春永雪玉'
GIVEN_SECOND = '华英玲兰萍红云龙飞峰波斌鑫鹏宇浩凯健俊帆琳婷慧颖佳倩雯洁'
REGIONS = ('320102', '320104', '320106', '320111', '320115', '330102', '330106', '310104',
           '340103', '320505')
STREETS = ('中山路', '解放路', '人民路', '建设街', '和平里', '长江路', '汉中路', '新华街')
CARD_PREFIXES = ('622202', '621700', '622848', '621661', '622588')
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Person(NamedTuple):
    name: str
    id_number: str
    phone: str
    street: str
    card_number: str


def draw_person(rng: Random, today: date) -> Person:
    """One adult between 22 and 58 on `today`."""
    name = rng.choice(SURNAMES) + rng.choice(GIVEN_FIRST)
    if rng.random() < 0.6:
        name += rng.choice(GIVEN_SECOND)
    return Person(
        name=name,
        id_number=_id_number(rng, today),
        phone=rng.choice(('138', '139', '150', '158', '177', '186', '199'))
        + f'{rng.randrange(10 ** 8):08d}',
        street=f"{rng.choice(STREETS)}{rng.randrange(1, 400)}号",
        card_number=_card_number(rng),
    )


def _id_number(rng, today):
    birth = today - timedelta(days=rng.randrange(22 * 366, 58 * 365))
    body = f'{rng.choice(REGIONS)}{birth:%Y%m%d}{rng.randrange(1, 1000):03d}'
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return body + '10X98765432'[total % 11]


def _card_number(rng):
    body = rng.choice(CARD_PREFIXES) + f'{rng.randrange(10 ** 12):012d}'
    total = 0
    for position, char in enumerate(reversed(body)):
        digit = int(char) * (2 if position % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return body + str(-total % 10)
