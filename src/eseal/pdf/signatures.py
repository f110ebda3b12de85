"""Judges one signature of a PDF: its dictionary, its CMS, and the seal that it carries.

A signature is a CMS, which may carry a seal's signature (GB/T 38540) as a signed attribute; or, in
PDFs of other products, a seal's signature by itself. Of either kind the same five checks are
asked; what is asked of a seal beside them stands in its own evidence.

A signature of a form that is not judged here is undetermined, and so is the integrity of what was
signed before it: who closed the last revision is not known.

A CMS may carry a timestamp over its signature value, too: a sound one proves when it was there, and
the paths of signer and seal are judged by that time.

What was not reached because of an earlier fault is undetermined, never passed. What comes after a
signature is judged twice: by pyHanko, and by the shape of the file (`closed`): revisions, each of
them closed by a signature that is judged as well.

Left to others: what a judgement holds to `judged_signature`, seals to `sealed`, changes after a
signature to `judging`, what signatures say of one another to `verify`.

Source: ETSI EN 319 102-1; EN 319 142-1 (read second-hand).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from eseal.carried import NOTHING, CarriedData
from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.evidence import SignatureKind, signature_info
from eseal.pdf.coverage import check_coverage
from eseal.pdf.judged_signature import JudgedSignature, unjudged, unreadable
from eseal.pdf.judging import Judgement, Later, judge_signature, later_changes
from eseal.pdf.marks import shown_marks
from eseal.pdf.reader import OpenPdf, SignatureField
from eseal.pdf.sealed import SealEvidence, judge_bare_seal, judge_carried_seal
from eseal.pdf.structure import SignatureDictionary, UnjudgedSignature
from eseal.reasons import Reason
from eseal.report import Check, Finding, Outcome, failed, not_reached, passed, undetermined
from eseal.seals.checks import SealCheck, seal_unreadable
from eseal.seals.reading import read_seal_signature
from eseal.signed_data import SignedData, read_signed_data
from eseal.timestamps.verification import TimestampEvidence, judge_timestamp


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked of every signature of a file.

    Attributes:
        data: the file.
        opened: the file as pyHanko reads it.
        judge: says whether certificates are trusted.
        closed: behind which offsets there are only revisions that signatures close.
        half_closed: behind which there are such revisions, one of them or more closed by a
            signature of a form that is not judged.
        ends: where that ends which signatures say they cover, in order.
        carried: what the file's DSS has.
    """

    data: bytes
    opened: OpenPdf
    judge: PathJudge
    closed: frozenset[int]
    half_closed: frozenset[int] = frozenset()
    ends: tuple[int, ...] = ()
    carried: CarriedData = NOTHING


def judge_one(
    question: Question,
    number: int,
    place: SignatureField,
    dictionary: SignatureDictionary | UnjudgedSignature,
) -> JudgedSignature:
    """Judge the signature of field `number`; never raises for anything that the bytes contain."""
    try:
        if isinstance(dictionary, UnjudgedSignature):
            return _with_marks(question, number, unjudged(place, dictionary))
        if dictionary.is_bare_seal:
            return _with_marks(question, number, _judge_bare(question, number, place, dictionary))
        return _with_marks(question, number, _judge_cms(question, number, place, dictionary))
    except MalformedError as error:
        return unreadable(place, error)


def _with_marks(question: Question, number: int, judged: JudgedSignature) -> JudgedSignature:
    if judged.seal is not None or judged.seal_fault:
        return judged
    return replace(judged, has_bare_marks=bool(shown_marks(question.opened, number)))


def _judge_cms(
    question: Question, number: int, place: SignatureField, dictionary: SignatureDictionary
) -> JudgedSignature:
    try:
        signed = read_signed_data(dictionary.contents)
    except RefusedError as error:
        return _refused(question, place, dictionary, error)
    judgement = judge_signature(question.opened, number)
    stamped = _stamped(question, dictionary, signed)
    proven = stamped.proven if stamped else None
    proven_time = proven.time if proven else None
    findings = (
        passed(Check.STRUCTURE),
        _integrity(question, dictionary, judgement),
        _value(dictionary, signed, judgement),
        question.judge.judge(
            signed.certificate,
            signed.others,
            claimed_signing_time=dictionary.claimed_time,
            proven_time=proven_time,
            carried=question.carried,
        ),
    )
    info = signature_info(
        signed.certificate,
        signed.algorithm.value,
        dictionary.claimed_time,
        kind=SignatureKind.PADES_T if proven else SignatureKind.PADES,
        field=place.name,
        commitment=signed.commitment,
        proven=proven,
    )
    seal, fault = _carried(question, number, dictionary, signed, proven_time)
    return JudgedSignature(
        field=place.name,
        findings=findings,
        timestamp=stamped.finding if stamped else None,
        info=info,
        seal=seal,
        seal_fault=fault,
    )


def _stamped(
    question: Question, dictionary: SignatureDictionary, signed: SignedData
) -> TimestampEvidence | None:
    """What was found about the timestamp of a CMS, if it has one."""
    if signed.timestamp is None:
        return None
    return judge_timestamp(
        signed.timestamp,
        signed.signature,
        judge=question.judge,
        claimed_time=dictionary.claimed_time,
        others=signed.others,
        carried=question.carried,
    )


