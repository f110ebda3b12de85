"""A licence in short: what a clerk asks first, where it stands, and what can be done to it.

Rules kept: where a licence stands is said by its journal, never by its row, which whoever can write
the database can change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from eseal.cli.times import china_time
from eseal.errors import MalformedError, RefusedError
from eseal.moments import china_day
from licences.as_issued import altered
from licences.cli.licence_words import essentials, validity_text
from licences.cli.life_words import STANDINGS, action_text, standing_text, unjudged_text
from licences.identifiers import LicenceIdentifier
from licences.licence_life import (
    ENDED,
    LifeAction,
    Standing,
    last_standing,
    possible,
)
from licences.licence_type import LicenceType
from licences.life_corrections import correctable
from licences.life_journal import LifeEntry, issue_time, life_of, replacing
from licences.life_signers import LifeSigners
from licences.model import Event, Licence, LicenceState
from licences.projecting import project
from licences.projections import Projection, StoredJournal, demand_whole
from licences.standing_codes import StandingCode

_MENDS: Final = "；请运行 run licences rebuild"
"""What is to be done where only the row is wrong."""
_RESTORES: Final = "；请从备份恢复 restore it from a backup"
"""What is to be done where rebuilding mends nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """Where a licence stands by its journal, and whether its row says the same.

    Attributes:
        standing: where, by its journal; `None`: it is not issued, or that cannot be told.
        trouble: what is wrong with row or journal, in both languages; "" if nothing is.
        told: whether its journal tells where it stands.
        doubt: that it could not be judged who signed the journal, and why, in both languages; ""
            where it was.
    """

    standing: Standing | None = None
    trouble: str = ""
    told: bool = True
    doubt: str = ""

    def text(self, theirs: StandingCode | None = None) -> str:
        """Say it in colours; see `standing_text`."""
        if not self.told:
            return "[red]状态不明 standing not known[/]"
        return standing_text(self.standing.value if self.standing else None, theirs)


def stand_of(licence: Licence, events: Sequence[Event], signers: LifeSigners) -> Stand:
    """Say where a licence stands by its journal, as `licences rebuild` would have it.

    Args:
        licence: as the register holds it.
        events: its whole journal, as of the same moment.
        signers: judges who signed it.
    """
    row = Projection.of(licence)
    try:
        journal = StoredJournal(events=tuple(events), wrong=None)
        said = project(licence, demand_whole(row, journal))
        issued_at, different = issue_time(events), altered(licence, events)
        unjudged = signers.demand(events)
    except RefusedError as error:
        return untold(error)
    troubles: list[str] = []
    if (said.state, said.standing) != (licence.state, licence.standing):
        troubles.append(_differs(_said(row), _said(Projection.of(said))) + _MENDS)
    if issued_at is not None and issued_at != licence.issued_at:
        times = (f"签发于 issued {china_time(each)}" for each in (licence.issued_at, issued_at))
        troubles.append(_differs(*times) + _RESTORES)
    if different:
        troubles.append(different + _RESTORES)
    doubt = unjudged_text(unjudged) if unjudged else ""
    return Stand(standing=said.standing, trouble="；".join(troubles), doubt=doubt)


def _differs(row: str, journal: str) -> str:
    return f"登记行与日志不符：登记行为 row says {row}，日志为 journal says {journal}"


def untold(error: RefusedError) -> Stand:
    """Say why nobody can tell where a licence stands."""
    return Stand(trouble=f"{error.reason} {error.reason.zh} {error.reason.en}", told=False)


