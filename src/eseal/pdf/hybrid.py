"""Files with a cross-reference table for old readers and, beside it, a stream for all others.

Microsoft Word ends each file so: behind the table of all objects stands one without entries, whose
trailer names the stream (/XRefStm). The stream has all objects; those in object streams are free
in the table. Some readers look into the stream, some do not: what both find has to be the same.

Rules kept:
    - an object in use in the table is where the stream has it, or the stream does not speak of it;
    - what only the stream has is free in the table, or the table does not speak of it.

The section is read as what its stream says from then on: no one who reads the file further has to
know of two. Where such a section may stand, and what its trailer may say, `sections` has seen.

Source: ISO 32000-1, 7.5.8.4 (read second-hand).
"""

from dataclasses import replace

from pyhanko.pdf_utils import misc
from pyhanko.pdf_utils.xref import XRefCache, XRefSection, XRefSectionData, XRefSectionType


def join_hybrid(xrefs: XRefCache) -> None:
    """Read a section with a stream beside it as the stream.

    Args:
        xrefs: the sections of a file, as pyHanko read them; changed in place.

    Raises:
        PdfReadError: table and stream lead to different places.
    """
    sections = xrefs._xref_sections
    for number, section in enumerate(sections):
        beside = section.xref_data.hybrid
        if beside is None:
            continue
        _check_views(sections[0].xref_data, beside.xref_data)
        about = replace(
            section.meta_info,
            xref_section_type=XRefSectionType.STANDARD,
            start_location=beside.meta_info.start_location,
        )
        sections[number] = XRefSection(about, beside.xref_data)


def _check_views(table: XRefSectionData, stream: XRefSectionData) -> None:
    """See that who reads the table only is led nowhere else than who reads the stream, too."""
    elsewhere = table.standard_xrefs.keys() & (stream.xrefs_in_objstm.keys() | stream.freed.keys())
    elsewhere |= {
        number
        for number, place in stream.standard_xrefs.items()
        if table.standard_xrefs.get(number, place) != place
    }
    if elsewhere:
        numbers = ", ".join(map(str, sorted(elsewhere)[:5]))
        raise misc.PdfReadError(
            f"两份交叉引用不一致 table and stream of xref lead to different places: {numbers}"
        )
