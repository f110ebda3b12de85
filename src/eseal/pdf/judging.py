"""Judges signatures by pyHanko: what they cover, whether digest and value hold, what came after.

Left to others: opening files to `reader`; what may come after a signature to `later`; what pyHanko
lets through to `eseal.pdf.structure`, `eseal.pdf.verify` and `eseal.signed_data`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import FieldMDPSpec
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from eseal.errors import MalformedError
from eseal.pdf.guarded import FOREIGN_ERRORS, resolve, translated
from eseal.pdf.later import review
from eseal.pdf.named import UnreadableObjectError
from eseal.pdf.reader import OpenPdf
from eseal.pdf.sections import last_start
from eseal.reasons import Reason
from eseal.stack import SuiteSignatureValidator

_MAX_WORDS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """What came after a signature and may not, or why that is not known.

    Attributes:
        told: what it is, in words.
        is_known: whether something came that may not; else an object that nobody wrote again since
            cannot be read, and so nothing is known.
    """

    told: str
    is_known: bool


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
    later: Later | None


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


def later_changes(opened: OpenPdf, number: int, *, data: bytes, end: int) -> Later | None:
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
            told = "后来的修订涉及此签名 a later revision speaks of the signature"
            return Later(told=told, is_known=True)
    return _suspicious(opened, revision, _review(lambda: _compare(opened, revision, end)))


def _compare(
    opened: OpenPdf, revision: int, end: int, locked: FieldMDPSpec | None = None
) -> ModificationLevel:
    opened.layout.check(revision, end)
    return review(opened.history, revision, locked=locked)


def _forbidden(opened: OpenPdf, embedded: EmbeddedPdfSignature) -> Later | None:
    """What came after a signature and may not, by its own certification either."""
    if embedded.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return None
    allowed = embedded.docmdp_level
    end = int(embedded.byte_range[2] + embedded.byte_range[3])
    found = _review(
        lambda: _compare(opened, embedded.signed_revision, end, locked=embedded.fieldmdp)
    )
    if allowed is not None and isinstance(found, ModificationLevel):
        level = found.value
        if level > allowed.value:
            told = (
                "认证签名只准许较低级别的改动 "
                f"its certification allows changes of level {allowed.value} only, not {level}"
            )
            return Later(told=told, is_known=True)
    return _suspicious(opened, embedded.signed_revision, found)


def _review(compare: Callable[[], ModificationLevel]) -> ModificationLevel | Exception:
    """Compare a revision with all that follow; what cannot be read is as suspicious as can be."""
    try:
        return compare()
    except (*FOREIGN_ERRORS, MalformedError) as error:
        return error


def _suspicious(
    opened: OpenPdf, revision: int, found: ModificationLevel | Exception
) -> Later | None:
    if not isinstance(found, Exception):
        return None
    if isinstance(found, UnreadableObjectError):
        since = range(revision + 1, opened.pyhanko.total_revisions)
        written = {
            one.idnum
            for each in since
            for one in opened.pyhanko.xrefs.explicit_refs_in_revision(each)
        }
        is_known = bool({found.number, found.holder} & written)
        return Later(told=found.told[:_MAX_WORDS], is_known=is_known)
    return Later(told=str(found)[:_MAX_WORDS], is_known=True)
