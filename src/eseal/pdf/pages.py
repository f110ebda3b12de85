"""The pages of a PDF as a reader sees them: text, sizes, looks; asked of a process beside this one.

Rules kept: pages are counted from 0; lengths are points in the user space of the page, y up; how
large a page may be drawn is bounded before anything is drawn; every question has a deadline and
bounded memory (`helper`), because a small file can want any amount of both.

pdfium repairs what is broken and is written in C++: feed it only files that were read strictly
before, or that a trusted signer vouches for.

Left to others: what a page has to show, to who asks; pdfium, to `pdfium`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from eseal.errors import MalformedError, RefusedError
from eseal.pdf import frames
from eseal.pdf.frames import squeezed
from eseal.pdf.helper import HELPER
from eseal.reasons import Reason

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES: Final = 1000
"""Pages that `survey` and `look` look at; a file of more is not sealed either."""

MAX_SIZED_PAGES: Final = 5000
"""Pages of a file whose sizes are told, and that are searched."""

MAX_SECONDS: Final = 20
"""How long a question about a document may take."""

EMPTY: Final[Mapping[int, int]] = MappingProxyType({})

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class TextPlace:
    """Where some words stand: the page, and the box around them in its user space."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Surveyed:
    """What stands on the pages, at most `MAX_PAGES` of them.

    Attributes:
        text: their text.
        coloured: numbers of those on which something red, or an image, a form or an annotation
            that may be, is shown.
        seen: how many were looked at.
        pages: how many the file has.
    """

    text: str
    coloured: tuple[int, ...]
    seen: int
    pages: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """What stands on the pages, and what of it is like a seal: its page, mm from the top left."""

    surveyed: Surveyed
    like: tuple[tuple[int, int, int], ...]


def survey(pdf: bytes, *, known_marks: Mapping[int, int] = EMPTY) -> Surveyed:
    """Take the text of all pages, and see on which something red may stand; at most `MAX_PAGES`.

    Args:
        pdf: the file.
        known_marks: how many widgets a page has, by its number, that need no look.

    Raises:
        MalformedError: BROKEN_PDF.
        RefusedError: INPUT_TOO_LARGE, it took too much.
    """
    return _ask(pdf, _surveyed, ask="survey", limit=MAX_PAGES, known=list(known_marks.items()))


def look(pdf: bytes, *, proven: Mapping[int, Sequence[int]]) -> Looked:
    """Survey the pages, and find what is like a seal on those that are coloured.

    Args:
        pdf: the file.
        proven: marks that need no look and are left out, by page: their places in its `/Annots`.

    Raises:
        MalformedError: BROKEN_PDF.
        RefusedError: INPUT_TOO_LARGE, it took too much, or a page is too large to be drawn.
    """
    return _ask(pdf, _looked, ask="look", limit=MAX_PAGES, proven=list(proven.items()))


def page_text(pdf: bytes) -> str:
    """Take the text of all pages, at most `MAX_PAGES`; raises as `survey`."""
    return survey(pdf).text


def page_sizes(pdf: bytes) -> tuple[tuple[float, float], ...]:
    """Tell width and height of every page as it is shown, turned and cropped, in points.

    Raises:
        MalformedError: BROKEN_PDF.
        RefusedError: INPUT_TOO_LARGE, there are more than `MAX_SIZED_PAGES`, or it took too much.
    """
    return _ask(pdf, _sizes, ask="sizes", limit=MAX_SIZED_PAGES)


def find_text(pdf: bytes, words: str, *, most: int = 64) -> tuple[TextPlace, ...]:
    """Find `words` in the text of the pages, page by page, at most `most` times.

    White space is passed over on both sides: letters that are spread out or drawn one by one are
    found as well. Where a line ends within the words, the place is that of their first line.

    Raises:
        MalformedError: BROKEN_PDF.
        RefusedError: INPUT_TOO_LARGE, there are more than `MAX_SIZED_PAGES`, or it took too much.
        ValueError: there are no words.
    """
    wanted = squeezed(words)
    if not wanted:
        msg = "there is nothing to look for"
        raise ValueError(msg)
    return _ask(pdf, _found, ask="find", limit=MAX_SIZED_PAGES, words=wanted, most=most)


def render_page(
    pdf: bytes, number: int, *, dpi: float, transparent: bool = False, annotations: bool = True
) -> "Image":
    """Draw a page.

    Args:
        pdf: the file.
        number: which page, from 0.
        dpi: pixels an inch.
        transparent: leave the ground out: the image is RGBA, not RGB.
        annotations: draw signature fields and other annotations too.

    Raises:
        MalformedError: BROKEN_PDF.
        RefusedError: INPUT_TOO_LARGE, more than `frames.MAX_PIXELS`, or it took too much.
        IndexError: there is no such page.
    """
    mode = "RGBA" if transparent else "RGB"
    return _ask(
        pdf,
        lambda answer, pixels: _image(mode, answer, pixels),
        ask="draw",
        page=number,
        dpi=dpi,
        transparent=transparent,
        annotations=annotations,
    )


def _ask(pdf: bytes, read: Callable[[dict[str, Any], bytes], _T], **question: object) -> _T:
    """Ask the helper; an answer that is not of the form that it has to be is none."""
    answer, body = HELPER.ask(question, pdf, seconds=MAX_SECONDS)
    try:
        if "fault" not in answer:
            return read(answer, body)
        fault, sentence, at = (str(answer[key]) for key in ("fault", "sentence", "at"))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        HELPER.end()
        sentence = "读取页面时中断 reading the pages broke off"
        raise RefusedError(Reason.INPUT_TOO_LARGE, sentence) from error
    match fault:
        case frames.NO_PAGE:
            raise IndexError(sentence)
        case frames.MALFORMED:
            raise MalformedError(Reason.BROKEN_PDF, sentence, at=at)
        case _:
            raise RefusedError(Reason.INPUT_TOO_LARGE, sentence, at=at)


def _surveyed(answer: dict[str, Any], _: bytes) -> Surveyed:
    return Surveyed(
        text=_text(answer["text"]),
        coloured=tuple(_whole(page) for page in answer["coloured"]),
        seen=_whole(answer["seen"]),
        pages=_whole(answer["pages"]),
    )


def _looked(answer: dict[str, Any], body: bytes) -> Looked:
    like = tuple((_whole(page), _whole(x), _whole(y)) for page, x, y in answer["like"])
    return Looked(surveyed=_surveyed(answer, body), like=like)


def _sizes(answer: dict[str, Any], _: bytes) -> tuple[tuple[float, float], ...]:
    return tuple((float(width), float(height)) for width, height in answer["sizes"])


def _found(answer: dict[str, Any], _: bytes) -> tuple[TextPlace, ...]:
    return tuple(
        TextPlace(
            page=_whole(page),
            left=float(left),
            bottom=float(bottom),
            right=float(right),
            top=float(top),
        )
        for page, left, bottom, right, top in answer["found"]
    )


def _image(mode: str, answer: dict[str, Any], pixels: bytes) -> "Image":
    from PIL import Image  # noqa: PLC0415  Pillow: only what is drawn needs it

    width, height = (_whole(side) for side in answer["sides"])
    if width * height * len(mode) != len(pixels) or width * height > frames.MAX_PIXELS:
        msg = "an image is not of its size"
        raise ValueError(msg)
    return Image.frombytes(mode, (width, height), pixels)


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        msg = "no number"
        raise ValueError(msg)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
