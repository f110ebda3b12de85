"""An authority in memory for both suites: what tests issue with, and how they spoil one thing.

The good world: per suite a root, an issuing CA, a department's signing certificate, a seal maker's
and a time-stamping one, with current CRLs of root and CA, and a seal for the department.
Everything is invented and marked 样本; keys live in memory only. A defective
variant takes the good world and changes one thing:

    rsa.department(not_after=NOW - DAY)            an expired signer
    rsa.trust(revoked=[rsa.revoked(signer, at)])   a trust store in which it was revoked
    rsa.trust(ca_crl=None)                         one without the CA's CRL
    rsa.trust(ca_crl=None, ocsps=[rsa.ocsp()])     one with an OCSP response instead
    rsa.seal(valid_until=NOW - DAY)                an expired seal
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from asn1crypto import algos, x509
from asn1crypto.keys import PublicKeyInfo

from eseal.certificate_making import SubjectName, make_certificate, make_root
from eseal.certificates import to_pem
from eseal.crl import RevocationReason, RevokedEntry, make_crl, read_crl
from eseal.keys import Algorithm, PrivateKey, Suite, default_algorithm, generate_private_key
from eseal.ocsp import (
    IdDigest,
    OcspAnswer,
    OcspStatus,
    certificate_id,
    default_id_digest,
)
from eseal.ocsp_making import make_ocsp_response
from eseal.ocsp_reading import read_ocsp
from eseal.profiles import ISSUING_CA, OCSP_SIGNING, SIGNING, TIMESTAMPING, Profile
from eseal.seals.making import SealDraft, make_seal
from eseal.seals.model import Seal, SealPicture, list_certificates
from eseal.seals.reading import read_seal
from eseal.signers import Signer, SoftwareSigner
from eseal.trust import TrustStore

NOW = datetime(2026, 11, 22, 4, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)

CRL_URL = "http://crl.example.cn/{name}.crl"
DEPARTMENT = SubjectName(
    common_name="示例市市场监督管理局（样本）",
    organisation="示例市市场监督管理局",
    organisation_code="11999900MB0000000G",
)
MAKER = SubjectName(
    common_name="示例市电子印章制作中心（样本）", organisation="示例市电子印章制作中心"
)
SEAL_NAME = "示例市市场监督管理局电子证照专用章（样本）"
SEAL_ID = "99990000000001"
PICTURE = SealPicture(
    kind="PNG",
    data=bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
        "0000000c49444154789c633821a0070002aa010782259aee0000000049454e44ae426082"
    ),
    width=42,
    height=42,
)
"""One red pixel as PNG."""


class Authority:
    """One suite's authority: its keys are made when first asked for, its certificates are fixed."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.algorithm: Algorithm = default_algorithm(suite)

    @cached_property
    def root(self) -> SoftwareSigner:
        """The root, valid for twenty years around NOW."""
        key = generate_private_key(self.suite)
        certificate = make_root(
            key=key,
            algorithm=self.algorithm,
            subject=self.name("根 CA"),
            not_before=NOW - 5 * YEAR,
            not_after=NOW + 15 * YEAR,
        )
        return self.signer(key, certificate)

    @cached_property
    def ca(self) -> SoftwareSigner:
        """The issuing CA under the root."""
        return self.sub_ca()

    @cached_property
    def signer_key(self) -> PrivateKey:
        """The department's key; every variant of its certificate is for this key."""
        return generate_private_key(self.suite)

    @cached_property
    def signing(self) -> SoftwareSigner:
        """The department's good signer, valid from a year before NOW to two years after."""
        return self.department()

    @cached_property
    def timestamping(self) -> SoftwareSigner:
        """The time-stamping authority's signer."""
        subject = SubjectName(common_name="示例市时间戳（样本）", organisation="示例市电子认证中心")
        return self.department(
            profile=TIMESTAMPING, subject=subject, key=generate_private_key(self.suite)
        )

    @cached_property
    def responder(self) -> SoftwareSigner:
        """An OCSP responder that the CA certified."""
        return self.department(
            profile=OCSP_SIGNING,
            subject=SubjectName(
                common_name="示例市证书状态应答（样本）", organisation="示例市电子认证中心"
            ),
            key=generate_private_key(self.suite),
            crl_url=None,
        )

    @cached_property
    def maker(self) -> SoftwareSigner:
        """The seal maker's signer."""
        return self.department(subject=MAKER, key=generate_private_key(self.suite))

    @cached_property
    def good_seal(self) -> Seal:
        """The department's good seal."""
        return read_seal(self.seal())

    def name(self, role: str) -> SubjectName:
        """The name of a CA of this authority."""
        return SubjectName(
            common_name=f"示例市电子认证 {self.suite.upper()} {role}（样本）",
            organisation="示例市电子认证中心",
        )

    def signer(
        self, key: PrivateKey, certificate: x509.Certificate, *chain: x509.Certificate
    ) -> SoftwareSigner:
        """A signer of this suite."""
        return SoftwareSigner(
            key=key, certificate=certificate, chain=chain, algorithm=self.algorithm
        )

    def sub_ca(
        self,
        *,
        issuer: SoftwareSigner | None = None,
        key: PrivateKey | None = None,
        profile: Profile = ISSUING_CA,
        role: str = "签发 CA",
        not_before: datetime = NOW - 4 * YEAR,
        not_after: datetime = NOW + 10 * YEAR,
    ) -> SoftwareSigner:
        """Another CA, under the root unless told otherwise."""
        issuer = issuer or self.root
        key = key or generate_private_key(self.suite)
        certificate = make_certificate(
            profile=profile,
            issuer=issuer,
            subject=self.name(role),
            public_key=key.public_key,
            not_before=not_before,
            not_after=not_after,
            crl_url=CRL_URL.format(name="root"),
        )
        chain = () if issuer is self.root else (issuer.certificate, *issuer.chain)
        return self.signer(key, certificate, *chain)

    def department(
        self,
        *,
        issuer: SoftwareSigner | None = None,
        key: PrivateKey | None = None,
        profile: Profile = SIGNING,
        subject: SubjectName = DEPARTMENT,
        not_before: datetime = NOW - YEAR,
        not_after: datetime = NOW + 2 * YEAR,
        crl_url: str | None = CRL_URL.format(name="ca"),
        ocsp_url: str | None = None,
    ) -> SoftwareSigner:
        """A signer under the issuing CA: the good one, or one with something else about it."""
        issuer = issuer or self.ca
        key = key or self.signer_key
        certificate = make_certificate(
            profile=profile,
            issuer=issuer,
            subject=subject,
            public_key=key.public_key,
            not_before=not_before,
            not_after=not_after,
            crl_url=crl_url,
            ocsp_url=ocsp_url,
        )
        chain = () if issuer is self.root else (issuer.certificate, *issuer.chain)
        return self.signer(key, certificate, *chain)

    def draft(self, **changes: Any) -> SealDraft:
        """What the department's seal says: the good one, or with some attributes changed."""
        good = SealDraft(
            es_id=SEAL_ID,
            kind=1,
            name=SEAL_NAME,
            signers=list_certificates([self.signing.certificate]),
            created=NOW - 30 * DAY,
            valid_from=NOW - 30 * DAY,
            valid_until=NOW + YEAR,
            picture=PICTURE,
        )
        return replace(good, **changes)

    def seal(self, *, maker: Signer | None = None, **changes: Any) -> bytes:
        """The department's seal: the good one, or with another maker or some attributes changed."""
        return make_seal(self.draft(**changes), maker or self.maker)

    def altered(
        self,
        signer: SoftwareSigner,
        change: Callable[[x509.TbsCertificate], None],
        *,
        issuer: SoftwareSigner | None = None,
        sign: Callable[[bytes], bytes] | None = None,
        outer: algos.SignedDigestAlgorithm | None = None,
    ) -> SoftwareSigner:
        """`signer` with its certificate changed by `change` and signed anew.

        Args:
            signer: whose certificate it is.
            change: what is done to the part that gets signed.
            issuer: the issuing CA, unless told otherwise.
            sign: the issuer's own way to sign, unless told otherwise.
            outer: the algorithm outside, the same as inside unless told otherwise.
        """
        tbs = signer.certificate["tbs_certificate"].copy()
        change(tbs)
        signed = {
            "tbs_certificate": tbs,
            "signature_algorithm": outer or tbs["signature"],
            "signature_value": (sign or (issuer or self.ca).sign)(tbs.dump(force=True)),
        }
        certificate = x509.Certificate.load(x509.Certificate(signed).dump())
        return self.signer(signer.key, certificate, *signer.chain)

    def revoked(
        self,
        signer: Signer,
        at: datetime,
        reason: RevocationReason = RevocationReason.KEY_COMPROMISE,
    ) -> RevokedEntry:
        """An entry that revokes `signer`."""
        return RevokedEntry(serial=signer.certificate.serial_number, at=at, reason=reason)

    def crl(
        self,
        issuer: Signer | None = None,
        *,
        this_update: datetime = NOW - DAY,
        next_update: datetime = NOW + 30 * DAY,
        revoked: Sequence[RevokedEntry] = (),
        number: int = 7,
    ) -> bytes:
        """A CRL of the issuing CA, or of another issuer, current at NOW unless told otherwise."""
        return make_crl(
            issuer or self.ca,
            number=number,
            this_update=this_update,
            next_update=next_update,
            revoked=revoked,
        )

    def crls(
        self,
        *,
        revoked: Sequence[RevokedEntry] = (),
        ca_crl: bytes | None = b"",
        root_crl: bytes | None = b"",
    ) -> tuple[bytes, ...]:
        """The CRLs of CA and root; empty bytes mean the good one, `None` leaves it out."""
        lists = (
            self.crl(revoked=revoked) if ca_crl == b"" else ca_crl,
            self.crl(self.root) if root_crl == b"" else root_crl,
        )
        return tuple(one for one in lists if one is not None)

    def answer(
        self,
        about: Signer | None = None,
        *,
        issuer: Signer | None = None,
        by: IdDigest | None = None,
        revoked_at: datetime | None = None,
        **changes: Any,
    ) -> OcspAnswer:
        """The good OCSP answer about the department's signer, or with something else about it."""
        certificate = (about or self.signing).certificate
        above = (issuer or self.ca).certificate
        answer = OcspAnswer(
            about=certificate_id(certificate, above, by or default_id_digest(above)),
            status=OcspStatus.GOOD if revoked_at is None else OcspStatus.REVOKED,
            revoked_at=revoked_at,
            this_update=NOW - SECOND * 3600,
            next_update=NOW + DAY,
        )
        return replace(answer, **changes)

    def ocsp(
        self,
        *answers: OcspAnswer,
        responder: Signer | None = None,
        produced_at: datetime | None = None,
        nonce: bytes | None = None,
    ) -> bytes:
        """An OCSP response by the CA, or by another responder, with the good answer or others.

        Signed an hour ago, or when what it says was known; unless told otherwise.
        """
        said = answers or (self.answer(),)
        known = max(NOW - SECOND * 3600, *(each.this_update for each in said))
        return make_ocsp_response(
            responder or self.ca, said, produced_at=produced_at or known, nonce=nonce
        )

    def trust(
        self,
        *,
        revoked: Sequence[RevokedEntry] = (),
        ca_crl: bytes | None = b"",
        root_crl: bytes | None = b"",
        makers: Sequence[Signer] | None = None,
        ocsps: Sequence[bytes] = (),
    ) -> TrustStore:
        """A trust store with this root only, its seal maker, and CRLs as `crls` makes them."""
        lists = self.crls(revoked=revoked, ca_crl=ca_crl, root_crl=root_crl)
        accepted = [self.maker] if makers is None else makers
        return TrustStore(
            roots=(self.root.certificate,),
            intermediates=tuple(one.certificate for one in accepted),
            crls=tuple(map(read_crl, lists)),
            ocsps=tuple(map(read_ocsp, ocsps)),
        )


