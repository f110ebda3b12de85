"""Faces (证面) of licences: data in, PDF/A-3b out, drawn by typst from the type's `face.typ`.

Rules kept:

- The face shows the display strings of the fields, the QR of the identifier, and carries the signed
  JSON licence as an attached file. The same licence gives the same bytes.
- Nothing is ever left blank: a character that the shipped fonts lack is looked for in the installed
  ones; if they lack it too, it is refused, named, with the package that has it. PDF/A mode makes
  typst itself refuse a missing glyph.
- Nothing is cut: text that a face cannot hold at its smallest size is refused, with its field.
- Compilers are kept, one for each type: fonts and faces are read once. typst is known here only,
  and does not survive a fork: start processes by spawning.

Left to others: what a field shows to the catalogue, the library that faces share to
`typst/licences/face`, the place of the seal to the type's face.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

import typst

from eseal.errors import MalformedError, RefusedError
from eseal.jose.strict_json import Scalar
from licences.catalogue import Department, LicenceType
from licences.glyphs import FONT_FOLDER, not_shipped, package_with
from licences.qr_code import make_qr_code
from licences.reasons import LicenceReason

PACKAGES: Final = Path(__file__).parent / "typst"
SHIPPED_FAMILY: Final = "Licence Song"
FALLBACK_FAMILIES: Final = (
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
    "HanaMinA",
    "HanaMinB",
)  # GB 18030-2022, level 3, together

_INVENTED_AREA: Final = "9999"  # no area has this code: it marks departments that are samples
_TOO_LONG: Final = re.compile(r"CONTENT_TOO_LONG ([a-z][a-z0-9_]*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """What a face is drawn from.

    Attributes:
        licence_type: the type, with its `face.typ`.
        department: who issues.
        identifier: the licence's identifier.
        data: the licence's fields.
        attachment: the signed JSON licence.
        at: aware time that the PDF states as its own.
    """

    licence_type: LicenceType
    department: Department
    identifier: str
    data: Mapping[str, Scalar]
    attachment: bytes
    at: datetime

    def shown(self) -> dict[str, str]:
        """Give the display string of every field, by its name."""
        return {
            field.name: field.display(self.data.get(field.name))
            for field in self.licence_type.fields
        }


class FaceRenderer:
    """Draws faces; keeps its compilers, so keep it."""

    def __init__(self, *, system_fonts: bool = True) -> None:
        """Read the shipped fonts.

        Args:
            system_fonts: whether installed fonts are asked for what the shipped ones lack; they are
                read when they are first needed.
        """
        self._system_fonts = system_fonts
        self._shipped = _fonts(system=False)
        self._compilers: dict[tuple[Path, bool], typst.Compiler] = {}

    def render(self, face: Face) -> bytes:
        """Draw a face as PDF/A-3b.

        Raises:
            RefusedError: MISSING_GLYPH, no font has a character; CONTENT_TOO_LONG, the face cannot
                hold a text.
            MalformedError: TYPE_MALFORMED, the type's `face.typ` does not compile.
        """
        shown = face.shown()
        lacking = not_shipped("".join([*shown.values(), face.department.name.zh]))
        try:
            pdf = self._compiler(face.licence_type.folder, fallback=bool(lacking)).compile(
                input=_source(face, shown, fallback=bool(lacking)),
                format="pdf",
                pdf_standards=["a-3b"],
                timestamp=face.at,
            )
        except typst.TypstError as error:
            raise self._translated(error, face, lacking) from error
        if not isinstance(pdf, bytes):  # pragma: no cover - the PDF export gives one document
            raise MalformedError(LicenceReason.TYPE_MALFORMED, "typst gave no PDF")
        return pdf

    def _compiler(self, folder: Path, *, fallback: bool) -> typst.Compiler:
        found = self._compilers.get((folder, fallback))
        if found is None:
            _check_imports(folder)
            found = typst.Compiler(
                root=str(folder),
                font_paths=self._all if fallback else self._shipped,
                package_path=str(PACKAGES),
            )
            self._compilers[folder, fallback] = found
        return found

    @cached_property
    def _all(self) -> typst.Fonts:
        return _fonts(system=self._system_fonts)

    def _translated(
        self, error: typst.TypstError, face: Face, lacking: frozenset[str]
    ) -> RefusedError | MalformedError:
        too_long = _TOO_LONG.search(error.message)
        if too_long is not None:
            sentence = "the face cannot hold this text even in its smallest type"
            return RefusedError(LicenceReason.CONTENT_TOO_LONG, sentence, at=f"/{too_long[1]}")
        missing = sorted(each for each in lacking if not self._has_glyph(face, each))
        if missing:
            named = ", ".join(f"{each} (U+{ord(each):04X})" for each in missing)
            packages = ", ".join(sorted({package_with(each) for each in missing}))
            sentence = f"no installed font has {named}; the Debian package {packages} may"
            at = _field_with(face, frozenset(missing))
            return RefusedError(LicenceReason.MISSING_GLYPH, sentence, at=at)
        return MalformedError(LicenceReason.TYPE_MALFORMED, error.message, at="face.typ")

    def _has_glyph(self, face: Face, character: str) -> bool:
        """Ask whether any font has a character, by setting nothing else."""
        families = ", ".join(map(_literal, (SHIPPED_FAMILY, *FALLBACK_FAMILIES)))
        source = f"#set text(font: ({families}), fallback: false)\n#{_literal(character)}"
        try:
            self._compiler(face.licence_type.folder, fallback=True).compile(
                input=source.encode(), format="pdf", pdf_standards=["a-3b"], timestamp=face.at
            )
        except typst.TypstError:
            return False
        return True


def _fonts(*, system: bool) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=system, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)]
    )


def _check_imports(folder: Path) -> None:
    """Refuse faces that would make typst fetch a package from the network."""
    for file in sorted(folder.rglob("*.typ")):
        if b"@preview" in file.read_bytes():
            sentence = "a face imports from its own folder and from @licences/face, nothing else"
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at=file.name)


def _source(face: Face, shown: Mapping[str, str], *, fallback: bool) -> bytes:
    """Write the main file: data stand in it as string literals, which costs least."""
    licence = json.dumps(_licence(face, shown, fallback=fallback), ensure_ascii=False)
    attachment = face.attachment.decode("utf-8")
    return (
        '#import "@licences/face:1.0.0": document\n'
        '#import "/face.typ": face\n'
        f"#document(face, json(bytes({_literal(licence)})), bytes({_literal(attachment)}))\n"
    ).encode()


def _licence(face: Face, shown: Mapping[str, str], *, fallback: bool) -> dict[str, object]:
    name, qr = face.licence_type.name, make_qr_code(face.identifier)
    return {
        "identifier": face.identifier,
        "title": {"zh": name.zh, "en": name.en},
        "issuer": {"zh": face.department.name.zh, "en": face.department.name.en},
        "sample": face.department.code.area.startswith(_INVENTED_AREA),
        "fonts": [SHIPPED_FAMILY, *(FALLBACK_FAMILIES if fallback else ())],
        "qr": {"size": qr.size, "pixels": list(qr.pixels)},
        "fields": {
            field.name: {
                "name": field.name,
                "zh": field.title.zh,
                "en": field.title.en,
                "value": shown[field.name],
            }
            for field in face.licence_type.fields
        },
    }


def _literal(text: str) -> str:
    """Write a typst string literal: only these two characters mean something in one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _field_with(face: Face, characters: frozenset[str]) -> str:
    for name, text in face.shown().items():
        if not characters.isdisjoint(text):
            return f"/{name}"
    return ""
