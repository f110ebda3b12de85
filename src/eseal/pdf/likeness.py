"""Finds what looks like a seal on pages, and is none: a picture by itself proves nothing.

A page is looked at only if something on it could be one: red lines, shapes or words, a coloured
image, a form, an annotation. Then it is drawn small, without the seals of signatures, and red
patches are measured (`patches`).

It is a guess and says so: a red emblem is taken for a seal, a blue seal is not found.

Left to others: looking at pages to `pages`, what follows from it to `verify`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from eseal.errors import EvidenceError
from eseal.pdf.judged_signature import JudgedSignature
from eseal.pdf.marks import MarkCheck, shown_marks
from eseal.pdf.pages import MAX_SIZED_PAGES, look
from eseal.pdf.reader import OpenPdf
from eseal.reasons import Reason
from eseal.report import Finding, passed, undetermined


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """Something like a seal: page, counted from 1, and its middle in mm from the top left."""

    page: int
    x: int
    y: int

    def __str__(self) -> str:
        return f"第 {self.page} 页 page {self.page} at {self.x}mm,{self.y}mm"


def look_at_pages(
    data: bytes, opened: OpenPdf, signatures: Sequence[JudgedSignature]
) -> tuple[Finding, str | None]:
    """Look for seals that nothing proves; gives the finding, and the text of the pages.

    Pages behind those that are looked at are not passed: what is on them is undetermined. So it is
    where the page tree says another number of pages than it has: some readers show them all.

    Args:
        data: the file.
        opened: the same, as pyHanko reads it.
        signatures: what is on it, as judged.
    """
    try:
        looked = look(data, proven=_proven(opened, signatures))
        listed = len(opened.page_boxes(most=max(MAX_SIZED_PAGES, looked.surveyed.pages)))
    except EvidenceError as error:
        return undetermined(MarkCheck.MARKS, error.reason, error.told), None
    surveyed = looked.surveyed
    if looked.like:
        found = (Likeness(page=page + 1, x=x, y=y) for page, x, y in looked.like)
        detail = f"形似印章 like a seal: {', '.join(map(str, found))}"
        finding = undetermined(MarkCheck.MARKS, Reason.SEAL_PICTURE_UNPROVEN, detail)
    elif surveyed.seen < surveyed.pages:
        detail = (
            f"{surveyed.pages} 页中只看了前 {surveyed.seen} 页 "
            f"of {surveyed.pages} pages the first {surveyed.seen} were looked at"
        )
        finding = undetermined(MarkCheck.MARKS, Reason.INPUT_TOO_LARGE, detail)
    elif surveyed.pages != listed:
        detail = f"所称页数与实有页数不符 {surveyed.pages} pages are said to be there, {listed} are"
        finding = undetermined(MarkCheck.MARKS, Reason.BROKEN_PDF, detail)
    else:
        finding = passed(MarkCheck.MARKS)
    return finding, surveyed.text


def _proven(opened: OpenPdf, signatures: Sequence[JudgedSignature]) -> dict[int, list[int]]:
    """Which annotations are pictures of seals: their places in the lists, by page."""
    found: dict[int, list[int]] = {}
    fields = {one.field for one in signatures if one.seal is not None}
    places = opened.annotation_places(most=MAX_SIZED_PAGES) if fields else {}
    for number, place in enumerate(opened.signature_fields()):
        for mark in shown_marks(opened, number) if place.name in fields else ():
            if mark.reference in places:
                page, at = places[mark.reference]
                found.setdefault(page, []).append(at)
    return found
