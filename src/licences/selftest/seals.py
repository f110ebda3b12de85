"""Seals for the self-test (电子印章), and ways to use them: the good one, and bad ones.

`SealStamp` refuses what no seal is used for; here its bytes are put together so that a verifier is
asked the question. What is signed is signed as it is then, so that only the one rule can refuse it.

Source: GB/T 38540-2020, 6.2 and 7.2 (read second-hand).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeAlias

from asn1crypto import core

from eseal.cms import CmsTemplate
from eseal.pictures.design import SealKind, design_of
from eseal.seals import encoding as write
from eseal.seals import fields as asn1
from eseal.seals.making import SealDraft, SealStamp, make_seal
from eseal.seals.model import SealPicture, SealVersion, list_certificates
from eseal.seals.reading import read_seal
from eseal.signers import Signer
from licences.seal_drafting import draw_picture
from licences.selftest.authority import AT, SIGNED, YEAR
from licences.selftest.office import Office

SEAL_ID: Final = "99999900000001"
_NAME: Final = "示例市市场监督管理局"
_PURPOSE: Final = "电子证照专用章"

SealUser: TypeAlias = Callable[[Office, CmsTemplate], CmsTemplate]
"""Gives a signer's template a seal."""

_ROOM: Final = 8192


_UNKNOWN_EXTENSION: Final = write.put(
    asn1.CONTEXT_0,
    write.sequence(
        write.sequence(
            core.ObjectIdentifier("2.25.1").dump(), core.Boolean(True).dump(), write.octets(b"")
        )
    ),
)
"""A critical one, as 7.2 has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealUse:
    """How a seal is used; by default all is good but what is told.

    Attributes:
        seal: DER of the seal.
        sign: signs the use, instead of the signer.
        data_hash: digest that it is used for, instead of the document's.
        at: time that it says, instead of the document's.
        extension: an extension that nobody knows and everybody has to.
    """

    seal: bytes
    sign: Callable[[bytes], bytes] | None = None
    data_hash: bytes | None = None
    at: datetime | None = None
    extension: bool = False

    def by(self, signer: Signer, digest: bytes, at: datetime, range_text: str) -> bytes:
        """Give the seal's signature."""
        tbs = write.sequence(
            write.integer(SealVersion.V4),
            self.seal,
            write.time(self.at or at, "at"),
            write.bits(self.data_hash or digest),
            write.text(asn1.IA5_STRING, range_text),
            *([_UNKNOWN_EXTENSION] if self.extension else []),
        )
        signature = (self.sign or signer.sign)(tbs)
        return write.sequence(tbs, write.party(signer), write.bits(signature))


class _Template(CmsTemplate):
    """A template that carries a use of a seal, whatever is wrong with it."""

    def __init__(self, plain: CmsTemplate, stamp: SealStamp, use: SealUse) -> None:
        super().__init__(
            plain.signer, commitment=plain.commitment, seal=stamp, timestamps=plain.timestamps
        )
        self.max_size += _ROOM
        self._use = use

    def seal_for(self, message_digest: bytes, *, at: datetime, range_text: str) -> bytes:
        """Use the seal so."""
        return self._use.by(self.signer, message_digest, at, range_text)


@cache
def seal_picture() -> SealPicture:
    """Draw the picture (印模) of the department's seal."""
    design = design_of(SealKind.SPECIAL, name=_NAME, purpose=_PURPOSE, number=SEAL_ID, sample=True)
    return draw_picture(replace(design, star=True))


def good_use(office: Office, template: CmsTemplate) -> CmsTemplate:
    """Use the department's good seal as our issuing does."""
    stamp = SealStamp(read_seal(seal_of(office, signer=template.signer)), template.signer)
    return CmsTemplate(
        template.signer,
        commitment=template.commitment,
        seal=stamp,
        timestamps=template.timestamps,
    )


def used(make: Callable[[Office], SealUse]) -> SealUser:
    """Use a seal in another way than the good one."""

    def use(office: Office, template: CmsTemplate) -> CmsTemplate:
        good = SealStamp(read_seal(seal_of(office, signer=template.signer)), template.signer)
        return _Template(template, good, make(office))

    return use


def seal_of(
    office: Office,
    *,
    maker: Signer | None = None,
    signer: Signer | None = None,
    **changes: Any,
) -> bytes:
    """Make the department's seal: the good one, or with another maker or attributes changed."""
    draft = SealDraft(
        es_id=SEAL_ID,
        kind=1,
        name=f"{_NAME}{_PURPOSE}（样本）",
        signers=list_certificates([(signer or office.signer).certificate]),
        created=SIGNED - YEAR / 2,
        valid_from=SIGNED - YEAR / 2,
        valid_until=AT + YEAR,
        picture=seal_picture(),
    )
    return make_seal(replace(draft, **changes), maker or office.maker)
