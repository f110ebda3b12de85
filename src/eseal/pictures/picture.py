"""The picture (印模) as a seal carries it: what it is, its bytes, its size on paper.

Source: SES_ESPictrueInfo of GB/T 38540-2020 (read second-hand): type, data, width and height in
whole millimetres.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from eseal.errors import RefusedError
from eseal.reasons import Reason

LEAST_MM: Final = 10
MOST_MM: Final = 60


class PictureKind(StrEnum):
    """The forms of picture that are made and shown; named as seals name them."""

    SVG = "SVG"
    PNG = "PNG"


@dataclass(frozen=True, kw_only=True, slots=True)
class SealPicture:
    """A picture of a size that a seal may have; what its bytes show is for `upload` to check.

    Attributes:
        kind: SVG or PNG.
        data: the file.
        width: in millimetres.
        height: in millimetres.

    Raises:
        RefusedError: SEAL_PICTURE_REFUSED, its size is none of a seal.
    """

    kind: PictureKind
    data: bytes
    width: int
    height: int

    def __post_init__(self) -> None:
        for at, length in (("width", self.width), ("height", self.height)):
            if not LEAST_MM <= length <= MOST_MM:
                raise refused(f"{length} mm；印章为 a seal has {LEAST_MM} 至 to {MOST_MM} mm", at)


def refused(sentence: str, at: str) -> RefusedError:
    """Say what is wrong with a picture."""
    return RefusedError(Reason.SEAL_PICTURE_REFUSED, sentence, at=at)
