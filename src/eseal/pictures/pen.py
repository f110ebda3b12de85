"""A pen that follows the commands of SVG path data and keeps closed contours.

Source: SVG 1.1, 8.3 (read second-hand).
"""

from eseal.errors import MalformedError
from eseal.pictures.arcs import arc_curves
from eseal.pictures.outline import Contour, Point, Segment
from eseal.reasons import Reason

_MIRRORING = {"S": 3, "T": 2}
"""Commands whose first control point mirrors that of a curve of the same order before them."""


class Pen:
    """Where the pen is, what it has drawn, and what it draws."""

    def __init__(self) -> None:
        self.contours: list[Contour] = []
        self._start: Point | None = None
        self._here: Point = (0, 0)
        self._segments: list[Segment] = []

    def follow(self, letter: str, values: list[float]) -> None:
        """Follow one command with its numbers.

        Raises:
            MalformedError: SEAL_PICTURE_REFUSED, it is the first and no move.
        """
        if self._start is None and letter not in "Mm":
            sentence = f"路径应以移动（M）开始 path data begins with {letter}, not with a move"
            raise MalformedError(Reason.SEAL_PICTURE_REFUSED, sentence, at="path d")
        points = self._points(letter, values)
        match letter.upper():
            case "Z":
                self.close()
            case "M":
                self.close()
                self._start = self._here = points[0]
            case "A":
                self._add(*arc_curves(self._here, values[:5], points[0]))
            case "S" | "T" as curve:
                self._add((self._mirrored(_MIRRORING[curve]), *points))
            case _:
                self._add(points)

    def close(self) -> None:
        """Close the contour that is open; the next one may begin where it began."""
        if self._start is not None:
            if self._segments:
                self.contours.append(Contour(start=self._start, segments=tuple(self._segments)))
            self._here = self._start
        self._segments = []

    def _points(self, letter: str, values: list[float]) -> tuple[Point, ...]:
        """Make the command's numbers points of the plane."""
        x, y = self._here if letter.islower() else (0.0, 0.0)
        if letter in "Hh":
            return ((x + values[0], self._here[1]),)
        if letter in "Vv":
            return ((self._here[0], y + values[0]),)
        plain = values[5:] if letter in "Aa" else values
        pairs = zip(plain[::2], plain[1::2], strict=True)
        return tuple((x + across, y + down) for across, down in pairs)

    def _mirrored(self, order: int) -> Point:
        if not self._segments or len(self._segments[-1]) != order:
            return self._here
        x, y = self._segments[-1][-2]
        return 2 * self._here[0] - x, 2 * self._here[1] - y

    def _add(self, *segments: Segment) -> None:
        for segment in segments:
            self._segments.append(segment)
            self._here = segment[-1]
