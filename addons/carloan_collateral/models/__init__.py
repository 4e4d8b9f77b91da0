from . import (
    carloan_application,
    carloan_collateral,
    carloan_demo_book,
    carloan_loan,
    carloan_mortgage_registration,
    carloan_product,
    carloan_vehicle,
    carloan_vehicle_checks,
    res_partner,
)
