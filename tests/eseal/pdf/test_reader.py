"""The door to pyHanko: what it reads of odd but possible files, and that faults are translated."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from eseal.errors import MalformedError, RefusedError
from eseal.pdf import guarded, reader
from eseal.pdf.guarded import translated
from eseal.pdf.marks import shown_marks
from eseal.pdf.reader import MAX_ATTACHMENTS, OpenPdf
from eseal.reasons import Reason
from tests.pages import Page, write_bodies, write_pages
from tests.vectors.after_sealing import over_two_edges
from tests.vectors.pdf import PdfForge
from tests.vectors.sealed_pdf import SealedForge

Change = Callable[[PdfFileWriter], object]


def make(change: Change) -> OpenPdf:
    """A PDF of one empty page, with one thing about it; compressed as far as possible."""
    writer = PdfFileWriter(stream_xrefs=True)  # type: ignore[no-untyped-call]  # pyHanko's
    page = PageObject(  # type: ignore[no-untyped-call]
        contents=writer.add_object(generic.StreamObject(stream_data=b"")), media_box=(0, 0, 9, 9)
    )
    writer.insert_page(page)  # type: ignore[no-untyped-call]
    change(writer)
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return OpenPdf(output.getvalue())


def dictionary(**entries: generic.PdfObject) -> generic.DictionaryObject:
    """A dictionary of these entries."""
    named = {pdf_name(f"/{key}"): one for key, one in entries.items()}
    return generic.DictionaryObject(named)  # type: ignore[no-untyped-call]


def specification(writer: PdfFileWriter, name: str, **more: bytes) -> generic.IndirectObject:
    """A file specification, with its content under /F and others under other keys."""
    contents = {"F": name.encode(), **more}
    streams = {
        key: writer.add_object(generic.StreamObject(stream_data=data))
        for key, data in contents.items()
    }
    entries = {"Type": pdf_name("/Filespec"), "F": pdf_string(name), "EF": dictionary(**streams)}
    return writer.add_object(dictionary(**entries))


def attach(writer: PdfFileWriter, tree: generic.PdfObject) -> None:
    """Make `tree` the document's tree of embedded files."""
    writer.root[pdf_name("/Names")] = dictionary(EmbeddedFiles=tree)


def leaf(*specifications: generic.PdfObject) -> generic.DictionaryObject:
    """A node of the name tree with these files."""
    pairs = [item for one in specifications for item in (pdf_string("x"), one)]
    return dictionary(Names=generic.ArrayObject(pairs))


def refuses(change: Change) -> MalformedError:
    """The error that reading the attachments ends with."""
    with pytest.raises(MalformedError) as caught:
        make(change).attachments()
    assert caught.value.reason is Reason.BROKEN_PDF
    return caught.value


def test_reads_attachments_of_a_tree() -> None:
    """Names in several nodes, a file named by /F alone, under /F and /UF of one stream."""

    def change(writer: PdfFileWriter) -> None:
        kids = [writer.add_object(leaf(specification(writer, name))) for name in ("a", "b")]
        attach(writer, dictionary(Kids=generic.ArrayObject(kids)))

    assert make(change).attachments() == {"a": b"a", "b": b"b"}


def test_nothing_attached_is_no_fault() -> None:
    """A file without names, or with other names, has no attachments and no identifier."""
    assert make(lambda _writer: None).attachments() == {}
    other = make(lambda writer: writer.root.update({pdf_name("/Names"): dictionary()}))
    assert other.attachments() == {}
    assert other.xmp_identifier() is None


def test_refuses_a_file_of_two_contents() -> None:
    """Two streams under one specification: two readers could read two files."""
    refuses(lambda writer: attach(writer, leaf(specification(writer, "a", UF=b"other"))))


def test_refuses_too_many_attachments() -> None:
    """More attachments than a licence could have."""

    def change(writer: PdfFileWriter) -> None:
        names = map(str, range(MAX_ATTACHMENTS + 1))
        attach(writer, leaf(*(specification(writer, name) for name in names)))

    refuses(change)


def test_refuses_an_endless_tree() -> None:
    """A node that is its own child."""

    def change(writer: PdfFileWriter) -> None:
        reference = writer.add_object(dictionary())
        kids = generic.ArrayObject([reference])
        reference.get_object()[pdf_name("/Kids")] = kids  # type: ignore[no-untyped-call]
        attach(writer, reference)

    refuses(change)


