"""A process that issues is killed at every step, on either database; a retry finishes its work.

For each step a request of its own is issued by a process that ends itself there by SIGKILL, which
nothing can catch. What it leaves must be finished by the same request: one licence, one identifier,
one document a format, nothing else. In a home that seals the use is journaled with every intent.
"""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from eseal.algorithms import Suite
from eseal.chain import PathJudge
from eseal.pdf.verify import verify_pdf
from eseal.reasons import Reason
from eseal.report import Indication, judge
from licences.demo_authority import DemoAuthority
from licences.demo_seals import demo_number
from licences.diagnosis import examine
from licences.documents import FolderDocuments
from licences.home import Home, open_home
from licences.issuing import Issued, Issuer, Refused
from licences.journal import intended
from licences.model import Event, EventKind, Format, Licence, LicenceState
from licences.reasons import LicenceReason
from licences.seal_life import Power
from licences.seal_model import SealRecord
from licences.seal_office import SealOffice
from licences.seal_store import SealRegister
from licences.store import Register
from licences.workshop import Step
from tests.homes import (
    MARKET,
    QuickFaces,
    clean_processes,
    make_home,
    open_issuer,
    request,
    sealed_home,
)
from tests.licences.seal_world import Officers, read_uses
from tests.registers import AnyRegisters, Backend, SqliteRegisters
from tests.world import DAY, NOW

pytestmark = pytest.mark.unmeasured

STEPS = tuple(Step)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wreck:
    """A home on which a process was killed once at every step, and an issuer to finish its work."""

    home: Home
    register: Register
    issuer: Issuer
    begun: dict[Step, Licence]
    seal: SealRecord | None

    def files(self, licence: Licence) -> list[Path]:
        """What the document store holds of a licence's documents."""
        documents = FolderDocuments(self.home.settings.documents)
        return [documents.path(each.sha256) for each in licence.documents]


BUILDS = [(backend, sealed) for backend in Backend for sealed in (False, True)]


@pytest.fixture(
    scope="module", params=BUILDS, ids=lambda build: f"{build[0]}{'-sealed' * build[1]}"
)
def wreck(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    demo_authority: DemoAuthority,
) -> Iterator[Wreck]:
    """The wreck on each database in turn, without seals and with them."""
    backend, sealed = request.param
    registers: AnyRegisters = request.getfixturevalue(f"{backend}_registers")
    folder = tmp_path_factory.mktemp("wreck")
    seal = None
    if sealed:
        home = sealed_home(folder, demo_authority, registers, Suite.SM2)
        with SealOffice.open(home, clock=lambda: NOW) as office:
            seal = office.find(demo_number(MARKET, Suite.SM2))
    else:
        home = make_home(folder, demo_authority, registers.fresh())
    killer = clean_processes.Process(target=kill_at_every_step, args=(home.path,))
    killer.start()
    killer.join()
    assert killer.exitcode == 0
    register = home.register()
    begun = {
        STEPS[int(str(each.data["licence_number"]))]: each
        for each in register.unfinished(limit=100)
    }
    with open_issuer(home) as issuer:
        yield Wreck(home=home, register=register, issuer=issuer, begun=begun, seal=seal)
    register.close()


def kill_at_every_step(home: Path) -> None:
    """For each step fork a process that issues a licence and kills itself there."""
    last = STEPS[0]

    def at_step(step: Step) -> None:
        if step is last:
            os.kill(os.getpid(), signal.SIGKILL)

    issuer = open_issuer(open_home(home), at_step)
    issuer.check(request(0))  # opens the signer, once for all
    issuer.close()
    for number, step in enumerate(STEPS):
        last = step
        child = os.fork()
        if not child:
            issuer.issue(request(number))
            os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), step
        assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("step", STEPS)
