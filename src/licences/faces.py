"""Faces (证面) of licences: data in, PDF/A-3b out, drawn by typst from the type's `face.typ`.

Rules kept:

- The face shows the display strings of the fields, the QR of the identifier, and carries the signed
  JSON licence as an attached file. The same licence gives the same bytes.
- Nothing is ever left blank: a character that the shipped fonts lack is looked for in the installed
  ones; if they lack it too, it is refused, named, with the package that has it.
- Nothing is cut: text that a face cannot hold at its smallest size is refused, with its field.
- A face that exports `on-form` is drawn empty once for each department, and filled in from then on;
  what the shipped fonts cannot show is drawn whole, as is every other face.

Left to others: what a field shows to the catalogue, the library that faces share to
`typst/licences/face`, the place of the seal to the type's face, filling in to `filling`, typst to
`typesetter`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from eseal.errors import MalformedError, RefusedError
from eseal.fonts import not_shipped
from eseal.jose.strict_json import Scalar
from eseal.pdf.places import Spot
from licences.catalogue import Department, LicenceType
from licences.empty_form import ATTACHMENT as STAND_IN_ATTACHMENT
from licences.empty_form import DRAWN_AT, EmptyForm, read_form
from licences.face_source import EMPTY, IDENTIFIER_SLOT, face_source, literal
from licences.filling import Filling, fill_in, set_all
from licences.glyphs import package_with
from licences.qr_code import QrCode, make_qr_code
from licences.reasons import LicenceReason
from licences.setting import Slot
from licences.typesetter import Typesetter, TypesettingError

SHIPPED_FAMILY: Final = "Licence Song"
FALLBACK_FAMILIES: Final = (
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
    "HanaMinA",
    "HanaMinB",
)  # GB 18030-2022, level 3, together

_MAX_FORMS: Final = 256

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


class _FormKey(NamedTuple):
    """What an empty form looks like depends on this."""

    licence_type: LicenceType
    department: Department
    qr_size: int
    shown: tuple[tuple[str, str], ...]


class FaceRenderer:
    """Draws faces; keeps its typesetter and empty forms, so keep it."""

    def __init__(self, *, system_fonts: bool = True) -> None:
        """Read the shipped fonts.

        Args:
            system_fonts: whether installed fonts are asked for what the shipped ones lack; they are
                read when they are first needed.
        """
        self._typesetter = Typesetter(system_fonts=system_fonts)
        self._on_form: dict[Path, frozenset[str] | None] = {}
        self._forms: dict[_FormKey, EmptyForm] = {}
        self._seal_spots: dict[Path, Spot] = {}

    def render(self, face: Face) -> bytes:
        """Draw a face as PDF/A-3b.

        Raises:
            RefusedError: MISSING_GLYPH, no font has a character; CONTENT_TOO_LONG, the face cannot
                hold a text.
            MalformedError: TYPE_MALFORMED, the type's `face.typ` does not compile.
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
            sentence = "the face has no room for the identifier"
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
            self._seal_spots[folder] = self._asked_seal_spot(folder)
        return self._seal_spots[folder]

    def _asked_seal_spot(self, folder: Path) -> Spot:
        """Ask a face for what it exports as `seal`."""
        source = (
            '#import "/face.typ": seal\n'
            "#metadata((page: seal.page, x: seal.x / 1pt, y: seal.y / 1pt)) <seal>\n"
        )
        try:
            (found,) = self._typesetter.ask(folder, source.encode(), "<seal>")
            return _read_spot(found)
        except (TypesettingError, ValueError, TypeError) as error:
            sentence = (
                f"it exports no place for the seal, `seal = (page: .., x: .., y: ..)`: {error}"
            )
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ") from error

    def _drawn(
        self, face: Face, shown: Mapping[str, str], qr_code: QrCode, lacking: frozenset[str]
    ) -> bytes:
        """Draw a face whole."""
        if EMPTY in lacking:  # a value of it alone would leave its place empty
            raise _no_glyph(face, [EMPTY])
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
            return self._typesetter.pdf(folder, source, at=face.at, fallback=bool(lacking))
        except TypesettingError as error:
            raise self._translated(error, face, lacking) from error

    def _form(self, face: Face, shown: Mapping[str, str], qr_size: int) -> EmptyForm | None:
        """Give the empty form of a face; `None` if the face has to be drawn whole."""
        folder = face.licence_type.folder
        if folder not in self._on_form:
            self._on_form[folder] = self._asked_on_form(folder)
        on_form = self._on_form[folder]
        if on_form is None:
            return None
        if not on_form <= shown.keys():
            named = ", ".join(sorted(on_form - shown.keys()))
            sentence = f"`on-form` names what is no field: {named}"
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ")
        on_it = {name: shown[name] for name in sorted(on_form)}
        key = _FormKey(face.licence_type, face.department, qr_size, tuple(on_it.items()))
        form = self._forms.get(key)
        if form is None:
            if len(self._forms) >= _MAX_FORMS:
                self._forms.pop(next(iter(self._forms)))
            form = self._forms[key] = self._empty(face, on_it, qr_size)
        return form

    def _asked_on_form(self, folder: Path) -> frozenset[str] | None:
        """Ask a face which fields its empty form depends on; `None` if it is drawn whole."""
        source = (
            '#import "/face.typ" as face\n'
            '#metadata(dictionary(face).at("on-form", default: none)) <on-form>\n'
        )
        try:
            (names,) = self._typesetter.ask(folder, source.encode(), "<on-form>")
        except (
            TypesettingError
        ):  # a face that does not compile; drawing it whole says what is wrong
            return None
        if names is None:
            return None
        if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
            sentence = "`on-form` is an array of names; behind a single one stands a comma"
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ")
        return frozenset(names)

    def _empty(self, face: Face, on_it: Mapping[str, str], qr_size: int) -> EmptyForm:
        """Draw a face without its values, and ask where they go."""
        values = {field.name: on_it.get(field.name, EMPTY) for field in face.licence_type.fields}
        source = face_source(
            face.licence_type,
            face.department,
            values=values,
            identifier=EMPTY,
            qr_code=QrCode(size=qr_size, pixels=b""),
            fonts=(SHIPPED_FAMILY,),
            attachment=STAND_IN_ATTACHMENT,
        )
        folder = face.licence_type.folder
        try:
            pdf = self._typesetter.pdf(folder, source, at=DRAWN_AT, fallback=False, tagged=False)
            slots = self._typesetter.ask(folder, source, "<slot>")
        except TypesettingError as error:
            sentence = f"the face cannot be drawn empty, as `on-form` promises: {error}"
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ") from error
        if any(slot.pop("page") != 1 for slot in slots):
            sentence = "a face of more than one page cannot be drawn empty: drop `on-form`"
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ")
        if unknown := {slot["name"] for slot in slots} - {*values, IDENTIFIER_SLOT}:
            sentence = f"`value` shows what is no field: {', '.join(sorted(unknown))}"
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ")
        return read_form(pdf, tuple(Slot(**slot) for slot in slots), qr_size=qr_size)

    def _translated(
        self, error: TypesettingError, face: Face, lacking: frozenset[str]
    ) -> RefusedError | MalformedError:
        too_long = _TOO_LONG.search(str(error))
        if too_long is not None:
            sentence = "the face cannot hold this text even in its smallest type"
            return RefusedError(LicenceReason.CONTENT_TOO_LONG, sentence, at=f"/{too_long[1]}")
        missing = sorted(each for each in lacking if not self._has_glyph(face, each))
        if missing:
            return _no_glyph(face, missing)
        return MalformedError(LicenceReason.TYPE_MALFORMED, str(error), at="face.typ")

    def _has_glyph(self, face: Face, character: str) -> bool:
        """Ask whether any font has a character, by setting nothing else."""
        families = ", ".join(map(literal, (SHIPPED_FAMILY, *FALLBACK_FAMILIES)))
        source = f"#set text(font: ({families}), fallback: false)\n#{literal(character)}"
        try:
            folder = face.licence_type.folder
            self._typesetter.pdf(folder, source.encode(), at=face.at, fallback=True)
        except TypesettingError:
            return False
        return True


