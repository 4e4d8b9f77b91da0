"""The repayment methods by code.

A method is a function from a Plan to two lists of whole rounding units, principal and interest of
each instalment. It registers itself, and products offer it at once:

    @register_method('equal_principal', "Equal principal")
    def equal_principal(plan): ...
"""
from typing import NamedTuple

from ..errors import TermsError


class Method(NamedTuple):
    label: str
    split: object               # function(plan) -> (principal list, interest list)
    single: bool                # one instalment at maturity instead of one a period
    own_table: bool             # its amounts belong to one loan: no product can hold them


_methods = {}


def register_method(code, label, single=False, own_table=False):
    def register(split):
        _methods[code] = Method(label, split, single, own_table)
        return split
    return register


def methods(for_products=False):
    """{code: label} in the order of registration; for products without those that need amounts of
    one loan."""
    return {
        code: method.label for code, method in _methods.items()
        if not (for_products and method.own_table)}


def get_method(code):
    return _methods[code]


def check_method(code):
    if code not in _methods:
        raise TermsError(
            'method', f"Unknown repayment method: {code}.", value=code, allowed=tuple(_methods))