def test_a_retry_finishes_what_was_killed(wreck: Wreck, step: Step) -> None:
    """One licence under the identifier first allotted, its documents stored once, journaled."""
    result = wreck.issuer.issue(request(STEPS.index(step)))
    assert isinstance(result, Issued)
    recorded = step in {Step.RECORDED, Step.CLEARED}
    assert result.already is recorded
    assert (step in wreck.begun) is not (recorded or step is Step.ALLOTTED)
    if step in wreck.begun:
        assert result.identifier == wreck.begun[step].identifier
    licence = wreck.register.find_by_identifier(result.identifier)
    assert licence is not None
    assert licence.state is LicenceState.ISSUED
    assert all(path.is_file() for path in wreck.files(licence))
    events = wreck.register.events(licence.key)
    kinds = [EventKind.INTENT, EventKind.INTENT, EventKind.ISSUED]
    assert [event.kind for event in events] == kinds
    assert {form for form, _ in intended(events)} == set(Format)
    assert wreck.issuer.documents_of(result).keys() == set(Format)
    assert_uses_journaled(wreck, result, events)


def assert_uses_journaled(wreck: Wreck, result: Issued, events: tuple[Event, ...]) -> None:
    """Each PDF intent has its use, and no use is without one; what was let out is sealed."""
    if wreck.seal is None:
        return
    announced = [digest.hex() for form, digest in intended(events) if form is Format.PDF]
    uses = read_uses(SealRegister(wreck.register).uses(wreck.seal.key.id, limit=1000))
    assert [use.digest for use in uses if use.licence == result.identifier] == announced
    pdf = wreck.issuer.documents_of(result)[Format.PDF]
    evidence = verify_pdf(pdf, judge=PathJudge(wreck.home.trust_store(), at=NOW))
    assert judge(evidence.findings).indication is Indication.TOTAL_PASSED
    assert [one.info.es_id for one in evidence.seals] == [wreck.seal.es_id]


def test_nothing_is_doubled(wreck: Wreck) -> None:
    """After all retries there are as many documents as were asked for, and nothing else."""
    numbers = range(len(STEPS))
    results = list(wreck.issuer.issue_many(map(request, numbers)))
    assert all(isinstance(each, Issued) for each in results)
    wanted = {
        wreck.home.settings.documents / "sha256" / name[:2] / name[2:]
        for each in results
        if isinstance(each, Issued)
        for name in (document.sha256.hex() for document in each.documents)
    }
    root = wreck.home.settings.documents
    assert {path for path in root.rglob("*") if path.is_file()} == wanted
    assert len(wanted) == 2 * len(STEPS)
    assert wreck.register.unfinished(limit=1) == ()
    if wreck.seal is not None:
        uses = SealRegister(wreck.register).uses(wreck.seal.key.id, limit=1000)
        assert len(uses) == len(STEPS)


@pytest.fixture
def home(
    tmp_path: Path, demo_authority: DemoAuthority, request: pytest.FixtureRequest
) -> Iterator[Home]:
    """A home with an empty register; on SQLite unless the test asks for each database in turn."""
    backend = getattr(request, "param", Backend.SQLITE)
    registers: AnyRegisters = request.getfixturevalue(f"{backend}_registers")
    with registers.lending():
        yield make_home(tmp_path / "home", demo_authority, registers.fresh())


on_each_database = pytest.mark.parametrize("home", list(Backend), ids=str, indirect=True)


def end_at(home: Path, numbers: range, last: Step, times: int = 1) -> None:
    """Issue a batch, and be killed the `times`-th time that `last` is reached."""

    def at_step(step: Step) -> None:
        nonlocal times
        times -= step is last
        if not times:
            os.kill(os.getpid(), signal.SIGKILL)

    list(open_issuer(open_home(home), at_step).issue_many(map(request, numbers)))


def kill(home: Home, numbers: range, last: Step, times: int = 1) -> None:
    """Have a process killed as `end_at` says."""
    child = clean_processes.Process(target=end_at, args=(home.path, numbers, last, times))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL


def documents(home: Home) -> list[Path]:
    """Every file of the document store, staged ones included."""
    return sorted(path for path in home.settings.documents.rglob("*") if path.is_file())


def test_a_batch_is_finished_by_parts(home: Home) -> None:
    """Of a killed batch one request is retried alone, the others later: each once, none lost."""
    kill(home, range(3), Step.PDF_STAGED, times=2)
    with open_issuer(home) as issuer:
        second = issuer.issue(request(1))
        outcomes = list(issuer.issue_many(map(request, range(3))))
    assert isinstance(second, Issued)
    assert [isinstance(each, Issued) and each.already for each in outcomes] == [False, True, False]
    assert len(documents(home)) == 6
    register = home.register()
    assert register.unfinished(limit=1) == ()
    register.close()


