"""What pages cost is bounded: whatever a file wants, an answer comes, and nothing stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from eseal.chain import PathJudge
from eseal.documents import judge_document
from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.pdf import foreign, frames, helper, pages
from eseal.pdf.frames import frame_of, read_frame
from eseal.pdf.helper import HELPER
from eseal.pdf.marks import MarkCheck
from eseal.pdf.objects import write_object
from eseal.pdf.pages import find_text, look, page_sizes, page_text, render_page, survey
from eseal.pdf.values import Reference
from eseal.reasons import Reason
from eseal.report import Finding, Outcome
from tests.pages import blank
from tests.processes import becomes_gone, is_gone
from tests.rendered import RENDERED_AT
from tests.world import World


def written(*bodies: bytes) -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    data = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(data))
        data += write_object(Reference(number, 0), body)
    rows = b"".join(b"%010d 00000 n\r\n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f\r\n" % (len(bodies) + 1) + rows
    end = b"trailer\n<</Size %d/Root 1 0 R/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF\n"
    return data + table + end % (len(bodies) + 1, len(data))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"


def laughs() -> bytes:
    """2 KB that draw a form a thousand million times."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"
    nested = [
        stream(b"/F Do " * 10, form + b"/Resources<</XObject<</F %d 0 R>>>>" % number)
        for number in range(6, 14)
    ]
    return written(
        CATALOGUE,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</XObject<</F 5 0 R>>>>>>",
        stream(b"/F Do"),
        *nested,
        stream(b"1 0 0 rg 0 0 9 9 re f", form),
    )


def shared() -> bytes:
    """Fifty pages that show the same content, which is long."""
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 54))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<<>>>>"
    return written(
        CATALOGUE,
        b"<</Type/Pages/Kids[%b]/Count 50>>" % kids,
        stream(b"1 0 0 rg 0 0 m 9 9 l 5 5 l h f " * 200_000),
        *[page] * 50,
    )


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Little time for every question; the helper is there already."""
    page_text(blank())
    monkeypatch.setattr(pages, "MAX_SECONDS", 1.0)
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < 15


def helper_number() -> int:
    """The number of the helper, which is begun."""
    assert page_sizes(blank()) != ()
    assert HELPER.number is not None
    return HELPER.number


def marks(pdf: bytes, world: World) -> Finding:
    """What is said of the marks on a PDF that nobody signed."""
    report = judge_document("a.pdf", pdf, judge=PathJudge(world.trust, at=RENDERED_AT))
    (finding,) = (one for one in report.findings if one.check is MarkCheck.MARKS)
    return finding


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("bomb", [laughs, shared])
def test_pages_that_take_too_much_are_undetermined(world: World, bomb: Callable[[], bytes]) -> None:
    """A file that would take hours is judged in time, and nothing stays behind."""
    number = helper_number()
    finding = marks(bomb(), world)
    assert finding.outcome is Outcome.UNDETERMINED
    assert finding.reason is Reason.INPUT_TOO_LARGE
    assert "reading or drawing the pages took too much" in finding.detail
    assert HELPER.number is None
    assert is_gone(number)
    assert marks(blank(), world).outcome is Outcome.PASSED


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "ask",
    [lambda pdf: find_text(pdf, "盖章处"), survey, lambda pdf: render_page(pdf, 0, dpi=72)],
    ids=["find", "survey", "draw"],
)
@pytest.mark.unmeasured
def test_every_question_is_bounded(ask: Callable[[bytes], object]) -> None:
    """Searching and drawing are refused when they take too much; the next document works."""
    with pytest.raises(RefusedError) as refusal:
        ask(laughs())
    assert refusal.value.reason is Reason.INPUT_TOO_LARGE
    ask(blank())


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Little memory for a helper of its own: to fill what one really gets takes long."""
    HELPER.end()
    little = "from eseal.pdf import child; child.MAX_MEMORY = 128 * 1024 * 1024; child.main()"
    monkeypatch.setattr(helper, "_BEGIN", f"import sys; sys.path[:] = sys.argv[1:]; {little}")
    yield
    HELPER.end()


@pytest.mark.usefixtures("narrow")
def test_memory_is_bounded() -> None:
    """A file that wants more memory than it gets ends its helper, and no more."""
    with pytest.raises(RefusedError, match="memory"):
        survey(laughs())
    assert page_text(blank()) == ""


def test_one_helper_answers_many_questions() -> None:
    """It is begun once."""
    assert {helper_number() for _ in range(3)} == {helper_number()}


def test_a_helper_that_was_killed_is_begun_again() -> None:
    """Whoever killed it."""
    number = helper_number()
    os.kill(number, signal.SIGKILL)
    assert becomes_gone(number)
    assert helper_number() != number


AT_WORK = """
import sys
from eseal.pdf.helper import HELPER
from eseal.pdf.pages import look, page_text
idle, bomb = (open(name, "rb").read() for name in sys.argv[1:])
page_text(idle)
print(HELPER.number, flush=True)
if len(bomb) > 5: look(bomb, proven={})
sys.stdin.read()
"""


