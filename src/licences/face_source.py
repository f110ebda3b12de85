"""The main file that typst is given for a face: what is shown, as the face library wants it.

Data stand in it as string literals: that costs least, and nothing in them means anything to typst.
Left to others: what is made of it to `typst/licences/face`, drawing to `faces`.
"""

import json
from collections.abc import Mapping
from typing import Final

from licences.catalogue import Department, LicenceType
from licences.qr_code import QrCode

EMPTY: Final = "\U0010fffd"
"""Leaves the place of a value empty. No font has it: it cannot get onto the page."""

IDENTIFIER_SLOT: Final = "licence-identifier"
"""What the identifier's place on an empty form is called, as no field can be."""


def face_source(
    licence_type: LicenceType,
    department: Department,
    *,
    values: Mapping[str, str],
    identifier: str,
    qr_code: QrCode,
    fonts: tuple[str, ...],
    attachment: bytes,
) -> bytes:
    """Write the main file.

    Args:
        licence_type: whose face it is.
        department: who issues.
        values: the display string of every field; `EMPTY` leaves its place empty.
        identifier: the licence's; `EMPTY` leaves its place empty, and stands in the metadata.
        qr_code: the QR code; without pixels a stand-in is drawn.
        fonts: the families that data are set in.
        attachment: the file to attach, UTF-8.
    """
    name = licence_type.name
    licence = {
        "identifier": identifier,
        "number": {"name": IDENTIFIER_SLOT, "value": identifier},
        "title": {"zh": name.zh, "en": name.en},
        "issuer": {"zh": department.name.zh, "en": department.name.en},
        "sample": department.code.is_invented,
        "fonts": fonts,
        "qr": {"size": qr_code.size, "pixels": list(qr_code.pixels) or None},
        "fields": {
            field.name: {
                "name": field.name,
                "zh": field.title.zh,
                "en": field.title.en,
                "value": values[field.name],
            }
            for field in licence_type.fields
        },
    }
    data = json.dumps(licence, ensure_ascii=False)
    return (
        '#import "@licences/face:1.0.0": document\n'
        '#import "/face.typ": face\n'
        f"#document(face, json(bytes({literal(data)})), bytes({literal(attachment.decode())}))\n"
    ).encode()


def literal(text: str) -> str:
    """Write a typst string literal: only these two characters mean something in one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
