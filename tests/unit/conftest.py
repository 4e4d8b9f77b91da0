"""The unit tests need neither Odoo nor a database: `carloan_base` is put on the path by its folder,
so that `import loanmath` works."""
import os
import random
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'addons' / 'carloan_base'))

SEED = int(os.environ.get('CARLOAN_SEED') or random.SystemRandom().randrange(2 ** 32))

settings.register_profile(
    'carloan', deadline=None, print_blob=True, database=None,
    max_examples=int(os.environ.get('CARLOAN_EXAMPLES') or 60))
settings.load_profile('carloan')


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if config.getoption('--hypothesis-seed', None) is None:
        config.option.hypothesis_seed = str(SEED)


def pytest_report_header(config):
    return f"random tests: seed {config.option.hypothesis_seed} (repeat with --hypothesis-seed)"
