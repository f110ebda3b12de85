"""QR codes (二维码) as pixels: the identifier in ASCII, quickly made.

The library `qrcode` knows where things stand in a code of each size, but takes a fifth of the time
of a whole licence to make one. So it draws each size once; from then on only the bits of the text
are put in place, with the remainders of Reed and Solomon's code, by tables.

Rules kept: medium error correction; one mask of the eight, always, because choosing the best takes
ten times as long as all the rest, and readers do not mind; the same modules as `qrcode` would give.

Source: GB/T 18284-2000 and ISO/IEC 18004 (not at hand), by the library `qrcode`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain, zip_longest
from operator import itemgetter
from typing import Final

from qrcode import QRCode
from qrcode.base import gexp, glog, rs_blocks
from qrcode.constants import ERROR_CORRECT_M

_MASK: Final = 2
_SMALLEST, _LARGEST = 5, 12
_WIDE: Final = 10  # from this version on counters are longer
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {letter: value for value, letter in enumerate(_LETTERS)}
_PADDING: Final = (0xEC, 0x11)
_FIXED: Final = b"\x00\xff"
_BLACK_IS_0: Final = bytes.maketrans(b"01", b"\x00\xff")
_BLACK_IS_1: Final = bytes.maketrans(b"01", b"\xff\x00")


@dataclass(frozen=True, kw_only=True, slots=True)
class QrCode:
    """Modules row by row, without the quiet zone: `size` to a side, 0 is black and 255 white."""

    size: int
    pixels: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sheet:
    """A size of code: how many modules to a side, and how its data are cut into blocks.

    `pick` takes the modules' colours, row by row, out of black and white, the colours of all bits
    and the opposite ones.
    """

    size: int
    pick: Callable[[bytes], tuple[int, ...]]
    blocks: tuple[tuple[int, int], ...]

    @property
    def capacity(self) -> int:
        """How many bytes of data it holds."""
        return sum(data for data, _ in self.blocks)


def make_qr_code(text: str) -> QrCode:
    """Make the QR code of an ASCII text, of medium error correction.

    Raises:
        ValueError: the text is not ASCII, or too long.
    """
    data = text.encode("ascii")
    for version in range(_SMALLEST, _LARGEST + 1):
        sheet = _sheet(version)
        bits = _bits(text, data, wide=version >= _WIDE)
        if len(bits) <= 8 * sheet.capacity:
            return QrCode(size=sheet.size, pixels=_filled(sheet, bits))
    msg = f"{len(data)} characters are too many for a QR code of this size"
    raise ValueError(msg)


def _bits(text: str, data: bytes, *, wide: bool) -> str:
    """Write mode, length and text as binary digits: in pairs of letters where it can be."""
    if not _VALUES.keys() >= set(text):
        return f"0100{len(data):0{16 if wide else 8}b}" + "".join(f"{byte:08b}" for byte in data)
    values = [_VALUES[letter] for letter in text]
    pairs = "".join(
        f"{45 * first + second:011b}"
        for first, second in zip(values[::2], values[1::2], strict=False)
    )
    last = f"{values[-1]:06b}" if len(values) % 2 else ""
    return f"0010{len(values):0{11 if wide else 9}b}{pairs}{last}"


def _filled(sheet: _Sheet, bits: str) -> bytes:
    codewords = _protected(sheet, _padded(bits, sheet.capacity))
    digits = f"{int.from_bytes(codewords):0{8 * len(codewords)}b}".encode()
    return bytes(sheet.pick(_FIXED + digits.translate(_BLACK_IS_0) + digits.translate(_BLACK_IS_1)))


def _padded(bits: str, capacity: int) -> bytes:
    ended = bits + "0" * min(4, 8 * capacity - len(bits))
    ended += "0" * (-len(ended) % 8)
    data = int(ended, 2).to_bytes(len(ended) // 8)
    missing = capacity - len(data)
    return data + bytes(_PADDING[index % 2] for index in range(missing))


def _protected(sheet: _Sheet, data: bytes) -> bytes:
    """Cut the data into blocks, add each one's remainder, and take them by turns."""
    blocks, start = [], 0
    for length, _ in sheet.blocks:
        blocks.append(data[start : start + length])
        start += length
    remainders = [
        _remainder(block, extra) for block, (_, extra) in zip(blocks, sheet.blocks, strict=True)
    ]
    return bytes(chain(_by_turns(blocks), _by_turns(remainders)))


def _by_turns(blocks: list[bytes]) -> Iterable[int]:
    for each in zip_longest(*blocks):
        yield from (byte for byte in each if byte is not None)


def _remainder(block: bytes, length: int) -> bytes:
    table, top = _multiples(length), 8 * (length - 1)
    rest, kept = 0, (1 << top) - 1
    for byte in block:
        rest = ((rest & kept) << 8) ^ table[byte ^ (rest >> top)]
    return rest.to_bytes(length)


@cache
def _multiples(length: int) -> tuple[int, ...]:
    """Multiply the generator polynomial of this degree, without its first term, by every byte."""
    generator = [1]
    for power in range(length):
        shifted = [*generator, 0]
        for index, term in enumerate(generator):
            shifted[index + 1] ^= _times(term, gexp(power))
        generator = shifted
    return tuple(
        int.from_bytes(bytes(_times(term, byte) for term in generator[1:])) for byte in range(256)
    )


def _times(one: int, other: int) -> int:
    return gexp(glog(one) + glog(other)) if one and other else 0


@cache
def _sheet(version: int) -> _Sheet:
    """Let the library draw this size, to learn where every bit stands.

    Each further drawing tells one binary digit of the bits' numbers: all bits are set whose number
    has that digit.
    """
    blocks = rs_blocks(version, ERROR_CORRECT_M)
    length = 8 * sum(block.total_count for block in blocks)
    blank = _drawn(version, [0] * length)
    numbers = [0] * len(blank)
    touched = [0] * len(blank)
    for digit in range(length.bit_length()):
        # bits are counted from 1, so that each one is set in some drawing
        drawn = _drawn(version, [(number >> digit) & 1 for number in range(1, length + 1)])
        for module, (is_dark, was_dark) in enumerate(zip(drawn, blank, strict=True)):
            if is_dark != was_dark:
                numbers[module] |= 1 << digit
                touched[module] = 1
    # Where the mask makes a module dark, it is black while its bit is 0.
    picked = [
        len(_FIXED) + number - 1 + (0 if is_dark else length) if is_bit else int(not is_dark)
        for is_dark, number, is_bit in zip(blank, numbers, touched, strict=True)
    ]
    return _Sheet(
        size=round(len(blank) ** 0.5),
        pick=itemgetter(*picked),
        blocks=tuple((block.data_count, block.total_count - block.data_count) for block in blocks),
    )


def _drawn(version: int, bits: list[int]) -> list[bool]:
    code = QRCode(version=version, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK)
    code.data_cache = [
        int("".join(map(str, bits[start : start + 8])), 2) for start in range(0, len(bits), 8)
    ]
    code.makeImpl(False, _MASK)
    return [bool(module) for row in code.get_matrix() for module in row]
