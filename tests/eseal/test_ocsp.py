"""OCSP of both suites: its form, strict reading, OpenSSL on ours and we on OpenSSL's."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import core, ocsp, x509
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.certificates import to_pem
from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.keys import RsaPrivateKey
from eseal.ocsp import (
    IdDigest,
    OcspStatus,
    certificate_id,
    default_id_digest,
    make_ocsp_request,
)
from eseal.ocsp_making import make_ocsp_failure, make_ocsp_response
from eseal.ocsp_reading import MAX_OCSP_BYTES, read_ocsp, read_ocsp_request
from eseal.pem import write_pem
from eseal.profiles import OCSP_SIGNING
from eseal.reasons import Reason
from eseal.signers import SoftwareSigner
from tests.openssl import DEFAULT_USER_ID, openssl
from tests.world import DAY, NOW, SECOND, YEAR, Authority, World

REVOKED_AT = NOW - 10 * DAY


# -- form ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", IdDigest)
def test_request_says_which_certificate_and_its_nonce(authority: Authority, by: IdDigest) -> None:
    """What was asked is read again: the certificate, by any digest, and the nonce."""
    about = certificate_id(authority.signing.certificate, authority.ca.certificate, by)
    assert read_ocsp_request(make_ocsp_request(about)) == (about, None)
    assert read_ocsp_request(make_ocsp_request(about, nonce=b"n" * 32)) == (about, b"n" * 32)


def test_certificates_are_named_in_their_suite(world: World) -> None:
    """SM3 below an SM2 CA, SHA-256 below an RSA one."""
    assert default_id_digest(world.sm2.ca.certificate) is IdDigest.SM3
    assert default_id_digest(world.rsa.ca.certificate) is IdDigest.SHA256


def test_response_says_what_was_answered(authority: Authority) -> None:
    """Status, times, reason and nonce come back as they were given."""
    answers = (
        authority.answer(),
        authority.answer(authority.maker, revoked_at=REVOKED_AT, reason="key_compromise"),
        authority.answer(authority.timestamping, status=OcspStatus.UNKNOWN),
    )
    found = read_ocsp(authority.ocsp(*answers, nonce=b"n", responder=authority.responder))
    assert found.answers == answers
    assert (found.produced_at, found.nonce) == (NOW - SECOND * 3600, b"n")
    assert [one.dump() for one in found.certificates] == [authority.responder.certificate.dump()]
    ca = authority.ca.certificate
    assert found.answers_about(authority.maker.certificate, ca) == answers[1:2]
    assert found.answers_about(authority.responder.certificate, ca) == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: a.ocsp(responder=a.signing),
        lambda a: make_ocsp_response(a.ca, [], produced_at=NOW),
        lambda a: a.ocsp(a.answer(next_update=None)),
        lambda a: a.ocsp(a.answer(next_update=NOW - DAY)),
        lambda a: a.ocsp(a.answer(status=OcspStatus.REVOKED)),
        lambda a: a.ocsp(a.answer(revoked_at=NOW, status=OcspStatus.GOOD)),
        lambda a: a.ocsp(nonce=b""),
        lambda a: a.ocsp(nonce=b"n" * 129),
    ],
    ids=["signer_without_purpose", "no_answer", "no_end", "ends_before_it_begins",
         "revoked_without_time", "good_with_time", "empty_nonce", "long_nonce"],
)  # fmt: skip
def test_refuses_to_make(world: World, spoil: Callable[[Authority], bytes]) -> None:
    """A response that breaks the rules is refused before anything is signed."""
    with pytest.raises(RefusedError) as caught:
        spoil(world.sm2)
    assert caught.value.reason is Reason.OCSP_REFUSED


# -- strict reading ------------------------------------------------------------------------------


def test_reads_pem(world: World) -> None:
    """A response in PEM is the same response."""
    der = world.rsa.ocsp()
    assert read_ocsp(write_pem("OCSP RESPONSE", der)).der == der


def test_refuses_what_is_no_response(world: World) -> None:
    """Rubbish, trailing bytes, cut ends, other PEM blocks and too many bytes are refused."""
    der = world.sm2.ocsp()
    for data in (
        b"",
        b"hello",
        der + b"\0",
        der[:-1],
        world.sm2.crl(),
        write_pem("X509 CRL", der),
        write_pem("OCSP RESPONSE", der) * 2,
        b"-----BEGIN OCSP RESPONSE-----\n",
        b"\x30" * (MAX_OCSP_BYTES + 1),
    ):
        assert refusal(data) is Reason.OCSP_MALFORMED


def refusal(data: bytes) -> Reason:
    """Why a response is refused."""
    with pytest.raises(EvidenceError) as caught:
        read_ocsp(data)
    assert isinstance(caught.value, MalformedError | UnavailableError)
    assert isinstance(caught.value.reason, Reason)
    return caught.value.reason


def altered(der: bytes, change: Callable[[ocsp.BasicOCSPResponse], None]) -> bytes:
    """A response with its inside changed; the signature is not made anew."""
    outer = ocsp.OCSPResponse.load(der)
    basic = ocsp.BasicOCSPResponse.load(outer["response_bytes"]["response"].contents)
    change(basic)
    outer["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    changed: bytes = outer.dump(force=True)
    return changed


def _twice(basic: ocsp.BasicOCSPResponse) -> None:
    extensions = basic["tbs_response_data"]["response_extensions"]
    basic["tbs_response_data"]["response_extensions"] = [extensions[0], extensions[0]]


def _critical(basic: ocsp.BasicOCSPResponse) -> None:
    unknown = {"extn_id": "1.2.3.4.5", "critical": True, "extn_value": b"?"}
    basic["tbs_response_data"]["responses"][0]["single_extensions"] = [unknown]


def _many(basic: ocsp.BasicOCSPResponse) -> None:
    one = basic["tbs_response_data"]["responses"][0]
    basic["tbs_response_data"]["responses"] = [one] * 33


def _none(basic: ocsp.BasicOCSPResponse) -> None:
    basic["tbs_response_data"]["responses"] = []


def _version(basic: ocsp.BasicOCSPResponse) -> None:
    basic["tbs_response_data"]["version"] = 1


def _digest(basic: ocsp.BasicOCSPResponse) -> None:
    name = basic["tbs_response_data"]["responses"][0]["cert_id"]
    name["hash_algorithm"] = {"algorithm": "md5"}


def _certificates(basic: ocsp.BasicOCSPResponse) -> None:
    basic["certs"] = [basic["certs"][0]] * 9


def _nonce(basic: ocsp.BasicOCSPResponse) -> None:
    basic["tbs_response_data"]["response_extensions"] = [
        {"extn_id": "nonce", "extn_value": core.OctetString(b"n" * 129)}
    ]


@pytest.mark.parametrize(
    "change",
    [_twice, _critical, _many, _none, _version, _digest, _certificates, _nonce],
)
def test_refuses_a_response_with(
    world: World, change: Callable[[ocsp.BasicOCSPResponse], None]
) -> None:
    """One defect inside: an extension twice or unknown and critical, too many or no answers."""
    good = world.sm2.ocsp(nonce=b"n", responder=world.sm2.responder)
    assert read_ocsp(altered(good, lambda _: None)).nonce == b"n"
    assert refusal(altered(good, change)) is Reason.OCSP_MALFORMED


def test_refuses_a_certificate_that_is_none(world: World) -> None:
    """What comes along is read as strictly as any certificate: here a name that fits nothing."""
    good = world.sm2.ocsp(responder=world.sm2.responder)
    der = world.sm2.responder.certificate.dump()
    assert refusal(good.replace(der, der.replace("示".encode(), "鿍".encode()))) is (
        Reason.OCSP_MALFORMED
    )


def test_refuses_a_time_that_is_not_in_whole_seconds_of_utc(world: World) -> None:
    """RFC 6960, 4.2.2.1: times are GeneralizedTime in UTC."""
    der = world.sm2.ocsp()
    place = der.index(b"\x18\x0f") + 2
    for other in (b"20261122040000+", b"202611220400.0Z", b"00001122040000Z", b"202611220400000"):
        spoiled = der[:place] + other + der[place + 15 :]
        assert refusal(spoiled) is Reason.OCSP_MALFORMED


@pytest.mark.parametrize("status", ["try_later", "unauthorized", "internal_error"])
def test_no_answer_is_told(status: str) -> None:
    """A responder that does not answer is no fault of the bytes: OCSP_UNANSWERED."""
    with pytest.raises(UnavailableError, match=status) as caught:
        read_ocsp(make_ocsp_failure(status))
    assert caught.value.reason is Reason.OCSP_UNANSWERED


def test_refuses_requests_that_are_none(world: World) -> None:
    """Rubbish, trailing bytes, too many bytes, and two questions at once."""
    about = world.sm2.answer().about
    good = make_ocsp_request(about)
    two = ocsp.OCSPRequest.load(good)
    two["tbs_request"]["request_list"] = [two["tbs_request"]["request_list"][0]] * 2
    for data in (b"", b"hello", good + b"\0", bytes(MAX_OCSP_BYTES + 1), two.dump(force=True)):
        with pytest.raises(MalformedError) as caught:
            read_ocsp_request(data)
        assert caught.value.reason is Reason.OCSP_MALFORMED


@given(place=st.integers(0, 10_000), value=st.integers(0, 255))
@settings(max_examples=300, deadline=None)
def test_any_spoiled_byte_is_read_or_refused(good: bytes, place: int, value: int) -> None:
    """Whatever byte is changed, reading either works or raises one of our errors."""
    der = bytearray(good)
    der[place % len(der)] = value
    with suppress(MalformedError, UnavailableError):
        read_ocsp(bytes(der))


@given(data=st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever comes, reading raises nothing but our errors."""
    with suppress(MalformedError, UnavailableError):
        read_ocsp(data)
    with suppress(MalformedError):
        read_ocsp_request(data)


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    """A good response by a delegated responder, with everything in it."""
    answers = (world.sm2.answer(), world.sm2.answer(world.sm2.maker, revoked_at=REVOKED_AT))
    return world.sm2.ocsp(*answers, responder=world.sm2.responder, nonce=b"n" * 32)


# -- OpenSSL -------------------------------------------------------------------------------------


@pytest.fixture
def files(world: World, tmp_path: Path) -> Path:
    """A folder with the RSA root, CA and signer as files, for OpenSSL."""
    (tmp_path / "ca.pem").write_bytes(to_pem(world.rsa.ca.certificate))
    (tmp_path / "root.pem").write_bytes(to_pem(world.rsa.root.certificate))
    (tmp_path / "signer.pem").write_bytes(to_pem(world.rsa.signing.certificate))
    return tmp_path


@pytest.mark.parametrize("delegated", [False, True])
@pytest.mark.parametrize(
    ("revoked_at", "said"), [(None, "signer.pem: good"), (REVOKED_AT, "signer.pem: revoked")]
)
def test_openssl_verifies_our_rsa_response(
    world: World, files: Path, delegated: bool, revoked_at: datetime | None, said: str
) -> None:
    """OpenSSL accepts what the CA, and what a responder of it, says: good, and revoked."""
    reason = "key_compromise" if revoked_at else "unspecified"
    answer = world.rsa.answer(revoked_at=revoked_at, reason=reason)
    responder = world.rsa.responder if delegated else world.rsa.ca
    (files / "response.der").write_bytes(world.rsa.ocsp(answer, responder=responder))
    good, told = openssl(
        *("ocsp", "-respin", files / "response.der", "-sha256"),
        *("-issuer", files / "ca.pem", "-cert", files / "signer.pem"),
        *("-CAfile", files / "root.pem", "-verify_other", files / "ca.pem"),
        *("-validity_period", "1000000000"),  # OpenSSL reads the clock, which is not at NOW
        *("-attime", str(int(NOW.timestamp()))),
    )
    assert good, told
    assert "Response verify OK" in told
    assert said in told


