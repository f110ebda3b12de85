"""What a later revision of a PDF has to leave as it was: catalog, form, fields and pages.

They are compared by their bytes (`source`), never as pyHanko understands them.

Rules kept:
    - the trailer has the identifier that it had, in its first part;
    - the catalog says nothing else but its form, metadata, a later version, more extensions;
    - the form gets more fields, behind the old ones, and flags; by what its fields are drawn, and
      whether readers shall draw them, stays (that they shall not is as if nothing was said);
    - a field that was signed, or stays empty, is what it was (that a widget is an annotation may be
      said); one that is filled says what signatures say, and nothing else, before and after, and
      keeps an appearance that it had;
    - what is inherited from a field that others name as /Parent stays;
    - a page says nothing else but its annotations; in its boxes 595.0 may become 595.

Left to others: what comes new to `later_rules`, what is named where to `later`.
Source: ISO 32000-1, 7.7.2, 7.7.3 and 12.7.2 (read second-hand).
"""

import re
from collections.abc import Mapping
from typing import Final, cast

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import SuspiciousModification

from eseal.pdf.fields import FIELD_KEYS, asks_readers_to_draw
from eseal.pdf.guarded import GuardedReader
from eseal.pdf.sections import read_section
from eseal.pdf.source import Source, differing, same_numbers
from eseal.pdf.syntax import read_body
from eseal.pdf.values import Dictionary, IndirectObject, Name, Reference

_CATALOG: Final = frozenset({b"AcroForm", b"Extensions", b"Metadata", b"Version"})
"""What a catalog may say otherwise: what is not named here stays as it was, a DSS too."""

_FORM: Final = frozenset({b"Fields", b"SigFlags"})
_BOXES: Final = frozenset({b"MediaBox", b"CropBox", b"BleedBox", b"TrimBox", b"ArtBox"})
_FILLED: Final = frozenset({b"V", b"AP", b"F"})
_INHERITED: Final = frozenset({b"DA", b"Q", b"Ff"})
"""What a field says for those that name it their /Parent, too; a signature means nothing by it."""

_FIELD_KEYS: Final = frozenset(key.removeprefix("/").encode() for key in FIELD_KEYS)
_VERSION: Final = re.compile(rb"\d\.\d")


def source_of(revision: HistoricalResolver, reference: generic.Reference) -> Source:
    """What the bytes of an object say in a revision.

    Raises:
        PdfError: pyHanko's; it is not there.
        MalformedError: it breaks the syntax.
    """
    return cast("GuardedReader", revision.reader).source(reference, revision.revision)


def value_of(revision: HistoricalResolver, container: Source, key: bytes) -> Source | None:
    """What stands under `key`, in an object of its own or not; `None` where nothing or null does.

    Raises:
        PdfError: it is a reference to a reference, or as `source_of`.
    """
    found = container.entries().get(key)
    if found is not None and isinstance(found.placed.value, Reference):
        found = source_of(revision, generic.Reference(*found.placed.value))
        if isinstance(found.placed.value, Reference):
            raise misc.PdfReadError("引用所指又是引用 a reference to a reference")
    return None if found is None or found.placed.value is None else found


def check_trailer(old: HistoricalResolver, new: HistoricalResolver) -> None:
    """See that the first part of a file's identifier is what it was, where there is one.

    Raises:
        SuspiciousModification: it is another.
    """
    was, now = (_identifiers(each) for each in (old, new))
    if was and now and was[0].meaning() != now[0].meaning():
        raise SuspiciousModification("文件标识与此前不同 the file has another identifier")


def check_catalog(old: HistoricalResolver, new: HistoricalResolver) -> None:
    """See that the catalog says what it said.

    Raises:
        SuspiciousModification: it does not.
    """
    before, after = _catalog(old), _catalog(new)
    _refuse("目录与此前不同 the catalog is not what it was", differing(before, after) - _CATALOG)
    _check_version(before.entries().get(b"Version"), after.entries().get(b"Version"))
    was, now = value_of(old, before, b"Extensions"), value_of(new, after, b"Extensions")
    said, follow = (one.entries() if one else {} for one in (was, now))
    for key in differing(was, now) & said.keys():
        _check_follows(said[key], follow.get(key))


def check_form(old: HistoricalResolver, new: HistoricalResolver) -> None:
    """See that of the form, which is there, only fields and flags become more.

    Raises:
        SuspiciousModification: something else was changed.
    """
    before = value_of(old, _catalog(old), b"AcroForm")
    after = value_of(new, _catalog(new), b"AcroForm")
    odd = differing(before, after) - _FORM
    if not any(asks_readers_to_draw(each.root) for each in (old, new)):
        odd -= {b"NeedAppearances"}
    _refuse("表单与此前不同 the form is not what it was", odd)
    if before is None or after is None:
        return
    was, now = (_listed(*each, b"Fields") for each in ((old, before), (new, after)))
    if now[: len(was)] != was:
        raise SuspiciousModification("表单原有的域与此前不同 the form has not the fields it had")
    _check_flags(*(form.entries().get(b"SigFlags") for form in (before, after)))


