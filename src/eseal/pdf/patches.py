"""Patches of red on a page that was drawn: those that are like a seal.

Red patches are measured: as large as a seal, about as wide as high, with a border, inked within.

Left to others: drawing the page, to `pdfium`.
"""

from collections.abc import Iterator, Sequence
from math import atan2, hypot, tau
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

_DOTS_A_MM: Final = 2
_CELL_MM: Final = 2
DPI: Final = _DOTS_A_MM * 25.4
"""Dots an inch that a page has to be drawn with."""

_RED: Final = 50
"""By how much red has to stand out from green and blue, of 255."""

_INKED: Final = 26
"""Of 255: a tenth of a cell is red."""

_LEAST_MM, _MOST_MM = 14, 66
_MOST_OBLONG: Final = 1.8

_WITHIN: Final = 0.6
_LEAST_WITHIN: Final = 0.08
"""Part of the cells in the middle that is red: a frame around nothing is no seal."""

_SECTORS: Final = 24
_AT_THE_EDGE: Final = 0.78
_LEAST_AROUND: Final = 0.85
"""Part of the sectors that are red at the edge: a seal has a border, a letter has none."""


def patches_like_seals(image: "Image") -> Iterator[tuple[int, int]]:
    """Find what looks like a seal on a page that was drawn with `DPI`.

    Yields:
        the middle of each, in mm from the top left.
    """
    for patch in _patches(_red_cells(image)):
        if _is_like_a_seal(patch):
            xs, ys = [x for x, _ in patch], [y for _, y in patch]
            yield (
                (min(xs) + max(xs) + 1) * _CELL_MM // 2,
                (min(ys) + max(ys) + 1) * _CELL_MM // 2,
            )


def _red_cells(image: "Image") -> set[tuple[int, int]]:
    """The cells of a page that are red enough."""
    from PIL import ImageChops  # noqa: PLC0415  Pillow: only pages with something red need it

    red, green, blue = image.split()
    over = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    cells = over.point(lambda value: 255 if value > _RED else 0).reduce(_DOTS_A_MM * _CELL_MM)
    across = cells.width
    return {
        (place % across, place // across)
        for place, value in enumerate(cells.tobytes())
        if value > _INKED
    }


def _patches(cells: set[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Group cells that touch, corners too."""
    left = set(cells)
    while left:
        patch = [left.pop()]
        for x, y in patch:  # grows while it is walked
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & left
            left -= near
            patch.extend(near)
        yield patch


def _is_like_a_seal(patch: Sequence[tuple[int, int]]) -> bool:
    xs, ys = [x for x, _ in patch], [y for _, y in patch]
    wide, high = max(xs) - min(xs) + 1, max(ys) - min(ys) + 1
    if not all(_LEAST_MM <= side * _CELL_MM <= _MOST_MM for side in (wide, high)):
        return False
    if max(wide, high) > _MOST_OBLONG * min(wide, high):
        return False
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    places = [(2 * (x - middle[0]) / wide, 2 * (y - middle[1]) / high) for x, y in patch]
    inner = sum(abs(u) < _WITHIN and abs(v) < _WITHIN for u, v in places)
    around = {
        int(_SECTORS * (atan2(v, u) / tau + 0.5)) % _SECTORS
        for u, v in places
        if hypot(u, v) > _AT_THE_EDGE
    }
    has_border = len(around) >= _LEAST_AROUND * _SECTORS
    return has_border and inner > _LEAST_WITHIN * _WITHIN**2 * wide * high
