"""Containers: several files in one, as a zip of which there is exactly one spelling.

Rules kept:

- files stand uncompressed, one behind the other from the first byte on, in the order given; behind
  them the directory, and nothing else: no comment, no extra field, no encryption, no gap. The same
  files make the same bytes, whoever compresses, and nothing can unpack to more than it is;
- a name is ASCII without `..`, without a leading slash or dot, and stands there once, also where
  capitals do not count;
- reading writes what was read anew and compares: what differs in any byte is refused, so nothing
  hides where a digest of the files would not look;
- sizes, counts and lengths are bounded before anything is read.

Left to others: what the files are, and who vouches for them.

Source: APPNOTE.TXT of PKWARE, 4.3 (read second-hand).
"""

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from eseal.errors import MalformedError, RefusedError
from eseal.reasons import ReasonCode
from eseal.sizes import too_large

MAX_FILES: Final = 10_000
MAX_NAME: Final = 200
MAX_CONTAINER_BYTES: Final = 1 << 30

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*){0,5}")
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_ENTRY: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_LOCAL_MARK, _ENTRY_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"

_VERSION: Final = 10
_MADE_ON_UNIX: Final = 3 << 8 | 20
_NO_FLAGS, _STORED, _MIDNIGHT = 0, 0, 0
_FIRST_DAY: Final = 1 << 5 | 1
"""1980-01-01, where the calendar of zip begins: a container says nothing of a time."""
_READABLE_FILE: Final = 0o100644 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainedFile:
    """A file of a container: its name and its bytes."""

    name: str
    data: bytes


def is_container(data: bytes) -> bool:
    """Say whether bytes begin as a container does."""
    return data.startswith(_LOCAL_MARK)


def write_container(files: Iterable[ContainedFile], *, reason: ReasonCode) -> bytes:
    """Write files, in the order given.

    Raises:
        RefusedError: with this reason: what `read_container` would not read.
    """
    listed = tuple(files)
    fault = _fault(listed)
    if fault is not None:
        raise RefusedError(reason, fault.sentence, at=fault.at)
    return _written(listed)


def read_container(
    data: bytes, *, reason: ReasonCode, max_bytes: int = MAX_CONTAINER_BYTES
) -> tuple[ContainedFile, ...]:
    """Read a container.

    Args:
        data: its bytes.
        reason: what to say of one that is not as it has to be.
        max_bytes: the largest one read.

    Raises:
        MalformedError: with this reason; `.at` is the name of a file, where it is about one.
    """
    if len(data) > max_bytes:
        raise MalformedError(reason, too_large(max_bytes))
    files = tuple(_read_files(data, reason))
    fault = _fault(files)
    if fault is not None:
        raise MalformedError(reason, fault.sentence, at=fault.at)
    if _written(files) != data:
        sentence = "写法不规范：重新打过包，或夹带了内容 packed anew, or something stands beside"
        raise MalformedError(reason, sentence)
    return files


@dataclass(frozen=True, kw_only=True, slots=True)
class _Fault:
    sentence: str
    at: str = ""


def _fault(files: Sequence[ContainedFile]) -> _Fault | None:
    """Say what is wrong with names, numbers and sizes."""
    if not 1 <= len(files) <= MAX_FILES:
        return _Fault(sentence=f"文件数不对 has {len(files)} files, of 1 to {MAX_FILES}")
    seen: set[str] = set()
    for file in files:
        if len(file.name) > MAX_NAME or _NAME.fullmatch(file.name) is None:
            return _Fault(sentence="文件名不合规 no name of such a file", at=file.name)
        if file.name.lower() in seen:
            return _Fault(sentence="重名 stands there twice", at=file.name)
        seen.add(file.name.lower())
    if sum(len(file.data) for file in files) > MAX_CONTAINER_BYTES:
        return _Fault(sentence=too_large(MAX_CONTAINER_BYTES))
    return None


def _read_files(data: bytes, reason: ReasonCode) -> Iterator[ContainedFile]:
    """Read the files from the first byte on, up to what is none."""
    position, count = 0, 0
    while data.startswith(_LOCAL_MARK, position) and count <= MAX_FILES:
        if position + _LOCAL.size > len(data):
            raise MalformedError(reason, "不完整 cut off within a file's head")
        _, _, flags, method, _, _, check, packed, size, length, extra = _LOCAL.unpack_from(
            data, position
        )
        begin = position + _LOCAL.size + length + extra
        name = data[position + _LOCAL.size : begin - extra].decode("ascii", errors="replace")
        if flags or method != _STORED or packed != size:
            raise MalformedError(
                reason, "被压缩、加密或有标志 is compressed, encrypted or flagged", at=name
            )
        if begin + size > len(data):
            raise MalformedError(reason, "不完整 is cut off", at=name)
        content = data[begin : begin + size]
        if crc32(content) != check:
            raise MalformedError(
                reason, "校验和不符，文件已损坏 its checksum is wrong: it was damaged", at=name
            )
        yield ContainedFile(name=name, data=content)
        position, count = begin + size, count + 1


def _written(files: Sequence[ContainedFile]) -> bytes:
    parts: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for file in files:
        name = file.name.encode("ascii")
        what = (crc32(file.data), len(file.data), len(file.data), len(name), 0)
        common = (_VERSION, _NO_FLAGS, _STORED, _MIDNIGHT, _FIRST_DAY, *what)
        head = _LOCAL.pack(_LOCAL_MARK, *common) + name
        entry = (_MADE_ON_UNIX, *common, 0, 0, 0, _READABLE_FILE, offset)
        directory.append(_ENTRY.pack(_ENTRY_MARK, *entry) + name)
        parts += (head, file.data)
        offset += len(head) + len(file.data)
    listed = b"".join(directory)
    count = len(files)
    end = _END.pack(_END_MARK, 0, 0, count, count, len(listed), offset, 0)
    return b"".join((*parts, listed, end))
