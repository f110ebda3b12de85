"""Sealed PDFs: a forge that makes them, and uses of seals with one defect each.

What a CMS carries is spoilt here, and signed by its signer as it is then; each of the `USES` is
put on a document both by the writer of our renderings and by the one for any PDF. What documents
show, and what comes behind a seal, is spoilt in `tests.vectors.after_sealing`.

Source: GB/T 38540-2020, 7.3 (read second-hand).
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Any

from asn1crypto import core
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import Signer as PyHankoSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

from eseal.chain import PathJudge
from eseal.cms import CmsTemplate
from eseal.digests import DigestAlgorithm
from eseal.keys import Suite
from eseal.pdf import foreign
from eseal.pdf.foreign import sign_foreign_pdf
from eseal.pdf.mark import Mark
from eseal.pdf.places import Place
from eseal.pdf.signature_field import Appearance
from eseal.pdf.widgets import show_marks
from eseal.pdf.writer import sign_rendered_pdf
from eseal.reasons import Reason
from eseal.report import Check, Outcome
from eseal.seals.checks import SealCheck
from eseal.seals.making import SealStamp
from eseal.seals.model import list_certificates, list_digests
from eseal.seals.reading import read_seal
from eseal.signers import Signer
from eseal.trust import TrustStore
from tests.rendered import render_sample
from tests.sealed import tiny_form, tiny_picture
from tests.vectors.seals import SealForge, another_company
from tests.world import DAY, NOW, SECOND, Authority

IDENTIFIER = "1.2.156.3005.2.SAMPLE"
SIZE = 20
"""Millimetres of the seal's picture."""

SHOWN = Appearance(form=tiny_form(SIZE), x=100, y=100)
BESIDE = (200.0, 60.0, 256.693, 116.693)
"""A rectangle of that size where nothing else is."""

_CONTENTS = re.compile(rb"/Contents ?<([0-9a-f]+)>")
_BYTE_RANGE = re.compile(rb"/ByteRange ?\[0 (\d+) (\d+) (\d+) *\]")

Change = Callable[[IncrementalPdfFileWriter, generic.DictionaryObject], object]
Use = Callable[[bytes, datetime, str], bytes]
"""Makes what stands for a seal's signature, of a document's digest, its time and its range."""


class SealingTemplate(CmsTemplate):
    """A template that carries whatever `use` makes instead of a seal's signature."""

    def __init__(self, stamp: SealStamp, use: Use, signer: Signer | None = None) -> None:
        super().__init__(signer or stamp.signer, seal=stamp)
        self.max_size += 8192
        self._use = use

    def seal_for(self, message_digest: bytes, *, at: datetime, range_text: str) -> bytes:
        """What `use` makes."""
        return self._use(message_digest, at, range_text)


class BareTemplate(SealingTemplate):
    """What `use` makes by itself, without a CMS around it, as other products have it."""

    def build(self, message_digest: bytes, seal_signature: bytes = b"") -> bytes:  # noqa: ARG002
        """The seal's signature itself."""
        return seal_signature


