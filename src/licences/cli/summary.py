"""A licence in short: what a clerk asks first, and what can be done to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from eseal.cli.times import china_time
from eseal.errors import MalformedError, RefusedError
from eseal.moments import CHINA
from licences.cli.licence_words import essentials, validity_text
from licences.cli.life_words import action_text
from licences.identifiers import LicenceIdentifier
from licences.licence_life import LifeAction, possible
from licences.licence_type import LicenceType
from licences.life_journal import LifeEntry, life_of, replacing
from licences.model import Event, Licence


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """A licence in short.

    Attributes:
        licence: the licence.
        kind: its type; `None`: it is not known.
        successor: the record by which it was replaced; `None`: it was not.
        steps: what can be done to it now.
        broken: why its journal cannot be relied on; "" if it can.
    """

    licence: Licence
    kind: LicenceType | None
    successor: LifeEntry | None = None
    steps: tuple[LifeAction, ...] = ()
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
        yield "签发时间 issued", china_time(self.licence.issued_at)
        if known["valid_from"]:
            yield "有效期 validity", validity_text(self.licence, self.kind)
        yield "版本 version", f"{self.version or '?'}"
        if self.licence.replaces:
            yield "换发自 replaces", self.licence.replaces
        if self.successor is not None:
            yield "已换发为 replaced by", successor_text(self.successor)
        if self.broken:
            yield "日志有误 journal", self.broken
        elif self.licence.standing is not None:
            listed = "；".join(action_text(each.value) for each in self.steps)
            yield "可办理 possible", listed or "仅更正 correct only"


def summarise(
    licence: Licence, events: Sequence[Event], kind: LicenceType | None, *, at: datetime
) -> Summary:
    """Put together what is said of a licence first.

    Args:
        licence: as the register holds it.
        events: its whole journal.
        kind: its type, `None`: not known.
        at: aware; now.
    """
    try:
        life = life_of(licence, events)
    except RefusedError as error:
        broken = f"{error.reason} {error.reason.zh} {error.reason.en}"
        return Summary(licence=licence, kind=kind, broken=broken)
    log = [each.event for each in life]
    over = _is_over(licence, kind, at)
    steps = possible(log, max(at, log[-1].recorded), over=over) if log else ()
    return Summary(licence=licence, kind=kind, successor=replacing(life), steps=steps)


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
        today = at.astimezone(CHINA).date()
        return kind is not None and kind.validity(licence.data).is_over(today)
    except ValueError:
        return False
