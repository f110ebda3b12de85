"""Where a licence stood: by lists, by histories, by what was made last; never by default."""

import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.jose import base64url
from eseal.jose.statements import sign_statement
from eseal.jose.status_list import build_status_list, sign_status_list
from eseal.jose.strict_json import JsonObject, parse
from eseal.reasons import Reason, ReasonCode
from eseal.report import Finding, Outcome
from eseal.signers import Signer
from licences import status_files
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.history_statement import HISTORY_TYP, read_history, sign_history
from licences.journal import intend, record_issue
from licences.licence_life import LifeAction, Standing, standing_at
from licences.life_journal import life_of, record_life
from licences.model import Event, Format, Licence
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from licences.status_check import StatusAsker, StatusSources
from licences.status_files import load_statuses, read_statuses
from tests.homes import MARKET
from tests.licences.papers import PLACE, department, market_signer, status_list
from tests.licences.test_store import licence as new_licence
from tests.schemas import faults
from tests.world import DAY, NOW, SECOND, Authority, World

IDENTIFIER = "1.2.156.3005.2.11100000MB0143028R001.11999900MB0000019D.SAMPLE0001.001.0"
CLAIMS = LicenceClaims(
    identifier=IDENTIFIER,
    type_code="11100000MB0143028R001",
    type_name="营业执照",
    version="001",
    issuing_authority=department().name.zh,
    issuing_authority_code=MARKET,
    issued_on=NOW.date(),
    valid_from=NOW.date(),
    valid_until=None,
    defining_authority="示例",
    defining_authority_code="11100000MB0143028R",
    status=PLACE,
)


@dataclass
class Life:
    """A licence that lives without a register."""

    signer: Signer
    licence: Licence
    events: tuple[Event, ...] = ()

    def do(self, action: LifeAction, at: datetime, effective: datetime | None = None) -> None:
        """Record something."""
        entry = record_life(
            self.licence,
            self.events,
            action,
            actor="张样例",
            grounds=Grounds(reason="样本", effective=effective),
            at=at,
            signer=self.signer,
        )
        self.licence, self.events = entry.licence, (*self.events, entry.event)

    def correct(self, number: int, at: datetime) -> None:
        """Take a record back."""
        entry = record_life(
            self.licence,
            self.events,
            LifeAction.CORRECT,
            actor="张样例",
            grounds=Grounds(reason="样本"),
            at=at,
            signer=self.signer,
            corrects=number,
        )
        self.licence, self.events = entry.licence, (*self.events, entry.event)

    def state(self, at: datetime, lifetime: timedelta = 7 * DAY) -> bytes:
        """The signed history as of then."""
        return sign_history(self.signer, self.licence, self.events, at=at, lifetime=lifetime)


def born(signer: Signer, at: datetime = NOW, identifier: str = IDENTIFIER) -> Life:
    """A licence that was issued at a time."""
    licence = replace(
        new_licence(), identifier=identifier, department=MARKET, events=0, issued_at=at
    )
    begun = intend(licence, Format.JSON, bytes(32), signer=signer, at=at)
    issued = record_issue(begun.licence, [], at=at)
    return Life(signer=signer, licence=issued.licence, events=(begun.event, issued.event))


@pytest.fixture
def life(authority: Authority) -> Life:
    """A licence that was issued NOW, of each suite in turn."""
    return born(market_signer(authority))


def ask(
    world: World,
    *files: bytes,
    at: datetime = NOW,
    max_age: timedelta | None = None,
    claims: LicenceClaims = CLAIMS,
    now: datetime | None = None,
) -> Finding:
    """Where the licence stood, by these files."""
    sources = read_statuses((str(number), data) for number, data in enumerate(files))
    judge = PathJudge(world.trust, at=at)
    return StatusAsker(sources, judge, max_age=max_age, now=now).ask(claims)


def told(finding: Finding) -> tuple[str, str | None]:
    """Outcome and reason."""
    assert finding.check is LicenceCheck.STATUS
    return finding.outcome.value, finding.reason


EARLY = int((NOW + SECOND).timestamp())
REASONS = {
    Standing.SUSPENDED: LicenceReason.LICENCE_SUSPENDED,
    Standing.REVOKED: LicenceReason.LICENCE_REVOKED,
    Standing.CANCELLED: LicenceReason.LICENCE_CANCELLED,
    Standing.EXPIRED: LicenceReason.LICENCE_EXPIRED,
    Standing.SUPERSEDED: LicenceReason.LICENCE_SUPERSEDED,
}


