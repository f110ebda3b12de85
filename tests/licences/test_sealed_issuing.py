"""A home that seals: every PDF carries its department's active seal, and the use is journaled."""

import dataclasses
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from eseal.algorithms import Suite
from eseal.chain import PathJudge
from eseal.pdf.places import Spot
from eseal.pdf.verify import PdfEvidence, verify_pdf
from eseal.reasons import Reason, ReasonCode
from eseal.report import Indication, Outcome, judge
from eseal.seals.checks import SealCheck
from licences.catalogue import LicenceType
from licences.demo_authority import DemoAuthority
from licences.demo_seals import demo_number
from licences.diagnosis import examine
from licences.faces import Face, FaceRenderer
from licences.home import Home, read_chain
from licences.issuing import Issued, Issuer, Refused
from licences.journal import intended
from licences.model import EventKind, Format, IssueRequest
from licences.officers import Actor
from licences.orders import Faces
from licences.reasons import LicenceReason
from licences.seal_life import Power, SealAction, SealState
from licences.seal_model import SealRecord, SealUse
from licences.seal_office import SealOffice
from licences.workshop import Step
from tests.homes import (
    BUSINESS,
    CATALOGUE,
    DEPARTMENTS,
    MARKET,
    QuickFaces,
    make_home,
    request,
    sealed_home,
)
from tests.licences.seal_world import Officers, application, read_uses
from tests.registers import ON_SQLITE, AnyRegisters, SqliteRegisters
from tests.world import DAY, NOW, SECOND, YEAR

pytestmark = pytest.mark.unmeasured

PLANNING = DEPARTMENTS[1].code.text
PDF_ONLY = (Format.PDF,)


@dataclass(kw_only=True)
class Bureau:
    """A home that seals, with the demo's seals, a clock that can be moved, and its officers."""

    home: Home
    officers: Officers
    at: datetime = NOW
    act_at: dict[Step, Callable[[], object]] = field(default_factory=dict)

    def open(self, faces: Faces | None = None) -> Issuer:
        """An issuer by the bureau's clock, that acts at the steps of `act_at`, each once."""
        clock, faces = (lambda: self.at), faces or QuickFaces()
        return Issuer.open(self.home, clock=clock, at_step=self._watch, faces=faces)

    def _watch(self, step: Step) -> None:
        self.act_at.pop(step, lambda: None)()

    def issue(self, asked: IssueRequest) -> Issued | Refused:
        """The outcome of a request, by an issuer of its own."""
        with self.open() as issuer:
            return issuer.issue(asked)

    def act(self, action: SealAction, power: Power, suite: Suite = Suite.SM2) -> SealRecord:
        """Do something to the market regulator's seal."""
        with SealOffice.open(self.home, clock=lambda: self.at) as office:
            method: Callable[[str, Actor], SealRecord] = getattr(office, action.value)
            return method(demo_number(MARKET, suite), self.officers.of(power))

    def suspend(self) -> None:
        """Suspend the market regulator's SM2 seal."""
        self.act(SealAction.SUSPEND, Power.APPROVE)

    def resume(self) -> None:
        """Resume it."""
        self.act(SealAction.RESUME, Power.APPROVE)

    def renew(self) -> None:
        """Make it anew, and activate it."""
        settings = self.home.settings.departments[0].signers[Suite.SM2]
        certificate, *issuers = read_chain(settings)
        with SealOffice.open(self.home, clock=lambda: self.at) as office:
            number = demo_number(MARKET, Suite.SM2)
            office.renew(number, [certificate], self.officers.of(Power.MAKE), issuers=issuers)
        self.act(SealAction.ACTIVATE, Power.KEEP)

    def seal(self, department: str = MARKET, suite: Suite = Suite.SM2) -> SealRecord:
        """A department's seal."""
        with SealOffice.open(self.home, clock=lambda: self.at) as office:
            return office.find(demo_number(department, suite))

    def uses(self, department: str = MARKET, suite: Suite = Suite.SM2) -> tuple[SealUse, ...]:
        """The uses of a department's seal."""
        register = self.home.seal_register()
        found = read_uses(register.uses(self.seal(department, suite).key.id, limit=1000))
        register.close()
        return found

    def verify(self, outcome: Issued | Refused) -> PdfEvidence:
        """What our verifier says of the PDF of a licence."""
        with self.open() as issuer:
            pdf = issuer.documents_of(issued(outcome))[Format.PDF]
        return verify_pdf(pdf, judge=PathJudge(self.home.trust_store(), at=self.at))

    def untouched(self) -> bool:
        """Neither is a licence begun nor a document there, nor a seal used."""
        register = self.home.register()
        begun = register.unfinished(limit=1)
        register.close()
        return not (begun or self.files() or self.uses())

    def files(self) -> list[Path]:
        """Every file of the document store, staged ones included."""
        return [path for path in self.home.settings.documents.rglob("*") if path.is_file()]


