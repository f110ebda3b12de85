"""An application (申请) for a seal: all that is approved, and nothing that is decided later.

It is kept byte for byte in the event that enters it, so that the approver approves this picture and
these signers. Rules kept: a value that exists is acceptable by itself: owner, texts and keeper have
their form, the validity is at most five years, and every certificate is the owner's and of the
seal's suite. Whether a certificate may be believed is asked when the seal is made.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from asn1crypto import x509

from eseal.algorithms import Suite, default_algorithm
from eseal.certificates import read_certificate
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.evidence import organisation_identifier
from eseal.jose.strict_json import JsonObject, canonical, parse
from eseal.keys import suite_of
from eseal.moments import check_time
from eseal.pictures.design import SealKind
from eseal.seals.model import (
    MAX_SIGNERS,
    SealPicture,
    SignerList,
    list_certificates,
    list_digests,
)
from eseal.unseen import find_unseen
from licences.identifiers import Uscc
from licences.officers import OFFICER_ID
from licences.reasons import LicenceReason

MAX_NAME: Final = 60
MAX_BYTES: Final = 8 << 20
"""Of an application as it is kept, the picture in base64 included."""

MOST_VALID: Final = timedelta(days=5 * 365 + 2)
"""Five years, with the leap days that they can have."""


class Listing(StrEnum):
    """How a seal lists its signers."""

    CERTIFICATES = "certificates"
    DIGESTS = "digests"


@dataclass(frozen=True, kw_only=True, slots=True)
class SealApplication:
    """What is applied for.

    Attributes:
        owner: code (USCC) of the unit whose seal it is.
        owner_name: its name.
        name: the seal's own name (印章名称), as filed.
        kind: what it is for.
        suite: of the maker's and the signers' keys.
        keeper: id of the officer who keeps it (保管人).
        issuing: it is applied when the owner issues licences.
        certificates: who may use it, in DER.
        issuers: certificates between these and a root, in DER, in any order.
        listing: how the seal lists them.
        valid_from: aware, UTC, whole seconds.
        valid_until: last second.
        picture: what it looks like.
        design: canonical JSON of the design that was drawn; empty for an uploaded picture.
    """

    owner: str
    owner_name: str
    name: str
    kind: SealKind
    suite: Suite
    keeper: str
    issuing: bool
    certificates: tuple[bytes, ...]
    issuers: tuple[bytes, ...]
    listing: Listing
    valid_from: datetime
    valid_until: datetime
    picture: SealPicture
    design: str = ""

    def __post_init__(self) -> None:
        for field in ("valid_from", "valid_until"):
            object.__setattr__(self, field, check_time(getattr(self, field), field))
        Uscc.parse(self.owner)
        for field in ("owner_name", "name"):
            text = getattr(self, field)
            seen = text.isprintable() and find_unseen(text) is None
            if not 0 < len(text) <= MAX_NAME or not seen or text != text.strip():
                raise _refused(
                    f"应为可见字符，且不过长 has to be 1 to {MAX_NAME} printable characters", field
                )
        if not OFFICER_ID.fullmatch(self.keeper):
            raise _refused("不是人员编号 is no officer's id", "keeper")
        _check_validity(self.valid_from, self.valid_until)
        read_signers(self.certificates, owner=self.owner, suite=self.suite)

    def to_bytes(self) -> bytes:
        """Write it as canonical JSON."""
        picture = self.picture
        body: JsonObject = {
            "owner": self.owner,
            "owner_name": self.owner_name,
            "name": self.name,
            "kind": self.kind.value,
            "suite": self.suite.value,
            "keeper": self.keeper,
            "issuing": self.issuing,
            "certificates": [_armour(each) for each in self.certificates],
            "issuers": [_armour(each) for each in self.issuers],
            "listing": self.listing.value,
            "valid_from": int(self.valid_from.timestamp()),
            "valid_until": int(self.valid_until.timestamp()),
            "picture": [picture.kind, picture.width, picture.height, _armour(picture.data)],
            "design": self.design,
        }
        return canonical(body)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote; `parse(x.to_bytes()) == x`, and no other bytes are read.

        Raises:
            EvidenceError: it is not an application.
        """
        body = parse(data, max_bytes=MAX_BYTES)
        try:
            found = cls._from_body(body)
        except (KeyError, TypeError, ValueError, OverflowError, binascii.Error) as error:
            raise _malformed() from error
        if found.to_bytes() != data:
            raise _malformed()
        return found

    @classmethod
    def _from_body(cls, body: JsonObject) -> Self:
        kind, width, height, picture = _list(body, "picture")
        if type(width) is not int or type(height) is not int:
            raise _malformed()
        return cls(
            owner=_text(body, "owner"),
            owner_name=_text(body, "owner_name"),
            name=_text(body, "name"),
            kind=SealKind(_text(body, "kind")),
            suite=Suite(_text(body, "suite")),
            keeper=_text(body, "keeper"),
            issuing=body["issuing"] is True,
            certificates=tuple(_bare(each) for each in _list(body, "certificates")),
            issuers=tuple(_bare(each) for each in _list(body, "issuers")),
            listing=Listing(_text(body, "listing")),
            valid_from=_time(body, "valid_from"),
            valid_until=_time(body, "valid_until"),
            picture=SealPicture(kind=str(kind), data=_bare(picture), width=width, height=height),
            design=_text(body, "design"),
        )


