"""Signed PDFs with one defect each: a document as we sign it, and one thing changed.

Where the defect is the signer's own (a CMS or a signature dictionary that breaks a rule), the
document is signed with it, so that only the one rule can refuse it. `VECTORS` has them all, with
the check that has to speak and the reason it has to give.

Source: ISO 32000-1, 12.8; ETSI EN 319 142-1, 6.3 (read second-hand); Mladenov and others, "1
Trillion Dollar Refund" (2019), and "Shadow Attacks" (2021) for the attacks that bear names.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import algos, cms, core, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter, PageObject, copy_into_new_writer
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from eseal.cms import CmsTemplate
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.mark import Mark
from eseal.pdf.places import Place
from eseal.pdf.structure import MAX_PDF_BYTES
from eseal.pdf.syntax import MAX_OBJECT_BYTES
from eseal.pdf.writer import sign_rendered_pdf
from eseal.reasons import Reason
from eseal.report import Check, Outcome
from eseal.signers import Signer
from tests.rendered import render_sample
from tests.sealed import tiny_form
from tests.world import DAY, NOW, Authority

IDENTIFIER = "1.2.156.3005.2.SAMPLE"
_CONTENTS = re.compile(rb"/Contents<([0-9a-f]+)>")
_BYTE_RANGE = re.compile(rb"/ByteRange\[[0-9 ]+\] *")
_STARTXREF = re.compile(rb"startxref\n\d+\n%%EOF\n\Z")

Bytes = Callable[[bytes], bytes]


class SpoiltCms(CmsTemplate):
    """A template whose CMS is spoilt after (or instead of) being built."""

    def __init__(self, signer: Signer, make: Bytes) -> None:
        super().__init__(signer)
        self.max_size += 2048
        self._make = make

    def build(self, message_digest: bytes, seal_signature: bytes = b"") -> bytes:  # noqa: ARG002
        """The spoilt CMS for this digest."""
        return self._make(message_digest)


class PdfForge:
    """Makes the good document of one authority, and bad ones that are signed all the same."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.signer = authority.signing
        self.cms = CmsTemplate(self.signer)
        self.rendered = render_sample()
        self.good = self.sign()
        self._made: dict[str, bytes] = {}

    def make(self, vector: "Vector") -> bytes:
        """The document of a vector, made once."""
        if vector.name not in self._made:
            self._made[vector.name] = vector.make(self)
        return self._made[vector.name]

    def sign(self, rendered: bytes | None = None, template: CmsTemplate | None = None) -> bytes:
        """The good document, or one of another rendering or CMS."""
        pdf = self.rendered if rendered is None else rendered
        return sign_rendered_pdf(pdf, template or self.cms, at=NOW, identifier=IDENTIFIER)

    def spoil(self, make: Bytes) -> bytes:
        """A document with the CMS that `make` returns for the digest."""
        return self.sign(template=SpoiltCms(self.signer, make))

    def change_cms(
        self,
        change: Callable[[cms.SignedData], None] = lambda _data: None,
        *,
        attributes: Callable[[list[cms.CMSAttribute]], list[cms.CMSAttribute]] | None = None,
    ) -> bytes:
        """A document whose CMS is changed; its signed attributes are signed as they are then."""

        def make(digest: bytes) -> bytes:
            info = cms.ContentInfo.load(self.cms.build(digest))
            data = info["content"]
            signer_info = data["signer_infos"][0]
            if attributes is not None:
                changed = cms.CMSAttributes(attributes(list(signer_info["signed_attrs"])))
                signer_info["signed_attrs"] = changed
                signer_info["signature"] = self.signer.sign(changed.dump())
            change(data)
            return bytes(info.dump())

        return self.spoil(make)

    def edit(self, old: bytes, new: bytes) -> bytes:
        """A document in whose update the last `old` was changed to `new` before it was signed."""
        return self.seal(replace_last(self.good, old, new))

    def seal(
        self,
        pdf: bytes,
        *,
        before: int = 0,
        behind: int = 0,
        byte_range: Callable[[int, int, int], bytes] | None = None,
        contents: re.Pattern[bytes] = _CONTENTS,
    ) -> bytes:
        """Put offsets, digest and CMS right again in an edited document.

        Args:
            pdf: the document, its signature's object last as our writer puts it.
            before: how many bytes more are left out before /Contents.
            behind: how many bytes more are left out behind it.
            byte_range: writes another /ByteRange than the one that is digested.
            contents: where the CMS is put.
        """
        start = pdf.rindex(b"\nxref\n") + 1
        pdf = _STARTXREF.sub(b"startxref\n%d\n%%%%EOF\n" % start, pdf)
        hole = _last(contents, pdf)
        first, second = hole.start(1) - 1 - before, hole.end(1) + 1 + behind
        said = (first, second, len(pdf) - second)
        written = b"/ByteRange[0 %d %d %d]" % said if byte_range is None else byte_range(*said)
        place = _last(_BYTE_RANGE, pdf)
        pdf = pdf[: place.start()] + written.ljust(len(place[0])) + pdf[place.end() :]
        covered = pdf[:first] + pdf[second:]
        digest = hashlib.new(self.cms.digest_algorithm.value, covered).digest()
        value = self.cms.build(digest).hex().encode().ljust(len(hole[1]), b"0")
        return pdf[: hole.start(1)] + value + pdf[hole.end(1) :]

    def update(self, change: Callable[[IncrementalPdfFileWriter], object]) -> bytes:
        """The good document with an incremental update behind it."""
        writer = IncrementalPdfFileWriter(BytesIO(self.good))
        change(writer)
        return _written(writer)


