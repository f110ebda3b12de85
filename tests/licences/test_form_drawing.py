"""Empty forms are drawn once, kept by what stands on them, and refused if they break a promise."""

from dataclasses import replace
from pathlib import Path

import pytest

from eseal.errors import MalformedError
from eseal.pdf.pages import page_text
from licences import form_drawing
from licences.faces import FaceRenderer
from licences.licence_type import Bilingual
from licences.reasons import LicenceReason
from tests.licences.sample_faces import FILLED, Edit, face_of, with_face

OTHER_NAME = 'line(fields.name + (name: "other"),'


@pytest.fixture(scope="module")
def renderer() -> FaceRenderer:
    """One renderer for all."""
    return FaceRenderer(system_fonts=False)


def test_a_type_or_department_renamed_has_a_form_of_its_own(renderer: FaceRenderer) -> None:
    """What is printed on the form is what type and department are called now."""
    face, name = face_of(), Bilingual(zh="改名样本", en="Renamed")
    renderer.render(face)
    for renamed in (
        replace(face, licence_type=replace(face.licence_type, name=name)),
        replace(face, department=replace(face.department, name=name)),
    ):
        assert name.zh in "".join(page_text(renderer.render(renamed)).split())


def test_what_stands_on_the_form_has_forms_of_its_own(renderer: FaceRenderer) -> None:
    """A field that `on-form` names is part of the form: another value, another form."""
    for role in ("经营者", "法定代表人"):
        drawn = renderer.render(face_of("business-licence", representative_role=role))
        assert FILLED in drawn
        assert role in "".join(page_text(drawn).split())


def test_forms_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes when there are too many; what is drawn stays the same."""
    monkeypatch.setattr(form_drawing, "_MAX_FORMS", 1)
    renderer = FaceRenderer(system_fonts=False)
    first = renderer.render(face_of())
    renderer.render(face_of("business-licence"))
    assert renderer.render(face_of()) == first


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda source: source.replace("on-form = ()", 'on-form = ("nobody",)'), "nobody"),
        (lambda source: source.replace("on-form = ()", 'on-form = ("name")'), "comma"),
        (lambda source: source.replace("on-form = ()", "on-form = true"), "array"),
        (lambda source: source.replace("line(fields.name,", OTHER_NAME), "no field: other"),
        (lambda source: source.replace("line(fields.name,", "text(fields.name.value) //"), "empty"),
        (lambda source: source.replace("line(fields.name,", "[] //"), "not show: name"),
        (lambda source: source.replace("    footer(", "    pagebreak(); footer("), "one page"),
        (lambda source: source.replace("qr(licence,", "rect() //"), "QR code"),
        (lambda source: source.replace("    footer(", "    set text(fill: red); footer("), "black"),
        (lambda source: source.replace("117mm, 94mm)", "117mm, 60mm)"), "no room"),
    ],
    ids=["no field", "array", "no names", "other", "value", "left out", "pages", "no code", "red",
         "no room"],
)  # fmt: skip
def test_refuses_a_form_that_breaks_its_promise(
    edit: Edit, said: str, tmp_path: Path, renderer: FaceRenderer
) -> None:
    """TYPE_MALFORMED: a face that exports `on-form` and is not as it says is told why."""
    face = with_face(face_of(), tmp_path, edit)
    with pytest.raises(MalformedError, match=said) as caught:
        renderer.render(face)
    assert caught.value.reason is LicenceReason.TYPE_MALFORMED
    assert caught.value.at == "face.typ"


def test_a_second_page_with_values_is_refused(tmp_path: Path, renderer: FaceRenderer) -> None:
    """TYPE_MALFORMED: values are filled in on one page only."""
    face = with_face(
        face_of(), tmp_path, lambda source: source.replace("issued(", "pagebreak(); issued(")
    )
    with pytest.raises(MalformedError, match="one page"):
        renderer.render(face)
