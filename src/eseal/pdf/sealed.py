"""Judges the seal of a PDF signature: by the checks of GB/T 38540, and as part of its document.

Beside what the standard asks of a seal's signature, what it says has to be what the document
around it says: the same byte range, the same time, the same signer; and the picture that the pages
show is the one in the seal.

Left to others: the checks on a seal itself to `eseal.seals.checks`, marks on pages to `marks`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from eseal import digests
from eseal.carried import NOTHING, CarriedData
from eseal.chain import PathJudge
from eseal.errors import EvidenceError
from eseal.evidence import SealInfo, seal_info
from eseal.pdf.marks import compare_marks, picture_of, shown_marks
from eseal.pdf.pages import MAX_SIZED_PAGES
from eseal.pdf.reader import OpenPdf
from eseal.pdf.structure import (
    SignatureDictionary,
    UnjudgedSignature,
    check_readable,
    read_signature_dictionary,
)
from eseal.pictures.upload import check_ground
from eseal.reasons import Reason
from eseal.report import Finding, Outcome, failed, undetermined
from eseal.seals.checks import SealCheck, judge_seal_signature
from eseal.seals.model import Seal, SealPicture, SealSignature
from eseal.seals.reading import read_seal_signature
from eseal.signed_data import SignedData, read_signed_data


@dataclass(frozen=True, kw_only=True, slots=True)
class SealEvidence:
    """A seal on a document, and what was found about it.

    Attributes:
        field: name of the signature field.
        info: what the seal and its use say.
        findings: one for each member of `SealCheck`, in order.
        shown: in how many places of the pages its picture is, as it was found to be.
        picture: what the seal carries.
    """

    field: str
    info: SealInfo
    findings: tuple[Finding, ...]
    shown: int = 0
    picture: SealPicture | None = None

    def over_others(self) -> "SealEvidence":
        """Say of a seal over what was signed before that it decides nothing if it would hide it."""
        if self.picture is None or not self.shown:
            return self
        try:
            check_ground(picture_of(self.picture))
        except EvidenceError as error:
            hiding = undetermined(SealCheck.PICTURE, error.reason, error.told)
            rest = (each for each in self.findings if each.check is not SealCheck.PICTURE)
            return replace(self, findings=(*rest, hiding))
        return self


def judge_carried_seal(
    seal: SealSignature,
    signed: SignedData,
    dictionary: SignatureDictionary,
    *,
    opened: OpenPdf,
    number: int,
    judge: PathJudge,
    covered: Callable[[], bytes],
    carried: CarriedData = NOTHING,
    proven_time: datetime | None = None,
) -> SealEvidence:
    """Judge a seal's signature that a CMS carries.

    Args:
        seal: what the CMS carries.
        signed: the CMS.
        dictionary: the signature dictionary that holds it.
        opened: the file.
        number: of the signature field.
        judge: says whether certificates are trusted.
        covered: gives what the document's byte range covers.
        carried: what the document's DSS has.
        proven_time: aware time at which a timestamp proves that the CMS was there.
    """
    contradiction = _contradiction(seal, signed, dictionary)
    evidence = judge_bare_seal(
        seal,
        opened=opened,
        number=number,
        judge=judge,
        covered=covered,
        beside=signed,
        carried=carried,
        proven_time=proven_time,
    )
    if contradiction is None:
        return evidence
    findings = (
        contradiction
        if each.check is contradiction.check and each.outcome is not Outcome.FAILED
        else each
        for each in evidence.findings
    )
    return replace(evidence, findings=tuple(findings))


def judge_bare_seal(
    seal: SealSignature,
    *,
    opened: OpenPdf,
    number: int,
    judge: PathJudge,
    covered: Callable[[], bytes],
    beside: SignedData | None = None,
    carried: CarriedData = NOTHING,
    proven_time: datetime | None = None,
) -> SealEvidence:
    """Judge a seal's signature that stands in a PDF by itself.

    Args:
        seal: the seal's signature.
        opened: the file.
        number: of the signature field.
        judge: says whether certificates are trusted.
        covered: gives what the document's byte range covers.
        beside: the CMS around it, whose certificates may help.
        carried: what the document's DSS has.
        proven_time: aware time at which a timestamp proves that the CMS was there.
    """
    name, _ = opened.field(number)
    findings = judge_seal_signature(
        seal,
        judge=judge,
        digest=digests.digest(seal.algorithm.digest, covered()),
        original=covered,
        others=beside.others if beside else (),
        proven_time=proven_time,
        carried=carried,
    )
    picture = compare_marks(opened, number, seal.seal.picture, is_ours=beside is not None)
    if picture.outcome is Outcome.PASSED:
        picture = _of_other_size(opened, number) or picture
    return SealEvidence(
        field=name,
        info=seal_info(seal),
        findings=(*findings, picture),
        shown=len(shown_marks(opened, number)) if picture.outcome is Outcome.PASSED else 0,
        picture=seal.seal.picture,
    )


def _of_other_size(opened: OpenPdf, number: int) -> Finding | None:
    """Say of a picture on a page whose unit is not a point that its size is not known."""
    try:
        boxes = opened.page_boxes(most=MAX_SIZED_PAGES)
        if all(each.unit == 1 for each in boxes):
            return None
        places = opened.annotation_places(most=MAX_SIZED_PAGES)
        found = [places.get(mark.reference) for mark in shown_marks(opened, number)]
    except EvidenceError as error:
        return undetermined(SealCheck.PICTURE, Reason.SEAL_PICTURE_NOT_COMPARED, error.told)
    if all(place is not None and boxes[place[0]].unit == 1 for place in found):
        return None
    detail = "所在页的单位不是点（UserUnit），大小不能确定 its page has another unit than points"
    return undetermined(SealCheck.PICTURE, Reason.SEAL_PICTURE_NOT_COMPARED, detail)


def seals_in(data: bytes) -> tuple[Seal, ...]:
    """List the seals on a PDF, in the order of its form; none of them is judged.

    Raises:
        MalformedError: no PDF, or one that cannot be read; or a seal that cannot.
        RefusedError: ENCRYPTED_PDF; INPUT_TOO_LARGE; ALGORITHM_REFUSED.
    """
    end = check_readable(data)
    found: list[Seal] = []
    for field in OpenPdf(data[:end]).signature_fields():
        dictionary = read_signature_dictionary(data, field.offset)
        if isinstance(dictionary, UnjudgedSignature):
            continue
        carried = (
            dictionary.contents
            if dictionary.is_bare_seal
            else read_signed_data(dictionary.contents).seal_signature
        )
        if carried is not None:
            found.append(read_seal_signature(carried).seal)
    return tuple(found)


def _contradiction(
    seal: SealSignature, signed: SignedData, dictionary: SignatureDictionary
) -> Finding | None:
    """Where seal and document say different things."""
    if seal.signer.dump() != signed.certificate.dump():
        detail = "用章人不是签名者 the seal was used by another than the one who signed"
        return failed(SealCheck.FORMAT, Reason.SEAL_CONTRADICTS, detail)
    if seal.at != dictionary.claimed_time:
        detail = (
            f"印章自称 the seal says {seal.at}，签名自称 the signature {dictionary.claimed_time}"
        )
        return failed(SealCheck.FORMAT, Reason.SEAL_CONTRADICTS, detail)
    if seal.property_info != dictionary.range_text:
        detail = (
            "印章与签名所覆盖的范围不同 "
            f"the seal covers {seal.property_info}, the signature {dictionary.range_text}"
        )
        return failed(SealCheck.DATA_HASH, Reason.SEAL_CONTRADICTS, detail)
    return None