class SealedForge:
    """Makes the good sealed document of one authority, and bad ones."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.signer = authority.signing
        self.stamp = self.stamp_with()
        self.cms = CmsTemplate(self.signer, seal=self.stamp)
        self.seals = SealForge(authority)
        self.seals.good_seal = self.stamp.seal
        self.insider = CmsTemplate(another_company(self.seals))
        self.rendered = render_sample()
        self.good = self.write(self.cms)
        self.judge = self.judge_with(authority.trust())

    def judge_with(self, trust: TrustStore) -> PathJudge:
        """Judges by this trust, and knows the issuing CA: a bare seal brings no certificates."""
        known = (*trust.intermediates, self.authority.ca.certificate)
        return PathJudge(replace(trust, intermediates=known), at=NOW)

    def stamp_with(self, **changes: Any) -> SealStamp:
        """The department's seal with some attributes changed, used by the department."""
        changes.setdefault("picture", tiny_picture(SIZE))
        return SealStamp(read_seal(self.authority.seal(**changes)), self.signer)

    def write(
        self, cms: CmsTemplate, shown: Appearance | None = SHOWN, at: datetime = NOW
    ) -> bytes:
        """The document, by the writer of our renderings."""
        return sign_rendered_pdf(self.rendered, cms, at=at, identifier=IDENTIFIER, appearance=shown)

    def stamp_on(self, cms: CmsTemplate, *marks: Mark, at: datetime = NOW) -> bytes:
        """The document, by the writer for any PDF."""
        return sign_foreign_pdf(self.rendered, cms, at=at, marks=marks or [mark()])

    def bare(self, use: Use | None = None, shown: Appearance | None = SHOWN) -> bytes:
        """The document with a seal's signature and no CMS around it."""
        return self.write(BareTemplate(self.stamp, use or self.use()), shown)

    def use(
        self, seal: bytes | None = None, change: Callable[[Any], object] | None = None, **how: Any
    ) -> Use:
        """A use of a seal that is right but for what is told.

        Args:
            seal: the good one, unless told otherwise.
            change: what is done to TBS_Sign before it is signed.
            how: as `SealForge.use` takes it.
        """

        def make(digest: bytes, at: datetime, said: str) -> bytes:
            def fit(tbs: Any) -> None:
                tbs["data_hash"], tbs["time_info"], tbs["property_info"] = digest, at, said
                if change is not None:
                    change(tbs)

            return self.seals.use(seal, fit, **how)

        return make

    def use_anew(self, **changes: Any) -> Use:
        """A use of the department's seal made with other attributes."""
        return self.use(self.authority.seal(picture=tiny_picture(SIZE), **changes))

    def refill(self, pdf: bytes, cms: CmsTemplate | None = None) -> bytes:
        """Sign an edited document again, whose last signature keeps its place and its length."""
        cms = cms or self.cms
        (first, behind, after) = map(int, list(_BYTE_RANGE.finditer(pdf))[-1].groups())
        digest = hashlib.new(cms.digest_algorithm.value)
        digest.update(pdf[:first] + pdf[behind : behind + after])
        said = f"/ByteRange[0 {first} {behind} {after}]"
        sealed = cms.seal_for(digest.digest(), at=NOW, range_text=said)
        value = cms.build(digest.digest(), sealed).hex().encode()
        return pdf[: first + 1] + value.ljust(behind - first - 2, b"0") + pdf[behind - 1 :]


def mark(rectangle: tuple[float, float, float, float] = BESIDE, page: int = 0) -> Mark:
    """The picture in a rectangle of a page."""
    return Mark(place=Place(page=page, rectangle=rectangle), form=tiny_form(SIZE))


def sign_with(
    pdf: bytes,
    cms: CmsTemplate,
    change: Change = lambda _writer, _field: None,
    *marks: Mark,
    name: str = "Another",
    certify: MDPPerm | None = None,
) -> bytes:
    """Sign a PDF with anything else done to it in the same revision.

    Args:
        pdf: the file.
        cms: the signer's template.
        change: what is done; it gets the writer and the signature field.
        marks: what the signature shows.
        name: of the field.
        certify: what the signature allows to come behind it; anything signed if `None`.
    """
    metadata = PdfSignatureMetadata(
        field_name=name,
        md_algorithm=cms.digest_algorithm.value,
        subfilter=SigSeedSubFilter.PADES,
        certify=certify is not None,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
    )
    signer = PyHankoSigner(
        signing_cert=cms.signer.certificate,
        signature_mechanism=cms.signer.algorithm.signed_digest_algorithm,
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    session = PdfSigner(metadata, signer).init_signing_session(writer)
    session.system_time = NOW
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * cms.max_size)
    if marks:
        show_marks(writer, session, marks, None)
    change(writer, session.sig_field)
    digested, output = document.digest_tbs_document()
    return foreign._fill(digested, output, cms, NOW)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is carried for a seal, who signs the CMS, and what is believed."""

    use: Use
    signer: Signer | None = None
    trust: TrustStore | None = None
    at: datetime = NOW


@dataclass(frozen=True, kw_only=True)
class SealUse:
    """The use of a seal with one defect, what has to be found, and where it is found as well."""

    name: str
    make: Callable[[SealedForge], Case]
    check: StrEnum
    reason: Reason
    outcome: Outcome
    also: frozenset[StrEnum] = field(default_factory=frozenset)
    suites: tuple[Suite, ...] = tuple(Suite)


USES: list[SealUse] = []

MakeCase = Callable[[SealedForge], Case]


def seal_use(
    check: StrEnum,
    reason: Reason,
    *also: StrEnum,
    outcome: Outcome = Outcome.FAILED,
    suites: tuple[Suite, ...] = tuple(Suite),
) -> Callable[[MakeCase], MakeCase]:
    """Enter a function into `USES`."""

    def enter(make: MakeCase) -> MakeCase:
        USES.append(
            SealUse(
                name=make.__name__,
                make=make,
                check=check,
                reason=reason,
                outcome=outcome,
                also=frozenset(also),
                suites=suites,
            )
        )
        return make

    return enter


NOT_REACHED = tuple(check for check in SealCheck if check is not SealCheck.FORMAT)


@seal_use(SealCheck.MAKER_PATH, Reason.SEAL_MAKER_NOT_TRUSTED)
def remade_by_another_company(forge: SealedForge) -> Case:
    """Invalid: the seal was made anew by somebody with a good certificate."""
    return Case(use=forge.use_anew(maker=another_company(forge.seals)))


@seal_use(SealCheck.MAKER_SIGNATURE, Reason.SIGNATURE_INVALID)
def remade_with_another_key(forge: SealedForge) -> Case:
    """Invalid: the seal shows its maker's certificate, and somebody else signed it."""
    return Case(use=forge.use(forge.seals.seal(sign=forge.insider.signer.sign)))