def replace_last(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """`pdf` with its last `old` changed to `new`."""
    place = pdf.rindex(old)
    return pdf[:place] + new + pdf[place + len(old) :]


def _written(writer: BasePdfFileWriter) -> bytes:
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]  # pyHanko's
    return output.getvalue()


def _last(pattern: re.Pattern[bytes], pdf: bytes) -> re.Match[bytes]:
    return list(pattern.finditer(pdf))[-1]


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A document with one defect, and what has to be found."""

    name: str
    make: Callable[[PdfForge], bytes]
    check: Check
    reason: Reason
    outcome: Outcome


VECTORS: list[Vector] = []

Make = Callable[[PdfForge], bytes]


def vector(
    check: Check, reason: Reason, *, outcome: Outcome = Outcome.FAILED
) -> Callable[[Make], Make]:
    """Enter a function into `VECTORS`."""

    def enter(make: Make) -> Make:
        VECTORS.append(
            Vector(name=make.__name__, make=make, check=check, reason=reason, outcome=outcome)
        )
        return make

    return enter


# -- readable --------------------------------------------------------------------------------


@vector(Check.READABLE, Reason.EMPTY_INPUT)
def empty(_forge: PdfForge) -> bytes:
    """Invalid: no bytes at all."""
    return b""


@vector(Check.READABLE, Reason.INPUT_TOO_LARGE)
def too_large(forge: PdfForge) -> bytes:
    """Invalid: one byte more than the limit."""
    return forge.good.ljust(MAX_PDF_BYTES + 1, b"\n")


@vector(Check.READABLE, Reason.UNKNOWN_FORMAT)
def text(_forge: PdfForge) -> bytes:
    """Invalid: a text that somebody named .pdf."""
    return "这不是 PDF。\n".encode()


@vector(Check.READABLE, Reason.BROKEN_PDF)
def leading_byte(forge: PdfForge) -> bytes:
    """Invalid: something stands before the header."""
    return b"\n" + forge.good


@vector(Check.READABLE, Reason.TRUNCATED)
def cut_off_in_the_rendering(forge: PdfForge) -> bytes:
    """Invalid: the download broke off early."""
    return forge.good[: len(forge.rendered) // 2]


@vector(Check.READABLE, Reason.TRUNCATED)
def cut_off_in_the_signature(forge: PdfForge) -> bytes:
    """Invalid: the download broke off late; what is before would be a whole unsigned PDF."""
    return forge.good[:-1000]


@vector(Check.READABLE, Reason.TRUNCATED)
def cut_off_by_a_few_bytes(forge: PdfForge) -> bytes:
    """Invalid: only the last line is missing."""
    return forge.good[: -len(b"%%EOF\n")]


@vector(Check.READABLE, Reason.BROKEN_PDF)
def no_startxref(forge: PdfForge) -> bytes:
    """Invalid: nothing says where the cross-reference table is."""
    return forge.good[: forge.good.rindex(b"startxref")] + b"%%EOF\n"


@vector(Check.READABLE, Reason.BROKEN_PDF)
def startxref_elsewhere(forge: PdfForge) -> bytes:
    """Invalid: startxref points into the middle of things; nothing is repaired."""
    return _STARTXREF.sub(b"startxref\n1234\n%%EOF\n", forge.good)


@vector(Check.READABLE, Reason.BROKEN_PDF)
def garbage(_forge: PdfForge) -> bytes:
    """Invalid: a header and an end, and nothing of sense between them."""
    return b"%PDF-1.7\n" + bytes(range(256)) * 8 + b"\nstartxref\n9\n%%EOF\n"


@vector(Check.READABLE, Reason.BROKEN_PDF)
def deep_nesting(_forge: PdfForge) -> bytes:
    """Invalid: ten thousand arrays in one another, where a careless reader runs out of stack."""
    head = b"%PDF-1.7\n"
    table = b"xref\n0 1\n0000000000 65535 f\r\ntrailer\n<</Size 1/Root " + b"[" * 10_000
    return head + table + b"\nstartxref\n%d\n%%%%EOF\n" % len(head)


@vector(Check.READABLE, Reason.BROKEN_PDF)
def long_name(forge: PdfForge) -> bytes:
    """Invalid: a name as long as an object may be, which a reader would take letter by letter."""
    rendered = forge.rendered.replace(b"/Type/Catalog", b"/Type/Catalog/" + b"A" * MAX_OBJECT_BYTES)
    start = rendered.rindex(b"xref\n0 ")
    return re.sub(rb"startxref\n\d+", b"startxref\n%d" % start, rendered)


@vector(Check.READABLE, Reason.BROKEN_PDF)
def endless_sections(forge: PdfForge) -> bytes:
    """Invalid: the cross-reference table says that it follows itself."""
    start = b"/Prev %d" % forge.rendered.rindex(b"xref\n0 ")
    return re.sub(rb"/Info \d+ 0 R", lambda found: start.ljust(len(found[0])), forge.rendered)


@vector(Check.READABLE, Reason.BROKEN_PDF)
def entries_without_width(_forge: PdfForge) -> bytes:
    """Invalid: a cross-reference stream of thousands of millions of entries of no bytes."""
    return _cross_reference_stream(b"/W[0 0 0]/Index[0 2000000000]/Size 9")


@vector(Check.READABLE, Reason.BROKEN_PDF)
def too_many_objects(_forge: PdfForge) -> bytes:
    """Invalid: a cross-reference stream that promises more objects than any licence has."""
    return _cross_reference_stream(b"/W[1 2 1]/Size 2000000000")


@vector(Check.READABLE, Reason.BROKEN_PDF)
def two_tables(_forge: PdfForge) -> bytes:
    """Invalid: another table beside it, for readers of another kind (hybrid reference)."""
    return _cross_reference_stream(b"/W[1 2 1]/Size 1/XRefStm 9")


@vector(Check.READABLE, Reason.BROKEN_PDF)
def object_twice_in_a_table(forge: PdfForge) -> bytes:
    """Invalid: a table with two entries for an object, of which readers take one or the other."""
    return forge.rendered.replace(b"xref\n0 ", b"xref\n1 1\n0000000009 00000 n\r\n0 ")


@vector(Check.READABLE, Reason.BROKEN_PDF)
def object_twice_in_a_stream(_forge: PdfForge) -> bytes:
    """Invalid: a cross-reference stream with two entries for an object."""
    return _cross_reference_stream(b"/W[1 2 1]/Index[0 5 4 1]/Size 5")


@vector(Check.READABLE, Reason.BROKEN_PDF)
def runs_without_entries(forge: PdfForge) -> bytes:
    """Invalid: a table with runs of no entries, of which a file could have millions."""
    return forge.rendered.replace(b"xref\n0 ", b"xref\n0 0\n0 0\n0 ")


def _cross_reference_stream(entries: bytes) -> bytes:
    """A file that is nothing but a cross-reference stream with these entries."""
    stream = b"1 0 obj\n<</Type/XRef/Root 1 0 R/Length 0%b>>\nstream\n\nendstream\nendobj\n"
    return b"%PDF-1.7\n" + stream % entries + b"startxref\n9\n%%EOF\n"


@vector(Check.READABLE, Reason.ENCRYPTED_PDF)
def encrypted(forge: PdfForge) -> bytes:
    """Invalid: the file is encrypted."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(forge.rendered)))
    writer.encrypt("owner", "user")  # type: ignore[no-untyped-call]  # pyHanko's
    return _written(writer)


