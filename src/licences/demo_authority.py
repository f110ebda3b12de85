"""A demo authority (演示机构): for both suites a root, a CA, and what they certify; to try things.

    passphrase            random, opens every key here
    sm2-root.key.pem …    keys and certificates: root, ca, tsa, each department and officer
    trust/                roots, CAs, CRLs, seal makers: all that a verifier needs, nothing secret

Rules kept: what is there is used and what is missing is made (`demo_certificates`); before anything
is handed out each certificate is judged, with the trust folder alone.

Left to others: keys and certificates to `demo_certificates`, who the officers are to
`demo_officers`, their seals to `demo_seals`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from eseal.algorithms import Suite
from eseal.errors import RefusedError, UnavailableError
from eseal.moments import now
from licences.catalogue import Department
from licences.demo_certificates import CRL_LIFE, DemoCertificates
from licences.demo_files import signer_settings
from licences.demo_officers import DEMO_OFFICERS
from licences.officers import OfficerSettings
from licences.reasons import LicenceReason
from licences.seal_life import Power
from licences.settings import CaSettings, DepartmentSettings, SignerSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoAuthority:
    """Where everything lies.

    Attributes:
        folder: keys and certificates.
        departments: who can issue, as a home's settings want it.
        officers: who deals with seals, likewise.
    """

    folder: Path
    departments: tuple[DepartmentSettings, ...]
    officers: tuple[OfficerSettings, ...]

    @property
    def trust(self) -> Path:
        """The folder of roots, CRLs and seal makers; it can be given to anybody."""
        return self.folder / "trust"

    @property
    def cas(self) -> tuple[CaSettings, ...]:
        """Whose lists are published: each suite's root and issuing CA, as a home's settings."""
        return tuple(
            CaSettings(
                name=f"{suite}-{name}",
                signer=signer_settings(self.folder, suite, name),
                crl_life=CRL_LIFE,
            )
            for suite in Suite
            for name in ("root", "ca")
        )

    @property
    def trust_files(self) -> tuple[Path, ...]:
        """The files of the trust folder."""
        files = (each for each in self.trust.iterdir() if each.suffix in {".pem", ".crl"})
        return tuple(sorted(files))

    def signer_of(self, code: str, suite: Suite) -> SignerSettings:
        """Give the signer of one of those that were certified, by its code.

        Raises:
            KeyError: there is none.
        """
        signers = {each.code.text: each.signers for each in self.departments}
        return signers[code][suite]

    def maker(self, suite: Suite) -> SignerSettings:
        """Give the seal maker's signer."""
        (maker,) = (each for each in self.officers if Power.MAKE in each.powers)
        return maker.signers[suite]


def create_demo_authority(
    folder: Path, departments: Iterable[Department], *, clock: Callable[[], datetime] = now
) -> DemoAuthority:
    """Make a demo authority, or complete or reuse the one in `folder`.

    Args:
        folder: where; made if it is missing.
        departments: who gets a signer of each suite.
        clock: tells the time from which certificates and CRLs hold.

    Raises:
        RefusedError: AUTHORITY_INCOMPLETE, a key is lost or something does not fit together; or
            why a certificate's path does not hold any more.
        UnavailableError: STORAGE_UNAVAILABLE.
    """
    at, listed = clock(), tuple(departments)
    if any(folder.glob("*.key.pem")) and not (folder / "passphrase").exists():
        raise RefusedError(
            LicenceReason.AUTHORITY_INCOMPLETE, "口令文件丢失 the passphrase is lost"
        )
    try:
        (folder / "trust").mkdir(mode=0o755, parents=True, exist_ok=True)
        for suite in Suite:
            DemoCertificates(folder, suite, at).complete(listed)
    except OSError as error:
        raise UnavailableError(LicenceReason.STORAGE_UNAVAILABLE, f"无法写入 {error}") from error
    return DemoAuthority(
        folder=folder,
        departments=tuple(
            DepartmentSettings(
                code=each.code,
                name=each.name,
                signers=_signers(folder, each.code.text),
            )
            for each in listed
        ),
        officers=tuple(
            OfficerSettings(
                id=each.id,
                name=each.name,
                powers=frozenset({each.power}),
                signers=_signers(folder, each.id),
            )
            for each in DEMO_OFFICERS
        ),
    )


def _signers(folder: Path, name: str) -> dict[Suite, SignerSettings]:
    """Say where the signers of a department or an officer lie."""
    return {suite: signer_settings(folder, suite, name) for suite in Suite}
