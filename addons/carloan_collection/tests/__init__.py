from . import (
    test_access,
    test_case,
    test_contact,
    test_install,
    test_rpc,
    test_strategy,
)