# -- by lists --------------------------------------------------------------------------------


@pytest.mark.parametrize("standing", Standing, ids=str)
def test_a_list_says_where_it_stands(
    authority: Authority, world: World, standing: Standing
) -> None:
    """Valid passes, everything else fails with its own reason; the age is told."""
    finding = ask(world, status_list(market_signer(authority), standing), at=NOW + 2 * DAY)
    if standing is Standing.VALID:
        assert finding.outcome is Outcome.PASSED
    else:
        assert told(finding) == ("failed", REASONS[standing])
    assert str(NOW) in finding.detail
    assert finding.as_of == NOW


def test_without_an_answer_nothing_is_passed(authority: Authority, world: World) -> None:
    """No list; a licence that names none; a status that is not known here."""
    assert told(ask(world)) == ("undetermined", Reason.STATUS_UNAVAILABLE)
    nowhere = replace(CLAIMS, status=None)
    finding = ask(world, status_list(market_signer(authority)), claims=nowhere)
    assert told(finding) == ("undetermined", LicenceReason.STATUS_NOT_STATED)
    strange = sign_status_list(
        market_signer(authority),
        build_status_list(1024, 4, {PLACE.index: 7}),
        issuer=MARKET,
        uri=PLACE.uri,
        at=NOW,
        lifetime=DAY,
        ttl=DAY,
    )
    assert told(ask(world, strange)) == ("undetermined", LicenceReason.STATUS_UNKNOWN)
    for finding in (ask(world), ask(world, strange)):
        assert finding.reason is not None
        assert finding.reason.sub == "TRY_LATER"


def test_what_is_wrong_with_a_list_is_told(authority: Authority, world: World) -> None:
    """Stale, too old for who asks, from later, by a stranger, by another department."""
    signer = market_signer(authority)
    good = status_list(signer, lifetime=DAY)
    late = {"at": NOW + 2 * DAY}
    assert told(ask(world, good, **late)) == ("undetermined", Reason.STATUS_LIST_STALE)  # type: ignore[arg-type]
    long = status_list(signer)
    assert ask(world, long, at=NOW + DAY, max_age=DAY).outcome is Outcome.PASSED
    old = ask(world, long, at=NOW + DAY + SECOND, max_age=DAY)
    assert told(old) == ("undetermined", Reason.STATUS_LIST_STALE)
    early = ask(world, good, at=NOW - DAY)
    assert told(early) == ("undetermined", Reason.STATUS_LIST_FROM_LATER)
    stranger = status_list(market_signer(Authority(authority.suite)))
    assert told(ask(world, stranger)) == ("undetermined", Reason.STATUS_LIST_STRANGER)
    other = status_list(authority.department())
    assert told(ask(world, other)) == ("failed", Reason.STATUS_LIST_STRANGER)


def test_of_the_past_no_later_list_tells(world: World) -> None:
    """Other clocks may be minutes ahead of now, not of a time that was asked for."""
    later = status_list(market_signer(world.sm2), at=NOW + 180 * SECOND)
    assert ask(world, later, now=NOW).outcome is Outcome.PASSED
    asked = ask(world, later, now=NOW + SECOND)
    assert told(asked) == ("undetermined", Reason.STATUS_LIST_FROM_LATER)
    forged = status_list(market_signer(Authority(world.sm2.suite)), at=NOW - DAY)
    asked = ask(world, later, forged, now=NOW + SECOND)  # no stranger's makes it a failure
    assert told(asked) == ("undetermined", Reason.STATUS_LIST_FROM_LATER)
    earlier = status_list(market_signer(world.sm2), Standing.SUSPENDED, at=NOW - DAY)
    asked = ask(world, later, earlier, now=NOW + DAY)
    assert told(asked) == ("failed", LicenceReason.LICENCE_SUSPENDED)


def test_of_several_lists_the_one_of_the_time_asked_for_counts(
    authority: Authority, world: World
) -> None:
    """The last one that was made by then; a later one says nothing of it."""
    signer = market_signer(authority)
    lists = (
        status_list(signer, Standing.SUSPENDED, at=NOW + DAY),
        status_list(signer, Standing.VALID, at=NOW),
        status_list(signer, Standing.REVOKED, at=NOW + 2 * DAY),
    )
    for days, expected in ((0, None), (1, "SUSPENDED"), (2, "REVOKED")):
        reason = ask(world, *lists, at=NOW + days * DAY + SECOND).reason
        assert (reason and reason.removeprefix("LICENCE_")) == expected


