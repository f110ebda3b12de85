"""Fixtures of the self-test's tests: its offices, made once."""

from collections.abc import Callable
from functools import cache

import pytest

from eseal.algorithms import Suite
from licences.selftest.office import Office
from licences.selftest.running import Result, planned, run_case

Run = Callable[..., list[Result]]


@pytest.fixture(scope="session")
def office_of() -> Callable[[Suite], Office]:
    """Give the offices of a suite, the same ones each time."""
    return cache(Office)


@pytest.fixture(scope="session")
def run_named(office_of: Callable[[Suite], Office]) -> Run:
    """Give a way to run cases by their names, each in the first suite that it makes sense in."""

    def run(*names: str) -> list[Result]:
        first = {case.name: (suite, case) for suite, case in reversed([*planned()])}
        found = [first[name] for name in names]
        return [run_case(case, office_of(suite)) for suite, case in found]

    return run
