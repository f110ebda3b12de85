"""What signatures of one file do to each other: a later one shows something over earlier ones.

A later signature may show anything anywhere by pyHanko's rules; here a seal shows its picture and
no more, hides nothing, and is not older than what it stands over. Rule kept: what was found failed
stays failed, and for its own reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from eseal.pdf.fields import last_place
from eseal.pdf.judged_signature import JudgedSignature
from eseal.pdf.reader import OpenPdf
from eseal.reasons import Reason
from eseal.report import Check, Finding, Outcome, failed, undetermined
from eseal.seals.checks import LONGEST_BATCH, SealCheck


def uncovered(
    signatures: Sequence[JudgedSignature], ends: Sequence[int], opened: OpenPdf
) -> list[JudgedSignature]:
    """See that what signatures show does not cover what was signed before them.

    A signature that is not judged may say what it likes of what it covers: where it and its field
    were written counts as well.

    Args:
        signatures: of the file, in the order of the form.
        ends: where what each covers ends; 0 where that cannot be read.
        opened: the file.
    """
    first = min(ends)
    judged = [
        _over_others(one, _latest(signatures, ends, end)) if end > first else one
        for one, end in zip(signatures, ends, strict=True)
    ]
    reaches = [
        max(end, last_place(opened.pyhanko, opened.field(number)[1]) + 1)
        for number, end in enumerate(ends)
    ]
    pairs = list(zip(judged, reaches, strict=True))
    last = max((reach for one, reach in pairs if one.has_bare_marks), default=0)
    return [_covered_up(one) if reach < last else one for one, reach in pairs]


def _latest(
    signatures: Sequence[JudgedSignature], ends: Sequence[int], end: int
) -> datetime | None:
    """The latest time that a signature claims which ends before `end`."""
    times = [
        one.info.claimed_time
        for one, place in zip(signatures, ends, strict=True)
        if place < end and one.info is not None and one.info.claimed_time is not None
    ]
    return max(times, default=None)


def _over_others(signature: JudgedSignature, before: datetime | None) -> JudgedSignature:
    """A signature over others, the last of which claims to be of `before`.

    A seal on it hides nothing, and cannot be older.
    """
    if signature.seal is None:
        return signature
    seal = signature.seal.over_others()
    if before is not None and before - seal.info.used_at > LONGEST_BATCH:
        detail = (
            f"用印 the seal says {seal.info.used_at}，"
            f"所盖内容签于 what it covers was signed {before}"
        )
        finding = failed(SealCheck.FORMAT, Reason.SEAL_CONTRADICTS, detail)
        seal = replace(seal, findings=_failed_instead(seal.findings, finding))
    return replace(signature, seal=seal)


def _failed_instead(findings: Iterable[Finding], finding: Finding) -> tuple[Finding, ...]:
    """Put a failure in the place of the finding of its check, unless that failed already."""
    return tuple(
        finding if each.check is finding.check and each.outcome is not Outcome.FAILED else each
        for each in findings
    )


def _covered_up(signature: JudgedSignature) -> JudgedSignature:
    """A signature behind which another shows something that no seal proves."""
    detail = "后来的签名显示了没有印章作证的图形 a later signature shows a mark that no seal proves"
    finding = failed(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING, detail)
    return replace(signature, findings=_failed_instead(signature.findings, finding))


def undecided(signature: JudgedSignature, acting: str) -> JudgedSignature:
    """A signature over what each reader draws or runs as it likes: nobody knows what was seen."""
    drawn = undetermined(Check.INTEGRITY, Reason.FORM_DRAWN_BY_READERS, acting)
    findings = tuple(
        drawn if each.check is drawn.check and each.outcome is Outcome.PASSED else each
        for each in signature.findings
    )
    return replace(signature, findings=findings)
