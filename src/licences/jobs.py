"""A licence in the making: what is known of it between the workshop's phases."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.jose.issuing import UnsignedSdJwt
from eseal.pdf.writer import PreparedPdf
from licences.documents import Staging
from licences.entries import Entry
from licences.model import Document, Format, Licence
from licences.orders import Order
from licences.reasons import LicenceReason


@dataclass(kw_only=True, slots=True)
class Job:
    """A licence in the making."""

    order: Order
    licence: Licence
    entry: Entry | None = None
    announced: frozenset[tuple[Format, bytes]] = frozenset()
    unsigned: UnsignedSdJwt | None = None
    json: bytes = b""
    prepared: PreparedPdf | None = None
    signed: bytes = b""
    documents: dict[Format, Document] = field(default_factory=dict)
    error: EvidenceError | None = None

    @property
    def id(self) -> UUID:
        """The licence's id."""
        return self.licence.key.id

    @property
    def result(self) -> Licence | EvidenceError:
        """What became of it; what stays begun, for lack of something, says that and what helps."""
        if not isinstance(self.error, UnavailableError):
            return self.error or self.licence
        (zh, en), named = self.error.words, self.licence.identifier
        begun = UnavailableError.apart(
            self.error.reason,
            f"{zh}；{named} 已开始签发，编号仍被占用：重复原请求即接着做完，不要的用 "
            "licences cancel 放弃",
            f"{en}; {named} was begun and its number stays taken: the same request again finishes "
            "it, licences cancel abandons it",
            at=self.error.at,
        )
        begun.advice = self.error.advice
        return begun

    def needs(self, form: Format) -> bool:
        """Is this document still to be made? A PDF needs the JSON licence, wanted or not."""
        wanted = form in self.licence.formats or form is Format.JSON
        return wanted and form not in self.documents and self.error is None

    def stage(self, form: Format, staging: Staging) -> None:
        """Stage what was signed; whatever else stands in its place, nobody of ours put it there.

        Raises:
            RefusedError: STAGED_DOCUMENT_WRONG.
        """
        if staging.put(self.id, form, self.signed) != self.signed:
            raise self.not_its_own(form)
        self.keep(form, self.signed)

    def not_its_own(self, form: Format) -> RefusedError:
        """Give the refusal of what is staged for this licence, and was not signed for it."""
        sentence = f"{self.licence.identifier} {form}"
        return RefusedError(LicenceReason.STAGED_DOCUMENT_WRONG, sentence)

    def keep(self, form: Format, content: bytes) -> None:
        """Note a document that is staged."""
        digest = sha256(content).digest()
        self.documents[form] = Document(format=form, sha256=digest, size=len(content))


def move_on(jobs: Iterable[Job]) -> None:
    """Take over what was written about each licence."""
    for job in jobs:
        if job.entry is not None:
            job.licence, job.entry = job.entry.licence, None
