from . import (
    carloan_collection_case,
    carloan_collection_case_sync,
    carloan_collection_strategy,
    carloan_collection_task,
    carloan_contact,
    carloan_contact_outcome,
    carloan_demo_book,
    carloan_loan,
    carloan_transaction,
    res_partner,
)
