"""What the register has under the natural key of an order: the answer to it, or why it is none.

Rules kept: a licence answers the request that its data, type, department, suite and formats make,
and not the one whose digests stand in its row; one of another number has no say, whatever led to
it: that is told, and neither handed out nor called a conflict. A conflict names the last version of
the licence and where it stands, for that says what can be done; what was begun and is not finished
is called so.
"""

from collections.abc import Mapping
from typing import Final

from eseal.errors import EvidenceError, RefusedError
from eseal.jose.strict_json import canonical
from licences.as_issued import demand_its_digest
from licences.field_rules import Problem
from licences.identifiers import LicenceIdentifier
from licences.licence_life import Standing, last_standing
from licences.licence_reading import BadRow, misplaced
from licences.life_journal import life_of, replacing
from licences.life_terms import STANDINGS, UNFINISHED
from licences.model import IssueRequest, Licence, LicenceState, NaturalKey
from licences.orders import Order, problem_of
from licences.reasons import LicenceReason
from licences.succession import MOST_VERSIONS, ReadFormer

_THERE: Final = (
    "无须再办：用 licences show 标识 --out 文件夹 取回其文件",
    "There is nothing to do: licences show IDENTIFIER --out FOLDER gives its documents",
)
_ENDED: Final = (
    "核对编号。该证照已终止，不能换发，编号也不再用于另一份：另行签发须用新编号；撤销、注销登记"
    "有误的，先用 licences correct 更正",
    "Check the number. That licence has ended, is not replaced, and keeps its number: what is "
    "issued anew has a new one. If its end was recorded by mistake, licences correct takes it back",
)
_BY_STANDING: Final[Mapping[Standing | None, tuple[str, str]]] = {
    Standing.REVOKED: _ENDED,
    Standing.CANCELLED: _ENDED,
    Standing.SUSPENDED: (
        "核对编号；内容有变而编号不变的，先用 licences resume 标识 恢复，再用 licences replace "
        "换发",
        "Check the number. For changed content under the same number resume it first with licences "
        "resume IDENTIFIER, then licences replace",
    ),
}
"""What can be done where the reason's own remedy, to replace the licence, does not fit."""


def answer(order: Order, known: Licence | BadRow, read: ReadFormer) -> Licence | Problem:
    """Give what has an order's natural key, if it is the answer to it; else say why it is not.

    Args:
        order: what is asked for.
        known: what has its natural key.
        read: gives the versions that took its place since.
    """
    if isinstance(known, BadRow):
        return problem_of(known.error)
    try:
        demand_its_digest(known)
        if not _has_its_key(order, known):
            raise misplaced(known.identifier, known)
    except RefusedError as error:
        return problem_of(error)
    if known.request_digest == order.digest:
        return known
    if known.state is LicenceState.INTENT:
        return _begun(known)
    return _conflict(order.request, *_latest(known, read))


def _has_its_key(order: Order, known: Licence) -> bool:
    """Whether a licence, by what it says, is of the number that is asked for, or the successor."""
    if order.former is not None:
        return known.replaces == order.former.identifier
    natural = NaturalKey(
        type_code=known.type_code,
        department=known.department,
        number=str(known.data.get(order.licence_type.roles.number)),
    )
    return not known.replaces and natural.digest == order.natural_key


def _begun(known: Licence) -> Problem:
    """Say that another request under the number was begun, and is to be finished or given up."""
    return Problem(
        pointer="",
        reason=LicenceReason.CONFLICT,
        zh=f"此编号已于 {known.issued_at} 按另一请求开始签发 {known.identifier}，尚未完成",
        en=f"another request under this number was begun at {known.issued_at}, and is not finished",
        advice=UNFINISHED,
    )


def _latest(known: Licence, read: ReadFormer) -> tuple[Licence, Standing | None]:
    """Give the last version of a licence and where it stands, as far as that can be relied on."""
    latest, standing, named = known, known.standing, known.identifier
    for _ in range(MOST_VERSIONS):
        try:
            licence, events = read(named)
            life = life_of(licence, events)
        except EvidenceError:
            break
        latest, standing = licence, last_standing([each.event for each in life])
        successor = replacing(life)
        if successor is None:
            break
        named = successor.replaced_by
    return latest, standing


def _conflict(request: IssueRequest, latest: Licence, standing: Standing | None) -> Problem:
    """Say that a number belongs to a licence already, where it stands, and what differs.

    Args:
        request: what is asked for.
        latest: the last version of the licence that has its natural key, by another request.
        standing: where it stands.
    """
    zh, en, advice = "数据不同", "other data", _BY_STANDING.get(standing)
    before, wanted = (f"{each.suite} {'+'.join(each.formats)}" for each in (latest, request))
    if canonical(dict(request.data)) == canonical(dict(latest.data)):
        zh = f"数据相同，算法或格式不同：原为 {before}，现为 {wanted}"
        en = f"the same data, but as {before}, not {wanted}"
        if before == wanted:
            zh, en, advice = "数据相同，是换发所得", "these very data, by a replacement", _THERE
    where = STANDINGS[standing] if standing else "未知"
    version = LicenceIdentifier.parse(latest.identifier).version.lstrip("0")
    return Problem(
        pointer="",
        reason=LicenceReason.CONFLICT,
        zh=f"此编号已属于 {latest.identifier}（第 {version} 版，现为{where}），{zh}",
        en=f"this number belongs to that licence (version {version}, {standing}), which has {en}",
        advice=advice,
    )