@dataclass(frozen=True, kw_only=True)
class World:
    """Both authorities; build it once a session."""

    sm2: Authority
    rsa: Authority

    def authority(self, suite: Suite) -> Authority:
        """The authority of a suite."""
        match suite:
            case Suite.SM2:
                return self.sm2
            case Suite.RSA:
                return self.rsa

    @cached_property
    def trust(self) -> TrustStore:
        """Both roots with both seal makers and all four good CRLs."""
        stores = (self.sm2.trust(), self.rsa.trust())
        return TrustStore(
            roots=tuple(root for store in stores for root in store.roots),
            intermediates=tuple(one for store in stores for one in store.makers),
            crls=tuple(one for store in stores for one in store.crls),
        )

    def write_trust(self, folder: Path) -> Path:
        """Write both roots, makers and all four good CRLs into `folder`, as --trust takes them."""
        folder.mkdir(parents=True, exist_ok=True)
        for authority in (self.sm2, self.rsa):
            (folder / f"{authority.suite}-root.pem").write_bytes(to_pem(authority.root.certificate))
            maker = folder / f"{authority.suite}-maker.pem"
            maker.write_bytes(to_pem(authority.maker.certificate))
            for name, der in zip(("ca", "root"), authority.crls(), strict=True):
                (folder / f"{authority.suite}-{name}.crl").write_bytes(der)
        return folder


def make_world() -> World:
    """A new world with new keys, each made when first asked for."""
    return World(sm2=Authority(Suite.SM2), rsa=Authority(Suite.RSA))


def without_parameters(public_key: PublicKeyInfo) -> PublicKeyInfo:
    """The same RSA key without the NULL of its algorithm: it is read, and verifies as ever."""
    der, head = public_key.dump(), bytes.fromhex("06092a864886f70d010101")
    _, rest = der.split(b"\x30\x0d" + head + b"\x05\x00")
    body = b"\x30\x0b" + head + rest
    return PublicKeyInfo.load(b"\x30\x82" + len(body).to_bytes(2) + body)
