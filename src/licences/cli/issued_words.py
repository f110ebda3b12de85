"""What is said of licences that were issued, now or before; Chinese first."""

from typing import TYPE_CHECKING, Final

from eseal.moments import china_day, now
from licences.cli.life_words import STANDINGS
from licences.publications import PUBLIC
from licences.reasons import LicenceReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eseal.algorithms import Suite
    from eseal.jose.strict_json import Scalar
    from licences.home import Home
    from licences.issuing import Issued
    from licences.licence_life import Standing
    from licences.licence_type import LicenceType
    from licences.life_journal import LifeEntry
    from licences.model import Replacement

ALREADY: Final = "先前已签发 already issued"
_FIRST_LIST: Final = (
    "该部门的状态列表若从未公布，请运行 licences publish "
    "if the department's status list was never published, run licences publish"
)


def first_list(home: "Home", department: str, suite: "Suite") -> str:
    """Say what is to be done once before licences can be looked up; "" if it was, or need not be.

    That it was is seen in the home's own folder; whether it was into another, nobody can tell.
    """
    from licences.published_lists import STATUS_FOLDER

    lists = (home.path / PUBLIC / STATUS_FOLDER).glob(f"{department}-{suite}-*.jwt")
    return "" if home.settings.status is None or any(lists) else _FIRST_LIST


def said_new(home: "Home", department: str, suite: "Suite") -> str:
    """Say that a licence was issued."""
    return "；".join(filter(None, ("已签发 issued", first_list(home, department, suite))))


def said_over(licence_type: "LicenceType", data: "Mapping[str, Scalar]") -> str:
    """Say that a licence that is issued now has expired already, by its own data; else ""."""
    validity = licence_type.validity(data)
    if not validity.is_over(china_day(now())):
        return ""
    until, reason = validity.until, LicenceReason.LICENCE_EXPIRED
    return (
        f"注意：其有效期至 {until}，已过期，验证结论将是 {reason} "
        f"note: it was valid until {until} and has expired, verifiers will say {reason}"
    )


def said_again(home: "Home", issued: "Issued") -> str:
    """Say that a licence had been issued before, when, and where it stands now."""
    from eseal.cli.times import china_time

    said = f"先前已签发，未重新签发 already issued on {china_time(issued.issued_at)}"
    over = no_longer_valid(issued.standing)
    if not over:
        return said
    by = _successor(home, issued) if issued.standing == "superseded" else ""
    return f"{said}；{over}{by}"


def said_first(home: "Home", asked: "Replacement") -> str:
    """Say who had replaced a licence, and why, where that is not what is asked now; else ""."""
    from eseal.cli.voice import one_line

    entry = _replacing(home, asked.identifier)
    wanted = (asked.operator, asked.reason, asked.basis)
    if entry is None or (entry.actor, entry.reason, entry.basis) == wanted:
        return ""
    recorded = "，".join(filter(None, (entry.actor, entry.reason, entry.basis)))
    return one_line(
        f"记录中的经办人与理由仍是首次的：{recorded} "
        "the record keeps who replaced it first, and why; nothing was added"
    )


def no_longer_valid(standing: "Standing | None") -> str:
    """Say where a licence stands that is not valid; "" of one that is, or where nobody asked."""
    if standing is None or standing == "valid":
        return ""
    return f"现已不是有效证照 it is no longer valid: {STANDINGS[standing]} {standing}"


def _successor(home: "Home", issued: "Issued") -> str:
    """Say by which licence one was replaced; "" if by none."""
    entry = _replacing(home, issued.identifier)
    return "" if entry is None else f"，由 replaced by {entry.replaced_by}"


def _replacing(home: "Home", identifier: str) -> "LifeEntry | None":
    """Give the record by which a licence was replaced."""
    from eseal.moments import now
    from licences.life_journal import replacing
    from licences.life_office import LifeOffice

    with LifeOffice.open(home, clock=now) as office:
        return replacing(office.history(identifier).life)
