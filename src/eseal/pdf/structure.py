"""The signature dictionary in its file, and the hole that the signature leaves in what it covers.

A PDF signature covers the whole file but the characters of its own `/Contents`. Known attacks
make that hole larger, move it, hide something in it, or add something behind. So:

    - the dictionary is an object of its own, uncompressed, read where the file's last revision
      says it is; no key stands twice; `/Contents` and `/ByteRange` stand directly in it;
    - `/Contents` is hexadecimal in one case without white space; behind the CMS stand zeros only;
    - `/ByteRange` is four numbers: from the first byte of the file to the `<`, and from behind
      the `>` to the last byte of the file. What follows are revisions that other signatures close,
      one each, or nothing.

What is in `/Contents` is a CMS, or a bare SES_Signature of GB/T 38540, as other products have it;
such a one says its time itself, and stands under whatever /SubFilter. The other forms that ISO
32000 knows are told apart from what is malformed: they are not read any further.

Before that, what kind of file it is: empty, too large, no PDF, cut off.

Source: ISO 32000-1, 12.8.1; ETSI EN 319 142-1, 6.3 (both read second-hand).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from eseal.errors import MalformedError, RefusedError
from eseal.pdf.syntax import read_object
from eseal.pdf.values import (
    Array,
    Dictionary,
    HexString,
    IndirectObject,
    LiteralString,
    Name,
    Placed,
    Reference,
    is_name,
)
from eseal.reasons import Reason
from eseal.sizes import too_large

MAX_PDF_BYTES = 32 * 1024 * 1024
MAX_STREAM_BYTES = 8 * 1024 * 1024
"""What a stream in it may unpack to."""

MAX_CONTENTS_BYTES = 128 * 1024
"""A CMS with its certificates is 1 to 6 KB, with a seal 10 to 40; hexadecimal doubles it."""

SUB_FILTER = b"ETSI.CAdES.detached"
_OTHER_FORMS = frozenset(
    {b"adbe.pkcs7.detached", b"adbe.pkcs7.sha1", b"adbe.x509.rsa_sha1", b"ETSI.RFC3161"}
)
"""Of ISO 32000-1, table 257, and ISO 32000-2, table 260 (read second-hand)."""

_LOOKED_FOR = 1024
"""Readers look for the beginning of a PDF in so many bytes."""
_HEADER = re.compile(rb"%PDF-[12]\.\d")
_END_OF_FILE = b"%%EOF"
_END_OF_LINE = re.compile(rb"\r\n|\r|\n|")
_DATE = re.compile(
    rb"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z(?:00'00'?)?|([+-])(\d\d)'(\d\d)'?)"
)
_AT = "signature"


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureDictionary:
    """A signature dictionary, read from the bytes of its file.

    Attributes:
        reference: number and generation of its object.
        contents: the DER of the CMS, or of the seal's signature, without the zeros behind it.
        is_bare_seal: whether it is a seal's signature with no CMS around it.
        hole: offset of the `<` of `/Contents`, and the offset behind its `>`.
        byte_range: what the signature says it covers.
        claimed_time: `/M`, aware; a bare seal need not have it.
    """

    reference: Reference
    contents: bytes
    is_bare_seal: bool
    hole: tuple[int, int]
    byte_range: tuple[int, int, int, int]
    claimed_time: datetime | None

    @property
    def end(self) -> int:
        """Where that ends which it says it covers."""
        return self.byte_range[2] + self.byte_range[3]

    @property
    def range_text(self) -> str:
        """The byte range as a seal repeats it."""
        return range_text(self.byte_range)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnjudgedSignature:
    """A signature of a form that is known and not judged: nothing of it is examined.

    Attributes:
        form: its /SubFilter.
        end: where that ends which it says it covers; 0 if it does not say so.
    """

    form: str
    end: int

    @property
    def told(self) -> str:
        """What it is, in words."""
        return f"/SubFilter {self.form}；此处只判断 judged here is {SUB_FILTER.decode()} only"


def range_text(byte_range: tuple[int, int, int, int]) -> str:
    """Write a byte range as the `propertyInfo` of a seal's signature has it."""
    return "/ByteRange[{} {} {} {}]".format(*byte_range)


def check_readable(data: bytes) -> int:
    """See that `data` could be a whole PDF; returns where its last revision ends.

    Raises:
        MalformedError: EMPTY_INPUT, UNKNOWN_FORMAT, BROKEN_PDF or TRUNCATED.
        RefusedError: INPUT_TOO_LARGE.
    """
    if not data:
        raise MalformedError(Reason.EMPTY_INPUT, "没有内容 no bytes")
    if len(data) > MAX_PDF_BYTES:
        raise RefusedError(Reason.INPUT_TOO_LARGE, too_large(MAX_PDF_BYTES))
    if (before := data.find(b"%PDF-", 0, _LOOKED_FOR)) > 0:
        raise MalformedError(
            Reason.BROKEN_PDF, f"PDF 之前还有 {before} 字节 bytes stand before the PDF", at="byte 0"
        )
    if not _HEADER.match(data):
        raise MalformedError(
            Reason.UNKNOWN_FORMAT, "开头不是 PDF does not begin as a PDF", at="byte 0"
        )
    last = data.rfind(_END_OF_FILE)
    if last < 0:
        raise MalformedError(Reason.TRUNCATED, "没有文件结尾标记 there is no end-of-file marker")
    end = last + len(_END_OF_FILE)
    line_end = _END_OF_LINE.match(data, end)
    return line_end.end() if line_end else end