@pytest.mark.parametrize("odd", [pdf_name("/Other"), generic.ArrayObject([])], ids=str)
def test_refuses_what_is_of_another_kind(odd: generic.PdfObject) -> None:
    """A number or an array where a dictionary has to be."""
    refuses(lambda writer: attach(writer, odd))
    refuses(lambda writer: attach(writer, leaf(odd)))


def test_refuses_what_is_too_much_to_read() -> None:
    """Objects each within bounds, and together more than is read of a document."""

    def change(writer: PdfFileWriter) -> None:
        big = generic.ByteStringObject(bytes(20_000))
        fields = [
            writer.add_object(dictionary(T=pdf_string(str(number)), X=big)) for number in range(60)
        ]
        writer.root[pdf_name("/AcroForm")] = dictionary(Fields=generic.ArrayObject(fields))

    with pytest.raises(RefusedError) as caught:
        make(change).signature_fields()
    assert caught.value.reason is Reason.INPUT_TOO_LARGE
    assert "too much" in caught.value.sentence


def test_reads_so_much_of_object_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is packed is read by our own way, and no more of it than is read of a document."""

    def change(writer: PdfFileWriter) -> None:
        packed = writer.prepare_object_stream()  # type: ignore[no-untyped-call]
        attach(writer, writer.add_object(leaf(specification(writer, "a")), obj_stream=packed))

    opened = make(change)
    monkeypatch.setattr(guarded, "MAX_UNPACKED_TOKENS", 5)
    with pytest.raises(RefusedError) as caught:
        opened.attachments()
    assert caught.value.reason is Reason.INPUT_TOO_LARGE
    monkeypatch.undo()
    assert make(change).attachments() == {"a": b"a"}


def test_metadata_of_another_kind(rendered: bytes) -> None:
    """Metadata that are no stream are a broken PDF."""
    opened = OpenPdf(re.sub(rb"/Metadata \d\d 0 R", b"/Metadata 01 0 R", rendered))
    with pytest.raises(MalformedError) as caught:
        opened.xmp_identifier()
    assert caught.value.reason is Reason.BROKEN_PDF


def test_refuses_a_compressed_signature() -> None:
    """A signature inside an object stream stands nowhere in the file's bytes."""

    def change(writer: PdfFileWriter) -> None:
        stream = writer.prepare_object_stream()  # type: ignore[no-untyped-call]
        value = writer.add_object(dictionary(Type=pdf_name("/Sig")), obj_stream=stream)
        entries = {"FT": pdf_name("/Sig"), "T": pdf_string("Signature1"), "V": value}
        field = writer.add_object(dictionary(**entries))
        writer.root[pdf_name("/AcroForm")] = dictionary(Fields=generic.ArrayObject([field]))

    with pytest.raises(MalformedError) as caught:
        make(change).signature_fields()
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED
    assert "compressed" in caught.value.sentence


def test_says_where_the_signature_is(rsa_forge: PdfForge) -> None:
    """Name, number and place of the signature's object."""
    (field,) = OpenPdf(rsa_forge.good).signature_fields()
    header = b"%d 0 obj\n<</Type/Sig/" % field.reference.number
    assert field.name == "Signature1"
    assert rsa_forge.good[field.offset :].startswith(header)


@pytest.mark.parametrize(
    "error",
    [
        misc.PdfReadError("x"),
        ValueError("not enough values to unpack (expected 3, got 2)"),
        KeyError("x"),
        TypeError("x"),
        AttributeError("x"),
        AssertionError("x"),
        RecursionError("x"),
        NotImplementedError("x"),
        OverflowError("x"),
        OSError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_translates(error: Exception) -> None:
    """Whatever kind of error pyHanko has, it leaves as ours, with its cause."""

    def fail() -> None:
        with translated(Reason.BROKEN_PDF, "somewhere"):
            raise error

    with pytest.raises(MalformedError) as caught:
        fail()
    assert (caught.value.reason, caught.value.at) == (Reason.BROKEN_PDF, "somewhere")
    assert caught.value.__cause__ is error
    is_of_pdf = isinstance(error, misc.PdfError)
    told = (
        "无法处理 it cannot be processed (x)"
        if is_of_pdf
        else "解析不了：结构不符 cannot be parsed"
    )
    assert caught.value.sentence.startswith(told)
    assert type(error).__name__ not in caught.value.sentence


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Illegal generation 65536 for object ID 0.", "无法处理：交叉引用表有误 it cannot"),
        ("Object addressed by 4 0 R not found", "无法处理：其中的对象有误 it cannot"),
    ],
)
def test_what_is_wrong_is_told_in_chinese_too(said: str, told: str) -> None:
    """Before pyHanko's own words, which are kept; the first is what it says of PDFs of Pillow."""
    with pytest.raises(MalformedError) as caught, translated(Reason.BROKEN_PDF, "document"):
        raise misc.PdfStrictReadError(said)
    assert caught.value.sentence.startswith(told)
    assert said in caught.value.sentence