def issued(outcome: Issued | Refused) -> Issued:
    """The licence that came of it."""
    assert isinstance(outcome, Issued), outcome
    return outcome


def reasons(outcome: Issued | Refused) -> list[ReasonCode]:
    """Why it was refused."""
    assert isinstance(outcome, Refused), outcome
    return [problem.reason for problem in outcome.problems]


def bureau_on(
    registers: AnyRegisters,
    folder: Path,
    authority: DemoAuthority,
    officers: Officers,
    *suites: Suite,
) -> Bureau:
    """A bureau on a register of its own, whose departments have seals of these suites."""
    home = sealed_home(folder / "home", authority, registers, *suites)
    return Bureau(home=home, officers=officers)


@pytest.fixture
def bureau(
    tmp_path: Path, registers: AnyRegisters, demo_authority: DemoAuthority, officers: Officers
) -> Bureau:
    """A bureau with SM2 seals, on each database in turn."""
    return bureau_on(registers, tmp_path, demo_authority, officers, Suite.SM2)


@pytest.fixture
def quick_bureau(
    tmp_path: Path,
    sqlite_registers: SqliteRegisters,
    demo_authority: DemoAuthority,
    officers: Officers,
) -> Bureau:
    """A bureau with SM2 seals on SQLite, for what does not depend on the database."""
    return bureau_on(sqlite_registers, tmp_path, demo_authority, officers, Suite.SM2)


@pytest.mark.parametrize("suite", list(Suite), ids=str)
def test_seals_what_it_issues(
    tmp_path: Path,
    registers: AnyRegisters,
    demo_authority: DemoAuthority,
    officers: Officers,
    suite: Suite,
) -> None:
    """The PDF passes with every check of the seal; one use, of what was signed, names it."""
    bureau = bureau_on(registers, tmp_path, demo_authority, officers, suite)
    result = issued(bureau.issue(request(suite=suite)))
    evidence = bureau.verify(result)
    assert_sealed(evidence, bureau.seal(MARKET, suite), at=NOW)
    (use,) = bureau.uses(MARKET, suite)
    register = bureau.home.register()
    licence = register.find_by_identifier(result.identifier)
    assert licence is not None
    digests = dict(intended(register.events(licence.key)))
    register.close()
    assert use.digest == digests[Format.PDF].hex()
    assert (use.licence, use.at, use.actor, use.suite) == (result.identifier, NOW, MARKET, suite)
    assert (use.matter, use.operation) == ("签发 issue business-licence", "issue")


def assert_sealed(evidence: PdfEvidence, seal: SealRecord, *, at: datetime) -> None:
    """The PDF passes as a whole, and carries this one seal, with every check passed."""
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED, evidence.findings
    (shown,) = evidence.seals
    assert [finding.check for finding in shown.findings] == list(SealCheck)
    assert {finding.outcome for finding in shown.findings} == {Outcome.PASSED}, shown.findings
    assert seal.esl_sha256 is not None
    assert (shown.info.es_id, shown.info.name) == (seal.es_id, seal.name)
    assert (shown.info.sha256, shown.info.used_at) == (seal.esl_sha256.hex(), at)


@pytest.mark.parametrize(
    ("slug", "department", "suite"),
    [
        ("business-licence", MARKET, Suite.SM2),
        ("food-business-permit", MARKET, Suite.RSA),
        ("construction-planning-permit", PLANNING, Suite.SM2),
    ],
)
def test_seals_real_faces(
    tmp_path: Path,
    sqlite_registers: SqliteRegisters,
    demo_authority: DemoAuthority,
    officers: Officers,
    slug: str,
    department: str,
    suite: Suite,
) -> None:
    """On a type's own face the seal stands at the place that the face names, and passes."""
    bureau = bureau_on(sqlite_registers, tmp_path, demo_authority, officers, suite)
    data = CATALOGUE.get(slug).sample()
    asked = IssueRequest(type_slug=slug, department=department, data=data, suite=suite)
    with Issuer.open(bureau.home, clock=lambda: NOW) as issuer:
        assert issuer.check(asked) == ()
        result = issued(issuer.issue(asked))
    assert_sealed(bureau.verify(result), bureau.seal(department, suite), at=NOW)


