"""Made-up cars for the demo book: VINs with a right check digit, plates, mileage.

>>> from random import Random
>>> car = draw_car(Random(1), date(2026, 1, 1))
>>> len(car.vin), car.vin[0], car.plate[0]
(17, 'L', '苏')
"""
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

# brand, model, maker code at the start of the VIN, power
MODELS = (
    ("大众", "朗逸 1.5L", 'LSVAM4', 'ice'),
    ("丰田", "卡罗拉 1.2T", 'LFMARE', 'ice'),
    ("本田", "雅阁 1.5T", 'LHGCV1', 'ice'),
    ("吉利", "帝豪 1.5L", 'L6T782', 'ice'),
    ("哈弗", "H6 2.0T", 'LGWEF4', 'ice'),
    ("比亚迪", "秦PLUS DM-i", 'LC0C14', 'nev'),
    ("特斯拉", "Model 3", 'LRW3E7', 'nev'),
)
COLORS = ("白色", "黑色", "银灰", "蓝色", "红色")
_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
_VIN_VALUES = dict(zip('ABCDEFGHJKLMNPRSTUVWXYZ0123456789',
                       (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9,
                        0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_YEARS = {2018: 'J', 2019: 'K', 2020: 'L', 2021: 'M', 2022: 'N', 2023: 'P', 2024: 'R',
              2025: 'S', 2026: 'T'}


class Car(NamedTuple):
    model: int
    vin: str
    plate: str
    first_registration_date: date
    mileage: int
    color: str


def draw_car(rng: Random, today: date) -> Car:
    """A car between half a year and seven years old on `today`."""
    model = rng.randrange(len(MODELS))
    registered = today - timedelta(days=rng.randrange(180, 7 * 365))
    return Car(
        model=model,
        vin=_vin(rng, MODELS[model][2], registered.year),
        plate=_plate(rng, MODELS[model][3]),
        first_registration_date=registered,
        mileage=(today - registered).days * rng.randrange(20, 70),
        color=rng.choice(COLORS),
    )


def _vin(rng, maker, year):
    code = _VIN_YEARS.get(year, 'T')
    body = f'{maker}{rng.randrange(10)}{rng.randrange(10)}0{code}2{rng.randrange(10 ** 6):06d}'
    total = sum(_VIN_VALUES[char] * weight
                for char, weight in zip(body, _VIN_WEIGHTS, strict=True))
    return body[:8] + '0123456789X'[total % 11] + body[9:]


def _plate(rng, power):
    town = rng.choice('ABDE')
    if power == 'nev':
        return f'苏{town}{rng.choice("DF")}{rng.randrange(10 ** 5):05d}'
    return f'苏{town}{rng.choice(_LETTERS)}{rng.randrange(10 ** 4):04d}'
