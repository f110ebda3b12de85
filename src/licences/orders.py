"""What may be issued: a request is checked in full before anything is allotted or signed.

In order: the type is known; the department may issue it; the data meet the type's rules, every
fault with its JSON pointer; the department has a signer for the suite who may sign now; what is to
be replaced can be; the face can show every character. What passes is an `Order`, which everything
later relies on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from eseal.errors import EvidenceError, RefusedError
from eseal.jose.strict_json import Scalar
from eseal.moments import china_day
from eseal.pdf.places import Spot
from licences.catalogue import Catalogue, Department, LicenceType
from licences.field_rules import Problem
from licences.identifiers import LicenceIdentifier
from licences.model import Event, Format, IssueRequest, Licence, NaturalKey, shard_of
from licences.reasons import LicenceReason
from licences.signing_desk import Desk, Desks
from licences.succession import (
    ReadFormer,
    demand_changed,
    demand_its_holder,
    demand_replaceable,
    demand_same,
    returned_successors,
    successor_key,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A request that was found good, with all that is needed to fulfil it.

    Attributes:
        request: what was asked for.
        licence_type: its type.
        department: who issues.
        desk: who signs.
        natural_key: digest of the natural key.
        digest: digest of the request.
        shard: the holder's shard.
        former: the licence that it takes the place of, `None`: of none.
    """

    request: IssueRequest
    licence_type: LicenceType
    department: Department
    desk: Desk
    natural_key: bytes
    digest: bytes
    shard: int
    former: Licence | None = None


class Digests(NamedTuple):
    """What the register knows a request by: the digest of its natural key, and of all of it."""

    natural_key: bytes
    request: bytes


class _Former(NamedTuple):
    """A licence that is to be replaced, and its journal."""

    licence: Licence
    events: tuple[Event, ...]


class Faces(Protocol):
    """Whoever draws faces."""

    def draw(self, order: Order, licence: Licence, json: bytes) -> bytes:
        """Draw the face of a licence as PDF/A-3b, with its signed JSON attached.

        Raises:
            RefusedError: MISSING_GLYPH, CONTENT_TOO_LONG.
            MalformedError: TYPE_MALFORMED.
        """
        ...

    def try_out(self, order: Order, *, at: datetime, thoroughly: bool) -> None:
        """See that the face can be drawn, on trial where that is in doubt, and holds the seal.

        Raises:
            EvidenceError: as `draw` and `seal_spot`; SEAL_PLACE_REFUSED, it would not lie on it.
        """
        ...

    def seal_spot(self, licence_type: LicenceType) -> Spot:
        """Say where the middle of the seal stands on the faces of a type.

        Raises:
            MalformedError: TYPE_MALFORMED, the face has no place for one.
        """
        ...


