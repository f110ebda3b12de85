"""Judges signatures by pyHanko: what they cover, whether digest and value hold, what came after.

What may come after a signature is another signature with its field, and nothing else: fields are
added and signed, the catalog and pages point to them, metadata say so. A field that is added is
signed at once and does nothing; the document stays the one of its identifier. Forms are not filled
in and not drawn anew, revocation data are not added; a certification may allow less.

Left to others: opening files to `reader`; what pyHanko lets through to `eseal.pdf.structure`,
`eseal.pdf.verify` and `eseal.signed_data`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    ReferenceUpdate,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.form_rules_api import (
    FieldComparisonContext,
    FieldMDPRule,
    FormUpdate,
)
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from eseal.errors import MalformedError
from eseal.pdf.guarded import FOREIGN_ERRORS, entry, resolve, translated
from eseal.pdf.reader import FIELD_KEYS, WIDGET_KEYS, OpenPdf, widgets_below
from eseal.pdf.sections import last_start
from eseal.pdf.xmp import read_identifier
from eseal.reasons import Reason
from eseal.stack import SuiteSignatureValidator

_MAX_WORDS = 300
_LOWEST = ModificationLevel.LTA_UPDATES


class _SignedFieldsOnly(FieldMDPRule):
    """Lets no field come that is not signed, or that does or shows more than a signature does.

    pyHanko's own rules leave it to a new field what else it says, and whether it is filled.
    """

    def apply(
        self, context: FieldComparisonContext
    ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        """Allow nothing, refuse what may not be."""
        _check_form(context.old, context.new)
        for name, spec in context.field_specs.items():
            if spec.old_field_ref is None and spec.new_field is not None:
                _check_new_field(name, spec.new_field)
        return ()


class _SameIdentifier(MetadataUpdateRule):
    """Lets metadata be written anew, but not with another identifier of the document."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Allow what pyHanko allows."""
        if _identifier(old) != _identifier(new):
            raise SuspiciousModification(
                "文档标识与此前不同 the document has another identifier than before"
            )
        return super().apply(old, new)


def _check_form(old: HistoricalResolver, new: HistoricalResolver) -> None:
    """See that no reader is asked to draw the fields of the form anew."""
    before, after = (
        entry(one.root, "/AcroForm", generic.DictionaryObject) or generic.DictionaryObject()
        for one in (old, new)
    )
    drawn_by = ("/NeedAppearances", "/DR", "/DA", "/Q")
    if after.get("/NeedAppearances") and any(before.get(key) != after.get(key) for key in drawn_by):
        raise SuspiciousModification(
            "表单域要求重新绘制 the fields of the form are to be drawn anew"
        )


def _check_new_field(name: str, field: generic.DictionaryObject) -> None:
    if not field.get("/V"):
        raise SuspiciousModification(f"新增的域未签名 the new field {name} is not signed")
    odd = set(field) - FIELD_KEYS
    for widget in widgets_below(field):
        odd |= set(widget) - WIDGET_KEYS
    if odd:
        raise SuspiciousModification(
            f"新增的域含签名以外的内容 the new field {name} says more than a signature does: {odd}"
        )


def _identifier(revision: HistoricalResolver) -> str | None:
    metadata = entry(revision.root, "/Metadata", generic.StreamObject)
    return None if metadata is None else read_identifier(metadata.data)


_ONLY_SIGNATURES = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        DocInfoRule().as_qualified(_LOWEST),
        XrefStreamRule().as_qualified(_LOWEST),
        ObjectStreamRule().as_qualified(_LOWEST),
        _SameIdentifier().as_qualified(_LOWEST),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[
            _SignedFieldsOnly(),
            SigFieldCreationRule(allow_new_visible_after_certify=True),
            SigFieldModificationRule(),
        ]
    ),
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
        embedded.compute_integrity_info(skip_diff=True)
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
            later=_forbidden(opened, embedded),
        )


def later_changes(opened: OpenPdf, number: int, *, data: bytes, end: int) -> str | None:
    """Say what came after the signature of field `number` and may not, whatever is in /Contents.

    Args:
        opened: the file.
        number: of the signature field.
        data: the file's bytes.
        end: where that ends which the signature covers. It has to be the end of the revision that
            spoke last of the signature's object: a later one could pass over what it brings.

    Raises:
        MalformedError: SIGNATURE_MALFORMED, its field cannot be read.
    """
    name, field = opened.field(number)
    with translated(Reason.SIGNATURE_MALFORMED, name):
        value = resolve(field, generic.DictionaryObject).raw_get("/V")
        revision = opened.pyhanko.xrefs.get_last_change(value.reference)
        section = opened.pyhanko.xrefs.get_xref_container_info(revision)
        if section.declared_startxref != last_start(data, end) or section.end_location > end:
            return "后来的修订涉及此签名 a later revision speaks of the signature"
    return _suspicious(_review(opened, revision))


def _forbidden(opened: OpenPdf, embedded: EmbeddedPdfSignature) -> str | None:
    """What came after a signature and may not, by its own certification either."""
    if embedded.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return None
    allowed = embedded.docmdp_level
    found = _review(opened, embedded.signed_revision, embedded.fieldmdp, allowed)
    if allowed is not None and isinstance(found, DiffResult):
        level = found.modification_level.value
        if level > allowed.value:
            return (
                "认证签名只准许较低级别的改动 "
                f"its certification allows changes of level {allowed.value} only, not {level}"
            )
    return _suspicious(found)


def _review(
    opened: OpenPdf,
    revision: int,
    locked: FieldMDPSpec | None = None,
    allowed: MDPPerm | None = None,
) -> DiffResult | Exception:
    """Compare a revision with all that follow; what cannot be read is as suspicious as can be."""
    try:
        return _ONLY_SIGNATURES.review_file(opened.pyhanko, revision, locked, allowed)
    except (*FOREIGN_ERRORS, MalformedError) as error:
        return error


def _suspicious(found: DiffResult | Exception) -> str | None:
    return str(found)[:_MAX_WORDS] if isinstance(found, Exception) else None
