"""Judges signatures by pyHanko: what they cover, whether digest and value hold, what came after.

What may come after a signature is another signature with its field, and nothing else: fields are
added and signed, the catalog and pages point to them, metadata say so. Forms are not filled in,
revocation data are not added; a certification may allow less.

Left to others: opening files to `reader`; what pyHanko lets through to `eseal.pdf.structure`,
`eseal.pdf.verify` and `eseal.signed_data`.
"""

from dataclasses import dataclass

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from eseal.pdf.guarded import resolve, translated
from eseal.pdf.reader import OpenPdf
from eseal.reasons import Reason
from eseal.stack import SuiteSignatureValidator

_MAX_WORDS = 300
_LOWEST = ModificationLevel.LTA_UPDATES
_ONLY_SIGNATURES = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        DocInfoRule().as_qualified(_LOWEST),
        XrefStreamRule().as_qualified(_LOWEST),
        ObjectStreamRule().as_qualified(_LOWEST),
        MetadataUpdateRule().as_qualified(_LOWEST),
    ],
    form_rule=FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]),
    ignore_orphaned_objects=False,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What pyHanko says of a signature.

    Attributes:
        covers_revision: it covers the revision that it closes, but itself, and all before.
        digest_matches: what it covers has the digest that was signed.
        signature_holds: the signature value is right for the signer's key.
        certificate: the signer's, as pyHanko has it.
        cms: the whole of /Contents, as pyHanko has it.
        later: what came after it and may not, `None` if there is no such thing.
    """

    covers_revision: bool
    digest_matches: bool
    signature_holds: bool
    certificate: x509.Certificate
    cms: bytes
    later: str | None


def judge_signature(opened: OpenPdf, number: int) -> Judgement:
    """Let pyHanko judge the signature of field `number`, by integrity and by its key.

    Raises:
        MalformedError: SIGNATURE_MALFORMED, pyHanko does not take it for a signature.
    """
    name, field = opened.field(number)
    with translated(Reason.SIGNATURE_MALFORMED, name):
        dictionary = resolve(field, generic.DictionaryObject)
        embedded = EmbeddedPdfSignature(opened.pyhanko, dictionary, name)
        embedded.compute_integrity_info(_ONLY_SIGNATURES)
        certificate = embedded.signer_cert
        matches, holds = validate_sig_integrity(
            embedded.signer_info,
            certificate,
            expected_content_type="data",
            actual_digest=embedded.compute_digest(),
            sig_validator=SuiteSignatureValidator(),
        )
        return Judgement(
            covers_revision=embedded.coverage >= SignatureCoverageLevel.ENTIRE_REVISION,
            digest_matches=matches,
            signature_holds=holds,
            certificate=certificate,
            cms=embedded.pkcs7_content,
            later=_forbidden(embedded),
        )


def later_changes(opened: OpenPdf, number: int) -> str | None:
    """Say what came after the signature of field `number` and may not, whatever is in /Contents.

    Raises:
        MalformedError: SIGNATURE_MALFORMED, pyHanko cannot read the revisions.
    """
    name, field = opened.field(number)
    with translated(Reason.SIGNATURE_MALFORMED, name):
        value = resolve(field, generic.DictionaryObject).raw_get("/V")
        revision = opened.pyhanko.xrefs.get_last_change(value.reference)
        found = _ONLY_SIGNATURES.review_file(opened.pyhanko, revision)
    return str(found)[:_MAX_WORDS] if isinstance(found, SuspiciousModification) else None


def _forbidden(embedded: EmbeddedPdfSignature) -> str | None:
    found, allowed = embedded.diff_result, embedded.docmdp_level
    if isinstance(found, SuspiciousModification):
        return str(found)[:_MAX_WORDS]
    if found is not None and allowed is not None and found.modification_level.value > allowed.value:
        return f"its certification allows changes of level {allowed.value} only"
    return None
