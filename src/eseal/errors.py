"""The tree of failures; every one that leaves this package is one of three kinds.

    EvidenceError
    ├── MalformedError     the bytes are not what they claim to be
    ├── RefusedError       a rule said no; nothing was signed, nothing was passed
    └── UnavailableError   could not decide: data or a service is missing

Each carries a stable `reason`, a sentence, and `at`, the path inside the input that it is about.
Machines match on the reason, never on prose. Foreign exceptions are translated where they enter,
with `from`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Self

from eseal.reasons import ReasonCode


class EvidenceError(Exception):
    """What every failure of this package is; never raised itself."""

    advice: tuple[str, str] | None = None
    """What to do, Chinese and English, where the reason's own remedy does not fit."""
    _words: tuple[str, str] | None = None

    def __init__(self, reason: ReasonCode, sentence: str, *, at: str = "") -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence
        self.at = at

    def __reduce__(self) -> tuple[object, ...]:
        return partial(type(self), self.reason, self.sentence, at=self.at), (), self.__dict__

    @classmethod
    def apart(cls, reason: ReasonCode, zh: str, en: str, *, at: str = "") -> Self:
        """Make one whose sentence is whole in each language, so that they can be told apart."""
        error = cls(reason, f"{zh} {en}", at=at)
        error._words = zh, en
        return error

    @property
    def words(self) -> tuple[str, str]:
        """Chinese and English apart; of what was said in one, the reason's title, and that."""
        return self._words or (self.reason.zh, self.sentence)

    @property
    def told(self) -> str:
        """The sentence, and the place that it is about."""
        return f"{self.sentence} ({self.at})" if self.at else self.sentence

    def __str__(self) -> str:
        return f"{self.reason}: {self.told}"


class MalformedError(EvidenceError):
    """The input is not of the format that it has to be; `at` is the path to the fault."""


class RefusedError(EvidenceError):
    """Well formed, but a rule forbids it; nothing was signed or stored."""


class UnavailableError(EvidenceError):
    """The question could not be decided: revocation data, a key or a service is missing."""


@contextmanager
def remedied(advice: Mapping[ReasonCode, tuple[str, str]]) -> Iterator[None]:
    """Give what a block refuses the advice for its reason, where there is one, unless it has one.

    A reason's own remedy speaks to whoever verifies a document.
    """
    try:
        yield
    except EvidenceError as error:
        error.advice = error.advice or advice.get(error.reason)
        raise


@contextmanager
def about(at: str) -> Iterator[None]:
    """Give what a block refuses the place that it is about, unless it names one itself."""
    try:
        yield
    except EvidenceError as error:
        error.at = error.at or at
        raise