@vector(Check.READABLE, Reason.BROKEN_PDF)
def attachment_that_explodes(forge: PdfForge) -> bytes:
    """Invalid: a small attachment unpacks to more than the limit; it is well signed."""
    return forge.sign(render_sample("0" * (9 * 1024 * 1024)))


@vector(Check.READABLE, Reason.BROKEN_PDF)
def attachment_twice(forge: PdfForge) -> bytes:
    """Invalid: two attachments of one name, so that two readers could read two licences."""
    names = re.compile(rb"/Names\[(\(licence.json\)\d+ 0 R)\]")
    edited = names.sub(rb"/Names[\1\1]", forge.rendered)  # the catalog is the last object
    start = edited.rindex(b"xref\n0 ")
    return forge.sign(re.sub(rb"startxref\n\d+", b"startxref\n%d" % start, edited))


@vector(Check.READABLE, Reason.BROKEN_PDF)
def identifier_twice(forge: PdfForge) -> bytes:
    """Invalid: the metadata say two identifiers."""
    forged = f"{IDENTIFIER}</dc:identifier><dc:identifier>{IDENTIFIER}2"
    return _with_identifier(forge, forged)


@vector(Check.READABLE, Reason.BROKEN_PDF)
def entity_in_the_metadata(forge: PdfForge) -> bytes:
    """Invalid: an entity that nobody declares."""
    return _with_identifier(forge, "&nothing;")