class OrderCheck:
    """Checks requests against a home's types, departments, signers and fonts."""

    def __init__(
        self,
        catalogue: Catalogue,
        departments: Iterable[Department],
        desks: Desks,
        faces: Faces,
        read_former: ReadFormer,
    ) -> None:
        self.read_former = read_former
        self._faces = faces
        self._catalogue = catalogue
        self._departments = {each.code.text: each for each in departments}
        self._desks = desks

    def check(
        self, request: IssueRequest, *, at: datetime, thoroughly: bool = False
    ) -> Order | tuple[Problem, ...]:
        """Give the order that a request makes, or everything that is wrong with it.

        Args:
            request: what is asked for.
            at: when it would be issued.
            thoroughly: whether to draw the face on trial, whatever stands on it.
        """
        try:
            licence_type = self._catalogue.get(request.type_slug)
            department = self._department(request.department, licence_type)
            data = dict(request.data)
            problems = licence_type.check_data(data)
            wrong = {each.pointer for each in problems}
            ahead = _dated_ahead(licence_type, data, at)
            if problems := (*problems, *(each for each in ahead if each.pointer not in wrong)):
                return problems
            start = licence_type.validity(data).start
            desk = self._desks.ready(
                request.department,
                request.suite,
                at=at,
                valid_from=start,
                has_pdf=Format.PDF in request.formats,
            )
            digests, former = self._digests(request, licence_type)
            if former is not None:
                _demand_successor(request, licence_type, former, at)
                demand_changed(former.licence, request)
            order = Order(
                request=request,
                licence_type=licence_type,
                department=department,
                desk=desk,
                natural_key=digests.natural_key,
                digest=digests.request,
                shard=shard_of(str(request.data[licence_type.roles.holder_code])),
                former=former.licence if former else None,
            )
            if Format.PDF in request.formats:
                self._faces.try_out(order, at=at, thoroughly=thoroughly)
        except EvidenceError as error:
            return (problem_of(error),)
        return order

    def digests(self, request: IssueRequest) -> Digests | None:
        """Say what the register would know a request by, good or not; `None` if there is nothing.

        A licence that was issued stays issued, whatever has changed since about type, department,
        signer or seal: who asks for it again finds it by these.
        """
        try:
            licence_type = self._catalogue.get(request.type_slug)
            if not isinstance(request.data.get(licence_type.roles.number), str):
                return None
            return self._digests(request, licence_type)[0]
        except EvidenceError:
            return None

    def _digests(
        self, request: IssueRequest, licence_type: LicenceType
    ) -> tuple[Digests, _Former | None]:
        """Say what the register knows a request by; and what it is to take the place of."""
        digest = request.digest(licence_type.code)
        if request.replaces is None:
            natural = NaturalKey(
                type_code=licence_type.code,
                department=request.department,
                number=str(request.data[licence_type.roles.number]),
            )
            return Digests(natural_key=natural.digest, request=digest), None
        licence, events = self.read_former(request.replaces.identifier)
        key = successor_key(licence.identifier, returned_successors(licence, events))
        return Digests(natural_key=key, request=digest), _Former(licence, events)

    def _department(self, code: str, licence_type: LicenceType) -> Department:
        if not licence_type.may_be_issued_by(code):
            slug = licence_type.slug
            zh, en = (
                f"{code} 不在 {slug} 的颁发部门之列",
                f"{code} is not among the issuers of {slug}",
            )
            raise RefusedError.apart(LicenceReason.ISSUER_NOT_ALLOWED, zh, en)
        department = self._departments.get(code)
        if department is None:
            zh, en = (
                f"此主目录中没有部门 {code}",
                f"department {code} does not issue from this home",
            )
            raise RefusedError.apart(LicenceReason.UNKNOWN_DEPARTMENT, zh, en)
        return department


def _demand_successor(
    request: IssueRequest, licence_type: LicenceType, former: _Former, at: datetime
) -> None:
    """Insist that a licence can be replaced like that."""
    LicenceIdentifier.parse(former.licence.identifier).successor()
    demand_same(former.licence, licence_type, request.department, request.data)
    demand_its_holder(former.licence, licence_type, request)
    over = licence_type.validity(former.licence.data).is_over(china_day(at))
    demand_replaceable(former.licence, former.events, at, over=over)


def _dated_ahead(
    licence_type: LicenceType, data: Mapping[str, Scalar], at: datetime
) -> tuple[Problem, ...]:
    """Find days that should have come and have not: no licence states what is still to happen."""
    today = china_day(at).isoformat()
    names = [each.name for each in licence_type.fields if each.past]
    return tuple(
        Problem(
            pointer=f"/{name}",
            reason=LicenceReason.FIELD_RANGE,
            zh=f"不得晚于今天 {today}，请改正日期",
            en=f"may not be after today, {today}: mend the date",
        )
        for name in dict.fromkeys([*names, licence_type.roles.issued_on])
        if str(data.get(name, "")) > today
    )


def problem_of(error: EvidenceError) -> Problem:
    """Tell a failure as a problem of a request."""
    zh, en = error.words
    return Problem(pointer=error.at, reason=error.reason, zh=zh, en=en, advice=error.advice)
