"""What became of a request: a licence, or every reason why there is none."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from licences.field_rules import Problem
from licences.licence_life import Standing
from licences.model import Document, Licence
from licences.orders import problem_of
from licences.workshop import Result


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """A licence that is issued and stored.

    Attributes:
        identifier: its GB/T 36904 identifier.
        documents: what is in the document store.
        issued_at: when it was issued.
        standing: where it stands now.
        already: whether it had been issued before this request came.
    """

    identifier: str
    documents: tuple[Document, ...]
    issued_at: datetime
    standing: Standing | None
    already: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A request that came to nothing, and every reason for it; nothing was let out."""

    problems: tuple[Problem, ...]


Outcome: TypeAlias = Issued | Refused


def outcome_of(result: Result, *, already: bool = False) -> Outcome:
    """Say what became of an order as the answer to its request."""
    if not isinstance(result, Licence):
        return Refused(problems=(problem_of(result),))
    return Issued(
        identifier=result.identifier,
        documents=result.documents,
        issued_at=result.issued_at,
        standing=result.standing,
        already=already,
    )
