"""SVG of filled paths: ours written small, that of others read strictly.

Rules kept when reading: at most 64 KiB of UTF-8; no document type, so no entities; no processing
instruction, no script, no style, no stroke, no transform, nothing external; `svg`, `g` and `path`
and a short list of attributes; every path is filled with a colour, opaque. What is read is a
drawing on the grid, scaled as a viewer would: as a whole, in the middle.

Left to others: the path data, to `path_data`; whether the picture is that of a seal, to `upload`.
Source: SVG 1.1 (read second-hand).
"""

import re
from typing import Final
from xml.parsers import expat

from eseal.pictures.outline import GRID, UNITS_A_MM, Affine, Contour, Drawing, Shape
from eseal.pictures.path_data import read_path, write_path
from eseal.pictures.picture import refused

MAX_SVG_BYTES: Final = 64 * 1024

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_COMMON: Final = frozenset({"id", "fill", "fill-rule", "stroke"})
_ATTRIBUTES: Final = {
    "svg": _COMMON | {"width", "height", "viewBox", "version"},
    "g": _COMMON,
    "path": _COMMON | {"d"},
    "title": frozenset({"id"}),
    "desc": frozenset({"id"}),
}
_PARENTS: Final = {"svg": {""}, "g": {"svg", "g"}, "path": {"svg", "g"}}
_MAX_DEPTH: Final = 16
_INHERITED: Final = {"fill": "", "fill-rule": "nonzero"}
_COLOUR: Final = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
_VIEW_BOX: Final = re.compile(r"\s*" + r"[ ,]+".join([r"(-?\d{1,7}(?:\.\d{1,9})?)"] * 4) + r"\s*")
_LENGTH: Final = re.compile(r"\d{1,7}(?:\.\d{1,9})?(?:mm|cm|in|pt|pc|px|%)?")
_OUTSIDE: Final = 1.0  # of the picture's own size, to any side
_TO_GRID: Final[Affine] = (1 / GRID, 0, 0, 1 / GRID, 0, 0)
_CONVERT: Final = "请把文字与图形转为路径 convert text and shapes to paths"


def svg_of(drawing: Drawing) -> bytes:
    """Write a drawing; one unit is that of the grid."""
    width, height = drawing.width_mm, drawing.height_mm
    box = f"0 0 {width * UNITS_A_MM // GRID} {height * UNITS_A_MM // GRID}"
    paths = "".join(map(_path, drawing.shapes))
    root = f'<svg xmlns="{_NAMESPACE}" width="{width}mm" height="{height}mm" viewBox="{box}">'
    return f"{root}{paths}</svg>\n".encode()


def read_svg(data: bytes, *, width: int, height: int) -> Drawing:
    """Read an SVG that is shown `width` by `height` millimetres large.

    Raises:
        RefusedError: SEAL_PICTURE_REFUSED; `at` is the element, or the line.
        MalformedError: SEAL_PICTURE_REFUSED, path data is broken.
    """
    if len(data) > MAX_SVG_BYTES:
        raise refused(f"{len(data)} 字节，至多 {MAX_SVG_BYTES} bytes; no more are read", "svg")
    reader = _Reader(width, height)
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.ProcessingInstructionHandler = _no_instruction
    try:
        parser.Parse(data.decode(), True)
    except UnicodeDecodeError as error:
        raise refused("不是 UTF-8 is not UTF-8", "svg") from error
    except expat.ExpatError as error:
        raise refused(
            f"不是 XML no XML: {expat.ErrorString(error.code)}", f"line {error.lineno}"
        ) from error
    return Drawing(width_mm=width, height_mm=height, shapes=tuple(reader.shapes))


def _path(shape: Shape) -> str:
    rule = ' fill-rule="evenodd"' if shape.even_odd else ""
    contours = [contour.under(_TO_GRID) for contour in shape.contours]
    return f'<path fill="{shape.colour}"{rule} d="{write_path(contours)}"/>'


