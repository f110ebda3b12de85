"""Self-examination of the officers who deal with seals: can each act, and only as one?

Officers without powers have left, and are not asked about.
"""

from collections.abc import Iterator
from datetime import datetime

from eseal.algorithms import Suite
from eseal.chain import PathJudge
from eseal.errors import EvidenceError
from eseal.keys import plain_public_key
from eseal.report import demand
from licences.home import Home, certificates_of
from licences.reasons import LicenceReason
from licences.symptoms import Advice, Symptom, bad, lasts

_A_KEY_EACH: Advice = (
    "给每名人员各自的密钥与证书（见 keys/README.md）；已离任的写 powers = []",
    "Give each officer a key and certificate of their own, see keys/README.md; those who have left"
    " get powers = []",
)


def examine_officers(home: Home, at: datetime) -> Iterator[Symptom]:
    """Examine every officer's key and certificate, and whether two share one."""
    for officer in home.settings.officers:
        for suite in sorted(officer.signers) if officer.powers else ():
            yield _officer(home, officer.id, suite, at)
    yield from _shared_keys(home)


def _officer(home: Home, number: str, suite: Suite, at: datetime) -> Symptom:
    """Ask what acting on seals asks: key, certificate, its path and revocation."""
    what = f"经办 officer {number} {suite}"
    try:
        signer = home.acting(number, suite).signer
        judge = PathJudge(home.trust_store(), at=at)
        demand(judge.judge(signer.certificate, signer.chain, claimed_signing_time=at))
    except EvidenceError as error:
        return bad(what, error)
    return lasts(what, signer.certificate.not_valid_after, at)


def _shared_keys(home: Home) -> Iterator[Symptom]:
    """Tell officers who have one key: they are one person, or one can act as the other."""
    known: dict[bytes, str] = {}
    for officer in home.settings.officers:
        for key in _public_keys(home, officer.id) if officer.powers else ():
            other = known.setdefault(key, officer.id)
            if other != officer.id:
                yield Symptom(
                    what=f"经办 officers {other}、{officer.id}",
                    good=False,
                    detail="用的是同一把密钥 they have one key",
                    reason=LicenceReason.POWERS_NOT_APART,
                    advice=_A_KEY_EACH,
                )


def _public_keys(home: Home, number: str) -> frozenset[bytes]:
    """Read the public keys of an officer; none where a certificate cannot be read, told already."""
    try:
        found = certificates_of(home.settings.find_officer(number))
        return frozenset(plain_public_key(each.public_key) for each in found)
    except EvidenceError:
        return frozenset()
