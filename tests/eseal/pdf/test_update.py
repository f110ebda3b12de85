"""The update behind a rendering: still PDF/A-3b by the clauses that it touches.

veraPDF is not to be had where this is developed: the clauses of ISO 19005-3 are asserted here one
by one, by their text as read second-hand.
"""

import re
from datetime import timedelta

from eseal.chain import PathJudge
from eseal.pdf.verify import verify_pdf
from eseal.pdf.writer import sign_rendered_pdf
from eseal.report import Indication, judge
from tests.eseal.pdf.written import OBJECT, objects
from tests.vectors.pdf import PdfForge
from tests.world import NOW


def test_one_update_behind_the_rendering(rsa_forge: PdfForge, signed: bytes) -> None:
    """The rendered bytes stand unchanged before one update (ISO 32000-1, 7.5.6)."""
    assert signed.startswith(rsa_forge.rendered)
    assert signed.count(b"%%EOF") == 2


def test_objects_stand_as_pdfa_wants_them(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.1.9: single spaces, and line ends around header and `endobj`; nothing between objects."""
    update = signed[len(rsa_forge.rendered) :]
    body = update[: update.rindex(b"xref\n", 0, update.rindex(b"startxref"))]
    assert body[:1] == b"\n"
    assert body[1:] == b"".join(found[0] for found in OBJECT.finditer(body))


def test_table_is_right(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.1.4: keyword, subsections and 20-byte entries; each points at its object; runs sorted."""
    start = signed.rindex(b"xref\n", 0, signed.rindex(b"startxref"))
    table, trailer = signed[start:].split(b"trailer\n", 1)
    lines = re.sub(rb"\r\n", b"  ", table[len(b"xref\n") :])
    numbers: list[int] = []
    while lines:
        head, lines = lines.split(b"\n", 1)
        first, count = map(int, head.split(b" "))
        for number in range(first, first + count):
            entry, lines = lines[:20], lines[20:]
            assert re.fullmatch(rb"\d{10} 00000 n  ", entry)
            assert signed[int(entry[:10]) :].startswith(b"%d 0 obj\n" % number)
            numbers.append(number)
    assert numbers == sorted(objects(rsa_forge, signed))
    assert f"startxref\n{start}\n%%EOF\n".encode() == trailer[trailer.index(b"startxref") :]


def test_trailer_keeps_the_identifier(rsa_forge: PdfForge, signed: bytes) -> None:
    """6.1.3: /ID is kept, its second part new; Root, Info and Prev stand; nothing follows."""
    mine, theirs = (data[data.rindex(b"trailer") :] for data in (signed, rsa_forge.rendered))
    pattern = re.compile(rb"/ID\[(\(.*?\)|<.*?>)(\(.*?\)|<.*?>)\]")
    new, old = pattern.search(mine), pattern.search(theirs)
    assert new is not None
    assert old is not None
    assert new[1] == old[1]
    assert new[2] != old[2]
    for key in (rb"/Root \d+ 0 R", rb"/Info \d+ 0 R"):
        assert re.findall(key, mine) == re.findall(key, theirs)
    prev = re.search(rb"startxref\n(\d+)", theirs)
    assert prev is not None
    assert b"/Prev " + prev[1] in mine
    assert b"/Encrypt" not in mine


def test_two_signatures_have_two_identifiers(rsa_forge: PdfForge) -> None:
    """The second part of /ID depends on what the update says, and on nothing hidden."""
    later = sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW + timedelta(seconds=1))
    again = sign_rendered_pdf(rsa_forge.rendered, rsa_forge.cms, at=NOW + timedelta(seconds=1))
    assert later == again
    identifiers = {data[data.rindex(b"/ID[") :][:80] for data in (later, rsa_forge.good)}
    assert len(identifiers) == 2


def test_a_rendering_may_end_with_a_line_end(rsa_forge: PdfForge, path_judge: PathJudge) -> None:
    """A line end behind the rendering's end of file is kept and not doubled."""
    signed = sign_rendered_pdf(rsa_forge.rendered + b"\n", rsa_forge.cms, at=NOW)
    assert re.match(rb"\n\d+ 0 obj\n", signed[len(rsa_forge.rendered) :])
    evidence = verify_pdf(signed, judge=path_judge)
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