def _with_identifier(forge: PdfForge, element: str) -> bytes:
    """Sign, then put something else into the identifier's place, as long as it is."""
    marker = "@" * len(element)
    signed = sign_rendered_pdf(forge.rendered, forge.cms, at=NOW, identifier=marker)
    return forge.seal(signed.replace(marker.encode(), element.encode()))


# -- structure -------------------------------------------------------------------------------


@vector(Check.STRUCTURE, Reason.UNSIGNED, outcome=Outcome.UNDETERMINED)
def unsigned(forge: PdfForge) -> bytes:
    """Undetermined: a PDF without any signature."""
    return forge.rendered


@vector(Check.STRUCTURE, Reason.UNSIGNED, outcome=Outcome.UNDETERMINED)
def empty_signature_field(forge: PdfForge) -> bytes:
    """Undetermined: a field for a signature, and none in it."""
    writer = IncrementalPdfFileWriter(BytesIO(forge.rendered))
    append_signature_field(writer, SigFieldSpec("Signature1"))
    return _written(writer)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def junk_behind_the_cms(forge: PdfForge) -> bytes:
    """Invalid: something hides in /Contents, behind the CMS, where no digest reaches."""
    junk = b"<script>"
    return forge.spoil(lambda digest: forge.cms.build(digest) + bytes(4) + junk)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def contents_in_both_cases(forge: PdfForge) -> bytes:
    """Invalid: a digit of /Contents was put in capitals; the CMS is the same."""
    place = forge.good.index(b"a", _last(_CONTENTS, forge.good).start(1))
    return forge.good[:place] + b"A" + forge.good[place + 1 :]


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def contents_empty(forge: PdfForge) -> bytes:
    """Invalid: no CMS at all (universal signature forgery)."""
    return _CONTENTS.sub(lambda found: b"/Contents<" + b"0" * len(found[1]) + b">", forge.good)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def contents_missing(forge: PdfForge) -> bytes:
    """Invalid: /Contents has another name."""
    return forge.good.replace(b"/Contents<", b"/Contentz<")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def contents_by_reference(forge: PdfForge) -> bytes:
    """Invalid: /Contents is an object elsewhere; the hole is a string that nobody asks for."""
    edited = forge.good.replace(b"/Contents<", b"/Contents 1 0 R/Filled<")
    return forge.seal(edited, contents=re.compile(rb"/Filled<([0-9a-f]+)>"))


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def byte_range_missing(forge: PdfForge) -> bytes:
    """Invalid: nothing says what is covered (universal signature forgery)."""
    return forge.good.replace(b"/ByteRange[", b"/ByteRangy[")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def byte_range_twice(forge: PdfForge) -> bytes:
    """Invalid: a second /ByteRange, of which one reader takes the first and one the last."""
    return forge.edit(b"/Type/Sig/Filter", b"/Type/Sig/ByteRange[0 1 2 3]/Filter")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def byte_range_twice_in_disguise(forge: PdfForge) -> bytes:
    """Invalid: the second one is spelled with an escape."""
    return forge.edit(b"/Type/Sig/Filter", b"/Type/Sig/Byte#52ange[0 1 2 3]/Filter")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def byte_range_of_six(forge: PdfForge) -> bytes:
    """Invalid: three runs of bytes instead of two."""
    return forge.seal(
        forge.good, byte_range=lambda a, b, c: b"/ByteRange[0 9 9 %d %d %d]" % (a - 9, b, c)
    )


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def byte_range_negative(forge: PdfForge) -> bytes:
    """Invalid: a length below nothing."""
    return forge.seal(forge.good, byte_range=lambda a, b, c: b"/ByteRange[0 %d %d -%d]" % (a, b, c))


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def byte_range_by_reference(forge: PdfForge) -> bytes:
    """Invalid: /ByteRange is an object elsewhere."""
    return forge.seal(forge.good, byte_range=lambda *_: b"/ByteRange 1 0 R")


