"""Numbers on Chinese papers: is it valid, what does it say, and if not, why.

Every `check_*` answers a `Finding`: the normalised value, a problem code ('' = valid), and warnings
that do not refuse. Callers translate the codes.

>>> check_resident_id('11010519491231002x').value
'11010519491231002X'
>>> check_resident_id('110105194912310021').problem
'check_digit'
>>> get_birth_date('11010519491231002X'), get_sex('11010519491231002X')
(datetime.date(1949, 12, 31), 'female')
>>> check_mobile('+86 138-0013 8000').value
'13800138000'
>>> mask('11010519491231002X', 6, 4)
'110105********002X'
"""
import re
from datetime import date
from typing import NamedTuple

from stdnum import luhn
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_CHARACTERS = '10X98765432'
ID_REGIONS = frozenset(
    '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 '
    '71 81 82 83 91'.split()
)
VIN_VALUES = dict(zip('0123456789', range(10), strict=True)) | dict(
    zip('ABCDEFGHJKLMNPRSTUVWXYZ', (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_YEARS = 'ABCDEFGHJKLMNPRSTVWXY123456789'
FIRST_VIN_YEAR = 1980

PROVINCES = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼'
LETTER = 'A-HJ-NP-Z'
PLATE_PATTERNS = {
    'conventional': re.compile(
        f'[{PROVINCES}][{LETTER}][{LETTER}0-9]{{4}}[{LETTER}0-9挂学警港澳]'
    ),
    'nev_small': re.compile(f'[{PROVINCES}][{LETTER}][A-HJK][{LETTER}0-9][0-9]{{4}}'),
    'nev_large': re.compile(f'[{PROVINCES}][{LETTER}][0-9]{{5}}[A-HJK]'),
}
MOBILE_PATTERN = re.compile(r'1[3-9][0-9]{9}')
WIDE_TO_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


class Finding(NamedTuple):
    """`problem` is '' for a valid value; `warnings` are codes that do not refuse."""

    value: str
    problem: str = ''
    warnings: tuple = ()


def normalise(text, drop=' -\u00b7\u2022.'):
    """Upper case, full-width characters as ASCII, without the separators people type."""
    narrow = (text or '').translate(WIDE_TO_NARROW).upper()
    return ''.join(
        character for character in narrow if character not in drop and not character.isspace()
    )


def check_resident_id(text, today=None):
    """GB 11643, 18 characters; the region is a warning because codes change over time."""
    value = normalise(text)
    if len(value) != 18:
        return Finding(value, 'length')
    if not re.fullmatch('[0-9]{17}[0-9X]', value):
        return Finding(value, 'characters')
    try:
        birth_date = get_birth_date(value)
    except ValueError:
        return Finding(value, 'birth_date')
    if birth_date.year < 1900 or today and birth_date > today:
        return Finding(value, 'birth_date')
    if value[17] != get_id_check_character(value):
        return Finding(value, 'check_digit')
    return Finding(value, '', () if value[:2] in ID_REGIONS else ('region',))


def get_id_check_character(value):
    total = sum(
        weight * int(digit) for weight, digit in zip(ID_WEIGHTS, value[:17], strict=True)
    )
    return ID_CHECK_CHARACTERS[total % 11]


def get_birth_date(value):
    return date(int(value[6:10]), int(value[10:12]), int(value[12:14]))


def get_sex(value):
    return 'male' if int(value[16]) % 2 else 'female'


def check_uscc(text):
    """GB 32100, unified social credit code."""
    value = normalise(text)
    if len(value) != 18:
        return Finding(value, 'length')
    try:
        uscc.validate(value)
    except InvalidChecksum:
        return Finding(value, 'check_digit')
    except ValidationError:
        return Finding(value, 'characters')
    return Finding(value)


def check_vin(text):
    """GB 16735. A wrong check digit refuses Chinese cars (L...) and warns for imported ones."""
    value = normalise(text)
    if len(value) != 17:
        return Finding(value, 'length')
    if any(character not in VIN_VALUES for character in value):
        return Finding(value, 'characters')
    warnings = [] if value[9] in VIN_YEARS else ['model_year']
    if value[8] != get_vin_check_character(value):
        if value[0] == 'L':
            return Finding(value, 'check_digit')
        warnings.append('check_digit')
    return Finding(value, '', tuple(warnings))


def get_vin_check_character(value):
    total = sum(
        weight * VIN_VALUES[character]
        for weight, character in zip(VIN_WEIGHTS, value, strict=True)
    )
    return '0123456789X'[total % 11]


def get_model_year(value, today):
    """The latest year not after next year that the tenth character may mean; None if none."""
    if len(value) != 17 or value[9] not in VIN_YEARS:
        return None
    year = FIRST_VIN_YEAR + VIN_YEARS.index(value[9])
    while year + len(VIN_YEARS) <= today.year + 1:
        year += len(VIN_YEARS)
    return year


def check_plate(text):
    """GA 36: conventional plates and those of new energy vehicles."""
    value = normalise(text)
    if len(value) not in (7, 8):
        return Finding(value, 'length')
    return Finding(value, '' if get_plate_kind(value) else 'pattern')


def get_plate_kind(value):
    return next(
        (kind for kind, pattern in PLATE_PATTERNS.items() if pattern.fullmatch(value)), None
    )


def check_mobile(text):
    """A mobile number of the mainland, with or without +86."""
    value = normalise(text, drop=' -()+.')
    for prefix in ('0086', '86'):
        if value.startswith(prefix) and len(value) == 11 + len(prefix):
            value = value[len(prefix):]
    return Finding(value, '' if MOBILE_PATTERN.fullmatch(value) else 'pattern')


def check_bank_card(text):
    """12 to 19 digits; a failed Luhn check is a warning because old accounts fail it."""
    value = normalise(text)
    if not re.fullmatch('[0-9]*', value):
        return Finding(value, 'characters')
    if not 12 <= len(value) <= 19:
        return Finding(value, 'length')
    return Finding(value, '', () if luhn.is_valid(value) else ('luhn',))


def mask(text, first, last):
    """Keep the first and last characters of a secret; a short one is hidden altogether."""
    text = text or ''
    if len(text) <= first + last:
        return '*' * len(text)
    return text[:first] + '*' * (len(text) - first - last) + text[len(text) - last:]
