"""What the register has under the natural key of an order: the answer to it, or why it is none.

Rules kept: a licence answers the request that its data, type, department, suite and formats make,
and not the one whose digests stand in its row; one of another number has no say, whatever led to
it: that is told, and neither handed out nor called a conflict.
"""

from eseal.errors import RefusedError
from eseal.jose.strict_json import canonical
from licences.as_issued import demand_its_digest
from licences.field_rules import Problem
from licences.licence_reading import BadRow, misplaced
from licences.model import IssueRequest, Licence, NaturalKey
from licences.orders import Order, problem_of
from licences.reasons import LicenceReason


def answer(order: Order, known: Licence | BadRow) -> Licence | Problem:
    """Give what has an order's natural key, if it is the answer to it; else say why it is not."""
    if isinstance(known, BadRow):
        return problem_of(known.error)
    try:
        demand_its_digest(known)
        if not _has_its_key(order, known):
            raise misplaced(known.identifier, known)
    except RefusedError as error:
        return problem_of(error)
    return known if known.request_digest == order.digest else _conflict(order.request, known)


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


def _conflict(request: IssueRequest, known: Licence) -> Problem:
    """Say that a number belongs to a licence already, and whether its data are others.

    Args:
        request: what is asked for.
        known: the licence that has its natural key, by another request.
    """
    zh, en = "数据不同", "other data"
    if canonical(dict(request.data)) == canonical(dict(known.data)):
        before, wanted = (f"{each.suite} {'+'.join(each.formats)}" for each in (known, request))
        zh = f"数据相同，算法或格式不同：原为 {before}，现为 {wanted}"
        en = f"the same data, but as {before}, not {wanted}"
    return Problem(
        pointer="",
        reason=LicenceReason.CONFLICT,
        zh=f"此编号已属于 {known.identifier}，{zh}",
        en=f"this number belongs to that licence, which has {en}",
    )
