"""A home's settings: `settings.toml`, read strictly into frozen values, and written once.

Rules kept: every key is known and of its kind, so that a misspelt one is an error; paths are taken
from the home's folder; no secret ever stands here: passphrases lie in files of their own or in the
environment, and a database URL with a password is refused.

Reading settings costs no database, no typesetting and no keys.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from eseal.algorithms import Suite
from eseal.errors import MalformedError, RefusedError, about
from eseal.fetching import check_url
from eseal.unseen import find_unseen
from licences.ca_settings import CaSettings, ca_lines, read_cas
from licences.database_url import database_url
from licences.identifiers import Uscc
from licences.licence_type import Bilingual
from licences.officers import OfficerSettings, officer_lines, read_officers
from licences.reasons import LicenceReason
from licences.signer_settings import (
    SignerSettings,
    entry_lines,
    quoted,
    read_signers,
    signer_lines,
)
from licences.strict_table import StrictTable, parse_toml, read_small, short_name

__all__ = [
    "CaSettings",
    "DepartmentSettings",
    "OfficerSettings",
    "Settings",
    "SignerSettings",
    "StatusSettings",
    "TimestampSettings",
    "parse_settings",
    "read_settings",
    "write_settings",
]

FILE_NAME = "settings.toml"
DEFAULT_DATABASE = "sqlite:///register.db"
DEFAULT_DOCUMENTS = "documents"
DEFAULT_MARGIN = timedelta(hours=24)
"""How long after issuing a signing certificate must still be valid, at least."""

DEFAULT_STATUS_URI = "https://licences.example/status"
DEFAULT_STATUS_LIFE = timedelta(days=7)
"""How long a published status list may be relied on, at most."""

_MAX_URI = 200
_LONGEST_LIFE_HOURS = 366 * 24
_LONGEST_MARGIN_HOURS = 10 * _LONGEST_LIFE_HOURS

_HEAD = """\
# 电子证照登记簿的设置。Settings of a licence register.
# 相对路径从本文件夹算起；这里不放口令。Paths start at this folder; no secret stands here.
# PostgreSQL: url = "postgresql://user@host/name", password in PGPASSFILE.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class DepartmentSettings:
    """A department that issues from this home, with a signer for each suite that it uses."""

    code: Uscc
    name: Bilingual
    signers: Mapping[Suite, SignerSettings]


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusSettings:
    """Where status lists will be found, without a slash at the end, and for how long each holds."""

    uri: str
    life: timedelta = DEFAULT_STATUS_LIFE


@dataclass(frozen=True, kw_only=True, slots=True)
class TimestampSettings:
    """Where a time-stamping authority answers, and a PEM file with its certificate and issuers'.

    With the certificate documents carry what helps to validate them later (B-LT).
    """

    url: str
    certificate: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """All settings of a home.

    Attributes:
        database_url: the register's database; a SQLite file by its absolute path.
        documents: folder of the issued documents.
        serving_margin: how long after issuing a signing certificate must still be valid.
        departments: who issues.
        officers: who applies for, approves, makes and keeps seals.
        sealed: whether PDF licences carry the department's seal; without one none is issued.
        status: where licences say that their status is found; `None`: they say nothing of it.
        timestamps: who stamps every signature; `None`: nobody.
        cas: whose revocation lists are published.
    """

    database_url: str
    documents: Path
    serving_margin: timedelta
    departments: tuple[DepartmentSettings, ...]
    officers: tuple[OfficerSettings, ...] = ()
    sealed: bool = True
    status: StatusSettings | None = None
    timestamps: TimestampSettings | None = None
    cas: tuple[CaSettings, ...] = ()

    @property
    def status_life(self) -> timedelta:
        """How long what is said of a status holds."""
        return self.status.life if self.status else DEFAULT_STATUS_LIFE

    def find_department(self, code: str) -> DepartmentSettings | None:
        """Give the department with this code; `None` if it does not issue from here."""
        return next((each for each in self.departments if each.code.text == code), None)

    def find_officer(self, number: str) -> OfficerSettings | None:
        """Give the officer with this id; `None` if there is none."""
        return next((each for each in self.officers if each.id == number), None)


def read_settings(home: Path) -> Settings:
    """Read the settings of the home in folder `home`.

    Raises:
        MalformedError: SETTINGS_MALFORMED; `.at` is the file and the path of the key.
        RefusedError: SETTINGS_MALFORMED, the database URL holds a password.
        UnavailableError: UNREADABLE_FILE.
    """
    reason = LicenceReason.SETTINGS_MALFORMED
    return parse_settings(read_small(home / FILE_NAME, reason=reason), home)


