"""Checks of single values; each refusal names the value and what is allowed."""
from datetime import date, datetime

from .errors import TermsError
from .rounding import check_decimal

MAX_ANNUAL_RATE = 1
MAX_PERIODS = 1200


def check_whole(name, value, lowest, highest, message):
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise TermsError(name, message, value=value, min=lowest, max=highest)


def check_date(name, value):
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TermsError(name, f"The {name} must be a date.", value=value)


def check_choice(name, value, allowed):
    if value not in allowed:
        raise TermsError(
            name, f"Unknown {name}: {value}.", value=value, allowed=tuple(allowed))


def check_rate(name, value):
    check_decimal(name, value)
    if not 0 <= value <= MAX_ANNUAL_RATE:
        raise TermsError(
            name, "The annual rate lies between 0 % and 100 %.",
            value=value, min=0, max=MAX_ANNUAL_RATE)
