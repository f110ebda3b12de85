"""Was the seal on a licence one of its department's, and in use when it was applied?

Asked of a snapshot of the seal register (`seal_snapshot`), for PDFs of departments whose seals are
in it. Rules kept, for every seal on the licence; the worst counts:

- the register has to have it: this number, of this department, and this very object. What is not in
  it, and was used after the snapshot, may have been made since: undetermined;
- it has to have been ACTIVE when it was used; a revocation that came later does no harm;
- the time of use is the seal's own word. Of two times, before and after a revocation, a thief of
  the signer's key would choose the first; revoking certificates and timestamps are for that.

Left to others: whether the seal's own signatures hold (`eseal.seals`), whether the department may
use this seal for this type (`authority_check`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from eseal.evidence import SealInfo
from eseal.pdf.sealed import SealEvidence
from eseal.report import Finding, failed, passed, undetermined, worst
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.reasons import LicenceReason
from licences.seal_life import SealState
from licences.seal_snapshot import SealStanding

_CHECK: Final = LicenceCheck.SEAL_REGISTER


@dataclass(frozen=True, kw_only=True, slots=True)
class SealSnapshot:
    """A snapshot that may be believed, and when it was made."""

    made_at: datetime
    seals: tuple[SealStanding, ...]
    _by_number: Mapping[str, SealStanding] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_number", {each.es_id: each for each in self.seals})

    def has_seals_of(self, department: str) -> bool:
        """Whether it says anything of a department's seals."""
        return any(each.owner == department for each in self.seals)

    def find(self, es_id: str) -> SealStanding | None:
        """Give the seal of this number; `None`: there is none."""
        return self._by_number.get(es_id)


def asks_seal_register(
    claims: LicenceClaims, seals: Iterable[SealEvidence], snapshot: SealSnapshot | None
) -> bool:
    """Whether there is something to ask a snapshot about."""
    known = snapshot is not None and snapshot.has_seals_of(claims.issuing_authority_code)
    return known and any(True for _ in seals)


def check_seal_register(
    claims: LicenceClaims, seals: Iterable[SealEvidence], snapshot: SealSnapshot
) -> Finding:
    """Say whether the seals on a licence were its department's, and in use.

    Args:
        claims: what the licence says.
        seals: at least one.
        snapshot: one that may be believed.
    """
    department = claims.issuing_authority_code
    return worst([_judge(each.info, department, snapshot) for each in seals])


def _judge(seal: SealInfo, department: str, snapshot: SealSnapshot) -> Finding:
    made_at, number = snapshot.made_at, seal.es_id
    standing = snapshot.find(number)
    if standing is None or standing.owner != department or seal.sha256 not in standing.objects:
        detail = f"{number} SHA-256 {seal.sha256}，部门 of {department}"
        if seal.used_at > made_at:
            reason = LicenceReason.SEAL_REGISTER_STALE
            return undetermined(_CHECK, reason, detail, as_of=made_at)
        return failed(_CHECK, LicenceReason.SEAL_NOT_REGISTERED, detail, as_of=made_at)
    state = standing.state_at(seal.used_at)
    detail = f"{number} {_named(state)}，用于 used {seal.used_at}"
    if state is not SealState.ACTIVE:
        return failed(_CHECK, LicenceReason.SEAL_OUT_OF_USE, detail, as_of=made_at)
    return passed(_CHECK, detail, as_of=made_at)


def _named(state: SealState | None) -> str:
    if state is None:
        return "尚无 not there yet"
    return f"{'已启用' if state is SealState.ACTIVE else '不可用'} {state}"
