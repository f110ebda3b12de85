"""Examining what a home has published into its own folder, beside its register.

Rules kept: nothing is written; what is published elsewhere (`licences publish --out`) is not known
here, and not told of; what is from the future was made while a clock was ahead.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Final

from eseal.certificates import plain_name
from eseal.errors import EvidenceError
from licences.home import Home
from licences.publications import PUBLIC
from licences.published_lists import STATUS_FOLDER
from licences.reasons import LicenceReason
from licences.status_changes import few
from licences.status_survey import Survey, look
from licences.symptoms import Symptom, bad

if TYPE_CHECKING:
    from licences.store import Register

_WHAT: Final = "公布的文件 published"


def examine_published(home: Home, at: datetime) -> Iterator[Symptom]:
    """Examine the lists in the home's own folder: of what time they are, what accounts for them.

    Args:
        home: the home.
        at: aware; now.
    """
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
        count = sum(each.known.token is not None for each in survey.held)
        yield Symptom(what=_WHAT, good=True, detail=f"{count} 份状态列表 status lists")


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
    return [*survey.outside, *(doubt for each in survey.held for doubt in each.doubts)]


def lost_of(survey: Survey) -> Sequence[str]:
    """Give what no journal accounts for, of places that no licence of the register has."""
    return [lost for each in survey.held for lost in each.settled.lost]


def _told(sentences: Sequence[str], reason: LicenceReason) -> Symptom:
    return Symptom(what=_WHAT, good=False, detail=few(sentences), reason=reason)


def _later_lists(survey: Survey, at: datetime) -> Iterator[str]:
    for each in survey.held:
        token = each.known.token
        if token is not None and token.made_at > at:
            yield f"{each.path.name}：{token.made_at}"


def _later_crls(home: Home, at: datetime) -> Iterator[str]:
    """Give the revocation lists that the home trusts, which are those that it publishes."""
    for each in home.trust_store().crls:
        made = each["tbs_cert_list"]["this_update"].native
        if made > at:
            yield f"CRL {plain_name(each.issuer)}：{made}"
