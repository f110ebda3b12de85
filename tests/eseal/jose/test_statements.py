"""Signed statements: the good one is read and believed, each defect is told."""

import json
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as joserfc_jws
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from eseal.certificates import to_pem
from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.evidence import SignatureKind
from eseal.jose import base64url, jws
from eseal.jose.statements import (
    Statement,
    read_statement,
    sign_statement,
    verify_statement,
)
from eseal.jose.strict_json import JsonObject
from eseal.reasons import Reason
from eseal.report import Check, Indication, Outcome
from eseal.sm2 import encode_signature
from tests.statements import forged
from tests.world import DAY, NOW, SECOND, YEAR, Authority, World

TYP = "sample+jwt"
MAX_BYTES = 64 * 1024
SAID: JsonObject = {"iat": int(NOW.timestamp()), "name": "示例市样本", "list": [1, None, True]}


def signed(authority: Authority, **changes: Any) -> bytes:
    """Sign the good statement, or one with members of its payload changed."""
    return sign_statement(authority.signing, TYP, {**SAID, **changes})


def read(data: bytes) -> Statement:
    """Read it as the kind that it should be."""
    return read_statement(data, typ=TYP, max_bytes=MAX_BYTES)


@pytest.fixture(scope="session")
def path_judge(world: World) -> PathJudge:
    """Judges against both good authorities, now."""
    return PathJudge(world.trust, at=NOW)


def test_what_was_said_is_read_and_believed(authority: Authority, path_judge: PathJudge) -> None:
    """A good statement says what was put in, when, and by whom; both its checks pass."""
    statement = read(signed(authority))
    assert statement.payload == SAID
    assert statement.made_at == NOW
    assert statement.certificate.sha256 == authority.signing.certificate.sha256
    evidence = verify_statement(statement, judge=path_judge)
    assert [each.check for each in evidence.findings] == [Check.SIGNATURE, Check.CERTIFICATE_PATH]
    assert evidence.verdict.indication is Indication.TOTAL_PASSED
    assert evidence.signature.kind is SignatureKind.STATEMENT
    assert evidence.signature.organisation_identifier == "11999900MB0000000G"
    assert evidence.signature.claimed_time == NOW
    evidence.demand()


def test_same_bytes_to_be_signed(authority: Authority) -> None:
    """The order of the members does not matter to what is signed."""
    turned = dict(reversed(SAID.items()))
    one, other = (read(sign_statement(authority.signing, TYP, said)) for said in (SAID, turned))
    assert one.signing_input == other.signing_input


@pytest.mark.parametrize("change", [{"iat": None}, {"iat": 1.5}, {"iat": "0"}, {"iat": -1}])
def test_nothing_is_signed_without_its_time(world: World, change: JsonObject) -> None:
    """A statement always says when it was made."""
    with pytest.raises(MalformedError) as caught:
        signed(world.rsa, **change)
    assert caught.value.reason is Reason.MALFORMED_STATEMENT
    assert caught.value.at == "payload/iat"


@pytest.mark.parametrize("moment", [NOW - YEAR - SECOND, NOW + 2 * YEAR + SECOND])
def test_nothing_is_signed_with_a_certificate_that_is_not_valid(
    authority: Authority, moment: datetime
) -> None:
    """What nobody could believe is refused before it is signed."""
    with pytest.raises(RefusedError) as caught:
        signed(authority, iat=int(moment.timestamp()))
    assert caught.value.reason is Reason.SIGNED_OUTSIDE_VALIDITY


def test_signs_strict_json_only(world: World) -> None:
    """What could be read in two ways is not signed."""
    with pytest.raises(MalformedError) as caught:
        signed(world.rsa, share=0.5)
    assert caught.value.reason is Reason.MALFORMED_JSON


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_end_behind_it_means_nothing(world: World, end: bytes) -> None:
    """As an editor or `echo` puts it there; it is no part of what was signed."""
    good = signed(world.rsa)
    found = read(good + end)
    assert (found.compact, found.signature) == (good, read(good).signature)


