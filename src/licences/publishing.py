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
  still holds; what was published with a later time is never replaced by an earlier one;
- revocation lists come first, for without current ones no department's signature is good;
- each list is signed by the department whose licences it is about, as the licences are; of one that
  cannot be signed that is told, and the others are published.

Killed anywhere, publishing again completes it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from eseal.chain import judge_at
from eseal.errors import EvidenceError, RefusedError
from eseal.evidence import organisation_identifier
from eseal.jose.statements import verify_statement
from eseal.jose.status_list import (
    MAX_TOKEN_BYTES,
    StatusList,
    StatusListToken,
    read_status_list,
    sign_status_list,
)
from eseal.moments import china_day
from eseal.regular_files import is_regular, read_regular
from eseal.whole_files import folder_lock, replace_file
from licences.ca_publishing import publish_crls
from licences.documents import storage_translated
from licences.home import Home
from licences.licence_life import Standing
from licences.life_signers import LifeSigners
from licences.placed_licences import PlacedLicences, by_list
from licences.placed_lives import Stray, read_outside
from licences.publications import Change, Published, Step
from licences.reasons import LicenceReason
from licences.signing_desk import Desks
from licences.status_changes import few, settle
from licences.status_lists import list_of
from licences.status_places import KeptList, StatusPlaces

if TYPE_CHECKING:
    from licences.store import Register

__all__ = ["STATUS_FOLDER", "Change", "Published", "Step", "publish"]

STATUS_FOLDER: Final = "status"
_KEPT_PART: Final = 4
"""Verifiers may keep a list for this part of its life before they ask for a newer one."""


def publish(
    home: Home,
    folder: Path,
    *,
    clock: Callable[[], datetime],
    at_step: Callable[[Step], None] = lambda _step: None,
) -> Iterator[Published]:
    """Publish the revocation and status lists of a home, each told when it is done.

    Args:
        home: the home.
        folder: where; made if it is missing.
        clock: tells the time; aware, UTC, whole seconds.
        at_step: told of each step that was taken.

    Raises:
        UnavailableError: STORAGE_UNAVAILABLE; DATABASE_UNAVAILABLE.
        EvidenceError: the home's trust or register cannot be used.
    """
    with storage_translated():
        (folder / STATUS_FOLDER).mkdir(mode=0o755, parents=True, exist_ok=True)
    with folder_lock(folder):
        at_step(Step.LOCKED)
        at = clock()
        yield from publish_crls(home, folder, at=at, at_step=at_step)
        with closing(home.register()) as register:
            yield from _Press(home, folder / STATUS_FOLDER, register, at, at_step).publish()


class _Press:
    """Signs and writes lists that speak of one time."""

    def __init__(
        self,
        home: Home,
        folder: Path,
        register: "Register",
        at: datetime,
        at_step: Callable[[Step], None],
    ) -> None:
        trust = home.trust_store()
        self._places, self._placed = StatusPlaces(register.engine), PlacedLicences(register.engine)
        self._folder, self._at, self._at_step = folder, at, at_step
        self._life = home.settings.status_life
        self._desks = Desks(home.signer, trust, serving_margin=timedelta(0))
        self._trust = trust
        self._signers = LifeSigners(lambda: trust, now=at)
        self._rows: Mapping[str, Mapping[int, Standing | None]] = {}
        self._touched: Mapping[str, Mapping[int, datetime]] = {}
        self._strays: list[Stray] = []

    def publish(self) -> Iterator[Published]:
        lists = self._places.lists()
        yield from (self._failed(each) for each in lists if isinstance(each, RefusedError))
        good = [each for each in lists if isinstance(each, KeptList)]
        uris = frozenset(each.uri for each in good)
        self._rows, elsewhere = by_list(self._places.notable(), uris)
        self._touched, touched_elsewhere = by_list(self._placed.touched(), uris)
        outside = elsewhere.keys() | touched_elsewhere.keys()
        self._strays, doubts = read_outside(self._placed, outside, self._signers)
        if doubts:
            yield self._failed(_unaccounted(doubts, ""))
        told: dict[str, int] = {}
        for kept in good:
            result = self._publish(kept)
            told[kept.uri] = len(self._strays)
            yield result
        for kept in good:
            if any(each.place.uri == kept.uri for each in self._strays[told[kept.uri] :]):
                yield self._publish(kept)

    def _publish(self, kept: KeptList) -> Published:
        path, rows = self._folder / kept.name, self._rows.get(kept.uri, {})
        try:
            return self._settled(kept, path, rows)
        except EvidenceError as error:
            return Published(path=path, change=Change.FAILED, notable=len(rows), error=error)

    def _failed(self, error: EvidenceError) -> Published:
        """Tell what stands in no list that could be published."""
        return Published(path=self._folder, change=Change.FAILED, error=error)

    def _settled(
        self, kept: KeptList, path: Path, rows: Mapping[int, Standing | None]
    ) -> Published:
        known = self._known(path, kept)
        if known is not None and known.made_at > self._at:
            sentence = (
                "时钟早于已发布的列表 "
                f"the list there is of {known.made_at}, and the clock stands at {self._at}"
            )
            raise RefusedError(LicenceReason.PUBLISHED_LATER, sentence, at=path.name)
        before = None if known is None else known.statuses
        touched = [
            place
            for place, last in self._touched.get(kept.uri, {}).items()
            if known is None or last >= known.made_at
        ]
        settled = settle(self._placed, kept.uri, before, rows, touched, self._signers, self._strays)
        self._strays += settled.strays
        if settled.is_behind:
            self._places.close_all(unless_full=kept.uri)
        statuses = list_of(settled.standings)
        change = self._change(known, statuses)
        until = (
            self._replace(kept, path, statuses)
            if known is None or change is not Change.UNCHANGED
            else known.expires_at
        )
        error = _unaccounted(settled.doubts, path.name) if settled.doubts else None
        count = len(settled.standings)
        return Published(path=path, change=change, notable=count, until=until, error=error)

    def _known(self, path: Path, kept: KeptList) -> StatusListToken | None:
        """Read the list that is there; what is no list of this address by its department is none.

        A signer whose certificate has ended since is judged at the end of it.
        """
        with storage_translated():
            if not is_regular(path):
                return None
            data = read_regular(path, MAX_TOKEN_BYTES)
        try:
            token = read_status_list(data)
            last = min(self._at, token.statement.certificate.not_valid_after)
            verify_statement(token.statement, judge=judge_at(self._trust, last)).demand()
        except EvidenceError:
            return None
        named = organisation_identifier(token.statement.certificate)
        if {token.issuer, named} != {kept.department}:
            return None
        if token.uri != kept.uri:
            sentence = (
                f"{kept.uri}：该处已公布的是另一地址的列表，未改写 what is published there is the "
                f"list of another address, {token.uri}, and stays"
            )
            raise _unaccounted([sentence], path.name)
        return token

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
        return Change.RENEWED if self._at >= due else Change.UNCHANGED


def _unaccounted(doubts: Sequence[str], name: str) -> RefusedError:
    return RefusedError(LicenceReason.STATUS_UNACCOUNTED, few(doubts), at=name)
