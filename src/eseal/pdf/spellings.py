"""How pyHanko reads strings in hexadecimal and names: in our ways, which this module puts in.

Rules kept:
    - hexadecimal strings are read at once: pyHanko's own way takes 2.5 ms for each KB, and a seal
      has ten;
    - a name is spelt out once, however often it stands there;
    - a name may have bytes that should be escaped, as Chinese ones often do: they are what they
      would be with their escapes. Which of them are equal is asked of bytes, by `source`.

Source: ISO 32000-1, 7.3.4.3 and 7.3.5 (read second-hand).
"""

import binascii
import re
from functools import lru_cache
from typing import BinaryIO

from pyhanko.pdf_utils import generic, misc

_HEX_AT_ONCE = 1 << 16
_WHITE_SPACE = b"\0\t\n\f\r "
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_decode_escaped = generic._decode_name


def read_spellings() -> None:
    """Have pyHanko read them so."""
    generic.read_hex_string_from_stream = read_hex_string
    generic._decode_name = read_name


def read_hex_string(
    stream: BinaryIO,
) -> "generic.ByteStringObject | generic.TextStringObject":
    """Read a hexadecimal string as pyHanko does, but not character by character."""
    start = stream.tell() + 1
    stream.seek(start)
    read = bytearray()
    while b">" not in read[-_HEX_AT_ONCE:]:
        more = stream.read(_HEX_AT_ONCE)
        if not more:
            msg = "流意外结束 Stream has ended unexpectedly"
            raise misc.PdfStreamError(msg)
        read += more
    end = read.index(b">")
    stream.seek(start + end + 1)
    digits = bytes(read[:end]).translate(None, _WHITE_SPACE)
    try:
        return generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))
    except binascii.Error as error:
        msg = "十六进制字符串有误 Unexpected token in hex string"
        raise misc.PdfStreamError(msg) from error


def read_name(name_bytes: bytes) -> generic.NameObject:
    """Read a name with bytes that should be escaped, as Chinese ones often have them."""
    return generic.NameObject(_spelt(name_bytes))


@lru_cache(maxsize=1024)
def _spelt(name_bytes: bytes) -> str:
    """Spell a name out; every page has the same ones, and each takes pyHanko 10 µs."""
    escaped = _NOT_ASCII.sub(lambda byte: b"#%02X" % ord(byte[0]), name_bytes)
    return str(_decode_escaped(escaped))
