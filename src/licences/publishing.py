"""Publishing (公布): the signed files that verifiers fetch, written into one folder.

    FOLDER/status/DEPARTMENT-SUITE-NUMBER.jwt   a status list, by the last part of its address
    FOLDER/crl/NAME.crl                         a CA's revocation list, see `ca_publishing`

Rules kept:

- a file appears whole in the place of the one before it, and is on disk when that is said;
- one publisher at a time works on a folder; the time that a list speaks of is taken before the
  register is read, so nothing that was recorded before it is missing;
- what has changed is held against the journals (`status_changes`); a register that knows less than
  what is published is an old copy, and gives out no more places of the lists that it has begun;
- what has not changed and has more than half of its time left stays as it is, if its signature
  still holds; what was published with a later time is replaced only if that is asked for;
- revocation lists come first, for without current ones no department's signature is good;
- each list is signed by the department whose licences it is about, as the licences are; of one that
  cannot be signed that is told, and the others are published.

Killed anywhere, publishing again completes it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from eseal.chain import judge_at
from eseal.errors import EvidenceError, RefusedError, about
from eseal.jose.statements import verify_statement
from eseal.jose.status_list import (
    StatusList,
    StatusListToken,
    read_status_list,
    sign_status_list,
)
from eseal.moments import china_day
from eseal.whole_files import folder_lock, replace_file
from licences.ca_publishing import publish_crls
from licences.documents import storage_translated
from licences.home import Home
from licences.publications import Change, Published, Step
from licences.published_lists import STATUS_FOLDER
from licences.reasons import LicenceReason
from licences.signing_desk import Desks
from licences.status_changes import few
from licences.status_lists import list_of
from licences.status_places import KeptList, StatusPlaces
from licences.status_survey import Held, look

if TYPE_CHECKING:
    from licences.store import Register

__all__ = ["STATUS_FOLDER", "Change", "Published", "Step", "publish"]

_KEPT_PART: Final = 4
"""Verifiers may keep a list for this part of its life before they ask for a newer one."""


def publish(
    home: Home,
    folder: Path,
    *,
    clock: Callable[[], datetime],
    at_step: Callable[[Step], None] = lambda _step: None,
    replace_later: bool = False,
    keep_lost: bool = False,
) -> Iterator[Published]:
    """Publish the revocation and status lists of a home, each told when it is done.

    Args:
        home: the home.
        folder: where; made if it is missing.
        clock: tells the time; aware, UTC, whole seconds.
        at_step: told of each step that was taken.
        replace_later: whether what was published with a later time, while the clock was ahead, is
            published as of now; nothing that it says is lost.
        keep_lost: whether it is known, and no fault any more, that places of licences which the
            register does not have were published as not valid: they stay so.

    Raises:
        UnavailableError: STORAGE_UNAVAILABLE; DATABASE_UNAVAILABLE.
        EvidenceError: the home's trust or register cannot be used.
    """
    with about(str(folder)), storage_translated():
        (folder / STATUS_FOLDER).mkdir(mode=0o755, parents=True, exist_ok=True)
    with folder_lock(folder):
        at_step(Step.LOCKED)
        at = clock()
        yield from publish_crls(home, folder, at=at, at_step=at_step, replace_later=replace_later)
        with closing(home.register()) as register:
            press = _Press(
                home,
                folder / STATUS_FOLDER,
                register,
                at,
                at_step,
                replace_later=replace_later,
                keep_lost=keep_lost,
            )
            yield from press.publish()


class _Press:
    """Signs and writes lists that speak of one time."""

    def __init__(
        self,
        home: Home,
        folder: Path,
        register: "Register",
        at: datetime,
        at_step: Callable[[Step], None],
        *,
        replace_later: bool,
        keep_lost: bool,
    ) -> None:
        self._replace_later, self._keep_lost = replace_later, keep_lost
        self._trust, self._register = home.trust_store(), register
        self._folder, self._at, self._at_step = folder, at, at_step
        self._life = home.settings.status_life
        self._desks = Desks(home.signer, self._trust, serving_margin=timedelta(0))

    def publish(self) -> Iterator[Published]:
        survey = look(self._register, self._folder, self._trust, at=self._at)
        for path, error in survey.refused:
            yield Published(path=path, change=Change.FAILED, error=error)
        if survey.outside:
            error = _unaccounted(survey.outside, "")
            yield Published(path=self._folder, change=Change.FAILED, error=error)
        for held in survey.held:
            yield self._publish(held)

    def _publish(self, held: Held) -> Published:
        try:
            return self._settled(held)
        except EvidenceError as error:
            notable = len(held.settled.standings)
            return Published(path=held.path, change=Change.FAILED, notable=notable, error=error)

    def _settled(self, held: Held) -> Published:
        path, known, settled = held.path, held.known.token, held.settled
        if known is not None and known.made_at > self._at and not self._replace_later:
            sentence = (
                "时钟早于已发布的列表 "
                f"the list there is of {known.made_at}, and the clock stands at {self._at}"
            )
            raise RefusedError(LicenceReason.PUBLISHED_LATER, sentence, at=path.name)
        if settled.is_behind:
            StatusPlaces(self._register.engine).close_all(unless_full=held.kept.uri)
        statuses = list_of(settled.standings)
        change = self._change(known, statuses)
        until = (
            self._replace(held.kept, path, statuses)
            if known is None or change is not Change.UNCHANGED
            else known.expires_at
        )
        lost, kept = ((), settled.lost) if self._keep_lost else (settled.lost, ())
        doubts = (*held.doubts, *lost)
        return Published(
            path=path,
            change=change,
            notable=len(settled.standings),
            until=until,
            error=_unaccounted(doubts, path.name) if doubts else None,
            kept=kept,
        )

    def _replace(self, kept: KeptList, path: Path, statuses: StatusList) -> datetime:
        """Sign a list and put it in the place of the one before; gives how long it holds."""
        today = china_day(self._at)
        desk = self._desks.ready(kept.department, kept.suite, at=self._at, valid_from=today)
        token = sign_status_list(
            desk.signer,
            statuses,
            issuer=kept.department,
            uri=kept.uri,
            at=self._at,
            lifetime=self._life,
            ttl=self._life / _KEPT_PART,
        )
        made = read_status_list(token)
        verify_statement(made.statement, judge=judge_at(self._trust, self._at)).demand()
        self._at_step(Step.SIGNED)
        replace_file(path, token)
        self._at_step(Step.REPLACED)
        return made.expires_at

    def _change(self, known: StatusListToken | None, statuses: StatusList) -> Change:
        if known is None:
            return Change.NEW
        same = known.statuses
        if (same.bits, same.data) != (statuses.bits, statuses.data):
            return Change.CHANGED
        half = known.made_at + min(self._life, known.expires_at - known.made_at) / 2
        due = min(half, known.statement.certificate.not_valid_after)
        is_due = self._at >= due or self._at < known.made_at
        return Change.RENEWED if is_due else Change.UNCHANGED


def _unaccounted(doubts: Sequence[str], name: str) -> RefusedError:
    return RefusedError(LicenceReason.STATUS_UNACCOUNTED, few(doubts), at=name)
