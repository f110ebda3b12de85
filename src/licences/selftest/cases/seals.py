"""Seals on PDF licences (电子印章) with one thing wrong about the seal, its use or its picture."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from eseal.pdf.marks import MarkCheck
from eseal.pictures.design import SEAL_RED
from eseal.reasons import Reason
from eseal.report import Check
from eseal.seals.checks import SealCheck
from eseal.seals.model import SealPicture, list_certificates
from eseal.signers import Signer
from licences.selftest.authority import AT, SECOND, SIGNED, Impostor
from licences.selftest.office import Office
from licences.selftest.papers import PdfPaper, pdf_paper
from licences.selftest.seals import SealUse, seal_of, seal_picture, used
from licences.selftest.statements import ask
from licences.selftest.table import SM2, Cases, Question, doubtful, wrong

CASES: Final = Cases()


def _sealed(office: Office, make: Callable[[Office], SealUse]) -> Question:
    """Ask about the good PDF, on which the seal is used so."""
    return ask(office, pdf_paper(office, PdfPaper(use=used(make))))


@CASES.bad(
    "印章由别的制章者重新制作",
    "the seal was re-made by another maker",
    wrong(SealCheck.MAKER_PATH, Reason.SEAL_MAKER_NOT_TRUSTED),
)
def _seal_remade(office: Office) -> Question:
    return _sealed(office, lambda office: SealUse(seal=seal_of(office, maker=office.company)))


@CASES.bad(
    "印章的制章者签名被伪造",
    "the maker's signature on the seal is another's",
    wrong(SealCheck.MAKER_SIGNATURE, Reason.SIGNATURE_INVALID),
)
def _seal_forged(office: Office) -> Question:
    impostor = Impostor(shown=office.maker, signs=office.company)
    return _sealed(office, lambda office: SealUse(seal=seal_of(office, maker=impostor)))


@CASES.bad(
    "印章中的图形被改动",
    "the picture in the seal was altered",
    wrong(SealCheck.MAKER_SIGNATURE, Reason.SIGNATURE_INVALID),
)
def _seal_altered(office: Office) -> Question:
    altered = seal_of(office).replace(seal_picture().data, _blue().data)
    paper = PdfPaper(use=used(lambda _: SealUse(seal=altered)), picture=_blue())
    return ask(office, pdf_paper(office, paper))


@CASES.bad(
    "页面显示的不是印章中的图形",
    "the page shows another picture than the seal has",
    wrong(SealCheck.PICTURE, Reason.SEAL_PICTURE_MISMATCH),
)
def _another_picture_shown(office: Office) -> Question:
    return ask(office, pdf_paper(office, PdfPaper(picture=_blue())))


@CASES.open(
    "页面有印章图形，没有电子签章",
    "the page shows a seal that no seal signature proves",
    doubtful(MarkCheck.MARKS, Reason.SEAL_PICTURE_UNPROVEN),
)
def _picture_without_seal(office: Office) -> Question:
    return ask(office, pdf_paper(office, PdfPaper(use=None)))


@CASES.bad(
    "用章时印章已过期",
    "an expired seal",
    wrong(SealCheck.VALIDITY, Reason.SEAL_EXPIRED),
)
def _seal_expired(office: Office) -> Question:
    return _sealed(
        office, lambda office: SealUse(seal=seal_of(office, valid_until=SIGNED - SECOND))
    )


@CASES.open(
    "用章之后印章过期，没有时间戳",
    "a seal that has ended since it was used, as nothing proves",
    doubtful(SealCheck.VALIDITY, Reason.SEAL_EXPIRED_SINCE),
)
def _seal_expired_since(office: Office) -> Question:
    return _sealed(office, lambda office: SealUse(seal=seal_of(office, valid_until=AT - SECOND)))


@CASES.bad(
    "用章时印章尚未生效",
    "a seal that is not yet valid",
    wrong(SealCheck.VALIDITY, Reason.SEAL_NOT_YET_VALID),
)
def _seal_not_yet_valid(office: Office) -> Question:
    return _sealed(office, lambda office: SealUse(seal=seal_of(office, valid_from=SIGNED + SECOND)))


@CASES.bad(
    "签章者不在印章的签章者列表中",
    "the signer is not in the seal's list",
    wrong(SealCheck.SIGNER_LISTED, Reason.SEAL_SIGNER_NOT_LISTED),
)
def _signer_not_listed(office: Office) -> Question:
    listed = list_certificates([office.renewed_signer.certificate])
    return _sealed(office, lambda office: SealUse(seal=seal_of(office, signers=listed)))


@CASES.bad(
    "签章取自另一份文件",
    "the seal of another document",
    wrong(SealCheck.DATA_HASH, Reason.SEAL_DATA_HASH_MISMATCH),
)
def _seal_moved(office: Office) -> Question:
    return _sealed(office, lambda office: SealUse(seal=seal_of(office), data_hash=bytes(32)))


@CASES.bad(
    "签章时间与文件签名不一致",
    "the seal says another time than the signature",
    wrong(SealCheck.FORMAT, Reason.SEAL_CONTRADICTS),
)
def _seal_of_another_time(office: Office) -> Question:
    return _sealed(office, lambda office: SealUse(seal=seal_of(office), at=SIGNED - SECOND))


@CASES.open(
    "签章带有不认识的关键扩展",
    "the seal's use has a critical extension that nobody knows",
    doubtful(SealCheck.FORMAT, Reason.SEAL_EXTENSION_UNKNOWN),
)
def _unknown_extension(office: Office) -> Question:
    return _sealed(office, lambda office: SealUse(seal=seal_of(office), extension=True))


@CASES.bad(
    "签章用别的私钥签名",
    "the seal was used with another key",
    wrong(SealCheck.SIGNATURE_VALUE, Reason.SIGNATURE_INVALID),
)
def _seal_used_with_another_key(office: Office) -> Question:
    return _signed_by(office, office.company)


@CASES.bad(
    "签章用别的 SM2 用户标识签名",
    "the seal was used under another SM2 user ID",
    wrong(SealCheck.SIGNATURE_VALUE, Reason.SIGNATURE_INVALID),
    suites=SM2,
)
def _seal_under_another_id(office: Office) -> Question:
    return _signed_by(office, office.wrong_id_signer)


@CASES.bad(
    "文件签名用别的 SM2 用户标识",
    "PDF: signed under another SM2 user ID",
    wrong(Check.SIGNATURE, Reason.SIGNATURE_INVALID),
    suites=SM2,
)
def _pdf_under_another_id(office: Office) -> Question:
    use = used(lambda office: SealUse(seal=seal_of(office), sign=office.signer.sign))
    return ask(office, pdf_paper(office, PdfPaper(signer=office.wrong_id_signer, use=use)))


@CASES.bad(
    "制章时制章者证书已吊销",
    "the maker was revoked before the seal was made",
    wrong(SealCheck.MAKER_PATH, Reason.CERTIFICATE_REVOKED),
)
def _maker_revoked(office: Office) -> Question:
    trust = office.trust_with(revoked=[(office.maker, AT - 364 * (AT - SIGNED))])
    return ask(office, pdf_paper(office), trust=trust)


@CASES.open(
    "不知道哪些制章者可信",
    "no seal makers are known",
    doubtful(SealCheck.MAKER_PATH, Reason.NO_SEAL_MAKERS),
)
def _no_makers(office: Office) -> Question:
    return ask(office, pdf_paper(office), trust=office.trust_with(makers=[]))


def _signed_by(office: Office, signer: Signer) -> Question:
    return _sealed(office, lambda office: SealUse(seal=seal_of(office), sign=signer.sign))


def _blue() -> SealPicture:
    """The seal's picture in blue."""
    picture = seal_picture()
    return replace(picture, data=picture.data.replace(SEAL_RED.encode(), b"#0000ff"))
