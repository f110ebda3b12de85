"""A home's settings: `settings.toml`, read strictly into frozen values, and written once.

Rules kept: every key is known and of its kind, so that a misspelt one is an error; paths are taken
from the home's folder; no secret ever stands here: passphrases lie in files of their own or in the
environment, and a database URL with a password is refused.

Reading settings costs no database, no typesetting and no keys.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from eseal.algorithms import Algorithm, Suite, default_algorithm
from eseal.errors import MalformedError, RefusedError
from licences.identifiers import Uscc
from licences.licence_type import Bilingual
from licences.reasons import LicenceReason
from licences.strict_table import StrictTable, read_toml

FILE_NAME = "settings.toml"
DEFAULT_DATABASE = "sqlite:///register.db"
DEFAULT_DOCUMENTS = "documents"
DEFAULT_MARGIN = timedelta(hours=24)
"""How long after issuing a signing certificate must still be valid, at least."""

SQLITE = "sqlite:///"
_HEAD = """\
# 电子证照登记簿的设置。Settings of a licence register.
# 相对路径从本文件夹算起；这里不放口令。Paths start at this folder; no secret stands here.
# PostgreSQL: url = "postgresql://user@host/name", password in PGPASSFILE.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignerSettings:
    """Where the key and certificate of a signer lie.

    Attributes:
        key: the private key, encrypted PKCS#8 in PEM.
        certificate: PEM: the signer's certificate, then its issuers' without the root.
        algorithm: the signature algorithm; its suite is the key's.
        passphrase_file: its first line opens the key; `None`: the environment has the passphrase.
    """

    key: Path
    certificate: Path
    algorithm: Algorithm
    passphrase_file: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DepartmentSettings:
    """A department that issues from this home, with a signer for each suite that it uses."""

    code: Uscc
    name: Bilingual
    signers: Mapping[Suite, SignerSettings]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """All settings of a home.

    Attributes:
        database_url: the register's database; a SQLite file by its absolute path.
        documents: folder of the issued documents.
        serving_margin: how long after issuing a signing certificate must still be valid.
        departments: who issues.
    """

    database_url: str
    documents: Path
    serving_margin: timedelta
    departments: tuple[DepartmentSettings, ...]

    def find_department(self, code: str) -> DepartmentSettings | None:
        """Give the department with this code; `None` if it does not issue from here."""
        return next((each for each in self.departments if each.code.text == code), None)


def read_settings(home: Path) -> Settings:
    """Read the settings of the home in folder `home`.

    Raises:
        MalformedError: SETTINGS_MALFORMED; `.at` is the file and the path of the key.
        RefusedError: SETTINGS_MALFORMED, the database URL holds a password.
    """
    root = home.absolute()
    table = read_toml(home / FILE_NAME, reason=LicenceReason.SETTINGS_MALFORMED)
    database, documents, issuing = (
        table.table(key) for key in ("database", "documents", "issuing")
    )
    margin = issuing.integer("serving_margin_hours")
    if margin < 0:
        issuing.refuse("is negative", "serving_margin_hours")
    settings = Settings(
        database_url=database_url(database.text("url"), root),
        documents=root / documents.text("folder"),
        serving_margin=timedelta(hours=margin),
        departments=tuple(_read_department(each, root) for each in _departments(table)),
    )
    for each in (database, documents, issuing, table):
        each.close()
    codes = [each.code for each in settings.departments]
    if len(set(codes)) != len(codes):
        table.refuse("a department stands twice", "department")
    return settings


def database_url(url: str, home: Path) -> str:
    """Check a database URL as settings have it, and make the path of a SQLite file absolute.

    Raises:
        RefusedError: SETTINGS_MALFORMED, a password stands in it.
    """
    parts = urlsplit(url)
    if parts.password or "password" in parse_qs(parts.query):
        sentence = "no password in the URL: put it into a file for PGPASSFILE, or into PGPASSWORD"
        raise RefusedError(LicenceReason.SETTINGS_MALFORMED, sentence, at="database.url")
    if url.startswith(SQLITE):
        return f"{SQLITE}{home / url.removeprefix(SQLITE)}"
    return url


def write_settings(
    home: Path, *, database_url: str, documents: str, departments: Iterable[DepartmentSettings]
) -> str:
    """Write settings as TOML; `read_settings` reads them back.

    Args:
        home: the home's folder; paths below it are written relative to it.
        database_url: as settings have it, a SQLite file relative to the home.
        documents: folder of the documents, relative to the home.
        departments: who issues.
    """
    lines = [
        _HEAD,
        f"[database]\nurl = {_quoted(database_url)}\n",
        f"[documents]\nfolder = {_quoted(documents)}\n",
        f"[issuing]\nserving_margin_hours = {DEFAULT_MARGIN // timedelta(hours=1)}\n",
    ]
    for department in departments:
        lines += _department_lines(department, home.absolute())
    return "\n".join(lines)


def _departments(table: StrictTable) -> tuple[StrictTable, ...]:
    return table.tables("department") if table.has("department") else ()


def _read_department(table: StrictTable, home: Path) -> DepartmentSettings:
    try:
        code = Uscc.parse(table.text("code"))
    except MalformedError as error:
        table.refuse(error.sentence, "code")
    name = Bilingual(zh=table.text("zh"), en=table.text("en"))
    signers = {
        suite: _read_signer(table.table(suite.value), suite, home)
        for suite in Suite
        if table.has(suite.value)
    }
    table.close()
    return DepartmentSettings(code=code, name=name, signers=signers)


def _read_signer(table: StrictTable, suite: Suite, home: Path) -> SignerSettings:
    passphrase_file = table.text("passphrase_file", "")
    algorithm = table.text("algorithm", default_algorithm(suite).value)
    if algorithm not in {each.value for each in Algorithm if each.suite is suite}:
        table.refuse(f"is no algorithm of suite {suite}", "algorithm")
    signer = SignerSettings(
        key=home / table.text("key"),
        certificate=home / table.text("certificate"),
        algorithm=Algorithm(algorithm),
        passphrase_file=home / passphrase_file if passphrase_file else None,
    )
    table.close()
    return signer


def _department_lines(department: DepartmentSettings, home: Path) -> Iterator[str]:
    name = department.name
    entries = {"code": department.code.text, "zh": name.zh, "en": name.en}
    yield "[[department]]\n" + _entry_lines(entries.items())
    for suite, signer in department.signers.items():
        yield f"[department.{suite.value}]\n" + _entry_lines(_signer_entries(signer, home))


def _signer_entries(signer: SignerSettings, home: Path) -> Iterator[tuple[str, str]]:
    yield "key", _short(signer.key, home)
    yield "certificate", _short(signer.certificate, home)
    if signer.passphrase_file is not None:
        yield "passphrase_file", _short(signer.passphrase_file, home)
    yield "algorithm", signer.algorithm.value


def _entry_lines(entries: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{key} = {_quoted(value)}\n" for key, value in entries)


def _short(path: Path, home: Path) -> str:
    """Write a path from the home's folder, so that both can be moved together."""
    return os.path.relpath(path.absolute(), home)


def _quoted(text: str) -> str:
    """Write a TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)