def read_signers(
    certificates: Iterable[bytes], *, owner: str, suite: Suite
) -> tuple[x509.Certificate, ...]:
    """Read the certificates of those who may use a seal, and see that they can be listed.

    Raises:
        RefusedError: SEAL_SIGNERS_REFUSED: none, one twice, another organisation's, or of another
            suite than the seal.
    """
    found = tuple(_read(each) for each in certificates)
    if not 0 < len(found) <= MAX_SIGNERS or len({each.sha256 for each in found}) != len(found):
        raise _no_signers(
            f"应有 1 至 {MAX_SIGNERS} 张证书，不重复 1 to {MAX_SIGNERS} certificates, none twice"
        )
    for each in found:
        organisation = organisation_identifier(each)
        if organisation != owner:
            held = organisation or "（无机构代码 no organisation's code）"
            raise _no_signers(f"证书载明的机构是 a certificate is for {held}，不是 not {owner}")
        if suite_of(each.public_key) is not suite:
            raise _no_signers(f"证书不属此算法套件 a certificate is not of suite {suite}")
    return found


def signer_list(
    certificates: Iterable[x509.Certificate], listing: Listing, suite: Suite
) -> SignerList:
    """List signers as a seal of `suite` does, by certificates or by digests."""
    match listing:
        case Listing.CERTIFICATES:
            return list_certificates(certificates)
        case Listing.DIGESTS:
            return list_digests(certificates, default_algorithm(suite).digest)


def _check_validity(since: datetime, until: datetime) -> None:
    """Insist that a seal ends after it begins, and within five years."""
    sentence = ""
    if until <= since:
        sentence = "终止早于起始 it ends before it begins"
    elif until - since > MOST_VALID:
        sentence = "超过五年 it is longer than five years"
    if sentence:
        said = f"{sentence}：{since} … {until}"
        raise RefusedError(LicenceReason.SEAL_VALIDITY_REFUSED, said)


def _read(der: bytes) -> x509.Certificate:
    try:
        return read_certificate(der)
    except EvidenceError as error:
        sentence = f"不是证书 not a certificate: {error.sentence}"
        raise RefusedError(LicenceReason.SEAL_SIGNERS_REFUSED, sentence) from error


def _text(body: JsonObject, name: str) -> str:
    value = body[name]
    if not isinstance(value, str):
        raise _malformed()
    return value


def _list(body: JsonObject, name: str) -> list[object]:
    value = body[name]
    if not isinstance(value, list):
        raise _malformed()
    return list(value)


def _time(body: JsonObject, name: str) -> datetime:
    value = body[name]
    if type(value) is not int:
        raise _malformed()
    return datetime.fromtimestamp(value, UTC)


def _armour(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bare(text: object) -> bytes:
    return base64.b64decode(str(text), validate=True)


def _malformed() -> MalformedError:
    return MalformedError(
        LicenceReason.SEAL_APPLICATION_REFUSED, "申请与留存的形式不符 not an application as kept"
    )


def _refused(sentence: str, at: str) -> RefusedError:
    return RefusedError(LicenceReason.SEAL_APPLICATION_REFUSED, sentence, at=at)


def _no_signers(sentence: str) -> RefusedError:
    return RefusedError(LicenceReason.SEAL_SIGNERS_REFUSED, sentence)
