"""The home folder (主目录): settings, database, documents, trust, own types; opened or created.

    settings.toml   read strictly; its presence makes the folder a home
    register.db     the register, unless the settings name another database
    documents/      issued documents
    trust/          roots and CRLs that verifying and issuing believe
    types/          own licence types

Rules kept: a home comes into being with its settings, which are read back before anything is
written, and are themselves written last and create-only, so that a half-made one is simply made
again; opening one reads settings and nothing else, the database and the keys are opened when they
are asked for.
"""

import shutil
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from asn1crypto import x509

from eseal.algorithms import Suite
from eseal.errors import RefusedError, about
from eseal.passphrases import read_passphrase
from eseal.pkcs8 import load_private_key
from eseal.signers import Signer, SoftwareSigner
from eseal.trust import TrustStore, load_trust
from eseal.whole_files import create_file
from licences.catalogue import Catalogue, load_catalogue, own_types
from licences.database_url import sqlite_file
from licences.documents import FolderDocuments, storage_translated
from licences.home_advice import advised
from licences.named_files import read_named_certificates
from licences.officers import Actor, OfficerSettings
from licences.reasons import LicenceReason
from licences.settings import (
    DEFAULT_DATABASE,
    DEFAULT_DOCUMENTS,
    DEFAULT_STATUS_URI,
    FILE_NAME,
    CaSettings,
    DepartmentSettings,
    Settings,
    SignerSettings,
    StatusSettings,
    parse_settings,
    read_settings,
    write_settings,
)

if TYPE_CHECKING:
    from licences.seal_store import SealRegister
    from licences.store import Register


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """An opened home; everything below it is opened on demand."""

    path: Path
    settings: Settings

    @property
    def trust(self) -> Path:
        """The folder of roots and CRLs."""
        return self.path / "trust"

    def catalogue(self) -> Catalogue:
        """Read the licence types: the shipped ones and the home's own."""
        return load_catalogue(*own_types(self.path))

    def trust_store(self) -> TrustStore:
        """Read the trust folder; raises as `load_trust`, with an advice that fits a home."""
        with advised(self.path):
            return load_trust(self.trust)

    def register(self) -> "Register":
        """Open the register; its schema has to be this version's."""
        from licences.store import Register  # noqa: PLC0415  SQLModel takes seconds to import

        register = Register(self.settings.database_url)
        register.check_schema()
        return register

    def try_register(self) -> None:
        """See that the register can be written to, and that its locks can be had.

        Raises:
            UnavailableError: DATABASE_OUTDATED, DATABASE_UNAVAILABLE, STORAGE_UNAVAILABLE.
        """
        from licences.database import demand_writable  # noqa: PLC0415  as above

        with closing(self.register()) as register:
            demand_writable(register.engine)
            with register.hold(uuid4()):
                pass

    def seal_register(self) -> "SealRegister":
        """Open the seal register, which lies in the same database."""
        from licences.seal_store import SealRegister  # noqa: PLC0415  as above

        register = SealRegister(self.settings.database_url)
        register.check_schema()
        return register

    def upgrade(self) -> None:
        """Bring the register's schema to this version's."""
        from licences.store import Register  # noqa: PLC0415  SQLModel takes seconds to import

        register = Register(self.settings.database_url)
        register.upgrade()
        register.close()

    def documents(self) -> FolderDocuments:
        """Open the document store."""
        return FolderDocuments(self.settings.documents)

    def signer(self, department: str, suite: Suite) -> Signer:
        """Open the key of a department; this takes a while, so keep what it gives.

        Raises:
            RefusedError: NO_SIGNER, none is set up; or a reason of the key.
            MalformedError: the key or the certificate is not of its form.
            UnavailableError: a file or the passphrase is missing.
        """
        found = self.settings.find_department(department)
        settings = found.signers.get(suite) if found else None
        if settings is None:
            sentence = f"部门 {department} 没有 {suite} 密钥 department {department}, suite {suite}"
            raise RefusedError(LicenceReason.NO_SIGNER, sentence)
        return open_signer(settings)

    def acting(self, officer: str, suite: Suite) -> Actor:
        """Open the key of an officer, of `suite` if there is one, else of the other suite.

        Raises:
            RefusedError: UNKNOWN_OFFICER; NO_SIGNER, the officer has no key at all; or a reason
                of the key.
            MalformedError: the key or the certificate is not of its form.
            UnavailableError: a file or the passphrase is missing.
        """
        found = self.settings.find_officer(officer)
        if found is None:
            listed = "、".join(each.id for each in self.settings.officers) or "—"
            sentence = f"{officer}；设置中有 the settings have: {listed}"
            raise RefusedError(LicenceReason.UNKNOWN_OFFICER, sentence)
        settings = found.signers.get(suite) or next(iter(found.signers.values()), None)
        if settings is None:
            sentence = f"经办 {officer} 没有密钥 officer {officer} has no key"
            raise RefusedError(LicenceReason.NO_SIGNER, sentence)
        return Actor(officer=found, signer=open_signer(settings))

    def officer_certificates(self, officer: str) -> tuple[x509.Certificate, ...]:
        """Read the certificates that the settings name for an officer; none for an unknown one.

        Raises:
            EvidenceError: as `read_chain`.
        """
        return certificates_of(self.settings.find_officer(officer))


