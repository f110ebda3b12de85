"""JSON licences for tests: a good one, and how to spoil one thing about it before it is signed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from eseal.certificate_making import SubjectName
from eseal.cms import CmsTemplate, Commitment
from eseal.jose.issuing import ClaimSet, SdJwtIssuer
from eseal.jose.status_list import sign_status_list
from eseal.pdf.writer import sign_rendered_pdf
from eseal.signers import Signer, SoftwareSigner
from licences.catalogue import Department
from licences.claims import LICENCE_TYP, make_claims
from licences.faces import Face, FaceRenderer
from licences.identifiers import LicenceIdentifier
from licences.licence_life import Standing
from licences.model import StatusPlace
from licences.status_check import StatusSources
from licences.status_files import read_statuses
from licences.status_lists import list_of
from tests.homes import CATALOGUE, MARKET, STATUS_URI
from tests.world import DAY, NOW, YEAR, Authority

BUSINESS = CATALOGUE.get("business-licence")
Spoil = Callable[[ClaimSet], ClaimSet]

PLACE = StatusPlace(uri=f"{STATUS_URI}/{MARKET}-sm2-0.jwt", index=7)
"""Where the status of these papers is found."""


def department() -> Department:
    """Give the department that issues business licences."""
    found = CATALOGUE.find_department(MARKET)
    assert found is not None
    return found


def good_claims() -> ClaimSet:
    """Make the claims of the sample business licence, issued the day before NOW."""
    identifier = LicenceIdentifier.build(
        type_code=BUSINESS.type_code, issuer=department().code, serial="SAMPLE0001"
    )
    return make_claims(
        BUSINESS,
        department(),
        BUSINESS.sample(),
        identifier=identifier,
        issued_at=NOW - DAY,
        status=PLACE,
    )


def status_list(
    signer: Signer,
    standing: Standing = Standing.VALID,
    *,
    at: datetime = NOW,
    lifetime: timedelta = 30 * DAY,
    place: StatusPlace = PLACE,
    index: int = PLACE.index,
) -> bytes:
    """Sign a list in which the papers stand so."""
    return sign_status_list(
        signer,
        list_of({index: standing}),
        issuer=MARKET,
        uri=place.uri,
        at=at,
        lifetime=lifetime,
        ttl=DAY,
    )


@cache
def good_list(authority: Authority) -> bytes:
    """Sign a list in which the papers are valid, for a year from two days before NOW."""
    return status_list(market_signer(authority), at=NOW - 2 * DAY, lifetime=YEAR)


def good_statuses(authority: Authority) -> StatusSources:
    """Give the list in which the papers are valid."""
    return read_statuses([("good", good_list(authority))])


def paper(signer: Signer, spoil: Spoil = lambda claims: claims) -> bytes:
    """Sign the sample business licence, after `spoil` changed its claims."""
    issuer = SdJwtIssuer(signer, typ=LICENCE_TYP)
    return issuer.issue(spoil(good_claims()), seed=bytes(32))


def pdf_paper(
    signer: Signer,
    *,
    spoil: Spoil = lambda claims: claims,
    identifier: str = "",
    attached: bool = True,
    embedded: bytes | None = None,
    commitment: Commitment | None = Commitment.ORIGIN,
    **shown: str,
) -> bytes:
    """Sign the sample business licence as PDF, its JSON embedded.

    Args:
        signer: signs both.
        spoil: changes what the JSON says.
        identifier: what the metadata say instead of the licence's identifier.
        commitment: what the signature says to commit to.
        embedded: what is embedded instead of the JSON licence.
        attached: whether the JSON is called as a licence's JSON is called.
        shown: fields that the page shows otherwise than the JSON says.
    """
    json = embedded or paper(signer, spoil)
    claimed = str(spoil(good_claims()).visible["certificate_identifier"])
    rendered = _renderer().render(
        Face(
            licence_type=BUSINESS,
            department=department(),
            identifier=claimed,
            data=BUSINESS.sample() | shown,
            attachment=json,
            at=NOW - DAY,
        )
    )
    if not attached:
        rendered = rendered.replace(b"(licence.json)", b"(example.json)")
    if identifier:
        said, other = claimed.encode(), identifier.ljust(len(claimed)).encode()
        rendered = rendered.replace(b"<dc:identifier>" + said, b"<dc:identifier>" + other)
    return sign_rendered_pdf(
        rendered,
        CmsTemplate(signer, commitment=commitment),
        at=NOW - DAY,
        identifier=None if identifier else claimed,
    )


@cache
def _renderer() -> FaceRenderer:
    return FaceRenderer()


def visible(**changed: str | int | None) -> Spoil:
    """Change claims that everybody sees."""
    return lambda claims: replace(claims, visible={**claims.visible, **changed})


def disclosable(**changed: str) -> Spoil:
    """Change claims that may be withheld."""
    return lambda claims: replace(claims, disclosable={**claims.disclosable, **changed})


def fields(**changed: str) -> Spoil:
    """Change fields."""
    return lambda claims: replace(claims, nested={"fields": {**claims.nested["fields"], **changed}})


def market_signer(authority: Authority) -> SoftwareSigner:
    """Make a signing certificate for the market regulator."""
    subject = SubjectName(
        common_name="示例市市场监督管理局（样本）",
        organisation="示例市市场监督管理局",
        organisation_code=MARKET,
    )
    return authority.department(subject=subject)


def expired(claims: ClaimSet) -> ClaimSet:
    """Let it end the day before NOW, in field and metadata."""
    return ending("2026-11-21")(claims)


def ending(day: str) -> Spoil:
    """Let it end on `day`, in field and metadata."""
    return lambda claims: visible(certificate_validate_end=day)(fields(term_until=day)(claims))


def beginning(day: str) -> Spoil:
    """Let it begin on `day`, in field and metadata."""
    return lambda claims: visible(certificate_validate_start=day)(fields(term_from=day)(claims))