@seal_use(SealCheck.MAKER_SIGNATURE, Reason.SIGNATURE_INVALID, SealCheck.PICTURE)
def another_picture_in_the_seal(forge: SealedForge) -> Case:
    """Invalid: another picture under the maker's old signature; the one that is shown is right."""
    good = forge.stamp.seal.der
    return Case(use=forge.use(good.replace(b"#e60012", b"#0000ff")))


@seal_use(SealCheck.VALIDITY, Reason.SEAL_EXPIRED)
def expired_seal(forge: SealedForge) -> Case:
    """Invalid: used in the first second after its last."""
    return Case(use=forge.use_anew(valid_until=NOW - SECOND))


@seal_use(SealCheck.VALIDITY, Reason.SEAL_NOT_YET_VALID)
def seal_not_yet_valid(forge: SealedForge) -> Case:
    """Invalid: used in the last second before its first."""
    return Case(use=forge.use_anew(valid_from=NOW + SECOND))


@seal_use(SealCheck.SIGNER_LISTED, Reason.SEAL_SIGNER_NOT_LISTED)
def signer_not_listed(forge: SealedForge) -> Case:
    """Invalid: the seal lists another's certificate."""
    listed = list_certificates([forge.insider.signer.certificate])
    return Case(use=forge.use_anew(signers=listed))


@seal_use(SealCheck.SIGNER_LISTED, Reason.SEAL_SIGNER_NOT_LISTED)
def signer_not_listed_by_digest(forge: SealedForge) -> Case:
    """Invalid: the seal lists another's digest."""
    listed = list_digests([forge.insider.signer.certificate], DigestAlgorithm.SM3)
    return Case(use=forge.use_anew(signers=listed))


@seal_use(SealCheck.SIGNER_PATH, Reason.CERTIFICATE_REVOKED, Check.CERTIFICATE_PATH)
def signer_revoked_before(forge: SealedForge) -> Case:
    """Invalid: the signer was revoked in the second of sealing."""
    authority = forge.authority
    trust = authority.trust(revoked=[authority.revoked(forge.signer, NOW)])
    return Case(use=forge.use(), trust=trust)


@seal_use(
    SealCheck.SIGNER_PATH,
    Reason.CERTIFICATE_REVOKED_SINCE,
    Check.CERTIFICATE_PATH,
    outcome=Outcome.UNDETERMINED,
)
def signer_revoked_since(forge: SealedForge) -> Case:
    """Undetermined: the signer was revoked since, and only they say when it was sealed."""
    authority = forge.authority
    trust = authority.trust(revoked=[authority.revoked(forge.signer, NOW - DAY)])
    return Case(use=forge.use(), trust=trust, at=NOW - 2 * DAY)


@seal_use(SealCheck.MAKER_SIGNATURE, Reason.SIGNATURE_INVALID, suites=(Suite.SM2,))
def maker_under_another_id(forge: SealedForge) -> Case:
    """Invalid: the maker signed the seal under another SM2 user ID."""
    sign = forge.seals.under_another_id(forge.authority.maker)
    return Case(use=forge.use(forge.seals.seal(sign=sign)))


@seal_use(SealCheck.SIGNATURE_VALUE, Reason.SIGNATURE_INVALID, suites=(Suite.SM2,))
def signer_under_another_id(forge: SealedForge) -> Case:
    """Invalid: the signer used the seal under another SM2 user ID."""
    return Case(use=forge.use(sign=forge.seals.under_another_id(forge.authority.signing)))