@ON_SQLITE
def test_json_alone_needs_no_seal(bureau: Bureau) -> None:
    """A JSON licence carries no seal: none is used, and none has to be there."""
    issued(bureau.issue(request(formats=(Format.JSON,))))
    bureau.suspend()
    bureau.at += SECOND
    issued(bureau.issue(request(2, formats=(Format.JSON,))))
    assert bureau.uses() == ()


@ON_SQLITE
def test_without_an_active_seal_nothing_is_begun(bureau: Bureau) -> None:
    """NO_ISSUING_SEAL: before anything is allotted, for a suite and after a suspension."""
    assert reasons(bureau.issue(request(suite=Suite.RSA))) == [LicenceReason.NO_ISSUING_SEAL]
    bureau.suspend()
    outcome = bureau.issue(request())
    assert reasons(outcome) == [LicenceReason.NO_ISSUING_SEAL]
    assert isinstance(outcome, Refused)
    number = demo_number(MARKET, Suite.SM2)
    (problem,) = outcome.problems
    assert f"{number} 现为 it is 已停用 suspended" in f"{problem.zh} {problem.en}"
    assert problem.advice is not None
    assert f"licences seal show {number}" in problem.advice[1]
    with bureau.open() as issuer:
        assert [each.reason for each in issuer.check(request())] == [LicenceReason.NO_ISSUING_SEAL]
    assert bureau.untouched()


def test_a_seal_whose_history_does_not_hold_issues_nothing(bureau: Bureau) -> None:
    """SEAL_ACTOR_UNKNOWN: what its keeper is refused, issuing is refused; nothing is begun."""
    settings = dataclasses.replace(bureau.home.settings, officers=())
    bureau.home = dataclasses.replace(bureau.home, settings=settings)
    assert reasons(bureau.issue(request())) == [LicenceReason.SEAL_ACTOR_UNKNOWN]
    assert bureau.untouched()


def test_a_seal_suspended_between_two_requests(bureau: Bureau) -> None:
    """NO_ISSUING_SEAL for the second, by the same issuer, until the seal is resumed."""
    with bureau.open() as issuer:
        issued(issuer.issue(request(1)))
        bureau.at += SECOND
        bureau.suspend()
        assert reasons(issuer.issue(request(2))) == [LicenceReason.NO_ISSUING_SEAL]
        bureau.at += SECOND
        bureau.resume()
        issued(issuer.issue(request(2)))
    assert len(bureau.uses()) == 2


def test_a_seal_suspended_before_its_use_is_journaled(bureau: Bureau) -> None:
    """SEAL_NOT_ACTIVE: nothing is let out, the number is free again, and later it is issued."""
    bureau.act_at[Step.PDF_PREPARED] = bureau.suspend
    outcome = bureau.issue(request())
    assert reasons(outcome) == [LicenceReason.SEAL_NOT_ACTIVE]
    assert bureau.untouched()
    bureau.resume()
    issued(bureau.issue(request(name="更正后的名称（样本）")))
    assert len(bureau.uses()) == 1


def test_a_seal_made_anew_before_its_use_is_journaled(bureau: Bureau) -> None:
    """SEAL_MOVED_ON: the licence stays begun, and a retry issues it with the new seal."""
    before = bureau.seal().esl_sha256

    def renew() -> None:
        bureau.at += SECOND
        bureau.renew()

    bureau.act_at[Step.PDF_PREPARED] = renew
    with bureau.open() as issuer:
        assert reasons(issuer.issue(request())) == [LicenceReason.SEAL_MOVED_ON]
        assert bureau.uses() == ()
        register = bureau.home.register()
        (begun,) = register.unfinished(limit=2)
        result = issued(issuer.issue(request()))
        assert result.identifier == begun.identifier
        kinds = [event.kind for event in register.events(begun.key)]
        register.close()
    assert kinds == [EventKind.INTENT, EventKind.INTENT, EventKind.ISSUED]
    assert bureau.seal().esl_sha256 != before
    assert_sealed(bureau.verify(result), bureau.seal(), at=NOW)
    assert len(bureau.uses()) == 1