@vector(Check.STRUCTURE, Reason.SIGNATURE_FORM_NOT_JUDGED, outcome=Outcome.UNDETERMINED)
def other_sub_filter(forge: PdfForge) -> bytes:
    """Not judged: an older form than PAdES, with fewer rules."""
    return forge.edit(b"ETSI.CAdES.detached", b"adbe.pkcs7.detached")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def unknown_sub_filter(forge: PdfForge) -> bytes:
    """Invalid: a form that pyHanko passes over in silence."""
    return forge.edit(b"ETSI.CAdES.detached", b"Made.Up")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def other_type(forge: PdfForge) -> bytes:
    """Invalid: it calls itself a document timestamp."""
    return forge.edit(b"/Type/Sig/Filter", b"/Type/DocTimeStamp/Filter")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def certificate_in_the_dictionary(forge: PdfForge) -> bytes:
    """Invalid: /Cert, which PAdES forbids."""
    return forge.edit(b"/Type/Sig/Filter", b"/Type/Sig/Cert(x)/Filter")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def no_signing_time(forge: PdfForge) -> bytes:
    """Invalid: nobody claims when it was signed."""
    return forge.edit(b"/M(D:20261122040000Z)", b"/N(D:20261122040000Z)")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def impossible_signing_time(forge: PdfForge) -> bytes:
    """Invalid: the thirtieth of February."""
    return forge.edit(b"/M(D:20261122040000Z)", b"/M(D:20260230040000Z)")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def signature_is_a_stream(forge: PdfForge) -> bytes:
    """Invalid: the dictionary has a stream behind it."""
    stream = b"/Length 3>>\nstream\nabc\nendstream\nendobj\nxref\n"
    return forge.edit(b">>\nendobj\nxref\n", stream)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def signature_in_the_field_itself(forge: PdfForge) -> bytes:
    """Invalid: the signature is no object of its own."""
    reference = _last(re.compile(rb"/P \d+ 0 R/V \d+ 0 R"), forge.good)[0]
    return forge.edit(reference, b"/V<</Type/Sig>>".ljust(len(reference)))


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def too_many_signatures(forge: PdfForge) -> bytes:
    """Invalid: as many fields with the same signature as would keep a verifier busy."""

    def repeat(writer: IncrementalPdfFileWriter) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        first = fields[0].get_object()
        for number in range(20):
            name = generic.pdf_string(f"Signature{number + 2}")
            copy = generic.DictionaryObject({**first, generic.pdf_name("/T"): name})  # type: ignore[no-untyped-call]
            fields.append(writer.add_object(copy))
        writer.update_root()  # type: ignore[no-untyped-call]

    return forge.update(repeat)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def fields_no_tree(forge: PdfForge) -> bytes:
    """Invalid: fields that share their children, as many paths as would keep a verifier busy."""

    def share(writer: IncrementalPdfFileWriter) -> None:
        child = generic.DictionaryObject({generic.pdf_name("/T"): generic.pdf_string("x")})  # type: ignore[no-untyped-call]
        kids = generic.ArrayObject([writer.add_object(child)] * 2)
        parent = generic.DictionaryObject({generic.pdf_name("/Kids"): kids})  # type: ignore[no-untyped-call]
        writer.root["/AcroForm"]["/Fields"].append(writer.add_object(parent))
        writer.update_root()  # type: ignore[no-untyped-call]

    return forge.update(share)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def cms_not_der(forge: PdfForge) -> bytes:
    """Invalid: the outermost length is written longer than it needs to be."""

    def lengthen(digest: bytes) -> bytes:
        der = forge.cms.build(digest)
        return b"\x30\x83\x00" + der[2:]

    return forge.spoil(lengthen)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def cms_of_indefinite_length(forge: PdfForge) -> bytes:
    """Invalid: BER's indefinite length."""
    return forge.spoil(lambda digest: b"\x30\x80" + forge.cms.build(digest)[4:] + b"\0\0")


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def cms_of_another_type(forge: PdfForge) -> bytes:
    """Invalid: enveloped data says its content type, though it is signed data."""
    signed = cms.ContentType("signed_data").dump()
    enveloped = cms.ContentType("enveloped_data").dump()
    return forge.spoil(lambda digest: forge.cms.build(digest).replace(signed, enveloped))


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def unsigned_attribute(forge: PdfForge) -> bytes:
    """Invalid: an attribute that no signature covers was slipped in."""

    def add(data: cms.SignedData) -> None:
        note = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.UTF8String("样本")]})
        data["signer_infos"][0]["unsigned_attrs"] = [note]

    return forge.change_cms(add)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def two_signers(forge: PdfForge) -> bytes:
    """Invalid: the same signer twice."""

    def double(data: cms.SignedData) -> None:
        one = data["signer_infos"][0]
        data["signer_infos"] = [one, one.copy()]

    return forge.change_cms(double)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def no_signer(forge: PdfForge) -> bytes:
    """Invalid: nobody signed."""

    def remove(data: cms.SignedData) -> None:
        data["signer_infos"] = []

    return forge.change_cms(remove)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def content_inside(forge: PdfForge) -> bytes:
    """Invalid: the CMS carries content of its own."""

    def add(data: cms.SignedData) -> None:
        data["encap_content_info"] = {"content_type": "data", "content": b"sample"}

    return forge.change_cms(add)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def revocation_list_inside(forge: PdfForge) -> bytes:
    """Invalid: the CMS carries a revocation list, which nobody asked for."""

    def add(data: cms.SignedData) -> None:
        other = {"other_rev_info_format": "1.2.3.4", "other_rev_info": core.Integer(1)}
        data["crls"] = [cms.RevocationInfoChoice(name="other", value=other)]

    return forge.change_cms(add)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def version_of_signed_data(forge: PdfForge) -> bytes:
    """Invalid: version 3, which other content types need."""

    def change(data: cms.SignedData) -> None:
        data["version"] = "v3"

    return forge.change_cms(change)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def version_of_signer(forge: PdfForge) -> bytes:
    """Invalid: version 3, which another way to name the signer needs."""

    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["version"] = "v3"

    return forge.change_cms(change)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def signer_by_key_identifier(forge: PdfForge) -> bytes:
    """Invalid: the signer is named by a key identifier."""

    def change(data: cms.SignedData) -> None:
        identifier = forge.signer.certificate.key_identifier
        data["signer_infos"][0]["sid"] = cms.SignerIdentifier(
            name="subject_key_identifier", value=core.OctetString(identifier)
        )

    return forge.change_cms(change)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def other_digest_announced(forge: PdfForge) -> bytes:
    """Invalid: the CMS announces a digest that the signer does not use."""

    def change(data: cms.SignedData) -> None:
        data["digest_algorithms"] = [algos.DigestAlgorithm({"algorithm": "sha512"})]

    return forge.change_cms(change)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def attribute_certificate_inside(forge: PdfForge) -> bytes:
    """Invalid: something else than a certificate among the certificates."""

    def add(data: cms.SignedData) -> None:
        other = cms.OtherCertificateFormat(
            {"other_cert_format": "1.2.3.4", "other_cert": core.Integer(1)}
        )
        data["certificates"].append(cms.CertificateChoices(name="other", value=other))

    return forge.change_cms(add)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def too_many_certificates(forge: PdfForge) -> bytes:
    """Invalid: more certificates than any path has."""

    def add(data: cms.SignedData) -> None:
        data["certificates"] = [data["certificates"][0].copy() for _ in range(17)]

    def make(digest: bytes) -> bytes:
        info = cms.ContentInfo.load(forge.cms.build(digest))
        add(info["content"])
        return bytes(info.dump())

    template = SpoiltCms(forge.signer, make)
    template.max_size += 24 * 1024
    return forge.sign(template=template)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def no_signed_attributes(forge: PdfForge) -> bytes:
    """Invalid: the digest itself is signed, without attributes."""

    def change(data: cms.SignedData) -> None:
        del data["signer_infos"][0]["signed_attrs"]

    return forge.change_cms(change)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def no_signing_certificate(forge: PdfForge) -> bytes:
    """Invalid: the attributes do not name the certificate: it could be swapped."""
    return forge.change_cms(attributes=lambda found: found[:-1])


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def signing_time_attribute(forge: PdfForge) -> bytes:
    """Invalid: a second claimed time, which PAdES forbids."""
    time = cms.CMSAttribute(
        {"type": "signing_time", "values": [cms.Time(name="utc_time", value=NOW)]}
    )
    return forge.change_cms(attributes=lambda found: [*found, time])


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def message_digest_of_two_values(forge: PdfForge) -> bytes:
    """Invalid: two digests, one of which may be right."""

    def change(found: list[cms.CMSAttribute]) -> list[cms.CMSAttribute]:
        values = [bytes(32), found[1]["values"][0].native]
        return [
            found[0],
            cms.CMSAttribute({"type": "message_digest", "values": values}),
            *found[2:],
        ]

    return forge.change_cms(attributes=change)


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def attribute_twice(forge: PdfForge) -> bytes:
    """Invalid: the digest attribute stands twice."""
    return forge.change_cms(attributes=lambda found: [*found, found[1]])


