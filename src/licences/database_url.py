"""Where a register's database is, as settings say it: a file of SQLite's, or PostgreSQL by URL.

Rules kept: no password stands here; what follows `sqlite:///` is a path and nothing else, so that a
folder may be called anything; what libpq is told beside the address is left to it.

Left to others: connecting, to `database`.
"""

from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from eseal.errors import MalformedError, RefusedError
from licences.reasons import LicenceReason

SQLITE: Final = "sqlite:///"
_POSTGRESQL: Final = "postgresql"
_PASSWORDS: Final = frozenset(
    {"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"}
)
"""Parameters of libpq that are passwords, or as good as one."""


def database_url(url: str, home: Path) -> str:
    """Check a database URL as settings have it, and make the path of a SQLite file absolute.

    Raises:
        MalformedError: SETTINGS_MALFORMED, it is none that a register can have.
        RefusedError: SETTINGS_MALFORMED, a password stands in it.
    """
    if url.startswith(SQLITE):
        path = url.removeprefix(SQLITE)
        if not path or {"?", "#"} & set(path):
            raise _malformed("sqlite:/// 后只写文件的路径 has a file's path behind it, only")
        return f"{SQLITE}{home / path}"
    parts = _split(url)
    if parts.password or not _PASSWORDS.isdisjoint(parse_qs(parts.query, keep_blank_values=True)):
        sentence = (
            "URL 中不可有口令 "
            "no password in the URL: put it into a file for PGPASSFILE, or into PGPASSWORD"
        )
        raise RefusedError(LicenceReason.SETTINGS_MALFORMED, sentence)
    if parts.scheme.partition("+")[0] != _POSTGRESQL:
        sentence = (
            "应为 sqlite:///文件 或 postgresql://用户@主机/库名 "
            "is neither sqlite:///FILE nor postgresql://USER@HOST/NAME"
        )
        raise _malformed(sentence)
    return url


def sqlite_file(url: str) -> Path | None:
    """Give the file of a database on SQLite; `None` for one that is elsewhere."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # which is looked at now only
    except ValueError as error:
        raise _malformed("不是网址 is no URL") from error
    return parts


def _malformed(sentence: str) -> MalformedError:
    return MalformedError(LicenceReason.SETTINGS_MALFORMED, sentence)
