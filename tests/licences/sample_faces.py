"""Faces for tests: those of the types' samples."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

from licences.faces import Face
from licences.identifiers import LicenceIdentifier
from tests.homes import CATALOGUE

SERIAL = "0123456789ABCDEF" * 2
AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ATTACHMENT = b'{"payload":"\\u8bc1 \\"quoted\\" \\\\ #sys.inputs $x$","n":1}\n'
FILLED = b"FILLED+LicenceSong"
"""Stands in a face that was filled in."""

Edit = Callable[[str], str]


def face_of(slug: str = "talent-card", **changed: str) -> Face:
    """Make the face of a type's sample, with some of the data changed."""
    licence_type = CATALOGUE.get(slug)
    department = CATALOGUE.find_department(licence_type.issuers[0].text)
    assert department is not None
    identifier = LicenceIdentifier.build(
        type_code=licence_type.type_code, issuer=department.code, serial=SERIAL
    )
    return Face(
        licence_type=licence_type,
        department=department,
        identifier=str(identifier),
        data={**licence_type.sample(), **changed},
        attachment=ATTACHMENT,
        at=AT,
    )


def with_face(face: Face, folder: Path, edit: Edit) -> Face:
    """Give a face whose `face.typ` is changed."""
    copy = folder / face.licence_type.folder.name
    copytree(face.licence_type.folder, copy)
    source = (copy / "face.typ").read_text(encoding="utf-8")
    (copy / "face.typ").write_text(edit(source), encoding="utf-8")
    return replace(face, licence_type=replace(face.licence_type, folder=copy))
