"""What the writer wrote, for tests to look into."""

import re

from eseal.pdf.signature_field import Appearance
from eseal.pdf.writer import sign_rendered_pdf
from tests.sealed import tiny_form
from tests.vectors.pdf import IDENTIFIER, PdfForge
from tests.world import NOW

OBJECT = re.compile(rb"(?<=\n)(\d+) (\d+) obj\n(.*?)\nendobj\n", re.DOTALL)
SEAL = Appearance(form=tiny_form(20), x=60, y=60, page=1, tooltip="示例章（样本）")


def objects(forge: PdfForge, signed: bytes) -> dict[int, bytes]:
    """The objects of the update by number."""
    return {int(found[1]): found[3] for found in OBJECT.finditer(signed, len(forge.rendered))}


def one_object(forge: PdfForge, signed: bytes, mark: bytes) -> bytes:
    """The one object of the update that has this in it."""
    (found,) = (body for body in objects(forge, signed).values() if mark in body)
    return found


def written(forge: PdfForge, appearance: Appearance | None) -> bytes:
    """The good document, with or without a mark."""
    return sign_rendered_pdf(
        forge.rendered,
        forge.cms,
        at=NOW,
        identifier=IDENTIFIER,
        reason="签发（样本）",
        location="a (b) \\ c",
        appearance=appearance,
    )
