"""The checks of GB/T 38540 on a seal and on its use, in their order, as findings.

Rules kept:
    - who made a seal is judged at the time of its making, who used it at the time of its use, the
      seal's own validity at the time of its use; a time of use that a timestamp proves counts in
      place of the one that is claimed, and a seal that was there then was made before; what is
      amiss only because it is proven late is undetermined, for it may have been used earlier;
    - so is a seal that has ended by the time asked for and that no timestamp proves to have been
      used before: a time that is only claimed could be any;
    - a path to a trusted root is not enough to make seals: the maker has to be one of those in
      the trust material (`TrustStore.makers`); where that has none with a key of the suite, it is
      undetermined, as an unknown root is;
    - a digest of the document with Z in front is as good as one without, for it binds the same
      bytes; it is told;
    - every check is judged, whatever came of those before it: a seal that could be read leaves
      none of them open. Where it could not be read, `seal_unreadable` says so;
    - of many documents with one seal, the maker's signature is checked once in a run.

Left to others: the picture that is shown (PICTURE, judged where the page is), timestamps in the
seal, which were not looked at and are told.

Source: GB/T 38540-2020, 6.3 and 7.3; GM/T 0031-2014, 6.1.2 and 6.2.3 (read second-hand).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from asn1crypto import x509

from eseal import digests
from eseal.algorithms import Algorithm
from eseal.carried import NOTHING, CarriedData
from eseal.certificates import plain_name
from eseal.chain import PathJudge
from eseal.errors import EvidenceError, RefusedError
from eseal.keys import verify_signature
from eseal.moments import check_time
from eseal.reasons import Reason
from eseal.report import Finding, Outcome, failed, not_reached, passed, undetermined
from eseal.seals.memory import makers_like, memory_of, seal_key
from eseal.seals.model import Deviation, Seal, SealSignature
from eseal.sm2 import DEFAULT_USER_ID
from eseal.sm2.encodings import read_public_key_info
from eseal.sm2.protocol import identity_digest

LONGEST_BATCH = timedelta(days=1)
"""How long many documents may be sealed that all name the moment when that began."""


class SealCheck(StrEnum):
    """The checks on a seal and its use, in their order."""

    FORMAT = "seal-format"
    MAKER_SIGNATURE = "seal-maker-signature"
    MAKER_PATH = "seal-maker-path"
    VALIDITY = "seal-validity"
    SIGNER_LISTED = "seal-signer-listed"
    SIGNER_PATH = "seal-signer-path"
    SIGNATURE_VALUE = "seal-signature-value"
    DATA_HASH = "seal-data-hash"
    PICTURE = "seal-picture"


def judge_seal(
    seal: Seal,
    *,
    judge: PathJudge,
    used_at: datetime | None = None,
    others: Sequence[x509.Certificate] = (),
    proven_time: datetime | None = None,
    carried: CarriedData = NOTHING,
) -> tuple[Finding, ...]:
    """Judge a seal by itself: FORMAT, MAKER_SIGNATURE, MAKER_PATH and VALIDITY.

    Args:
        seal: as it was read.
        judge: what is believed, and the time that the question is asked for.
        used_at: aware time at which it is used; the judge's when left out.
        others: certificates that came along and may help to build paths.
        proven_time: aware time at which a timestamp proves that it was used.
        carried: what else came along.
    """
    validity = (
        _judge_validity(seal, judge.at, "所问 asked for")
        if used_at is None
        else _judge_use(seal, check_time(used_at, "used_at"), proven_time, judge.at)
    )
    return (
        _judge_format(seal),
        _judge_maker_signature(seal, judge),
        _judge_maker(seal, judge, others, proven_time, carried),
        validity,
    )


def judge_seal_signature(
    signature: SealSignature,
    *,
    judge: PathJudge,
    digest: bytes,
    original: Callable[[], bytes],
    others: Sequence[x509.Certificate] = (),
    proven_time: datetime | None = None,
    carried: CarriedData = NOTHING,
) -> tuple[Finding, ...]:
    """Judge the use of a seal on a document: every check but PICTURE.

    Args:
        signature: as it was read.
        judge: what is believed, and the time that the question is asked for.
        digest: digest of the document by `signature.algorithm.digest`.
        original: gives the bytes that were digested, if they are wanted.
        others: certificates that came along and may help to build paths.
        proven_time: aware time at which a timestamp proves that it was used.
        carried: what else came along.
    """
    seal = signature.seal
    listed = judge_listed(seal, signature.signer)
    path = judge.judge(
        signature.signer,
        others,
        claimed_signing_time=signature.at,
        proven_time=proven_time,
        carried=carried,
    )
    return (
        _judge_format(seal, signature),
        *judge_seal(
            seal,
            judge=judge,
            used_at=signature.at,
            others=others,
            proven_time=proven_time,
            carried=carried,
        )[1:],
        listed,
        replace(path, check=SealCheck.SIGNER_PATH),
        _judge_value(
            SealCheck.SIGNATURE_VALUE,
            signature.signer,
            signature.algorithm,
            signature.signed_bytes,
            signature.signature,
        ),
        _judge_data_hash(signature, digest, original),
    )


def judge_listed(seal: Seal, signer: x509.Certificate) -> Finding:
    """Say whether a seal lists the certificate of whoever uses it."""
    if seal.signers.lists(signer):
        return passed(SealCheck.SIGNER_LISTED)
    return failed(
        SealCheck.SIGNER_LISTED, Reason.SEAL_SIGNER_NOT_LISTED, plain_name(signer.subject)
    )


def seal_unreadable(error: EvidenceError) -> tuple[Finding, ...]:
    """Tell all checks of a seal, or of its use, that could not be read: FORMAT failed."""
    rest = [check for check in SealCheck if check not in {SealCheck.FORMAT, SealCheck.PICTURE}]
    return (
        failed(SealCheck.FORMAT, error.reason, error.told),
        *not_reached(*rest),
    )


def _judge_format(seal: Seal, signature: SealSignature | None = None) -> Finding:
    """Tell version and deviations; a critical extension nobody here knows leaves it open."""
    found: tuple[Seal | SealSignature, ...] = (seal, signature) if signature else (seal,)
    for one in found:
        for extension in one.extensions:
            if extension.critical:
                return undetermined(SealCheck.FORMAT, Reason.SEAL_EXTENSION_UNKNOWN, extension.oid)
    parts = [f"V{seal.version}"]
    deviations = sorted({each for one in found for each in one.deviations})
    if deviations:
        parts.append(f"容许的偏差 tolerated: {', '.join(deviations)}")
    if any(one.timestamp is not None for one in found):
        parts.append("其中的时间戳未核验 a timestamp in it was not examined")
    return passed(SealCheck.FORMAT, "; ".join(parts))


def _judge_maker_signature(seal: Seal, judge: PathJudge) -> Finding:
    """Check the maker's signature, once for all documents that have this seal."""
    memory, key = memory_of(judge), seal_key(seal)
    finding = memory.signatures.get(key)
    if finding is None:
        finding = _judge_value(
            SealCheck.MAKER_SIGNATURE,
            seal.maker,
            seal.algorithm,
            seal.signed_bytes,
            seal.signature,
        )
        memory.keep(key, finding)
    return finding


