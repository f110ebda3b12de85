"""Judges a signed PDF: pyHanko's validation, and checks of ours on what pyHanko lets through.

For every signature in the file, and the worst of all counts:

    readable     a whole PDF that pyHanko reads strictly, not encrypted
    structure    a signature dictionary and a CMS as PAdES baseline B-B has them
    integrity    all bytes but the signature itself are covered, nothing follows, the digest fits
    signature    the value is right for the key of the certificate that the signature names
    path         the certificate leads to a trusted root at the time asked (`eseal.chain`)

What was not reached because of an earlier fault is undetermined, never passed. A file without a
signature fails nothing: it is undetermined (UNSIGNED). Nothing may follow a signature: a file that
was signed twice has bytes behind its first signature, and fails.

Source: ETSI EN 319 102-1; EN 319 142-1 (read second-hand).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.evidence import SignatureInfo, SignatureKind, signature_info
from eseal.pdf.reader import Judgement, OpenPdf, SignatureField
from eseal.pdf.structure import (
    SignatureDictionary,
    check_coverage,
    check_readable,
    read_signature_dictionary,
)
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Finding, Outcome, failed, passed, undetermined, worst
from eseal.signed_data import SignedData, read_signed_data


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfEvidence:
    """What was found about a PDF.

    Attributes:
        data: the file.
        findings: one for each member of `Check`, in order.
        signatures: who signed, of the signatures that could be read.
        attachments: attached files by name; read only when bytes and signatures are sound.
        xmp_identifier: `dc:identifier` of the metadata; read only then, too.
    """

    data: bytes = field(repr=False)
    findings: tuple[Finding, ...]
    signatures: tuple[SignatureInfo, ...] = ()
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    xmp_identifier: str | None = None

    def attachment(self, name: str) -> bytes | None:
        """The attached file of that name, `None` if there is none."""
        return self.attachments.get(name)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signature:
    """What was found about one signature: a finding for each check but `readable`."""

    findings: tuple[Finding, ...]
    info: SignatureInfo | None = None


def verify_pdf(data: bytes, *, judge: PathJudge) -> PdfEvidence:
    """Judge a PDF and all its signatures; never raises for anything that the bytes contain.

    Args:
        data: the file.
        judge: says whether a certificate is trusted, and for which time it is asked.
    """
    try:
        end = check_readable(data)
        opened = OpenPdf(data[:end])
    except EvidenceError as error:
        return _stopped(data, failed(Check.READABLE, error.reason, error.told))
    try:
        fields = opened.signature_fields()
    except MalformedError as error:
        return _stopped(data, failed(Check.STRUCTURE, error.reason, error.told))
    if not fields and end < len(data):
        detail = f"{len(data) - end} bytes behind the last end of file"
        return _stopped(data, failed(Check.READABLE, Reason.TRUNCATED, detail))
    if not fields:
        return _stopped(data, undetermined(Check.STRUCTURE, Reason.UNSIGNED))
    signatures = [_judge(data, opened, number, one, judge) for number, one in enumerate(fields)]
    return _read_content(data, opened, signatures)


def _stopped(data: bytes, finding: Finding) -> PdfEvidence:
    """Evidence that ends with `finding`: what is before it passed, the rest was not reached."""
    checks = tuple(Check)
    place = checks.index(Check(finding.check))
    before = (passed(check) for check in checks[:place])
    return PdfEvidence(data=data, findings=(*before, finding, *_not_reached(*checks[place + 1 :])))


def _read_content(data: bytes, opened: OpenPdf, signatures: list[_Signature]) -> PdfEvidence:
    """Weigh the signatures, and read what they vouch for when they do."""
    findings = (passed(Check.READABLE), *_worst(signatures))
    infos = tuple(one.info for one in signatures if one.info is not None)
    if any(one.outcome is not Outcome.PASSED for one in findings[:-1]):
        return PdfEvidence(data=data, findings=findings, signatures=infos)
    try:
        return PdfEvidence(
            data=data,
            findings=findings,
            signatures=infos,
            attachments=opened.attachments(),
            xmp_identifier=opened.xmp_identifier(),
        )
    except MalformedError as error:
        unreadable = failed(Check.READABLE, error.reason, error.told)
        return PdfEvidence(data=data, findings=(unreadable, *findings[1:]), signatures=infos)


def _worst(signatures: list[_Signature]) -> tuple[Finding, ...]:
    """The worst finding of each check over all signatures, the first of equals."""
    columns = zip(*(one.findings for one in signatures), strict=True)
    return tuple(worst(column) for column in columns)


def _judge(
    data: bytes, opened: OpenPdf, number: int, place: SignatureField, judge: PathJudge
) -> _Signature:
    try:
        dictionary = read_signature_dictionary(data, place.offset)
        signed = read_signed_data(dictionary.cms)
        judgement = opened.judge_signature(number)
    except MalformedError as error:
        structure = failed(Check.STRUCTURE, error.reason, error.told)
        return _Signature(findings=(structure, *_not_reached(*list(Check)[2:])))
    except RefusedError as error:
        return _refused(data, dictionary, error)
    info = signature_info(
        signed.certificate,
        signed.algorithm.value,
        dictionary.claimed_time,
        kind=SignatureKind.PADES,
        field=place.name,
        commitment=signed.commitment,
    )
    path = judge.judge(
        signed.certificate, signed.others, claimed_signing_time=dictionary.claimed_time
    )
    return _Signature(
        findings=(
            passed(Check.STRUCTURE),
            _integrity(data, dictionary, judgement),
            _value(dictionary, signed, judgement),
            path,
        ),
        info=info,
    )


def _refused(data: bytes, dictionary: SignatureDictionary, error: RefusedError) -> _Signature:
    """A signature whose algorithm or certificate was refused: its key was never asked."""
    try:
        check_coverage(data, dictionary)
        integrity = undetermined(Check.INTEGRITY, Reason.NOT_REACHED)
    except RefusedError as uncovered:
        integrity = failed(Check.INTEGRITY, uncovered.reason, uncovered.told)
    return _Signature(
        findings=(
            passed(Check.STRUCTURE),
            integrity,
            failed(Check.SIGNATURE, error.reason, error.told),
            *_not_reached(Check.CERTIFICATE_PATH),
        )
    )


def _integrity(data: bytes, dictionary: SignatureDictionary, judgement: Judgement) -> Finding:
    try:
        check_coverage(data, dictionary)
    except RefusedError as error:
        return failed(Check.INTEGRITY, error.reason, error.told)
    if not judgement.covers_file:
        return failed(Check.INTEGRITY, Reason.BYTES_NOT_COVERED, "pyHanko sees bytes left out")
    if not judgement.digest_matches:
        return failed(Check.INTEGRITY, Reason.DIGEST_MISMATCH)
    return passed(Check.INTEGRITY, f"{len(data)} bytes")


def _value(dictionary: SignatureDictionary, signed: SignedData, judgement: Judgement) -> Finding:
    if not judgement.cms.startswith(dictionary.cms):
        detail = "two readers see two signatures"
        return failed(Check.SIGNATURE, Reason.SIGNATURE_MALFORMED, detail)
    if judgement.certificate.dump() != signed.certificate.dump():
        return failed(Check.SIGNATURE, Reason.CERTIFICATE_MISMATCH, "two certificates answer")
    if not judgement.signature_holds:
        return failed(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
    return passed(Check.SIGNATURE, signed.algorithm.value)


def _not_reached(*checks: Check) -> tuple[Finding, ...]:
    reason: ReasonCode = Reason.NOT_REACHED
    return tuple(undetermined(check, reason) for check in checks)
