"""What is in a PDF, read by pyHanko: its form, its attachments, what its metadata say.

Rules kept:
    - an encrypted file is refused before anything in it is read;
    - trees are bounded before pyHanko walks them;
    - a signature is the value of one field, and of no other; a field that has one has widgets
      below it and no fields, and these show no other signature;
    - a certification is one of the form's signatures.

Left to others: pyHanko itself to `guarded`, signatures to `judging`, what pyHanko lets through to
`eseal.pdf.structure` and `eseal.signed_data`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from pyhanko.pdf_utils import generic, misc
from pyhanko.sign.fields import enumerate_sig_fields

from eseal.carried import MAX_ITEMS, NOTHING, CarriedData, read_carried
from eseal.errors import MalformedError, RefusedError
from eseal.pdf.fields import check_fields, widgets_below
from eseal.pdf.guarded import GuardedReader, entry, resolve, translated
from eseal.pdf.layout import Layout, check_entries
from eseal.pdf.linearized import check_linearized
from eseal.pdf.named import History
from eseal.pdf.places import PageBox
from eseal.pdf.sections import check_sections
from eseal.pdf.values import Reference
from eseal.pdf.xmp import read_identifier
from eseal.reasons import Reason

MAX_ATTACHMENTS = 16
MAX_SIGNATURES = 16

_INHERITED = ("/MediaBox", "/CropBox", "/Rotate")


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureField:
    """A signature field that has been filled: its name, and where its signature lies.

    Attributes:
        name: fully qualified.
        reference: number and generation of the signature dictionary's object.
        offset: where that object begins.
    """

    name: str
    reference: Reference
    offset: int


class OpenPdf:
    """A PDF as pyHanko reads it.

    Attributes:
        pyhanko: its reader, for the modules of this package that judge by it.
    """

    def __init__(self, data: bytes) -> None:
        """Open a PDF.

        Raises:
            MalformedError: BROKEN_PDF, pyHanko cannot read it, or it is out of bounds.
            RefusedError: ENCRYPTED_PDF.
        """
        sections = check_sections(data, len(data))
        check_linearized(data, [start for start, _ in sections])
        with translated(Reason.BROKEN_PDF, "document"):
            self.pyhanko = GuardedReader(data)
            check_entries(self.pyhanko, sections)
            is_encrypted = "/Encrypt" in self.pyhanko.trailer_view
        if is_encrypted:
            raise RefusedError(Reason.ENCRYPTED_PDF, "文件已加密 the trailer has /Encrypt")
        with translated(Reason.BROKEN_PDF, "document"):
            self._root = self.pyhanko.root

    @cached_property
    def history(self) -> History:
        """Its revisions, for who compares them."""
        return History(self.pyhanko)

    @cached_property
    def layout(self) -> Layout:
        """How its revisions are laid out."""
        return Layout(self.history)

    @cached_property
    def _fields(self) -> "tuple[tuple[str, generic.IndirectObject], ...]":
        check_fields(self._root)
        found = enumerate_sig_fields(self.pyhanko, filled_status=True)
        return tuple((str(name), field) for name, _, field in found)

    def signature_fields(self) -> tuple[SignatureField, ...]:
        """List the filled signature fields.

        Raises:
            MalformedError: SIGNATURE_MALFORMED, the form cannot be read, holds too many, or has
                a signature that is no object of its own in the file, or is another field's, too.
        """
        with translated(Reason.SIGNATURE_MALFORMED, "AcroForm"):
            if len(self._fields) > MAX_SIGNATURES:
                raise misc.PdfReadError(f"签名过多 {len(self._fields)} signatures")
            found = tuple(self._locate(name, field) for name, field in self._fields)
            places = {one.reference for one in found}
            if len(places) != len(found):
                raise misc.PdfReadError("两个域共用一个签名 two fields with one signature")
            self._check_certification(places)
            return found

    def field(self, number: int) -> "tuple[str, generic.IndirectObject]":
        """Give the name of a filled signature field, and where it is."""
        return self._fields[number]

    def _check_certification(self, signatures: set[Reference]) -> None:
        """See that who certified the document did so in its form, where it is judged."""
        permissions = entry(self._root, "/Perms", generic.DictionaryObject)
        if permissions is None or "/DocMDP" not in permissions:
            return
        place = permissions.raw_get("/DocMDP").reference
        if Reference(place.idnum, place.generation) not in signatures:
            raise misc.PdfReadError(
                "认证签名不在表单中 a certification that is no signature of the form"
            )

    def _locate(self, name: str, field: generic.IndirectObject) -> SignatureField:
        dictionary = resolve(field, generic.DictionaryObject)
        value = dictionary.raw_get("/V")
        if not isinstance(value, generic.IndirectObject):
            raise misc.PdfReadError(
                f"签名不是独立对象 the signature of {name} is no object of its own"
            )
        for kid in widgets_below(dictionary):
            if {"/T", "/Kids"} & set(kid) or ("/V" in kid and kid.raw_get("/V") != value):
                raise misc.PdfReadError(
                    f"其下另有域或签名 {name} has other fields below it, or other signatures"
                )
        offset = self.pyhanko.xrefs[value.reference]
        if not isinstance(offset, int):
            raise misc.PdfReadError(f"签名在压缩对象中 the signature of {name} is compressed")
        reference = Reference(value.reference.idnum, value.reference.generation)
        return SignatureField(name=name, reference=reference, offset=offset)

    def xmp_identifier(self) -> str | None:
        """Read `dc:identifier` from the document's metadata; `None` where there is none.

        Raises:
            MalformedError: BROKEN_PDF, the metadata cannot be read.
        """
        with translated(Reason.BROKEN_PDF, "Metadata"):
            stream = entry(self._root, "/Metadata", generic.StreamObject)
            if stream is None:
                return None
            xmp = stream.data
        return read_identifier(xmp)

    def attachments(self) -> dict[str, bytes]:
        """Read the files attached to the document, by name.

        Raises:
            MalformedError: BROKEN_PDF, they cannot be read, are too many or too large, or a name
                stands for two.
        """
        with translated(Reason.BROKEN_PDF, "EmbeddedFiles"):
            found: dict[str, bytes] = {}
            for specification in self._specifications():
                name = str(specification["/UF"] if "/UF" in specification else specification["/F"])
                if name in found or len(found) >= MAX_ATTACHMENTS:
                    raise misc.PdfReadError(f"附件重复或过多 {name}: attached twice, or too many")
                found[name] = self._attached(specification)
            return found

    def carried_data(self) -> CarriedData:
        """Read what the document carries to help to validate it (DSS), as far as it can be read."""
        try:
            with translated(Reason.BROKEN_PDF, "DSS"):
                store = entry(self._root, "/DSS", generic.DictionaryObject)
                if store is None:
                    return NOTHING
                found = [_streams(store, key) for key in ("/Certs", "/CRLs", "/OCSPs")]
        except MalformedError:
            return NOTHING
        return read_carried(*found)

    def page_boxes(self, *, most: int) -> tuple[PageBox, ...]:
        """Say what is seen of each page, and how it is turned.

        Args:
            most: how many pages there may be.

        Raises:
            MalformedError: BROKEN_PDF, the page tree cannot be read.
            RefusedError: INPUT_TOO_LARGE, there are more pages.
        """
        with translated(Reason.BROKEN_PDF, "Pages"):
            found = tuple(box for _, box in islice(self._pages(), most + 1))
        if len(found) > most:
            raise RefusedError(Reason.INPUT_TOO_LARGE, f"页数过多 more than {most} pages")
        return found

    def annotation_places(
        self, *, most: int
    ) -> dict[generic.Dereferenceable | None, tuple[int, int]]:
        """Say on which page, from 0, and where in its list annotations are; raises as `page_boxes`.

        The first page counts of several; what annotations say of it themselves is not asked.
        """
        with translated(Reason.BROKEN_PDF, "Pages"):
            found: dict[generic.Dereferenceable | None, tuple[int, int]] = {}
            for number, listed in self.annotation_lists(most=most):
                for at, each in enumerate(listed):
                    if isinstance(each, generic.IndirectObject):
                        found.setdefault(each.reference, (number, at))
            return found

    def annotation_lists(self, *, most: int) -> Iterator[tuple[int, generic.ArrayObject]]:
        """Give the annotations of so many pages, from 0; a list that several have once."""
        followed: set[generic.Dereferenceable] = set()
        for number, (place, _) in enumerate(islice(self._pages(), most)):
            page = resolve(place.get_object(), generic.DictionaryObject)
            apart = page.raw_get("/Annots") if "/Annots" in page else None
            if isinstance(apart, generic.IndirectObject):
                if apart.reference in followed:
                    continue
                followed.add(apart.reference)
            yield number, entry(page, "/Annots", generic.ArrayObject) or generic.ArrayObject()

    def _pages(self) -> Iterator[tuple[generic.Reference, PageBox]]:
        """Walk the page tree, each node once; what a page does not say its parents say."""
        root = self._root.raw_get("/Pages")
        waiting: list[tuple[Any, dict[str, Any]]] = [(root, {})]
        seen: set[generic.Reference] = set()
        while waiting:
            place, above = waiting.pop()
            if place.reference in seen:
                raise misc.PdfReadError("页面树有误 the page tree is no tree")
            seen.add(place.reference)
            node = resolve(place, generic.DictionaryObject)
            said = above | {key: node[key] for key in _INHERITED if key in node}
            kids = entry(node, "/Kids", generic.ArrayObject)
            if kids is None:
                unit = float(node["/UserUnit"]) if "/UserUnit" in node else 1.0
                yield place.reference, _page_box(said, unit)
            else:
                waiting.extend((kid, said) for kid in reversed(kids))

    def _specifications(self) -> Iterator[generic.DictionaryObject]:
        """The file specifications of the name tree, in its order."""
        names = entry(self._root, "/Names", generic.DictionaryObject)
        tree = names and entry(names, "/EmbeddedFiles", generic.DictionaryObject)
        waiting: list[generic.PdfObject] = [] if tree is None else [tree]
        for _ in range(4 * MAX_ATTACHMENTS):
            if not waiting:
                return
            node = resolve(waiting.pop(0), generic.DictionaryObject)
            pairs = entry(node, "/Names", generic.ArrayObject) or ()
            for index in range(1, len(pairs), 2):
                yield resolve(pairs[index], generic.DictionaryObject)
            waiting.extend(entry(node, "/Kids", generic.ArrayObject) or ())
        raise misc.PdfReadError("名称树过大 the tree of names is too large")

    def _attached(self, specification: generic.DictionaryObject) -> bytes:
        files = specification["/EF"]
        streams = [files.raw_get(key) for key in files]
        if len({getattr(stream, "reference", None) for stream in streams}) != 1:
            raise misc.PdfReadError("附件应恰有一份内容 a file with two contents, or none")
        return bytes(resolve(streams[0], generic.StreamObject).data)


def _streams(store: generic.DictionaryObject, key: str) -> list[bytes]:
    """What the streams of an array hold, of the first of them."""
    listed = entry(store, key, generic.ArrayObject) or ()
    return [bytes(resolve(one, generic.StreamObject).data) for one in islice(listed, MAX_ITEMS)]


def _page_box(said: Mapping[str, Any], unit: float) -> PageBox:
    """The part of the media box that the crop box leaves."""
    media = _corners(said["/MediaBox"])
    crop = _corners(said["/CropBox"]) if "/CropBox" in said else media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    rotate = int(said.get("/Rotate", 0)) % 360
    if right <= left or top <= bottom or rotate % 90:
        raise misc.PdfReadError(
            "页面没有面积，或旋转的不是直角：请先打印成另一份 PDF a page without a surface, or "
            "turned by no right angle: print it into another PDF first"
        )
    return PageBox(left=left, bottom=bottom, right=right, top=top, rotate=rotate, unit=unit)


def _corners(box: Any) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(each.get_object()) for each in box)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