def test_lists_that_two_authorities_vouch_for_are_not_the_same_list(world: World) -> None:
    """The worse counts as long as none has ended, whichever was made later; then the last."""
    ours, theirs = market_signer(world.sm2), market_signer(world.rsa)
    suspended = status_list(ours, Standing.SUSPENDED, at=NOW, lifetime=2 * DAY)
    valid = status_list(theirs, at=NOW + DAY, lifetime=9 * DAY)
    for files in ((suspended, valid), (valid, suspended)):
        finding = ask(world, *files, at=NOW + DAY + SECOND)
        assert told(finding) == ("failed", LicenceReason.LICENCE_SUSPENDED)
        assert ask(world, *files, at=NOW + 3 * DAY).outcome is Outcome.PASSED


# -- by histories ----------------------------------------------------------------------------


def test_a_history_answers_for_every_time(life: Life, world: World) -> None:
    """Before the issue, while suspended, after that; backdated as it was recorded."""
    life.do(LifeAction.SUSPEND, NOW + 3 * DAY, effective=NOW + 2 * DAY)
    life.do(LifeAction.RESUME, NOW + 5 * DAY)
    life.do(LifeAction.REVOKE, NOW + 8 * DAY)
    stated = life.state(NOW + 9 * DAY)
    assert faults("licence-history", read_history(stated).statement.payload) == []
    expected: Sequence[tuple[int, LicenceReason | None]] = (
        (-1, LicenceReason.NOT_ISSUED_THEN),
        (0, None),
        (1, None),
        (2, LicenceReason.LICENCE_SUSPENDED),
        (4, LicenceReason.LICENCE_SUSPENDED),
        (5, None),
        (8, LicenceReason.LICENCE_REVOKED),
        (12, LicenceReason.LICENCE_REVOKED),
    )
    for days, reason in expected:
        finding = ask(world, stated, at=NOW + days * DAY)
        assert finding.reason is reason, days
        assert str(NOW + 9 * DAY) in finding.detail
    assert "since" in ask(world, stated, at=NOW + 8 * DAY).detail
    assert "样本" in ask(world, stated, at=NOW + 8 * DAY).detail
    assert ask(world, stated, at=NOW + 8 * DAY).detail[0] > "z"  # Chinese first


def test_a_history_says_what_took_its_place(life: Life, world: World) -> None:
    """It is told with the identifier and since when."""
    entry = record_life(
        life.licence,
        life.events,
        LifeAction.SUPERSEDE,
        actor="张样例",
        grounds=Grounds(reason="地址变更（样本）"),
        at=NOW + DAY,
        signer=life.signer,
        replaced_by="1.2.156.3005.2.NEXT",
    )
    life.licence, life.events = entry.licence, (*life.events, entry.event)
    finding = ask(world, life.state(NOW + DAY), at=NOW + DAY)
    assert told(finding) == ("failed", LicenceReason.LICENCE_SUPERSEDED)
    assert "replaced by 1.2.156.3005.2.NEXT" in finding.detail


def test_a_history_ages_as_a_list_does(life: Life, world: World) -> None:
    """Of the time after its making it speaks until its end, or as long as who asks permits."""
    stated = life.state(NOW + DAY, lifetime=3 * DAY)
    assert ask(world, stated, at=NOW + 4 * DAY).outcome is Outcome.PASSED
    stale = ("undetermined", Reason.STATUS_LIST_STALE)
    assert told(ask(world, stated, at=NOW + 4 * DAY + SECOND)) == stale
    assert told(ask(world, stated, at=NOW + 3 * DAY, max_age=DAY)) == stale
    assert ask(world, stated, at=NOW + 2 * DAY, max_age=DAY).outcome is Outcome.PASSED


def test_what_was_made_last_counts(life: Life, world: World) -> None:
    """A newer list over an older history; a newer history, which knows of corrections, over it."""
    good = life.state(NOW + DAY)
    revoked = status_list(life.signer, Standing.REVOKED, at=NOW + 2 * DAY)
    late = NOW + 3 * DAY
    for files in ((good, revoked), (revoked, good)):
        finding = ask(world, *files, at=late)
        assert told(finding) == ("failed", LicenceReason.LICENCE_REVOKED)
    life.do(LifeAction.REVOKE, NOW + 2 * DAY)
    life.correct(2, NOW + 4 * DAY)
    corrected = life.state(NOW + 4 * DAY)
    assert ask(world, revoked, corrected, at=late).outcome is Outcome.PASSED
    assert ask(world, revoked, good, corrected, at=late).outcome is Outcome.PASSED


