"""Equal instalments with something to them: a part that stays until the last, a maker who pays."""
from .annuity import equal_instalment
from .registry import register_method

register_method('balloon', "Balloon")(equal_instalment)
register_method('subsidised', "Subsidised rate")(equal_instalment)
