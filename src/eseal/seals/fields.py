"""The fields of an ASN.1 SEQUENCE, taken one after another from the original bytes.

Rules kept:
    - DER: every tag is the expected one, every length the shortest, every INTEGER and OBJECT
      IDENTIFIER minimal, every BOOLEAN 00 or FF, every time in UTC with its seconds;
    - texts are bounded and have no characters that control others or cannot be seen;
    - nothing is left over: whoever has taken all fields calls `end`;
    - each fault names its place, such as `esealInfo.property.validEnd`.

Source: ITU-T X.690, 8 and 11.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from unicodedata import category

from asn1crypto import core

from eseal.der import PARSE_ERRORS, DerHead, read_head
from eseal.errors import MalformedError
from eseal.reasons import Reason

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OBJECT_IDENTIFIER: Final = 0x06
UTF8_STRING: Final = 0x0C
PRINTABLE_STRING: Final = 0x13
IA5_STRING: Final = 0x16
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
CONTEXT_0: Final = 0xA0

MAX_NUMBER: Final = (1 << 31) - 1
MAX_OID_BYTES: Final = 64

_UTC_TIME = re.compile(rb"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z")
_GENERALIZED_TIME = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d{0,5}[1-9])?Z")
_PRINTABLE = re.compile(r"[A-Za-z0-9 '()+,./:=?-]*")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})


class Fields:
    """What stands in one constructed value, read from front to back.

    Attributes:
        whole: the bytes of the value itself, tag and length included.
        at: where it stands, for faults.
    """

    def __init__(self, whole: bytes, at: str, tag: int = SEQUENCE) -> None:
        """Begin with the value that `whole` is; nothing may follow it.

        Raises:
            MalformedError: SEAL_MALFORMED.
        """
        self.whole = whole
        self.at = at
        head = _head(whole, 0, at)
        if head.tag != tag or head.end != len(whole):
            raise malformed(
                "结构不符，或其后另有内容 "
                "not the structure that belongs here, or something behind it",
                at,
            )
        self._position = head.start

    @property
    def position(self) -> int:
        """How many bytes of `whole` were taken, its own tag and length included."""
        return self._position

    @property
    def next_tag(self) -> int | None:
        """The tag of the next field; `None` when there is none."""
        return self.whole[self._position] if self._position < len(self.whole) else None

    def place(self, name: str) -> str:
        """Say where the field `name` stands."""
        dot = "." if self.at and name and not name.startswith("[") else ""
        return f"{self.at}{dot}{name}"

    def count(self, most: int) -> int:
        """Count the fields that have not been taken yet, and no further than one beyond `most`."""
        position, found = self._position, 0
        while position < len(self.whole) and found <= most:
            position = _head(self.whole, position, self.at).end
            found += 1
        return found

    def each(self, most: int) -> Iterator[str]:
        """Name the fields that are left, `[0]` first; each has to be taken when it is named.

        Raises:
            MalformedError: SEAL_MALFORMED, there are more than `most`.
        """
        if self.count(most) > most:
            raise malformed(f"数目过多 more than {most} in it", self.at)
        number = 0
        while self.next_tag is not None:
            yield f"[{number}]"
            number += 1

    def end(self) -> None:
        """See that all fields were taken.

        Raises:
            MalformedError: SEAL_MALFORMED.
        """
        if self._position != len(self.whole):
            raise malformed("其中有多余内容 there is something more in it", self.at)

    def take(self, name: str, tag: int) -> bytes:
        """Take the next field whole, tag and length included.

        Raises:
            MalformedError: SEAL_MALFORMED, there is none, or one of another tag.
        """
        start = self._position
        return self.whole[start : self._next(name, tag).end]

    def contents(self, name: str, tag: int) -> bytes:
        """Take the contents of the next field."""
        head = self._next(name, tag)
        return self.whole[head.start : head.end]

    def within(self, name: str, tag: int = SEQUENCE) -> "Fields":
        """Take the next field, to read what is in it."""
        return Fields(self.take(name, tag), self.place(name), tag)

    def integer(self, name: str, least: int = 0, most: int = MAX_NUMBER) -> int:
        """Take an INTEGER."""
        contents = self.contents(name, INTEGER)
        number = int.from_bytes(contents, signed=True)
        shortest = number.to_bytes(max(1, (number.bit_length() + 8) // 8), signed=True)
        if not least <= number <= most or contents != shortest:
            raise malformed("不是此处应有的数 not a number that belongs here", self.place(name))
        return number

    def boolean(self, name: str) -> bool:
        """Take a BOOLEAN."""
        contents = self.contents(name, BOOLEAN)
        if contents not in {b"\x00", b"\xff"}:
            raise malformed("不是布尔值 not a BOOLEAN", self.place(name))
        return contents == b"\xff"

    def bits(self, name: str) -> bytes:
        """Take a BIT STRING of whole bytes."""
        contents = self.contents(name, BIT_STRING)
        if contents[:1] != b"\x00":
            raise malformed("不是整字节 not whole bytes", self.place(name))
        return contents[1:]

    def oid(self, name: str) -> str:
        """Take an OBJECT IDENTIFIER, as its numbers with dots."""
        whole = self.take(name, OBJECT_IDENTIFIER)
        try:
            dotted = str(core.ObjectIdentifier.load(whole[:MAX_OID_BYTES], strict=True).dotted)
            if core.ObjectIdentifier(dotted).dump() == whole:
                return dotted
        except PARSE_ERRORS as error:
            raise malformed("不是对象标识符 not an OBJECT IDENTIFIER", self.place(name)) from error
        raise malformed("对象标识符不合 DER not an OBJECT IDENTIFIER in DER", self.place(name))

    def text(self, name: str, tag: int, most: int, *, least: int = 1) -> str:
        """Take a text of so many characters, each to be seen."""
        contents = self.contents(name, tag)
        try:
            text = contents.decode("utf-8" if tag == UTF8_STRING else "ascii")
        except UnicodeDecodeError as error:
            raise malformed("不是此类文字 not a text of its kind", self.place(name)) from error
        if tag == PRINTABLE_STRING and not _PRINTABLE.fullmatch(text):
            raise malformed("不是此类文字 not a text of its kind", self.place(name))
        if not least <= len(text) <= most or any(category(one) in _UNSEEN for one in text):
            raise malformed(
                f"可见字符数不合 not {least} to {most} characters to be seen", self.place(name)
            )
        return text

    def time(self, name: str, tag: int = GENERALIZED_TIME) -> datetime:
        """Take a GeneralizedTime or UTCTime in UTC; parts of a second are dropped."""
        form = _UTC_TIME if tag == UTC_TIME else _GENERALIZED_TIME
        found = form.fullmatch(self.contents(name, tag))
        if found is None:
            raise malformed(
                "时间应为 UTC 且到秒 not a time in UTC with its seconds", self.place(name)
            )
        year, month, day, hour, minute, second = map(int, found.groups())
        if tag == UTC_TIME:
            year += 1900 if year >= 50 else 2000  # RFC 5280, 4.1.2.5.1
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError as error:
            raise malformed("没有此时间 there is no such time", self.place(name)) from error

    def _next(self, name: str, tag: int) -> DerHead:
        if self.next_tag != tag:
            raise malformed("缺失，或类型不符 missing, or of another type", self.place(name))
        head = _head(self.whole, self._position, self.place(name))
        self._position = head.end
        return head


def malformed(sentence: str, at: str) -> MalformedError:
    """Make the error of everything that is no seal."""
    return MalformedError(Reason.SEAL_MALFORMED, sentence, at=at)


def _head(data: bytes, position: int, at: str) -> DerHead:
    try:
        return read_head(data, position, len(data))
    except ValueError as error:
        raise malformed(str(error), at) from error
