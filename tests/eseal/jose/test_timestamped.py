"""Signed JSON with a timestamp over its signature (etsiU of JAdES): written, read, judged."""

from base64 import b64encode
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import pytest

from eseal.chain import PathJudge
from eseal.der import tlv
from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.evidence import SignatureKind
from eseal.jose import base64url
from eseal.jose.issuing import SdJwtIssuer
from eseal.jose.sdjwt import read_sd_jwt
from eseal.jose.verification import JoseEvidence, self_verify, verify_sd_jwt
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Indication, Outcome, TimestampCheck, judge
from eseal.timestamps.stamper import Timestamper
from eseal.timestamps.tokens import read_token
from tests.stamps import SilentStamps, given, over_other_bytes, signed_by, stamps_of
from tests.vectors.sd_jwt import CLAIMS, SAID, SEED, TYP
from tests.world import DAY, NOW, SECOND, Authority, World


def issued(authority: Authority, timestamps: Timestamper | None) -> bytes:
    """A document of this authority's department."""
    issuer = SdJwtIssuer(authority.signing, typ=TYP, timestamps=timestamps)
    return issuer.issue(CLAIMS, seed=SEED)


def said(evidence: JoseEvidence, check: object) -> tuple[Outcome, ReasonCode | None]:
    """Outcome and reason of a check."""
    (found,) = (one for one in evidence.findings if one.check == check)
    return found.outcome, found.reason


def test_a_timestamp_is_told(authority: Authority, world: World) -> None:
    """Good in every check, of which there is one more; over the signature as it is written."""
    data = issued(authority, stamps_of(authority, at=NOW + SECOND))
    evidence = verify_sd_jwt(data, judge=PathJudge(world.trust, at=NOW), typ=TYP)
    assert [one.check for one in evidence.findings] == [*Check, *TimestampCheck]
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert evidence.claims == SAID
    (info,) = evidence.signatures
    assert info.kind is SignatureKind.SD_JWT_T
    assert info.proven is not None
    assert info.proven.time == NOW + SECOND
    assert self_verify(data, authority.signing.certificate, typ=TYP, stamped=True) == SAID
    parts = read_sd_jwt(data)
    assert parts.timestamp is not None
    assert read_token(parts.timestamp).content.imprint.is_of(parts.signature.encode())


def test_reads_back(authority: Authority) -> None:
    """What is written anew is the same, and a presentation keeps the timestamp."""
    data = issued(authority, stamps_of(authority))
    parts = read_sd_jwt(data)
    assert parts.flattened() == data
    shown = read_sd_jwt(parts.present(["/holder"]).flattened())
    assert shown.timestamp == parts.timestamp
    assert len(shown.disclosures) == 1
    assert read_sd_jwt(parts.present([]).flattened()).timestamp == parts.timestamp


def test_without_one_nothing_changes(world: World) -> None:
    """No timestamp, no trace of one."""
    assert b"etsiU" not in issued(world.rsa, None)


def test_the_quick_check_wants_what_was_to_be_issued(authority: Authority) -> None:
    """A timestamp where one was wanted, none where none was, and a sound one."""
    certificate = authority.signing.certificate
    for timestamps, stamped, reason in (
        (None, True, Reason.MALFORMED_SD_JWT),
        (stamps_of(authority), False, Reason.MALFORMED_SD_JWT),
        (over_other_bytes(authority), True, Reason.TIMESTAMP_MISMATCH),
        (given(b"\x30\x00"), True, Reason.TIMESTAMP_MALFORMED),
    ):
        with pytest.raises((MalformedError, RefusedError)) as caught:
            self_verify(issued(authority, timestamps), certificate, typ=TYP, stamped=stamped)
        assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("other bytes", (Outcome.FAILED, Reason.TIMESTAMP_MISMATCH)),
        ("purpose", (Outcome.FAILED, Reason.KEY_USAGE_REFUSED)),
        ("garbage", (Outcome.FAILED, Reason.TIMESTAMP_MALFORMED)),
        ("too early", (Outcome.UNDETERMINED, Reason.TIMESTAMP_BEFORE_CLAIM)),
    ],
)
def test_a_bad_timestamp(
    authority: Authority, world: World, name: str, expected: tuple[Outcome, Reason]
) -> None:
    """Each defect has its own reason on the check TIMESTAMP, and no other check suffers."""
    stamps: Timestamper
    match name:
        case "other bytes":
            stamps = over_other_bytes(authority)
        case "purpose":
            stamps = signed_by(authority.signing)
        case "garbage":
            stamps = given(tlv(b"\x04", b"garbage"))
        case _:
            stamps = stamps_of(authority, at=NOW - DAY - SECOND)
    data = issued(authority, stamps)
    evidence = verify_sd_jwt(data, judge=PathJudge(world.trust, at=NOW), typ=TYP)
    assert said(evidence, TimestampCheck.TIMESTAMP) == expected
    for check in Check:
        assert said(evidence, check) == (Outcome.PASSED, None)


