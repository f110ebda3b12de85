"""Where marks stand on pages: from what a person says to rectangles in a page's own space.

A person says millimetres from the top left corner of the page as it is seen; the middle of the
picture goes there. A page's own space has its origin elsewhere and may be turned (/Rotate): then
the picture is turned back, so that it stands upright.

    Spot        the middle, on one page
    straddling  the picture cut over the right edges of all pages (骑缝章)

Left to others: what is on the page to `pages`, writing to `foreign`.

Source: ISO 32000-1, 7.7.3.3 and 14.11.2 (read second-hand).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from eseal.errors import RefusedError
from eseal.reasons import Reason

POINTS_PER_MM: Final = 72 / 25.4
MAX_SLICES: Final = 20
"""Pages that share one picture: with more, slices of 42 mm would be narrower than 2 mm."""

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top, in points of the page's own space."""

_SPOT: Final = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)(?:mm)?[,，](\d{1,4}(?:\.\d{1,2})?)(?:mm)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageBox:
    """A page: what is seen of it in its own space, and how it is turned, clockwise in degrees.

    Attributes:
        unit: its /UserUnit, how many points a unit of its space is; readers do not agree on any
            other than 1.
    """

    left: float
    bottom: float
    right: float
    top: float
    rotate: int = 0
    unit: float = 1.0

    @property
    def seen(self) -> tuple[float, float]:
        """Width and height as it is seen, in points."""
        size = (self.right - self.left, self.top - self.bottom)
        return size if self.rotate % 180 == 0 else (size[1], size[0])

    def spot(self, page: int, x: float, y: float) -> "Spot":
        """Turn a point of the page's own space into one as it is seen."""
        match self.rotate % 360:
            case 90:
                seen = (y - self.bottom, x - self.left)
            case 180:
                seen = (self.right - x, y - self.bottom)
            case 270:
                seen = (self.top - y, self.right - x)
            case _:
                seen = (x - self.left, self.top - y)
        return Spot(page=page, x=seen[0], y=seen[1])

    def rectangle(
        self, left: float, top: float, width: float, height: float, *, page: int
    ) -> Rectangle:
        """Turn a rectangle as it is seen, from the top left corner, into one of the page's space.

        `page` is which page it is, from 0, for whoever is refused.

        Raises:
            RefusedError: SEAL_PLACE_REFUSED, it does not lie on the page, or the page has another
                unit than points.
        """
        if self.unit != 1:
            sentence = (
                f"第 {page + 1} 页的单位是 {self.unit:g} 点（UserUnit），印章的大小与位置不能确定："
                f"先打印成另一份 PDF，或盖在别的页上 the unit of page {page + 1} is not a point: "
                "print it into another PDF, or seal another page"
            )
            raise RefusedError(Reason.SEAL_PLACE_REFUSED, sentence)
        across, down = self.seen
        if left < -0.5 or top < -0.5 or left + width > across + 0.5 or top + height > down + 0.5:
            sentence = (
                f"印模会超出第 {page + 1} 页，页面为 the picture would not lie on page {page + 1}, "
                f"which is {across / POINTS_PER_MM:.0f} x {down / POINTS_PER_MM:.0f} mm"
            )
            raise RefusedError(Reason.SEAL_PLACE_REFUSED, sentence)
        match self.rotate % 360:
            case 90:
                x, y = self.left + top, self.bottom + left
                return (x, y, x + height, y + width)
            case 180:
                x, y = self.right - left - width, self.bottom + top
                return (x, y, x + width, y + height)
            case 270:
                x, y = self.right - top - height, self.top - left - width
                return (x, y, x + height, y + width)
            case _:
                x, y = self.left + left, self.top - top - height
                return (x, y, x + width, y + height)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """The middle of a picture: page, counted from 0, and points from the page's top left corner."""

    page: int
    x: float
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a picture, or a part of it, goes.

    Attributes:
        page: counted from 0.
        rectangle: in the page's own space.
        rotate: how the page is turned.
        index: which part of the picture, counted from 0.
        count: of how many.
    """

    page: int
    rectangle: Rectangle
    rotate: int = 0
    index: int = 0
    count: int = 1


def parse_spot(text: str, *, page: int) -> Spot:
    """Read `120mm,200mm`: millimetres from the page's left and upper edges.

    Args:
        text: two numbers, with or without `mm`.
        page: number of the page, counted from 1.

    Raises:
        RefusedError: SEAL_PLACE_REFUSED.
    """
    found = _SPOT.fullmatch(text.replace(" ", ""))
    if found is None:
        sentence = f"不是页上位置 no place on a page: {text}；例如 e.g. 120mm,200mm"
        raise RefusedError(Reason.SEAL_PLACE_REFUSED, sentence)
    x, y = (float(each) * POINTS_PER_MM for each in found.groups())
    return Spot(page=page - 1, x=x, y=y)


def place_at(boxes: Sequence[PageBox], spot: Spot, width: float, height: float) -> tuple[Place]:
    """Put a picture of this size, in points, with its middle on a spot.

    Raises:
        RefusedError: SEAL_PLACE_REFUSED, there is no such page, or no room.
    """
    if not 0 <= spot.page < len(boxes):
        sentence = (
            f"没有第 {spot.page + 1} 页，共 {len(boxes)} 页 "
            f"there is no page {spot.page + 1}; the document has {len(boxes)}"
        )
        raise RefusedError(Reason.SEAL_PLACE_REFUSED, sentence)
    box = boxes[spot.page]
    rectangle = box.rectangle(
        spot.x - width / 2, spot.y - height / 2, width, height, page=spot.page
    )
    return (Place(page=spot.page, rectangle=rectangle, rotate=box.rotate),)


def moved_onto(box: PageBox, spot: Spot, width: float, height: float) -> Spot:
    """Move a spot as little as it takes for a picture of this size to lie on the page."""
    across, down = box.seen
    return Spot(
        page=spot.page,
        x=max(width / 2, min(spot.x, across - width / 2)),
        y=max(height / 2, min(spot.y, down - height / 2)),
    )


def straddling(
    boxes: Sequence[PageBox], width: float, height: float, *, y: float | None = None
) -> tuple[Place, ...]:
    """Cut a picture of this size over the right edges of all pages.

    Of more than `MAX_SLICES` pages each run of as many gets a whole picture.

    Args:
        boxes: the pages.
        width: of the picture, in points.
        height: of the picture, in points.
        y: how far its middle is from the upper edge, in points; the middle of the page if `None`.

    Raises:
        RefusedError: SEAL_PLACE_REFUSED, there is one page only, or no room on one.
    """
    if len(boxes) < 2:
        sentence = "骑缝章至少要两页 a seal over the edges needs two pages at least"
        raise RefusedError(Reason.SEAL_PLACE_REFUSED, sentence)
    return tuple(
        _slice(box, page, run_of(page, len(boxes)), (width, height), y)
        for page, box in enumerate(boxes)
    )


def run_of(page: int, pages: int) -> tuple[int, int]:
    """Say which part of the picture a page has, counted from 0, and of how many parts."""
    runs = ceil(pages / MAX_SLICES)
    size = ceil(pages / runs)
    first = page // size * size
    return page - first, min(size, pages - first)


def _slice(
    box: PageBox, page: int, part: tuple[int, int], size: tuple[float, float], y: float | None
) -> Place:
    index, count = part
    across, down = box.seen
    width, height = size[0] / count, size[1]
    top = (down / 2 if y is None else y) - height / 2
    return Place(
        page=page,
        rectangle=box.rectangle(across - width, top, width, height, page=page),
        rotate=box.rotate,
        index=index,
        count=count,
    )