class _Reader:
    """Takes elements as the parser meets them, and keeps the shapes."""

    def __init__(self, width: int, height: int) -> None:
        self.shapes: list[Shape] = []
        self._size = width * UNITS_A_MM, height * UNITS_A_MM
        self._open: list[str] = []
        self._styles = [dict(_INHERITED)]
        self._scale: Affine = (1, 0, 0, 1, 0, 0)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Meet an element."""
        space, _, tag = name.rpartition(" ")
        _check_element(space, tag, self._open, attributes)
        style = self._styles[-1] | {
            key: value.strip() for key, value in attributes.items() if key in _INHERITED
        }
        self._open.append(tag)
        self._styles.append(style)
        if tag == "svg":
            self._scale = _scale(attributes, self._size)
        elif tag == "path":
            self.shapes.append(self._shape(attributes.get("d", ""), style))

    def end(self, _name: str) -> None:
        """Leave an element."""
        self._open.pop()
        self._styles.pop()

    def text(self, text: str) -> None:
        """Meet text: only a title and a description have any."""
        if text.strip() and self._open[-1] not in {"title", "desc"}:
            raise refused(f"不绘文字 text is not drawn: {_CONVERT}", self._open[-1])

    def _shape(self, data: str, style: dict[str, str]) -> Shape:
        fill, rule = style["fill"], style["fill-rule"]
        if not _COLOUR.fullmatch(fill):
            raise refused(
                f"填充色应为 #rrggbb a path is filled with #rrggbb, not with {fill or 'nothing'!r}",
                "path",
            )
        if rule not in {"nonzero", "evenodd"}:
            raise refused(f"填充规则不对 no fill rule: {rule!r}", "path")
        contours = tuple(contour.under(self._scale) for contour in read_path(data))
        self._check_near(contours)
        colour = fill.lower() if len(fill) == 7 else "#" + "".join(2 * c for c in fill[1:].lower())
        return Shape(colour=colour, contours=contours, even_odd=rule == "evenodd")

    def _check_near(self, contours: tuple[Contour, ...]) -> None:
        for contour in contours:
            for point in contour.points:
                for value, size in zip(point, self._size, strict=True):
                    if not -_OUTSIDE * size <= value <= (1 + _OUTSIDE) * size:
                        raise refused("远超出图面 it goes far beyond the picture", "path")


def _check_element(space: str, tag: str, above: list[str], attributes: dict[str, str]) -> None:
    parent = above[-1] if above else ""
    if space != _NAMESPACE or tag not in _ATTRIBUTES:
        raise refused(f"只绘 svg、g、path only svg, g and path are drawn: {_CONVERT}", tag)
    if parent not in _PARENTS.get(tag, {"svg", "g", "path"}) or len(above) > _MAX_DEPTH:
        raise refused(f"位置不对 stands in {parent or 'nothing'}", tag)
    for attribute, value in attributes.items():
        if attribute not in _ATTRIBUTES[tag] or (attribute == "stroke" and value != "none"):
            named = attribute.rpartition(" ")[2]
            sentence = f"属性不绘 has the attribute {named}, which is not drawn: {_CONVERT}"
            raise refused(sentence, tag)


def _scale(attributes: dict[str, str], size: tuple[int, int]) -> Affine:
    """Fit the view box into the picture, as a viewer does: whole, and in the middle."""
    for key in ("width", "height"):
        if not _LENGTH.fullmatch(attributes.get(key, "1")):
            raise refused(f"不是长度 no {key}: {attributes[key]!r}", "svg")
    match = _VIEW_BOX.fullmatch(attributes.get("viewBox", ""))
    if not match:
        raise refused("viewBox 应为四个数 has no viewBox of four plain numbers", "svg")
    left, top, width, height = map(float, match.groups())
    if width <= 0 or height <= 0:
        raise refused("viewBox 为空 its viewBox is empty", "svg")
    check_ratio(width, height, size)
    scale = min(size[0] / width, size[1] / height)
    across = (size[0] - scale * width) / 2 - scale * left
    down = (size[1] - scale * height) / 2 - scale * top
    return scale, 0, 0, scale, across, down


def check_ratio(width: float, height: float, size: tuple[int, int]) -> None:
    """See that a picture is as much wider than high as the seal is, to 3 %."""
    off = (width * size[1]) / (height * size[0])
    if not 0.97 <= off <= 1 / 0.97:
        sentence = (
            f"宽高比与印章不符 its sides are {width:g} : {height:g}, those of the seal "
            f"{size[0]} : {size[1]}"
        )
        raise refused(sentence, "size")


def _no_document_type(*_: object) -> None:
    raise refused("不可有文档类型 has a document type", "<!DOCTYPE>")


def _no_instruction(target: str, _data: str) -> None:
    raise refused("不可有处理指令 has a processing instruction", f"<?{target[:40]}?>")
