"""Makes the documents of a licence, and verifies each before it is let out.

A JSON licence is prepared to the last byte but its signature; a PDF is rendered with the signed
JSON licence embedded, and laid out to the last byte but its signature. What will be signed is so
known, and can be journaled, before it is signed. Rules kept: what comes out of here was read back
from its bytes and verified; the JSON in a PDF is exactly the one that was signed; a document that
an earlier run left is verified in full, certificate path included, before it is used, and has to be
what the journal announced of this licence, signed by its department, and to say what is asked for:
what is journaled of issuing nobody signs. So no PDF has a JSON licence that says something else.
"""

from dataclasses import dataclass
from datetime import datetime

from eseal import digests
from eseal.chain import judge_at
from eseal.digests import DigestAlgorithm
from eseal.jose.issuing import ClaimSet, UnsignedSdJwt
from eseal.jose.sdjwt import read_sd_jwt
from eseal.jose.strict_json import JsonObject, canonical
from eseal.jose.verification import self_verify, verify_sd_jwt
from eseal.pdf.selfcheck import covered_bytes, self_verify_pdf
from eseal.pdf.signature_field import Appearance
from eseal.pdf.verify import verify_pdf
from eseal.pdf.writer import PreparedPdf, prepare_rendered_pdf
from eseal.report import demand_all
from eseal.trust import TrustStore
from licences.claims import EMBEDDED_NAME, LICENCE_TYP, make_claims
from licences.identifiers import LicenceIdentifier
from licences.jobs import Job
from licences.model import Format, Licence
from licences.orders import Faces, Order
from licences.signing_desk import Desk


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentMaker:
    """Makes documents.

    Attributes:
        faces: draws faces.
        trust: what documents that were left behind are verified with.
    """

    faces: Faces
    trust: TrustStore

    def prepare_json(self, order: Order, licence: Licence) -> UnsignedSdJwt:
        """Make the JSON licence but for its signature; the same licence gives the same bytes.

        Raises:
            MalformedError: a field is out of the bounds of JSON.
        """
        return order.desk.json.prepare(_claims(order, licence), seed=licence.seed or b"")

    def sign_json(self, desk: Desk, unsigned: UnsignedSdJwt) -> bytes:
        """Sign a JSON licence.

        Raises:
            EvidenceError: the signer failed.
        """
        return desk.json.sign(unsigned)

    def check_json(self, desk: Desk, document: bytes) -> None:
        """Verify a JSON licence that was just signed.

        Raises:
            EvidenceError: it does not verify.
        """
        stamped = desk.cms.timestamps is not None
        self_verify(document, desk.signer.certificate, typ=LICENCE_TYP, stamped=stamped)

    def prepare_pdf(self, order: Order, licence: Licence, json: bytes) -> PreparedPdf:
        """Draw the face with the JSON licence embedded and the seal on it; all but the signature.

        Raises:
            RefusedError: MISSING_GLYPH, CONTENT_TOO_LONG; SEAL_PLACE_REFUSED.
            MalformedError: TYPE_MALFORMED, the face has no place for a seal.
        """
        return prepare_rendered_pdf(
            self.faces.draw(order, licence, json),
            order.desk.cms,
            at=licence.issued_at,
            identifier=licence.identifier,
            appearance=self._seal_on(order),
            validation=order.desk.validation,
        )

    def _seal_on(self, order: Order) -> Appearance | None:
        """The seal, at the place that the type's face has for it; nothing if none is applied."""
        seal = order.desk.seal
        if seal is None:
            return None
        return seal.shown_at(self.faces.seal_spot(order.licence_type))

    def sign_pdf(self, desk: Desk, prepared: PreparedPdf) -> bytes:
        """Sign a PDF.

        Raises:
            EvidenceError: the signer failed.
        """
        return prepared.signed_by(desk.cms)

    def check_pdf(self, desk: Desk, document: bytes, *, identifier: str, json: bytes) -> None:
        """Verify a PDF that was just signed, the embedded JSON licence included.

        Raises:
            EvidenceError: it does not verify.
        """
        self_verify_pdf(
            document,
            desk.cms,
            identifier=identifier,
            attached={EMBEDDED_NAME: json},
            validation=desk.validation,
        )

    def verify_left(self, job: Job, form: Format, document: bytes, *, at: datetime) -> None:
        """Verify what an earlier run left, as an auditor would, and that it is this licence's.

        Args:
            job: whose it has to be; with its JSON licence, where it is a PDF.
            form: which document.
            document: what is staged.
            at: the time that it is asked for.

        Raises:
            RefusedError: why it fails; STAGED_DOCUMENT_WRONG, it is not what was announced,
                or not signed by the department.
            UnavailableError: why it could not be judged.
        """
        judge = judge_at(self.trust, at)
        match form:
            case Format.JSON:
                demand_all(verify_sd_jwt(document, judge=judge, typ=LICENCE_TYP).findings)
                sd_jwt = read_sd_jwt(document)
                covered = sd_jwt.signing_input
                is_its = _says(sd_jwt.claims(), _claims(job.order, job.licence))
            case Format.PDF:
                evidence = verify_pdf(document, judge=judge)
                demand_all(evidence.findings)
                covered = covered_bytes(document)
                signers = {each.organisation_identifier for each in evidence.signatures}
                is_its = evidence.attachment(EMBEDDED_NAME) == job.json
                is_its = is_its and signers == {job.licence.department}  # no digest tells whose
        announced = ((form, digests.digest(each, covered)) for each in DigestAlgorithm)
        if not is_its or job.announced.isdisjoint(announced):
            raise job.not_its_own(form)


def _claims(order: Order, licence: Licence) -> ClaimSet:
    """Say what a licence says of itself; raises as `prepare_json`."""
    return make_claims(
        order.licence_type,
        order.department,
        licence.data,
        identifier=LicenceIdentifier.parse(licence.identifier),
        issued_at=licence.issued_at,
        status=licence.status,
        replaces=licence.replaces,
    )


def _says(claims: JsonObject, wanted: ClaimSet) -> bool:
    """Whether a JSON licence says what is asked for: all of it, and nothing else."""
    whole: JsonObject = {**wanted.whole, **wanted.visible, **wanted.disclosable}
    whole |= {name: dict(members) for name, members in wanted.nested.items()}
    return canonical(claims) == canonical(whole)


def digest_of_json(desk: Desk, unsigned: UnsignedSdJwt) -> bytes:
    """Digest what is about to be signed of a JSON licence, by the signer's algorithm."""
    return digests.digest(desk.signer.algorithm.digest, unsigned.signing_input)