def _judge_maker(
    seal: Seal,
    judge: PathJudge,
    others: Sequence[x509.Certificate],
    proven_time: datetime | None,
    carried: CarriedData,
) -> Finding:
    """Judge the maker's path at the seal's making, and whether they may make seals at all."""
    found = judge.judge(seal.maker, others, claimed_signing_time=seal.created, carried=carried)
    if proven_time is not None and found.outcome is Outcome.UNDETERMINED:
        # Whoever was a maker still when the seal is proven to be there was one when they made it.
        then = judge.judge(seal.maker, others, proven_time=proven_time, carried=carried)
        found = min((found, then), key=lambda finding: finding.outcome.badness)
    path = replace(found, check=SealCheck.MAKER_PATH)
    makers = makers_like(judge, seal.maker)
    if path.outcome is not Outcome.PASSED or seal.maker.sha256 in makers:
        return path
    if not makers:
        return undetermined(SealCheck.MAKER_PATH, Reason.NO_SEAL_MAKERS, path.detail)
    return failed(SealCheck.MAKER_PATH, Reason.SEAL_MAKER_NOT_TRUSTED, path.detail)


def _judge_validity(seal: Seal, used_at: datetime, said: str) -> Finding:
    """Both ends count: the seal may be used in its first second and in its last; once it exists.

    A batch may be sealed by its first moment, and the seal made anew behind that.
    """
    span = f"{said} {used_at}，有效期 valid {seal.valid_from} 至 to {seal.valid_until}"
    if seal.created - used_at > LONGEST_BATCH:
        detail = f"{said} {used_at}，制于 made {seal.created}"
        return failed(SealCheck.VALIDITY, Reason.SEAL_NOT_YET_VALID, detail)
    if used_at < seal.valid_from:
        return failed(SealCheck.VALIDITY, Reason.SEAL_NOT_YET_VALID, span)
    if used_at > seal.valid_until:
        return failed(SealCheck.VALIDITY, Reason.SEAL_EXPIRED, span)
    return passed(SealCheck.VALIDITY, span)


def _judge_use(
    seal: Seal, used_at: datetime, proven_time: datetime | None, at: datetime
) -> Finding:
    """Judge the validity at the proven time; one proven late only may be what the seal says.

    Without a proven time the seal has to be valid at the time asked for, too.
    """
    found = _judge_validity(seal, proven_time or used_at, "用于 used")
    if found.reason is None and proven_time is None and at > seal.valid_until:
        detail = f"{found.detail}，判于 as of {at}"
        return undetermined(SealCheck.VALIDITY, Reason.SEAL_EXPIRED_SINCE, detail)
    claimed = _judge_validity(seal, min(used_at, proven_time or used_at), "用于 used")
    if found.reason is None or claimed.reason is not None:
        return found
    return undetermined(SealCheck.VALIDITY, found.reason, found.detail)


def _judge_value(
    check: SealCheck,
    certificate: x509.Certificate,
    algorithm: Algorithm,
    signed_bytes: bytes,
    signature: bytes,
) -> Finding:
    try:
        verify_signature(certificate.public_key, algorithm, signed_bytes, signature)
    except RefusedError as error:
        return failed(check, error.reason, error.sentence)
    return passed(check, algorithm)


def _judge_data_hash(
    signature: SealSignature, digest: bytes, original: Callable[[], bytes]
) -> Finding:
    """Compare the document's digest; the one with Z in front is taken, and told."""
    if signature.data_hash == digest:
        return passed(SealCheck.DATA_HASH)
    if signature.algorithm is Algorithm.SM2_SM3:
        z = _identity_digest(signature.signer)
        with_z = z and digests.digest(signature.algorithm.digest, z + original())
        if signature.data_hash == with_z:
            return passed(
                SealCheck.DATA_HASH, f"容许的偏差 tolerated: {Deviation.DATA_HASH_WITH_Z}"
            )
    return failed(SealCheck.DATA_HASH, Reason.SEAL_DATA_HASH_MISMATCH)


def _identity_digest(signer: x509.Certificate) -> bytes | None:
    try:
        point = read_public_key_info(signer.public_key.dump())
    except RefusedError:
        return None  # no SM2 key: the signature's value has failed already
    return identity_digest(point, DEFAULT_USER_ID)
