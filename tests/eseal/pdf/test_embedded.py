"""Files embedded in a PDF: found however a reader comes to them, within bounds."""

from collections.abc import Callable
from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PdfFileWriter

from eseal.errors import MalformedError
from eseal.pdf import embedded
from eseal.pdf.embedded import MAX_FILES, EmbeddedFile, embedded_files
from eseal.pdf.guarded import resolve
from eseal.pdf.reader import OpenPdf
from eseal.reasons import Reason
from tests.eseal.pdf.test_reader import attach, dictionary, leaf, make, specification

FOUND = (EmbeddedFile(names=("a",), contents=(b"a",)),)


def in_names(writer: PdfFileWriter) -> None:
    """In the tree of names, where readers list it."""
    attach(writer, leaf(specification(writer, "a")))


def associated(writer: PdfFileWriter) -> None:
    """With the document (/AF) only."""
    writer.root[pdf_name("/AF")] = generic.ArrayObject([specification(writer, "a")])


def at_an_annotation(writer: PdfFileWriter) -> None:
    """In an annotation of a page, not as an object of its own."""
    file = resolve(specification(writer, "a"), generic.DictionaryObject)
    note = dictionary(Subtype=pdf_name("/FileAttachment"), FS=file)
    writer.root["/Pages"]["/Kids"][0][pdf_name("/Annots")] = generic.ArrayObject([note])


def in_an_object_stream(writer: PdfFileWriter) -> None:
    """As an object in an object stream, where no byte of the file shows it."""
    content = writer.add_object(generic.StreamObject(stream_data=b"a"))
    packed = writer.prepare_object_stream()  # type: ignore[no-untyped-call]  # pyHanko's
    writer.add_object(dictionary(Other=pdf_name("/Other")), obj_stream=packed)
    file = dictionary(F=pdf_string("a"), EF=dictionary(F=content))
    writer.root[pdf_name("/AF")] = generic.ArrayObject([writer.add_object(file, obj_stream=packed)])


WAYS = (in_names, associated, at_an_annotation, in_an_object_stream)


@pytest.mark.parametrize("way", WAYS)
def test_finds_a_file_in_whatever_way_it_is_reached(way: Callable[[PdfFileWriter], None]) -> None:
    """Once, with its name and its content."""
    assert set(embedded_files(make(way))) == set(FOUND)


def written(way: Callable[[PdfFileWriter], None]) -> bytes:
    """The bytes of such a PDF."""
    return make(way).pyhanko.data


def replaced(data: bytes, old: bytes, new: bytes) -> OpenPdf:
    """A PDF with one thing in another spelling, in the same number of bytes."""
    assert data.count(old) == 1
    return OpenPdf(data.replace(old, new.ljust(len(old))))


def updated(data: bytes, change: Callable[[IncrementalPdfFileWriter], object]) -> OpenPdf:
    """A PDF with an incremental update."""
    writer, output = IncrementalPdfFileWriter(BytesIO(data)), BytesIO()
    change(writer)
    writer.write(output)  # type: ignore[no-untyped-call]
    return OpenPdf(output.getvalue())


def refuses(opened: OpenPdf) -> None:
    """Reading the files ends with BROKEN_PDF."""
    with pytest.raises(MalformedError) as caught:
        embedded_files(opened)
    assert caught.value.reason is Reason.BROKEN_PDF


def test_finds_a_file_whose_key_is_spelled_otherwise() -> None:
    """`/#45F` is the same key as `/EF`."""
    said = b"/Type /Filespec\n/F (a)\n/EF"
    assert embedded_files(replaced(written(associated), said, b"/F (a)/#45F")) == FOUND


def test_gives_every_name_and_content_of_a_file() -> None:
    """Systems see one or another of them; a name in an encoding of its own byte by byte."""

    def change(writer: PdfFileWriter) -> None:
        file = resolve(specification(writer, "a", DOS=b"b"), generic.DictionaryObject)
        file[pdf_name("/UF")] = pdf_string("证照")
        file[pdf_name("/DOS")] = generic.ByteStringObject(b"a\x00\x9f")
        writer.root[pdf_name("/AF")] = file

    (found, *_) = embedded_files(make(change))
    assert found == EmbeddedFile(names=("证照", "a", "a\x00\x9f"), contents=(b"a", b"b"))


def test_what_a_document_has_no_more_is_not_found() -> None:
    """A specification that an update replaced, and a content that it took out."""
    before = make(associated)
    (place,) = before.pyhanko.root["/AF"]

    def change(writer: IncrementalPdfFileWriter) -> None:
        file = place.reference.get_object()
        del file[pdf_name("/EF")]
        writer.objects[0, place.idnum] = file

    assert embedded_files(updated(before.pyhanko.data, change)) == ()

    def without(writer: PdfFileWriter) -> None:
        in_names(writer)
        del writer.objects[0, 5]

    assert embedded_files(make(without)) == (EmbeddedFile(names=("a",), contents=()),)


def test_a_table_that_points_into_an_object_hides_nothing() -> None:
    """What is said to begin within a string of a specification does not end it there."""
    data = replaced(written(associated), b"/Type /Filespec\n", b"/X(9 0 obj 1)").pyhanko.data
    update = b"xref\n9 1\n%010d 00000 n \ntrailer\n<</Size 10/Root 1 0 R/Prev %d>>\n"
    table = update % (data.index(b"9 0 obj 1"), int(data.split()[-2]))
    opened = OpenPdf(data + table + b"startxref\n%d\n%%%%EOF\n" % len(data))
    assert embedded_files(opened) == FOUND


def test_nothing_embedded_is_nothing() -> None:
    """Nor is a name in a text, or what is no file."""
    assert embedded_files(make(lambda _writer: None)) == ()
    text = make(lambda writer: writer.root.update({pdf_name("/X"): pdf_string("/EF")}))
    assert embedded_files(text) == ()


def test_refuses_what_cannot_be_read_or_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """A content that is none, an object that breaks off, too many files, too much around them."""

    def many(writer: PdfFileWriter) -> None:
        files = [specification(writer, str(number)) for number in range(MAX_FILES + 1)]
        writer.root[pdf_name("/AF")] = generic.ArrayObject(files)

    refuses(make(many))
    refuses(make(lambda writer: writer.root.update({pdf_name("/EF"): pdf_name("/Other")})))
    refuses(replaced(written(associated), b"/Filespec\n/F (a)", b"/Filespec\n/F (a "))
    monkeypatch.setattr(embedded, "MAX_SEARCHED_BYTES", 40)
    refuses(make(associated))
