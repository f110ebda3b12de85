"""A strict reader of small configuration tables: every key is known, every value of its kind.

Keys are taken one by one; `close` refuses what nobody took, so that a misspelt key is an error and
not a setting that silently does nothing. The error's `at` is the file and the path of the key.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, Self, TypeVar

from eseal.errors import MalformedError, UnavailableError
from eseal.plain_text import printable
from eseal.reasons import Reason, ReasonCode
from eseal.regular_files import read_regular, why_unread
from eseal.sizes import too_large

MAX_FILE_BYTES = 256 * 1024
"""No file that describes something is larger."""

_Value = TypeVar("_Value")
_Kind = TypeVar("_Kind", str, int, bool, list[object], dict[str, object])


class StrictTable:
    """A table whose keys are taken one by one."""

    def __init__(self, values: Mapping[str, object], *, at: str, reason: ReasonCode) -> None:
        self._values = dict(values)
        self._at = at
        self._reason = reason

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that is not empty; without `default` it has to be there."""
        value = self._take(key, str, default)
        if not value.strip() and value != default:
            self.refuse("不可为空 empty", key)
        if printable(value) != value:
            self.refuse("含有控制字符 has control characters", key)
        return value

    def parsed(self, key: str, parse: Callable[[str], _Value]) -> _Value:
        """Take a text and parse it; what `parse` finds malformed is refused under this key."""
        text = self.text(key)
        try:
            return parse(text)
        except MalformedError as error:
            self.refuse(f"{error.reason}: {error.sentence}", key)

    def integer(self, key: str, default: int | None = None) -> int:
        """Take an integer."""
        return self._take(key, int, default)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Take true or false."""
        return self._take(key, bool, default)

    def texts(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        """Take a list of texts, none empty and none twice."""
        fallback: list[object] | None = None if default is None else list(default)
        values = self._take(key, list, fallback)
        texts = tuple(value for value in values if isinstance(value, str) and value.strip())
        if len(set(texts)) != len(values):
            self.refuse(
                "应列出文字，不得为空或重复 has to list texts, none empty and none twice", key
            )
        return texts

    def table(self, key: str) -> Self:
        """Take a table."""
        return self._inside(self._take(key, dict, None), key)

    def tables(self, key: str) -> tuple[Self, ...]:
        """Take a list of tables, at least one."""
        values = self._take(key, list, None)
        tables = [value for value in values if isinstance(value, dict)]
        if not tables or len(tables) != len(values):
            self.refuse("应为表的数组 has to be a list of tables", key)
        return tuple(self._inside(each, f"{key}[{place}]") for place, each in enumerate(tables))

    def each(
        self,
        key: str,
        read: Callable[[Self], _Value],
        *,
        name: Callable[[_Value], object],
        required: bool = False,
    ) -> tuple[_Value, ...]:
        """Read a list of tables, one by one; no two have the same name, and it may be missing."""
        tables = self.tables(key) if required or self.has(key) else ()
        found = tuple(map(read, tables))
        if len(set(map(name, found))) != len(found):
            self.refuse(f"同一 {key} 重复 the same {key} stands twice", key)
        return found

    def has(self, key: str) -> bool:
        """Whether the key is there and not yet taken."""
        return key in self._values

    def close(self) -> None:
        """Refuse the keys that were not taken."""
        for key in self._values:
            self.refuse("不认识此项 unknown key", key)

    def refuse(self, sentence: str, key: str = "") -> NoReturn:
        """Raise `MalformedError` about the table or its key."""
        raise MalformedError(self._reason, sentence, at=self._path(key))

    def _take(self, key: str, kind: type[_Kind], default: _Kind | None) -> _Kind:
        value = self._values.pop(key, default)
        if value is None:
            self.refuse("缺失 missing", key)
        if type(value) is not kind:
            self.refuse(f"应为{_NAMES[kind]} is expected", key)
        return value

    def _inside(self, values: Mapping[str, object], key: str) -> Self:
        return type(self)(values, at=self._path(key), reason=self._reason)

    def _path(self, key: str) -> str:
        dot = "" if self._at.endswith(":") else "."
        return f"{self._at}{dot}{key}" if key else self._at


_NAMES: Mapping[type, str] = {
    str: "文字 a text",
    int: "整数 an integer",
    bool: "真或假 true or false",
    list: "列表 a list",
    dict: "表 a table",
}


def read_toml(path: Path, *, reason: ReasonCode) -> StrictTable:
    """Read a TOML file; `at` of every later error begins with its last two path parts."""
    return parse_toml(read_small(path, reason=reason), at=short_name(path), reason=reason)


def parse_toml(data: bytes, *, at: str, reason: ReasonCode) -> StrictTable:
    """Read TOML as it stands in the file `at`."""
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # also of integers that are too long for Python
        raise MalformedError(reason, f"不是 TOML not TOML: {error}", at=at) from error
    return StrictTable(values, at=f"{at}:", reason=reason)


def read_small(path: Path, *, reason: ReasonCode) -> bytes:
    """Read a file of at most `MAX_FILE_BYTES`.

    Raises:
        MalformedError: `reason`, it is not there, no regular file or too large.
        UnavailableError: UNREADABLE_FILE, it may not be read.
    """
    try:
        data = read_regular(path, MAX_FILE_BYTES)
    except PermissionError as error:
        raise UnavailableError(
            Reason.UNREADABLE_FILE, why_unread(error), at=short_name(path)
        ) from error
    except OSError as error:
        raise MalformedError(reason, why_unread(error), at=short_name(path)) from error
    if len(data) > MAX_FILE_BYTES:
        raise MalformedError(reason, too_large(MAX_FILE_BYTES), at=short_name(path))
    return data


def short_name(path: Path) -> str:
    """Name a file by its folder and itself: enough to find it, the same on every machine."""
    return f"{path.parent.name}/{path.name}"
