from . import (
    test_access,
    test_append_only,
    test_approval,
    test_approval_attacks,
    test_company,
    test_customer,
    test_customer_search,
    test_guard,
    test_parameter,
    test_product,
    test_scope,
    test_terms,
)
