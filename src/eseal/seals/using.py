"""What has to hold before a seal is used: the same that is asked of it afterwards.

Left to others: the checks themselves to `checks`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from asn1crypto import x509

from eseal.chain import PathJudge
from eseal.report import demand, demand_all
from eseal.seals.checks import SealCheck, judge_listed, judge_seal
from eseal.seals.model import Seal
from eseal.signers import Signer


def demand_usable(
    seal: Seal,
    signer: Signer,
    *,
    judge: PathJudge,
    at: datetime,
    others: Sequence[x509.Certificate] = (),
) -> None:
    """Insist before sealing that `seal` is good, and that `signer` may use it at `at`.

    Args:
        seal: the seal.
        signer: who is going to use it; its chain helps to build the maker's path, too.
        judge: what is believed.
        at: aware time of sealing.
        others: more certificates that may help to build paths.

    Raises:
        RefusedError: a check failed.
        UnavailableError: a check could not be decided.
    """
    helping = (*signer.chain, *others)
    demand_all(judge_seal(seal, judge=judge, used_at=at, others=helping))
    demand(judge_listed(seal, signer.certificate))
    path = judge.judge(signer.certificate, helping, claimed_signing_time=at)
    demand(replace(path, check=SealCheck.SIGNER_PATH))