def _carried(
    question: Question,
    number: int,
    dictionary: SignatureDictionary,
    signed: SignedData,
    proven_time: datetime | None,
) -> tuple[SealEvidence | None, tuple[Finding, ...]]:
    """The seal in a CMS, or the findings of one that cannot be read."""
    if signed.seal_signature is None:
        return None, ()
    try:
        seal = read_seal_signature(signed.seal_signature)
    except EvidenceError as error:
        return None, (*seal_unreadable(error), *not_reached(SealCheck.PICTURE))
    evidence = judge_carried_seal(
        seal,
        signed,
        dictionary,
        opened=question.opened,
        number=number,
        judge=question.judge,
        covered=lambda: _covered(question.data, dictionary),
        carried=question.carried,
        proven_time=proven_time,
    )
    return evidence, ()


def _judge_bare(
    question: Question, number: int, place: SignatureField, dictionary: SignatureDictionary
) -> JudgedSignature:
    try:
        seal = read_seal_signature(dictionary.contents)
    except RefusedError as error:
        return _refused(question, place, dictionary, error)
    evidence = judge_bare_seal(
        seal,
        opened=question.opened,
        number=number,
        judge=question.judge,
        covered=lambda: _covered(question.data, dictionary),
    )
    said = {finding.check: finding for finding in evidence.findings}
    integrity = _uncovered(question, dictionary)
    if integrity is None and said[SealCheck.DATA_HASH].outcome is Outcome.PASSED:
        later = later_changes(question.opened, number, data=question.data, end=dictionary.end)
        integrity = _followed(later) or _half_closed(question, dictionary)
    info = signature_info(
        seal.signer, seal.algorithm.value, seal.at, kind=SignatureKind.SEAL, field=place.name
    )
    return JudgedSignature(
        field=place.name,
        findings=(
            passed(Check.STRUCTURE),
            integrity or _as(Check.INTEGRITY, said[SealCheck.DATA_HASH]),
            _as(Check.SIGNATURE, said[SealCheck.SIGNATURE_VALUE]),
            _as(Check.CERTIFICATE_PATH, said[SealCheck.SIGNER_PATH]),
        ),
        info=info,
        seal=evidence,
    )


def _as(check: Check, finding: Finding) -> Finding:
    """The finding of a seal's check as that of the check on signatures that asks the same."""
    return replace(finding, check=check)


def _refused(
    question: Question, place: SignatureField, dictionary: SignatureDictionary, error: RefusedError
) -> JudgedSignature:
    """A signature whose algorithm or certificate was refused: its key was never asked."""
    uncovered = _uncovered(question, dictionary)
    return JudgedSignature(
        field=place.name,
        findings=(
            passed(Check.STRUCTURE),
            uncovered or undetermined(Check.INTEGRITY, Reason.NOT_REACHED),
            failed(Check.SIGNATURE, error.reason, error.told),
            *not_reached(Check.CERTIFICATE_PATH),
        ),
    )


def _uncovered(question: Question, dictionary: SignatureDictionary) -> Finding | None:
    """What is wrong with what a signature covers."""
    try:
        closed = question.closed | question.half_closed
        check_coverage(question.data, dictionary, closed=closed, ends=question.ends)
    except RefusedError as error:
        return failed(Check.INTEGRITY, error.reason, error.told)
    return None


def _followed(later: Later | None) -> Finding | None:
    """What is wrong with what came after a signature."""
    if later is None:
        return None
    if not later.is_known:
        return undetermined(Check.INTEGRITY, Reason.OBJECT_NOT_READ, later.told)
    return failed(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING, f"后来的改动 later：{later.told}")


def _half_closed(question: Question, dictionary: SignatureDictionary) -> Finding | None:
    """Say of what came after that a signature closed it which is not judged."""
    if dictionary.end in question.closed or dictionary.end not in question.half_closed:
        return None
    detail = "其后有不判断的签名 a signature that is not judged follows"
    return undetermined(Check.INTEGRITY, Reason.SIGNATURE_FORM_NOT_JUDGED, detail)


def _integrity(
    question: Question, dictionary: SignatureDictionary, judgement: Judgement
) -> Finding:
    uncovered = _uncovered(question, dictionary)
    if uncovered is not None:
        return uncovered
    if not judgement.covers_revision:
        return failed(
            Check.INTEGRITY,
            Reason.BYTES_NOT_COVERED,
            "另一读法中有字节未被覆盖 another reader sees bytes left out",
        )
    if not judgement.digest_matches:
        return failed(Check.INTEGRITY, Reason.DIGEST_MISMATCH)
    return (
        _followed(judgement.later)
        or _half_closed(question, dictionary)
        or passed(Check.INTEGRITY, f"{dictionary.end} 字节 bytes")
    )


def _value(dictionary: SignatureDictionary, signed: SignedData, judgement: Judgement) -> Finding:
    if not judgement.cms.startswith(dictionary.contents):
        detail = "两种读法得到两个签名 two readers see two signatures"
        return failed(Check.SIGNATURE, Reason.SIGNATURE_MALFORMED, detail)
    if judgement.certificate.dump() != signed.certificate.dump():
        return failed(
            Check.SIGNATURE, Reason.CERTIFICATE_MISMATCH, "有两张证书 two certificates answer"
        )
    if not judgement.signature_holds:
        return failed(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
    return passed(Check.SIGNATURE, signed.algorithm.value)


def _covered(data: bytes, dictionary: SignatureDictionary) -> bytes:
    """What a signature says that it covers."""
    first, before, behind, after = dictionary.byte_range
    return data[first : first + before] + data[behind : behind + after]
