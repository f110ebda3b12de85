"""Judges a signed PDF: pyHanko's validation, and checks of ours on what pyHanko lets through.

For every signature in the file, and the worst of all counts:

    readable     a whole PDF that pyHanko reads strictly, not encrypted; undetermined where there is
                 too much to read in it
    structure    a signature dictionary and a CMS as PAdES baseline B-B or B-T has them, or a bare
                 seal; one of the older forms, or a document timestamp, decides nothing
    integrity    all bytes but the signature itself are covered, the digest fits, nothing follows
                 but revisions that later signatures close, with nothing in them but these
    signature    the value is right for the key of the certificate that the signature names
    path         the certificate leads to a trusted root at the time asked (`eseal.chain`)

For every timestamp over a signature its check follows (`eseal.timestamps`), and for every seal the
checks of GB/T 38540 (`eseal.seals.checks`); again the worst counts. They are left out where a file
has no timestamp, or no seal. A seal that says it was used long before a signature
that it covers was made contradicts it: that is how an old seal would be used today.

Last, of every file, its marks: one that belongs to a signature and is proven by no seal is said:
undetermined; such a mark of a later signature fails what was signed before it. A seal whose picture
would hide what it stands over is undetermined behind another signature. A picture of a seal on the
page itself is looked for (`eseal.pdf.likeness`). Integrity is undetermined where a form has readers
draw its fields: what they draw nobody signed.

What was not reached because of an earlier fault is undetermined, never passed. A file without a
signature fails nothing: it is undetermined (UNSIGNED).

Source: ETSI EN 319 102-1; EN 319 142-1 (read second-hand).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TypeAlias

from eseal.carried import NOTHING, CarriedData
from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.evidence import SignatureInfo
from eseal.pdf.acting import what_acts
from eseal.pdf.guarded import translated
from eseal.pdf.judged_signature import JudgedSignature, unreadable
from eseal.pdf.likeness import look_at_pages
from eseal.pdf.marks import MarkCheck
from eseal.pdf.overlaying import uncovered, undecided
from eseal.pdf.reader import OpenPdf
from eseal.pdf.sealed import SealEvidence
from eseal.pdf.sections import closed_ends
from eseal.pdf.signatures import Question, judge_one
from eseal.pdf.structure import (
    SignatureDictionary,
    UnjudgedSignature,
    check_readable,
    read_signature_dictionary,
)
from eseal.pdf.weighing import seal_findings, timestamp_findings, worst_of_each
from eseal.reasons import Reason
from eseal.report import Check, Finding, Outcome, failed, not_reached, passed, undetermined

_Read = SignatureDictionary | UnjudgedSignature
_Dictionary: TypeAlias = SignatureDictionary | UnjudgedSignature | MalformedError


class PagesSeen(Enum):
    """Whose pages pdfium reads and draws, to find pictures of seals on them."""

    NONE = auto()
    """No file's: its signatures are judged and no more."""

    VOUCHED = auto()
    """Those of a file that somebody known signed."""

    ALL = auto()
    """Any file's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfEvidence:
    """What was found about a PDF.

    Attributes:
        data: the file.
        findings: one for each member of `Check`, in order; where there are timestamps, one for
            `TimestampCheck.TIMESTAMP`; where there are seals, one for each member of `SealCheck`;
            last one for `MarkCheck.MARKS`.
        judged: what was found about each signature, in the order of the form.
        text: of the pages; taken only when a signer who is known vouches for them.
        attachments: attached files by name; read only when bytes and signatures are sound.
        xmp_identifier: `dc:identifier` of the metadata; read only then, too.
        carried: what its DSS has: it may help to judge what is attached, too.
    """

    data: bytes = field(repr=False)
    findings: tuple[Finding, ...]
    judged: tuple[JudgedSignature, ...] = ()
    text: str | None = field(default=None, repr=False)
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    xmp_identifier: str | None = None
    carried: CarriedData = field(default=NOTHING, repr=False)

    @property
    def signatures(self) -> tuple[SignatureInfo, ...]:
        """Who signed, of the signatures that could be read."""
        return tuple(one.info for one in self.judged if one.info is not None)

    @property
    def seals(self) -> tuple[SealEvidence, ...]:
        """The seals that could be read."""
        return tuple(one.seal for one in self.judged if one.seal is not None)

    def attachment(self, name: str) -> bytes | None:
        """The attached file of that name, `None` if there is none."""
        return self.attachments.get(name)


def verify_pdf(
    data: bytes, *, judge: PathJudge, pages: PagesSeen = PagesSeen.VOUCHED
) -> PdfEvidence:
    """Judge a PDF and all its signatures; never raises for anything that the bytes contain.

    Args:
        data: the file.
        judge: says whether a certificate is trusted, and for which time it is asked.
        pages: whether its pages are looked at; where they are not, the last finding says so.
    """
    try:
        end = check_readable(data)
    except EvidenceError as error:
        return _stopped(data, failed(Check.READABLE, error.reason, error.told))
    try:
        return _verify(data, end, judge, pages)
    except RefusedError as error:  # there is more in it than is read
        return _stopped(data, undetermined(Check.READABLE, error.reason, error.told))


def _verify(data: bytes, end: int, judge: PathJudge, pages: PagesSeen) -> PdfEvidence:
    try:
        opened = OpenPdf(data[:end])
    except EvidenceError as error:
        if error.reason is Reason.INPUT_TOO_LARGE:
            raise
        return _stopped(data, failed(Check.READABLE, error.reason, error.told))
    try:
        fields = opened.signature_fields()
    except MalformedError as error:
        return _stopped(data, failed(Check.STRUCTURE, error.reason, error.told))
    if not fields and end < len(data):
        detail = f"文件结尾之后还有 {len(data) - end} 字节 bytes behind the last end of file"
        return _stopped(data, failed(Check.READABLE, Reason.TRUNCATED, detail))
    if not fields:
        unsigned = _stopped(data, undetermined(Check.STRUCTURE, Reason.UNSIGNED))
        if pages is not PagesSeen.ALL:
            return unsigned
        marks, text = look_at_pages(data, opened, ())
        return replace(unsigned, findings=(*unsigned.findings[:-1], marks), text=text)
    dictionaries = [_read_dictionary(data, one.offset) for one in fields]
    ends = [one.end if isinstance(one, _Read) else 0 for one in dictionaries]
    read_ends = [each for each in ends if each]
    judged_ends = [one.end for one in dictionaries if isinstance(one, SignatureDictionary)]
    closed = closed_ends(data, judged_ends)
    question = Question(
        data=data,
        opened=opened,
        judge=judge,
        closed=closed,
        half_closed=closed_ends(data, read_ends) - closed,
        ends=tuple(sorted(read_ends)),
        carried=opened.carried_data(),
    )
    signatures = [
        judge_one(question, number, place, one)
        if isinstance(one, _Read)
        else unreadable(place, one)
        for number, (place, one) in enumerate(zip(fields, dictionaries, strict=True))
    ]
    judged = uncovered(signatures, ends, opened)
    if acting := _what_acts(opened):
        judged = [undecided(one, acting) for one in judged]
    looks = pages is PagesSeen.ALL or (
        pages is PagesSeen.VOUCHED and any(_vouches(one) for one in judged)
    )
    evidence = _read_content(data, opened, judged, looks=looks)
    return replace(evidence, carried=question.carried)


def _what_acts(opened: OpenPdf) -> str | None:
    """Say what the file leaves to its readers, or why that cannot be told."""
    try:
        with translated(Reason.BROKEN_PDF, "document"):
            return what_acts(opened)
    except MalformedError as error:
        return error.told


def _read_dictionary(data: bytes, offset: int) -> _Dictionary:
    try:
        return read_signature_dictionary(data, offset)
    except MalformedError as error:
        return error


def _stopped(data: bytes, finding: Finding) -> PdfEvidence:
    """Evidence that ends with `finding`: what is before it passed, the rest was not reached."""
    checks = tuple(Check)
    place = checks.index(Check(finding.check))
    before = (passed(check) for check in checks[:place])
    later = (*checks[place + 1 :], MarkCheck.MARKS)
    return PdfEvidence(data=data, findings=(*before, finding, *not_reached(*later)))


def _vouches(signature: JudgedSignature) -> bool:
    """Is the file what somebody known signed, so that their pages can be looked at?"""
    findings = {finding.check: finding for finding in signature.findings}
    path = findings[Check.CERTIFICATE_PATH]
    if path.outcome is Outcome.FAILED or path.reason in {Reason.UNKNOWN_ISSUER, Reason.NOT_REACHED}:
        return False
    return all(
        findings[check].outcome is Outcome.PASSED for check in (Check.INTEGRITY, Check.SIGNATURE)
    )


def _read_content(
    data: bytes, opened: OpenPdf, signatures: Sequence[JudgedSignature], *, looks: bool
) -> PdfEvidence:
    """Weigh the signatures, and read what they vouch for when they do."""
    findings = (passed(Check.READABLE), *worst_of_each(one.findings for one in signatures))
    marks, text = _bare_marks(signatures), None
    if marks is None and looks:
        marks, text = look_at_pages(data, opened, signatures)
    (unseen,) = not_reached(MarkCheck.MARKS)
    evidence = PdfEvidence(
        data=data,
        findings=(
            *findings,
            *timestamp_findings(signatures),
            *seal_findings(signatures),
            marks or unseen,
        ),
        judged=tuple(signatures),
        text=text,
    )
    if any(one.outcome is not Outcome.PASSED for one in findings[:-1]):
        return evidence
    try:
        return replace(
            evidence,
            attachments=opened.attachments(),
            xmp_identifier=opened.xmp_identifier(),
        )
    except MalformedError as error:
        unreadable_file = failed(Check.READABLE, error.reason, error.told)
        return replace(evidence, findings=(unreadable_file, *evidence.findings[1:]))


def _bare_marks(signatures: Sequence[JudgedSignature]) -> Finding | None:
    if not any(one.has_bare_marks for one in signatures):
        return None
    detail = "签名显示了没有印章作证的图形 a signature shows a mark that no seal proves"
    return undetermined(MarkCheck.MARKS, Reason.SEAL_PICTURE_UNPROVEN, detail)
