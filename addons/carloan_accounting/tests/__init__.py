from . import (
    test_access,
    test_changes,
    test_grouping,
    test_invariants,
    test_ledger_check,
    test_protection,
    test_reversal,
    test_setup,
    test_vouchers,
    test_waiting,
)
