"""Status lists as they are published in a folder: read back, and believed where they are ours.

Rules kept: a list that its department signed is a witness of what was published, whatever the
register says. What lies in its place and cannot be one (garbage, a signature that does not hold,
another department's, one of a certificate that was revoked) is told, and a list made anew of what
was signed takes its place: nobody who could write it there needed that to take the list away. What
may be one, and of whose signer that is not decided, stays, and that is told.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from eseal.chain import judge_at
from eseal.errors import EvidenceError, RefusedError, UnavailableError
from eseal.evidence import organisation_identifier
from eseal.jose.statements import Statement, verify_statement
from eseal.jose.status_list import MAX_TOKEN_BYTES, StatusListToken, read_status_list
from eseal.reasons import Reason
from eseal.regular_files import is_regular, read_regular
from licences.documents import storage_translated
from licences.reasons import LicenceReason
from licences.status_places import KeptList

if TYPE_CHECKING:
    from eseal.trust import TrustStore

STATUS_FOLDER: Final = "status"

_WAY_OUT: Final = (
    "补齐其签名者的信任材料（旧根、旧 CA 的吊销列表）再公布；确知此列表不必保留的，可移走该文件",
    "Give the home's trust what judging its signer takes (the old root, the old CA's revocation "
    "list) and publish again; who knows that the list need not be kept may remove the file",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownList:
    """What is published of a list.

    Attributes:
        department: code of whose list it is.
        token: what is published; `None`: nothing that is theirs.
        doubt: what lies in its place and is none, a whole sentence; "": nothing.
    """

    department: str
    token: StatusListToken | None
    doubt: str = ""


def read_known(path: Path, kept: KeptList, trust: "TrustStore", *, at: datetime) -> KnownList:
    """Read what is there in the place of a list.

    Args:
        path: where it is.
        kept: which list it has to be.
        trust: what is believed.
        at: now.

    Raises:
        RefusedError: STATUS_UNACCOUNTED, it is the list of another address.
        UnavailableError: STORAGE_UNAVAILABLE; or why it is not decided whether its signer is to be
            believed; `.at` is the file's name.
    """
    with storage_translated():
        if not is_regular(path):
            return KnownList(department=kept.department, token=None)
        data = read_regular(path, MAX_TOKEN_BYTES)
    try:
        token = _read_own(data, kept, trust, at=at)
    except EvidenceError as error:
        if isinstance(error, UnavailableError) and not _is_revoked(error):
            raise _undecided(error, kept) from error
        doubt = (
            f"{kept.uri}：该处的文件不能作证，已按签名的记录重做 what is there is no witness, and "
            f"the list is made anew of what was signed：{error}"
        )
        return KnownList(department=kept.department, token=None, doubt=doubt)
    if token.uri != kept.uri:
        sentence = (
            f"{kept.uri}：该处已公布的是另一地址的列表，未改写 what is published there is the "
            f"list of another address, {token.uri}, and stays"
        )
        raise RefusedError(LicenceReason.STATUS_UNACCOUNTED, sentence, at=path.name)
    return KnownList(department=kept.department, token=token)


def demand_believed(statement: Statement, trust: "TrustStore", *, at: datetime) -> None:
    """Insist that a signature holds, by a certificate that is trusted.

    A signer whose certificate has ended since is judged at the end of it; one who signed while a
    clock was ahead, now.

    Args:
        statement: what is signed, such as a list.
        trust: what is believed.
        at: now.

    Raises:
        RefusedError: it does not.
        UnavailableError: that is not decided.
    """
    last = min(at, statement.certificate.not_valid_after)
    said = replace(statement, made_at=min(last, statement.made_at))
    verify_statement(said, judge=judge_at(trust, last)).demand()


def department_of(token: StatusListToken) -> str | None:
    """Say whose list it is, by what it says and by its signer; `None`: these do not agree."""
    named = organisation_identifier(token.statement.certificate)
    return named if named == token.issuer else None


def _read_own(data: bytes, kept: KeptList, trust: "TrustStore", *, at: datetime) -> StatusListToken:
    """Read a list that is a department's, and believed."""
    token = read_status_list(data)
    if department_of(token) != kept.department:
        sentence = f"是另一部门的 it is another department's, {token.issuer}"
        raise RefusedError(LicenceReason.STATUS_UNACCOUNTED, sentence)
    demand_believed(token.statement, trust, at=at)
    return token


def _is_revoked(error: EvidenceError) -> bool:
    """Whether the signer was revoked after the time that it claims: a thief can claim any."""
    return error.reason is Reason.CERTIFICATE_REVOKED_SINCE


def _undecided(error: UnavailableError, kept: KeptList) -> UnavailableError:
    sentence = (
        f"{kept.uri}：不能确定已公布的列表可否采信，未改写 whether the list that is published can "
        f"be believed is not decided, and it stays: {error.sentence}"
    )
    undecided = UnavailableError(error.reason, sentence, at=kept.name)
    undecided.advice = _WAY_OUT
    return undecided
