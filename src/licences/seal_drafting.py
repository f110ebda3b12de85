"""The picture (印模) of a seal: drawn from a design, or uploaded; either way checked.

A drawn one is SVG, because it stays sharp in whatever size. Its design is kept as canonical JSON,
measures as text, so that a change can go on from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from enum import StrEnum
from typing import Any, Final

from eseal.jose.strict_json import JsonValue, canonical, parse
from eseal.pictures.design import SealDesign, SealShape
from eseal.pictures.drawing import draw_seal
from eseal.pictures.svg import svg_of
from eseal.pictures.upload import read_picture
from eseal.seals.model import SealPicture

_READERS: Final[Mapping[str, Callable[[JsonValue], Any]]] = {
    "shape": lambda value: SealShape(str(value)),
    "border_mm": lambda value: float(str(value)),
    "star_mm": lambda value: float(str(value)),
}
"""How those fields of a design are read that JSON has not as they are."""


def draw_picture(design: SealDesign) -> SealPicture:
    """Draw a seal's picture.

    Raises:
        RefusedError: its words do not fit into its measures.
    """
    data = svg_of(draw_seal(design))
    return checked_picture(data, width=design.width_mm, height=design.height_mm)


def checked_picture(data: bytes, *, width: int, height: int) -> SealPicture:
    """Check a picture, a PNG or an SVG, of so many millimetres, as a seal carries it.

    Raises:
        EvidenceError: SEAL_PICTURE_REFUSED.
    """
    found = read_picture(data, width=width, height=height)
    return SealPicture(
        kind=found.kind.value, data=found.data, width=found.width, height=found.height
    )


def design_text(design: SealDesign) -> str:
    """Write a design as canonical JSON."""
    return canonical({name: _plain(value) for name, value in asdict(design).items()}).decode()


def read_design(text: str) -> SealDesign:
    """Read what `design_text` wrote.

    Raises:
        EvidenceError: it is no design.
    """
    body = parse(text.encode())
    values: dict[str, Any] = {
        field.name: _READERS.get(field.name, _as_it_is)(body[field.name])
        for field in fields(SealDesign)
    }
    return SealDesign(**values)


def _plain(value: object) -> JsonValue:
    match value:
        case StrEnum():
            return value.value
        case bool() | int() | str():
            return value
        case _:
            return str(value)


def _as_it_is(value: JsonValue) -> JsonValue:
    return value
