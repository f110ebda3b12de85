"""What `--trust` names, loaded: a file or a folder of trust material, or a trust bundle.

One loader for every command that judges. Rules kept: a bundle is told by how it begins, not by its
name; it brings along status lists, an authority register and types, which files that are named
beside it add to; of two limits the stricter counts.
"""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from eseal.containers import is_container
from eseal.errors import RefusedError
from eseal.reasons import Reason
from eseal.regular_files import read_regular, why_unread
from eseal.trust import TrustStore, load_trust
from licences.authority_register import MAX_REGISTER_BYTES, AuthorityRegister, open_register
from licences.bundle_contents import authorities_of, catalogue_of, seals_of, statuses_of, trust_of
from licences.bundle_pins import NO_PINS, BundlePins, open_bundle
from licences.catalogue import Catalogue, load_catalogue
from licences.inputs import read_input
from licences.reasons import LicenceReason
from licences.seal_register_check import SealSnapshot
from licences.status_check import StatusSources
from licences.status_files import load_statuses
from licences.trust_bundle import MAX_BUNDLE_BYTES, TrustBundle
from licences.trust_info import TrustInfo, TrustKind

_BEGINNING = 4
_NO_BUNDLE = (
    "用 --trust 指定信任包；若用的就是文件夹或根证书，去掉 --bundle-signer 与 --bundle-sha256",
    "Name the bundle with --trust; if it is to be a folder or a root, leave --bundle-signer and "
    "--bundle-sha256 out",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustSource:
    """Trust material, and the bundle that it came in, if it did.

    Attributes:
        store: what is believed of certificates.
        info: what a report says of it.
        bundle: the bundle; `None` for a file or a folder.
    """

    store: TrustStore
    info: TrustInfo
    bundle: TrustBundle | None = None

    def catalogue(self, *folders: Path) -> Catalogue:
        """Read the licence types: shipped, of `folders`, of the bundle; raises as those do."""
        if self.bundle is None:
            return load_catalogue(*folders)
        return catalogue_of(self.bundle, *folders)

    def statuses(self, *paths: Path) -> StatusSources:
        """Load status lists and histories of `paths` and of the bundle; raises as that does."""
        return load_statuses(paths, also=statuses_of(self.bundle) if self.bundle else ())

    def authorities(
        self, file: Path | None, *, by: str | None, at: datetime
    ) -> AuthorityRegister | None:
        """Open the authority register that was named, else the bundle's; `None`: there is none.

        Args:
            file: what was named.
            by: code of the organisation whose it has to be, as it was named.
            at: the time asked for.

        Raises:
            EvidenceError: as `open_register` and `read_input`.
        """
        data = authorities_of(self.bundle) if self.bundle else None
        asked = self.bundle.policy.authorities_by if self.bundle else None
        if file is not None:
            data = read_input(str(file), MAX_REGISTER_BYTES, sys.stdin.buffer)
        if data is None and by is not None:
            sentence = f"要求有 {by} 的清单而没有 a register of it was asked for, and there is none"
            raise RefusedError(LicenceReason.AUTHORITY_REGISTER_REFUSED, sentence)
        if data is None:
            return None
        return open_register(data, trust=self.store, at=at, issuer=by or asked)

    def seals(self) -> SealSnapshot | None:
        """Give the bundle's snapshot of the seal register; `None`: there is none.

        Raises:
            MalformedError: BUNDLE_MALFORMED.
        """
        seals = seals_of(self.bundle) if self.bundle else None
        if self.bundle is None or seals is None:
            return None
        return SealSnapshot(made_at=self.bundle.made_at, seals=seals)

    def max_status_age(self, asked: timedelta | None) -> timedelta | None:
        """Say how old an answer about a status may be, by what was asked and by the bundle."""
        told = self.bundle.policy.max_status_age if self.bundle else None
        return min((each for each in (asked, told) if each is not None), default=None)


def load_trust_source(path: Path, *, pins: BundlePins = NO_PINS, at: datetime) -> TrustSource:
    """Load what `--trust` names.

    Args:
        path: a bundle, or what `load_trust` reads.
        pins: whose bundle is believed.
        at: aware time that is asked for.

    Raises:
        MalformedError: BUNDLE_MALFORMED, TRUST_UNREADABLE.
        RefusedError: TRUST_UNREADABLE; or why a bundle is not believed, as `open_bundle`; or
            a bundle was described, and this is none or not there.
        UnavailableError: BUNDLE_EXPIRED.
    """
    if is_bundle(path):
        bundle = open_bundle(_read(path), pins=pins, at=at)
        info = TrustInfo(
            kind=TrustKind.BUNDLE,
            sha256=bundle.sha256,
            made_at=bundle.made_at,
            expires_at=bundle.expires_at,
        )
        return TrustSource(store=trust_of(bundle), info=info, bundle=bundle)
    if not pins.is_empty and not path.exists():
        raise RefusedError(Reason.TRUST_UNREADABLE, "没有这个文件 no such file", at=str(path))
    if not pins.is_empty:
        sentence = (
            "给出了信任包的签名者或摘要，而这不是信任包 a bundle was described, this is no bundle"
        )
        error = RefusedError(Reason.TRUST_UNREADABLE, sentence, at=str(path))
        error.advice = _NO_BUNDLE
        raise error
    kind = TrustKind.FOLDER if path.is_dir() else TrustKind.FILE
    return TrustSource(store=load_trust(path), info=TrustInfo(kind=kind))


def is_bundle(path: Path) -> bool:
    """Say whether a path names a file that begins as a bundle does."""
    try:
        return is_container(read_regular(path, _BEGINNING))
    except OSError:
        return False


def _read(path: Path) -> bytes:
    try:
        return read_regular(path, MAX_BUNDLE_BYTES)
    except OSError as error:
        raise RefusedError(Reason.TRUST_UNREADABLE, why_unread(error), at=str(path)) from error