@vector(Check.STRUCTURE, Reason.SIGNATURE_MALFORMED)
def content_type_attribute(forge: PdfForge) -> bytes:
    """Invalid: the attributes say another content type."""
    other = cms.CMSAttribute({"type": "content_type", "values": ["signed_data"]})
    return forge.change_cms(attributes=lambda found: [other, *found[1:]])


# -- integrity -------------------------------------------------------------------------------


@vector(Check.INTEGRITY, Reason.DIGEST_MISMATCH)
def one_byte_flipped(forge: PdfForge) -> bytes:
    """Invalid: one bit of the page's drawing is another."""
    place = forge.good.index(b"stream\n") + 20
    return forge.good[:place] + bytes((forge.good[place] ^ 1,)) + forge.good[place + 1 :]


@vector(Check.INTEGRITY, Reason.DIGEST_MISMATCH)
def other_identifier(forge: PdfForge) -> bytes:
    """Invalid: the identifier in the metadata was changed."""
    return forge.good.replace(IDENTIFIER.encode(), IDENTIFIER.replace("S", "Z").encode())


@vector(Check.INTEGRITY, Reason.DIGEST_MISMATCH)
def other_document(forge: PdfForge) -> bytes:
    """Invalid: the signature of another document was put in."""
    other = sign_rendered_pdf(forge.rendered, forge.cms, at=NOW + DAY, identifier=IDENTIFIER)
    mine, theirs = _last(_CONTENTS, forge.good), _last(_CONTENTS, other)
    return forge.good[: mine.start(1)] + theirs[1] + forge.good[mine.end(1) :]


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def page_added(forge: PdfForge) -> bytes:
    """Invalid: a page was added behind the signature."""

    def add(writer: IncrementalPdfFileWriter) -> None:
        content = writer.add_object(generic.StreamObject(stream_data=b"0 0 9 9 re f"))
        page = PageObject(contents=content, media_box=(0, 0, 9, 9))  # type: ignore[no-untyped-call]
        writer.insert_page(page)  # type: ignore[no-untyped-call]

    return forge.update(add)


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def sneaky_signature_field(forge: PdfForge) -> bytes:
    """Invalid: a visible, empty signature field was laid over the page."""
    box = SigFieldSpec("Another", box=(10, 10, 200, 100))
    return forge.update(lambda writer: append_signature_field(writer, box))