BAD_FORMS: list[tuple[str, Any, Reason]] = [
    ("empty", lambda _good: b"", Reason.EMPTY_INPUT),
    ("too large", lambda good: good + b"A" * MAX_BYTES, Reason.INPUT_TOO_LARGE),
    ("two line ends behind it", lambda good: good + b"\n\n", Reason.MALFORMED_STATEMENT),
    ("half a line end behind it", lambda good: good + b"\r", Reason.MALFORMED_STATEMENT),
    ("a space behind it", lambda good: good + b" ", Reason.MALFORMED_STATEMENT),
    (
        "a line end within it",
        lambda good: good.replace(b".", b"\n.", 1),
        Reason.MALFORMED_STATEMENT,
    ),
    ("a space before it", lambda good: b" " + good, Reason.MALFORMED_STATEMENT),
    ("a fourth part", lambda good: good + b".AAAA", Reason.MALFORMED_STATEMENT),
    ("two parts", lambda good: good.rpartition(b".")[0], Reason.MALFORMED_STATEMENT),
    ("a tilde, as an SD-JWT has it", lambda good: good + b"~", Reason.MALFORMED_STATEMENT),
    ("no header", lambda good: good[good.index(b".") :], Reason.MALFORMED_STATEMENT),
    ("no ASCII", lambda _good: "样.本.书".encode(), Reason.MALFORMED_STATEMENT),
    ("flattened JSON", lambda _good: b'{"payload":"e30"}', Reason.MALFORMED_STATEMENT),
    ("no signature", lambda good: good.rpartition(b".")[0] + b".", Reason.UNSIGNED),
]


@pytest.mark.parametrize(
    ("spoil", "reason"), [each[1:] for each in BAD_FORMS], ids=[each[0] for each in BAD_FORMS]
)
def test_refuses_another_form(world: World, spoil: Any, reason: Reason) -> None:
    """Three parts of base64url, within the limit, and nothing around them."""
    with pytest.raises(EvidenceError) as caught:
        read(spoil(signed(world.rsa)))
    assert caught.value.reason is reason


BAD_HEADERS: list[tuple[str, dict[str, Any], Reason]] = [
    ("another kind", {"typ": "other+jwt"}, Reason.MALFORMED_STATEMENT),
    ("no kind", {"without": "typ"}, Reason.MALFORMED_STATEMENT),
    ("no algorithm at all", {"header": {"alg": "none"}}, Reason.ALGORITHM_REFUSED),
    ("a MAC", {"header": {"alg": "HS256"}}, Reason.ALGORITHM_REFUSED),
    ("an empty crit", {"header": {"crit": []}}, Reason.MALFORMED_STATEMENT),
    ("an unencoded payload", {"header": {"b64": False}}, Reason.MALFORMED_STATEMENT),
    ("a key of its own", {"header": {"jwk": {"kty": "RSA"}}}, Reason.MALFORMED_STATEMENT),
    ("no certificate", {"without": "x5c"}, Reason.MALFORMED_STATEMENT),
    ("no thumbprint", {"without": "x5t#S256"}, Reason.MALFORMED_STATEMENT),
    ("no certificate in x5c", {"header": {"x5c": ["AAAA"]}}, Reason.CERTIFICATE_MALFORMED),
    ("alg twice", {"header": b'{"alg":"none","alg":"RS256"}'}, Reason.DUPLICATE_JSON_KEY),
]


@pytest.mark.parametrize(
    ("change", "reason"), [each[1:] for each in BAD_HEADERS], ids=[each[0] for each in BAD_HEADERS]
)
def test_refuses_another_header(
    authority: Authority, change: dict[str, Any], reason: Reason
) -> None:
    """Whatever could change the meaning or the key is refused, though it is signed."""
    data = forged(authority.signing, SAID, **{"typ": TYP, **change})
    with pytest.raises(EvidenceError) as caught:
        read(data)
    assert caught.value.reason is reason


