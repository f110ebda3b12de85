"""Finds what looks like a seal on pages, and is none: a picture by itself proves nothing.

A page is looked at only if something on it could be one: red lines, shapes or words, a coloured
image, a form, an annotation. Then it is drawn small, and red patches are measured: as large as a
seal, about as wide as high, with a border, inked within. What seals of signatures cover is left
out.

It is a guess and says so: a red emblem is taken for a seal, a blue seal is not found.

Left to others: pdfium to `pages`, what follows from it to `verify`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import atan2, hypot, tau
from typing import TYPE_CHECKING, Final

from eseal.errors import EvidenceError
from eseal.pdf.marks import MarkCheck, shown_marks
from eseal.pdf.pages import MAX_SIZED_PAGES as MAX_PAGES
from eseal.pdf.pages import Surveyed, render_page, survey
from eseal.pdf.places import PageBox, Rectangle
from eseal.pdf.reader import OpenPdf
from eseal.pdf.signatures import JudgedSignature
from eseal.reasons import Reason
from eseal.report import Finding, passed, undetermined

if TYPE_CHECKING:
    from PIL.Image import Image

_DOTS_A_MM: Final = 2
_CELL_MM: Final = 2
_DPI: Final = _DOTS_A_MM * 25.4
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """Something like a seal: page, counted from 1, and its middle in mm from the top left."""

    page: int
    x: int
    y: int

    def __str__(self) -> str:
        return f"page {self.page} at {self.x}mm,{self.y}mm"


def look_at_pages(
    data: bytes, opened: OpenPdf, signatures: Sequence[JudgedSignature]
) -> tuple[Finding, str | None]:
    """Look for seals that nothing proves; gives the finding, and the text of the pages.

    Args:
        data: the file.
        opened: the same, as pyHanko reads it.
        signatures: what is on it, as judged.
    """
    try:
        proven = _proven(opened, signatures)
        known = {page: len(places) for page, places in proven.items()}
        surveyed = survey(data, known_marks=known)
        boxes = opened.page_boxes(most=MAX_PAGES) if surveyed.coloured else ()
        found = find_likenesses(data, surveyed, boxes, proven)
    except EvidenceError as error:
        return undetermined(MarkCheck.MARKS, error.reason, error.told), None
    if not found:
        return passed(MarkCheck.MARKS), surveyed.text
    detail = f"like a seal: {', '.join(map(str, found))}"
    return undetermined(MarkCheck.MARKS, Reason.SEAL_PICTURE_UNPROVEN, detail), surveyed.text


def _proven(opened: OpenPdf, signatures: Sequence[JudgedSignature]) -> dict[int, list[Rectangle]]:
    """Where the pictures of seals stand, by page."""
    found: dict[int, list[Rectangle]] = {}
    fields = {one.field for one in signatures if one.seal is not None}
    pages = opened.annotation_pages(most=MAX_PAGES) if fields else {}
    for number, place in enumerate(opened.signature_fields()):
        for mark in shown_marks(opened, number) if place.name in fields else ():
            page = pages.get(mark.reference)
            if page is not None:
                found.setdefault(page, []).append(mark.rectangle)
    return found


def find_likenesses(
    pdf: bytes,
    surveyed: Surveyed,
    boxes: Sequence[PageBox],
    proven: Mapping[int, Sequence[Rectangle]],
) -> tuple[Likeness, ...]:
    """Find what looks like a seal and is covered by none.

    Args:
        pdf: the file.
        surveyed: what `survey` found on its pages.
        boxes: the pages, as they are seen.
        proven: rectangles in the pages' own space that seals of signatures cover, by page.
    """
    return tuple(
        found
        for page in surveyed.coloured
        if page < len(boxes)
        for found in _on_page(pdf, page, boxes[page], proven.get(page, ()))
    )


def _on_page(
    pdf: bytes, page: int, box: PageBox, proven: Sequence[Rectangle]
) -> Iterator[Likeness]:
    cells = _red_cells(render_page(pdf, page, dpi=_DPI), box, proven)
    for patch in _patches(cells):
        if _is_like_a_seal(patch):
            xs, ys = [x for x, _ in patch], [y for _, y in patch]
            middle = (
                (min(xs) + max(xs) + 1) * _CELL_MM // 2,
                (min(ys) + max(ys) + 1) * _CELL_MM // 2,
            )
            yield Likeness(page=page + 1, x=middle[0], y=middle[1])


def _red_cells(image: "Image", box: PageBox, proven: Sequence[Rectangle]) -> set[tuple[int, int]]:
    """The cells of a page that are red enough."""
    from PIL import ImageChops  # noqa: PLC0415  Pillow: only pages with something red need it

    for rectangle in proven:
        image.paste((255, 255, 255), _dots(box, rectangle))
    red, green, blue = image.split()
    over = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    cells = over.point(lambda value: 255 if value > _RED else 0).reduce(_DOTS_A_MM * _CELL_MM)
    across = cells.width
    return {
        (place % across, place // across)
        for place, value in enumerate(cells.tobytes())
        if value > _INKED
    }


def _dots(box: PageBox, rectangle: Rectangle) -> tuple[int, int, int, int]:
    """A rectangle of the page's own space in dots of the image, a cell larger on every side."""
    one = box.spot(0, rectangle[0], rectangle[1])
    other = box.spot(0, rectangle[2], rectangle[3])
    scale, edge = _DPI / 72, _DOTS_A_MM * _CELL_MM
    return (
        max(0, int(min(one.x, other.x) * scale) - edge),
        max(0, int(min(one.y, other.y) * scale) - edge),
        int(max(one.x, other.x) * scale) + edge,
        int(max(one.y, other.y) * scale) + edge,
    )


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