def test_the_doctor_names_what_was_left(home: Home) -> None:
    """What a killed process began is named until a retry has finished it."""
    kill(home, range(1), Step.JOURNALED)
    register = home.register()
    (begun,) = register.unfinished(limit=2)
    register.close()
    assert unfinished(home) == (False, begun.identifier)
    with open_issuer(home) as issuer:
        issuer.issue(request(0))
    assert unfinished(home) == (True, "0")


def unfinished(home: Home) -> tuple[bool, str]:
    """What the doctor says of unfinished licences."""
    (symptom,) = (each for each in examine(home.path, at=NOW) if "unfinished" in each.what)
    return symptom.good, symptom.detail


def test_a_broken_journal_is_not_gone_on_from(home: Home) -> None:
    """JOURNAL_BROKEN: what was begun is given up; asked for again it is issued anew."""
    kill(home, range(1), Step.PDF_STAGED)
    register = home.register()
    (begun,) = register.unfinished(limit=2)
    with register.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER event_no_update"))
        change = "UPDATE event SET body = CAST(replace(body, 'format', 'Format') AS BLOB)"
        connection.execute(text(change))
    register.close()
    with open_issuer(home) as issuer:
        outcome = issuer.issue(request(0))
        assert isinstance(outcome, Refused)
        assert [each.reason for each in outcome.problems] == [LicenceReason.JOURNAL_BROKEN]
        again = issuer.issue(request(0))
    assert isinstance(again, Issued)
    assert again.identifier != begun.identifier


def test_another_body_cannot_take_over(home: Home) -> None:
    """CONFLICT: a number whose licence is begun belongs to the request that began it."""
    kill(home, range(1), Step.JOURNALED)
    with open_issuer(home) as issuer:
        outcome = issuer.issue(request(0, name="另一家（样本）"))
        assert isinstance(outcome, Refused)
        assert [each.reason for each in outcome.problems] == [LicenceReason.CONFLICT]
        assert isinstance(issuer.issue(request(0)), Issued)


def test_what_was_signed_is_used_whoever_signs_now(
    home: Home, other_authority: DemoAuthority
) -> None:
    """After a certificate's renewal the signed part is kept, the rest announced and signed anew."""
    kill(home, range(1), Step.JSON_STAGED)
    kill(home, range(1, 2), Step.JOURNALED)
    (signed,) = documents(home)
    before = signed.read_bytes()
    renewed = renewed_home(home, other_authority)
    with Issuer.open(renewed, clock=lambda: NOW + DAY, faces=QuickFaces()) as issuer:
        kept, anew = (each for each in issuer.issue_many(map(request, range(2))))
        assert isinstance(kept, Issued)
        assert isinstance(anew, Issued)
        assert issuer.documents_of(kept)[Format.JSON] == before
    register = home.register()
    for issued, count, at in ((kept, 3, NOW), (anew, 4, NOW + DAY)):
        licence = register.find_by_identifier(issued.identifier)
        assert licence is not None
        assert licence.issued_at == at
        assert len(register.events(licence.key)) == count
    register.close()


def renewed_home(home: Home, authority: DemoAuthority) -> Home:
    """The home, with another authority's signers beside those that it trusts already."""
    for path in authority.trust_files:
        (home.trust / f"new-{path.name}").write_bytes(path.read_bytes())
    settings = replace(home.settings, departments=authority.departments)
    return replace(home, settings=settings)


def test_what_was_left_is_verified_before_it_is_used(home: Home) -> None:
    """DIGEST_MISMATCH: a staged document that was changed is not let out, and the request fails."""
    kill(home, range(1), Step.PDF_STAGED)
    register = home.register()
    (begun,) = register.unfinished(limit=2)
    staged = next(path for path in documents(home) if path.suffix == ".pdf")
    staged.write_bytes(staged.read_bytes().replace(b"Sample", b"Simple"))
    with open_issuer(home) as issuer:
        outcome = issuer.issue(request(0))
        assert isinstance(outcome, Refused)
        assert [each.reason for each in outcome.problems] == [Reason.DIGEST_MISMATCH]
        again = issuer.issue(request(0))
    assert isinstance(again, Issued)
    assert again.identifier != begun.identifier
    assert [each.kind for each in register.events(begun.key)][-1] is EventKind.FAILED
    register.close()
    assert len(documents(home)) == 2


