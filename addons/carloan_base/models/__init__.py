# A mixin is loaded before the models that inherit it.
# isort: off
from . import (
    carloan_guard_mixin,
    carloan_append_only_mixin,
    carloan_document_mixin,
    carloan_terms_mixin,
    carloan_product,
    carloan_parameter,
    carloan_approval_rule,
    carloan_approval_step,
    carloan_approval_request,
    carloan_approval_request_step,
    carloan_approval_vote,
    carloan_approval_request_flow,
    carloan_approval_mixin,
    hr_department,
    hr_employee,
    hr_version,
    res_company,
    res_config_settings,
    res_partner,
    res_users,
)
