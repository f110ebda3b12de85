"""Licences for the self-test: a good one, and one with a thing about it changed before signing.

A paper is the sample business licence of the shipped catalogue, signed the day before `AT`. PDFs
are real faces, drawn by typst, with the seal at its place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from eseal.cms import CmsTemplate, Commitment
from eseal.jose.issuing import ClaimSet, SdJwtIssuer
from eseal.pdf.marks import picture_of
from eseal.pdf.signature_field import Appearance
from eseal.pdf.writer import sign_rendered_pdf
from eseal.pictures.form import form_of
from eseal.seals.model import SealPicture
from eseal.signers import Signer
from eseal.timestamps.stamper import Timestamper
from licences.catalogue import Department
from licences.claims import FIELDS, LICENCE_TYP, make_claims
from licences.faces import Face
from licences.identifiers import LicenceIdentifier
from licences.model import StatusPlace
from licences.selftest.authority import SIGNED
from licences.selftest.office import Office
from licences.selftest.seals import SealUser, good_use, seal_picture

STATUS_URI: Final = "https://licences.example/status/{code}.jwt"
INDEX: Final = 7

_BYTE_RANGE: Final = re.compile(rb"/ByteRange ?\[0 (\d+) (\d+) \d+ *\]")


def place_of(department: Department, index: int = INDEX) -> StatusPlace:
    """Say where the statuses of a department's papers are found."""
    return StatusPlace(uri=STATUS_URI.format(code=department.code), index=index)


def identifier_of(office: Office, department: Department | None = None) -> LicenceIdentifier:
    """Give the paper's identifier."""
    return LicenceIdentifier.build(
        type_code=office.licence_type.type_code,
        issuer=(department or office.department).code,
        serial="SELFTEST0001",
    )


def claims_of(
    office: Office, *, department: Department | None = None, place: StatusPlace | None = None
) -> ClaimSet:
    """Make the claims of the sample licence."""
    issuer, licence_type = department or office.department, office.licence_type
    return make_claims(
        licence_type,
        issuer,
        licence_type.sample(),
        identifier=identifier_of(office, issuer),
        issued_at=SIGNED,
        status=place or place_of(issuer),
    )


def json_paper(
    office: Office,
    *,
    claims: ClaimSet | None = None,
    signer: Signer | None = None,
    timestamps: Timestamper | None = None,
    typ: str = LICENCE_TYP,
) -> bytes:
    """Sign the sample licence as JSON."""
    issuer = SdJwtIssuer(signer or office.signer, typ=typ, timestamps=timestamps)
    return issuer.issue(claims or claims_of(office), seed=bytes(32))


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfPaper:
    """What a PDF licence is made of; by default all is good.

    Attributes:
        signer: who signs both PDF and JSON; the department.
        json: what is attached; the JSON licence.
        shown: fields that the page shows otherwise than the JSON says.
        identifier: what page and metadata say; the licence's.
        use: how the seal is used; `None`: no seal is.
        picture: what is shown; the seal's picture.
        commitment: what the signature commits to.
        timestamps: who stamps the signatures.
        edit: changes the face before it is signed.
    """

    signer: Signer | None = None
    json: bytes | None = None
    shown: Mapping[str, str] = field(default_factory=dict)
    identifier: str | None = None
    use: SealUser | None = good_use
    picture: SealPicture | None = None
    commitment: Commitment | None = Commitment.ORIGIN
    timestamps: Timestamper | None = None
    edit: Callable[[bytes], bytes] = bytes


def pdf_paper(office: Office, paper: PdfPaper | None = None) -> bytes:
    """Draw and sign the sample licence as PDF."""
    paper = paper or PdfPaper()
    signer = paper.signer or office.signer
    template = CmsTemplate(signer, commitment=paper.commitment, timestamps=paper.timestamps)
    if paper.use is not None:
        template = paper.use(office, template)
    spot = office.renderer.seal_spot(office.licence_type)
    form = form_of(picture_of(paper.picture or seal_picture()))
    return sign_rendered_pdf(
        paper.edit(face_of(office, paper)),
        template,
        at=SIGNED,
        appearance=Appearance(form=form, x=spot.x, y=spot.y, page=spot.page),
    )


def face_of(office: Office, paper: PdfPaper | None = None) -> bytes:
    """Draw the face, not yet signed."""
    paper = paper or PdfPaper()
    json = paper.json or json_paper(office, signer=paper.signer, timestamps=paper.timestamps)
    face = Face(
        licence_type=office.licence_type,
        department=office.department,
        identifier=paper.identifier or str(identifier_of(office)),
        data=office.licence_type.sample() | dict(paper.shown),
        attachment=json,
        at=SIGNED,
    )
    return office.renderer.render(face)


def signed_anew(pdf: bytes, cms: CmsTemplate) -> bytes:
    """Sign an edited PDF again, in the place and the length of its last signature."""
    *_, byte_range = _BYTE_RANGE.finditer(pdf)
    before, behind = int(byte_range[1]), int(byte_range[2])
    value = cms.build(cms.digest(pdf[:before], pdf[behind:])).hex().encode()
    return b"%b<%b>%b" % (pdf[:before], value.ljust(behind - before - 2, b"0"), pdf[behind:])


def visible(claims: ClaimSet, **changed: str | int | None) -> ClaimSet:
    """Change claims that everybody sees."""
    return replace(claims, visible={**claims.visible, **changed})


def disclosable(claims: ClaimSet, **changed: str) -> ClaimSet:
    """Change claims that may be withheld."""
    return replace(claims, disclosable={**claims.disclosable, **changed})


def fields(claims: ClaimSet, **changed: str) -> ClaimSet:
    """Change fields."""
    return replace(claims, nested={FIELDS: {**claims.nested[FIELDS], **changed}})
