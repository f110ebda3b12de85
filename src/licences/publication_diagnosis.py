"""Examining what a home has published into its own folder, and the address that it names for it.

Rules kept: nothing is written; what is published elsewhere (`licences publish --out`) is not known
here, and not told of; what is from the future was made while a clock was ahead.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from eseal.certificates import plain_name
from eseal.errors import EvidenceError
from licences.home import Home
from licences.publications import PUBLIC
from licences.published_lists import STATUS_FOLDER
from licences.reasons import LicenceReason
from licences.status_changes import few
from licences.status_survey import Survey, look
from licences.symptoms import Advice, Symptom, bad

if TYPE_CHECKING:
    from licences.store import Register

_WHAT: Final = "公布的文件 published"
_REAL_ADDRESS: Final[Advice] = (
    "签发前在 settings.toml 的 [status] uri 写入将公布列表的网址；它写入每份证照，不能再改",
    "Before issuing, enter where lists will be published under [status] uri in settings.toml: it "
    "stands in every licence and cannot be changed later",
)


def examine_published(home: Home, at: datetime) -> Iterator[Symptom]:
    """Examine the address of the lists, of what time those in the home are, what accounts for them.

    Args:
        home: the home.
        at: aware; now.
    """
    yield from _examine_address(home)
    try:
        with closing(home.register()) as register:
            survey = survey_published(home, register, at)
        later = [*_later_lists(survey, at), *_later_crls(home, at)]
    except EvidenceError as error:
        yield bad(_WHAT, error)
        return
    doubts = [*doubts_of(survey), *lost_of(survey)]
    if later:
        yield _told(later, LicenceReason.PUBLISHED_LATER)
    if doubts:
        yield _told(doubts, LicenceReason.STATUS_UNACCOUNTED)
    yield from (bad(f"{_WHAT} {path.name}", error) for path, error in survey.refused)
    if not (later or doubts or survey.refused):
        count = sum(each.known is not None for each in survey.held)
        yield Symptom(what=_WHAT, good=True, detail=f"{count} 份状态列表 status lists")


def _examine_address(home: Home) -> Iterator[Symptom]:
    """Tell real departments whose licences name an address that nobody can have (RFC 2606)."""
    status = home.settings.status
    real = [each for each in home.settings.departments if not each.code.is_invented]
    host = urlsplit(status.uri).hostname if status else None
    if status and real and host and host.rpartition(".")[2] == "example":
        yield Symptom(
            what="状态列表的网址 address of status lists",
            good=False,
            detail=f"{status.uri} 是示例 is for trying only；{real[0].name.zh}",
            advice=_REAL_ADDRESS,
        )


def survey_published(home: Home, register: "Register", at: datetime) -> Survey:
    """Hold the register against what is published in the home's own folder, if anything is.

    Raises:
        EvidenceError: register, trust or folder cannot be read.
    """
    folder = home.path / PUBLIC / STATUS_FOLDER
    if not folder.is_dir():
        return Survey(held=(), refused=(), outside=())
    return look(register, folder, home.trust_store(), at=at)


def doubts_of(survey: Survey) -> Sequence[str]:
    """Give what no journal accounts for, of licences that the register has."""
    return [*survey.outside, *(doubt for each in survey.held for doubt in each.settled.doubts)]


def lost_of(survey: Survey) -> Sequence[str]:
    """Give what no journal accounts for, of places that no licence of the register has."""
    return [lost for each in survey.held for lost in each.settled.lost]


def _told(sentences: Sequence[str], reason: LicenceReason) -> Symptom:
    return Symptom(what=_WHAT, good=False, detail=few(sentences), reason=reason)


def _later_lists(survey: Survey, at: datetime) -> Iterator[str]:
    for each in survey.held:
        if each.known is not None and each.known.made_at > at:
            yield f"{each.path.name}：{each.known.made_at}"


def _later_crls(home: Home, at: datetime) -> Iterator[str]:
    """Give the revocation lists that the home trusts, which are those that it publishes."""
    for each in home.trust_store().crls:
        made = each["tbs_cert_list"]["this_update"].native
        if made > at:
            yield f"CRL {plain_name(each.issuer)}：{made}"
