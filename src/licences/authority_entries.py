"""One line of the authority register: what a department may issue, by which means, and when.

Rules kept:

- a period is of whole days in China, the first and the last included; null leaves an end open;
- without `certificates` an entry allows any certificate of the department, without `seals` any
  seal; `types` is a list of type codes, or `*` alone for all of them;
- no member that is not known, no list empty, nothing in it twice, sizes bounded.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from eseal.errors import MalformedError
from eseal.jose.strict_json import JsonObject, JsonValue
from eseal.plain_text import in_a_row
from licences.identifiers import TypeCode, Uscc
from licences.reasons import LicenceReason

MAX_LISTED: Final = 1000

_ALL: Final = "*"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_SEAL: Final = re.compile(r"[!-~]{1,64}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REQUIRED: Final = frozenset({"department", "types", "from", "until"})
_OPTIONAL: Final = frozenset({"certificates", "seals"})

_Item = TypeVar("_Item")


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorityEntry:
    """One line: what a department may issue, with what, and when.

    Attributes:
        department: its code.
        types: the types' codes, `None`: every type.
        certificates: SHA-256 of the certificates that may sign, `None`: any of the department's.
        seals: numbers of the seals that may be used, `None`: any.
        begins: the first day, `None`: since ever.
        ends: the last day, `None`: until further notice.
    """

    department: Uscc
    types: frozenset[TypeCode] | None
    certificates: frozenset[str] | None = None
    seals: frozenset[str] | None = None
    begins: date | None = None
    ends: date | None = None

    def __post_init__(self) -> None:
        for listed in (self.types, self.certificates, self.seals):
            if listed is not None and not 1 <= len(listed) <= MAX_LISTED:
                raise _malformed(f"列表项数不合 a list has 1 to {MAX_LISTED} members", "")
        if not all(map(_SHA256.fullmatch, self.certificates or ())):
            raise _malformed(
                "应为小写的 SHA-256 a certificate is told by its SHA-256, in small letters",
                "",
            )
        if not all(map(_SEAL.fullmatch, self.seals or ())):
            raise _malformed(
                "印章应以其编码列明 a seal is told by its number, 1 to 64 characters", ""
            )
        if self.begins and self.ends and self.begins > self.ends:
            raise _malformed("截止早于起始 ends before it begins", "")

    @property
    def period(self) -> str:
        """Its first and its last day, for people."""
        return f"{self.begins or ''} … {self.ends or ''}"


def entry_data(entry: AuthorityEntry) -> JsonObject:
    """Write an entry as the register has it."""
    data: JsonObject = {
        "department": entry.department.text,
        "types": [_ALL] if entry.types is None else _sorted(entry.types),
        "from": entry.begins.isoformat() if entry.begins else None,
        "until": entry.ends.isoformat() if entry.ends else None,
    }
    for name, listed in (("certificates", entry.certificates), ("seals", entry.seals)):
        if listed is not None:
            data[name] = _sorted(listed)
    return data


def read_entry(value: JsonValue, *, at: str) -> AuthorityEntry:
    """Read an entry.

    Raises:
        MalformedError: AUTHORITY_REGISTER_MALFORMED; `.at` is the path below `at`.
    """
    if not isinstance(value, dict) or value.keys() - _OPTIONAL != _REQUIRED:
        names = f"{in_a_row(_REQUIRED)}，可有 perhaps {in_a_row(_OPTIONAL)}, and nothing else"
        raise _malformed(f"条目应有 an entry has {names}", at)
    listed = {
        name: _texts(value[name], f"{at}/{name}") for name in ("types", *_OPTIONAL & value.keys())
    }
    try:
        return AuthorityEntry(
            department=parsed(Uscc.parse, value["department"], at=f"{at}/department"),
            types=_read_types(listed["types"], f"{at}/types"),
            certificates=listed.get("certificates"),
            seals=listed.get("seals"),
            begins=_day(value["from"], f"{at}/from"),
            ends=_day(value["until"], f"{at}/until"),
        )
    except MalformedError as error:
        raise _malformed(error.sentence, error.at or at) from error


def parsed(parse: Callable[[str], _Item], value: JsonValue, *, at: str) -> _Item:
    """Parse a text of the register.

    Raises:
        MalformedError: AUTHORITY_REGISTER_MALFORMED, it is no text, or `parse` says so.
    """
    if not isinstance(value, str):
        raise _malformed("不是文字 is no text", at)
    try:
        return parse(value)
    except MalformedError as error:
        raise _malformed(error.sentence, at) from error


def _sorted(items: Iterable[object]) -> list[JsonValue]:
    return [*sorted(map(str, items))]


def _read_types(texts: frozenset[str], at: str) -> frozenset[TypeCode] | None:
    if texts == {_ALL}:
        return None
    return frozenset(parsed(TypeCode.parse, text, at=at) for text in texts)


def _texts(value: JsonValue, at: str) -> frozenset[str]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_LISTED:
        raise _malformed(f"不是文字列表，或项数不合 is no list of 1 to {MAX_LISTED} texts", at)
    texts = frozenset(each for each in value if isinstance(each, str))
    if len(texts) != len(value):
        raise _malformed("应列出文字，不得重复 lists texts, none twice", at)
    return texts


def _day(value: JsonValue, at: str) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise _malformed(
            "不是 YYYY-MM-DD 日期，也不是 null is no date written YYYY-MM-DD, nor null", at
        )
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _malformed("没有此日期 is no date", at) from error


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(LicenceReason.AUTHORITY_REGISTER_MALFORMED, sentence, at=at)