def _said(projection: Projection) -> str:
    """Say a standing, or how far issuing has come."""
    words = (STANDINGS.get(projection.standing, ""), projection.standing or projection.state)
    return " ".join(each for each in words if each)


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """A licence in short.

    Attributes:
        licence: the licence.
        kind: its type; `None`: it is not known.
        stand: where it stands.
        successor: the record by which it was replaced; `None`: it was not.
        steps: what can be done to it now.
        correctable: numbers of the records that may be taken back.
        broken: why its journal cannot be relied on; "" if it can.
    """

    licence: Licence
    kind: LicenceType | None
    stand: Stand
    successor: LifeEntry | None = None
    steps: tuple[LifeAction, ...] = ()
    correctable: tuple[int, ...] = ()
    broken: str = ""

    @property
    def version(self) -> int | None:
        """Which version of the licence it is; `None` where the identifier does not tell."""
        return version_of(self.licence.identifier)

    def lines(self, issuer: str) -> Iterator[tuple[str, str]]:
        """Give label and value of each line.

        Args:
            issuer: the department, in words.
        """
        known = essentials(self.licence, self.kind)
        if self.kind is not None:
            yield "编号 number", known["number"] or ""
            yield "持证主体 holder", f"{known['holder_name'] or ''}  {known['holder_code'] or ''}"
        yield "签发部门 issuer", issuer
        is_issued = self.licence.state is LicenceState.ISSUED
        label = "签发时间 issued" if is_issued else "开始签发 begun"
        yield label, china_time(self.licence.issued_at)
        if known["valid_from"]:
            yield "有效期 validity", validity_text(self.licence, self.kind)
        yield "版本 version", f"{self.version or '?'}"
        if self.licence.replaces:
            yield "换发自 replaces", self.licence.replaces
        if self.successor is not None:
            yield "已换发为 replaced by", successor_text(self.successor)
        if self.stand.told and self.stand.trouble:
            yield "登记有误 register", self.stand.trouble
        if self.stand.doubt:
            yield "签名者未判明 signers", self.stand.doubt
        if self.broken:
            yield "日志有误 journal", self.broken
        elif self.stand.standing and self.licence.state is not LicenceState.FAILED:
            listed = [action_text(each.value) for each in self.steps]
            listed += [f"{action_text('correct')} --event {each}" for each in self.correctable[-1:]]
            yield "可办理 possible", "；".join(listed) or "没有了 nothing any more"
        elif self.stand.told and self.licence.state is LicenceState.INTENT:
            again, gives_up = "重复原请求 the same request again", "放弃 give up: licences cancel"
            yield "可办理 possible", f"{again}；{gives_up}"


def summarise(
    licence: Licence,
    events: Sequence[Event],
    kind: LicenceType | None,
    signers: LifeSigners,
    *,
    at: datetime,
    others: Mapping[str, Sequence[LifeEntry]] = MappingProxyType({}),
) -> Summary:
    """Put together what is said of a licence first.

    Args:
        licence: as the register holds it.
        events: its whole journal.
        kind: its type, `None`: not known.
        signers: judges who signed the journal.
        at: aware; now.
        others: the lives, as far as they are known, of what it replaced and what replaced it.
    """
    stand = stand_of(licence, events, signers)
    try:
        life = life_of(licence, events)
        signers.demand(events)
    except RefusedError as error:
        broken = untold(error).trouble + (_MENDS if stand.told else "")
        return Summary(licence=licence, kind=kind, stand=stand, broken=broken)
    log = [each.event for each in life]
    over = _is_over(licence, kind, at)
    steps = possible(log, max(at, log[-1].recorded), over=over) if log else ()
    successor = replacing(life)
    return Summary(
        licence=licence,
        kind=kind,
        stand=stand,
        successor=successor,
        steps=steps,
        correctable=tuple(_correctable(licence, life, others)),
    )


def _correctable(
    licence: Licence, life: Sequence[LifeEntry], others: Mapping[str, Sequence[LifeEntry]]
) -> Iterator[int]:
    """Tell the numbers of what may be taken back: two versions never stand at once."""
    by = replacing(others.get(licence.replaces, ()))
    is_left = bool(licence.replaces) and (by is None or by.replaced_by != licence.identifier)
    for place, after in correctable([each.event for each in life]).items():
        successor = others.get(life[place].replaced_by, ())
        stands = last_standing([each.event for each in successor]) not in {None, *ENDED}
        if after in ENDED or not (is_left or stands):
            yield life[place].number


def successor_text(entry: LifeEntry) -> str:
    """Say what took a licence's place, and when."""
    version = version_of(entry.replaced_by)
    since = china_time(entry.event.recorded)
    return f"{entry.replaced_by}  第 {version} 版 version {version}，于 on {since}"


def version_of(identifier: str) -> int | None:
    """Say which version an identifier names; `None`: it is none of GB/T 36904."""
    try:
        return int(LicenceIdentifier.parse(identifier).version)
    except MalformedError:
        return None


def _is_over(licence: Licence, kind: LicenceType | None, at: datetime) -> bool:
    try:
        today = china_day(at)
        return kind is not None and kind.validity(licence.data).is_over(today)
    except ValueError:
        return False
