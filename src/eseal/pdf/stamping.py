"""Seals any PDF (盖章): where, by whom, and with what is checked before, the result after.

Rules kept:
    - refused before anything is signed: a PDF that is encrypted, broken or certified against it, or
      on which a signature does not hold or is of a form that is not judged; one that its origin
      signed with data attached, such as a licence; a seal that is not usable by this signer at this
      time, or whose picture would hide what it is put over;
    - what was signed and sealed before stays as it is: the output begins with the input, and every
      earlier signature is judged after as before;
    - nothing is released that our own verifier does not pass.

Left to others: which seal, and who may use it, to the caller; writing to `foreign`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from eseal.chain import PathJudge
from eseal.cms import CmsTemplate, Commitment
from eseal.errors import RefusedError, remedied
from eseal.pdf.foreign import open_foreign, sign_foreign_pdf, unannounced
from eseal.pdf.frames import squeezed
from eseal.pdf.judged_signature import JudgedSignature
from eseal.pdf.mark import Mark
from eseal.pdf.marks import picture_of
from eseal.pdf.pages import MAX_PAGES, TextPlace, find_text
from eseal.pdf.places import PageBox, Place, Spot, moved_onto, parse_spot, place_at, straddling
from eseal.pdf.verify import PagesSeen, PdfEvidence, verify_pdf
from eseal.pictures.form import Slice, form_of
from eseal.pictures.picture import SealPicture
from eseal.pictures.upload import check_ground
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Outcome, demand, demand_all
from eseal.seals.making import SealStamp
from eseal.seals.using import demand_usable
from eseal.timestamps.stamper import Timestamper

MAX_KEYWORDS = 64

_NO_WORD = "关键字中没有文字 the keyword has no letters"
_ONLY_KEYWORDS = "只有关键字才有第几处 only a keyword has several places"
_ALL_PAGES = "骑缝章盖在所有页上，不指明页 over the edges means all pages"

_TO_SEAL: Mapping[ReasonCode, tuple[str, str]] = {
    Reason.CERTIFICATE_REVOKED: (
        "文件无碍，未盖章：停用此证书与私钥；是签章者的，换一张证书再盖；是制章者的，须重制印章",
        "The document is all right, and was not sealed. Use this certificate and its key no more: "
        "a signer takes another one; a seal of such a maker has to be made anew",
    )
}
"""What to do before sealing, where a reason's own remedy speaks of documents."""

_OVER_OTHERS: Mapping[ReasonCode, tuple[str, str]] = {
    Reason.SIGNATURE_FORM_NOT_JUDGED: (
        "未盖章，原文件没有变：不能判断的签名，盖章后是否仍有效也不能确认。请先盖章、后由其签名，或请签名者改签"
        " PAdES（ETSI.CAdES.detached）",
        "Nothing was sealed, and the file is as it was: whether a signature that cannot be judged "
        "would stay valid cannot be told. Seal the file before it is signed so, or ask for a PAdES "
        "signature (ETSI.CAdES.detached)",
    )
}
"""What to do about a signature that is there, where its remedy speaks to whoever verifies."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Where somebody wants a seal; exactly one of `at`, `keyword` and `straddle`.

    Attributes:
        at: `120mm,200mm`, the middle of the seal from the page's left and upper edges.
        page: number of the page, counted from 1; for `at` the first, for `keyword` any by default;
            none for `straddle`.
        keyword: a text on the page; the seal's middle goes over its middle, or as near to it as the
            page allows.
        nth: which of several places of the keyword, counted from 1; there has to be one by default.
        straddle: over the right edges of all pages.

    Raises:
        RefusedError: SEAL_PLACE_REFUSED, the wish names no place, or several, or `at` is none.
    """

    at: str | None = None
    page: int | None = None
    keyword: str | None = None
    nth: int | None = None
    straddle: bool = False

    def __post_init__(self) -> None:
        named = sum((self.at is not None, self.keyword is not None, self.straddle))
        if named != 1:
            sentence = "位置须指明一处，且只一处 say where, and one place only"
            if not named and self.page:
                sentence = "只有页码，还须指明页上何处 a page alone is no place"
            raise RefusedError(Reason.SEAL_PLACE_REFUSED, sentence)
        if self.keyword is not None and not squeezed(self.keyword):
            raise RefusedError(Reason.SEAL_PLACE_REFUSED, _NO_WORD)
        if self.nth is not None and self.keyword is None:
            raise RefusedError(Reason.SEAL_PLACE_REFUSED, _ONLY_KEYWORDS)
        if self.page is not None and self.straddle:
            raise RefusedError(Reason.SEAL_PLACE_REFUSED, _ALL_PAGES)
        if self.at is not None:
            parse_spot(self.at, page=self.page or 1)


