"""Failures: what they say, and that they survive the way between processes."""

import pickle

import pytest

from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.reasons import Reason


@pytest.mark.parametrize("kind", [MalformedError, RefusedError, UnavailableError])
def test_an_error_says_reason_sentence_and_place(kind: type[EvidenceError]) -> None:
    """Its text has the code, the sentence and the path that it is about."""
    assert str(kind(Reason.UNSIGNED, "why", at="/where")) == "UNSIGNED: why (/where)"
    assert str(kind(Reason.UNSIGNED, "why")) == "UNSIGNED: why"


def test_an_error_can_be_told_in_one_language() -> None:
    """What was said in each language apart is; of other sentences the Chinese is the reason's."""
    both = MalformedError.apart(Reason.UNSIGNED, "中文", "English", at="/where")
    assert str(both) == "UNSIGNED: 中文 English (/where)"
    assert pickle.loads(pickle.dumps(both)).words == ("中文", "English")  # noqa: S301 - ours
    assert MalformedError(Reason.UNSIGNED, "why").words == (Reason.UNSIGNED.zh, "why")


def test_an_error_comes_whole_out_of_another_process() -> None:
    """Pickled and read again it has the same kind, reason, sentence and place."""
    error = pickle.loads(pickle.dumps(RefusedError(Reason.UNSIGNED, "why", at="/where")))  # noqa: S301 - ours
    assert type(error) is RefusedError
    assert (error.reason, error.sentence, error.at) == (Reason.UNSIGNED, "why", "/where")
