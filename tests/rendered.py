"""Small PDFs as our renderer makes them, without Chinese fonts: what tests sign and spoil."""

from datetime import UTC, datetime
from functools import lru_cache

import typst

RENDERED_AT = datetime(2026, 11, 20, tzinfo=UTC)
ATTACHED = '{"licence":"' + "样本" * 400 + '"}'
"""Long enough that the renderer compresses it."""

_SOURCE = """
#set document(title: "Sample", date: datetime(year: 2026, month: 11, day: 20))
#set page(width: 120mm, height: 80mm)
#let attach(name) = pdf.attach(
  name, bytes(sys.inputs.at("json")),
  relationship: "data", mime-type: "application/json", description: "the licence as data",
)
#attach("licence.json")
= Sample
Registered capital: 100
#link("https://licences.example.cn/")[Verify]
#pagebreak()
The second page.
"""


@lru_cache(maxsize=8)
def render_sample(attached: str = ATTACHED) -> bytes:
    """Render two pages as PDF/A-3b, with `licence.json` attached."""
    compiler = typst.Compiler(input=_SOURCE.encode(), ignore_system_fonts=True)
    pdf = compiler.compile(
        format="pdf", pdf_standards=["a-3b"], sys_inputs={"json": attached}, timestamp=RENDERED_AT
    )
    assert isinstance(pdf, bytes)
    return pdf
