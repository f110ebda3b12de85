"""A mark: a picture, or a part of one, on a page; and what a number of them has in common."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from eseal.pdf.places import Place
from eseal.pictures.form import PictureForm


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A picture, or a part of one, on a page."""

    place: Place
    form: PictureForm


def marks_digest(marks: Iterable[Mark]) -> bytes:
    """Give a SHA-256 of what marks show and where; a form that several share is hashed once."""
    known: dict[int, bytes] = {}
    shown = [(mark.place, _form_digest(mark.form, known)) for mark in marks]
    return hashlib.sha256(repr(shown).encode()).digest()


def _form_digest(form: PictureForm, known: dict[int, bytes]) -> bytes:
    if id(form) not in known:
        whole = None if form.whole is None else _form_digest(form.whole, known)
        said = (form.width_pt, form.height_pt, form.stream, form.images, form.inked, whole)
        known[id(form)] = hashlib.sha256(repr(said).encode()).digest()
    return known[id(form)]
