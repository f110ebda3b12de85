"""What a status list says at a time: its status, or one reason for saying nothing."""

import gc
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.certificate_making import SubjectName
from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError
from eseal.jose.status_judging import StatusAnswer, StatusJudge, StatusReference
from eseal.jose.status_list import (
    STATUS_LIST_TYP,
    Status,
    StatusListToken,
    build_status_list,
    read_status_list,
    sign_status_list,
)
from eseal.reasons import Reason
from eseal.report import Finding, Outcome, judge
from eseal.signers import Signer
from tests.statements import forged
from tests.world import DAY, NOW, SECOND, YEAR, Authority, World

URI = "https://status.example.cn/lists/7"
DEPARTMENT = "11999900MB0000000G"
STATUSES = build_status_list(64, 4, {1: Status.INVALID, 2: Status.SUSPENDED, 9: Status.CANCELLED})
MINUTE = timedelta(minutes=1)


class Asked(StrEnum):
    """The check of whoever asks."""

    STATUS = "status"


def listed(signer: Signer, **changes: Any) -> StatusListToken:
    """Sign the good list and read it; or one with other terms."""
    terms: dict[str, Any] = {
        "issuer": DEPARTMENT,
        "uri": URI,
        "at": NOW - DAY,
        "lifetime": 7 * DAY,
        "ttl": timedelta(hours=1),
        **changes,
    }
    return read_status_list(sign_status_list(signer, STATUSES, **terms))


def ask(
    judge: PathJudge,
    token: StatusListToken | None,
    *,
    uri: str = URI,
    index: int = 1,
    issuer: str = DEPARTMENT,
    max_age: timedelta | None = None,
) -> StatusAnswer | Finding:
    """Ask a list once."""
    reference = StatusReference(uri=uri, index=index)
    asked = StatusJudge(judge, max_age=max_age)
    return asked.ask(token, reference, issuer=issuer, check=Asked.STATUS)


def assert_silent(
    said: StatusAnswer | Finding, reason: Reason, outcome: Outcome = Outcome.FAILED
) -> None:
    """The list says nothing, for this reason: it is neither "revoked" nor passed."""
    assert isinstance(said, Finding)
    assert (said.check, said.reason, said.outcome) == (Asked.STATUS, reason, outcome)
    assert said.detail


@pytest.fixture(scope="session")
def path_judge(world: World) -> PathJudge:
    """Judges against both good authorities, now."""
    return PathJudge(world.trust, at=NOW)


@pytest.mark.parametrize(
    ("index", "status"),
    [(0, Status.VALID), (1, Status.INVALID), (2, Status.SUSPENDED), (9, Status.CANCELLED)],
)
def test_a_good_list_answers(
    authority: Authority, path_judge: PathJudge, index: int, status: Status
) -> None:
    """The answer is the status, and how old it is."""
    said = ask(path_judge, listed(authority.signing), index=index)
    assert said == StatusAnswer(value=status, made_at=NOW - DAY, age=DAY)


def test_without_a_list_nothing_is_known(path_judge: PathJudge) -> None:
    """No list is neither good nor bad: try later."""
    said = ask(path_judge, None)
    assert_silent(said, Reason.STATUS_UNAVAILABLE, Outcome.UNDETERMINED)
    assert isinstance(said, Finding)
    assert judge([said]).sub_indication == "TRY_LATER"


def test_altered_list_is_invalid(authority: Authority, path_judge: PathJudge) -> None:
    """The payload of another list under the same signature says nothing."""
    terms: dict[str, Any] = {
        "issuer": DEPARTMENT, "uri": URI, "at": NOW, "lifetime": DAY, "ttl": MINUTE,
    }  # fmt: skip
    one = sign_status_list(authority.signing, STATUSES, **terms)
    clean = build_status_list(64, 4, {})
    other = sign_status_list(authority.signing, clean, **terms)
    header, _, signature = one.split(b".")
    mixed = b".".join((header, other.split(b".")[1], signature))
    assert_silent(ask(path_judge, read_status_list(mixed)), Reason.STATUS_LIST_INVALID)


def test_self_made_list_is_a_strangers(authority: Authority, world: World) -> None:
    """A list under a root that nobody trusts says nothing; the root may be missing, and no more."""
    (other,) = {world.sm2, world.rsa} - {authority}
    said = ask(PathJudge(other.trust(), at=NOW), listed(authority.signing))
    assert_silent(said, Reason.STATUS_LIST_STRANGER, Outcome.UNDETERMINED)


def test_other_departments_list_is_a_strangers(authority: Authority, path_judge: PathJudge) -> None:
    """A trusted department cannot speak for another, though it says that it is that one."""
    subject = SubjectName(
        common_name="示例市别的局（样本）",
        organisation="示例市别的局",
        organisation_code="11999900MB00002035",
    )
    stranger = authority.department(subject=subject)
    assert_silent(ask(path_judge, listed(stranger)), Reason.STATUS_LIST_STRANGER)


def test_nobodys_list_is_a_strangers(authority: Authority, path_judge: PathJudge) -> None:
    """A trusted certificate without an organisation's code speaks for none."""
    assert_silent(ask(path_judge, listed(authority.maker)), Reason.STATUS_LIST_STRANGER)


def test_revoked_signers_list_is_a_strangers(authority: Authority) -> None:
    """Whose certificate was revoked before says nothing any more."""
    entry = authority.revoked(authority.signing, NOW - 2 * DAY)
    judge = PathJudge(authority.trust(revoked=[entry]), at=NOW)
    assert_silent(ask(judge, listed(authority.signing)), Reason.STATUS_LIST_STRANGER)


