"""Fetching revocation data: lists and OCSP answers from where the certificates say.

Rules kept:

- A certificate is asked about only if its path to a trusted root holds: what a stranger's
  certificate names is not fetched from.
- What is fetched is verified before it is handed on: it has to speak for the very certificate (its
  issuer's signature, or that of whom it certified for answering), to be current, and not of the
  future. An OCSP response answers exactly what was asked, and "unknown" is no answer.
- Of a certificate's places each is tried in turn until one gives what holds; each that did not is
  told, and so is a certificate that names none.
- A certificate is asked about by the digest of its suite, and by SHA-1 if that gave nothing. No
  nonce: what is fetched is kept, and its own times say how long.
- The exchanges are bounded in number, and each in size and time (`eseal.fetching`).

Left to others: keeping what was fetched (`eseal.refreshing`).

Source: RFC 5280, 4.2.1.13 and 4.2.2.1; RFC 6960, A.1 (read second-hand).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from asn1crypto import crl, x509

from eseal.crl import MAX_CRL_BYTES, read_crl
from eseal.errors import EvidenceError, UnavailableError
from eseal.fetching import fetch
from eseal.moments import check_time
from eseal.ocsp import (
    IdDigest,
    OcspResponse,
    certificate_id,
    default_id_digest,
    make_ocsp_request,
)
from eseal.ocsp_reading import MAX_OCSP_BYTES, read_ocsp
from eseal.ocsp_signers import issuer_on
from eseal.reasons import Reason, ReasonCode
from eseal.revocation import RevocationData, Said
from eseal.stack import ValidatingStack
from eseal.standing import Found, Standing, find_standing
from eseal.trust import TrustStore

MAX_EXCHANGES = 64
MAX_PLACES = 4
"""Of the places that a certificate names for lists, and for answers, so many are tried."""

MAX_AHEAD = timedelta(days=1)
"""By how much the issuer's clock may be ahead of ours."""

CRL_TYPE = "application/pkix-crl"
REQUEST_TYPE = "application/ocsp-request"
RESPONSE_TYPE = "application/ocsp-response"


class Fetcher(Protocol):
    """How an answer is fetched; `eseal.fetching.fetch` is one."""

    def __call__(
        self, url: str, *, accept: str, max_bytes: int, post: bytes | None, content_type: str
    ) -> bytes:
        """Fetch from `url`, or post to it."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One attempt to fetch something, and what came of it.

    Attributes:
        certificate: the one that names the place.
        url: the place; empty where none is named.
        found: what was fetched and holds, exactly if there is no reason.
        standing: where the certificate stands, if it does.
        reason: why nothing was fetched.
        detail: more about that.
    """

    certificate: x509.Certificate
    url: str = ""
    found: Found | None = None
    standing: Standing | None = None
    reason: ReasonCode | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Revocations:
    """All that was tried, in order."""

    attempts: tuple[Attempt, ...]

    @property
    def crls(self) -> tuple[crl.CertificateList, ...]:
        """The lists that were fetched."""
        found = (one.found for one in self.attempts)
        return tuple(one for one in found if one is not None and not isinstance(one, OcspResponse))

    @property
    def ocsps(self) -> tuple[OcspResponse, ...]:
        """The OCSP responses that were fetched."""
        found = (one.found for one in self.attempts)
        return tuple(one for one in found if isinstance(one, OcspResponse))

    @property
    def failures(self) -> tuple[Attempt, ...]:
        """What could not be fetched."""
        return tuple(one for one in self.attempts if one.reason is not None)


def fetch_revocation(
    certificates: Sequence[x509.Certificate],
    trust: TrustStore,
    *,
    at: datetime,
    fetcher: Fetcher = fetch,
) -> Revocations:
    """Fetch what says whether some certificates, and those above them, are revoked.

    Args:
        certificates: which, and whatever else may help to build their paths, in any order.
        trust: what is believed; its lists serve to judge OCSP responders.
        at: the time now.
        fetcher: how to fetch.
    """
    asker = _Asker(trust, certificates, check_time(at, "at"), fetcher)
    return Revocations(attempts=tuple(asker.attempts(certificates)))


