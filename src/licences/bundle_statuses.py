"""Status lists and histories that go into a trust bundle (状态材料): they say all that was done.

Rules kept: what was done is said by journals that departments signed, as it is for publishing, and
by no row, so that none that was altered, added or taken away has a list go in that lags, or keeps
one out; of several lists of an address, or histories of a licence, the last counts that verifiers
would believe, whatever else lies beside it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from eseal.errors import EvidenceError, RefusedError
from eseal.jose.statements import Statement, statement_type
from eseal.jose.status_list import STATUS_LIST_TYP, read_status_list
from licences.history_statement import HISTORY_TYP, HistoryStatement, read_history
from licences.home import Home
from licences.life_signers import LifeSigners
from licences.placed_licences import PlacedLicences
from licences.placed_lives import read_placed
from licences.published_lists import KnownList, demand_believed, department_of
from licences.reasons import LicenceReason
from licences.status_changes import standings_of
from licences.status_survey import Surveyor, different, since

if TYPE_CHECKING:
    from eseal.trust import TrustStore
    from licences.store import Register


def demand_current(home: Home, statuses: Sequence[bytes], *, at: datetime) -> Sequence[str]:
    """Insist that what a home's lists and histories say is all that was done up to now.

    Args:
        home: whose journals they are held against.
        statuses: lists and histories as they were signed; other homes' among them say what they
            say.
        at: aware; now.

    Returns:
        What the journals do not account for, a sentence each; it keeps nothing out.

    Raises:
        RefusedError: BUNDLE_REFUSED; `.at` is the address or the licence.
        EvidenceError: one of them, the trust or the register cannot be read.
    """
    trust = home.trust_store()
    lists, histories = _newest_lists(statuses, trust, at), _longest(statuses, trust, at)
    with closing(home.register()) as register:
        return (
            *_demand_lists(register, lists, trust, at),
            *_demand_histories(register, histories, trust, at),
        )


def _newest_lists(
    statuses: Iterable[bytes], trust: "TrustStore", at: datetime
) -> Mapping[str, KnownList]:
    """Give the last list of each address that would be believed."""
    tokens = (read_status_list(each) for each in statuses if _is(each, STATUS_LIST_TYP))
    newest: dict[str, KnownList] = {}
    for token in sorted(tokens, key=lambda each: each.made_at):
        department = department_of(token)
        if department is not None and _is_believed(token.statement, trust, at):
            newest[token.uri] = KnownList(department=department, token=token)
    return newest


def _longest(
    statuses: Iterable[bytes], trust: "TrustStore", at: datetime
) -> Mapping[str, HistoryStatement]:
    """Give the longest history of each licence that would be believed."""
    histories = (read_history(each) for each in statuses if _is(each, HISTORY_TYP))
    longest: dict[str, HistoryStatement] = {}
    for history in sorted(histories, key=lambda each: len(each.life)):
        if _is_believed(history.statement, trust, at):
            longest[history.identifier] = history
    return longest


def _is(data: bytes, kind: str) -> bool:
    return statement_type(data) == kind


def _is_believed(statement: Statement, trust: "TrustStore", at: datetime) -> bool:
    """Whether a signature holds now, or did when it was made: verifiers may ask of either time."""
    for moment in (at, min(at, statement.made_at)):
        try:
            demand_believed(statement, trust, at=moment)
        except EvidenceError:
            continue
        return True
    return False


def _demand_lists(
    register: "Register", lists: Mapping[str, KnownList], trust: "TrustStore", at: datetime
) -> Iterator[str]:
    surveyor = Surveyor(register, lists, trust, at=at)
    for uri, known in lists.items():
        said = {} if known.token is None else standings_of(known.token.statuses)
        settled = surveyor.settle(uri)
        missing = len(different(said, settled.standings))
        if missing:
            sentence = (
                f"状态列表未含最近登记的 {missing} 项，请先运行 licences publish "
                f"the list lacks {missing} of what was recorded: run licences publish first"
            )
            raise RefusedError(LicenceReason.BUNDLE_REFUSED, sentence, at=uri)
        yield from settled.doubts


def _demand_histories(
    register: "Register",
    histories: Mapping[str, HistoryStatement],
    trust: "TrustStore",
    at: datetime,
) -> Iterator[str]:
    if not histories:
        return
    placed, signers = PlacedLicences(register.engine), LifeSigners(lambda: trust, now=at)
    recent = placed.signed(since=since((each.made_at for each in histories.values()), at))
    keys = [event.key for event in recent if event.identifier in histories]
    for _, journal in placed.read(dict.fromkeys(keys)):
        life = read_placed(journal, signers)
        history = histories.get(life.identifier)
        if history is None or life.department != history.issuer:
            continue
        missing = len(life.standings) - len(history.life)
        if missing > 0:
            sentence = (
                f"状态证明未含最近登记的 {missing} 项 "
                f"the history lacks {missing} of what was recorded"
            )
            raise RefusedError(LicenceReason.BUNDLE_REFUSED, sentence, at=history.identifier)
        if life.doubt:
            yield f"{life.identifier}：{life.doubt}"