@ON_SQLITE
def test_one_seal_out_of_use_stops_no_other(
    tmp_path: Path, registers: AnyRegisters, demo_authority: DemoAuthority, officers: Officers
) -> None:
    """In a batch only the requests whose seal was suspended are refused."""
    bureau = bureau_on(registers, tmp_path, demo_authority, officers, *Suite)
    bureau.act_at[Step.PDF_PREPARED] = bureau.suspend
    batch = [
        request(1),
        request(2, suite=Suite.RSA),
        request(3, formats=(Format.JSON,)),
        request(4),
    ]
    with bureau.open() as issuer:
        sm2, rsa, json, other = issuer.issue_many(batch)
    assert reasons(sm2) == reasons(other) == [LicenceReason.SEAL_NOT_ACTIVE]
    assert_sealed(bureau.verify(rsa), bureau.seal(MARKET, Suite.RSA), at=NOW)
    issued(json)
    assert (len(bureau.uses()), len(bureau.uses(MARKET, Suite.RSA))) == (0, 1)
    assert len(bureau.files()) == 3


def with_seal(bureau: Bureau, authority: DemoAuthority, **changes: datetime) -> Bureau:
    """The bureau with a seal of the market regulator's of which something else was applied for."""
    wanted = dataclasses.replace(application(authority), **changes)  # type: ignore[arg-type]
    with SealOffice.open(bureau.home, clock=lambda: NOW) as office:
        number = demo_number(MARKET, Suite.SM2)
        office.apply(wanted, bureau.officers.of(Power.APPLY), number=number)
        office.approve(number, bureau.officers.of(Power.APPROVE))
        office.make(number, bureau.officers.of(Power.MAKE))
        office.activate(number, bureau.officers.of(Power.KEEP))
    return bureau


def test_a_seal_out_of_its_validity(
    tmp_path: Path,
    sqlite_registers: SqliteRegisters,
    demo_authority: DemoAuthority,
    officers: Officers,
) -> None:
    """NO_ISSUING_SEAL: valid in its last second, an active seal is none to issue with after it."""
    empty = bureau_on(sqlite_registers, tmp_path, demo_authority, officers)
    bureau = with_seal(empty, demo_authority, valid_until=NOW + DAY)
    bureau.at = NOW + DAY
    issued(bureau.issue(request(1)))
    bureau.at += SECOND
    assert bureau.seal().state is SealState.ACTIVE
    assert reasons(bureau.issue(request(2))) == [LicenceReason.NO_ISSUING_SEAL]
    assert len(bureau.uses()) == 1


def test_a_department_with_a_new_key(quick_bureau: Bureau, other_authority: DemoAuthority) -> None:
    """SEAL_SIGNER_NOT_LISTED: the seal lists the old certificate only; nothing is begun."""
    bureau, home = quick_bureau, quick_bureau.home
    for path in other_authority.trust_files:
        shutil.copy(path, home.trust / f"new-{path.name}")
    settings = dataclasses.replace(home.settings, departments=other_authority.departments)
    bureau.home = dataclasses.replace(home, settings=settings)
    assert reasons(bureau.issue(request())) == [Reason.SEAL_SIGNER_NOT_LISTED]
    assert bureau.untouched()
    issued(bureau.issue(request(formats=(Format.JSON,))))


def test_a_maker_who_is_trusted_no_more(quick_bureau: Bureau) -> None:
    """NO_SEAL_MAKERS: without the maker in the trust folder no PDF would pass; none is made."""
    for path in quick_bureau.home.trust.glob("*-maker-1.pem"):
        path.unlink()
    assert reasons(quick_bureau.issue(request())) == [Reason.NO_SEAL_MAKERS]
    assert quick_bureau.untouched()


def test_a_home_that_does_not_seal(
    tmp_path: Path, registers: AnyRegisters, demo_authority: DemoAuthority
) -> None:
    """With `sealed = false` PDFs are signed and carry no seal, whether there is one or not."""
    sealing = sealed_home(tmp_path / "sealing", demo_authority, registers, Suite.SM2)
    url = sealing.settings.database_url
    home = make_home(tmp_path / "home", demo_authority, url)
    bureau = Bureau(home=home, officers=Officers(demo_authority))
    evidence = bureau.verify(bureau.issue(request()))
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert evidence.seals == ()
    assert bureau.uses() == ()


def test_a_repeated_request_gives_the_same_bytes(bureau: Bureau) -> None:
    """The second time nothing is signed and the seal is not used again."""
    with bureau.open() as issuer:
        first = issued(issuer.issue(request()))
        bureau.at += SECOND
        again = issued(issuer.issue(request()))
        assert again == dataclasses.replace(first, already=True)
        assert issuer.documents_of(again) == issuer.documents_of(first)
    assert len(bureau.uses()) == 1