class _Asker:
    """Asks about certificates, about each once, and at each place once."""

    def __init__(
        self,
        trust: TrustStore,
        others: Sequence[x509.Certificate],
        at: datetime,
        fetcher: Fetcher,
    ) -> None:
        self.stack = ValidatingStack(trust.roots, trust.intermediates)
        self._others, self._at, self._fetcher = others, at, fetcher
        self._lists = list(trust.crls)
        self._got: dict[tuple[str, bytes | None], bytes | EvidenceError] = {}

    def attempts(self, certificates: Iterable[x509.Certificate]) -> Iterator[Attempt]:
        asked: set[bytes] = set()
        for certificate in certificates:
            try:
                standing = find_standing(self.stack, certificate, self._others, self._at)
            except EvidenceError as error:
                yield Attempt(certificate=certificate, reason=error.reason, detail=error.told)
                continue
            for one in tuple(standing.path.iter_certs(include_root=True))[1:]:
                if one.sha256 not in asked:
                    asked.add(one.sha256)
                    yield from self._about(
                        Standing(certificate=one, path=standing.path, moment=standing.moment)
                    )

    def _about(self, standing: Standing) -> Iterator[Attempt]:
        certificate = standing.certificate
        lists, responders = list_places(certificate), list(certificate.ocsp_urls)
        if not lists and not responders:
            yield Attempt(
                certificate=certificate, standing=standing, reason=Reason.REVOCATION_DATA_UNNAMED
            )
        yield from self._in_turn(standing, lists, self._fetch_list)
        yield from self._in_turn(standing, responders, self._ask)

    def _in_turn(
        self, standing: Standing, places: Sequence[str], get: Callable[[Standing, str], Found]
    ) -> Iterator[Attempt]:
        certificate = standing.certificate
        for url in places[:MAX_PLACES]:
            try:
                found = get(standing, url)
            except EvidenceError as error:
                yield Attempt(
                    certificate=certificate,
                    url=url,
                    standing=standing,
                    reason=error.reason,
                    detail=error.sentence,
                )
            else:
                yield Attempt(certificate=certificate, url=url, found=found, standing=standing)
                return

    def _fetch_list(self, standing: Standing, url: str) -> crl.CertificateList:
        found = read_crl(self._get(url, CRL_TYPE, MAX_CRL_BYTES))
        self._check(standing.said(RevocationData(self.stack, [found], []), found, self._at))
        self._lists.append(found)
        return found

    def _ask(self, standing: Standing, url: str) -> OcspResponse:
        issuer = issuer_on(standing.path, standing.certificate)
        try:
            return self._ask_by(default_id_digest(issuer), standing, url)
        except EvidenceError as error:
            if error.reason is Reason.UNREACHABLE:
                raise
            return self._ask_by(IdDigest.SHA1, standing, url)

    def _ask_by(self, by: IdDigest, standing: Standing, url: str) -> OcspResponse:
        certificate = standing.certificate
        about = certificate_id(certificate, issuer_on(standing.path, certificate), by)
        found = read_ocsp(self._get(url, RESPONSE_TYPE, MAX_OCSP_BYTES, make_ocsp_request(about)))
        if [one.about for one in found.answers] != [about]:
            raise _not_counting("应答与所问不符 it does not answer exactly what was asked")
        data = RevocationData(self.stack, self._lists, [found])
        self._check(standing.said(data, found, self._at))
        return found

    def _check(self, said: Said | None) -> None:
        if said is None:
            raise _not_counting(
                "签名不成立，或不是签发者所签 its signature does not hold, or is not the issuer's"
            )
        if not said.known:
            raise _not_counting(
                "OCSP 应答者不认识此证书 the responder does not know the certificate"
            )
        if said.this_update > self._at + MAX_AHEAD:
            raise _not_counting(f"时间在将来 it is of the future: {said.this_update}")
        if not said.is_current(self._at):
            raise UnavailableError(
                Reason.REVOCATION_DATA_STALE, f"已于此时过期 since {said.current_until}"
            )

    def _get(self, url: str, accept: str, most: int, post: bytes | None = None) -> bytes:
        """Fetch, each thing once; what failed fails again."""
        if (url, post) not in self._got:
            self._got[url, post] = self._fetch(url, accept, most, post)
        got = self._got[url, post]
        if isinstance(got, EvidenceError):
            raise got
        return got

    def _fetch(self, url: str, accept: str, most: int, post: bytes | None) -> bytes | EvidenceError:
        if len(self._got) >= MAX_EXCHANGES:
            return UnavailableError(
                Reason.UNREACHABLE, "地址过多，未询问 too many places; not asked", at=url
            )
        kind = "" if post is None else REQUEST_TYPE
        try:
            return self._fetcher(url, accept=accept, max_bytes=most, post=post, content_type=kind)
        except EvidenceError as error:
            return error


def list_places(certificate: x509.Certificate) -> list[str]:
    """List where a certificate's complete list is, of those places that can be fetched from."""
    places = []
    for point in certificate.crl_distribution_points_value or ():
        name = point["distribution_point"]
        whole = point["reasons"].native is None and point["crl_issuer"].native is None
        if whole and name.name == "full_name":
            places += [
                one.native for one in name.chosen if one.name == "uniform_resource_identifier"
            ]
    return [one for one in places if one.lower().startswith(("http://", "https://"))]


def _not_counting(sentence: str) -> UnavailableError:
    return UnavailableError(Reason.NO_REVOCATION_DATA, sentence)
