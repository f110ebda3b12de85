"""Keys, certificates and CRLs of the demo authority (演示机构), in one suite.

Rules kept: every file appears whole or not at all and is never replaced; what is there is used and
what is missing is made, so that an attempt that was killed is finished, under the same root; what
signs documents is judged by our own verifier with the trust folder alone. A key that was lost while
its certificate is there is an error, not a new key.

The time-stamping authority outlives those who sign, and the first CRLs hold for as long as it can
be tried what a timestamp is good for, by whoever was given the trust folder; a home renews them by
`licences publish`. A real authority makes one every few days.

Left to others: what a home is told of all this, to `demo_authority`; writing files, to
`demo_files`.
"""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from eseal.algorithms import Suite, default_algorithm
from eseal.certificate_making import SubjectName, make_certificate, make_root
from eseal.certificates import read_certificates, to_pem
from eseal.chain import PathJudge
from eseal.crl import make_crl
from eseal.errors import RefusedError
from eseal.keys import PrivateKey, SoftwareKey, generate_private_key
from eseal.pkcs8 import load_private_key, save_private_key
from eseal.profiles import ISSUING_CA, SIGNING, TIMESTAMPING, Profile
from eseal.reasons import Reason
from eseal.signers import SoftwareSigner
from eseal.trust import load_trust
from licences.catalogue import Department
from licences.demo_files import have
from licences.demo_officers import DEMO_OFFICERS
from licences.reasons import LicenceReason
from licences.seal_life import Power

_DAY = timedelta(days=1)
_YEAR = 365 * _DAY
_ROOT_LIFE, _CA_LIFE, _TSA_LIFE, _LEAF_LIFE = 10 * _YEAR, 8 * _YEAR, 6 * _YEAR, 2 * _YEAR
_FIRST_CRL_LIFE = 4 * _YEAR
CRL_LIFE: Final = _YEAR
"""How long the lists hold that a home publishes."""

_ITERATIONS = 2048
"""The passphrase has 256 random bits: stretching it adds nothing, and the demo shall be quick."""

_ORGANISATION = "示例市电子认证中心"
_SAMPLE = "（样本）"
_CRL_URL = "http://crl.example/{name}.crl"


