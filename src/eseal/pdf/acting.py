"""What a PDF leaves to its readers to draw, or to run: nobody knows then what was seen and signed.

Found is what acts in the newest revision; whatever an earlier one had is still there, or was
changed after it was signed.

    /NeedAppearances    readers draw the fields of the form anew
    no appearance       a widget that is seen, of no signature, which readers draw as they like
    an empty signature  field that shows something: whoever fills it exchanges that
    /XFA                a form of another kind, which some readers show instead of the pages;
                        /NeedsRendering says that there are no other pages
    /JS, /JavaScript    scripts, which may change what fields show: where something is known, say;
                        and actions that hide or reset fields or layers, or bring data for them

The latter are looked for by their names in the bytes of the file and in its object streams; a file
that has them is walked, and they count where they are reachable. Widgets are those of the form and
those on the pages; of what kind they are, their parents say, too.

Left to others: the form as a tree to `fields`, what is reachable to `named`.
Source: ISO 32000-1, 12.6.4.16 and 12.7 (read second-hand).
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final, TypeAlias

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose

from eseal.pdf.fields import asks_readers_to_draw, check_fields
from eseal.pdf.guarded import FOREIGN_ERRORS, GuardedReader, entry, resolve
from eseal.pdf.images import is_blank
from eseal.pdf.pages import MAX_PAGES
from eseal.pdf.reader import OpenPdf

_Widget: TypeAlias = tuple[generic.DictionaryObject, object]
_HIDDEN: Final = 2
_ABOVE: Final = 64
"""As many parents of a field are asked."""
_SCRIPTS: Final = ("/JS", "/JavaScript")
_ACTIONS: Final = ("/JavaScript", "/Hide", "/ResetForm", "/ImportData", "/SetOCGState")


def _spelled(name: str) -> bytes:
    """A pattern for a name, each character of which may be escaped."""
    each = (f"(?:{one}|#(?i:{ord(one):02x}))" for one in name.removeprefix("/"))
    return "".join(each).encode()


_CANDIDATE: Final = re.compile(
    b"/(?:%b)(?=[\\x00\\t\\n\\x0c\\r ()<>\\[\\]{}/%%])"
    % b"|".join(map(_spelled, (*_SCRIPTS, *_ACTIONS)))
)


def what_acts(opened: OpenPdf) -> str | None:
    """Say what the file leaves to its readers; `None` if there is no such thing.

    Raises:
        PdfError, MalformedError: what could act cannot be read.
        RefusedError: INPUT_TOO_LARGE, there is too much to look through.
    """
    found = _in_form(opened.pyhanko.root) or _drawn(opened)
    return found or (_script(opened) if _may_have_scripts(opened) else None)


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
    return None


def _said(entries: generic.DictionaryObject, key: str) -> generic.PdfObject | None:
    """What stands under a key, in an object of its own or not; `None`: nothing, or null."""
    if key not in entries:
        return None
    found: generic.PdfObject = entries.raw_get(key).get_object()
    return None if isinstance(found, generic.NullObject) else found


def _is_said(entries: generic.DictionaryObject, key: str) -> bool:
    """Does anything but `false` or null stand there?"""
    found = _said(entries, key)
    return found is not None and not (isinstance(found, generic.BooleanObject) and not found)


def _drawn(opened: OpenPdf) -> str | None:
    """Say what is drawn by readers, or may be exchanged by whoever signs."""
    for widget, kind in chain(_of_the_form(opened.pyhanko.root), _on_the_pages(opened)):
        if not _is_widget(widget):
            continue
        if all(map(_is_signature, (kind, _from_above(widget, "/FT")))):
            if "/AP" in widget and _from_above(widget, "/V") is None and not _is_blank(widget):
                return "未签的签名域有外观 an empty signature field that shows something"
        elif not _has_appearance(widget) and _is_seen(widget):
            return "域没有外观 a field without appearance"
    return None


def _is_widget(entries: generic.DictionaryObject) -> bool:
    return str(_said(entries, "/Subtype")) == "/Widget"


def _is_signature(kind: object) -> bool:
    return isinstance(kind, generic.NameObject) and kind == "/Sig"


def _of_the_form(root: generic.DictionaryObject) -> Iterator[_Widget]:
    """The fields of the form and what stands below them, and of what kind."""
    check_fields(root)
    form = entry(root, "/AcroForm", generic.DictionaryObject)
    waiting: list[tuple[generic.DictionaryObject, str, generic.PdfObject | None]] = []
    waiting += [] if form is None else [(form, "/Fields", None)]
    while waiting:
        above, key, kind = waiting.pop()
        for each in entry(above, key, generic.ArrayObject) or ():
            field = resolve(each, generic.DictionaryObject)
            own = _said(field, "/FT") or kind
            yield field, own
            waiting.append((field, "/Kids", own))


def _on_the_pages(opened: OpenPdf) -> Iterator[_Widget]:
    for _, listed in opened.annotation_lists(most=MAX_PAGES):
        for each in listed:
            found = each.get_object()
            if isinstance(found, generic.DictionaryObject) and _is_widget(found):
                yield found, _from_above(found, "/FT")


def _from_above(field: generic.DictionaryObject, key: str) -> generic.PdfObject | None:
    """What a field says, or else those above it."""
    for _ in range(_ABOVE):
        if (found := _said(field, key)) is not None:
            return found
        above = entry(field, "/Parent", generic.DictionaryObject)
        if above is None:
            return None
        field = above
    raise misc.PdfReadError("域层层嵌套 fields below fields below fields")


def _has_appearance(widget: generic.DictionaryObject) -> bool:
    """Has it one that readers show, or several, one of which may be chosen?"""
    appearance = entry(widget, "/AP", generic.DictionaryObject)
    normal = None if appearance is None else _said(appearance, "/N")
    if isinstance(normal, generic.StreamObject) or not isinstance(normal, generic.DictionaryObject):
        return isinstance(normal, generic.StreamObject)
    are_all = all(isinstance(normal[key], generic.StreamObject) for key in normal)
    return bool(normal) and are_all and isinstance(_said(widget, "/AS"), generic.NameObject)


def _is_blank(widget: generic.DictionaryObject) -> bool:
    """Does its appearance draw nothing?"""
    appearance = entry(widget, "/AP", generic.DictionaryObject)
    normal = None if appearance is None else _said(appearance, "/N")
    return isinstance(normal, generic.StreamObject) and is_blank(normal)


def _is_seen(widget: generic.DictionaryObject) -> bool:
    """Is it seen, as far as can be told?"""
    try:
        flags = _said(widget, "/F")
        if isinstance(flags, int) and flags & _HIDDEN:
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
        kind = str(_said(value, "/S"))
        is_one = any(key in value for key in _SCRIPTS) or kind in _ACTIONS
        return is_one or any(_has_script(value.raw_get(key)) for key in value)
    return isinstance(value, generic.ArrayObject) and any(map(_has_script, value))
