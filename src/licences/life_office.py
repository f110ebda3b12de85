"""What a department does to the licences that it issued (证照状态管理).

Rules kept: the issuing department acts, nobody else, by a signer who may sign now by our own
verifier, and on nothing that a row says otherwise than its journal, but that documents may be lost;
what is done is signed, chained and recorded in one step, of two at once one is told to look again;
of the versions of a licence one stands at most, whatever is taken back, and by whomever at once; a
licence has expired when its last day is over, by its own data, and not before. Who in the
department acts (经办人) is a name that the department answers for: its signature covers it.

Left to others: what is possible to `licence_life`, the record to `life_journal`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import TracebackType
from typing import Final, Self

from eseal.errors import EvidenceError, RefusedError
from eseal.moments import china_day
from eseal.report import Finding
from eseal.signers import Signer
from licences.as_issued import demand_as_asked, demand_as_issued
from licences.catalogue import Catalogue
from licences.history_statement import sign_history
from licences.home import Home
from licences.licence_life import (
    ENDED,
    LifeAction,
    LifeEvent,
    last_standing,
    possible,
)
from licences.life_journal import LifeEntry, life_of, record_life, replacing
from licences.life_signers import LifeSigners
from licences.life_terms import possible_words
from licences.model import Event, Licence
from licences.projecting import standing_by
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds
from licences.signing_desk import Desks
from licences.store import Register

_BRINGING_BACK: Final = frozenset({LifeAction.RESUME, LifeAction.CORRECT})


@dataclass(frozen=True, kw_only=True, slots=True)
class LicenceHistory:
    """A licence, its journal, and its life, the issue first; empty if it is not issued.

    `doubt` says why the signer of an event could not be judged, `None`: all are good; and
    `revoked_since` whose certificate was revoked after it had signed one, `None`: nobody's.
    """

    licence: Licence
    events: tuple[Event, ...]
    life: tuple[LifeEntry, ...]
    doubt: Finding | None
    revoked_since: Finding | None = None


class LifeOffice:
    """Acts on the licences of one home; threads may share it."""

    def __init__(
        self,
        register: Register,
        desks: Callable[[], Desks],
        catalogue: Callable[[], Catalogue],
        signers: Callable[[datetime], LifeSigners],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._register = register
        self._signers = signers
        self._desks = desks
        self._catalogue = catalogue
        self._clock = clock

    @classmethod
    def open(cls, home: Home, *, clock: Callable[[], datetime]) -> Self:
        """Open the office of a home; raises as `Home.register`.

        The home's trust is read when something is to be signed: a history can be read without.
        """
        trust = cache(home.trust_store)

        @cache
        def desks() -> Desks:
            return Desks(home.signer, trust(), serving_margin=timedelta(0))

        def signers(now: datetime) -> LifeSigners:
            return LifeSigners(trust, now=now)

        return cls(home.register(), desks, home.catalogue, signers, clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the register's connections."""
        self._register.close()

    def act(
        self,
        identifier: str,
        action: LifeAction,
        *,
        operator: str,
        grounds: Grounds,
        corrects: int | None = None,
    ) -> Licence:
        """Do something to an issued licence; gives it as it is after that.

        Args:
            identifier: its identifier.
            action: what is done; ISSUE and SUPERSEDE come with issuing only.
            operator: who acts for the department; at most 200 printable characters.
            grounds: why, which has to be said, on what ground, and from when on it holds.
            corrects: of a correction: the number of the journal's event that is taken back.

        Raises:
            RefusedError: UNKNOWN_LICENCE; TEXT_REFUSED; LICENCE_TRANSITION_REFUSED;
                JOURNAL_BROKEN; UNKNOWN_TYPE, nobody can say when it expires; or why the
                department's signer may not sign.
            MalformedError: TYPE_MALFORMED, as UNKNOWN_TYPE.
            UnavailableError: ISSUED_ELSEWHERE, somebody else acted in the meantime: nothing was
                recorded; or what is missing to sign.
        """
        if action in {LifeAction.ISSUE, LifeAction.SUPERSEDE}:
            sentence = f"随签发而来，不能单独办理 {action} comes with issuing"
            raise _refused(sentence, "action")
        at = self._clock()
        licence, events = self._register.read(identifier)
        life = life_of(licence, events)
        self._signers(at).demand(events)
        demand_as_asked(
            licence, events
        )  # documents may be lost: it has to come to an end all the same
        others: list[Licence] = []

        def demand(event: LifeEvent) -> None:
            self._demand_over(licence, life, event)
            others.extend(self._demand_alone(licence, events, life, event))

        entry = record_life(
            licence,
            events,
            action,
            actor=operator,
            grounds=grounds,
            at=at,
            signer=self._signer(licence, at),
            corrects=corrects,
            over=self._is_over(licence, at),
            demand=demand,
        )
        self._register.advance([entry], beside=others)
        return entry.licence

    def history(self, identifier: str) -> LicenceHistory:
        """Read a licence's life, each signature checked, and each signer as far as is possible.

        Raises:
            RefusedError: UNKNOWN_LICENCE; JOURNAL_BROKEN.
        """
        licence, events = self._register.read(identifier)
        life, signers = life_of(licence, events), self._signers(self._clock())
        doubt = signers.demand(events)
        standing = standing_by(events, life)
        if licence.standing is not standing:
            sentence = (
                "登记行与日志不符，请运行 licences rebuild the register says "
                f"{licence.standing}, its journal {standing}: run licences rebuild"
            )
            raise RefusedError(LicenceReason.JOURNAL_BROKEN, sentence)
        return LicenceHistory(
            licence=licence,
            events=events,
            life=life,
            doubt=doubt,
            revoked_since=signers.revoked_since(events),
        )

    def statement(self, identifier: str, *, lifetime: timedelta) -> bytes:
        """Have the issuing department state a licence's history, as of now (状态证明).

        Args:
            identifier: its identifier.
            lifetime: for how long the statement says something of the time after it.

        Raises:
            RefusedError: as `history`; or why the department's signer may not sign.
            UnavailableError: what is missing to sign.
        """
        at = self._clock()
        found = self.history(identifier)
        demand_as_asked(found.licence, found.events)
        signer = self._signer(found.licence, at)
        return sign_history(signer, found.licence, found.events, at=at, lifetime=lifetime)

    def find(self, identifier: str) -> Licence:
        """Give a licence by its identifier.

        Raises:
            RefusedError: UNKNOWN_LICENCE.
        """
        return self._register.read(identifier)[0]

    def _demand_alone(
        self,
        licence: Licence,
        events: Sequence[Event],
        life: Sequence[LifeEntry],
        event: LifeEvent,
    ) -> Iterator[Licence]:
        """Insist that no two versions of a licence stand when one comes back; gives the other."""
        after = last_standing([*(each.event for each in life), event])
        if event.action not in _BRINGING_BACK or after in ENDED:
            return
        demand_as_issued(licence, events)  # else a row that was altered names no predecessor
        taken_back = "" if event.corrects is None else life[event.corrects].replaced_by
        if taken_back:
            successor = self.history(taken_back).licence
            if successor.standing not in ENDED:
                sentence = (
                    "请先注销换发后的证照 "
                    f"{taken_back}, which took its place, is {successor.standing}: cancel it first"
                )
                raise _refused(sentence, "corrects")
            yield successor
        if licence.replaces:
            former = self.history(licence.replaces)
            by = replacing(former.life)
            if by is None or by.replaced_by != licence.identifier:
                sentence = (
                    "其换发已被撤回，它不再接替原证照；如有需要，请重新换发 "
                    f"it took the place of {licence.replaces}, and that was taken back: "
                    "replace that licence again if need be"
                )
                raise _refused(sentence, "action" if event.corrects is None else "corrects")
            yield former.licence

    def _is_over(self, licence: Licence, at: datetime) -> bool:
        """Whether a licence's last day is over; not if nobody can say when that is."""
        try:
            licence_type = self._catalogue().get(licence.type_code)
            return licence_type.validity(licence.data).is_over(china_day(at))
        except (EvidenceError, ValueError):
            return False

    def _demand_over(self, licence: Licence, life: Sequence[LifeEntry], event: LifeEvent) -> None:
        """Insist that what expires was valid no more; its last day counts to its end."""
        if event.action is not LifeAction.EXPIRE:
            return
        licence_type = self._catalogue().get(licence.type_code)
        validity = licence_type.validity(licence.data)
        until = validity.until
        if validity.is_over(china_day(event.effective)):
            return
        zh, en = (
            ("长期有效", "for ever") if until is None else (f"有效至 {until}", f"until {until}")
        )
        log = [each.event for each in life]
        zh_able, en_able = possible_words(possible(log, event.effective, over=False))
        sentence = (
            f"{zh}，没有过期；可办理：{zh_able} "
            f"it is valid {en}, so it has not expired; possible: {en_able}"
        )
        where = "action" if until is None else "effective"
        raise _refused(sentence, where)

    def _signer(self, licence: Licence, at: datetime) -> Signer:
        today = china_day(at)
        desks = self._desks()
        return desks.ready(licence.department, licence.suite, at=at, valid_from=today).signer


def _refused(sentence: str, at: str) -> RefusedError:
    return RefusedError(LicenceReason.LICENCE_TRANSITION_REFUSED, sentence, at=at)
