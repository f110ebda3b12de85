"""Signatures in PDF: put on what we rendered, put on foreign files, and judged.

    values           objects, each with its place in the file
    syntax           objects as bytes, read strictly
    objects          objects as bytes, written
    plain            objects that many files have in common, read once
    sections         cross-reference tables and trailers, read strictly
    structure        the signature dictionary and the hole that it leaves
    xmp              the document's identifier in its metadata
    update           the incremental update of what we rendered: objects, table, trailer
    signature_field  what changes around a signature: catalog, page, metadata, mark
    writer           signs what we rendered: one incremental update, still PDF/A-3b
    selfcheck        judges what the writer has just made, quickly and by its exact shape
    guarded          the door to pyHanko's reading: bounded, and its slow spots quickened
    reader           opens any PDF: its form, its signatures, what is shown where
    embedded         every file embedded in a PDF, in whatever way readers come to it
    judging          which changes after a signature are allowed
    judged_signature what was found about one signature
    signatures       judges the signatures, one after another
    sealed           judges the e-seals (电子印章) in and beside signatures
    marks            judges whether a seal's mark is where the page shows it
    images           whether two pictures in a file are the same
    likeness         finds what looks like a seal and is none
    patches          what on a page that was drawn is like a seal
    verify           judges any signed PDF: the rooms above, together
    foreign          signs and stamps any PDF through pyHanko
    pages            what pages say, and how they look; asked of another process
    frames           what is said between the two processes
    helper           begins the other process, bounds it and ends it
    child            what the other process does
    pdfium           the door to pdfium, in the other process only
    places           where on a page: millimetres, keywords, the straddle (骑缝章)
    stamping         stamps a PDF with a seal: the wish, checked, then signed

Writing and self-checking need no pyHanko, which takes a while to import.
Source: ISO 32000-1 (PDF 1.7), ISO 19005-3 (PDF/A-3), ETSI EN 319 142-1 (PAdES); all read
second-hand.
"""

from eseal.deferred import defer

# Its `__init__` loads all of signing: stamps, timestamps, an HTTP client. Judging uses none of it.
defer("pyhanko.sign")