def test_signer_of_whom_too_little_is_known(authority: Authority) -> None:
    """Without the CA's revocation list the answer waits for it, and says so."""
    judge = PathJudge(authority.trust(ca_crl=None), at=NOW)
    said = ask(judge, listed(authority.signing))
    assert_silent(said, Reason.NO_REVOCATION_DATA, Outcome.UNDETERMINED)


def test_expired_signers_list_is_undetermined(authority: Authority, path_judge: PathJudge) -> None:
    """A list by a certificate that has expired since is not proven to be older."""
    signer = authority.department(not_after=NOW - timedelta(hours=1))
    said = ask(path_judge, listed(signer))
    assert_silent(said, Reason.CERTIFICATE_EXPIRED, Outcome.UNDETERMINED)


def test_list_at_another_uri_is_another(authority: Authority, path_judge: PathJudge) -> None:
    """The same issuer's other list says nothing of this document, to the character."""
    for uri in (f"{URI}/", URI.replace("7", "8"), URI.upper()):
        said = ask(path_judge, listed(authority.signing), uri=uri)
        assert_silent(said, Reason.STATUS_LIST_OTHER, Outcome.UNDETERMINED)


@pytest.mark.parametrize("index", [64, 2**31])
def test_index_outside_fails(authority: Authority, path_judge: PathJudge, index: int) -> None:
    """An index that the list does not have is never VALID."""
    said = ask(path_judge, listed(authority.signing), index=index)
    assert_silent(said, Reason.STATUS_INDEX_OUT_OF_RANGE)


TIMES: list[tuple[datetime, timedelta | None, Reason | None]] = [
    (NOW, None, None),
    (NOW + DAY, None, None),
    (NOW + DAY + SECOND, None, Reason.STATUS_LIST_STALE),
    (NOW + timedelta(hours=1), timedelta(hours=1), None),
    (NOW + timedelta(hours=1) + SECOND, timedelta(hours=1), Reason.STATUS_LIST_STALE),
    (NOW - 5 * MINUTE, None, None),
    (NOW - 5 * MINUTE - SECOND, None, Reason.STATUS_LIST_FROM_LATER),
    (NOW - 20 * DAY, None, Reason.STATUS_LIST_FROM_LATER),
]


@pytest.mark.parametrize(("at", "max_age", "reason"), TIMES)
def test_a_list_speaks_of_its_time(
    authority: Authority, at: datetime, max_age: timedelta | None, reason: Reason | None
) -> None:
    """From five minutes before it was made to its last second, or as old as it may be."""
    lists = [authority.crl(each, this_update=NOW - 30 * DAY) for each in (None, authority.root)]
    trust = authority.trust(ca_crl=lists[0], root_crl=lists[1])
    token = listed(authority.signing, at=NOW, lifetime=DAY)
    said = ask(PathJudge(trust, at=at), token, max_age=max_age)
    if reason is None:
        assert said == StatusAnswer(
            value=Status.INVALID, made_at=NOW, age=max(at - NOW, timedelta())
        )
    else:
        assert_silent(said, reason, Outcome.UNDETERMINED)
        assert isinstance(said, Finding)
        assert judge([said]).sub_indication == reason.sub
        assert reason.sub == ("NO_POE" if at < NOW else "TRY_LATER")


def test_what_is_wrong_with_the_signature_comes_first(
    authority: Authority, path_judge: PathJudge
) -> None:
    """Of a list that nobody believes neither URI nor time is told."""
    good = listed(authority.signing, at=NOW - YEAR / 2, lifetime=DAY)
    assert_silent(ask(path_judge, good), Reason.STATUS_LIST_STALE, Outcome.UNDETERMINED)
    stranger = listed(authority.maker, at=NOW - YEAR / 2, lifetime=DAY, uri="urn:sample:other")
    assert_silent(ask(path_judge, stranger), Reason.STATUS_LIST_STRANGER)


def test_a_list_is_verified_once(
    authority: Authority, path_judge: PathJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many documents of one list cost one signature; a list that is gone leaves nothing."""
    token = listed(authority.signing)
    asked = StatusJudge(path_judge)
    reference = StatusReference(uri=URI, index=1)
    first = asked.ask(token, reference, issuer=DEPARTMENT, check=Asked.STATUS)
    monkeypatch.setattr("eseal.jose.status_judging.verify_statement", None)
    again = asked.ask(token, reference, issuer=DEPARTMENT, check=Asked.STATUS)
    assert again == first
    del token
    gc.collect()
    assert not asked._trust


@pytest.mark.parametrize(
    ("uri", "index"), [("lists/7", 0), ("", 0), ("https://a b.cn", 0), (URI, -1)]
)
def test_a_reference_leads_somewhere(uri: str, index: int) -> None:
    """A URI that is none, or an index below zero, is no reference."""
    with pytest.raises(MalformedError) as caught:
        StatusReference(uri=uri, index=index)
    assert caught.value.reason is Reason.STATUS_LIST_MALFORMED


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0), bit=st.integers(0, 7))
def test_no_altered_list_answers(world: World, path_judge: PathJudge, place: int, bit: int) -> None:
    """Whatever bit is flipped: the list is refused or says nothing."""
    payload = {
        "iss": DEPARTMENT, "sub": URI, "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 60, "ttl": 60,
        "status_list": {"bits": 4, "lst": STATUSES.pack()},
    }  # fmt: skip
    data = bytearray(forged(world.sm2.signing, payload, typ=STATUS_LIST_TYP))
    data[place % len(data)] ^= 1 << bit
    try:
        token = read_status_list(bytes(data))
    except EvidenceError:
        return
    assert isinstance(ask(path_judge, token), Finding)
