"""Who has to do with a seal, as `licences seal show` tells: its people, and whose turn it is.

Rule kept: who applied and approved, and so who may go on, stands in the seal's history alone; where
that does not hold, nobody is told to go on, and why not is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from licences.cli.seal_next import who_words
from licences.seal_terms import action_words

if TYPE_CHECKING:
    from eseal.reasons import ReasonCode
    from licences.home import Home
    from licences.seal_history import Standing
    from licences.seal_model import SealRecord
    from licences.seal_office import SealOffice
    from licences.seal_turns import Turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """Who has to do with a seal.

    Attributes:
        names: officers' names by id, as the settings have them.
        people: a label, and the officer: applicant and approver, if they are known.
        turns: what may be done, and by whom.
        revoked: SHA-256 of the certificates that the seal lists and the home knows to be revoked.
        broken: why the history cannot be relied on; `None`: it can.
        advice: what to do about that, Chinese and English.
        standing: where the seal stands by its history; `None` where that does not hold.
    """

    names: Mapping[str, str]
    people: Mapping[str, str]
    turns: "tuple[Turn, ...]" = ()
    revoked: frozenset[bytes] = frozenset()
    broken: "ReasonCode | None" = None
    advice: tuple[str, ...] = ()
    standing: "Standing | None" = None


def read_who(home: "Home", office: "SealOffice", record: "SealRecord") -> Who:
    """Read who has to do with a seal out of its history and the settings."""
    from eseal.errors import EvidenceError
    from licences.home_advice import remedy_in
    from licences.seal_turns import turns

    names = {each.id: each.name for each in home.settings.officers}
    try:
        standing = office.standing(record.es_id)
    except EvidenceError as error:
        advice = error.advice or remedy_in(home.path, error.reason)
        return Who(names=names, people={}, broken=error.reason, advice=advice)
    people = {"申请人 applicant": _named(names, standing.version.applicant)}
    if standing.version.approver:
        people["审批人 approver"] = _named(names, standing.version.approver)
    return Who(
        names=names,
        people=people,
        turns=turns(standing, home.settings.officers),
        revoked=frozenset(_revoked(home, standing)),
        standing=standing,
    )


def _revoked(home: "Home", standing: "Standing") -> Iterator[bytes]:
    """Find the certificates of those who may use a seal that are revoked, by the home's trust."""
    from eseal.certificates import read_certificate
    from eseal.chain import PathJudge
    from eseal.moments import now
    from eseal.reasons import Reason
    from eseal.seals.reading import read_seal

    judge = PathJudge(home.trust_store(), at=now())
    issuers = [read_certificate(each) for each in standing.version.application.issuers]
    made = () if standing.esl is None else read_seal(standing.esl).signers.certificates
    for der in {*made, *standing.version.application.certificates}:
        certificate = read_certificate(der)
        path = judge.judge(certificate, issuers, claimed_signing_time=judge.at)
        if path.reason is Reason.CERTIFICATE_REVOKED:
            yield certificate.sha256


def who_rows(who: Who) -> Iterator[tuple[str, str]]:
    """Tell the people, a row each."""
    from eseal.cli.page import safe

    for label, named in who.people.items():
        yield label, safe(named)


def turn_rows(who: Who) -> Iterator[tuple[str, str]]:
    """Tell what may be done now and by whom, a row each."""
    from eseal.cli.page import safe

    label = "可办理 possible"
    if who.broken is not None:
        yield label, f"[red]✗[/] {who.broken}  {who.broken.zh} {who.broken.en}"
        yield (
            "",
            "未核验记录，不能说可由谁办理 its history was not verified: nobody is told to go on",
        )
        yield from (("", f"→ {safe(each)}") for each in who.advice)
    elif not who.turns:
        yield label, "—"
    for turn in who.turns:
        yield label, f"{action_words(turn.action.value)}  {who_words(turn)}"
        label = ""


def who_data(who: Who) -> dict[str, object]:
    """Put what may be done, and by whom, into the JSON form."""
    may = {turn.action.value: [each.id for each in turn.officers] for turn in who.turns}
    return {"possible": None if who.broken is not None else may}


def keeper_words(who: Who, keeper: str) -> str:
    """Name who keeps the seal."""
    return _named(who.names, keeper)


def _named(names: Mapping[str, str], officer: str) -> str:
    return f"{officer}  {names.get(officer, '（不在设置中 not in the settings）')}"
