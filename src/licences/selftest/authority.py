"""A certification authority in memory (认证机构): root, issuing CA, and what they sign.

Rules kept: everything is invented and marked 样本; keys are new in every process and live in memory
only; each certificate and list is good at `AT` unless told otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final

from asn1crypto.keys import PublicKeyInfo
from asn1crypto.x509 import Certificate

from eseal import sm2
from eseal.algorithms import Algorithm, Suite, default_algorithm
from eseal.certificate_making import SubjectName, make_certificate, make_root
from eseal.crl import RevokedEntry, make_crl
from eseal.keys import PrivateKey, Sm2PrivateKey, generate_private_key
from eseal.ocsp import OcspAnswer, OcspStatus, certificate_id, default_id_digest
from eseal.ocsp_making import make_ocsp_response
from eseal.profiles import ISSUING_CA, SIGNING, Profile
from eseal.signers import Signer, SoftwareSigner

AT: Final = datetime(2026, 11, 22, 4, 0, 0, tzinfo=UTC)
"""The time that all questions are asked for, unless a case asks for another."""

SECOND: Final = timedelta(seconds=1)
DAY: Final = timedelta(days=1)
YEAR: Final = timedelta(days=365)
SIGNED: Final = AT - DAY
"""When documents are signed."""

_CRL_URL: Final = "http://crl.example/{name}.crl"
_ANOTHER_ID: Final = b"sample@example.cn"


@dataclass(frozen=True, kw_only=True, slots=True)
class Impostor:
    """Whoever shows a certificate and signs with another key."""

    shown: Signer
    signs: Signer

    @property
    def certificate(self) -> Certificate:
        """That which is shown."""
        return self.shown.certificate

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """The one above it."""
        return self.shown.chain

    @property
    def algorithm(self) -> Algorithm:
        """That of both."""
        return self.shown.algorithm

    def sign(self, data: bytes) -> bytes:
        """Sign with the other key."""
        return self.signs.sign(data)


@dataclass(frozen=True, slots=True)
class OtherIdKey:
    """An SM2 key that signs under another user ID than certificates mean."""

    key: Sm2PrivateKey
    engine_key: sm2.SigningKey

    @property
    def suite(self) -> Suite:
        """SM2."""
        return self.key.suite

    @property
    def public_key(self) -> PublicKeyInfo:
        """That of the key."""
        return self.key.public_key

    def sign(self, data: bytes, algorithm: Algorithm) -> bytes:  # noqa: ARG002 - the protocol's
        """Sign `data`, wrongly."""
        return self.engine_key.sign(data, _ANOTHER_ID)


def make_other_id_key() -> tuple[Sm2PrivateKey, OtherIdKey]:
    """Make one key in two forms: as it should sign, and under another user ID."""
    scalar = sm2.random_scalar()
    key = Sm2PrivateKey(scalar)
    return key, OtherIdKey(key, sm2.default_engine().load_private(scalar))


class Authority:
    """One suite's authority; its keys are made when they are first asked for."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.algorithm: Algorithm = default_algorithm(suite)

    @cached_property
    def root(self) -> SoftwareSigner:
        """The root."""
        key = self.new_key()
        certificate = make_root(
            key=key,
            algorithm=self.algorithm,
            subject=self._name("根 CA"),
            not_before=AT - 5 * YEAR,
            not_after=AT + 15 * YEAR,
        )
        return SoftwareSigner(key=key, certificate=certificate, algorithm=self.algorithm)

    @cached_property
    def ca(self) -> SoftwareSigner:
        """The issuing CA."""
        return self.certify(
            self._name("签发 CA"),
            profile=ISSUING_CA,
            issuer=self.root,
            not_before=AT - 4 * YEAR,
            not_after=AT + 10 * YEAR,
        )

    def new_key(self) -> PrivateKey:
        """Make a key of this suite."""
        return generate_private_key(self.suite)

    def certify(
        self,
        subject: SubjectName,
        *,
        profile: Profile = SIGNING,
        key: PrivateKey | None = None,
        issuer: SoftwareSigner | None = None,
        not_before: datetime = AT - YEAR,
        not_after: datetime = AT + 2 * YEAR,
    ) -> SoftwareSigner:
        """Certify somebody, with a new key unless one is given."""
        issuer, key = issuer or self.ca, key or self.new_key()
        name = f"{self.suite}-{'root' if profile.is_ca else 'ca'}"
        certificate = make_certificate(
            profile=profile,
            issuer=issuer,
            subject=subject,
            public_key=key.public_key,
            not_before=not_before,
            not_after=not_after,
            crl_url=_CRL_URL.format(name=name),
        )
        chain = () if profile.is_ca else (issuer.certificate,)
        return SoftwareSigner(
            key=key, certificate=certificate, chain=chain, algorithm=self.algorithm
        )

    def crl(
        self,
        issuer: Signer,
        *,
        revoked: Sequence[tuple[Signer, datetime]] = (),
        this_update: datetime = AT - SECOND,
        next_update: datetime = AT + 30 * DAY,
    ) -> bytes:
        """Make a revocation list with these signers in it, each revoked at its time."""
        return make_crl(
            issuer,
            number=7,
            this_update=this_update,
            next_update=next_update,
            revoked=[
                RevokedEntry(serial=each.certificate.serial_number, at=at) for each, at in revoked
            ],
        )

    def ocsp(self, about: Signer, revoked_at: datetime | None = None) -> bytes:
        """Make the CA's OCSP answer about a signer."""
        above = self.ca.certificate
        answer = OcspAnswer(
            about=certificate_id(about.certificate, above, default_id_digest(above)),
            status=OcspStatus.GOOD if revoked_at is None else OcspStatus.REVOKED,
            revoked_at=revoked_at,
            this_update=AT - 2 * SECOND,
            next_update=AT + DAY,
        )
        return make_ocsp_response(self.ca, [answer], produced_at=AT - SECOND)

    def _name(self, role: str) -> SubjectName:
        return SubjectName(
            common_name=f"示例市电子认证 {self.suite.upper()} {role}（样本）",
            organisation="示例市电子认证中心",
        )