BAD_PAYLOADS: list[tuple[str, bytes, Reason]] = [
    ("a name twice", b'{"iat":1,"iat":2}', Reason.DUPLICATE_JSON_KEY),
    ("an array", b"[1]", Reason.MALFORMED_JSON),
    ("a fraction", b'{"iat":1,"x":1.5}', Reason.MALFORMED_JSON),
    ("no JSON", b"iat", Reason.MALFORMED_JSON),
    ("something behind it", b'{"iat":1}{}', Reason.MALFORMED_JSON),
    ("too deep", b'{"iat":1,"x":' + b"[" * 40 + b"]" * 40 + b"}", Reason.MALFORMED_JSON),
    ("no time", b"{}", Reason.MALFORMED_STATEMENT),
    ("a time that is a text", b'{"iat":"1"}', Reason.MALFORMED_STATEMENT),
    ("a time far away", b'{"iat":9007199254740991}', Reason.MALFORMED_STATEMENT),
]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [each[1:] for each in BAD_PAYLOADS],
    ids=[each[0] for each in BAD_PAYLOADS],
)
def test_refuses_another_payload(world: World, payload: bytes, reason: Reason) -> None:
    """The payload is strict JSON with its time."""
    with pytest.raises(MalformedError) as caught:
        read(forged(world.rsa.signing, payload, typ=TYP))
    assert caught.value.reason is reason
    assert caught.value.at.startswith("payload")


def test_reads_a_payload_in_any_strict_form(world: World, path_judge: PathJudge) -> None:
    """White space and order are the signer's business: what is verified is what was received."""
    data = forged(world.rsa.signing, json.dumps(SAID, indent=2).encode(), typ=TYP)
    statement = read(data)
    assert statement.payload == SAID
    verify_statement(statement, judge=path_judge).demand()


def test_one_altered_character_fails_the_signature(
    authority: Authority, path_judge: PathJudge
) -> None:
    """The payload is under the signature."""
    header, _, signature = signed(authority).split(b".")
    other = signed(authority, name="示例市别的样本").split(b".")[1]
    evidence = verify_statement(read(b".".join((header, other, signature))), judge=path_judge)
    assert evidence.findings[0].outcome is Outcome.FAILED
    assert evidence.findings[0].reason is Reason.SIGNATURE_INVALID
    with pytest.raises(RefusedError) as caught:
        evidence.demand()
    assert caught.value.reason is Reason.SIGNATURE_INVALID


def test_another_certificate_does_not_fit(world: World, path_judge: PathJudge) -> None:
    """A trusted certificate in the header does not help a signature of another key."""
    shown = jws.write_protected_header(world.rsa.signing, TYP).decode("ascii")
    data = forged(world.rsa.maker, SAID, header=base64url.decode(shown))
    (finding, _path) = verify_statement(read(data), judge=path_judge).findings
    assert finding.reason is Reason.SIGNATURE_INVALID


def test_thumbprint_of_another_certificate_fails(authority: Authority, world: World) -> None:
    """`x5t#S256` has to be the digest of the certificate in `x5c`."""
    data = forged(authority.signing, SAID, typ=TYP, header={"x5t#S256": "A" * 43})
    evidence = verify_statement(read(data), judge=PathJudge(world.trust, at=NOW))
    assert evidence.findings[0].reason is Reason.CERTIFICATE_MISMATCH