def test_errors_of_ours_pass() -> None:
    """An error of ours keeps its own reason on the way through."""
    ours = MalformedError(Reason.SIGNATURE_MALFORMED, "x")

    def fail() -> None:
        with translated(Reason.BROKEN_PDF, "somewhere"):
            raise ours

    with pytest.raises(MalformedError) as caught:
        fail()
    assert caught.value is ours


def test_counts_pages() -> None:
    """So many pages and no more; their boxes are told in their order."""
    pdf = write_pages([Page(media=(0, 0, 100 + number, 50)) for number in range(5)])
    opened = OpenPdf(pdf)
    assert [box.right for box in opened.page_boxes(most=5)] == [100, 101, 102, 103, 104]
    with pytest.raises(RefusedError) as caught:
        opened.page_boxes(most=4)
    assert caught.value.reason is Reason.INPUT_TOO_LARGE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Kids[4 0 R 6 0 R]", b"/Kids[4 0 R 2 0 R]"),
        (b"/Kids[4 0 R 6 0 R]", b"/Kids[4 0 R 4 0 R]"),
        (b"/Kids[4 0 R 6 0 R]", b"/Kids[4 0 R 1    ]"),
        (b"/Kids[4 0 R 6 0 R]", b"/Kids(4 0 R 6 0 R)"),
        (b"/MediaBox[0 0 100 50]", b"/MediaBox[0 0 100   ]"),
        (b"/MediaBox[0 0 100 50]", b"/MediaBox[0 0 100 /]"),
        (b"/MediaBox[0 0 100 50]", b"/MediaBex[0 0 100 50]"),
    ],
)
def test_refuses_pages_that_are_no_tree(old: bytes, new: bytes) -> None:
    """Pages in a circle or twice, or without what a page has, are a broken PDF."""
    pdf = write_pages([Page(media=(0, 0, 100, 50))] * 2)
    assert old in pdf
    with pytest.raises(MalformedError) as caught:
        OpenPdf(pdf.replace(old, new)).page_boxes(most=9)
    assert caught.value.reason is Reason.BROKEN_PDF


def test_says_on_which_pages_annotations_are(rsa_sealed: SealedForge) -> None:
    """Each widget of a seal over edges is on its own page, whatever it says itself."""
    opened = OpenPdf(over_two_edges(rsa_sealed))
    marks = shown_marks(opened, 0)
    places = opened.annotation_places(most=9)
    assert [places[one.reference][0] for one in marks] == [0, 1]
    assert len(opened.annotation_places(most=1)) < len(places)


def test_a_list_of_annotations_of_many_pages_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its annotations are on the first of these pages; another list is read for itself."""
    page = b"<</Type/Page/MediaBox[0 0 9 9]/Annots %b>>"
    tree = b"<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3>>"
    pages = [page % b"6 0 R", page % b"6 0 R", page % b"[8 0 R 7 0 R]"]
    link = b"<</Subtype/Link>>"
    bodies = [b"<</Type/Catalog/Pages 2 0 R>>", tree, *pages, b"[7 0 R]", link, link]
    read: list[str] = []

    def entry(entries: generic.DictionaryObject, key: str, kind: type[generic.PdfObject]) -> object:
        read.append(key)
        return guarded.entry(entries, key, kind)

    monkeypatch.setattr(reader, "entry", entry)
    places = OpenPdf(write_bodies(bodies)).annotation_places(most=9)
    assert {getattr(one, "idnum", 0): at for one, at in places.items()} == {7: (0, 0), 8: (2, 0)}
    assert read.count("/Annots") == 2
