"""Repayment methods: one function each, found by code.

>>> list(methods())
['equal_instalment', 'equal_principal', 'interest_only', 'bullet', 'flat', 'balloon']
"""
from . import annuity, straight
from .registry import check_method, get_method, methods, register_method
from . import balloon  # last in the selection

__all__ = [
    'annuity', 'balloon', 'check_method', 'get_method', 'methods', 'register_method', 'straight',
]
