"""Status lists as they are published in a folder: read back, and believed where they are ours."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from eseal.chain import judge_at
from eseal.errors import EvidenceError, RefusedError
from eseal.evidence import organisation_identifier
from eseal.jose.statements import verify_statement
from eseal.jose.status_list import MAX_TOKEN_BYTES, StatusListToken, read_status_list
from eseal.regular_files import is_regular, read_regular
from licences.documents import storage_translated
from licences.reasons import LicenceReason
from licences.status_places import KeptList

if TYPE_CHECKING:
    from eseal.trust import TrustStore

STATUS_FOLDER: Final = "status"


def read_known(
    path: Path, kept: KeptList, trust: "TrustStore", *, at: datetime
) -> StatusListToken | None:
    """Read the list that is there; what is no list of this address by its department is none.

    A signer whose certificate has ended since is judged at the end of it; one who signed while a
    clock was ahead, now.

    Args:
        path: where it is.
        kept: which list it has to be.
        trust: what is believed.
        at: now.

    Raises:
        RefusedError: STATUS_UNACCOUNTED, it is the list of another address.
        UnavailableError: STORAGE_UNAVAILABLE.
    """
    with storage_translated():
        if not is_regular(path):
            return None
        data = read_regular(path, MAX_TOKEN_BYTES)
    try:
        token = read_status_list(data)
        last = min(at, token.statement.certificate.not_valid_after)
        said = replace(token.statement, made_at=min(last, token.made_at))
        verify_statement(said, judge=judge_at(trust, last)).demand()
    except EvidenceError:
        return None
    named = organisation_identifier(token.statement.certificate)
    if {token.issuer, named} != {kept.department}:
        return None
    if token.uri != kept.uri:
        sentence = (
            f"{kept.uri}：该处已公布的是另一地址的列表，未改写 what is published there is the "
            f"list of another address, {token.uri}, and stays"
        )
        raise RefusedError(LicenceReason.STATUS_UNACCOUNTED, sentence, at=path.name)
    return token