class DemoCertificates:
    """One suite's keys and certificates; each is read if it is there, and made if not."""

    def __init__(self, folder: Path, suite: Suite, at: datetime) -> None:
        self._suite = suite
        self._folder = folder
        self._trust = folder / "trust"
        self._at = at
        self._begin = at - _DAY

    def complete(self, departments: Iterable[Department]) -> None:
        """Make what is missing, then judge what is there."""
        tsa = SubjectName(common_name=f"示例市时间戳{_SAMPLE}", organisation=_ORGANISATION)
        leaves = [self._leaf("tsa", TIMESTAMPING, tsa, life=_TSA_LIFE)]
        for department in departments:
            name = department.name.zh
            subject = SubjectName(
                common_name=f"{name}{_SAMPLE}",
                organisation=name,
                organisation_code=department.code.text,
            )
            leaves.append(self._leaf(department.code.text, SIGNING, subject))
        leaves += [self._leaf(each.id, SIGNING, each.subject) for each in DEMO_OFFICERS]
        self._publish()
        self._judge(leaves[1:])

    def _leaf(
        self, name: str, profile: Profile, subject: SubjectName, *, life: timedelta = _LEAF_LIFE
    ) -> Path:
        """Have key and certificate of an end entity; gives the certificate's path."""
        return self._certified(
            name,
            lambda key: to_pem(
                make_certificate(
                    profile=profile,
                    issuer=self._ca,
                    subject=subject,
                    public_key=key.public_key,
                    not_before=self._begin,
                    not_after=self._at + life,
                    crl_url=_CRL_URL.format(name=f"{self._suite}-ca"),
                ),
                self._ca.certificate,
            ),
        )

    @cached_property
    def _root(self) -> SoftwareSigner:
        algorithm = default_algorithm(self._suite)
        path = self._certified(
            "root",
            lambda key: to_pem(
                make_root(
                    key=key,
                    algorithm=algorithm,
                    subject=self._subject("根 CA"),
                    not_before=self._begin,
                    not_after=self._at + _ROOT_LIFE,
                )
            ),
        )
        return self._signer("root", path)

    @cached_property
    def _ca(self) -> SoftwareSigner:
        path = self._certified(
            "ca",
            lambda key: to_pem(
                make_certificate(
                    profile=ISSUING_CA,
                    issuer=self._root,
                    subject=self._subject("签发 CA"),
                    public_key=key.public_key,
                    not_before=self._begin,
                    not_after=self._at + _CA_LIFE,
                    crl_url=_CRL_URL.format(name=f"{self._suite}-root"),
                )
            ),
        )
        return self._signer("ca", path)

    def _publish(self) -> None:
        """Have the root, the CA, both CRLs and the seal makers in the trust folder."""
        have(self._trust / f"{self._suite}-root.pem", lambda: to_pem(self._root.certificate))
        have(self._trust / f"{self._suite}-ca.pem", lambda: to_pem(self._ca.certificate))
        have(self._trust / f"{self._suite}-root.crl", lambda: self._crl(self._root))
        have(self._trust / f"{self._suite}-ca.crl", lambda: self._crl(self._ca))
        for officer in DEMO_OFFICERS:
            if officer.power is Power.MAKE:
                maker = self._path(officer.id, "pem")
                have(self._trust / f"{self._suite}-{officer.id}.pem", partial(_first, maker))

    def _crl(self, issuer: SoftwareSigner) -> bytes:
        ends = self._at + _FIRST_CRL_LIFE
        return make_crl(issuer, number=1, this_update=self._begin, next_update=ends)

    def _judge(self, signing: Iterable[Path]) -> None:
        judge = PathJudge(load_trust(self._trust), at=self._at)
        for path in signing:
            certificate, *chain = read_certificates(path.read_bytes())
            finding = judge.judge(certificate, chain)
            if finding.reason is not None:
                raise RefusedError(finding.reason, finding.detail, at=path.name)

    def _certified(self, name: str, certify: Callable[[PrivateKey], bytes]) -> Path:
        """Have a key and the certificate for it; a certificate is never left without its key."""
        key_path, path = self._path(name, "key.pem"), self._path(name, "pem")
        if path.exists():
            if not key_path.exists():
                reason = LicenceReason.AUTHORITY_INCOMPLETE
                raise RefusedError(reason, "密钥丢失 its key is lost", at=path.name)
            return path
        key = self._key(key_path)
        have(path, lambda: certify(key))
        return path

    def _signer(self, name: str, path: Path) -> SoftwareSigner:
        (certificate,) = read_certificates(path.read_bytes())
        return SoftwareSigner(
            key=self._key(self._path(name, "key.pem")),
            certificate=certificate,
            algorithm=default_algorithm(self._suite),
        )

    def _key(self, path: Path) -> PrivateKey:
        """Read a key, or make it."""
        passphrase_path = self._folder / "passphrase"
        have(passphrase_path, lambda: secrets.token_hex(32).encode() + b"\n", mode=0o600)
        passphrase = passphrase_path.read_bytes().strip()
        if not path.exists():
            _save_key(generate_private_key(self._suite), path, passphrase)
        return load_private_key(path, passphrase)

    def _subject(self, role: str) -> SubjectName:
        name = f"示例市电子认证 {self._suite.upper()} {role}{_SAMPLE}"
        return SubjectName(common_name=name, organisation=_ORGANISATION)

    def _path(self, name: str, suffix: str) -> Path:
        return self._folder / f"{self._suite}-{name}.{suffix}"


def _save_key(key: SoftwareKey, path: Path, passphrase: bytes) -> None:
    """Keep a key, unless somebody else has kept one there in the meantime."""
    try:
        save_private_key(key, path, passphrase, iterations=_ITERATIONS)
    except RefusedError as error:
        if error.reason is not Reason.KEY_FILE_EXISTS:
            raise


def _first(path: Path) -> bytes:
    """Take the signer's own certificate out of a file."""
    return to_pem(read_certificates(path.read_bytes())[0])
