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

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

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
from licences.projections import Projections
from licences.publications import Change, Published, Step
from licences.reasons import LicenceReason
from licences.signing_desk import Desks
from licences.status_changes import settle
from licences.status_lists import list_of
from licences.status_places import KeptList, StatusPlaces

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
            places = StatusPlaces(register.engine)
            lists, notable = places.lists(), places.notable()
            projections = Projections(register.engine)
            press = _Press(home, folder / STATUS_FOLDER, places, projections, at, at_step)
            yield from press.publish(lists, notable)


class _Press:
    """Signs and writes lists that speak of one time."""

    def __init__(
        self,
        home: Home,
        folder: Path,
        places: StatusPlaces,
        projections: Projections,
        at: datetime,
        at_step: Callable[[Step], None],
    ) -> None:
        trust = home.trust_store()
        self._places, self._projections = places, projections
        self._touched = projections.touched()
        self._folder, self._at, self._at_step = folder, at, at_step
        self._life = home.settings.status_life
        self._desks = Desks(home.signer, trust, serving_margin=timedelta(0))
        self._trust = trust
        self._signers = LifeSigners(lambda: trust, now=at)

    def publish(
        self, lists: tuple[KeptList, ...], notable: Mapping[str, Mapping[int, Standing]]
    ) -> Iterator[Published]:
        for kept in lists:
            rows = notable.get(kept.uri, {})
            path = self._folder / kept.uri.rpartition("/")[2]
            try:
                yield self._publish(kept, path, rows)
            except EvidenceError as error:
                yield Published(path=path, change=Change.FAILED, notable=len(rows), error=error)

    def _publish(self, kept: KeptList, path: Path, rows: Mapping[int, Standing]) -> Published:
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
        settled = settle(self._projections, kept.uri, before, rows, touched, self._signers)
        if settled.is_behind:
            self._places.close_all(unless_full=kept.uri)
        statuses = list_of(settled.standings)
        change = self._change(known, statuses)
        until = (
            self._replace(kept, path, statuses)
            if known is None or change is not Change.UNCHANGED
            else known.expires_at
        )
        error = None
        if settled.doubts:
            sentence = "; ".join(settled.doubts)
            error = RefusedError(LicenceReason.STATUS_UNACCOUNTED, sentence, at=path.name)
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
        is_this = token.uri == kept.uri and token.issuer == kept.department
        named = organisation_identifier(token.statement.certificate)
        return token if is_this and named == kept.department else None

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