def read_signature_dictionary(data: bytes, offset: int) -> SignatureDictionary | UnjudgedSignature:
    """Read the signature dictionary whose object begins at `offset`.

    Raises:
        MalformedError: it is not one as PAdES has it (SIGNATURE_MALFORMED).
    """
    try:
        found = read_object(data, offset)
        entries = found.dictionary()
    except MalformedError as error:
        raise _malformed(error.sentence, error.at) from error
    other = None if found.stream is not None else _of_other_form(data, entries)
    return other or signature_dictionary(data, found, entries)


def signature_dictionary(
    data: bytes, found: IndirectObject, entries: Dictionary
) -> SignatureDictionary:
    """Take an object that was read from `data` as a signature dictionary.

    Raises:
        MalformedError: it is not one as PAdES has it (SIGNATURE_MALFORMED).
    """
    if found.stream is not None:
        raise _malformed("签名不应是流 a signature is no stream")
    kind = entries.value(b"Type")
    if kind is not None and not is_name(kind, b"Sig"):
        raise _malformed("类型不对 of another type", "Type")
    if b"Cert" in entries.entries:
        raise _malformed("PAdES 不用 PAdES has no /Cert", "Cert")
    contents, moment = entries.entries.get(b"Contents"), entries.value(b"M")
    read = _read_contents(data, contents)
    is_bare_seal = _holds_sequence(read)
    if not is_bare_seal and not is_name(entries.value(b"SubFilter"), SUB_FILTER):
        raise _malformed(f"应为 not {SUB_FILTER.decode()}", "SubFilter")
    return SignatureDictionary(
        reference=found.reference,
        contents=read,
        is_bare_seal=is_bare_seal,
        hole=(contents.start, contents.end) if contents else (0, 0),
        byte_range=_read_byte_range(entries.value(b"ByteRange")),
        claimed_time=None if is_bare_seal and moment is None else _read_time(moment),
    )


def _read_contents(data: bytes, contents: Placed | None) -> bytes:
    if contents is None or not isinstance(contents.value, HexString):
        raise _malformed("不是十六进制串 no hexadecimal string", "Contents")
    if contents.end - contents.start > 2 * MAX_CONTENTS_BYTES + 2:
        raise _malformed("过长 too long", "Contents")
    digits = data[contents.start + 1 : contents.end - 1]
    if len(digits) % 2 or not digits.isalnum():
        raise _malformed("有空白，或位数为奇数 white space, or an odd number of digits", "Contents")
    if digits != digits.lower() and digits != digits.upper():
        raise _malformed("大小写混用 digits of both cases", "Contents")
    end = _der_end(contents.value)
    if contents.value[end:].strip(b"\0"):
        raise _malformed("CMS 之后藏有内容 something hides behind the CMS", "Contents")
    return bytes(contents.value[:end])


def _of_other_form(data: bytes, entries: Dictionary) -> UnjudgedSignature | None:
    """Tell a signature of another form, with no seal's signature in its place."""
    form = entries.value(b"SubFilter")
    if not isinstance(form, Name) or form not in _OTHER_FORMS:
        return None
    try:
        if _holds_sequence(_read_contents(data, entries.entries.get(b"Contents"))):
            return None
    except MalformedError:
        pass  # it need not be as PAdES has it
    try:
        *_, behind, after = _read_byte_range(entries.value(b"ByteRange"))
    except MalformedError:
        behind = after = 0
    return UnjudgedSignature(form=form.decode("ascii"), end=behind + after)


def _holds_sequence(der: bytes) -> bool:
    """Does the outer SEQUENCE begin with another one? A CMS begins with an OID."""
    first = 2 + (der[1] & 0x7F if der[1] & 0x80 else 0)
    return der[first : first + 1] == b"\x30"


def _der_end(value: bytes) -> int:
    """Where the outermost SEQUENCE ends, by its definite length of at most three bytes."""
    if len(value) < 2 or value[0] != 0x30:
        raise _malformed("不是 DER SEQUENCE no DER SEQUENCE", "Contents")
    count = value[1] & 0x7F if value[1] & 0x80 else 0
    length = int.from_bytes(value[2 : 2 + count], "big") if value[1] & 0x80 else value[1]
    end = 2 + count + length
    if value[1] == 0x80 or count > 3 or end > len(value):
        raise _malformed("CMS 没有完 the CMS does not end within", "Contents")
    return end


def _read_byte_range(value: object) -> tuple[int, int, int, int]:
    items = [item.value for item in value.items] if isinstance(value, Array) else []
    numbers = [item for item in items if type(item) is int and item >= 0]
    if len(numbers) != 4 or len(items) != 4:
        raise _malformed("不是四个数 not four numbers", "ByteRange")
    return (numbers[0], numbers[1], numbers[2], numbers[3])


def _read_time(value: object) -> datetime:
    match = _DATE.fullmatch(value) if isinstance(value, LiteralString) else None
    if match is None:
        raise _malformed("不是带时区的时间 no date with its zone", "M")
    try:
        zone = UTC
        if match[7]:
            shift = timedelta(hours=int(match[8]), minutes=int(match[9]))
            zone = timezone(shift if match[7] == b"+" else -shift)
        year, month, day, hour, minute, second = map(int, match.groups()[:6])
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError as error:
        raise _malformed("没有这一天 no date of the calendar", "M") from error


def _malformed(sentence: str, key: str = "") -> MalformedError:
    return MalformedError(Reason.SIGNATURE_MALFORMED, sentence, at=f"{_AT}.{key}" if key else _AT)
