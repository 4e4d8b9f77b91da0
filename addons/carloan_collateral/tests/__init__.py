from . import (
    test_access,
    test_application,
    test_mortgage_registration,
    test_pledge,
    test_release,
    test_rpc,
    test_vehicle,
)