@pytest.mark.parametrize("bomb", [shared, bytes], ids=["at work", "idle"])
def test_a_killed_parent_leaves_no_helper(tmp_path: Path, bomb: Callable[[], bytes]) -> None:
    """The helper ends with its parent, even in the midst of its work."""
    (tmp_path / "a.pdf").write_bytes(blank())
    (tmp_path / "b.pdf").write_bytes(bomb())
    files = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    parent = python(AT_WORK, *map(str, files))
    with parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        time.sleep(0.5)
        assert not is_gone(number)
        parent.kill()
    assert becomes_gone(number)


FORKED = """
import os
from eseal.pdf.helper import HELPER
from eseal.pdf.pages import page_text
pdf = open({!r}, "rb").read()
page_text(pdf)
before = HELPER.number
if (child := os.fork()) == 0:
    page_text(pdf)
    os._exit(HELPER.number == before)
assert os.waitpid(child, 0)[1] == 0
page_text(pdf)
assert HELPER.number == before
print(before)
"""


def test_a_forked_process_begins_its_own(tmp_path: Path) -> None:
    """Two processes do not talk to one helper; the first keeps its own, until it ends."""
    file = tmp_path / "a.pdf"
    file.write_bytes(blank())
    with python(FORKED.format(str(file))) as process:
        said, faults = process.communicate(timeout=60)
    assert (process.returncode, faults) == (0, b"")
    assert becomes_gone(int(said))


def python(code: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """Begin a Python that imports what this one does."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def test_workers_of_a_pool_have_helpers() -> None:
    """Daemonic processes, which may have no children of `multiprocessing`."""
    with get_context("spawn").Pool(1) as pool:
        number = pool.apply(helper_number)
        assert number != helper_number()
    assert becomes_gone(number)


def test_says_how_many_pages_were_looked_at(world: World) -> None:
    """What stands on pages behind the limit is undetermined; no more pages are sealed either."""
    with pytest.raises(RefusedError) as caught:
        foreign.page_boxes(blank(1001))
    assert caught.value.reason is Reason.INPUT_TOO_LARGE
    assert len(foreign.page_boxes(blank(1000))) == 1000
    assert marks(blank(1000), world).outcome is Outcome.PASSED
    finding = marks(blank(1001), world)
    assert finding.outcome is Outcome.UNDETERMINED
    assert finding.reason is Reason.INPUT_TOO_LARGE
    assert finding.detail.endswith("of 1001 pages the first 1000 were looked at")


def test_pages_that_the_tree_does_not_count_are_not_passed(world: World) -> None:
    """A page that pdfium does not find may be shown by others."""
    finding = marks(blank(3).replace(b"/Count 3", b"/Count 1"), world)
    assert finding.outcome is Outcome.UNDETERMINED
    assert finding.reason is Reason.BROKEN_PDF
    assert finding.detail.endswith("1 pages are said to be there, 3 are")


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (survey, {}),
        (survey, {"text": 1, "coloured": [], "seen": 1, "pages": 1}),
        (survey, {"text": "", "coloured": [True], "seen": 1, "pages": 1}),
        (survey, {"text": "", "coloured": [], "seen": -1, "pages": 1}),
        (survey, {"fault": frames.MALFORMED}),
        (lambda pdf: look(pdf, proven={}), {"like": [[1, 2]]}),
        (page_sizes, {"sizes": [["wide", "high"]]}),
        (lambda pdf: render_page(pdf, 0, dpi=72), {"sides": [100_000, 100_000]}),
    ],
)
def test_answers_are_read_strictly(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[bytes], object], answer: dict[str, Any]
) -> None:
    """A helper that a file took over says nothing that is believed."""
    monkeypatch.setattr(type(HELPER), "ask", lambda *_, **__: (answer, b""))
    with pytest.raises(EvidenceError) as refusal:
        ask(blank())
    assert refusal.value.reason is Reason.INPUT_TOO_LARGE


def test_a_helper_that_cannot_be_begun_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is no fault of the file."""
    HELPER.end()
    for program in ("/nowhere/python", "/bin/false"):
        monkeypatch.setattr(sys, "executable", program)
        with pytest.raises(UnavailableError) as failure:
            page_text(blank())
        assert failure.value.reason is Reason.NOT_REACHED


@pytest.mark.parametrize(
    "data",
    [
        b"".join(frame_of({}, bytes(9))),
        (1 << 40).to_bytes(8, "big") + bytes(8),
        bytes(7) + b"\x02" + bytes(8) + b"[]",
        bytes(7) + b"\x02" + bytes(8) + b"{?",
        bytes(6) + b"\xff\xff" + bytes(8) + b"[" * 65535,
    ],
    ids=["bytes", "length", "list", "no JSON", "depth"],
)
def test_a_frame_is_read_strictly(data: bytes) -> None:
    """A frame that is too long, or no object, is none."""
    left = memoryview(data)

    def read(length: int) -> bytes:
        nonlocal left
        assert length <= len(left)
        part, left = bytes(left[:length]), left[length:]
        return part

    with pytest.raises(ValueError, match=r"."):
        read_frame(read, most=8)
