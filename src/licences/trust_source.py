"""What `--trust` names, loaded: files and folders of trust material together, or a trust bundle.

One loader for every command that judges. Rules kept: a bundle is told by how it begins, not by its
name, and stands alone: what its maker vouches for nothing else adds a root to; it brings along
status lists, an authority register and types, which files that are named beside it add to; of two
limits the stricter counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from eseal.containers import is_container
from eseal.errors import RefusedError, remedied
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
_ALONE = (
    "请只用信任包，或只用文件与文件夹；状态列表可用 --status 另加",
    "Name the bundle alone, or files and folders alone; --status adds status lists to either",
)
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

    def catalogue(self, *named: Path, found: Iterable[Path] = ()) -> Catalogue:
        """Read the licence types: shipped, of folders, of the bundle; raises as those do."""
        if self.bundle is None:
            return load_catalogue(*named, found=found)
        return catalogue_of(self.bundle, *named, found=found)

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
            data = read_input(str(file), MAX_REGISTER_BYTES)
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


def load_trust_source(*paths: Path, pins: BundlePins = NO_PINS, at: datetime) -> TrustSource:
    """Load what `--trust` names.

    Args:
        paths: one bundle, or what `load_trust` reads; at least one.
        pins: whose bundle is believed.
        at: aware time that is asked for.

    Raises:
        MalformedError: BUNDLE_MALFORMED, TRUST_UNREADABLE.
        RefusedError: TRUST_UNREADABLE; or why a bundle is not believed, as `open_bundle`; or
            a bundle was described, and this is none or not there; or it does not stand alone.
        UnavailableError: BUNDLE_EXPIRED.
    """
    for path in filter(is_bundle, paths):
        return _from_bundle(path, paths, pins=pins, at=at)
    for path in paths if not pins.is_empty else ():
        if not path.exists():
            raise RefusedError(Reason.TRUST_UNREADABLE, "没有这个文件 no such file", at=str(path))
        sentence = (
            "给出了信任包的签名者或摘要，而这不是信任包 a bundle was described, this is no bundle"
        )
        with remedied({Reason.TRUST_UNREADABLE: _NO_BUNDLE}):
            raise RefusedError(Reason.TRUST_UNREADABLE, sentence, at=str(path))
    kind = TrustKind.FOLDER if any(path.is_dir() for path in paths) else TrustKind.FILE
    return TrustSource(store=load_trust(*paths), info=TrustInfo(kind=kind))


def _from_bundle(
    path: Path, paths: Sequence[Path], *, pins: BundlePins, at: datetime
) -> TrustSource:
    if len(paths) > 1:
        sentence = "信任包不与别的信任材料并用 no other trust material counts beside a trust bundle"
        with remedied({Reason.TRUST_UNREADABLE: _ALONE}):
            raise RefusedError(Reason.TRUST_UNREADABLE, sentence, at=str(path))
    bundle = open_bundle(_read(path), pins=pins, at=at)
    info = TrustInfo(
        kind=TrustKind.BUNDLE,
        sha256=bundle.sha256,
        made_at=bundle.made_at,
        expires_at=bundle.expires_at,
    )
    return TrustSource(store=trust_of(bundle), info=info, bundle=bundle)


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
