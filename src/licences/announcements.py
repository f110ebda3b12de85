"""What a signature is announced with before it is made: the document, and the seal that is used.

Rules kept: what is announced is committed before anything is signed; an announcement that a seal's
state forbids fails the licences of that seal and no others.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from eseal.errors import EvidenceError, RefusedError
from licences.jobs import Job, move_on
from licences.journal import MOST_ANNOUNCED, intend
from licences.model import Format
from licences.reasons import LicenceReason
from licences.seal_model import PlannedUse, SealKey, SealUse
from licences.store import Register

_OF_A_SEAL = frozenset({LicenceReason.SEAL_NOT_ACTIVE, LicenceReason.SEAL_MOVED_ON})


def announce(job: Job, form: Format, digest: bytes, *, at: datetime) -> None:
    """Announce that what has this digest will be signed, unless the journal says so already.

    Raises:
        RefusedError: ATTEMPTS_EXHAUSTED, it was tried too often.
    """
    if (form, digest) not in job.announced:
        if job.licence.events >= MOST_ANNOUNCED:
            number = job.licence.events
            sentence = f"已宣告 {number} 次，未签成 announced {number} times and never signed"
            raise RefusedError(LicenceReason.ATTEMPTS_EXHAUSTED, sentence)
        job.entry = intend(job.licence, form, digest, signer=job.order.desk.signer, at=at)


def announce_use(job: Job, number: UUID, digest: bytes, *, at: datetime) -> None:
    """Announce with the document, for the seal's journal, that its department's seal is used.

    Args:
        job: whose document was announced.
        number: the use's own.
        digest: of what is signed.
        at: when.
    """
    seal = job.order.desk.seal
    if seal is None or job.entry is None:
        return
    use = SealUse(
        shard=job.licence.key.shard,
        id=number,
        seal=seal.record.key.id,
        at=at,
        actor=job.licence.department,
        suite=job.licence.suite,
        digest=digest.hex(),
        matter=f"签发 issue {job.order.licence_type.slug}",
        operation="issue",
        licence=job.licence.identifier,
    )
    planned = PlannedUse(use=use, key=seal.record.key, esl_sha256=seal.sha256)
    job.entry = replace(job.entry, use=planned)


def commit_announcements(register: Register, jobs: Iterable[Job]) -> None:
    """Journal what was announced; whose seal has just been taken out of use is refused."""
    listed = list(jobs)
    announced = [job for job in listed if job.entry is not None and job.error is None]
    try:
        _advance(register, announced)
    except EvidenceError as error:
        if error.reason not in _OF_A_SEAL:
            raise
        for of_one_seal in _by_seal(announced):
            _advance_or_tell(register, of_one_seal)
    move_on(listed)


def _advance_or_tell(register: Register, jobs: list[Job]) -> None:
    """Journal what was announced of one seal; one that may not be used fails its jobs."""
    try:
        _advance(register, jobs)
    except EvidenceError as error:
        if error.reason not in _OF_A_SEAL:
            raise
        for job in jobs:
            job.error, job.entry = error, None


def _advance(register: Register, jobs: Iterable[Job]) -> None:
    register.advance([job.entry for job in jobs if job.entry is not None])


def _by_seal(jobs: Iterable[Job]) -> Iterable[list[Job]]:
    """Sort jobs by the seal whose use they announce; one group announces none."""
    groups: defaultdict[SealKey | None, list[Job]] = defaultdict(list)
    for job in jobs:
        use = job.entry.use if job.entry is not None else None
        groups[use.key if use else None].append(job)
    return groups.values()
