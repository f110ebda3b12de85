"""Honest documents spelled in lawful ways that are seldom seen: stamped twice, both are good."""

import pytest

from eseal.errors import RefusedError
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.reader import OpenPdf
from eseal.pdf.spliced import Spliced
from eseal.pdf.syntax import MAX_PARSED_BYTES
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Check, Finding, Outcome
from tests.eseal.pdf.test_later import contract, told
from tests.eseal.pdf.test_layout import packed
from tests.vectors.after_sealing import Entries, Writer
from tests.vectors.sealed_pdf import SealedForge, mark, sign_with
from tests.world import NOW

FONT = b"<</Type/Font/Subtype/TrueType/BaseFont/%b>>"
SPELLINGS = {
    "hexadecimal with spaces": b"[/Indexed/DeviceRGB 1<000000 FFFF\nFF>]",
    "long array": b"[" + b"1000 " * 27_000 + b"]",
    "long string": b"(" + b"a" * 140_000 + b")",
    "nested": b"[" * 60 + b"]" * 60,
    "name in GBK": FONT % "宋体".encode("gbk"),
    "name in UTF-8": FONT % "宋体".encode(),
    "key in GBK": b"<</%b 1>>" % "宋体".encode("gbk"),
    "large numbers": b"[4294967296 99999999999 -99999999999]",
    "many digits": b"[0.1234567890123456789012345 12345678901234567890123.5]",
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_what_nobody_changed_is_good(rsa_sealed: SealedForge, name: str) -> None:
    """An object beside the page; both signatures hold."""
    pdf = contract(b"", b"/Parent 2 0 R/Resources 5 0 R", SPELLINGS[name])
    once = sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW, marks=[mark()])
    assert told(rsa_sealed, once) == ""
    assert told(rsa_sealed, sign_foreign_pdf(once, rsa_sealed.insider, at=NOW)) == ""


@pytest.mark.parametrize("name", ["hexadecimal with spaces", "name in GBK", "large numbers"])
def test_a_page_keeps_its_spelling(rsa_sealed: SealedForge, name: str) -> None:
    """What stamping writes again has the bytes that it had."""
    said = b"/PieceInfo<</X%b>>" % SPELLINGS[name]
    pdf = contract(b"", b"/Parent 2 0 R" + said)
    once = sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW, marks=[mark()])
    twice = sign_foreign_pdf(once, rsa_sealed.insider, at=NOW)
    assert twice.count(said) == 3
    assert told(rsa_sealed, twice) == ""


@pytest.mark.parametrize(
    ("catalog", "page"), [(b"/AcroForm null", b""), (b"", b"/Annots null"), (b"", b"")]
)
def test_null_is_nothing(rsa_sealed: SealedForge, catalog: bytes, page: bytes) -> None:
    """A form or annotations that are null are as if nothing was said of them."""
    pdf = contract(catalog, b"/Parent 2 0 R" + page)
    once = sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW, marks=[mark()])
    twice = sign_foreign_pdf(once, rsa_sealed.insider, at=NOW)
    assert told(rsa_sealed, twice) == ""
    assert len(OpenPdf(twice).signature_fields()) == 2


@pytest.mark.unmeasured
def test_a_large_first_object(rsa_sealed: SealedForge) -> None:
    """A file may begin with an object that is longer than a signature can be."""
    pdf = contract(b"/PieceInfo<</X[%b]>>" % (b"1000 " * 27_000))
    once = sign_foreign_pdf(pdf, rsa_sealed.cms, at=NOW)
    assert told(rsa_sealed, sign_foreign_pdf(once, rsa_sealed.insider, at=NOW)) == ""


def test_an_object_that_is_too_long_is_too_much() -> None:
    """It is not broken: there is more in it than is read."""
    pdf = contract(b"", b"/Parent 2 0 R/Resources 5 0 R", b"(%b)" % (b"a" * MAX_PARSED_BYTES))
    with pytest.raises(RefusedError) as caught:
        OpenPdf(pdf).history.named(0)
    assert caught.value.reason is Reason.INPUT_TOO_LARGE


UNREADABLE = [b"[--5]", b"[/A#]", b"<<1 2>>", b"[" * 65 + b"]" * 65, b"<</A 1/A 2>>"]


def integrity(forge: SealedForge, pdf: bytes) -> Finding:
    """What is found about the integrity of a file."""
    found = verify_pdf(pdf, judge=forge.judge).findings
    return next(one for one in found if one.check is Check.INTEGRITY)


@pytest.mark.parametrize("written", UNREADABLE)
def test_an_object_that_cannot_be_read_decides_nothing(
    rsa_sealed: SealedForge, written: bytes
) -> None:
    """Nobody wrote it again: that it changed is not known, nor that it did not."""
    pdf = contract(b"", b"/Parent 2 0 R/Resources 5 0 R", written)
    twice = sign_with(sign_with(pdf, rsa_sealed.cms), rsa_sealed.insider, name="Second")
    found = integrity(rsa_sealed, twice)
    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.OBJECT_NOT_READ)
    assert "object 5" in found.detail


@pytest.mark.parametrize("written", UNREADABLE)
def test_one_that_comes_later_is_a_change(rsa_sealed: SealedForge, written: bytes) -> None:
    """Who wrote it after the signature changed the file, whatever it was before."""

    def write(writer: Writer, _field: Entries) -> None:
        writer.objects[0, 5] = Spliced(written)

    for before in (b"[]", written):
        pdf = contract(b"", b"/Parent 2 0 R/Resources 5 0 R", before)
        twice = sign_with(sign_with(pdf, rsa_sealed.cms), rsa_sealed.insider, write, name="Second")
        found = integrity(rsa_sealed, twice)
        assert (found.outcome, found.reason) == (Outcome.FAILED, Reason.CHANGED_AFTER_SIGNING)


@pytest.mark.parametrize("is_written", [False, True])
def test_one_in_an_object_stream(rsa_sealed: SealedForge, *, is_written: bool) -> None:
    """It is written again by who writes the stream again that has it."""

    def write(writer: Writer, _field: Entries) -> None:
        if is_written:
            writer.objects[0, 5] = Spliced(b"[]")

    pdf = packed(b"\2\0\0\0\5\1").replace(b"[] []", b"[] --")
    pdf = pdf.replace(b"/Contents 4 0 R", b"/Contents 7 0 R")
    twice = sign_with(sign_with(pdf, rsa_sealed.cms), rsa_sealed.insider, write, name="Second")
    found = integrity(rsa_sealed, twice)
    assert found.reason is (Reason.CHANGED_AFTER_SIGNING if is_written else Reason.OBJECT_NOT_READ)