def stamp_pdf(
    pdf: bytes,
    stamp: SealStamp,
    wish: Wish,
    *,
    judge: PathJudge,
    at: datetime,
    reason: str | None = None,
    timestamps: Timestamper | None = None,
    announce: Callable[[bytes], None] = unannounced,
) -> bytes:
    """Put a seal on a PDF, and a signature that carries it.

    Args:
        pdf: the file; it is the beginning of what is returned.
        stamp: the seal and who uses it.
        wish: where.
        judge: what is believed, asked for the time of sealing.
        at: the time of sealing, aware.
        reason: why, as readers show it.
        timestamps: who stamps the signature; nobody by default.
        announce: told the digest that is about to be sealed; what it raises stops the sealing.

    Raises:
        MalformedError: no PDF, or a broken one.
        RefusedError: ENCRYPTED_PDF; SIGNING_FORBIDDEN; ISSUED_BY_ITS_ORIGIN; SEAL_PLACE_REFUSED;
            SEAL_PICTURE_REFUSED; a reason for which seal or signer may not be used, or an earlier
            signature does not hold.
        UnavailableError: seal or signer could not be judged, or no timestamp was to be had.
    """
    at = at.replace(microsecond=0)
    opened = open_foreign(pdf)
    boxes = opened.page_boxes(most=MAX_PAGES)
    before = verify_pdf(pdf, judge=judge, pages=PagesSeen.NONE)
    for one in before.judged:
        _demand_unbroken(one)
    _demand_not_issued(before)
    with remedied(_TO_SEAL):
        demand_usable(stamp.seal, stamp.signer, judge=judge, at=at)
    picture = picture_of(stamp.seal.picture)
    check_ground(picture)
    places = _places(pdf, boxes, wish, picture)
    sealed = sign_foreign_pdf(
        pdf,
        CmsTemplate(
            stamp.signer, commitment=Commitment.APPROVAL, seal=stamp, timestamps=timestamps
        ),
        at=at,
        reason=reason,
        marks=[_mark(picture, place) for place in places],
        tooltip=f"{stamp.seal.name} {stamp.seal.es_id}",
        announce=announce,
        opened=opened,
    )
    _check(before, verify_pdf(sealed, judge=judge, pages=PagesSeen.NONE))
    return sealed


def _demand_unbroken(signature: JudgedSignature) -> None:
    """See that a signature that is there did not fail; undecided it may be, if it is judged."""
    for finding in signature.all_findings:
        reason = finding.reason
        if reason is Reason.SIGNATURE_FORM_NOT_JUDGED and finding.check is Check.STRUCTURE:
            sentence = f"已有的签名不能判断 a signature on it cannot be judged: {finding.detail}"
            with remedied(_OVER_OTHERS):
                raise RefusedError(reason, sentence)
        if reason is not None and finding.outcome is Outcome.FAILED:
            detail = f"已有的签名不成立 a signature on it does not hold: {signature.field}"
            with remedied({reason: (reason.remedy_zh, reason.remedy_en)}):  # of the document
                demand(replace(finding, detail=f"{detail}；{finding.detail}".rstrip("；")))


def _demand_not_issued(evidence: PdfEvidence) -> None:
    """See that nobody issued the file as their own with data attached: it is whole as it is."""
    if evidence.attachments and any(
        each.commitment == Commitment.ORIGIN for each in evidence.signatures
    ):
        names = ", ".join(evidence.attachments)
        raise RefusedError(Reason.ISSUED_BY_ITS_ORIGIN, f"所附数据 data attached: {names}")


def _check(before: PdfEvidence, after: PdfEvidence) -> None:
    """See that what was there is judged as before, and that what is new passes."""
    known = {one.field: one for one in before.judged}
    for one in after.judged:
        earlier = known.get(one.field)
        if earlier is not None and _outcomes(one) != _outcomes(earlier):
            sentence = f"会影响已有的签名 it would change the verdict on {one.field}"
            raise RefusedError(Reason.CONTENT_MISMATCH, sentence)
        if earlier is None:
            demand_all(one.all_findings)
    if len(after.judged) != len(before.judged) + 1 or after.judged[-1].seal is None:
        raise RefusedError(Reason.CONTENT_MISMATCH, "文件中没有新盖的章 the new seal is not in it")


def _outcomes(signature: JudgedSignature) -> list[Outcome]:
    return [finding.outcome for finding in signature.all_findings]


def _places(
    pdf: bytes, boxes: Sequence[PageBox], wish: Wish, picture: SealPicture
) -> tuple[Place, ...]:
    form = form_of(picture)
    if wish.straddle:
        return straddling(boxes, form.width_pt, form.height_pt)
    if wish.at is not None:
        spot = parse_spot(wish.at, page=1 if wish.page is None else wish.page)
    else:
        spot = _keyword_spot(pdf, boxes, wish)
        spot = moved_onto(boxes[spot.page], spot, form.width_pt, form.height_pt)
    return place_at(boxes, spot, form.width_pt, form.height_pt)


def _keyword_spot(pdf: bytes, boxes: Sequence[PageBox], wish: Wish) -> Spot:
    """The middle of the keyword, as the page is seen."""
    places = find_text(pdf, wish.keyword or "", most=MAX_KEYWORDS)
    found = [each for each in places if wish.page in {None, each.page + 1}]
    if not found:
        sentence = f"页面文字中找不到 not in the text of the pages: {wish.keyword}"
        raise RefusedError(Reason.SEAL_PLACE_REFUSED, sentence)
    if wish.nth is None and len(found) > 1:
        pages = Counter(each.page + 1 for each in found)
        listed = "、".join(f"第 {page} 页 page：{count}" for page, count in pages.items())
        sentence = (
            f"有 {len(found)} 处，请指明哪一处 it stands at {len(found)} places, say which: "
            f"{wish.keyword}（{listed}）"
        )
        raise RefusedError(Reason.SEAL_PLACE_REFUSED, sentence)
    nth = 1 if wish.nth is None else wish.nth
    if not 1 <= nth <= len(found):
        sentence = f"共 {len(found)} 处，没有第 {nth} 处 of {len(found)} places: {wish.keyword}"
        raise RefusedError(Reason.SEAL_PLACE_REFUSED, sentence)
    place = found[nth - 1]
    return boxes[place.page].spot(place.page, *_middle(place))


def _middle(place: TextPlace) -> tuple[float, float]:
    return (place.left + place.right) / 2, (place.bottom + place.top) / 2


def _mark(picture: SealPicture, place: Place) -> Mark:
    part = Slice(index=place.index, count=place.count) if place.count > 1 else None
    return Mark(place=place, form=form_of(picture, part=part))
