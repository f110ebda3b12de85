"""Examining the authorities that a home's settings name: CAs whose lists it publishes, timestamps.

Rules kept: a CA's key may be elsewhere until a list is due (an offline root), so a file that is not
there is told and is no fault; one that is there has to be the certificate's. How old a published
list is, is not asked: publishing says it. Nobody is asked for a timestamp unless that is wanted.
"""

from collections.abc import Iterator
from datetime import datetime

from eseal.algorithms import default_algorithm
from eseal.chain import PathJudge
from eseal.crl import demand_crl_issuer
from eseal.errors import EvidenceError
from eseal.path_rules import Purpose
from eseal.report import demand
from licences.ca_settings import CaSettings
from licences.home import Home, open_signer, read_chain
from licences.symptoms import Symptom, bad, lasts
from licences.timestamping import HomeTimestamps, open_timestamps

_PROBE = b"licences doctor"


def examine_cas(home: Home, at: datetime) -> Iterator[Symptom]:
    """Examine each CA: may it sign lists, for how long yet, and is its key the certificate's."""
    for ca in home.settings.cas:
        yield _examine_ca(ca, at)


def examine_timestamps(home: Home, at: datetime, *, network: bool) -> Iterator[Symptom]:
    """Examine the time-stamping authority, if the settings name one.

    Args:
        home: the home.
        at: aware; now.
        network: ask it for a timestamp of each suite that departments sign with.
    """
    if home.settings.timestamps is None:
        return
    what = "时间戳 timestamps"
    try:
        found = open_timestamps(home.settings.timestamps, home.trust_store(), lambda: at)
    except EvidenceError as error:
        yield bad(what, error)
        return
    if found is None:
        return
    yield _examine_authority(what, found, at)
    suites = {suite for each in home.settings.departments for suite in each.signers}
    for suite in sorted(suites) if network else ():
        name = f"{what} {suite}"
        try:
            found.stamp(_PROBE, digest=default_algorithm(suite).digest)
        except EvidenceError as error:
            yield bad(name, error)
        else:
            yield Symptom(what=name, good=True, detail=f"应答 it answers  {_address(found)}")


def _examine_ca(ca: CaSettings, at: datetime) -> Symptom:
    what = f"吊销列表 CA {ca.name}"
    try:
        certificate = read_chain(ca.signer)[0]
        demand_crl_issuer(certificate)
        is_here = ca.signer.key.exists()
        if is_here:
            open_signer(ca.signer)
    except EvidenceError as error:
        return bad(what, error)
    note = "" if is_here else "私钥不在此处 key not here  "
    return lasts(what, certificate.not_valid_after, at, f"{note}证书")


def _examine_authority(what: str, found: HomeTimestamps, at: datetime) -> Symptom:
    """Ask what stamping asks of the authority's certificate, where it is known."""
    if not found.certificates:
        said = "未指明证书，证照不带验证数据 no certificate named"
        return Symptom(what=what, good=True, detail=f"{_address(found)}  {said}")
    certificate, *others = found.certificates
    judge = PathJudge(found.trust, at=at)
    try:
        finding = judge.judge(
            certificate, others, claimed_signing_time=at, purpose=Purpose.TIMESTAMPS
        )
        demand(finding)
    except EvidenceError as error:
        return bad(what, error)
    return lasts(what, certificate.not_valid_after, at, f"{_address(found)}  证书")


def _address(found: HomeTimestamps) -> str:
    return found.url.partition("?")[0]
