"""Whether a timestamp holds, and whether its authority (时间戳机构) is to be believed.

Rules kept, in this order:
    - it is over the bytes that are asked about;
    - the digest in its signed attributes is that of what it says, its signature holds for its
      authority's key, and the name that it gives its authority is the certificate's subject;
    - the certificate leads to a trusted root, is for timestamps alone, and is good at the time
      asked for: a key that was stolen later could stamp any earlier time, so that an authority
      whose certificate has expired or was revoked since proves nothing any more.

A time that is proven is genTime; by how much the authority says that it may be wrong is not added.

Source: RFC 3161, 2.4.2; ETSI EN 319 102-1, 5.4 (read second-hand).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature

from eseal.carried import NOTHING, CarriedData
from eseal.chain import PathJudge, Purpose
from eseal.errors import EvidenceError, RefusedError
from eseal.evidence import ProvenTime, common_name
from eseal.moments import CLOCKS_DIFFER
from eseal.path_rules import check_algorithm
from eseal.reasons import Reason
from eseal.report import Finding, Outcome, TimestampCheck, failed, passed, undetermined
from eseal.stack import SuiteSignatureValidator
from eseal.timestamps.tokens import Timestamp, read_token

_VALIDATOR = SuiteSignatureValidator()


@dataclass(frozen=True, kw_only=True, slots=True)
class TimestampEvidence:
    """What was found about a timestamp.

    Attributes:
        finding: the one of the check TIMESTAMP.
        proven: what it proves, `None` unless it is sound; a claim that it contradicts is another
            matter.
    """

    finding: Finding
    proven: ProvenTime | None = None


def check_token(timestamp: Timestamp, data: bytes) -> None:
    """Insist that a timestamp is over `data` and holds in itself.

    Raises:
        RefusedError: TIMESTAMP_MISMATCH, TIMESTAMP_INVALID or ALGORITHM_REFUSED.
    """
    if not timestamp.content.imprint.is_of(data):
        raise RefusedError(
            Reason.TIMESTAMP_MISMATCH, "盖的是别的内容 its imprint is that of other bytes"
        )
    if not timestamp.is_whole:
        raise RefusedError(
            Reason.TIMESTAMP_INVALID,
            "时间戳的摘要与其内容不符 its digest is not that of what it says",
        )
    named = timestamp.content.authority
    if named is not None and named != timestamp.certificate.subject:
        sentence = "所称机构不是其证书的 it names another authority than its certificate does"
        raise RefusedError(Reason.TIMESTAMP_INVALID, sentence)
    public_key = timestamp.certificate.public_key
    check_algorithm(timestamp.signature_algorithm, public_key)
    try:
        _VALIDATOR.validate_signature(
            timestamp.signature, timestamp.signed_bytes, public_key, timestamp.signature_algorithm
        )
    except InvalidSignature as error:
        raise RefusedError(
            Reason.TIMESTAMP_INVALID, "其签名值不对 its signature is wrong"
        ) from error


def judge_path(
    timestamp: Timestamp,
    *,
    judge: PathJudge,
    others: Sequence[x509.Certificate] = (),
    carried: CarriedData = NOTHING,
) -> Finding:
    """Say whether the authority of a timestamp is to be believed; of the check TIMESTAMP.

    Args:
        timestamp: as it was read.
        judge: what is believed, and the time that the question is asked for.
        others: certificates that may help to build the path.
        carried: what else came with the document.
    """
    path = judge.judge(
        timestamp.certificate,
        (*timestamp.others, *others),
        claimed_signing_time=timestamp.content.time,
        purpose=Purpose.TIMESTAMPS,
        carried=carried,
    )
    detail = f"{timestamp.content.time:%Y-%m-%d %H:%M:%S+00:00}, {path.detail}"
    if path.reason is None:
        return passed(TimestampCheck.TIMESTAMP, detail)
    say = failed if path.outcome is Outcome.FAILED else undetermined
    return say(TimestampCheck.TIMESTAMP, path.reason, detail)


def judge_timestamp(
    der: bytes,
    data: bytes,
    *,
    judge: PathJudge,
    claimed_time: datetime | None = None,
    others: Sequence[x509.Certificate] = (),
    carried: CarriedData = NOTHING,
) -> TimestampEvidence:
    """Judge a timestamp that a document carries; never raises for anything in `der`.

    Args:
        der: the timestamp.
        data: what it has to be over.
        judge: what is believed, and the time that the question is asked for.
        claimed_time: when the signer says that they signed, if they do.
        others: certificates that may help to build the path.
        carried: what else came with the document.
    """
    try:
        timestamp = read_token(der)
        check_token(timestamp, data)
    except EvidenceError as error:
        finding = failed(TimestampCheck.TIMESTAMP, error.reason, error.told)
        return TimestampEvidence(finding=finding)
    finding = judge_path(timestamp, judge=judge, others=others, carried=carried)
    if finding.outcome is not Outcome.PASSED:
        return TimestampEvidence(finding=finding)
    time = timestamp.content.time
    proven = ProvenTime(time=time, authority=common_name(timestamp.certificate))
    if claimed_time is not None and claimed_time - time > CLOCKS_DIFFER:
        detail = f"自称 claimed {claimed_time}，时间戳 timestamp {time}"
        finding = undetermined(TimestampCheck.TIMESTAMP, Reason.TIMESTAMP_BEFORE_CLAIM, detail)
    return TimestampEvidence(finding=finding, proven=proven)
