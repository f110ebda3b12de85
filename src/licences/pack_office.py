"""Packing a licence of the register: its document, its history as of now, its published list.

Rules kept: the history is stated and signed by the issuing department when the pack is made, so
that it answers for every moment up to then; a licence whose journal does not hold is not packed.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from eseal.errors import RefusedError
from eseal.signers import Signer
from licences.as_issued import demand_as_issued
from licences.home import Home
from licences.life_office import LifeOffice
from licences.model import Format, Licence
from licences.pack_making import Packed, make_pack
from licences.publishing import STATUS_FOLDER
from licences.reasons import LicenceReason
from licences.status_files import read_statuses, status_files
from licences.verification import Verifier

_PREFERRED = (Format.PDF, Format.JSON)


def pack_issued(
    home: Home,
    identifier: str,
    *,
    at: datetime,
    form: Format | None = None,
    signer: Signer | None = None,
    published: Path,
) -> Packed:
    """Pack a licence of a home's register.

    Args:
        home: the home.
        identifier: the licence's.
        at: aware; now.
        form: which of its documents; by default the PDF if there is one.
        signer: who packs, `None`: the issuing department.
        published: folder into which the home publishes.

    Raises:
        RefusedError: UNKNOWN_LICENCE; PACK_REFUSED, there is no such document of it;
            JOURNAL_BROKEN; or why the department's signer may not sign.
        UnavailableError: what is missing to sign, or to read.
    """
    with LifeOffice.open(home, clock=lambda: at) as office:
        found = office.history(identifier)
        licence = found.licence
        demand_as_issued(licence, found.events)
        document = _document(home, licence, form)
        history = office.statement(identifier, lifetime=home.settings.status_life)
    files = [("history", history), *_published_list(licence, published)]
    statuses = read_statuses(files)
    verifier = Verifier(home.trust_store(), home.catalogue(), at=at, statuses=statuses)
    packer = signer or home.signer(licence.department, licence.suite)
    return make_pack(document, verifier=verifier, statuses=statuses, signer=packer, at=at)


def issued_document(home: Home, data: bytes, *, at: datetime) -> tuple[str, Format] | None:
    """Tell which licence of a home's register a file is, and in which form; byte for byte.

    Args:
        home: the home.
        data: the file.
        at: aware; now.

    Raises:
        EvidenceError: the home's trust or types cannot be read.
    """
    claims = Verifier(home.trust_store(), home.catalogue(), at=at).verify("licence", data).licence
    if claims is None:
        return None
    with LifeOffice.open(home, clock=lambda: at) as office:
        try:
            licence = office.find(claims.identifier)
        except RefusedError:  # of somebody else's register
            return None
    digest = hashlib.sha256(data).digest()
    forms = [each.format for each in licence.documents if each.sha256 == digest]
    return (licence.identifier, forms[0]) if forms else None


def _document(home: Home, licence: Licence, form: Format | None) -> bytes:
    by_format = {each.format: each for each in licence.documents}
    wanted = [form] if form else _PREFERRED
    found = next((by_format[each] for each in wanted if each in by_format), None)
    if found is None:
        sentence = f"没有此格式的文件 it has no document {form or ''}".rstrip()
        raise RefusedError(LicenceReason.PACK_REFUSED, f"{sentence} ({licence.state})")
    return home.documents().read(found.sha256)


def _published_list(licence: Licence, published: Path) -> Iterator[tuple[str, bytes]]:
    """Give the list that the licence names, if it was published."""
    if licence.status is not None:
        path = published / STATUS_FOLDER / licence.status.uri.rpartition("/")[2]
        if path.is_file():
            yield from status_files([path])
