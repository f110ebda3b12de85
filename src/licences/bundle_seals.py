"""The seals that go into a trust bundle: those that licences are issued with, by their histories.

Rules kept: which seals there are is told by what was recorded of them, and not by the register's
rows; where row and history differ, or one of them is missing, nothing is exported, for a bundle
that is silent about a revoked seal has its licences pass; a copy of a seal's events that lies in
another shard, and says nothing that the seal's own do not, is passed over and told, for nobody but
who writes the database by hand has it there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile

from eseal.errors import EvidenceError
from eseal.report import Outcome
from licences.seal_application import SealApplication
from licences.seal_audit import audit
from licences.seal_clerk import SealClerk
from licences.seal_journal import broken
from licences.seal_life import ENDED, SealAction
from licences.seal_model import SealEvent, SealKey, SealRecord
from licences.seal_snapshot import SealStanding, standing_of
from licences.seal_store import SealRegister


def issuing_seals(clerk: SealClerk, tell_doubt: Callable[[str], object]) -> Iterator[SealStanding]:
    """Give the seals that licences are issued with; none of a home that does not seal.

    What has not ended goes in only by a history that holds, officers' certificates included; what
    has ended, as revoked from the step on that does not.

    Args:
        clerk: who reads the seal register.
        tell_doubt: is told of each copy of a seal, in a sentence.

    Raises:
        EvidenceError: as `SealClerk.standing`; `.at` names the seal.
    """
    register = clerk.register
    for key in register.unrecorded():
        sentence = (
            "登记有此印章，却没有它的任何记录，请从备份恢复 the register shows it, and nothing was "
            "recorded of it: restore it from a backup"
        )
        raise broken(sentence, str(key.id))
    for key in register.recorded():
        with _naming(key):
            events = register.events(key)
            if _is_copy(register, key, events):
                tell_doubt(
                    f"印章 {key.id} 的记录另有一份在分片 {key.shard} "
                    f"a copy of the events of seal {key.id} lies in shard {key.shard}"
                )
            else:
                yield from _told(clerk, key, events)


@contextmanager
def _naming(key: SealKey) -> Iterator[None]:
    try:
        yield
    except EvidenceError as error:
        error.at = f"{key.id} {error.at}".strip()
        raise


def _told(clerk: SealClerk, key: SealKey, events: Sequence[SealEvent]) -> Iterator[SealStanding]:
    standing = clerk.standing_at(key, to=SealAction.REVOKE)
    if not standing.record.issuing:
        return
    if standing.state in ENDED:
        yield standing_of(events, believed=_believed(standing.record, events, clerk))
    else:
        clerk.standing_at(key)
        yield standing_of(events)


def _is_copy(register: SealRegister, key: SealKey, events: Sequence[SealEvent]) -> bool:
    """Whether these are the first events of a seal that lies elsewhere, where it belongs."""
    try:
        place = SealKey.of(SealApplication.parse(events[0].attachment).owner, key.id)
    except EvidenceError:
        return False
    if place == key:
        return False
    its = register.events(place)[: len(events)]
    return [each.body for each in its] == [each.body for each in events]


def _believed(record: SealRecord, events: Sequence[SealEvent], clerk: SealClerk) -> int:
    """Count a seal's first steps that were signed by the officers that they name."""
    history = audit(record, events, trust=clerk.trust, certificates_of=clerk.certificates_of)
    good = takewhile(lambda each: each.finding.outcome is Outcome.PASSED, history.events)
    return sum(1 for _ in good)
