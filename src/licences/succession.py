"""Replacing a licence (换发): the next version of it, which says what it takes the place of.

Rules kept:

- a licence has one successor, however often and by however many it is asked for: the natural key of
  a successor is its predecessor, and how many it had before that were taken back. Asked for once
  more after that, with whatever data, there is another one, the next version;
- type, department, number and serial stay, and so does the holder unless another one is meant; the
  version counts up, and the predecessor's identifier stands in the signed successor;
- data that say nothing new replace nothing, unless that is what was asked for: a new signature, or
  another suite, in the place of a good one;
- the predecessor has to stand where replacing is possible, before anything is signed and once more
  when the result is recorded: then both move in one transaction, so that there is never a moment
  with two good licences or with none.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from eseal.errors import RefusedError
from eseal.jose.strict_json import Scalar, canonical
from eseal.signers import Signer
from eseal.trust import TrustStore
from licences.as_issued import demand_as_issued
from licences.entries import Entry
from licences.licence_life import LifeAction, LifeEvent
from licences.licence_type import LicenceType
from licences.life_journal import demand_next, life_of, record_life
from licences.life_signers import LifeSigners
from licences.model import Event, IssueRequest, Licence, LicenceState, Replacement
from licences.reasons import LicenceReason
from licences.seal_journal import Grounds

MOST_VERSIONS: Final = 999
"""A version has three digits."""

ReadFormer: TypeAlias = Callable[[str], tuple[Licence, tuple[Event, ...]]]
"""Gives the licence with an identifier, and its journal; or raises UNKNOWN_LICENCE, or
JOURNAL_BROKEN, its life cannot be relied on."""


def successor_key(predecessor: str, returned: int) -> bytes:
    """Give the digest that stands for the natural key of a licence's successor.

    Args:
        predecessor: its identifier.
        returned: how many successors it had before, see `returned_successors`.
    """
    attempt = [returned] if returned else []
    return hashlib.sha256(canonical(["successor", predecessor, *attempt])).digest()


def former_reader(read: ReadFormer, trust: TrustStore, clock: Callable[[], datetime]) -> ReadFormer:
    """Read only licences with a journal in which no stranger had a hand, by the trust as of now."""

    def read_former(identifier: str) -> tuple[Licence, tuple[Event, ...]]:
        licence, events = read(identifier)
        life_of(licence, events)
        LifeSigners(lambda: trust, now=clock()).demand(events)
        return licence, events

    return read_former


def returned_successors(licence: Licence, events: Sequence[Event]) -> int:
    """Count the licences that took a licence's place, when that was taken back (更正) since.

    Raises:
        RefusedError: JOURNAL_BROKEN.
    """
    life = life_of(licence, events)
    corrected = {each.corrects for each in life}
    return sum(bool(each.replaced_by) and each.number in corrected for each in life)


def demand_replaceable(
    licence: Licence, events: Sequence[Event], at: datetime, *, over: bool = True
) -> None:
    """Insist that a licence can be replaced now.

    Args:
        licence: as the register holds it.
        events: its whole journal.
        at: aware; now.
        over: whether its last day is over; else expiring is not named as possible.

    Raises:
        RefusedError: LICENCE_TRANSITION_REFUSED; JOURNAL_BROKEN.
    """
    life = life_of(licence, events)
    if licence.state is not LicenceState.ISSUED or not life:
        zh, en = "", ""
        if licence.state is LicenceState.INTENT:
            zh = "：签发未完成，重复原请求即接着做，或用 licences cancel 放弃"
            en = ", only begun: the same request again finishes it, licences cancel abandons it"
        sentence = f"尚未签发{zh} it is not issued ({licence.state}){en}"
        raise RefusedError(LicenceReason.LICENCE_TRANSITION_REFUSED, sentence, at="action")
    demand_as_issued(licence, events)
    now = max(at, life[-1].event.recorded)
    event = LifeEvent(action=LifeAction.SUPERSEDE, effective=now, recorded=now)
    demand_next(life, event, over=over)


def demand_same(
    licence: Licence, licence_type: LicenceType, department: str, data: Mapping[str, Scalar]
) -> None:
    """Insist that a successor is of the same type, department and number as its predecessor.

    Raises:
        RefusedError: REPLACEMENT_REFUSED; `.at` is what differs.
    """
    number = licence_type.roles.number
    same = {
        "type": (licence.type_code, licence_type.code),
        "department": (licence.department, department),
        number: (licence.data.get(number), data.get(number)),
    }
    for name, (before, now) in same.items():
        if before != now:
            pointer = f"/{name}" if name == number else ""
            zh = f"换发时 {name} 不变：原为 {before}，现填 {now}"
            en = f"{name} was {before} and stays; here it is {now}"
            raise _refused(f"{zh} {en}", pointer)


def demand_its_holder(licence: Licence, licence_type: LicenceType, request: IssueRequest) -> None:
    """Insist that a successor is of the same holder as its predecessor, or is not meant to be.

    Raises:
        RefusedError: HOLDER_CHANGED.
    """
    holder = licence_type.roles.holder_code
    is_meant = request.replaces is not None and request.replaces.new_holder
    if not is_meant and licence.data.get(holder) != request.data.get(holder):
        zh = "与原证照的不同：这是另一持证主体的数据"
        en = "is not that of the licence: these are the data of another holder"
        raise RefusedError.apart(LicenceReason.HOLDER_CHANGED, zh, en, at=f"/{holder}")


def demand_changed(licence: Licence, request: IssueRequest) -> None:
    """Insist that a successor says something else than its predecessor, or is not meant to.

    Raises:
        RefusedError: REPLACEMENT_REFUSED.
    """
    is_meant = request.replaces is not None and request.replaces.unchanged
    if not is_meant and canonical(dict(request.data)) == canonical(dict(licence.data)):
        sentence = (
            "数据与原证照相同，没有变更；确要原样换发（如重新签名、换算法），请加 --unchanged "
            "the data are those of the licence, nothing has changed; to replace it as it is, such "
            "as for a new signature or another suite, add --unchanged"
        )
        raise _refused(sentence, "")


def supersede(
    former: Licence,
    events: Sequence[Event],
    replacement: Replacement,
    *,
    successor: Licence,
    signer: Signer,
    at: datetime,
) -> Entry:
    """Record that a licence was replaced; raises as `record_life`.

    Args:
        former: the licence that is replaced, as the register holds it now.
        events: its whole journal.
        replacement: who replaces it, and why.
        successor: what takes its place.
        signer: the department's.
        at: aware; now.
    """
    return record_life(
        former,
        events,
        LifeAction.SUPERSEDE,
        actor=replacement.operator,
        grounds=Grounds(reason=replacement.reason, basis=replacement.basis),
        at=at,
        signer=signer,
        replaced_by=successor.identifier,
    )


def _refused(sentence: str, at: str) -> RefusedError:
    return RefusedError(LicenceReason.REPLACEMENT_REFUSED, sentence, at=at)