def test_another_list_of_the_issuer_is_told(authority: Authority, world: World) -> None:
    """STATUS_LIST_OTHER: not the one that the licence names; nobody else's says anything."""
    elsewhere = replace(PLACE, uri=f"{PLACE.uri}x")
    revoked = (Standing.REVOKED,)
    signer = market_signer(authority)
    other = status_list(signer, *revoked, place=elsewhere)
    finding = ask(world, other)
    assert told(finding) == ("undetermined", Reason.STATUS_LIST_OTHER)
    for said in (PLACE.uri, elsewhere.uri):
        assert said in finding.detail
    assert ask(world, other, status_list(signer)).outcome is Outcome.PASSED
    strange = status_list(market_signer(Authority(authority.suite)), *revoked, place=elsewhere)
    assert told(ask(world, strange)) == ("undetermined", Reason.STATUS_UNAVAILABLE)


def test_a_history_of_another_is_not_believed(life: Life, world: World) -> None:
    """By a stranger's certificate, by another department's, or about another licence."""
    strange = born(market_signer(Authority(life.signer.algorithm.suite)))
    finding = ask(world, strange.state(NOW), at=NOW)
    assert told(finding) == ("undetermined", LicenceReason.HISTORY_STRANGER)
    good = status_list(life.signer)
    assert ask(world, strange.state(NOW), good).outcome is Outcome.PASSED
    other = replace(CLAIMS, issuing_authority_code="11999900MB0000000X")
    assert told(ask(world, life.state(NOW), claims=other)) == (
        "failed",
        LicenceReason.HISTORY_STRANGER,
    )
    another = replace(CLAIMS, identifier="1.2.156.3005.2.OTHER")
    finding = ask(world, life.state(NOW), claims=another)
    assert told(finding) == ("undetermined", Reason.STATUS_UNAVAILABLE)


def test_what_may_not_be_believed_hides_nothing(life: Life, world: World) -> None:
    """A stranger's newer history or list is passed over; the genuine one before it answers."""
    old = status_list(life.signer, at=NOW - DAY)
    life.do(LifeAction.REVOKE, NOW)
    genuine = life.state(NOW + DAY)
    other = market_signer(Authority(life.signer.algorithm.suite))
    strange = born(other).state(NOW + 2 * DAY)
    listed = status_list(other, at=NOW + 2 * DAY)
    late = NOW + 3 * DAY
    for files in ((old, genuine, strange), (listed, genuine, old), (strange, listed, old, genuine)):
        finding = ask(world, *files, at=late)
        assert told(finding) == ("failed", LicenceReason.LICENCE_REVOKED)
    suspended = status_list(life.signer, Standing.SUSPENDED, at=NOW + DAY)
    finding = ask(world, old, suspended, listed, at=late)
    assert told(finding) == ("failed", LicenceReason.LICENCE_SUSPENDED)


def test_what_was_known_to_be_revoked_is_not_good_again(life: Life, world: World) -> None:
    """A history or list that has ended and said so keeps an older list from passing."""
    old = status_list(life.signer, at=NOW)
    life.do(LifeAction.REVOKE, NOW + DAY)
    ended = (
        life.state(NOW + DAY, lifetime=DAY),
        status_list(life.signer, Standing.SUSPENDED, at=NOW + DAY, lifetime=DAY),
    )
    late = NOW + 3 * DAY
    for each in ended:
        stale = ask(world, old, each, at=late)
        assert told(stale) == ("undetermined", Reason.STATUS_LIST_STALE)
        assert stale.as_of == NOW + DAY
    good = status_list(life.signer, at=NOW + DAY, lifetime=DAY)
    assert ask(world, old, good, at=late).outcome is Outcome.PASSED
    newer = status_list(life.signer, at=NOW + 2 * DAY)
    assert ask(world, *ended, newer, at=late).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("size", "said", "reason"),
    [
        (1024, {PLACE.index: 7}, LicenceReason.STATUS_UNKNOWN),
        (2, {}, Reason.STATUS_INDEX_OUT_OF_RANGE),
    ],
    ids=["unknown", "too short"],
)
def test_what_is_not_understood_is_not_passed_over(
    life: Life, world: World, size: int, said: dict[int, int], reason: ReasonCode
) -> None:
    """The department's newest list counts, also where it says nothing that is known here."""
    strange = sign_status_list(
        life.signer,
        build_status_list(size, 4, said),
        issuer=MARKET,
        uri=PLACE.uri,
        at=NOW,
        lifetime=DAY,
        ttl=DAY,
    )
    old = status_list(life.signer, at=NOW - DAY)
    assert ask(world, old, strange, at=NOW + SECOND).reason is reason


