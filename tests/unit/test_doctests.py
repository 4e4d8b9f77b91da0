"""The examples in the modules are true."""
import doctest
import importlib
import pkgutil

import loanmath
import pytest

MODULES = sorted(
    info.name for info in pkgutil.walk_packages(loanmath.__path__, 'loanmath.')) + ['loanmath']


@pytest.mark.parametrize('name', MODULES)
def test_examples_of_the_module_are_true(name):
    result = doctest.testmod(importlib.import_module(name))
    assert not result.failed


def test_there_are_examples_to_read():
    tried = sum(
        doctest.testmod(importlib.import_module(name)).attempted for name in MODULES)
    assert tried >= 50