@pytest.mark.parametrize(
    ("revoked_at", "stamped", "expected"),
    [
        (NOW - DAY, False, (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)),
        (NOW - DAY, True, (Outcome.FAILED, Reason.CERTIFICATE_REVOKED)),
        (NOW + DAY, False, (Outcome.UNDETERMINED, Reason.CERTIFICATE_REVOKED_SINCE)),
        (NOW + DAY, True, (Outcome.PASSED, None)),
    ],
)
def test_a_revoked_signer(
    authority: Authority, revoked_at: datetime, stamped: bool, expected: tuple[Outcome, Reason]
) -> None:
    """What is proven to have been signed before the revocation stays good, and only that."""
    data = issued(authority, stamps_of(authority) if stamped else None)
    trust = authority.trust(revoked=[authority.revoked(authority.signing, revoked_at)])
    evidence = verify_sd_jwt(data, judge=PathJudge(trust, at=NOW + 2 * DAY), typ=TYP)
    assert said(evidence, Check.CERTIFICATE_PATH) == expected


def test_who_has_it_stamped_late_fails_nobody(authority: Authority) -> None:
    """The timestamp stands where anybody can put it: it decides no more than its absence."""
    sd_jwt = read_sd_jwt(issued(authority, None))
    stamps = stamps_of(authority, at=NOW + 2 * DAY)
    token = stamps.stamp(sd_jwt.signature.encode(), digest=authority.algorithm.digest)
    trust = authority.trust(revoked=[authority.revoked(authority.signing, NOW + DAY)])
    for data in (issued(authority, None), replace(sd_jwt, timestamp=token).flattened()):
        evidence = verify_sd_jwt(data, judge=PathJudge(trust, at=NOW + 3 * DAY), typ=TYP)
        undecided = (Outcome.UNDETERMINED, Reason.CERTIFICATE_REVOKED_SINCE)
        assert said(evidence, Check.CERTIFICATE_PATH) == undecided


def test_a_silent_authority_is_an_error(world: World) -> None:
    """Nothing is issued without a timestamp where one was wanted."""
    with pytest.raises(UnavailableError):
        issued(world.sm2, SilentStamps())


def _etsi(inside: bytes) -> list[str]:
    return [base64url.encode(inside).decode()]


def _with_token(token: str, before: str = '{"sigTst":{"tstTokens":[{"val":"') -> list[str]:
    return _etsi(f'{before}{token}"}}]}}}}'.encode())


TOKEN = b64encode(b"\x30\x00").decode()


@pytest.mark.parametrize(
    "unsigned",
    [
        None,
        "text",
        [],
        [5],
        [{"sigTst": {"tstTokens": [{"val": TOKEN}]}}],
        [*_with_token(TOKEN), *_with_token(TOKEN)],
        ["="],
        _etsi(b"{}"),
        _etsi(b'{"xVals":[]}'),
        _etsi(b'{"sigTst":{"tstTokens":[{"val":"'),
        _with_token(TOKEN, before='{ "sigTst":{"tstTokens":[{"val":"'),
        _with_token(f'{TOKEN}"}},{{"val":"{TOKEN}'),
        _with_token("MAA"),
        _with_token("MAB="),
        _with_token("M\u00c4A="),
        _with_token("MAA=\n"),
        _etsi(b'{"sigTst":{"tstTokens":[{"val":"' + b"A" * 70_000 + b'"}]}}'),
    ],
)
def test_another_form_is_refused(world: World, unsigned: Any) -> None:
    """What is not written in the one way is no timestamp."""
    value = orjson.loads(issued(world.rsa, stamps_of(world.rsa)))
    value["header"]["etsiU"] = unsigned
    with pytest.raises(EvidenceError) as caught:
        read_sd_jwt(orjson.dumps(value))
    assert caught.value.reason is Reason.MALFORMED_SD_JWT


@pytest.mark.parametrize("header", [{}, {"etsiu": []}, {"disclosures": [], "kid": "1"}, []])
def test_another_unprotected_header_is_refused(world: World, header: Any) -> None:
    """Disclosures and timestamp, and nothing else."""
    value = orjson.loads(issued(world.rsa, None))
    value["header"] = header
    with pytest.raises(MalformedError):
        read_sd_jwt(orjson.dumps(value))
