"""Audit packs for tests: the good paper with all that judging it takes, and how to spoil one."""

from collections.abc import Callable, Sequence

from eseal.asic import write_asic
from eseal.containers import ContainedFile, read_container
from eseal.reasons import Reason
from eseal.signers import Signer
from eseal.trust import TrustStore
from licences.pack_making import Packed, make_pack
from licences.status_files import read_statuses
from licences.verification import Verifier
from tests.homes import CATALOGUE
from tests.licences.papers import good_list, market_signer, paper
from tests.world import NOW, Authority

Spoil = Callable[[list[ContainedFile]], object]

BEFORE = 3
"""Files of a container before those that are signed."""


def pack_of(
    authority: Authority,
    licence: bytes | None = None,
    *,
    signer: Signer | None = None,
    trust: TrustStore | None = None,
    statuses: Sequence[bytes] | None = None,
) -> Packed:
    """Pack the sample licence as JSON, or another; by what the authority has."""
    lists = [good_list(authority)] if statuses is None else statuses
    given = read_statuses((str(number), data) for number, data in enumerate(lists))
    verifier = Verifier(trust or authority.trust(), CATALOGUE, at=NOW, statuses=given)
    data = paper(market_signer(authority)) if licence is None else licence
    by = signer or authority.signing
    return make_pack(data, verifier=verifier, statuses=given, signer=by, at=NOW)


def bare_trust(authority: Authority) -> TrustStore:
    """Trust an authority's root and seal maker, and have nothing else."""
    return TrustStore(
        roots=(authority.root.certificate,), intermediates=(authority.maker.certificate,)
    )


def files_of(data: bytes) -> list[ContainedFile]:
    """Give the files of a pack that are signed."""
    return list(read_container(data, reason=Reason.CONTAINER_MALFORMED))[BEFORE:]


def repacked(data: bytes, spoil: Spoil, signer: Signer, root: str = "licence.json") -> bytes:
    """Spoil the files of a pack, and sign it anew, as whoever wants to deceive would."""
    files = files_of(data)
    spoil(files)
    return write_asic(files, root=root, signer=signer, at=NOW)


def starting(files: list[ContainedFile], beginning: str, ending: str = "") -> int:
    """Find the first file whose name begins and ends so."""
    return next(
        number
        for number, file in enumerate(files)
        if file.name.startswith(beginning) and file.name.endswith(ending)
    )