def test_of_two_answers_of_one_time_the_worse_counts(life: Life, world: World) -> None:
    """Whatever the order in which they are read."""
    good, bad = (status_list(life.signer, each) for each in (Standing.VALID, Standing.SUSPENDED))
    before = life.state(NOW)
    life.do(LifeAction.REVOKE, NOW)
    after = life.state(NOW)
    for files in ((good, bad), (bad, good)):
        assert told(ask(world, *files)) == ("failed", LicenceReason.LICENCE_SUSPENDED)
    for files in ((before, after), (after, before), (good, after)):
        assert told(ask(world, *files)) == ("failed", LicenceReason.LICENCE_REVOKED)
    same = ask(world, status_list(life.signer, Standing.REVOKED), after)
    assert "状态证明" in same.detail  # which says why


def test_a_history_from_the_future_is_not_believed(life: Life, world: World) -> None:
    """A clock was wrong; a history that was made after the time asked for is another thing."""
    stated = life.state(NOW + 9 * DAY)
    sources = read_statuses([("history", stated)])
    judge = PathJudge(world.trust, at=NOW + DAY)
    for now, outcome in ((NOW + DAY, Outcome.FAILED), (NOW + 9 * DAY, Outcome.PASSED)):
        assert StatusAsker(sources, judge, now=now).ask(CLAIMS).outcome is outcome


def spoilt(life: Life, change: Callable[[JsonObject], object], signer: Signer) -> bytes:
    """A history that was changed before it was signed."""
    payload = parse(base64url.decode(life.state(NOW + 2 * DAY).split(b".")[1].decode()))
    change(payload)
    return sign_statement(signer, HISTORY_TYP, payload)


def without(number: int) -> Callable[[JsonObject], object]:
    """Leave an event out."""

    def change(payload: JsonObject) -> None:
        events = payload["events"]
        assert isinstance(events, list)
        del events[number]

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (without(0), LicenceReason.HISTORY_INVALID),
        (without(1), LicenceReason.HISTORY_INVALID),
        (lambda said: said.update(identifier="1.2.3"), LicenceReason.HISTORY_INVALID),
        (lambda said: said.update(iat=EARLY), LicenceReason.HISTORY_INVALID),
        (lambda said: said.update(events=[]), LicenceReason.HISTORY_MALFORMED),
        (lambda said: said.update(events={}), LicenceReason.HISTORY_MALFORMED),
        (lambda said: said.update(events=[{}]), LicenceReason.HISTORY_MALFORMED),
        (lambda said: said.update(exp=said["iat"]), LicenceReason.HISTORY_MALFORMED),
        (lambda said: said.update(iss=1), LicenceReason.HISTORY_MALFORMED),
        (lambda said: said.update(more=1), LicenceReason.HISTORY_MALFORMED),
    ],
)  # fmt: skip
def test_a_history_that_does_not_hold_is_refused(
    world: World, change: Callable[[JsonObject], object], reason: LicenceReason
) -> None:
    """Nothing can be left out of it or put in, also not by whoever signs it."""
    life = born(market_signer(world.sm2))
    life.do(LifeAction.SUSPEND, NOW + DAY)
    life.do(LifeAction.RESUME, NOW + 2 * DAY)
    with pytest.raises(EvidenceError) as caught:
        read_history(spoilt(life, change, life.signer))
    assert caught.value.reason is reason


@pytest.mark.parametrize("data", [b"", b"garbage", b"a.b.c", b"{}"])
def test_what_is_no_history(data: bytes) -> None:
    """HISTORY_MALFORMED."""
    with pytest.raises(MalformedError) as caught:
        read_history(data)
    assert caught.value.reason is LicenceReason.HISTORY_MALFORMED


def test_an_unsigned_history_is_refused(world: World) -> None:
    """HISTORY_INVALID: nobody says it."""
    stated = born(market_signer(world.sm2)).state(NOW)
    with pytest.raises(RefusedError) as caught:
        read_history(stated[: stated.rindex(b".") + 1])
    assert caught.value.reason is LicenceReason.HISTORY_INVALID