@vector(Check.INTEGRITY, Reason.DIGEST_MISMATCH)
def bad_first_good_last(forge: PdfForge) -> bytes:
    """Invalid: changed, then signed again: the last signature is good, the first is not."""
    changed = forge.good.replace(b"/ModDate(D:2", b"/ModDate(D:1", 1)
    return sign_foreign_pdf(changed, forge.cms, at=NOW, field_name="Another")


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def changed_and_signed_again(forge: PdfForge) -> bytes:
    """Invalid: another content for the page, and then a second signature over all of it."""
    return sign_foreign_pdf(replaced_by_update(forge), forge.cms, at=NOW, field_name="Another")


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def signed_again_and_more_behind(forge: PdfForge) -> bytes:
    """Invalid: a second signature, and a revision behind it that nobody signed."""
    again = sign_foreign_pdf(forge.good, forge.cms, at=NOW, field_name="Another")
    writer = IncrementalPdfFileWriter(BytesIO(again))
    writer.add_object(generic.NullObject())
    return _written(writer)


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def signed_again_over_the_page(forge: PdfForge) -> bytes:
    """Invalid: a later signature shows over the page what no seal proves (shadow attack, hide)."""
    place = Place(page=0, rectangle=(10, 10, 66.6929, 66.6929))
    mark = Mark(place=place, form=tiny_form(20))
    return sign_foreign_pdf(forge.good, forge.cms, at=NOW, marks=[mark])


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def replaced_by_update(forge: PdfForge) -> bytes:
    """Invalid: a later version of the page's content (shadow attack, replace)."""

    def replace(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 9 9 re f"))
        writer.update_container(page)

    return forge.update(replace)


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def update_without_table(forge: PdfForge) -> bytes:
    """Invalid: a new page content, and no cross-reference table (incremental saving attack)."""
    startxref = forge.good[forge.good.rindex(b"startxref") :]
    content = b"34 0 obj\n<</Length 12>>\nstream\n0 0 9 9 re f\nendstream\nendobj\n"
    return forge.good + content + startxref


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def comment_behind(forge: PdfForge) -> bytes:
    """Invalid: a comment behind the end."""
    return forge.good + b"% sample\n"


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def newline_behind(forge: PdfForge) -> bytes:
    """Invalid: one line feed more than was signed."""
    return forge.good + b"\n"


@vector(Check.INTEGRITY, Reason.CHANGED_AFTER_SIGNING)
def twice(forge: PdfForge) -> bytes:
    """Invalid: the whole file stands twice, one behind the other."""
    return forge.good + forge.good


@vector(Check.INTEGRITY, Reason.BYTES_NOT_COVERED)
def hole_begins_early(forge: PdfForge) -> bytes:
    """Invalid: the bytes before /Contents are left out, too."""
    return forge.seal(forge.good, before=len(b"/Contents"))


@vector(Check.INTEGRITY, Reason.BYTES_NOT_COVERED)
def hidden_in_the_hole(forge: PdfForge) -> bytes:
    """Invalid: an entry behind /Contents is left out, too (signature wrapping)."""
    hidden = b"/Hidden(sample)"
    contents = _last(_CONTENTS, forge.good)[0]
    return forge.seal(forge.good.replace(contents, contents + hidden), behind=len(hidden))


@vector(Check.INTEGRITY, Reason.BYTES_NOT_COVERED)
def first_byte_not_covered(forge: PdfForge) -> bytes:
    """Invalid: the range begins at the second byte."""
    return forge.seal(
        forge.good, byte_range=lambda a, b, c: b"/ByteRange[1 %d %d %d]" % (a - 1, b, c)
    )


@vector(Check.INTEGRITY, Reason.BYTES_NOT_COVERED)
def beyond_the_end(forge: PdfForge) -> bytes:
    """Invalid: more bytes are said to be covered than there are."""
    return forge.seal(
        forge.good, byte_range=lambda a, b, c: b"/ByteRange[0 %d %d %d]" % (a, b, c + 100)
    )


# -- signature -------------------------------------------------------------------------------


@vector(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def signature_of_another_key(forge: PdfForge) -> bytes:
    """Invalid: made with a key that the certificate is not for."""

    def make(digest: bytes) -> bytes:
        other = forge.authority.ca.sign(forge.cms.signed_bytes(digest))
        return forge.cms.assemble(digest, other)

    return forge.spoil(make)


@vector(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def signature_of_other_attributes(forge: PdfForge) -> bytes:
    """Invalid: the value is one over the digest itself, not over the attributes."""
    return forge.spoil(lambda digest: forge.cms.assemble(digest, forge.signer.sign(digest)))


@vector(Check.SIGNATURE, Reason.CERTIFICATE_MISMATCH)
def certificate_swapped(forge: PdfForge) -> bytes:
    """Invalid: a certificate of the same issuer and serial number, but another key."""

    def swap(data: cms.SignedData) -> None:
        other = forge.signer.certificate.copy()
        other["tbs_certificate"]["subject_public_key_info"] = forge.authority.ca.key.public_key
        data["certificates"] = [
            cms.CertificateChoices(name="certificate", value=_reloaded(other)),
            *(cms.CertificateChoices(name="certificate", value=one) for one in forge.signer.chain),
        ]

    return forge.change_cms(swap)


@vector(Check.SIGNATURE, Reason.CERTIFICATE_MISMATCH)
def certificate_missing(forge: PdfForge) -> bytes:
    """Invalid: the signer's certificate is not in the CMS."""

    def remove(data: cms.SignedData) -> None:
        data["certificates"] = [
            cms.CertificateChoices(name="certificate", value=one) for one in forge.signer.chain
        ]

    return forge.change_cms(remove)


@vector(Check.SIGNATURE, Reason.CERTIFICATE_MISMATCH)
def another_certificate_named(forge: PdfForge) -> bytes:
    """Invalid: the attributes name the CA's certificate."""
    template = CmsTemplate(
        forge.authority.signer(
            forge.authority.ca.key, forge.authority.ca.certificate, *forge.signer.chain
        )
    )

    def name(found: list[cms.CMSAttribute]) -> list[cms.CMSAttribute]:
        theirs = cms.ContentInfo.load(template.build(bytes(32)))["content"]["signer_infos"][0]
        return [*found[:-1], theirs["signed_attrs"][2]]

    return forge.change_cms(attributes=name)


@vector(Check.SIGNATURE, Reason.ALGORITHM_REFUSED)
def certificate_named_by_sha1(forge: PdfForge) -> bytes:
    """Invalid: the certificate is named by a digest that has been broken."""

    def name(found: list[cms.CMSAttribute]) -> list[cms.CMSAttribute]:
        digest = forge.signer.certificate.sha1
        value = {"certs": [{"hash_algorithm": {"algorithm": "sha1"}, "cert_hash": digest}]}
        attribute = cms.CMSAttribute({"type": "signing_certificate_v2", "values": [value]})
        return [*found[:-1], attribute]

    return forge.change_cms(attributes=name)


@vector(Check.SIGNATURE, Reason.ALGORITHM_REFUSED)
def digest_does_not_go_with_the_algorithm(forge: PdfForge) -> bytes:
    """Invalid: the signer says a digest that the signature algorithm does not have."""

    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha384"}

    return forge.change_cms(change)


@vector(Check.SIGNATURE, Reason.ALGORITHM_REFUSED)
def algorithm_with_sha1(forge: PdfForge) -> bytes:
    """Invalid: RSA with SHA-1."""

    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["signature_algorithm"] = {"algorithm": "sha1_rsa"}

    return forge.change_cms(change)


def _reloaded(certificate: x509.Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.dump(force=True))
