"""Issuing (签发): a request becomes a signed licence, once, whatever happens on the way.

    check → allot an identifier → journal the intent, with the digest to be signed → prepare →
    sign → verify by our own verifier → store → journal the result

Rules kept: nothing is signed that was not checked and journaled before; nothing is let out that our
own verifier does not pass. Killed anywhere, the same request finishes what was begun, with what was
signed already; a repeated request gives the same documents, also where it would be refused by now
(the seal was suspended, the signer has expired); another request under the same natural key is a
conflict; what was begun to replace a licence that can be replaced no more is ended by asking again.
Of several that work on one request at once one does it, the others wait and read. Requests are
taken in batches: a commit for each step of a batch, not of a licence.

Left to others: what may be issued to `orders`, the work on a batch to `workshop`.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from types import TracebackType
from typing import Self
from uuid import UUID

from eseal.errors import RefusedError, UnavailableError
from licences.allotment import Allotment
from licences.as_issued import demand_as_issued
from licences.catalogue import Department
from licences.documents import DocumentStore
from licences.drawing import TypstFaces
from licences.field_rules import Problem
from licences.home import Home
from licences.journal import AbandonedError
from licences.known_licences import answer
from licences.making import DocumentMaker
from licences.model import Format, IssueRequest, Licence, LicenceState, request_digest
from licences.orders import Faces, Order, OrderCheck, problem_of
from licences.outcomes import Issued, Outcome, Refused, outcome_of
from licences.reasons import LicenceReason
from licences.seal_clerk import open_clerk
from licences.seal_issuing import IssuingSeals
from licences.seal_journal import Grounds
from licences.seal_store import SealRegister
from licences.signing_desk import Desks
from licences.store import Register
from licences.succession import former_reader
from licences.texts import check_text
from licences.timestamping import open_timestamps
from licences.workshop import Step, Workshop

__all__ = ["BATCH", "Issued", "Issuer", "Outcome", "Refused"]

BATCH = 32
"""How many requests share a commit, and how many licences are in memory at once."""

_ROUNDS = 8
"""How often a request is looked at again after others got in its way, before it gives up."""


class Issuer:
    """Issues licences of one home; threads may share it."""

    def __init__(
        self,
        orders: OrderCheck,
        workshop: Workshop,
        *,
        register: Register,
        documents: DocumentStore,
        clock: Callable[[], datetime],
    ) -> None:
        self._orders = orders
        self._workshop = workshop
        self._register = register
        self._documents = documents
        self._clock = clock

    @classmethod
    def open(
        cls,
        home: Home,
        *,
        clock: Callable[[], datetime],
        at_step: Callable[[Step], None] = lambda _step: None,
        faces: Faces | None = None,
    ) -> Self:
        """Open everything that issuing from a home needs.

        Args:
            home: the home.
            clock: tells the time; aware, UTC, whole seconds.
            at_step: told of each step that was taken, for whoever watches.
            faces: draws faces; by default those of the types, by typst.

        Raises:
            EvidenceError: the home's trust, types or register cannot be used.
        """
        faces = faces or TypstFaces()
        trust, documents, register = home.trust_store(), home.documents(), home.register()
        catalogue, settings = home.catalogue(), home.settings
        departments = (Department(code=each.code, name=each.name) for each in settings.departments)
        seals = IssuingSeals(open_clerk(home, SealRegister(register), clock=clock))
        desks = Desks(
            home.signer,
            trust,
            serving_margin=settings.serving_margin,
            find_seal=seals.find if settings.sealed else None,
            timestamps=open_timestamps(settings.timestamps, trust, clock),
        )
        read_former = former_reader(register.read, trust, clock)
        status_uri = settings.status.uri if settings.status else ""
        workshop = Workshop(
            DocumentMaker(faces=faces, trust=trust),
            Allotment(register, randomness=secrets.token_bytes, status_uri=status_uri),
            register=register,
            read_former=read_former,
            documents=documents,
            at_step=at_step,
        )
        return cls(
            OrderCheck(catalogue, departments, desks, faces, read_former),
            workshop,
            register=register,
            documents=documents,
            clock=clock,
        )

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

    def check(self, request: IssueRequest) -> tuple[Problem, ...]:
        """Say what stands against a request, its face drawn on trial, and issue nothing."""
        order = self._orders.check(request, at=self._clock(), thoroughly=True)
        if not isinstance(order, Order):
            return () if self.issued_before({0: request}) else order
        found = self._register.find_by_natural_keys([order.natural_key])
        known = found.get(order.natural_key)
        problem = None if known is None else answer(order, known, self._orders.read_former)
        return (problem,) if isinstance(problem, Problem) else ()

    def issue(self, request: IssueRequest) -> Outcome:
        """Issue one licence."""
        return next(self.issue_many([request]))

    def issue_many(self, requests: Iterable[IssueRequest]) -> Iterator[Outcome]:
        """Issue any number of licences; outcomes in the order of the requests, batch by batch.

        Raises:
            UnavailableError: register or document store failed; what was begun is finished by the
                next attempt.
        """
        waiting = iter(requests)
        while batch := tuple(islice(waiting, BATCH)):
            yield from self._issue_batch(batch)

    def documents_of(self, issued: Issued) -> dict[Format, bytes]:
        """Read the documents of an issued licence.

        Raises:
            UnavailableError: DOCUMENT_MISSING.
            RefusedError: DOCUMENT_DAMAGED.
        """
        return {each.format: self._documents.read(each.sha256) for each in issued.documents}

    def abandon(self, identifier: str, *, operator: str, grounds: Grounds) -> Licence:
        """Give up what was begun and is not finished (放弃): its number is free after that.

        What was signed and staged of it is taken back; its place in a status list says cancelled.

        Args:
            identifier: its identifier.
            operator: who does it; at most 200 printable characters.
            grounds: why, which has to be said, and on what ground; not from when on.

        Raises:
            RefusedError: UNKNOWN_LICENCE; TEXT_REFUSED; LICENCE_TRANSITION_REFUSED, it is issued
                or has failed, perhaps only just now.
            UnavailableError: DATABASE_UNAVAILABLE, ISSUED_ELSEWHERE.
        """
        check_text(operator, "actor")
        check_text(grounds.reason, "reason")
        begun = self._register.read(identifier)[0]
        if begun.state is LicenceState.INTENT:
            error = AbandonedError(operator, grounds.reason, grounds.basis)
            key, at = begun.natural_key, self._clock()
            if self._workshop.give_up(key, error, at=at, only=begun.key):
                return self._register.read(identifier)[0]
        sentence = "不是未完成的签发，或刚由他人办完 it is not begun, or was finished just now"
        raise RefusedError(LicenceReason.LICENCE_TRANSITION_REFUSED, sentence, at="action")

    def _issue_batch(self, requests: tuple[IssueRequest, ...]) -> list[Outcome]:
        at = self._clock()
        outcomes: dict[int, Outcome] = {}
        pending: dict[int, Order] = {}
        for place, request in enumerate(requests):
            checked = self._orders.check(request, at=at)
            if isinstance(checked, Order):
                pending[place] = checked
            else:
                left = self._give_up(request, checked, at)
                outcomes[place] = Refused(problems=(*checked, *left))
        if outcomes:
            outcomes |= self.issued_before({place: requests[place] for place in outcomes})
        for _ in range(_ROUNDS):
            settled = self._round(pending, at)
            outcomes |= settled
            pending = {place: order for place, order in pending.items() if place not in settled}
            if not pending:
                break
        sentence = "他人一再抢先办理 others keep getting there"
        for place in pending:
            outcomes[place] = outcome_of(UnavailableError(LicenceReason.ISSUED_ELSEWHERE, sentence))
        return [outcomes[place] for place in range(len(requests))]

    def _give_up(
        self, request: IssueRequest, problems: Iterable[Problem], at: datetime
    ) -> tuple[Problem, ...]:
        """End what was begun to replace a licence that can be replaced no more, or say why not."""
        reason = LicenceReason.LICENCE_TRANSITION_REFUSED
        why = next((each for each in problems if each.reason is reason), None)
        digests = self._orders.digests(request) if why else None
        if why and digests:
            error = RefusedError(reason, why.en, at=why.pointer)
            try:
                self._workshop.give_up(digests.natural_key, error, at=at)
            except RefusedError as left:
                return (problem_of(left),)
        return ()

    def issued_before(self, requests: Mapping[int, IssueRequest]) -> dict[int, Issued]:
        """Find what had been issued already of requests, also of those refused by now."""
        looked_up = ((place, self._orders.digests(each)) for place, each in requests.items())
        digests = {place: each for place, each in looked_up if each is not None}
        known = self._register.find_by_natural_keys(each.natural_key for each in digests.values())
        found: dict[int, Issued] = {}
        for place, each in digests.items():
            licence = known.get(each.natural_key)
            if not isinstance(licence, Licence) or request_digest(licence) != each.request:
                continue
            again = self._again(licence) if licence.state is LicenceState.ISSUED else None
            if isinstance(again, Issued):
                found[place] = again
        return found

    def _again(self, licence: Licence) -> Outcome:
        """Give what had been issued before; what its run left staged is cleared."""
        try:
            demand_as_issued(licence, self._register.events(licence.key))
        except RefusedError as error:
            return outcome_of(error)
        self._workshop.tidy(licence)
        return outcome_of(licence, already=True)

    def _round(self, pending: Mapping[int, Order], at: datetime) -> dict[int, Outcome]:
        """Settle what can be settled now: begin what is new, read or finish what is known."""
        known = self._register.find_by_natural_keys(each.natural_key for each in pending.values())
        settled: dict[int, Outcome] = {}
        new: dict[bytes, int] = {}
        begun: dict[UUID, dict[bytes, int]] = defaultdict(dict)
        for place, order in pending.items():
            found = known.get(order.natural_key)
            licence = None if found is None else answer(order, found, self._orders.read_former)
            if licence is None:
                new.setdefault(order.natural_key, place)
            elif isinstance(licence, Problem):
                settled[place] = Refused(problems=(licence,))
            elif licence.state is LicenceState.ISSUED:
                settled[place] = self._again(licence)
            else:
                begun[licence.run].setdefault(order.natural_key, place)
        results = self._workshop.begin((pending[place] for place in new.values()), at=at)
        settled |= {new[key]: outcome_of(result) for key, result in results.items()}
        for run, places in begun.items():
            results = self._workshop.finish(run, (pending[each] for each in places.values()), at=at)
            settled |= {places[key]: outcome_of(result) for key, result in results.items()}
        return settled
