"""Faces (证面) of licences: data in, PDF/A-3b out, drawn by typst from the type's `face.typ`.

Rules kept:

- The face shows the display strings of the fields, the QR of the identifier, and carries the signed
  JSON licence as an attached file. The same licence gives the same bytes.
- Nothing is ever left blank: a character that the shipped fonts lack is looked for in the installed
  ones; if they lack it too, it is refused, named, with the package that has it.
- Nothing is cut: text that a face cannot hold at its smallest size is refused, with its field.
- A face that has an empty form is filled in; what the shipped fonts cannot show is drawn whole, as
  is every other face. What is drawn whole is read back: installed fonts may show one character as
  another. What is filled in has a glyph of its own for each character, and a place for each field.

Left to others: what a field shows to the catalogue, the library that faces share to
`typst/licences/face`, the place of the seal to the type's face, empty forms to `form_drawing`,
filling in to `filling`, fonts to `glyphs`, typst to `typesetter`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from eseal.errors import MalformedError, RefusedError
from eseal.fonts import not_shipped
from eseal.jose.strict_json import Scalar
from eseal.pdf.pages import page_text
from eseal.pdf.places import Spot
from licences.catalogue import Department, LicenceType
from licences.empty_form import EmptyForm
from licences.face_exports import ask_seal_spot, does_not_show
from licences.face_source import EMPTY, IDENTIFIER_SLOT, face_source
from licences.filling import Filling, fill_in, set_all
from licences.form_drawing import EmptyForms
from licences.glyphs import (
    FALLBACK_FAMILIES,
    SHIPPED_FAMILY,
    has_glyph,
    missing_glyph,
    shown_otherwise,
)
from licences.page_words import words_not_shown
from licences.qr_code import QrCode, make_qr_code
from licences.reasons import LicenceReason
from licences.setting import too_long_for_face
from licences.typesetter import Typesetter, TypesettingError

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
    """Draws faces; keeps its typesetter and empty forms, so keep it."""

    def __init__(self, *, system_fonts: bool = True) -> None:
        """Read the shipped fonts.

        Args:
            system_fonts: whether installed fonts are asked for what the shipped ones lack; they are
                read when they are first needed.
        """
        self._typesetter = Typesetter(system_fonts=system_fonts)
        self._forms = EmptyForms(self._typesetter)
        self._seal_spots: dict[Path, Spot] = {}

    def render(self, face: Face) -> bytes:
        """Draw a face as PDF/A-3b.

        Raises:
            RefusedError: MISSING_GLYPH, no font has a character, or one shows another;
                CONTENT_TOO_LONG, the face cannot hold a text; INPUT_TOO_LARGE, reading it back
                took too much.
            MalformedError: TYPE_MALFORMED, the type's `face.typ` does not compile, or leaves a
                field out.
        """
        shown, qr_code = face.shown(), make_qr_code(face.identifier)
        lacking = _not_shipped_of(face, shown)
        form = None if lacking else self._form(face, shown, qr_code.size)
        if form is None:
            return self._drawn(face, shown, qr_code, lacking)
        filling = Filling(
            words={**shown, IDENTIFIER_SLOT: face.identifier},
            identifier=face.identifier,
            pixels=qr_code.pixels,
            attachment=face.attachment,
            at=face.at,
        )
        try:
            return fill_in(form, filling)
        except RefusedError as error:
            if error.at != f"/{IDENTIFIER_SLOT}":
                raise
            sentence = "票面放不下证照标识 the face has no room for the identifier"
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ") from error

    def check(self, face: Face) -> None:
        """See that a face can be drawn: its words fit, or it is drawn because a glyph is in doubt.

        A face that is not filled in is tried out for its glyphs only.

        Raises:
            RefusedError, MalformedError: as `render`.
        """
        shown = face.shown()
        if _not_shipped_of(face, shown):
            self.render(face)
            return
        form = self._form(face, shown, _qr_size(face.identifier))
        if form is not None:
            set_all(form, {**shown, IDENTIFIER_SLOT: face.identifier})

    def seal_spot(self, licence_type: LicenceType) -> Spot:
        """Say where the middle of the seal stands on the faces of a type.

        Raises:
            MalformedError: TYPE_MALFORMED, the type's `face.typ` has no place for one.
        """
        folder = licence_type.folder
        if folder not in self._seal_spots:
            self._seal_spots[folder] = ask_seal_spot(self._typesetter, folder)
        return self._seal_spots[folder]

    def _form(self, face: Face, shown: Mapping[str, str], qr_size: int) -> EmptyForm | None:
        return self._forms.find(face.licence_type, face.department, shown, qr_size=qr_size)

    def _drawn(
        self, face: Face, shown: Mapping[str, str], qr_code: QrCode, lacking: frozenset[str]
    ) -> bytes:
        """Draw a face whole."""
        if EMPTY in lacking:  # a value of it alone would leave its place empty
            raise missing_glyph([EMPTY], shown)
        fonts = (SHIPPED_FAMILY, *(FALLBACK_FAMILIES if lacking else ()))
        source = face_source(
            face.licence_type,
            face.department,
            values=shown,
            identifier=face.identifier,
            qr_code=qr_code,
            fonts=fonts,
            attachment=face.attachment,
        )
        try:
            folder = face.licence_type.folder
            pdf = self._typesetter.pdf(folder, source, at=face.at, fallback=bool(lacking))
        except TypesettingError as error:
            raise self._translated(error, face, shown, lacking) from error
        _demand_shown(face, shown, lacking, page_text(pdf))
        return pdf

    def _translated(
        self,
        error: TypesettingError,
        face: Face,
        shown: Mapping[str, str],
        lacking: frozenset[str],
    ) -> RefusedError | MalformedError:
        too_long = _TOO_LONG.search(str(error))
        if too_long is not None:
            return too_long_for_face(too_long[1])
        folder = face.licence_type.folder
        missing = sorted(
            each for each in lacking if not has_glyph(self._typesetter, folder, each, at=face.at)
        )
        if missing:
            return missing_glyph(missing, shown)
        return MalformedError(LicenceReason.TYPE_MALFORMED, f"无法排版 {error}", at="face.typ")


def _not_shipped_of(face: Face, shown: Mapping[str, str]) -> frozenset[str]:
    return not_shipped("".join([*shown.values(), face.department.name.zh]))


def _demand_shown(face: Face, shown: Mapping[str, str], lacking: frozenset[str], page: str) -> None:
    """Insist that what was drawn can be read back from the page, as verifiers will read it."""
    wanted = {each.name: shown[each.name] for each in face.licence_type.fields if each.on_face}
    left_out = words_not_shown({**wanted, IDENTIFIER_SLOT: face.identifier}, page)
    for name in left_out:
        if odd := lacking.intersection(wanted.get(name, "")):
            raise shown_otherwise(odd, name)
    if left_out:
        raise does_not_show(left_out)


@lru_cache(maxsize=64)
def _qr_size(identifier: str) -> int:
    """How many modules a side of the code has; whoever checks asks for one identifier again."""
    return make_qr_code(identifier).size
