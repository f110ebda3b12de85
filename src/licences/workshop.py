"""The work on a run of licences: from the journaled intent to the recorded result.

A run is what one process works on at a time; while it does, it holds the run's lock. Whoever takes
an unfinished run over holds the same lock, so that nobody works on a licence that another is still
at. Rules kept, for each licence:

- a signature is announced in the journal, and the announcement committed, before it is made;
- what was signed is verified, then staged create-only, and a retry signs nothing again that is
  staged; what was not announced of this licence is never used, whoever staged it; the licences of a
  run are signed, verified and staged in a phase each;
- documents get their lasting place before the result is recorded, and staging is cleared after;
- a licence that is replaced moves on in the transaction that records its successor;
- what the rules refuse on the way is recorded as failed, its natural key freed and what was signed
  taken back; its place in a status list says cancelled, in case of a copy; what lacks something
  stays begun, and a retry finishes it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Concatenate, Final, ParamSpec, TypeAlias, TypeGuard
from uuid import UUID

from eseal.errors import EvidenceError, RefusedError, UnavailableError
from licences.allotment import Allotment
from licences.announcements import announce, announce_use, commit_announcements
from licences.as_issued import demand_unaltered
from licences.documents import DocumentStore, Staging
from licences.entries import Entry
from licences.jobs import Job, move_on
from licences.journal import record_failure, record_issue
from licences.licence_reading import BadRow
from licences.making import DocumentMaker, digest_of_json
from licences.model import Format, Licence, LicenceKey, LicenceState
from licences.orders import Order
from licences.reasons import LicenceReason
from licences.reopening import reopen
from licences.store import Register
from licences.succession import ReadFormer, supersede

P = ParamSpec("P")
_TRIES: Final = 4

Result: TypeAlias = Licence | EvidenceError
"""What became of an order: the licence, or why there is none."""


class Step(StrEnum):
    """What has just been done; for whoever watches, and for tests that end a process there."""

    ALLOTTED = "allotted"
    JOURNALED = "journaled"
    JSON_SIGNED = "json-signed"
    JSON_STAGED = "json-staged"
    PDF_PREPARED = "pdf-prepared"
    PDF_JOURNALED = "pdf-journaled"
    PDF_SIGNED = "pdf-signed"
    PDF_STAGED = "pdf-staged"
    PUBLISHED = "published"
    RECORDED = "recorded"
    CLEARED = "cleared"


class Workshop:
    """Takes orders from intent to result; threads may share it."""

    def __init__(
        self,
        maker: DocumentMaker,
        allotment: Allotment,
        *,
        register: Register,
        read_former: ReadFormer,
        documents: DocumentStore,
        at_step: Callable[[Step], None],
    ) -> None:
        self._maker = maker
        self._read_former = read_former
        self._allotment = allotment
        self._register = register
        self._documents = documents
        self._at_step = at_step

    def begin(self, orders: Iterable[Order], *, at: datetime) -> dict[bytes, Result]:
        """Allot identifiers to new orders and issue those whose natural key nobody has taken.

        Returns:
            Results by natural key; an order that is not among them came too late.
        """
        run = self._allotment.random_id()
        jobs = self._allotment.jobs(orders, run, at=at)
        self._each(jobs, Format.JSON, self._announce_json, at)
        self._at_step(Step.ALLOTTED)
        with self._register.hold(run):
            won = self._register.begin([job.entry for job in jobs if job.entry is not None])
            self._at_step(Step.JOURNALED)
            mine = [job for job in jobs if job.order.natural_key in won]
            move_on(mine)
            results = self._complete(run, mine, at)
        return {job.order.natural_key: job.error for job in jobs if job.error is not None} | results

    def finish(self, run: UUID, orders: Iterable[Order], *, at: datetime) -> dict[bytes, Result]:
        """Wait until nobody works on `run` any more, and finish what it left of these orders.

        Returns:
            Results by natural key; an order that is not among them was settled in the meantime.
        """
        wanted = {order.natural_key: order for order in orders}
        with self._register.hold(run):
            left, results = list[Job](), dict[bytes, Result]()
            for key, licence in self._register.find_by_natural_keys(wanted).items():
                if _is_begun(licence) and licence.run == run:
                    try:
                        left.append(self._reopen(wanted[key], licence, at))
                    except RefusedError as error:
                        results[key] = error
            self._each(left, Format.JSON, self._announce_json, at)
            commit_announcements(self._register, left)
            return results | self._complete(run, left, at)

    def _reopen(self, order: Order, licence: Licence, at: datetime) -> Job:
        """Take a licence up again; raises `RefusedError` where it is to be left as it is."""
        return reopen(
            order,
            licence,
            self._register.events(licence.key),
            allotment=self._allotment,
            maker=self._maker,
            staging=self._documents.staging(licence.run),
            at=at,
        )

    def give_up(
        self, natural: bytes, error: RefusedError, *, at: datetime, only: LicenceKey | None = None
    ) -> bool:
        """Have what was begun under a natural key fail, `only` one licence if named; say if it did.

        Raises:
            RefusedError: JOURNAL_BROKEN, it is not as it was begun: it is left as it is.
        """
        begun = self._begun(natural)
        if begun is None or only not in {None, begun.key}:
            return False
        with self._register.hold(begun.run):
            found = self._begun(natural)
            if found is None or (found.key, found.run) != (begun.key, begun.run):
                return False
            self._allotment.demand_its_own(found)
            demand_unaltered(found, self._register.events(found.key))
            self._register.advance([record_failure(found, error, at=at)])
            self._documents.staging(found.run).discard({found.key.id})
            return True

    def _begun(self, natural_key: bytes) -> Licence | None:
        found = self._register.find_by_natural_keys([natural_key]).get(natural_key)
        if isinstance(found, BadRow):
            raise found.error
        return found if _is_begun(found) else None

    def tidy(self, licence: Licence) -> None:
        """Clear what a run left staged of an issued licence, if it was ended before it could."""
        staging = self._documents.staging(licence.run)
        if any(staging.holds(licence.key.id, each.format) for each in licence.documents):
            with self._register.hold(licence.run):
                staging.clear({licence.key.id})

    def _complete(self, run: UUID, jobs: list[Job], at: datetime) -> dict[bytes, Result]:
        staging = self._documents.staging(run)
        self._each(jobs, Format.JSON, self._sign_json)
        self._each(jobs, Format.JSON, self._check_json)
        self._each(jobs, Format.JSON, self._stage_json, staging)
        self._each(jobs, Format.PDF, self._announce_pdf, at)
        commit_announcements(self._register, jobs)
        self._at_step(Step.PDF_JOURNALED)
        self._each(jobs, Format.PDF, self._sign_pdf)
        self._each(jobs, Format.PDF, self._check_pdf)
        self._each(jobs, Format.PDF, self._stage_pdf, staging)
        self._settle(jobs, staging, at)
        return {job.order.natural_key: job.result for job in jobs}

    def _announce_json(self, job: Job, at: datetime) -> None:
        """Prepare the JSON licence and say in the journal what will be signed."""
        if job.announced:  # of what was announced nothing was kept: it says when it is signed now
            job.licence = replace(job.licence, issued_at=at)
        job.unsigned = self._maker.prepare_json(job.order, job.licence)
        announce(job, Format.JSON, digest_of_json(job.order.desk, job.unsigned), at=at)

    def _sign_json(self, job: Job) -> None:
        if job.unsigned is not None:
            job.signed = self._maker.sign_json(job.order.desk, job.unsigned)

    def _check_json(self, job: Job) -> None:
        self._maker.check_json(job.order.desk, job.signed)
        self._at_step(Step.JSON_SIGNED)

    def _stage_json(self, job: Job, staging: Staging) -> None:
        job.json = job.signed
        job.stage(Format.JSON, staging)
        self._at_step(Step.JSON_STAGED)

    def _announce_pdf(self, job: Job, at: datetime) -> None:
        """Prepare the PDF and say in the journal what will be signed."""
        job.prepared = self._maker.prepare_pdf(job.order, job.licence, job.json)
        announce(job, Format.PDF, job.prepared.message_digest, at=at)
        announce_use(job, self._allotment.random_id(), job.prepared.message_digest, at=at)
        self._at_step(Step.PDF_PREPARED)

    def _sign_pdf(self, job: Job) -> None:
        if job.prepared is not None:
            job.signed = self._maker.sign_pdf(job.order.desk, job.prepared)
            job.prepared = None

    def _check_pdf(self, job: Job) -> None:
        identifier, desk = job.licence.identifier, job.order.desk
        self._maker.check_pdf(desk, job.signed, identifier=identifier, json=job.json)
        self._at_step(Step.PDF_SIGNED)

    def _stage_pdf(self, job: Job, staging: Staging) -> None:
        job.stage(Format.PDF, staging)
        job.signed = b""
        self._at_step(Step.PDF_STAGED)

    def _settle(self, jobs: Collection[Job], staging: Staging, at: datetime) -> None:
        """Store the documents of what is done, and record what is done and what is refused.

        Who acts on a licence that is being replaced is not overwritten: it is looked at again.
        """
        for left in reversed(range(_TRIES)):
            supersessions = self._supersede(jobs, at)
            entries = _results(jobs, at)
            staging.publish(
                {
                    (entry.licence.key.id, document.format): document.sha256
                    for entry in entries
                    for document in entry.licence.documents
                }
            )
            self._at_step(Step.PUBLISHED)
            try:
                self._register.advance([*entries, *supersessions])
                break
            except UnavailableError as error:
                if error.reason is not LicenceReason.ISSUED_ELSEWHERE or not left:
                    raise
        move_on(jobs)
        self._at_step(Step.RECORDED)
        if failed := {job.id for job in jobs if job.licence.state is LicenceState.FAILED}:
            staging.discard(failed)
        staging.clear({job.id for job in jobs if job.licence.state is LicenceState.ISSUED})
        self._at_step(Step.CLEARED)

    def _supersede(self, jobs: Iterable[Job], at: datetime) -> list[Entry]:
        """Say of each licence that is replaced by what; what cannot be replaced now fails."""
        entries: list[Entry] = []
        for job in jobs:
            replacement, former = job.order.request.replaces, job.order.former
            if replacement is None or former is None or job.error is not None:
                continue
            try:
                now, events = self._read_former(former.identifier)
                signer, successor = job.order.desk.signer, job.licence
                entries.append(
                    supersede(now, events, replacement, successor=successor, signer=signer, at=at)
                )
            except EvidenceError as error:
                job.error = error
        return entries

    def _each(
        self,
        jobs: Iterable[Job],
        form: Format,
        action: Callable[Concatenate[Job, P], None],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Do something for every job that needs it; one that fails stops no other."""
        for job in jobs:
            if job.needs(form):
                try:
                    action(job, *args, **kwargs)
                except EvidenceError as error:
                    job.error = error


def _is_begun(found: Licence | BadRow | None) -> TypeGuard[Licence]:
    return isinstance(found, Licence) and found.state is LicenceState.INTENT


def _results(jobs: Collection[Job], at: datetime) -> list[Entry]:
    """Say of each licence what came of it; of one that lacks something, nothing."""
    for job in jobs:
        job.entry = None
        if job.error is None:
            documents = [job.documents[form] for form in job.licence.formats]
            job.entry = record_issue(job.licence, documents, at=at)
        elif not isinstance(job.error, UnavailableError):
            job.entry = record_failure(job.licence, job.error, at=at)
    return [job.entry for job in jobs if job.entry is not None]
