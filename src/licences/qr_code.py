"""QR codes (二维码) as pixels: the identifier in ASCII, quickly made.

Of the eight masks one is always used: choosing the best takes ten times as long as all the rest,
and readers do not mind.

Source: GB/T 18284-2000 and ISO/IEC 18004 (not at hand), by the library `qrcode`.
"""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError

_MASK = 2
_SMALLEST, _LARGEST = 5, 12


@dataclass(frozen=True, kw_only=True, slots=True)
class QrCode:
    """Modules row by row, without the quiet zone: `size` to a side, 0 is black and 255 white."""

    size: int
    pixels: bytes


def make_qr_code(text: str) -> QrCode:
    """Make the QR code of an ASCII text, of medium error correction.

    Raises:
        ValueError: the text is not ASCII, or too long.
    """
    data = text.encode("ascii")
    for version in range(_SMALLEST, _LARGEST + 1):
        code = qrcode.QRCode(
            version=version, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK
        )
        code.add_data(data, optimize=0)
        try:
            code.make(fit=False)
        except DataOverflowError:
            continue
        rows = code.get_matrix()
        return QrCode(
            size=len(rows), pixels=bytes(0 if dark else 255 for row in rows for dark in row)
        )
    msg = f"{len(data)} characters are too many for a QR code of this size"
    raise ValueError(msg)