def check_field(before: Source, after: Source, *, is_filled: bool, is_parent: bool) -> None:
    """See that a field that was there is what it was.

    Args:
        before: the field as it was.
        after: the same later.
        is_filled: whether it was empty, and is signed now.
        is_parent: whether anything names it as its /Parent.

    Raises:
        SuspiciousModification: something else was changed.
    """
    was, now = before.entries(), after.entries()
    odd = differing(before, after)
    if b"Type" not in was and is_widget(was) and now.get(b"Type", before).is_name(b"Annot"):
        odd -= {b"Type"}
    if is_filled:
        odd -= _FILLED if is_parent else _FILLED | _INHERITED
        odd |= differing(before, after) & was.keys() & {b"AP"}  # it was seen, and signed
        odd |= (was.keys() | now.keys()) - _FIELD_KEYS
    _refuse("原有的域与此前不同，或含签名以外的内容 a field is not what it was, or not alone", odd)


def is_widget(entries: Mapping[bytes, Source]) -> bool:
    """Are these the entries of a widget?"""
    kind = entries.get(b"Subtype")
    return kind is not None and kind.is_name(b"Widget")


def check_page(before: Source, after: Source) -> None:
    """See that a page says what it said, but for its annotations.

    Raises:
        SuspiciousModification: something else was changed.
    """
    was, now = before.entries(), after.entries()
    odd = {
        key
        for key in differing(before, after) - {b"Annots"}
        if key not in _BOXES & was.keys() & now.keys() or not same_numbers(was[key], now[key])
    }
    _refuse("页面与此前不同 a page is not what it was", odd)


def _identifiers(revision: HistoricalResolver) -> list[Source]:
    reader = cast("GuardedReader", revision.reader)
    for number in range(revision.revision, -1, -1):
        start = reader.xrefs.get_xref_container_info(number).declared_startxref
        found = _trailer(reader.data, start).entries.get(b"ID")
        if found is not None:
            return Source(reader.data, found).items()
    return []


def _trailer(data: bytes, start: int) -> Dictionary:
    """The trailer of the section that begins here, or what its stream says instead."""
    if data.startswith(b"xref", start):
        return read_section(data, start).entries
    return IndirectObject(*read_body(data, start, comments=True)).dictionary()


def _catalog(revision: HistoricalResolver) -> Source:
    found = source_of(revision, revision.root_ref)
    if not isinstance(found.placed.value, Dictionary):
        raise misc.PdfReadError("目录不是字典 the catalog is no dictionary")
    return found


def _listed(revision: HistoricalResolver, container: Source, key: bytes) -> list[object]:
    found = value_of(revision, container, key)
    return [] if found is None else [each.meaning() for each in found.items()]


def _check_flags(was: Source | None, now: Source | None) -> None:
    """See that no flag goes: that there are signatures, and that what follows is appended."""
    had, has = (0 if each is None else each.placed.value for each in (was, now))
    kept = type(had) is type(has) is int and had & has == had
    if not kept and not (was and now and was.meaning() == now.meaning()):
        raise SuspiciousModification("签名标志与此前不同 the form has not the flags it had")


def _check_version(was: Source | None, now: Source | None) -> None:
    """See that a version, where it is changed, is one, and a later one."""
    before = was.placed.value if was else None
    after = now.placed.value if now else None
    if was and now and was.meaning() == now.meaning():
        return
    is_one = isinstance(after, Name) and _VERSION.fullmatch(after) is not None
    is_first = before is None and (after is None or is_one)
    is_later = isinstance(before, Name) and isinstance(after, Name) and after > before
    if not is_first and not (is_one and is_later):
        raise SuspiciousModification("PDF 版本有误 the version is no later one")


def _check_follows(was: Source, now: Source | None) -> None:
    """See that an extension is said still, where more are said beside it."""
    said = was.items() or [was]
    follow = {each.meaning() for each in now.items()} if now else set()
    if not {each.meaning() for each in said} <= follow:
        raise SuspiciousModification("扩展说明与此前不同 an extension is not what it was")


def _refuse(sentence: str, odd: set[bytes]) -> None:
    if odd:
        keys = ", ".join(sorted("/" + key.decode("latin-1") for key in odd))
        raise SuspiciousModification(f"{sentence}: {keys}")
