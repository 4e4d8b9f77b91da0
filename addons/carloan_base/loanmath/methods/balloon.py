"""Balloon: equal instalments, and a part of the principal that stays until the last of them."""
from .annuity import equal_instalment
from .registry import register_method

register_method('balloon', "Balloon")(equal_instalment)
