"""The examples in the docstrings of the register hold."""

import doctest
import importlib
import pkgutil

import pytest

import register

MODULES = sorted(found.name for found in pkgutil.walk_packages(register.__path__, "register."))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
