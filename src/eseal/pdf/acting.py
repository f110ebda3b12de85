"""What a PDF leaves to its readers to draw, or to run: nobody knows then what was seen and signed.

Found is what acts in the newest revision; whatever an earlier one had is still there, or was
changed after it was signed.

    /NeedAppearances    readers draw the fields of the form anew
    no appearance       a widget that is seen, of no signature, which readers draw as they like
    /XFA                a form of another kind, which some readers show instead of the pages;
                        /NeedsRendering says that there are no other pages
    /JS, /JavaScript    scripts, which may change what fields show: where something is known, say

Scripts are looked for by their names in the bytes of the file and in its object streams; a file
that has them is walked, and they count where they are reachable.

Left to others: the form as a tree to `fields`, what is reachable to `named`.
Source: ISO 32000-1, 12.6.4.16 and 12.7 (read second-hand).
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose

from eseal.pdf.fields import asks_readers_to_draw, check_fields
from eseal.pdf.guarded import FOREIGN_ERRORS, GuardedReader, entry, resolve
from eseal.pdf.reader import OpenPdf

_HIDDEN: Final = 2
_SCRIPTS: Final = ("/JS", "/JavaScript")


def _spelled(name: str) -> bytes:
    """A pattern for a name, each character of which may be escaped."""
    each = (f"(?:{one}|#{ord(one):02x})" for one in name.removeprefix("/"))
    return "".join(each).encode().replace(b"#4a", b"#4[aA]")


_CANDIDATE: Final = re.compile(
    b"/(?:%b)(?=[\\x00\\t\\n\\x0c\\r ()<>\\[\\]{}/%%])" % b"|".join(map(_spelled, _SCRIPTS))
)


def what_acts(opened: OpenPdf) -> str | None:
    """Say what the file leaves to its readers; `None` if there is no such thing.

    Raises:
        PdfError, MalformedError: what could act cannot be read.
        RefusedError: INPUT_TOO_LARGE, there is too much to look through.
    """
    root = opened.pyhanko.root
    return _in_form(root) or (_script(opened) if _may_have_scripts(opened) else None)


def _in_form(root: generic.DictionaryObject) -> str | None:
    if _is_said(root, "/NeedsRendering"):
        return "/NeedsRendering"
    form = entry(root, "/AcroForm", generic.DictionaryObject)
    if form is None:
        return None
    if asks_readers_to_draw(root):
        return "/AcroForm/NeedAppearances"
    if _is_said(form, "/XFA"):
        return "/AcroForm/XFA"
    check_fields(root)
    return "域没有外观 a field without appearance" if _is_any_drawn(form) else None


def _is_said(entries: generic.DictionaryObject, key: str) -> bool:
    """Does anything but `false` or null stand there?"""
    found = entries.get(key)
    is_denied = isinstance(found, generic.BooleanObject) and not found
    return not (found is None or is_denied or isinstance(found, generic.NullObject))


def _is_any_drawn(form: generic.DictionaryObject) -> bool:
    """Has any widget that is seen, of no signature, no appearance?"""
    waiting = [(form, "/Fields", generic.NullObject())]
    while waiting:
        above, key, kind = waiting.pop()
        for each in entry(above, key, generic.ArrayObject) or ():
            field = resolve(each, generic.DictionaryObject)
            own = field.get("/FT", kind)
            is_signature = isinstance(own, generic.NameObject) and own == "/Sig"
            if not is_signature and _is_widget_without_appearance(field):
                return True
            waiting.append((field, "/Kids", own))
    return False


def _is_widget_without_appearance(field: generic.DictionaryObject) -> bool:
    appearance = entry(field, "/AP", generic.DictionaryObject)
    has_one = appearance is not None and "/N" in appearance
    return field.get("/Subtype") == "/Widget" and not has_one and _is_seen(field)


def _is_seen(widget: generic.DictionaryObject) -> bool:
    """Is it seen, as far as can be told?"""
    try:
        if int(widget.get("/F", 0)) & _HIDDEN:
            return False
        left, bottom, right, top = (each.get_object() for each in widget["/Rect"])
    except FOREIGN_ERRORS:
        return True
    return bool(left != right and bottom != top)


def _may_have_scripts(opened: OpenPdf) -> bool:
    packed = _packed(opened.pyhanko)
    try:
        return any(map(_CANDIDATE.search, chain([opened.pyhanko.data], packed)))
    except FOREIGN_ERRORS:  # where it is needed, the walk will say so
        return True


def _packed(reader: GuardedReader) -> Iterator[bytes]:
    """What the object streams of the file hold."""
    numbers = {
        number
        for revision in range(reader.total_revisions)
        for number in reader.xrefs.get_xref_data(revision).obj_streams_used
    }
    for number in sorted(numbers):
        stream = resolve(reader.get_object(generic.Reference(number, 0)), generic.StreamObject)
        yield stream.read_data(DecodePurpose.OBJECT_STREAM)


def _script(opened: OpenPdf) -> str | None:
    """Say which object that can be reached has a script."""
    newest = opened.history.named(opened.pyhanko.total_revisions - 1)
    for number in newest.places:
        if number in newest.present:
            reference = generic.Reference(number, newest.present[number].generation)
            if _has_script(opened.pyhanko.get_object(reference)):
                return f"脚本 a script: object {number}"
    return None


def _has_script(value: generic.PdfObject) -> bool:
    if isinstance(value, generic.DictionaryObject):
        is_one = any(key in value for key in _SCRIPTS) or value.get("/S") == "/JavaScript"
        return is_one or any(_has_script(value.raw_get(key)) for key in value)
    return isinstance(value, generic.ArrayObject) and any(map(_has_script, value))
