"""The types' own faces, drawn in the course of issuing: tried out in doubt, one at a time."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from licences.demo_authority import DemoAuthority
from licences.home import Home
from licences.issuing import Issued, Issuer, Outcome, Refused
from licences.model import Format, IssueRequest
from licences.reasons import LicenceReason
from tests.homes import CATALOGUE, make_home, request
from tests.registers import SqliteRegisters
from tests.world import NOW

UNASSIGNED = "\u0378"


@pytest.fixture
def home(tmp_path: Path, demo_authority: DemoAuthority, sqlite_registers: SqliteRegisters) -> Home:
    """A home with an empty register."""
    return make_home(tmp_path / "home", demo_authority, sqlite_registers.fresh())


@pytest.fixture
def issuer(home: Home) -> Iterator[Issuer]:
    """An issuer that draws the types' own faces."""
    with Issuer.open(home, clock=lambda: NOW) as opened:
        yield opened


def assert_refused(outcome: Outcome, reason: LicenceReason, pointer: str) -> None:
    """See that a request came to nothing for one reason, at one field."""
    assert isinstance(outcome, Refused)
    (problem,) = outcome.problems
    assert problem.reason is reason
    assert problem.pointer == pointer


def assert_nothing_begun(home: Home) -> None:
    """See that the register has nothing unfinished, and that no document was signed."""
    register = home.register()
    assert register.unfinished(limit=1) == ()
    register.close()
    assert not any(path.is_file() for path in home.settings.documents.rglob("*"))


def test_refuses_a_character_that_no_font_has(home: Home, issuer: Issuer) -> None:
    """MISSING_GLYPH: refused with the field's pointer, with nothing begun or signed."""
    outcome = issuer.issue(request(name=f"示例{UNASSIGNED}公司（样本）"))
    assert_refused(outcome, LicenceReason.MISSING_GLYPH, "/name")
    assert_nothing_begun(home)
    assert isinstance(outcome, Refused)
    assert issuer.check(request(name=f"示例{UNASSIGNED}公司（样本）")) == outcome.problems


def test_refuses_a_text_that_does_not_fit(home: Home, issuer: Issuer) -> None:
    """CONTENT_TOO_LONG: refused with the field's pointer, with nothing begun or signed."""
    proof = CATALOGUE.get("real-estate-registration-proof")
    lines = "\n".join("行" * 400)  # the schema counts characters, the face lines
    asked = IssueRequest(
        type_slug=proof.slug,
        department=proof.issuers[0].text,
        data={**proof.sample(), "remarks": lines},
        suite=Suite.SM2,
    )
    assert_refused(issuer.issue(asked), LicenceReason.CONTENT_TOO_LONG, "/remarks")
    assert_nothing_begun(home)
    assert isinstance(issuer.issue(request()), Issued)


def test_json_alone_needs_no_glyphs(issuer: Issuer) -> None:
    """A JSON licence has no face: every character can stand in it."""
    name = f"示例{UNASSIGNED}公司（样本）"
    assert isinstance(issuer.issue(request(name=name, formats=(Format.JSON,))), Issued)


def test_a_thorough_check_draws_the_face(issuer: Issuer) -> None:
    """A request that is only checked has its face drawn too, and nothing is issued."""
    assert issuer.check(request()) == ()
    outcome = issuer.issue(request())
    assert isinstance(outcome, Issued)
    assert not outcome.already


def test_threads_take_turns_at_drawing(issuer: Issuer) -> None:
    """Four threads issue different PDFs at once; each gets its own."""
    outcomes: list[Issued | Refused] = []
    threads = [
        threading.Thread(target=lambda number=number: outcomes.append(issuer.issue(number)))
        for number in map(request, range(4))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [issuer.documents_of(each) for each in outcomes if isinstance(each, Issued)]
    assert len({each[Format.PDF] for each in made}) == 4
