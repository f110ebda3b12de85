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
    """Give a way to run cases by their names, in every suite that they make sense in."""

    def run(*names: str) -> list[Result]:
        found = [(suite, case) for suite, case in planned() if case.name in names]
        assert {case.name for _, case in found} == set(names)
        return [run_case(case, office_of(suite)) for suite, case in found]

    return run
