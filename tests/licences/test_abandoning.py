"""What was begun and is not finished is told as such, and can be given up: its number is free."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eseal.errors import RefusedError
from eseal.jose.strict_json import parse
from licences.cli.show import about
from licences.demo_authority import DemoAuthority
from licences.home import Home
from licences.issuing import Issued, Refused
from licences.licence_life import Standing
from licences.model import EventKind, Format, IssueRequest, Licence, LicenceState, Replacement
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from licences.store import Register
from licences.workshop import Step, Workshop
from tests.homes import make_home, open_issuer, request
from tests.registers import ON_SQLITE

pytestmark = [pytest.mark.unmeasured, ON_SQLITE]

WHY = Grounds(reason="数据有误（样本）", basis="示例市管理办法（样本）")


class _EndedError(Exception):
    """Ends the work at a step."""


@pytest.fixture
def home(tmp_path: Path, demo_authority: DemoAuthority, register_url: str) -> Home:
    """A new home."""
    return make_home(tmp_path / "home", demo_authority, register_url)


@pytest.fixture
def register(home: Home) -> Iterator[Register]:
    """Its register."""
    opened = home.register()
    yield opened
    opened.close()


def begin(home: Home, wanted: IssueRequest, last: Step = Step.PDF_STAGED) -> None:
    """Begin a licence and go no further than to a step."""

    def end(step: Step) -> None:
        if step is last:
            raise _EndedError

    with suppress(_EndedError), open_issuer(home, end) as issuer:
        issuer.issue(wanted)


def the_begun(register: Register) -> Licence:
    """What is begun, alone."""
    (begun,) = register.unfinished(limit=2)
    return begun


def abandon(home: Home, identifier: str) -> Licence:
    """Give it up."""
    with open_issuer(home) as issuer:
        return issuer.abandon(identifier, operator="张样例", grounds=WHY)


def test_a_number_is_free_after_what_was_begun_is_abandoned(home: Home, register: Register) -> None:
    """ISSUE_ABANDONED, by whom and why, in its journal; nothing that was staged is left."""
    begin(home, request())
    begun = the_begun(register)
    files = [each for each in home.settings.documents.rglob("*") if each.is_file()]
    assert len(files) == 2
    after = abandon(home, begun.identifier)
    assert (after.state, after.standing) == (LicenceState.FAILED, Standing.CANCELLED)
    assert not any(each.is_file() for each in home.settings.documents.rglob("*"))
    last = register.events(begun.key)[-1]
    assert last.kind is EventKind.FAILED
    body = parse(last.body)
    assert body["reason"] == LicenceReason.ISSUE_ABANDONED
    assert (body["actor"], body["why"], body["basis"]) == ("张样例", WHY.reason, WHY.basis)
    assert about(last) == f"ISSUE_ABANDONED  张样例  {WHY.reason}  {WHY.basis}"
    with open_issuer(home) as issuer:
        right = issuer.issue(request(name="示例市更正样本有限公司"))
    assert isinstance(right, Issued)
    assert right.identifier != begun.identifier


def test_another_request_is_told_what_was_begun(home: Home, register: Register) -> None:
    """CONFLICT says so, since when, and what can be done: nobody replaces what is not issued."""
    begin(home, request())
    begun = the_begun(register)
    with open_issuer(home) as issuer:
        refused = issuer.issue(request(name="示例市更正样本有限公司"))
    assert isinstance(refused, Refused)
    (problem,) = refused.problems
    assert problem.reason is LicenceReason.CONFLICT
    assert f"已于 {begun.issued_at} 按另一请求开始签发 {begun.identifier}，尚未完成" in problem.zh
    assert f"was begun at {begun.issued_at}, and is not finished" in problem.en
    assert problem.advice is not None
    for said in problem.advice:
        assert "licences cancel" in said
        assert "replace" not in said


def test_what_is_issued_is_not_abandoned(home: Home) -> None:
    """LICENCE_TRANSITION_REFUSED; nor is what was abandoned already, nor what nobody knows."""
    with open_issuer(home) as issuer:
        issued = issuer.issue(request())
    assert isinstance(issued, Issued)
    with pytest.raises(RefusedError) as caught:
        abandon(home, issued.identifier)
    assert caught.value.reason is LicenceReason.LICENCE_TRANSITION_REFUSED
    with pytest.raises(RefusedError) as caught:
        abandon(home, "1.2.156")
    assert caught.value.reason is LicenceReason.UNKNOWN_LICENCE


def test_no_other_licence_is_abandoned(
    home: Home, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LICENCE_TRANSITION_REFUSED where others gave it up just now; what they began since, stays."""
    begin(home, request(), Step.JSON_STAGED)
    first = the_begun(register)
    give_up = Workshop.give_up

    def late(workshop: Workshop, *arguments: Any, **options: Any) -> bool:
        with monkeypatch.context() as patch:
            patch.setattr(Workshop, "give_up", give_up)
            abandon(home, first.identifier)
        begin(home, request(name="示例市更正样本有限公司"), Step.JSON_STAGED)
        return give_up(workshop, *arguments, **options)

    monkeypatch.setattr(Workshop, "give_up", late)
    with pytest.raises(RefusedError) as caught:
        abandon(home, first.identifier)
    assert caught.value.reason is LicenceReason.LICENCE_TRANSITION_REFUSED
    second = the_begun(register)
    assert second.identifier != first.identifier
    assert second.natural_key == first.natural_key
    ends = [each for each in register.events(first.key) if each.kind is EventKind.FAILED]
    assert len(ends) == 1


@pytest.mark.parametrize(("operator", "reason"), [("", "样本"), ("张样例\n", "样本")])
def test_who_abandons_says_who_and_why(home: Home, operator: str, reason: str) -> None:
    """TEXT_REFUSED, and nothing is given up."""
    begin(home, request(), Step.JOURNALED)
    with open_issuer(home) as issuer, pytest.raises(RefusedError) as caught:
        issuer.abandon("1.2", operator=operator, grounds=Grounds(reason=reason))
    assert caught.value.reason is LicenceReason.TEXT_REFUSED


def test_a_begun_replacement_is_abandoned(home: Home, register: Register) -> None:
    """Its predecessor stands as before, and is replaced with other data by the version after."""
    with open_issuer(home) as issuer:
        first = issuer.issue(request(formats=(Format.JSON,)))
    assert isinstance(first, Issued)
    why = Replacement(identifier=first.identifier, operator="张样例", reason="样本")
    wrong = replace(request(formats=(Format.JSON,), name="示例市错样本有限公司"), replaces=why)
    begin(home, wrong, Step.JSON_STAGED)
    begun = the_begun(register)
    right = replace(request(formats=(Format.JSON,), name="示例市样本集团有限公司"), replaces=why)
    with open_issuer(home) as issuer:
        refused = issuer.issue(right)
        assert isinstance(refused, Refused)
        assert "尚未完成" in refused.problems[0].zh
        on_begun = replace(right, replaces=replace(why, identifier=begun.identifier))
        of_begun = issuer.issue(on_begun)
        assert isinstance(of_begun, Refused)
        assert "licences cancel 放弃" in of_begun.problems[0].en
    abandon(home, begun.identifier)
    with open_issuer(home) as issuer:
        second = issuer.issue(right)
    assert isinstance(second, Issued)
    assert ".003." in second.identifier
    former = register.find_by_identifier(first.identifier)
    assert former is not None
    assert former.standing is Standing.SUPERSEDED