def _read_spot(found: Mapping[str, Any]) -> Spot:
    page, x, y = int(found["page"]), float(found["x"]), float(found["y"])
    if page < 1:
        msg = f"pages count from 1, not {page}"
        raise ValueError(msg)
    return Spot(page=page - 1, x=x, y=y)


def _not_shipped_of(face: Face, shown: Mapping[str, str]) -> frozenset[str]:
    return not_shipped("".join([*shown.values(), face.department.name.zh]))


@lru_cache(maxsize=64)
def _qr_size(identifier: str) -> int:
    """How many modules a side of the code has; whoever checks asks for one identifier again."""
    return make_qr_code(identifier).size


def _no_glyph(face: Face, missing: Sequence[str]) -> RefusedError:
    named = ", ".join(f"{each} (U+{ord(each):04X})" for each in missing)
    packages = ", ".join(sorted({package_with(each) for each in missing}))
    sentence = f"no installed font has {named}; the Debian package {packages} may"
    at = _field_with(face, frozenset(missing))
    return RefusedError(LicenceReason.MISSING_GLYPH, sentence, at=at)


def _field_with(face: Face, characters: frozenset[str]) -> str:
    for name, text in face.shown().items():
        if not characters.isdisjoint(text):
            return f"/{name}"
    return ""
