"""Replacing: one successor, which names its predecessor; both move together, killed anywhere."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import update

from eseal.algorithms import Suite
from eseal.errors import RefusedError, UnavailableError
from eseal.jose.sdjwt import read_sd_jwt
from eseal.jose.strict_json import Scalar, parse
from eseal.report import Indication
from licences.claims import read_claims
from licences.cli.summary import summarise
from licences.demo_authority import DemoAuthority
from licences.field_rules import Problem
from licences.home import Home, open_home
from licences.identifiers import LicenceIdentifier
from licences.issuing import Issued, Outcome, Refused
from licences.journal import read_place
from licences.licence_life import LifeAction, Standing
from licences.life_office import LicenceHistory, LifeOffice
from licences.life_signers import LifeSigners
from licences.model import Format, IssueRequest, LicenceState, Replacement
from licences.projecting import project
from licences.publications import Change
from licences.publishing import publish
from licences.reasons import LicenceReason
from licences.row_values import licence_row, table_of
from licences.rows import LicenceRow
from licences.seal_journal import Grounds
from licences.status_files import read_statuses
from licences.store import Register
from licences.verification import Verifier
from licences.workshop import Step
from tests.homes import (
    BUSINESS,
    CATALOGUE,
    MARKET,
    clean_processes,
    home_with_licences,
    open_issuer,
    request,
)
from tests.licences.shelf import Shelf
from tests.registers import ON_SQLITE, AnyRegisters, by_hand
from tests.world import DAY, DEPARTMENT, NOW, World

pytestmark = pytest.mark.unmeasured

JSON = (Format.JSON,)
WHY = Grounds(reason="样本")
LICENCE = table_of(LicenceRow)


@dataclass
class Lineage:
    """A home with a licence that is to be replaced."""

    home: Home
    first: str

    def wanted(self, former: str = "", **changes: Scalar) -> IssueRequest:
        """A request to replace it, or another licence."""
        replacement = Replacement(
            identifier=former or self.first,
            operator="张样例",
            reason="名称变更（样本）",
            basis="示例市管理办法（样本）",
        )
        asked = request(formats=JSON, name="示例市样本（集团）有限公司")
        data = {**asked.data, **changes}
        return replace(asked, data=data, replaces=replacement)

    def issue(self, wanted: IssueRequest) -> Outcome:
        """Ask for it."""
        with open_issuer(self.home) as issuer:
            return issuer.issue(wanted)

    def history(self, identifier: str = "") -> LicenceHistory:
        """What was done to a licence."""
        with LifeOffice.open(self.home, clock=lambda: NOW) as office:
            return office.history(identifier or self.first)

    def verdict(self, issued: Issued) -> Indication:
        """What a verifier says of it NOW, with the history that its department states."""
        with LifeOffice.open(self.home, clock=lambda: NOW) as office:
            stated = office.statement(issued.identifier, lifetime=DAY)
        with open_issuer(self.home) as issuer:
            document = issuer.documents_of(issued)[Format.JSON]
        trust, statuses = self.home.trust_store(), read_statuses([("history", stated)])
        verifier = Verifier(trust, CATALOGUE, at=NOW, statuses=statuses)
        return verifier.verify("a.json", document).verdict.indication

    def act(self, action: LifeAction, identifier: str = "", corrects: int | None = None) -> None:
        """Do something to the first licence, or to another."""
        to = identifier or self.first
        with LifeOffice.open(self.home, clock=lambda: NOW) as office:
            office.act(to, action, operator="张样例", grounds=WHY, corrects=corrects)

    def take_back(self, identifier: str = "") -> None:
        """Correct what was done last to the first licence, or to another."""
        last = self.history(identifier).life[-1].number
        self.act(LifeAction.CORRECT, identifier, corrects=last)


@pytest.fixture
def lineage(tmp_path: Path, demo_authority: DemoAuthority, registers: AnyRegisters) -> Lineage:
    """A licence that was issued NOW, on each database in turn."""
    home, (first,) = home_with_licences(
        tmp_path / "home", demo_authority, registers, request(formats=JSON)
    )
    return Lineage(home, first)


def identifier_of(outcome: Outcome) -> str:
    """The identifier of what was issued."""
    assert isinstance(outcome, Issued), outcome
    return outcome.identifier


def reasons_of(outcome: Outcome) -> set[str]:
    """Why nothing was issued."""
    assert isinstance(outcome, Refused)
    return {each.reason for each in outcome.problems}


def test_the_next_version_takes_its_place(lineage: Lineage) -> None:
    """Same type, issuer and serial; it says what it replaces, that says by what it was."""
    second = identifier_of(lineage.issue(lineage.wanted()))
    one, two = (LicenceIdentifier.parse(each) for each in (lineage.first, second))
    assert (one.version, two.version) == ("001", "002")
    assert replace(two, version="001") == one
    with open_issuer(lineage.home) as issuer:
        outcome = issuer.issue(lineage.wanted())
        assert isinstance(outcome, Issued)
        claims = read_sd_jwt(issuer.documents_of(outcome)[Format.JSON]).claims()
    said = read_claims(claims)
    assert (said.replaces, said.version) == (lineage.first, "002")
    former = lineage.history()
    assert former.licence.standing is Standing.SUPERSEDED
    last = former.life[-1]
    assert (last.replaced_by, last.actor, last.reason) == (second, "张样例", "名称变更（样本）")
    assert lineage.history(second).licence.standing is Standing.VALID
    assert lineage.history(second).licence.replaces == lineage.first
    assert project(former.licence, former.events) == former.licence


def test_a_lineage_goes_on(lineage: Lineage) -> None:
    """Version three replaces version two; the first stays superseded by the second."""
    second = identifier_of(lineage.issue(lineage.wanted()))
    third = identifier_of(lineage.issue(lineage.wanted(second, name="示例市样本（再次）有限公司")))
    assert LicenceIdentifier.parse(third).version == "003"
    assert lineage.history(second).life[-1].replaced_by == third
    assert lineage.history().life[-1].replaced_by == second


def test_asked_again_it_is_the_same(lineage: Lineage) -> None:
    """Also by another operator for another reason; with other data it is refused."""
    wanted = lineage.wanted()
    second = identifier_of(lineage.issue(wanted))
    assert wanted.replaces is not None
    other = replace(wanted.replaces, operator="李样例", reason="别的（样本）")
    again = lineage.issue(replace(wanted, replaces=other))
    assert isinstance(again, Issued)
    assert (again.identifier, again.already) == (second, True)
    assert len(lineage.history().life) == 2
    refused = lineage.issue(lineage.wanted(name="示例市另一样本有限公司"))
    assert reasons_of(refused) == {LicenceReason.LICENCE_TRANSITION_REFUSED}
    first = lineage.issue(request(formats=JSON))
    assert identifier_of(first) == lineage.first


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda wanted: changed(wanted, licence_number=f"{9:021d}"), "REPLACEMENT_REFUSED"),
        (lambda wanted: former(wanted, "1.2.156.3005.2.none"), "UNKNOWN_LICENCE"),
        (lambda wanted: former(wanted, ""), "UNKNOWN_LICENCE"),
    ],
)
def test_what_cannot_be_its_successor(
    lineage: Lineage, spoil: Callable[[IssueRequest], IssueRequest], reason: str
) -> None:
    """Another number, or nothing that it could follow; nothing is begun."""
    assert reasons_of(lineage.issue(spoil(lineage.wanted()))) == {reason}
    assert len(lineage.history().life) == 1
    with closing(lineage.home.register()) as register:
        assert register.unfinished(limit=10) == ()


def changed(wanted: IssueRequest, **changes: Scalar) -> IssueRequest:
    """The request with other data."""
    return replace(wanted, data={**wanted.data, **changes})


def former(wanted: IssueRequest, identifier: str) -> IssueRequest:
    """The request to replace another licence."""
    assert wanted.replaces is not None
    return replace(wanted, replaces=replace(wanted.replaces, identifier=identifier))


@ON_SQLITE
def test_what_says_nothing_new_replaces_nothing(lineage: Lineage) -> None:
    """Nor in another suite, unless it is meant; then whoever asks again gets the same."""
    wanted = lineage.wanted()
    same = replace(wanted, data=request(formats=JSON).data, suite=Suite.RSA)
    refused = lineage.issue(same)
    assert isinstance(refused, Refused)
    (problem,) = refused.problems
    assert problem.reason is LicenceReason.REPLACEMENT_REFUSED
    assert "没有变更" in problem.en
    assert "--unchanged" in problem.en
    assert lineage.history().licence.standing is Standing.VALID
    assert wanted.replaces is not None
    meant = replace(wanted.replaces, unchanged=True)
    second = identifier_of(lineage.issue(replace(same, replaces=meant)))
    assert lineage.history().licence.standing is Standing.SUPERSEDED
    for again in (same, replace(same, replaces=meant)):
        outcome = lineage.issue(again)
        assert isinstance(outcome, Issued)
        assert (outcome.identifier, outcome.already) == (second, True)


def conflict_of(lineage: Lineage, name: str) -> Problem:
    """What is said of the first licence's number when it is asked for with another name."""
    refused = lineage.issue(request(formats=JSON, name=name))
    assert isinstance(refused, Refused)
    (problem,) = refused.problems
    assert problem.reason is LicenceReason.CONFLICT
    return problem


def test_a_conflict_names_the_version_that_stands_now(lineage: Lineage) -> None:
    """The one that can be replaced; whoever has its very data has nothing to do."""
    second = identifier_of(lineage.issue(lineage.wanted()))
    problem = conflict_of(lineage, "示例市乙样本有限公司")
    assert problem.zh == f"此编号已属于 {second}（第 2 版，现为有效），数据不同"
    assert problem.en.endswith("(version 2, valid), which has other data")
    assert problem.advice is None
    same = conflict_of(lineage, "示例市样本（集团）有限公司")
    assert same.zh == f"此编号已属于 {second}（第 2 版，现为有效），数据相同，是换发所得"
    assert same.advice is not None
    assert "licences show" in same.advice[1]


@pytest.mark.parametrize(
    ("action", "standing", "said"),
    [
        (LifeAction.SUSPEND, "暂扣", "licences resume"),
        (LifeAction.REVOKE, "撤销", "a new one"),
        (LifeAction.CANCEL, "注销", "a new one"),
    ],
)
def test_a_conflict_says_what_can_be_done(
    lineage: Lineage, action: LifeAction, standing: str, said: str
) -> None:
    """What has ended cannot be replaced, and what is suspended cannot be yet."""
    lineage.act(action)
    problem = conflict_of(lineage, "示例市乙样本有限公司")
    assert f"{lineage.first}（第 1 版，现为{standing}" in problem.zh
    assert problem.advice is not None
    assert said in problem.advice[1]


def test_anothers_data_are_refused_unless_they_are_meant(lineage: Lineage) -> None:
    """HOLDER_CHANGED: the data of company B make no next version of company A's licence."""
    holder = BUSINESS.roles.holder_code
    wanted = lineage.wanted(**{holder: "91999901MAEX000294"})
    refused = lineage.issue(wanted)
    assert isinstance(refused, Refused)
    (problem,) = refused.problems
    assert (problem.reason, problem.pointer) == (LicenceReason.HOLDER_CHANGED, f"/{holder}")
    assert lineage.history().licence.standing is Standing.VALID
    assert wanted.replaces is not None
    meant = replace(wanted, replaces=replace(wanted.replaces, new_holder=True))
    assert isinstance(lineage.issue(meant), Issued)
    assert lineage.history().licence.standing is Standing.SUPERSEDED


@ON_SQLITE
@pytest.mark.parametrize("action", [LifeAction.SUSPEND, LifeAction.REVOKE, LifeAction.CANCEL])
def test_only_a_licence_that_stands_is_replaced(lineage: Lineage, action: LifeAction) -> None:
    """A suspended one is not: that would end the suspension."""
    lineage.act(action)
    refused = lineage.issue(lineage.wanted())
    assert reasons_of(refused) == {LicenceReason.LICENCE_TRANSITION_REFUSED}


def test_what_a_stranger_resumed_is_not_replaced(lineage: Lineage, world: World) -> None:
    """JOURNAL_BROKEN: nor is any other journal gone on from that a stranger had a hand in."""
    lineage.act(LifeAction.SUSPEND)
    stranger = world.sm2.department(subject=replace(DEPARTMENT, organisation_code=MARKET))
    with closing(lineage.home.register()) as register:
        shelf = Shelf(home=lineage.home, register=register, identifiers=(lineage.first,))
        shelf.forge(0, stranger, LifeAction.RESUME)
    assert reasons_of(lineage.issue(lineage.wanted())) == {LicenceReason.JOURNAL_BROKEN}


def test_an_expired_licence_is_replaced(lineage: Lineage) -> None:
    """That is what a renewal is."""
    ended = request(2, formats=JSON, term_until="2026-01-01")
    lineage = replace(lineage, first=identifier_of(lineage.issue(ended)))
    lineage.act(LifeAction.EXPIRE)
    identifier_of(lineage.issue(lineage.wanted(licence_number=ended.data["licence_number"])))
    assert lineage.history().licence.standing is Standing.SUPERSEDED


def test_what_is_suspended_meanwhile_is_not_replaced(lineage: Lineage) -> None:
    """Nothing is let out, the suspension stands; what was signed in vain keeps its version."""

    def meanwhile(step: Step) -> None:
        if step is Step.JSON_STAGED:
            lineage.act(LifeAction.SUSPEND)

    with open_issuer(lineage.home, meanwhile) as issuer:
        refused = issuer.issue(lineage.wanted())
    assert reasons_of(refused) == {LicenceReason.LICENCE_TRANSITION_REFUSED}
    assert lineage.history().licence.standing is Standing.SUSPENDED
    lineage.act(LifeAction.RESUME)
    issued = identifier_of(lineage.issue(lineage.wanted()))
    assert LicenceIdentifier.parse(issued).version == "003"
    assert lineage.history().licence.standing is Standing.SUPERSEDED


class StoppedError(Exception):
    """Work was stopped, as by a power cut."""


@ON_SQLITE
@pytest.mark.parametrize("stopped", [False, True], ids=["at work", "stopped"])
def test_a_successor_that_came_to_nothing_is_good_nowhere(
    lineage: Lineage, tmp_path: Path, stopped: bool
) -> None:
    """Signed and published while its predecessor was revoked: asked again at the latest, it fails.

    What was signed is taken back, its place is published as cancelled: a copy of it fails.
    """
    documents = lineage.home.settings.documents
    before, copies = files(documents), list[bytes]()

    def meanwhile(step: Step) -> None:
        if step is Step.PUBLISHED and not copies:
            copies.extend(each.read_bytes() for each in files(documents) - before)
            lineage.act(LifeAction.REVOKE)
            if stopped:
                raise StoppedError

    with open_issuer(lineage.home, meanwhile) as issuer:
        if stopped:
            with pytest.raises(StoppedError):
                issuer.issue(lineage.wanted())
            assert files(documents) > before
        refused = issuer.issue(lineage.wanted())
    assert reasons_of(refused) == {LicenceReason.LICENCE_TRANSITION_REFUSED}
    assert files(documents) == before
    with closing(lineage.home.register()) as register:
        assert register.unfinished(limit=10) == ()
    claims = read_claims(read_sd_jwt(copies[0]).claims())
    failed = lineage.history(claims.identifier)
    assert (failed.licence.state, failed.life) == (LicenceState.FAILED, ())
    assert project(failed.licence, failed.events) == failed.licence
    signers = LifeSigners(lineage.home.trust_store, now=NOW)
    told = summarise(failed.licence, failed.events, BUSINESS, signers, at=NOW).lines("")
    assert {"登记有误 register", "可办理 possible"}.isdisjoint(dict(told))
    (published,) = publish(lineage.home, tmp_path / "public", clock=lambda: NOW)
    assert (published.notable, published.error) == (2, None)
    assert [
        each.change for each in publish(lineage.home, tmp_path / "public", clock=lambda: NOW)
    ] == [Change.UNCHANGED]
    statuses = read_statuses([("list", published.path.read_bytes())])
    verifier = Verifier(lineage.home.trust_store(), CATALOGUE, at=NOW, statuses=statuses)
    report = verifier.verify("copy.json", copies[0])
    assert report.verdict.indication is Indication.TOTAL_FAILED
    assert report.verdict.sub_indication == LicenceReason.LICENCE_CANCELLED