def test_without_an_engine_nothing_is_decided(
    world: World, path_judge: PathJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signature that cannot be checked is neither good nor bad."""

    def silent(*_: object) -> None:
        raise UnavailableError(Reason.ENGINE_UNAVAILABLE, "no engine")

    statement = read(signed(world.sm2))
    monkeypatch.setattr(jws, "verify", silent)
    finding = verify_statement(statement, judge=path_judge).findings[0]
    assert finding.outcome is Outcome.UNDETERMINED
    assert finding.reason is Reason.ENGINE_UNAVAILABLE


def test_certificate_is_judged_at_the_time_of_the_statement(
    authority: Authority, path_judge: PathJudge
) -> None:
    """A statement from before its signer's certificate began is not passed."""
    early = {**SAID, "iat": int((NOW - 2 * YEAR).timestamp())}
    data = forged(authority.signing, early, typ=TYP)
    evidence = verify_statement(read(data), judge=path_judge)
    assert evidence.findings[1].reason is Reason.SIGNED_OUTSIDE_VALIDITY
    with pytest.raises(UnavailableError):
        evidence.demand()


def test_revoked_signer_fails(authority: Authority) -> None:
    """Whose certificate was revoked before says nothing any more."""
    entry = authority.revoked(authority.signing, NOW - DAY)
    judge = PathJudge(authority.trust(revoked=[entry]), at=NOW + timedelta(hours=1))
    evidence = verify_statement(read(signed(authority)), judge=judge)
    assert evidence.verdict.indication is Indication.TOTAL_FAILED
    assert evidence.findings[1].reason is Reason.CERTIFICATE_REVOKED


def test_stranger_is_not_believed(world: World) -> None:
    """A statement under a root that is not trusted is never passed."""
    judge = PathJudge(world.rsa.trust(), at=NOW)
    evidence = verify_statement(read(signed(world.sm2)), judge=judge)
    assert evidence.findings[0].outcome is Outcome.PASSED
    assert evidence.findings[1].reason is Reason.UNKNOWN_ISSUER


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0), bit=st.integers(0, 7))
def test_one_flipped_bit_is_never_believed(world: World, place: int, bit: int) -> None:
    """Whatever bit is flipped: refused, or not passed."""
    judge = PathJudge(world.trust, at=NOW)
    data = bytearray(sign_statement(world.sm2.signing, TYP, SAID))
    data[place % len(data)] ^= 1 << bit
    try:
        evidence = verify_statement(read(bytes(data)), judge=judge)
    except EvidenceError:
        return
    assert evidence.verdict.indication is not Indication.TOTAL_PASSED


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=200) | st.text("AZaz09-_.e", max_size=200).map(str.encode))
def test_anything_else_is_refused_as_such(data: bytes) -> None:
    """No bytes make it raise anything but our errors."""
    with pytest.raises(EvidenceError):
        read(data)


class Registry(JWSRegistry):
    """joserfc with room for `x5c`."""

    max_header_length = 16 * 1024


def test_joserfc_reads_what_rsa_says(world: World) -> None:
    """A JOSE library takes the compact JWS as it stands."""
    data = signed(world.rsa)
    key = RSAKey.import_key(world.rsa.signing.certificate.public_key.dump())
    found = joserfc_jws.deserialize_compact(data, key, registry=Registry(algorithms=["RS256"]))
    assert json.loads(found.payload) == SAID


def test_openssl_verifies_what_sm2_says(world: World, tmp_path: Path) -> None:
    """OpenSSL accepts r || s over header and payload, with the key of the certificate."""
    statement = read(signed(world.sm2))
    raw = statement.signature
    der = encode_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    (tmp_path / "certificate.pem").write_bytes(to_pem(statement.certificate))
    (tmp_path / "signature.der").write_bytes(der)
    (tmp_path / "input").write_bytes(statement.signing_input)
    key = _openssl(tmp_path, "x509", "-in", "certificate.pem", "-pubkey", "-noout")
    (tmp_path / "key.pem").write_text(key)
    said = _openssl(
        tmp_path,
        *("dgst", "-sm3", "-verify", "key.pem", "-signature", "signature.der"),
        *("-sigopt", "distid:1234567812345678", "input"),
    )
    assert said.strip() == "Verified OK"


def _openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout
