"""Fetching lists and OCSP answers: what is asked where, and everything that is not taken."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from asn1crypto import x509

from eseal import revocation_fetching
from eseal.errors import UnavailableError
from eseal.fetching import fetch
from eseal.ocsp import IdDigest, OcspAnswer, OcspStatus
from eseal.ocsp_making import make_ocsp_failure
from eseal.ocsp_reading import read_ocsp_request
from eseal.reasons import Reason
from eseal.revocation_fetching import (
    CRL_TYPE,
    REQUEST_TYPE,
    RESPONSE_TYPE,
    Revocations,
    fetch_revocation,
    list_places,
)
from eseal.signers import SoftwareSigner
from eseal.trust import TrustStore
from tests.world import CRL_URL, DAY, NOW, SECOND, Authority, World

CA_CRL, ROOT_CRL = CRL_URL.format(name="ca"), CRL_URL.format(name="root")
OCSP_URL = "http://ocsp.example.cn/"

Answer = bytes | Callable[[bytes], bytes]


class Web:
    """Places and what is there; a place that is not there cannot be reached."""

    def __init__(self, places: dict[str, Answer]) -> None:
        self.places, self.asked = places, list[tuple[str, str]]()

    def __call__(
        self, url: str, *, accept: str, max_bytes: int, post: bytes | None, content_type: str
    ) -> bytes:
        """Answer as the place does."""
        assert max_bytes
        assert (post is None) is (accept == CRL_TYPE)
        self.asked.append((url, content_type))
        if url not in self.places:
            raise UnavailableError(Reason.UNREACHABLE, "nobody there", at=url)
        place = self.places[url]
        return place(post or b"") if callable(place) else place


def trust_of(authority: Authority) -> TrustStore:
    """The root alone, as a new trust folder has it."""
    return TrustStore(roots=(authority.root.certificate,))


def fetched(
    authority: Authority, web: Web, signer: SoftwareSigner | None = None, at: datetime = NOW
) -> Revocations:
    """What is fetched for the department's signer and what is above it."""
    signer = signer or authority.signing
    wanted = (signer.certificate, *signer.chain)
    return fetch_revocation(wanted, trust_of(authority), at=at, fetcher=web)


def answering(
    authority: Authority, signer: SoftwareSigner, *, only: IdDigest | None = None, **changes: object
) -> Callable[[bytes], bytes]:
    """A responder of the CA that answers about a signer, perhaps only by one digest."""

    def answer(request: bytes) -> bytes:
        about, _ = read_ocsp_request(request)
        if only is not None and about.digest is not only:
            return make_ocsp_failure("unauthorized")
        good = replace(authority.answer(signer), about=about)
        return authority.ocsp(replace(good, **changes), responder=authority.responder)  # type: ignore[arg-type]

    return answer


@pytest.fixture
def asked(authority: Authority) -> SoftwareSigner:
    """A signer whose certificate names a responder as well."""
    return authority.department(ocsp_url=OCSP_URL)


def test_fetches_lists_for_the_whole_path(authority: Authority) -> None:
    """The CA's list for the leaf and the root's for the CA, each once; a root has none."""
    ca_crl, root_crl = authority.crls()
    web = Web({CA_CRL: ca_crl, ROOT_CRL: root_crl})
    found = fetched(authority, web)
    assert {one.dump() for one in found.crls} == {ca_crl, root_crl}
    assert (found.ocsps, found.failures) == ((), ())
    assert sorted(web.asked) == [(CA_CRL, ""), (ROOT_CRL, "")]


def test_asks_responders(authority: Authority, asked: SoftwareSigner) -> None:
    """Where a certificate names a responder, it is asked by POST, in the suite's digest."""
    ca_crl, root_crl = authority.crls()
    web = Web({CA_CRL: ca_crl, ROOT_CRL: root_crl, OCSP_URL: answering(authority, asked)})
    found = fetched(authority, web, asked)
    (response,) = found.ocsps
    assert response.answers[0].status is OcspStatus.GOOD
    assert (OCSP_URL, REQUEST_TYPE) in web.asked
    assert len(web.asked) == 3
    assert found.failures == ()


def test_asks_again_by_sha1(authority: Authority, asked: SoftwareSigner) -> None:
    """Responders that know SHA-1 only get a second question; nobody else does."""
    web = Web({OCSP_URL: answering(authority, asked, only=IdDigest.SHA1)})
    found = fetched(authority, web, asked)
    assert found.ocsps[0].answers[0].about.digest is IdDigest.SHA1
    fetched(authority, web := Web({}), asked)
    assert [url for url, _ in web.asked].count(OCSP_URL) == 1


def test_a_revoked_answer_is_an_answer(authority: Authority, asked: SoftwareSigner) -> None:
    """Bad news is taken as well."""
    says = answering(authority, asked, status=OcspStatus.REVOKED, revoked_at=NOW - DAY)
    found = fetched(authority, Web({OCSP_URL: says}), asked)
    assert found.ocsps[0].answers[0].status is OcspStatus.REVOKED


def failure(found: Revocations, url: str) -> tuple[object, str]:
    """Why nothing was taken from a place."""
    (one,) = [one for one in found.failures if one.url == url]
    return one.reason, one.detail


def strangers(authority: Authority) -> Authority:
    """Another authority of the same names."""
    return Authority(authority.suite)


LISTS: dict[str, tuple[Callable[[Authority], bytes], Reason]] = {
    "a stranger's": (lambda a: strangers(a).crl(), Reason.NO_REVOCATION_DATA),
    "another issuer's": (lambda a: a.crl(a.root), Reason.NO_REVOCATION_DATA),
    "one that ended": (
        lambda a: a.crl(next_update=NOW - SECOND),
        Reason.REVOCATION_DATA_STALE,
    ),
    "one of the future": (
        lambda a: a.crl(this_update=NOW + DAY + SECOND),
        Reason.NO_REVOCATION_DATA,
    ),
    "a changed one": (
        lambda a: (der := a.crl())[:-1] + bytes([der[-1] ^ 1]),
        Reason.NO_REVOCATION_DATA,
    ),
    "rubbish": (lambda _: b"<html>", Reason.CRL_MALFORMED),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_that_are_not_taken(authority: Authority, name: str) -> None:
    """What does not hold is not handed on, and it is said why."""
    make, reason = LISTS[name]
    found = fetched(authority, Web({CA_CRL: make(authority), ROOT_CRL: authority.crls()[1]}))
    assert failure(found, CA_CRL)[0] is reason
    assert len(found.crls) == 1


def by_stranger(authority: Authority, signer: SoftwareSigner) -> Callable[[bytes], bytes]:
    """A stranger's responder."""
    good = answering(authority, signer)
    stranger = strangers(authority)

    def answer(request: bytes) -> bytes:
        about = read_ocsp_request(request)[0]
        assert good(request)
        return stranger.ocsp(replace(authority.answer(signer), about=about))

    return answer


def with_another(authority: Authority, signer: SoftwareSigner) -> Callable[[bytes], bytes]:
    """A responder that says more than it was asked."""

    def answer(request: bytes) -> bytes:
        about = read_ocsp_request(request)[0]
        said = replace(authority.answer(signer), about=about)
        return authority.ocsp(said, authority.answer(authority.maker))

    return answer


def about_another(authority: Authority, _: SoftwareSigner) -> Callable[[bytes], bytes]:
    """A responder that always answers about somebody else."""
    other: OcspAnswer = authority.answer(authority.maker)
    return lambda _: authority.ocsp(other)


Responder = Callable[[Authority, SoftwareSigner], Answer]
RESPONSES: dict[str, tuple[Responder, Reason]] = {
    "a stranger's": (by_stranger, Reason.NO_REVOCATION_DATA),
    "about another": (about_another, Reason.NO_REVOCATION_DATA),
    "more than asked": (with_another, Reason.NO_REVOCATION_DATA),
    "unknown": (
        lambda a, s: answering(a, s, status=OcspStatus.UNKNOWN),
        Reason.NO_REVOCATION_DATA,
    ),
    "one that ended": (
        lambda a, s: answering(a, s, next_update=NOW - SECOND),
        Reason.REVOCATION_DATA_STALE,
    ),
    "try later": (lambda *_: make_ocsp_failure(), Reason.OCSP_UNANSWERED),
    "rubbish": (lambda *_: b"<html>", Reason.OCSP_MALFORMED),
}


@pytest.mark.parametrize("name", RESPONSES)
def test_responses_that_are_not_taken(
    authority: Authority, asked: SoftwareSigner, name: str
) -> None:
    """What does not hold, or answers something else, is not handed on, and it is said why."""
    make, reason = RESPONSES[name]
    ca_crl, root_crl = authority.crls()
    places = {CA_CRL: ca_crl, ROOT_CRL: root_crl, OCSP_URL: make(authority, asked)}
    found = fetched(authority, Web(places), asked)
    assert failure(found, OCSP_URL)[0] is reason
    assert (len(found.crls), found.ocsps) == (2, ())


def test_what_cannot_be_reached_is_told(authority: Authority, asked: SoftwareSigner) -> None:
    """Each place has its failure, with its address."""
    found = fetched(authority, Web({}), asked)
    assert [one.url for one in found.failures] == [ROOT_CRL, CA_CRL, OCSP_URL]
    assert {one.reason for one in found.failures} == {Reason.UNREACHABLE}


def test_a_certificate_that_names_no_place_is_told(authority: Authority) -> None:
    """REVOCATION_DATA_UNNAMED, and nothing is asked for it."""
    silent = authority.department(crl_url=None)
    web = Web({ROOT_CRL: authority.crls()[1]})
    found = fetched(authority, web, silent)
    assert failure(found, "") == (Reason.REVOCATION_DATA_UNNAMED, "")
    assert [url for url, _ in web.asked] == [ROOT_CRL]


def test_strangers_certificates_send_nobody_anywhere(authority: Authority) -> None:
    """What an unknown or a forged certificate names is not fetched from."""
    web = Web({})
    unknown = fetched(authority, web, strangers(authority).signing)
    assert {one.reason for one in unknown.attempts} == {Reason.UNKNOWN_ISSUER}
    assert web.asked == []
    forged = authority.altered(authority.signing, lambda _: None, issuer=authority.signing)
    found = fetch_revocation(
        [forged.certificate, authority.ca.certificate],
        trust_of(authority),
        at=NOW,
        fetcher=web,
    )
    assert found.failures[0].reason is Reason.PATH_INVALID
    assert CA_CRL not in [url for url, _ in web.asked]


def with_places(authority: Authority, *points: dict[str, object]) -> SoftwareSigner:
    """The signer with other distribution points."""

    def change(tbs: x509.TbsCertificate) -> None:
        name = "crl_distribution_points"
        others = [one for one in tbs["extensions"] if one["extn_id"].native != name]
        value = x509.CRLDistributionPoints(list(points))
        tbs["extensions"] = [*others, x509.Extension({"extn_id": name, "extn_value": value})]

    return authority.altered(authority.signing, change)


def point(*urls: str, **more: object) -> dict[str, object]:
    """A distribution point."""
    names = [x509.GeneralName(name="uniform_resource_identifier", value=url) for url in urls]
    name = x509.DistributionPointName(name="full_name", value=x509.GeneralNames(names))
    return {"distribution_point": name, **more}


def test_places_are_tried_in_turn(world: World) -> None:
    """The first that holds is enough; those before it are told."""
    one, two, three = (CRL_URL.format(name=name) for name in ("one", "two", "three"))
    signer = with_places(world.sm2, point("ldap://ca.example.cn/", one), point(two, three))
    ca_crl, root_crl = world.sm2.crls()
    web = Web({one: b"rubbish", two: ca_crl, ROOT_CRL: root_crl})
    found = fetched(world.sm2, web, signer)
    assert failure(found, one)[0] is Reason.CRL_MALFORMED
    assert [one.dump() for one in found.crls] == [root_crl, ca_crl]
    assert three not in [url for url, _ in web.asked]


def test_partial_and_indirect_lists_are_not_fetched(world: World) -> None:
    """Only what is complete and the issuer's own is asked for."""
    names = x509.GeneralNames(
        [x509.GeneralName(name="directory_name", value=world.sm2.ca.certificate.subject)]
    )
    signer = with_places(
        world.sm2,
        point(CA_CRL, reasons=x509.ReasonFlags({"key_compromise"})),
        point(CA_CRL, crl_issuer=names),
    )
    assert list_places(signer.certificate) == []


def test_exchanges_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No certificate can make us ask without end."""
    monkeypatch.setattr(revocation_fetching, "MAX_EXCHANGES", 3)
    monkeypatch.setattr(revocation_fetching, "MAX_PLACES", 5)
    urls = [CRL_URL.format(name=number) for number in range(8)]
    web = Web({})
    found = fetched(world.sm2, web, with_places(world.sm2, point(*urls)))
    assert len(web.asked) == 3
    assert len([one for one in found.failures if "too many" in one.detail]) == 3


def test_each_place_is_asked_once(world: World) -> None:
    """Many certificates of one CA cost one list."""
    ca_crl, root_crl = world.sm2.crls()
    web = Web({CA_CRL: ca_crl, ROOT_CRL: root_crl})
    wanted = [world.sm2.signing, world.sm2.maker, world.sm2.timestamping]
    certificates = [world.sm2.ca.certificate, *(one.certificate for one in wanted)]
    found = fetch_revocation(certificates, trust_of(world.sm2), at=NOW, fetcher=web)
    assert len(web.asked) == 2
    assert len(found.attempts) == 4


# -- over HTTP -----------------------------------------------------------------------------------


@pytest.fixture
def served(world: World) -> Iterator[str]:
    """Where an HTTP server has the RSA CA's list and answers as its responder."""
    lists = {"/ca.crl": world.rsa.crl(), "/root.crl": world.rsa.crl(world.rsa.root)}

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(CRL_TYPE, lists[self.path])

        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == REQUEST_TYPE
            request = self.rfile.read(int(self.headers["Content-Length"]))
            said = replace(world.rsa.answer(), about=read_ocsp_request(request)[0])
            self._send(RESPONSE_TYPE, world.rsa.ocsp(said, responder=world.rsa.responder))

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_fetches_over_http(world: World, served: str) -> None:
    """The real fetcher: media types, GET and POST, and what came is verified."""
    places = {"crl_url": f"{served}/ca.crl", "ocsp_url": f"{served}/ocsp"}
    signer = world.rsa.department(**places)  # type: ignore[arg-type]
    below_root = world.rsa.department(issuer=world.rsa.root, crl_url=f"{served}/root.crl")
    wanted = [signer.certificate, below_root.certificate]
    trust = replace(trust_of(world.rsa), intermediates=(world.rsa.ca.certificate,))

    def near(url: str, **how: Any) -> bytes:
        """Stay on this machine: the CA's own certificate names a place elsewhere."""
        if not url.startswith(served):
            raise UnavailableError(Reason.UNREACHABLE, "elsewhere", at=url)
        return fetch(url, **how)

    found = fetch_revocation(wanted, trust, at=NOW, fetcher=near)
    assert (len(found.crls), len(found.ocsps)) == (2, 1)
    assert [one.url for one in found.failures] == [ROOT_CRL]
