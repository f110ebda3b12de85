"""Makes seal objects (制章) from approved applications; nothing leaves that we would not accept.

Rules kept: before the maker signs, the picture is checked, every certificate in the list is judged
with the home's trust at that time, and the validity lies within that of the maker's certificate,
because no seal outlives its maker's (GB/T 38540-2020, 6.3, read second-hand); afterwards the seal
is read back and judged by our own verifier, the maker among the accepted ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import x509

from eseal.certificates import read_certificate
from eseal.chain import PathJudge, judge_at
from eseal.errors import RefusedError, remedied
from eseal.report import demand, demand_all
from eseal.seals.checks import judge_seal
from eseal.seals.kinds import type_number
from eseal.seals.making import SealDraft, make_seal
from eseal.seals.reading import read_seal
from eseal.signers import Signer
from eseal.trust import TrustStore
from licences.reasons import LicenceReason
from licences.seal_acceptance import demand_owners_name
from licences.seal_application import SealApplication, read_signers, signer_list
from licences.seal_drafting import checked_picture

_CHANGE_IT: Final = (
    "由申请人改有效期：licences seal change 印章 --from 日 --until 日 --reason 理由 --as 申请人，"
    "审批后再制作；印章编号不变",
    "The applicant changes it: licences seal change SEAL --from DAY --until DAY --reason WHY --as "
    "APPLICANT; it is approved again, and made; the seal keeps its number",
)
_OR_WAIT: Final = (
    f"到有效期第一天再制作即可；不能等的，{_CHANGE_IT[0]}",
    f"Make it when its validity begins; or do not wait: {_CHANGE_IT[1]}",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SealOrder:
    """What is to be made.

    Attributes:
        es_id: the seal's identifier.
        application: what was approved.
        certificates: who may use it: the application's, or those of a renewal; in DER.
        issuers: certificates that help to judge them, in DER.
    """

    es_id: str
    application: SealApplication
    certificates: tuple[bytes, ...]
    issuers: tuple[bytes, ...]


def make_checked(order: SealOrder, maker: Signer, *, trust: TrustStore, at: datetime) -> bytes:
    """Make a seal object.

    Args:
        order: what is to be made.
        maker: the seal maker (制章者).
        trust: what is believed; the maker has to be among its makers.
        at: when it is made; aware.

    Raises:
        RefusedError: NO_SIGNER, SEAL_VALIDITY_REFUSED, SEAL_SIGNERS_REFUSED, why a certificate's
            path does not hold, or what the verifier says of the seal.
        UnavailableError: a path could not be judged.
        MalformedError: a certificate, or the picture.
    """
    wanted = order.application
    if maker.algorithm.suite is not wanted.suite:
        raise RefusedError(
            LicenceReason.NO_SIGNER,
            f"制章者没有此密码套件的密钥 the maker has no key of suite {wanted.suite}",
        )
    _check_validity(wanted, maker.certificate, at)
    picture = checked_picture(
        wanted.picture.data, width=wanted.picture.width, height=wanted.picture.height
    )
    signers = read_signers(order.certificates, owner=wanted.owner, suite=wanted.suite)
    demand_owners_name(signers, wanted.owner_name)
    judge = judge_at(trust, at)
    demand_paths(judge, signers, (*map(read_certificate, order.issuers), *maker.chain))
    draft = SealDraft(
        es_id=order.es_id,
        kind=type_number(wanted.kind),
        name=wanted.name,
        signers=signer_list(signers, wanted.listing, wanted.suite),
        created=at,
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        picture=picture,
    )
    made = make_seal(draft, maker)
    demand_all(judge_seal(read_seal(made), judge=judge, used_at=at, others=maker.chain))
    return made


def demand_paths(
    judge: PathJudge, certificates: Iterable[x509.Certificate], others: tuple[x509.Certificate, ...]
) -> None:
    """Insist that certificates hold at the judge's time: path, validity, revocation.

    Raises:
        RefusedError: one does not.
        UnavailableError: one could not be judged.
    """
    for certificate in certificates:
        demand(judge.judge(certificate, others, claimed_signing_time=judge.at))


def _check_validity(wanted: SealApplication, maker: x509.Certificate, at: datetime) -> None:
    sentence = ""
    if not wanted.valid_from <= at <= wanted.valid_until:
        sentence = (
            f"有效期 valid from {wanted.valid_from} to {wanted.valid_until}，制作于 made at {at}"
        )
    elif wanted.valid_until > maker.not_valid_after:
        ends = maker.not_valid_after
        sentence = (
            f"印章到期晚于制章者证书 it would outlive its maker's certificate, which ends {ends}"
        )
    if sentence:
        advice = _OR_WAIT if at < wanted.valid_from else _CHANGE_IT
        with remedied({LicenceReason.SEAL_VALIDITY_REFUSED: advice}):
            raise RefusedError(LicenceReason.SEAL_VALIDITY_REFUSED, sentence)
