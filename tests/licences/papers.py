"""JSON licences for tests: a good one, and how to spoil one thing about it before it is signed."""

from collections.abc import Callable
from dataclasses import replace

from eseal.certificates import SubjectName
from eseal.jose.issuing import ClaimSet, SdJwtIssuer
from eseal.signers import Signer, SoftwareSigner
from licences.catalogue import Department
from licences.claims import LICENCE_TYP, make_claims
from licences.identifiers import LicenceIdentifier
from tests.homes import CATALOGUE, MARKET
from tests.world import DAY, NOW, Authority

BUSINESS = CATALOGUE.get("business-licence")
Spoil = Callable[[ClaimSet], ClaimSet]


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
        BUSINESS, department(), BUSINESS.sample(), identifier=identifier, issued_at=NOW - DAY
    )


def paper(signer: Signer, spoil: Spoil = lambda claims: claims) -> bytes:
    """Sign the sample business licence, after `spoil` changed its claims."""
    issuer = SdJwtIssuer(signer, typ=LICENCE_TYP)
    return issuer.issue(spoil(good_claims()), seed=bytes(32))


def visible(**changed: str | None) -> Spoil:
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
