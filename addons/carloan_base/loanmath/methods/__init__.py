"""Repayment methods: one function each, found by code.

>>> list(methods())[:6]
['equal_instalment', 'equal_principal', 'interest_only', 'bullet', 'flat', 'balloon']
>>> list(methods())[6:]
['subsidised', 'given_principal', 'given_instalments', 'stepped']
"""
from . import annuity, straight
from .registry import check_method, get_method, methods, register_method
from . import balloon, tables  # last in the selection

__all__ = [
    'annuity', 'balloon', 'check_method', 'get_method', 'methods', 'register_method', 'straight',
    'tables',
]
