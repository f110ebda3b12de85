"""The fields of a PDF's form, as pyHanko reads them: a tree of bounded size, and their widgets.

Left to others: signatures and their fields to `reader`, fields that come later to `later_rules`.
Source: ISO 32000-1, 12.7.3 (read second-hand).
"""

from typing import Final

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.xref import ObjStreamRef

from eseal.pdf.guarded import GuardedReader, entry, resolve

MAX_FIELDS: Final = 1000
MAX_NAMES: Final = 1 << 20
"""Letters of the full names of all fields, each of which names those above it, too."""

WIDGET_KEYS: Final = frozenset({
    "/Type", "/Subtype", "/Rect", "/P", "/F", "/AP", "/MK", "/NM", "/M", "/Parent", "/V", "/FT",
    "/StructParent", "/Border", "/BS", "/H", "/DA", "/Q",
})  # fmt: skip
"""What the widget of a signature may say: nothing that acts, hides it or chooses what it shows."""

FIELD_KEYS: Final = WIDGET_KEYS | {"/T", "/TU", "/TM", "/Ff", "/Kids", "/Lock", "/SV"}
"""What a signature field may say, which is its own widget or has some below it."""


def check_fields(root: generic.DictionaryObject) -> None:
    """See that the fields are a tree of bounded size: pyHanko walks it along every path.

    Args:
        root: the catalog of a document, or of one of its revisions.

    Raises:
        PdfReadError: they are no tree, or too many, or their names too long.
    """
    form = entry(root, "/AcroForm", generic.DictionaryObject)
    waiting = [] if form is None else [(entry(form, "/Fields", generic.ArrayObject), 0)]
    seen: set[generic.Reference] = set()
    letters = 0
    while waiting:
        kids, above = waiting.pop()
        for field in kids or ():
            if field.reference in seen or len(seen) >= MAX_FIELDS:
                raise misc.PdfReadError("表单域有误，或过多 the fields are no tree, or too many")
            seen.add(field.reference)
            found = resolve(field, generic.DictionaryObject)
            full = above + _length(found)
            letters += full
            if letters > MAX_NAMES:
                raise misc.PdfReadError("域名过长 the names of the fields are too long")
            waiting.append((entry(found, "/Kids", generic.ArrayObject), full))


def _length(field: generic.DictionaryObject) -> int:
    """What a field adds to the full names of those below it, with the point between."""
    name = field.raw_get("/T").get_object() if "/T" in field else ""
    return len(name) + 1 if isinstance(name, str | bytes) else 1


def asks_readers_to_draw(root: generic.DictionaryObject) -> bool:
    """Does the form ask readers to draw its fields themselves (/NeedAppearances)?

    Anything but `false` or null does: readers take what is no Boolean as they like.

    Args:
        root: the catalog.
    """
    form = entry(root, "/AcroForm", generic.DictionaryObject)
    if form is None or "/NeedAppearances" not in form:
        return False
    said = form.raw_get("/NeedAppearances").get_object()
    is_said = isinstance(said, generic.BooleanObject | generic.NullObject)
    return not is_said or bool(said)


def widgets_below(field: generic.DictionaryObject) -> list[generic.DictionaryObject]:
    """List what stands below a field: the widgets of a filled one that is not its own."""
    kids = entry(field, "/Kids", generic.ArrayObject) or ()
    return [resolve(kid, generic.DictionaryObject) for kid in kids]


def last_place(reader: GuardedReader, field: generic.IndirectObject) -> int:
    """Say where in the file the last part of a filled signature field begins.

    Its parts are itself, the widgets below it and its signature; of one in an object stream it is
    where that begins.

    Args:
        reader: the file.
        field: one of its filled signature fields.
    """
    dictionary = resolve(field, generic.DictionaryObject)
    kids = entry(dictionary, "/Kids", generic.ArrayObject) or ()
    parts = (field, dictionary.raw_get("/V"), *kids)
    named = [part.reference for part in parts if isinstance(part, generic.IndirectObject)]
    return max(_place(reader, each) for each in named)


def _place(reader: GuardedReader, reference: generic.Reference) -> int:
    place = reader.xrefs[reference]
    if isinstance(place, ObjStreamRef):
        return _place(reader, generic.Reference(place.obj_stream_id, 0, reader))
    return int(place)
