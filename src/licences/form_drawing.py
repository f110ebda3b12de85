"""Draws the empty forms (空白证照) of faces, once for each department, and keeps them.

Rules kept: what stands on a form is part of what it is kept by, so that no licence gets another's;
a face that is not as its `on-form` promises is refused; the oldest forms are forgotten first.

Left to others: what a form is to `empty_form`, filling it in to `filling`, typst to `typesetter`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from eseal.errors import MalformedError
from licences.catalogue import Department, LicenceType
from licences.empty_form import ATTACHMENT, DRAWN_AT, EmptyForm, read_form
from licences.face_exports import ask_on_form, does_not_show
from licences.face_source import EMPTY, IDENTIFIER_SLOT, face_source
from licences.glyphs import SHIPPED_FAMILY
from licences.qr_code import QrCode
from licences.reasons import LicenceReason
from licences.setting import Slot
from licences.typesetter import Typesetter, TypesettingError

_MAX_FORMS: Final = 256


class _FormKey(NamedTuple):
    """What an empty form looks like depends on this."""

    licence_type: LicenceType
    department: Department
    qr_size: int
    shown: tuple[tuple[str, str], ...]


class EmptyForms:
    """The empty forms that were drawn so far; each is drawn when it is first needed."""

    def __init__(self, typesetter: Typesetter) -> None:
        self._typesetter = typesetter
        self._on_form: dict[Path, frozenset[str] | None] = {}
        self._forms: dict[_FormKey, EmptyForm] = {}

    def find(
        self,
        licence_type: LicenceType,
        department: Department,
        shown: Mapping[str, str],
        *,
        qr_size: int,
    ) -> EmptyForm | None:
        """Give the empty form of a type's face; `None` if the face has to be drawn whole.

        Args:
            licence_type: whose face it is.
            department: who issues.
            shown: the display string of every field.
            qr_size: the modules of the QR code, to a side.

        Raises:
            MalformedError: TYPE_MALFORMED, the face is not as its `on-form` promises.
        """
        folder = licence_type.folder
        if folder not in self._on_form:
            self._on_form[folder] = ask_on_form(self._typesetter, folder)
        on_form = self._on_form[folder]
        if on_form is None:
            return None
        if not on_form <= shown.keys():
            named = ", ".join(sorted(on_form - shown.keys()))
            sentence = f"`on-form` 所列不是字段 `on-form` names what is no field: {named}"
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ")
        on_it = {name: shown[name] for name in sorted(on_form)}
        key = _FormKey(licence_type, department, qr_size, tuple(on_it.items()))
        form = self._forms.get(key)
        if form is None:
            if len(self._forms) >= _MAX_FORMS:
                self._forms.pop(next(iter(self._forms)))
            form = self._forms[key] = self._draw(licence_type, department, on_it, qr_size)
        return form

    def _draw(
        self,
        licence_type: LicenceType,
        department: Department,
        on_it: Mapping[str, str],
        qr_size: int,
    ) -> EmptyForm:
        """Draw a face without its values, and ask where they go."""
        values = {field.name: on_it.get(field.name, EMPTY) for field in licence_type.fields}
        source = face_source(
            licence_type,
            department,
            values=values,
            identifier=EMPTY,
            qr_code=QrCode(size=qr_size, pixels=b""),
            fonts=(SHIPPED_FAMILY,),
            attachment=ATTACHMENT,
        )
        folder = licence_type.folder
        try:
            pdf = self._typesetter.pdf(folder, source, at=DRAWN_AT, fallback=False, tagged=False)
            slots = self._typesetter.ask(folder, source, "<slot>")
        except TypesettingError as error:
            sentence = (
                "`on-form` 称可套打，空白票面却画不出 "
                f"the face cannot be drawn empty, as `on-form` promises: {error}"
            )
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ") from error
        if any(slot.pop("page") != 1 for slot in slots):
            sentence = (
                "多页票面不可画成空白，请去掉 `on-form` "
                "a face of more than one page cannot be drawn empty: drop `on-form`"
            )
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ")
        named = {slot["name"] for slot in slots}
        if unknown := named - {*values, IDENTIFIER_SLOT}:
            listed = ", ".join(sorted(unknown))
            sentence = f"`value` 显示的不是字段 `value` shows what is no field: {listed}"
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ")
        wanted = {field.name for field in licence_type.fields if field.on_face} - on_it.keys()
        if left_out := {*wanted, IDENTIFIER_SLOT} - named:
            raise does_not_show(left_out)
        return read_form(pdf, tuple(Slot(**slot) for slot in slots), qr_size=qr_size)
