from . import (
    carloan_approval_vote_wizard,
    carloan_product_calculator,
    carloan_product_calculator_line,
)