@ON_SQLITE
@pytest.mark.parametrize("altered", ["status_index = status_index + 1", "identifier = '1.2.3'"])
def test_what_was_begun_and_altered_is_not_given_up(lineage: Lineage, altered: str) -> None:
    """JOURNAL_BROKEN beside why it is refused: that it failed would be published elsewhere."""

    def stop(step: Step) -> None:
        if step is Step.JSON_STAGED:
            raise StoppedError

    with open_issuer(lineage.home, stop) as issuer, pytest.raises(StoppedError):
        issuer.issue(lineage.wanted())
    lineage.act(LifeAction.REVOKE)
    refused = {LicenceReason.LICENCE_TRANSITION_REFUSED}
    with closing(lineage.home.register()) as register:
        (begun,) = register.unfinished(limit=2)
        with by_hand(register.engine) as connection:
            connection.exec_driver_sql(f"UPDATE licence SET {altered} WHERE state = 'intent'")  # noqa: S608
        again = lineage.issue(lineage.wanted())
        assert reasons_of(again) == refused | {LicenceReason.JOURNAL_BROKEN}
        assert len(register.unfinished(limit=2)) == 1
        assert len(register.events(begun.key)) == begun.events
        with by_hand(register.engine) as connection:
            mine = LICENCE.c.id == begun.key.id
            connection.execute(update(LICENCE).where(mine), [licence_row(begun)])
        assert reasons_of(lineage.issue(lineage.wanted())) == refused
        assert register.unfinished(limit=2) == ()
        failed = register.events(begun.key)[-1]
    assert begun.status is not None
    assert read_place(0, parse(failed.body)) == begun.status


def files(folder: Path) -> set[Path]:
    """All files in a folder."""
    return {each for each in folder.rglob("*") if each.is_file()}


def test_of_many_at_once_one_replaces_it(lineage: Lineage) -> None:
    """Whoever asks for the same gets the same; whoever asks for something else is told."""
    names = ["示例市甲样本有限公司", "示例市乙样本有限公司"] * 4
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda name: lineage.issue(lineage.wanted(name=name)), names))
    issued = {each.identifier for each in outcomes if isinstance(each, Issued)}
    assert len(issued) == 1
    assert [each.event.action for each in lineage.history().life] == [
        LifeAction.ISSUE,
        LifeAction.SUPERSEDE,
    ]
    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert len(refused) >= 4
    for each in refused:
        assert reasons_of(each) <= {
            LicenceReason.CONFLICT,
            LicenceReason.LICENCE_TRANSITION_REFUSED,
            LicenceReason.ISSUED_ELSEWHERE,
        }


def test_a_replacement_is_not_taken_back_while_the_successor_stands(lineage: Lineage) -> None:
    """Else two licences would stand."""
    second = identifier_of(lineage.issue(lineage.wanted()))
    assert second in refusal(lineage.take_back)
    lineage.act(LifeAction.CANCEL, second)
    lineage.take_back()
    assert lineage.history().licence.standing is Standing.VALID


@ON_SQLITE
@pytest.mark.parametrize("name", ["", "示例市更正样本有限公司"], ids=["same data", "other data"])
def test_what_was_taken_back_is_replaced_by_the_next_version(lineage: Lineage, name: str) -> None:
    """And it verifies; asked again it is the same; what was taken back stays so."""
    second = identifier_of(lineage.issue(lineage.wanted()))
    lineage.act(LifeAction.CANCEL, second)
    lineage.take_back()
    right = lineage.wanted(**({"name": name} if name else {}))
    with ThreadPoolExecutor(4) as threads:
        found = {identifier_of(each) for each in threads.map(lineage.issue, [right] * 4)}
    (third,) = found
    versions = [LicenceIdentifier.parse(each).version for each in (lineage.first, second, third)]
    assert versions == ["001", "002", "003"]
    again = lineage.issue(right)
    assert isinstance(again, Issued)
    assert (again.identifier, again.already) == (third, True)
    assert lineage.verdict(again) is Indication.TOTAL_PASSED
    assert lineage.history().licence.standing is Standing.SUPERSEDED
    assert lineage.history().life[-1].replaced_by == third
    assert lineage.history(second).licence.standing is Standing.CANCELLED
    assert lineage.history(third).licence.replaces == lineage.first
    other = lineage.issue(lineage.wanted(name="示例市另一样本有限公司"))
    assert reasons_of(other) & {
        LicenceReason.CONFLICT,
        LicenceReason.LICENCE_TRANSITION_REFUSED,
    }


@ON_SQLITE
def test_a_revoked_successor_does_not_come_back_beside_its_predecessor(lineage: Lineage) -> None:
    """Once its replacement is taken back, nor beside what took the same place after it."""
    second = identifier_of(lineage.issue(lineage.wanted()))
    lineage.act(LifeAction.REVOKE, second)
    lineage.take_back(second)
    assert lineage.history(second).licence.standing is Standing.VALID
    lineage.act(LifeAction.REVOKE, second)
    lineage.take_back()
    assert lineage.first in refusal(lambda: lineage.take_back(second))
    third = identifier_of(lineage.issue(lineage.wanted(name="示例市更正样本有限公司")))
    assert lineage.first in refusal(lambda: lineage.take_back(second))
    lineage.act(LifeAction.SUSPEND, third)
    lineage.act(LifeAction.RESUME, third)
    assert lineage.history(third).licence.standing is Standing.VALID


