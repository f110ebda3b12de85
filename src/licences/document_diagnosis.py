"""Examining a home's documents: whether what the register names is in the store, as it was issued.

Rules kept: nothing is written; unless all are asked for, so many are looked for and fewer are read
as an administrator waits for; what is wrong with one keeps no other from being looked at.

Left to others: whether a licence's row and its documents' rows are its journal's, to `as_issued`.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import Engine, Text, literal, select, tuple_, type_coerce

from eseal.errors import EvidenceError, RefusedError
from eseal.reasons import ReasonCode
from licences.database import translated
from licences.documents import FolderDocuments
from licences.home import Home
from licences.model import LicenceKey
from licences.projections import Projections
from licences.reasons import LicenceReason
from licences.row_values import table_of
from licences.rows import DocumentRow
from licences.symptoms import Advice, Symptom, bad, first

MOST_LOOKED_FOR: Final = 20_000
MOST_READ: Final = 1_000
_PAGE: Final = 1_000

_DOCUMENT = table_of(DocumentRow)
_KEY: Final = (_DOCUMENT.c.shard, type_coerce(_DOCUMENT.c.licence_id, Text), _DOCUMENT.c.format)
_ALL: Final = select(*_KEY, _DOCUMENT.c.sha256).order_by(*_KEY).limit(_PAGE)
_WHAT: Final = "文档库 documents"
_RESTORE: Final[Advice] = (
    "从备份恢复文档库；doctor --documents 逐份读验",
    "Restore the document store from a backup; doctor --documents reads every document",
)

_Row: TypeAlias = tuple[object, object, object, object]
"""Shard, licence, format and SHA-256, each as the row has it: it may be anything."""


@dataclass(kw_only=True, slots=True)
class _Looked:
    """What was looked at, and what is wrong, by its reason."""

    sought: int = 0
    read: int = 0
    wrong: dict[ReasonCode, list[str]] = field(default_factory=dict)

    def tell(self, reason: ReasonCode, what: str) -> None:
        self.wrong.setdefault(reason, []).append(what)


def examine_documents(home: Home, *, every: bool) -> Iterator[Symptom]:
    """Examine whether documents can be written, and whether those that were issued are there.

    Args:
        home: the home.
        every: read every document; else `MOST_LOOKED_FOR` are looked for, `MOST_READ` read.
    """
    documents = home.documents()
    try:
        documents.try_writing()
        with closing(home.register()) as register:
            looked = _look(register.engine, documents, every=every)
    except EvidenceError as error:
        yield bad(_WHAT, error)
        return
    for reason, named in looked.wrong.items():
        detail = f"{len(named)} 份 documents：{first(named)}"
        yield Symptom(what=_WHAT, good=False, detail=detail, reason=reason, advice=_RESTORE)
    if not looked.wrong:
        yield Symptom(what=_WHAT, good=True, detail=f"{home.settings.documents}，{_counts(looked)}")


def _counts(looked: _Looked) -> str:
    said = f"{looked.sought} 份都在 are there，{looked.read} 份已读验 were read"
    rest = looked.sought >= MOST_LOOKED_FOR and looked.read < looked.sought
    return f"{said}；其余见 the rest: --documents" if rest else said


def _look(engine: Engine, documents: FolderDocuments, *, every: bool) -> _Looked:
    """Look for documents in the order of the register, which is no order of time."""
    looked, projections = _Looked(), Projections(engine)
    after: _Row | None = None
    while (page := _page(engine, after)) and (every or looked.sought < MOST_LOOKED_FOR):
        for row in page:
            looked.sought += 1
            reads = every or looked.read < MOST_READ
            try:
                looked.read += _look_at(documents, row[3], reads=reads)
            except EvidenceError as error:
                looked.tell(error.reason, _named(projections, row))
        after = page[-1]
    return looked


def _page(engine: Engine, after: _Row | None) -> list[_Row]:
    query = _ALL if after is None else _ALL.where(tuple_(*_KEY) > tuple_(*map(literal, after[:3])))
    with translated(), engine.connect() as connection:
        return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


def _look_at(documents: FolderDocuments, sha256: object, *, reads: bool) -> bool:
    """See that a document is there; says whether it was read.

    Raises:
        EvidenceError: DOCUMENT_MISSING, DOCUMENT_DAMAGED; JOURNAL_BROKEN, the row names none.
    """
    if not isinstance(sha256, bytes):
        raise RefusedError(LicenceReason.JOURNAL_BROKEN, "登记行有误 the row says what it cannot")
    if reads or not documents.path(sha256).exists():
        documents.read(sha256)
    return reads


def _named(projections: Projections, row: _Row) -> str:
    """Say whose document it is, whatever its row says."""
    shard, number, form, _ = row
    try:
        key = LicenceKey(shard=int(str(shard)), id=UUID(str(number)))
    except ValueError:
        return f"{number} {form}"
    return f"{projections.identifier(key)} {form}"
