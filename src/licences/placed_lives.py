"""The lives of licences by their signed journals, and the places in status lists they belong to.

Rules kept: a journal counts as far as it is whole, an unbroken chain and signed by its department;
what is broken or a stranger's does nothing, neither good nor bad, nor does anything behind it. Who
signed, whose journal it is and which place is its own is said by the journal, whatever the row
says; where it names no place, as older ones do, the row is believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from eseal.certificates import read_certificates
from eseal.errors import EvidenceError, RefusedError
from eseal.evidence import organisation_identifier
from licences.journal import identifier_in
from licences.licence_life import Standing, last_standing
from licences.life_journal import LifeEntry, read_life
from licences.life_signers import UNSIGNED, LifeSigners
from licences.model import Event, EventKind, StatusPlace
from licences.placed_licences import PlacedJournal, RowPlace, SaidRow
from licences.projections import Projection, demand_whole
from licences.row_values import readable

_NO_ROW: Final = SaidRow(
    identifier="?",
    place=("", 0),
    life=Projection(state="", standing="", events=0, head=b""),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedLife:
    """A licence where it belongs.

    Attributes:
        identifier: which, by its journal, or else by its row.
        department: code of who signed what was done; "": nobody.
        place: where it belongs, by its journal, or else by its row.
        row: where it stands by its row; may be anything.
        standings: where it stood by its journal, one after the other, as far as that can be relied
            on.
        doubt: what cannot be relied on, a whole sentence; "" if nothing.
    """

    identifier: str
    department: str
    place: RowPlace
    row: str
    standings: Sequence[Standing | None]
    doubt: str = ""

    @property
    def is_proven(self) -> bool:
        """Whether something was done to it that its department signed."""
        return bool(self.department)

    @property
    def has_failed(self) -> bool:
        """Whether issuing it came to nothing, by a journal that is whole and that nobody signed."""
        return not self.is_proven and self.standings[-1:] == (Standing.CANCELLED,)

    @property
    def name(self) -> str:
        """What it is called where it is told of; a row may say anything."""
        return self.identifier or "?"


def read_placed(placed: PlacedJournal, signers: LifeSigners) -> PlacedLife:
    """Read the life of a licence.

    Args:
        placed: its journal and row, as they were read.
        signers: judges who signed what was done.
    """
    row, events = placed.row or _NO_ROW, placed.journal.events
    department = _department(events)
    identifier = (identifier_in(events[0].body) if events else "") or row.identifier
    life, error = _longest(events, identifier, department, signers)
    broken = _whole(placed, row) if error is None else _broken(error)
    named = next((each.place for each in life if each.place is not None), None)
    signed = life[1:]
    return PlacedLife(
        identifier=identifier,
        department=department if signed else "",
        place=row.place if named is None else (named.uri, named.index),
        row=str(row.life.standing),
        standings=_standings(life, events, is_whole=not broken),
        doubt=broken or _elsewhere(placed.row, identifier, named),
    )


def _department(events: Sequence[Event]) -> str:
    """Say whose certificate stands beside the first thing that was done; "": nobody's."""
    first = next((each for each in events if each.kind not in UNSIGNED), None)
    try:
        certificates = () if first is None else read_certificates(first.certificates)
    except EvidenceError:
        return ""
    return (organisation_identifier(certificates[0]) or "") if certificates else ""


def _longest(
    events: Sequence[Event], identifier: str, department: str, signers: LifeSigners
) -> tuple[Sequence[LifeEntry], RefusedError | None]:
    """Read a life up to the first event that breaks its journal, and say what is wrong there."""
    error = None
    while True:
        try:
            life = read_life(events, identifier=identifier, department=department)
            signers.demand(events)
        except RefusedError as found:
            error, events = found, events[: min(int(found.at), len(events) - 1)]
        else:
            return life, error


def _whole(placed: PlacedJournal, row: SaidRow) -> str:
    """Say what is wrong with a journal as it is stored; "": nothing."""
    try:
        with readable(""):
            demand_whole(row.life, placed.journal)
    except RefusedError as error:
        return _broken(error)
    return ""


def _broken(error: RefusedError) -> str:
    if not error.at:
        return error.sentence
    en = f"its journal is broken at event {error.at}, {error.sentence}"
    return f"其记录第 {error.at} 条损坏 {en}"


def _elsewhere(row: SaidRow | None, identifier: str, named: StatusPlace | None) -> str:
    """Say what a row says otherwise than its journal; "": nothing."""
    if row is None:
        return "登记簿中没有它的行，只有其记录 it has a journal, and no row that can be read"
    if named is not None and row.place != (named.uri, named.index):
        return (
            "登记行所载的位置不是其记录所载的 its row says another place than its journal, which "
            f"names {named.index} of {named.uri}"
        )
    if row.identifier != identifier:
        return f"登记行所载的标识不同 its row says another identifier, {row.identifier}"
    return ""


def _standings(
    life: Sequence[LifeEntry], events: Sequence[Event], *, is_whole: bool
) -> Sequence[Standing | None]:
    """Say where a licence stood, one after the other; what was not issued is cancelled."""
    if life:
        log = [each.event for each in life]
        return tuple(last_standing(log[:count]) for count in range(1, len(log) + 1))
    has_failed = is_whole and any(each.kind is EventKind.FAILED for each in events)
    return (Standing.VALID, Standing.CANCELLED) if has_failed else ()