def test_a_row_that_forgot_its_predecessor_brings_nothing_back(lineage: Lineage) -> None:
    """JOURNAL_BROKEN: whoever can write the database does not get two licences of one number."""
    second = identifier_of(lineage.issue(lineage.wanted()))
    lineage.act(LifeAction.REVOKE, second)
    lineage.take_back()
    with closing(lineage.home.register()) as register, by_hand(register.engine) as connection:
        connection.exec_driver_sql("UPDATE licence SET replaces = ''")
    with pytest.raises(RefusedError) as caught:
        lineage.take_back(second)
    assert caught.value.reason is LicenceReason.JOURNAL_BROKEN


def test_of_two_versions_that_come_back_at_once_one_does(
    lineage: Lineage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ISSUED_ELSEWHERE for whoever found the other one ended, and comes second."""
    second = identifier_of(lineage.issue(lineage.wanted()))
    lineage.act(LifeAction.REVOKE, second)
    writing = Barrier(2)
    advance = Register.advance

    def at_once(*args: Any, **kwargs: Any) -> None:
        writing.wait(60)
        advance(*args, **kwargs)

    monkeypatch.setattr(Register, "advance", at_once)
    with ThreadPoolExecutor(2) as threads:
        errors = [
            each.exception()
            for each in [threads.submit(lineage.take_back, of) for of in ("", second)]
        ]
    (error,) = [each for each in errors if each is not None]
    assert isinstance(error, UnavailableError)
    assert error.reason is LicenceReason.ISSUED_ELSEWHERE
    standings = [lineage.history(each).licence.standing for each in ("", second)]
    assert standings in ([Standing.VALID, Standing.REVOKED], [Standing.SUPERSEDED, Standing.VALID])


def refusal(act: Callable[[], None]) -> str:
    """Why something may not be done to a licence."""
    with pytest.raises(RefusedError) as caught:
        act()
    assert caught.value.reason is LicenceReason.LICENCE_TRANSITION_REFUSED
    return caught.value.sentence


def replace_and_die(home: Path, first: str, step: Step) -> None:
    """Replace in a process that ends at a step."""
    opened = open_home(home)
    wanted = Lineage(opened, first).wanted()

    def die(taken: Step) -> None:
        if taken is step:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_issuer(opened, die) as issuer:
        issuer.issue(wanted)


JSON_STEPS = [
    each for each in Step if each not in {Step.PDF_PREPARED, Step.PDF_SIGNED, Step.PDF_STAGED}
]


@pytest.mark.parametrize("step", JSON_STEPS, ids=str)
def test_killed_anywhere_there_is_one_good_licence(lineage: Lineage, step: Step) -> None:
    """Before the result is recorded the predecessor, after it the successor; asking completes."""
    process = clean_processes.Process(
        target=replace_and_die, args=(lineage.home.path, lineage.first, step)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    over = step in {Step.RECORDED, Step.CLEARED}
    expected = Standing.SUPERSEDED if over else Standing.VALID
    assert lineage.history().licence.standing is expected
    second = identifier_of(lineage.issue(lineage.wanted()))
    found = lineage.history()
    assert found.licence.standing is Standing.SUPERSEDED
    assert [each.replaced_by for each in found.life] == ["", second]
    assert lineage.history(second).licence.state is LicenceState.ISSUED


def test_there_is_no_version_after_the_last() -> None:
    """REPLACEMENT_REFUSED: three digits end at 999."""
    identifier = LicenceIdentifier(
        type_code="11100000MB0143028R001",
        issuer_code="11999900MB0000019D",
        serial="A1",
        version="999",
    )
    with pytest.raises(RefusedError) as caught:
        identifier.successor()
    assert caught.value.reason is LicenceReason.REPLACEMENT_REFUSED


def test_the_suites_need_not_be_the_same(lineage: Lineage) -> None:
    """A department may change over to the other suite with the next version."""
    wanted = replace(lineage.wanted(), suite=Suite.RSA)
    second = identifier_of(lineage.issue(wanted))
    assert lineage.history(second).licence.suite is Suite.RSA
    assert lineage.history().life[-1].replaced_by == second