def test_openssl_refuses_a_strangers_response(world: World, files: Path) -> None:
    """The cross-check says no as well: another CA of the same name does not speak."""
    stranger = Authority(world.rsa.suite)
    (files / "response.der").write_bytes(world.rsa.ocsp(responder=stranger.ca))
    told = openssl(
        *("ocsp", "-respin", files / "response.der", "-sha256", "-issuer", files / "ca.pem"),
        *("-cert", files / "signer.pem", "-CAfile", files / "root.pem"),
        *("-verify_other", files / "ca.pem", "-attime", str(int(NOW.timestamp()))),
    )[1]
    assert "Response Verify Failure" in told


def test_openssl_verifies_the_sm2_responses_signature(world: World, tmp_path: Path) -> None:
    """OpenSSL reads the SM2 response and accepts its signature under the default user ID."""
    der = world.sm2.ocsp(world.sm2.answer(revoked_at=REVOKED_AT))
    (tmp_path / "response.der").write_bytes(der)
    told = openssl("ocsp", "-respin", tmp_path / "response.der", "-noverify", "-resp_text")[1]
    assert "Cert Status: revoked" in told
    found = read_ocsp(der)
    key, signature = tmp_path / "key.pem", tmp_path / "signature"
    key.write_bytes(write_pem("PUBLIC KEY", world.sm2.ca.certificate.public_key.dump()))
    signature.write_bytes(found.signature)
    command = ("dgst", "-sm3", "-verify", key, "-signature", signature, "-sigopt", DEFAULT_USER_ID)
    good, said = openssl(*command, data=found.signed)
    assert good, said


