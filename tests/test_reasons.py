"""Reason codes: one source of truth, and every code with a test that provokes it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from eseal.reasons import Reason, ReasonCode
from licences.explanations import all_reasons, near, reason_of
from licences.reasons import LicenceReason

TESTS = Path(__file__).parent
_CODE: Final = re.compile(r"\b(?:Licence)?Reason\.[A-Z0-9_]+")
_WORDS: Final = re.compile("[#`].*")
"""Comments, and what a docstring names between backquotes."""


def named_in_tests() -> set[str]:
    """Collect `Reason.X` and `LicenceReason.X` wherever the code of a test names them."""
    return {
        name
        for path in TESTS.rglob("*.py")
        for name in _CODE.findall(_WORDS.sub("", path.read_text(encoding="utf-8")))
    }


def every_reason() -> Iterator[str]:
    """List the codes as tests write them."""
    yield from (f"Reason.{each.name}" for each in Reason)
    yield from (f"LicenceReason.{each.name}" for each in LicenceReason)


def test_every_reason_has_a_test() -> None:
    """There is no reason code that no test provokes."""
    assert sorted(set(every_reason()) - named_in_tests()) == []


@pytest.mark.parametrize("reason", all_reasons(), ids=str)
def test_a_reason_says_what_and_what_to_do(reason: ReasonCode) -> None:
    """Every reason has its titles and remedies in both languages."""
    texts = (reason.zh, reason.en, reason.remedy_zh, reason.remedy_en)
    assert all(texts)
    assert any("\u4e00" <= character <= "\u9fff" for character in reason.zh + reason.remedy_zh)
    assert reason.name == reason.value


def test_codes_are_unique_over_both_enums() -> None:
    """A code means one thing, in whichever layer it stands."""
    codes = [each.value for each in all_reasons()]
    assert len(codes) == len(set(codes))


def test_finds_a_reason_as_people_write_it() -> None:
    """Case and dashes do not matter; an unknown code gives those near it."""
    assert reason_of("digest-mismatch") is Reason.DIGEST_MISMATCH
    assert reason_of("NO_SUCH_CODE_AT_ALL") is None
    assert "DIGEST_MISMATCH" in near("digest_mismach")