def open_home(path: Path) -> Home:
    """Open the home in the folder `path`.

    Raises:
        RefusedError: HOME_MISSING; SETTINGS_MALFORMED.
        MalformedError: SETTINGS_MALFORMED.
    """
    if not (path / FILE_NAME).is_file():
        raise RefusedError(LicenceReason.HOME_MISSING, f"{path} 中没有 has no {FILE_NAME}")
    return Home(path=path.absolute(), settings=read_settings(path))


def create_home(
    path: Path,
    *,
    departments: Iterable[DepartmentSettings],
    trust: Iterable[Path],
    database: str = DEFAULT_DATABASE,
    officers: Iterable[OfficerSettings] = (),
    sealed: bool = True,
    status_uri: str = DEFAULT_STATUS_URI,
    cas: Iterable[CaSettings] = (),
) -> Home:
    """Make a home, with a register that is ready.

    Args:
        path: the folder; made if it is missing, and what a killed attempt left is completed.
        departments: who issues; their keys and certificates stay where they are.
        trust: files with roots and CRLs, copied into the home.
        database: URL of the register's database, a SQLite file relative to the home.
        officers: who deals with seals; their keys and certificates stay where they are.
        sealed: whether PDF licences carry the department's seal.
        status_uri: where status lists will be found.
        cas: whose revocation lists are published; their keys and certificates stay likewise.

    Raises:
        MalformedError, RefusedError: SETTINGS_MALFORMED, they could not be read again.
        RefusedError: HOME_EXISTS.
        UnavailableError: STORAGE_UNAVAILABLE, DATABASE_UNAVAILABLE.
    """
    from licences.store import Register  # noqa: PLC0415  SQLModel takes seconds to import

    text = write_settings(
        path,
        database_url=database,
        documents=DEFAULT_DOCUMENTS,
        departments=departments,
        officers=officers,
        sealed=sealed,
        status=StatusSettings(uri=status_uri),
        cas=cas,
    )
    url = _check_new(path, text)
    register, file = Register(url), sqlite_file(url)
    if file is None:  # nothing is written where its server does not answer
        register.upgrade()
    with about(str(path)), storage_translated():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("trust", "types"):
            (path / name).mkdir(mode=0o700, exist_ok=True)
        for each in trust:
            shutil.copy(each, path / "trust" / each.name)
        if file is not None:
            file.touch(mode=0o600)
    FolderDocuments(path / DEFAULT_DOCUMENTS).create()
    register.upgrade()
    register.close()
    _appear(path / FILE_NAME, text)
    return open_home(path)


def check_new_home(
    path: Path, *, database: str = DEFAULT_DATABASE, status_uri: str = DEFAULT_STATUS_URI
) -> None:
    """See that a home can be made as it was asked for, before anything is written for it.

    Raises:
        MalformedError, RefusedError, UnavailableError: as `create_home`.
    """
    from licences.store import Register  # noqa: PLC0415  SQLModel takes seconds to import

    text = write_settings(
        path,
        database_url=database,
        documents=DEFAULT_DOCUMENTS,
        departments=(),
        status=StatusSettings(uri=status_uri),
    )
    Register(_check_new(path, text)).close()


def open_signer(settings: SignerSettings) -> Signer:
    """Open a key and its certificates; raises as `Home.signer`."""
    certificate, *chain = read_chain(settings)
    key = load_private_key(settings.key, read_passphrase(file=settings.passphrase_file))
    with about(f"{settings.key}, {settings.certificate}"):
        return SoftwareSigner(
            key=key, certificate=certificate, chain=tuple(chain), algorithm=settings.algorithm
        )


def certificates_of(officer: OfficerSettings | None) -> tuple[x509.Certificate, ...]:
    """Read the certificates of an officer's signers; raises as `read_chain`."""
    signers = officer.signers.values() if officer else ()
    return tuple(read_chain(each)[0] for each in signers)


def read_chain(settings: SignerSettings) -> tuple[x509.Certificate, ...]:
    """Read a signer's certificate and its issuers'; the key is not asked for.

    Raises:
        EvidenceError: as `read_named_certificates`.
    """
    return read_named_certificates(settings.certificate)


def _check_new(path: Path, text: str) -> str:
    """Insist on settings that are read again, where none are; give the database's URL."""
    if (path / FILE_NAME).exists():
        raise RefusedError(LicenceReason.HOME_EXISTS, str(path))
    return parse_settings(text.encode(), path).database_url


def _appear(path: Path, text: str) -> None:
    """Write a file that appears whole and never takes the place of another."""
    with about(str(path)), storage_translated():
        try:
            create_file(path, text.encode())
        except FileExistsError as error:
            raise RefusedError(LicenceReason.HOME_EXISTS, str(path.parent)) from error