def openssl_answers(
    files: Path, responder: SoftwareSigner, index: str, request: bytes, *options: str
) -> bytes:
    """What OpenSSL's responder answers to a request, by its index of a CA's certificates."""
    assert isinstance(responder.key, RsaPrivateKey)
    secret = write_pem("PRIVATE KEY", responder.key.private_key_info())
    (files / "responder.key").write_bytes(secret)
    (files / "responder.pem").write_bytes(to_pem(responder.certificate))
    (files / "index.txt").write_text(index)
    (files / "request.der").write_bytes(request)
    good, told = openssl(
        *("ocsp", "-index", files / "index.txt", "-CA", files / "ca.pem"),
        *("-rsigner", files / "responder.pem", "-rkey", files / "responder.key", "-ndays", "1"),
        *("-reqin", files / "request.der", "-respout", files / "answer.der"),
        *options,
    )
    assert good, told
    return (files / "answer.der").read_bytes()


def index_line(certificate: x509.Certificate, revoked_at: datetime | None) -> str:
    """A line of OpenSSL's index about a certificate."""
    ends = f"{certificate.not_valid_after:%y%m%d%H%M%SZ}"
    since = "" if revoked_at is None else f"{revoked_at:%y%m%d%H%M%SZ},keyCompromise"
    serial = f"{certificate.serial_number:X}"
    serial = serial.zfill(len(serial) + len(serial) % 2)
    return f"{'R' if since else 'V'}\t{ends}\t{since}\t{serial}\tunknown\t/CN=sample\n"


@pytest.mark.parametrize("by", [IdDigest.SHA1, IdDigest.SHA256])
@pytest.mark.parametrize("status", OcspStatus)
@pytest.mark.parametrize("delegated", [False, True])
def test_we_read_what_openssl_answers(
    world: World, files: Path, by: IdDigest, status: OcspStatus, delegated: bool
) -> None:
    """OpenSSL understands our request, and we its answer: good, revoked and unknown."""
    certificate = world.rsa.signing.certificate
    about = certificate_id(certificate, world.rsa.ca.certificate, by)
    revoked_at = REVOKED_AT if status is OcspStatus.REVOKED else None
    index = "" if status is OcspStatus.UNKNOWN else index_line(certificate, revoked_at)
    responder = world.rsa.responder if delegated else world.rsa.ca
    request = make_ocsp_request(about, nonce=b"n" * 32)
    answered = openssl_answers(files, responder, index, request)
    found = read_ocsp(answered)
    (answer,) = found.answers_about(certificate, world.rsa.ca.certificate)
    assert (answer.about, answer.status, answer.revoked_at) == (about, status, revoked_at)
    assert answer.reason == ("key_compromise" if revoked_at else "unspecified")
    assert answer.next_update is not None
    assert answer.next_update - answer.this_update == timedelta(days=1)
    assert found.nonce == b"n" * 32


@pytest.mark.parametrize("options", [(), ("-resp_key_id",)], ids=["by_name", "by_key"])
@pytest.mark.parametrize("revoked_at", [None, REVOKED_AT])
def test_what_openssl_answers_counts(
    world: World, files: Path, options: tuple[str, ...], revoked_at: datetime | None
) -> None:
    """Whoever OpenSSL names as the responder, by name or by key: its answer decides the path."""
    signer = world.rsa.department(not_before=NOW - 3 * YEAR, not_after=NOW + 9 * YEAR)
    responder = world.rsa.department(  # OpenSSL reads the clock, which is not at NOW
        profile=OCSP_SIGNING,
        key=world.rsa.responder.key,
        not_before=NOW - 3 * YEAR,
        not_after=NOW + 9 * YEAR,
        crl_url=None,
    )
    about = certificate_id(signer.certificate, world.rsa.ca.certificate, IdDigest.SHA1)
    index = index_line(signer.certificate, revoked_at)
    for each in (world.rsa.ca, responder):
        answered = openssl_answers(files, each, index, make_ocsp_request(about), *options)
        at = read_ocsp(answered).answers[0].this_update
        root_crl = world.rsa.crl(world.rsa.root, this_update=at, next_update=at + DAY)
        trust = world.rsa.trust(ca_crl=None, root_crl=root_crl, ocsps=[answered])
        finding = PathJudge(trust, at=at).judge(signer.certificate, signer.chain)
        assert finding.reason is (Reason.CERTIFICATE_REVOKED if revoked_at else None), finding