@seal_use(SealCheck.SIGNATURE_VALUE, Reason.SIGNATURE_INVALID)
def used_with_another_key(forge: SealedForge) -> Case:
    """Invalid: it shows the signer's certificate, and somebody else used the seal."""
    return Case(use=forge.use(sign=forge.insider.signer.sign))


@seal_use(SealCheck.DATA_HASH, Reason.SEAL_DATA_HASH_MISMATCH)
def digest_of_another_document(forge: SealedForge) -> Case:
    """Invalid: the seal was used for another document."""

    def change(tbs: Any) -> None:
        tbs["data_hash"] = bytes(32)

    return Case(use=forge.use(change=change))


@seal_use(SealCheck.DATA_HASH, Reason.SEAL_DATA_HASH_MISMATCH)
def moved_from_another_document(forge: SealedForge) -> Case:
    """Invalid: a good use of the seal, taken from another PDF of the same second."""
    used: list[bytes] = []

    def keep(digest: bytes, at: datetime, said: str) -> bytes:
        used.append(forge.stamp.sign(digest, at=at, property_info=said))
        return used[-1]

    forge.write(SealingTemplate(forge.stamp, keep), shown=None)
    return Case(use=lambda _digest, _at, _said: used[0])


@seal_use(SealCheck.FORMAT, Reason.SEAL_CONTRADICTS)
def another_time(forge: SealedForge) -> Case:
    """Invalid: the seal says another second than the signature around it."""

    def change(tbs: Any) -> None:
        tbs["time_info"] = NOW - SECOND

    return Case(use=forge.use(change=change))


@seal_use(SealCheck.DATA_HASH, Reason.SEAL_CONTRADICTS)
def another_range(forge: SealedForge) -> Case:
    """Invalid: the digest is right, the byte range that the seal says is another."""

    def change(tbs: Any) -> None:
        tbs["property_info"] = "/ByteRange[0 1 2 3]"

    return Case(use=forge.use(change=change))


@seal_use(SealCheck.FORMAT, Reason.SEAL_CONTRADICTS)
def used_by_another_than_signed(forge: SealedForge) -> Case:
    """Invalid: a company's good use of its seal, in the department's signature."""
    company = another_company(forge.seals)
    seal = forge.authority.seal(
        picture=tiny_picture(SIZE), signers=list_certificates([company.certificate])
    )
    return Case(use=forge.use(seal, signer=company))


@seal_use(SealCheck.FORMAT, Reason.SEAL_CONTRADICTS)
def taken_over(forge: SealedForge) -> Case:
    """Invalid: the department's good use of its seal on this document, in somebody's signature."""
    return Case(use=forge.use(), signer=forge.insider.signer)


@seal_use(
    Check.STRUCTURE,
    Reason.SIGNATURE_MALFORMED,
    Check.INTEGRITY,
    Check.SIGNATURE,
    Check.CERTIFICATE_PATH,
)
def two_values(forge: SealedForge) -> Case:
    """Invalid: the attribute has two values, both of them good."""
    use = forge.use()

    def make(digest: bytes, at: datetime, said: str) -> bytes:
        return b"".join(sorted(use(digest, at, said) for _ in range(2)))

    return Case(use=make)


@seal_use(
    Check.STRUCTURE,
    Reason.SIGNATURE_MALFORMED,
    Check.INTEGRITY,
    Check.SIGNATURE,
    Check.CERTIFICATE_PATH,
)
def byte_behind_the_value(forge: SealedForge) -> Case:
    """Invalid: a byte stands behind the attribute's value."""
    use = forge.use()
    return Case(use=lambda digest, at, said: use(digest, at, said) + b"\0")


@seal_use(SealCheck.FORMAT, Reason.SEAL_MALFORMED, *NOT_REACHED)
def field_behind_the_signature(forge: SealedForge) -> Case:
    """Invalid: the seal's signature has a field more."""
    use = forge.use()

    def make(digest: bytes, at: datetime, said: str) -> bytes:
        contents = core.Sequence.load(use(digest, at, said)).contents + core.Null().dump()
        return bytes(core.Sequence(contents=contents).dump())

    return Case(use=make)


@seal_use(SealCheck.FORMAT, Reason.SEAL_MALFORMED, *NOT_REACHED)
def no_seal_signature(_forge: SealedForge) -> Case:
    """Invalid: the attribute has a value that is none."""
    return Case(use=lambda digest, _at, _said: bytes(core.OctetString(digest).dump()))