def test_a_history_whose_signature_is_wrong(world: World) -> None:
    """HISTORY_INVALID: it reads, but nobody who is trusted said it so."""
    stated = born(market_signer(world.rsa)).state(NOW)
    spoiled = stated[:-8] + (b"AAAAAAAA" if stated[-8:] != b"AAAAAAAA" else b"BBBBBBBB")
    assert told(ask(world, spoiled)) == ("failed", LicenceReason.HISTORY_INVALID)


# -- files -----------------------------------------------------------------------------------


def test_files_and_folders(tmp_path: Path, world: World) -> None:
    """Lists and histories side by side; what is neither refuses all, named."""
    folder = tmp_path
    (folder / "status").mkdir()
    (folder / "history.jwt").write_bytes(born(market_signer(world.sm2)).state(NOW))
    (folder / "status" / "list.jwt").write_bytes(status_list(market_signer(world.sm2)))
    (folder / "README").write_text("not read")
    found = load_statuses([folder])
    assert found.find_histories(IDENTIFIER)
    assert found.find_lists(PLACE.uri, NOW)
    assert isinstance(load_statuses([]), StatusSources)
    for name, data in (("bad.jwt", b"garbage"), ("none.jwt", None)):
        file = folder / name
        if data is not None:
            file.write_bytes(data)
        with pytest.raises(EvidenceError) as caught:
            load_statuses([file])
        assert caught.value.at == str(file)


def test_endings_in_capitals_count(tmp_path: Path, world: World) -> None:
    """A list named *.JWT is read as any other: what is passed over would be no answer."""
    (tmp_path / "status").mkdir()
    (tmp_path / "HISTORY.JWT").write_bytes(born(market_signer(world.sm2)).state(NOW))
    (tmp_path / "status" / "List.Jwt").write_bytes(status_list(market_signer(world.sm2)))
    found = load_statuses([tmp_path])
    assert found.find_histories(IDENTIFIER)
    assert found.find_lists(PLACE.uri, NOW)


def test_a_folder_that_cannot_be_listed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UNREADABLE_FILE: it is not taken for one without lists."""

    def deny(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", deny)
    with pytest.raises(RefusedError) as caught:
        load_statuses([tmp_path])
    assert (caught.value.reason, caught.value.at) == (Reason.UNREADABLE_FILE, str(tmp_path))


def test_only_files_are_read_and_not_too_many_bytes(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that nobody writes to is refused at once; lists are bounded all together."""
    os.mkfifo(tmp_path / "pipe.jwt")
    with pytest.raises(EvidenceError) as caught:
        load_statuses([tmp_path])
    assert caught.value.reason is Reason.UNREADABLE_FILE
    good = ("list", status_list(market_signer(world.sm2)))
    monkeypatch.setattr(status_files, "MAX_UNPACKED", 40_000)
    read_statuses([good])
    with pytest.raises(EvidenceError) as caught:
        read_statuses([good, good])
    assert caught.value.reason is Reason.STATUS_LIST_MALFORMED


# -- was it valid on D? ------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from([LifeAction.SUSPEND, LifeAction.RESUME, LifeAction.REVOKE, "correct"]),
        st.integers(0, 20),
        st.integers(0, 20),
    ),
    max_size=8,
)


@given(steps=STEPS, day=st.integers(-2, 12))
@settings(max_examples=60, deadline=None)
@pytest.mark.unmeasured
def test_was_it_valid_on_a_day(
    world: World, steps: list[tuple[object, int, int]], day: int
) -> None:
    """What a verifier is told is what the life says, whatever was done, backdated or corrected."""
    life = born(market_signer(world.sm2))
    for now, (action, back, number) in enumerate(steps, 1):
        at = NOW + now * DAY
        with contextlib.suppress(RefusedError):  # what is not possible then is not recorded
            if isinstance(action, LifeAction):
                life.do(action, at, effective=max(NOW, at - back * DAY))
            else:
                life.correct(number, at)
    finding = ask(world, life.state(NOW + 9 * DAY), at=NOW + day * DAY)
    log = [each.event for each in life_of(life.licence, life.events)]
    standing = standing_at(log, NOW + day * DAY)
    if standing is Standing.VALID:
        assert finding.outcome is Outcome.PASSED
    elif standing is None:
        assert told(finding) == ("failed", LicenceReason.NOT_ISSUED_THEN)
    else:
        assert told(finding) == ("failed", REASONS[standing])