def test_what_was_issued_stays_issued(bureau: Bureau) -> None:
    """Asked for again it is given again, though nothing could be issued by now."""
    with bureau.open() as issuer:
        first = issued(issuer.issue(request()))
        again = dataclasses.replace(first, already=True)
        bureau.suspend()
        for later in (SECOND, 3 * YEAR):
            bureau.at = NOW + later
            assert issuer.issue(request()) == again
            assert issuer.check(request()) == ()
            other = issuer.issue(request(name="另一家（样本）"))
            assert reasons(other) != [LicenceReason.CONFLICT]
            new, known = issuer.issue_many([request(2), request()])
            assert (isinstance(new, Refused), known) == (True, again)
    assert len(bureau.uses()) == 1


def test_seals_a_batch(bureau: Bureau) -> None:
    """Of many rows each PDF is sealed, and each use is of its own document and licence."""
    formats = {1: (Format.JSON,), 4: PDF_ONLY}
    batch = [request(n, formats=formats.get(n, (Format.JSON, Format.PDF))) for n in range(6)]
    with bureau.open() as issuer:
        results = list(map(issued, issuer.issue_many(batch)))
    sealed = [each for number, each in enumerate(results) if number != 1]
    for each in sealed:
        assert_sealed(bureau.verify(each), bureau.seal(), at=NOW)
    uses = bureau.uses()
    assert sorted(use.licence for use in uses) == sorted(each.identifier for each in sealed)
    assert len({use.digest for use in uses}) == len(uses)


class ElsewhereFaces(QuickFaces):
    """Quick faces with another place for the seal."""

    def __init__(self, spot: Spot) -> None:
        self._spot = spot

    def seal_spot(self, _licence_type: LicenceType) -> Spot:
        """Give the place."""
        return self._spot


def test_a_seal_off_the_page_is_never_used(quick_bureau: Bureau) -> None:
    """SEAL_PLACE_REFUSED: nothing is let out, no use is journaled, and the number is free again."""
    with quick_bureau.open(ElsewhereFaces(Spot(page=0, x=10, y=10))) as issuer:
        assert reasons(issuer.issue(request())) == [Reason.SEAL_PLACE_REFUSED]
    assert quick_bureau.untouched()
    issued(quick_bureau.issue(request()))


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (None, LicenceReason.TYPE_MALFORMED),
        ("(page: 0, x: 226mm, y: 157mm)", LicenceReason.TYPE_MALFORMED),
        ("(page: 1, x: 226, y: 157)", LicenceReason.TYPE_MALFORMED),
        ("(page: 1, x: 292mm, y: 157mm)", Reason.SEAL_PLACE_REFUSED),
        ("(page: 2, x: 226mm, y: 157mm)", Reason.SEAL_PLACE_REFUSED),
    ],
)
def test_a_face_without_a_place_for_the_seal(
    quick_bureau: Bureau, place: str | None, reason: ReasonCode
) -> None:
    """What the type's face says of the seal is tried out before anything is signed."""
    home = quick_bureau.home
    move_seal(home, place)
    with Issuer.open(home, clock=lambda: NOW) as issuer:
        assert [each.reason for each in issuer.check(request())] == [reason]
        assert reasons(issuer.issue(request())) == [reason]
        issued(issuer.issue(request(2, formats=(Format.JSON,))))
    assert quick_bureau.uses() == ()
    told = [each for each in examine(home.path, at=NOW) if BUSINESS.slug in each.what]
    assert [each.good for each in told] == [False]


def move_seal(home: Home, place: str | None) -> None:
    """Give the home a business licence whose face has another place for the seal, or none."""
    folder = home.path / "types" / BUSINESS.slug
    shutil.copytree(BUSINESS.folder, folder)
    face = folder / "face.typ"
    (line,) = (each for each in face.read_text("utf-8").splitlines() if "#let seal" in each)
    name = "seal" if place else "stamp"
    text = face.read_text("utf-8").replace(line, f"#let {name} = {place or line.split('=')[1]}")
    face.write_text(text if place else text.replace("licence, seal,", "licence, stamp,"), "utf-8")


def test_a_place_is_tried_out_once(quick_bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faces are drawn on trial for the seals of a size, not for every licence."""
    drawn: list[Face] = []
    render = FaceRenderer.render

    def draw(renderer: FaceRenderer, face: Face) -> bytes:
        drawn.append(face)
        return render(renderer, face)

    monkeypatch.setattr(FaceRenderer, "render", draw)
    with Issuer.open(quick_bureau.home, clock=lambda: NOW) as issuer:
        results = list(issuer.issue_many(map(request, range(3))))
    assert all(map(issued, results))
    assert len(drawn) == 1 + len(results)