def test_what_was_sealed_waits_for_the_seal(
    tmp_path: Path,
    sqlite_registers: SqliteRegisters,
    demo_authority: DemoAuthority,
    officers: Officers,
) -> None:
    """NO_ISSUING_SEAL while the seal is suspended; then what was sealed is let out, used once."""
    home = sealed_home(tmp_path / "home", demo_authority, sqlite_registers, Suite.SM2)
    kill(home, range(1), Step.PDF_STAGED)
    number, approver = demo_number(MARKET, Suite.SM2), officers.of(Power.APPROVE)
    with SealOffice.open(home, clock=lambda: NOW) as office, open_issuer(home) as issuer:
        office.suspend(number, approver)
        outcome = issuer.issue(request(0))
        assert isinstance(outcome, Refused)
        assert [each.reason for each in outcome.problems] == [LicenceReason.NO_ISSUING_SEAL]
    with SealOffice.open(home, clock=lambda: NOW) as office, open_issuer(home) as issuer:
        office.resume(number, approver)
        result = issuer.issue(request(0))
        assert isinstance(result, Issued)
        uses = read_uses(office.usage.journaled(number, limit=9))
        assert [use.licence for use in uses] == [result.identifier]


@on_each_database
def test_waits_for_whoever_is_at_work(home: Home) -> None:
    """A second process waits for the first one, reads its result, and signs nothing itself."""
    ours, theirs = clean_processes.Pipe()
    child = clean_processes.Process(target=pause_and_go_on, args=(home.path, theirs))
    child.start()
    theirs.close()
    assert ours.recv() == Step.JOURNALED
    found: list[Issued | Refused] = []
    with open_issuer(home) as issuer:
        thread = Thread(target=lambda: found.append(issuer.issue(request(0))))
        thread.start()
        ours.send("go on")
        thread.join()
        identifier = ours.recv()
    child.join()
    (result,) = found
    assert isinstance(result, Issued)
    assert result.identifier == identifier
    assert result.already
    assert len(documents(home)) == 2


def pause_and_go_on(home: Path, parent: Connection) -> None:
    """Issue a licence, but stop after the intent until the parent says to go on."""

    def at_step(step: Step) -> None:
        if step is Step.JOURNALED:
            parent.send(step)
            parent.recv()

    with open_issuer(open_home(home), at_step) as issuer:
        result = issuer.issue(request(0))
    parent.send(result.identifier if isinstance(result, Issued) else result)


@on_each_database
def test_two_processes_issue_one_licence(home: Home) -> None:
    """Two processes with the same requests at once issue each of them once."""
    pipes = [clean_processes.Pipe() for _ in range(2)]
    children = [
        clean_processes.Process(target=issue_when_told, args=(home.path, theirs))
        for _, theirs in pipes
    ]
    for child, (_, theirs) in zip(children, pipes, strict=True):
        child.start()
        theirs.close()
    for ours, _ in pipes:
        assert ours.recv() == "ready"
    for ours, _ in pipes:
        ours.send("go")
    one, two = (ours.recv() for ours, _ in pipes)
    for child in children:
        child.join()
    assert [identifier for identifier, _ in one] == [identifier for identifier, _ in two]
    assert all(ones != twos for (_, ones), (_, twos) in zip(one, two, strict=True))
    assert len(documents(home)) == 2 * len(one)


def issue_when_told(home: Path, parent: Connection) -> None:
    """Issue eight licences when the parent says so, and tell it which."""
    with open_issuer(open_home(home)) as issuer:
        issuer.check(request(0))
        parent.send("ready")
        parent.recv()
        outcomes = [each for number in range(8) for each in issuer.issue_many([request(number)])]
    parent.send([(each.identifier, each.already) for each in outcomes if isinstance(each, Issued)])
