"""A PDF of one page that shows a picture's form and nothing else, to draw it from.

Not PDF/A, and not handed out: it is what pdfium is given when a picture has to be seen.
"""

from eseal.pdf.objects import write_object, write_stream
from eseal.pdf.values import Reference
from eseal.pictures.form import PictureForm

_FORM = 5


def sheet_of(form: PictureForm) -> bytes:
    """Write a page as large as the form."""
    size = b"%.4f %.4f" % (form.width_pt, form.height_pt)
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %b]/Contents 4 0 R"
        b"/Resources<</XObject<</P %d 0 R>>>>>>" % (size, _FORM)
    )
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        write_stream(b"", b"/P Do"),
        *form.bodies(_FORM),
    ]
    parts, places = [b"%PDF-1.7\n"], []
    for number, body in enumerate(bodies, start=1):
        places.append(sum(map(len, parts)))
        parts.append(write_object(Reference(number, 0), body))
    start = sum(map(len, parts))
    entries = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(bodies) + 1, entries)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(bodies) + 1)
    return b"".join([*parts, table, trailer, b"startxref\n%d\n%%%%EOF\n" % start])