def parse_settings(data: bytes, home: Path) -> Settings:
    """Read settings as they stand in the home's file, or are to stand there; raises likewise."""
    root = home.absolute()
    at = short_name(root / FILE_NAME)
    table = parse_toml(data, at=at, reason=LicenceReason.SETTINGS_MALFORMED)
    database, documents, issuing = (
        table.table(key) for key in ("database", "documents", "issuing")
    )
    margin = issuing.integer("serving_margin_hours")
    if not 0 <= margin <= _LONGEST_MARGIN_HOURS:
        out = f"数值超出范围 is not from 0 to {_LONGEST_MARGIN_HOURS}"
        issuing.refuse(out, "serving_margin_hours")
    with about(f"{at}:database.url"):
        url = database_url(database.text("url"), root)
    settings = Settings(
        database_url=url,
        documents=root / documents.text("folder"),
        serving_margin=timedelta(hours=margin),
        departments=table.each(
            "department", lambda each: _read_department(each, root), name=lambda one: one.code
        ),
        officers=read_officers(table, root),
        sealed=issuing.flag("sealed", default=True),
        status=_read_status(table.table("status")) if table.has("status") else None,
        timestamps=(
            _read_timestamps(table.table("timestamps"), root) if table.has("timestamps") else None
        ),
        cas=read_cas(table, root),
    )
    for each in (database, documents, issuing, table):
        each.close()
    return settings


def write_settings(
    home: Path,
    *,
    database_url: str,
    documents: str,
    departments: Iterable[DepartmentSettings],
    officers: Iterable[OfficerSettings] = (),
    sealed: bool = True,
    status: StatusSettings | None = None,
    cas: Iterable[CaSettings] = (),
) -> str:
    """Write settings as TOML; `read_settings` reads them back.

    Args:
        home: the home's folder; paths below it are written relative to it.
        database_url: as settings have it, a SQLite file relative to the home.
        documents: folder of the documents, relative to the home.
        departments: who issues.
        officers: who deals with seals.
        sealed: whether PDF licences carry the department's seal.
        status: where licences say that their status is found.
        cas: whose revocation lists are published.
    """
    lines = [
        _HEAD,
        f"[database]\nurl = {quoted(database_url)}\n",
        f"[documents]\nfolder = {quoted(documents)}\n",
        f"[issuing]\nserving_margin_hours = {DEFAULT_MARGIN // timedelta(hours=1)}\n"
        f"# PDF 证照须盖部门的印章。PDF licences carry the department's seal.\n"
        f"sealed = {'true' if sealed else 'false'}\n",
    ]
    if status is not None:
        lines.append(
            "# 状态列表公布的网址，写入每份证照，不再更改；有效时间到前须重新公布。\n"
            "# Where status lists are published; stands in every licence for good. Lists hold for\n"
            "# so long, and are published anew before that.\n"
            f"[status]\nuri = {quoted(status.uri)}\n"
            f"life_hours = {status.life // timedelta(hours=1)}\n"
        )
    for department in departments:
        lines += _department_lines(department, home.absolute())
    lines += officer_lines(officers, home.absolute())
    lines += ca_lines(cas, home.absolute())
    return "\n".join(lines)


def _read_status(table: StrictTable) -> StatusSettings:
    uri, hours = table.text("uri"), table.integer("life_hours")
    try:
        check_url(uri)
    except RefusedError as error:
        table.refuse(error.sentence, "uri")
    if uri.endswith("/") or len(uri) > _MAX_URI or {"?", "#"} & set(uri):
        table.refuse(
            "末尾不可有 /，不可含 ? 或 #，且不过长 "
            f"has no / at its end, no ? or #, and {_MAX_URI} characters at most",
            "uri",
        )
    if not 1 <= hours <= _LONGEST_LIFE_HOURS:
        table.refuse(f"数值超出范围 is not from 1 to {_LONGEST_LIFE_HOURS}", "life_hours")
    table.close()
    return StatusSettings(uri=uri, life=timedelta(hours=hours))


def _read_timestamps(table: StrictTable, home: Path) -> TimestampSettings:
    url, certificate = table.text("url"), table.text("certificate", "")
    try:
        check_url(url)
    except RefusedError as error:
        table.refuse(error.sentence, "url")
    table.close()
    return TimestampSettings(url=url, certificate=home / certificate if certificate else None)


def _read_department(table: StrictTable, home: Path) -> DepartmentSettings:
    try:
        code = Uscc.parse(table.text("code"))
    except MalformedError as error:
        table.refuse(error.sentence, "code")
    name = Bilingual(zh=_shown(table, "zh"), en=_shown(table, "en"))
    signers = read_signers(table, home)
    table.close()
    return DepartmentSettings(code=code, name=name, signers=signers)


def _shown(table: StrictTable, key: str) -> str:
    """Take a text that faces show."""
    text = table.text(key)
    unseen = find_unseen(text) or ("\n" if "\n" in text else None)
    if unseen is not None:
        table.refuse(f"含有不可见字符 has an invisible character: U+{ord(unseen):04X}", key)
    return text


def _department_lines(department: DepartmentSettings, home: Path) -> Iterator[str]:
    name = department.name
    entries = {"code": department.code.text, "zh": name.zh, "en": name.en}
    yield "[[department]]\n" + entry_lines(entries.items())
    yield from signer_lines("department", department.signers, home)
