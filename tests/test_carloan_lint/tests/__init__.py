from . import test_core_lint
