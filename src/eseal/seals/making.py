"""Making seals (制章) and sealing with them (签章): canonical DER of GB/T 38540-2020, no other.

Rules kept:
    - what is signed was read first: the structure is put together, read by our own strict reader,
      and only then signed; so its limits are those of `eseal.seals.reading`;
    - V4 only; SM2, or RSA with SHA-256 for the RSA suite (docs/adr/0008);
    - of a seal's use all but time, digest, property and signature is the same every time: it is
      encoded once, and each seal signature is put together from bytes.

Left to others: whether maker and signer may do so at that time (`eseal.seals.checks`), what a
picture has to look like.

Source: GB/T 38540-2020, 6.2 and 7.2 (read second-hand).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from eseal.der import read_head
from eseal.errors import EvidenceError, RefusedError
from eseal.keys import verify_signature
from eseal.reasons import Reason
from eseal.seals import encoding as write
from eseal.seals import fields as asn1
from eseal.seals.info import CERTIFICATE_LIST, DIGEST_LIST
from eseal.seals.model import Seal, SealPicture, SealVersion, SignerList
from eseal.seals.parts import DIGEST_BYTES
from eseal.seals.reading import read_seal
from eseal.signers import Signer, signature_size

VENDOR: Final = "eseal-licences"
MAX_INFO: Final = 128
"""Characters of a propertyInfo that is written."""

_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class SealDraft:
    """What a seal is to say; see `eseal.seals.model.Seal` for the attributes."""

    es_id: str
    kind: int
    name: str
    signers: SignerList
    created: datetime
    valid_from: datetime
    valid_until: datetime
    picture: SealPicture
    vendor: str = VENDOR


def make_seal(draft: SealDraft, maker: Signer) -> bytes:
    """Make a seal (制章): returns the DER of a V4 SESeal.

    Args:
        draft: what it says.
        maker: the seal maker (制章者), SM2 or RSA with PKCS#1 v1.5.

    Raises:
        RefusedError: SEAL_REFUSED, nothing was signed; `.at` says where the draft is wrong, such
            as `esealInfo.property.validEnd`.
    """
    info = _encode_info(draft)
    party = write.party(maker)
    try:
        read_seal(write.sequence(info, party, write.bits(bytes(signature_size(maker)))))
    except EvidenceError as error:
        raise _refused(error.sentence, error.at) from error
    return write.sequence(info, party, write.bits(maker.sign(info)))


class SealStamp:
    """Uses one seal by one signer (签章), any number of times; threads may share it.

    Attributes:
        seal: the seal.
        signer: who uses it.
        max_size: the longest DER that `sign` returns, in bytes.
    """

    def __init__(self, seal: Seal, signer: Signer) -> None:
        """Make ready to seal.

        Raises:
            RefusedError: SEAL_SIGNER_NOT_LISTED, the signer is not in the seal's list;
                SEAL_REFUSED, the signer's algorithm is not the seal's, or it is no V4 seal.
        """
        _check_use(seal, signer)
        self.seal = seal
        self.signer = signer
        self._before = write.integer(SealVersion.V4) + seal.der
        self._party = write.party(signer)
        longest = signature_size(signer)
        self._bits_head = len(write.bits(bytes(longest))) - longest
        tbs = self._assemble_tbs(bytes(DIGEST_BYTES), at=_SOME_TIME, property_info="x" * MAX_INFO)
        self.max_size = len(self._assemble(tbs, bytes(longest)))

    def sign(self, data_hash: bytes, *, at: datetime, property_info: str) -> bytes:
        """Seal content of this digest: returns the DER of a V4 SES_Signature.

        Args:
            data_hash: digest of the content by the signer's digest algorithm; 32 bytes.
            at: aware time of sealing; parts of a second are dropped.
            property_info: what of the document was digested; at most 128 printable ASCII
                characters.

        Raises:
            RefusedError: SEAL_REFUSED, the property is too long or not ASCII.
        """
        tbs = self.signed_bytes(data_hash, at=at, property_info=property_info)
        return self._assemble(tbs, self.signer.sign(tbs))

    def signed_bytes(self, data_hash: bytes, *, at: datetime, property_info: str) -> bytes:
        """What is signed for content of this digest: the DER of TBS_Sign."""
        if len(data_hash) != DIGEST_BYTES:
            msg = f"a digest has {DIGEST_BYTES} bytes"
            raise ValueError(msg)
        if len(property_info) > MAX_INFO:
            raise _refused(f"过长 longer than {MAX_INFO} characters", "property_info")
        if not (property_info.isascii() and property_info.isprintable()):
            raise _refused("应为可见 ASCII 字符 not printable ASCII", "property_info")
        return self._assemble_tbs(data_hash, at=at, property_info=property_info)

    def check(self, der: bytes, data_hash: bytes, *, at: datetime, property_info: str) -> None:
        """See that `der` is what `sign` makes of the same, and that its signature holds.

        Raises:
            RefusedError: SEAL_MALFORMED, it is anything else; SIGNATURE_INVALID.
        """
        tbs = self.signed_bytes(data_hash, at=at, property_info=property_info)
        signature = der[self._signature_start(der, tbs) :]
        if self._assemble(tbs, signature) != der:
            raise RefusedError(
                Reason.SEAL_MALFORMED,
                "不是该签章者对此内容的用章 not this signer's use of the seal for this content",
            )
        signer = self.signer
        verify_signature(signer.certificate.public_key, signer.algorithm, tbs, signature)

    def _signature_start(self, der: bytes, tbs: bytes) -> int:
        """Where the signature has to begin, if the rest is as it should be."""
        try:
            start = read_head(der, 0, len(der)).start
        except ValueError:
            start = 0  # then nothing will fit
        return start + len(tbs) + len(self._party) + self._bits_head

    def _assemble_tbs(self, data_hash: bytes, *, at: datetime, property_info: str) -> bytes:
        """Put TBS_Sign together; the seal stands in it as it was read."""
        return write.sequence(
            self._before,
            write.time(at, "at"),
            write.bits(data_hash),
            write.text(asn1.IA5_STRING, property_info),
        )

    def _assemble(self, tbs: bytes, signature: bytes) -> bytes:
        return write.sequence(tbs, self._party, write.bits(signature))


def _check_use(seal: Seal, signer: Signer) -> None:
    """Refuse what no seal signature is made of."""
    if seal.version is not SealVersion.V4:
        raise _refused(
            f"V{seal.version} 的印章只能读 a seal of this generation is only read", "version"
        )
    if not seal.signers.lists(signer.certificate):
        raise RefusedError(
            Reason.SEAL_SIGNER_NOT_LISTED,
            "签章者不在印章的列表中 the signer is not in the seal's list",
            at="signers",
        )
    if signer.algorithm is not seal.algorithm:
        raise _refused(
            f"印章为 the seal is {seal.algorithm}，私钥为 the key is {signer.algorithm}",
            "algorithm",
        )


def _encode_info(draft: SealDraft) -> bytes:
    """Write SES_SealInfo, without extensions."""
    ia5, picture = asn1.IA5_STRING, draft.picture
    return write.sequence(
        write.sequence(
            write.text(ia5, "ES"), write.integer(SealVersion.V4), write.text(ia5, draft.vendor)
        ),
        write.text(ia5, draft.es_id),
        _encode_property(draft),
        write.sequence(
            write.text(ia5, picture.kind),
            write.octets(picture.data),
            write.integer(picture.width),
            write.integer(picture.height),
        ),
    )


def _encode_property(draft: SealDraft) -> bytes:
    """Write SES_ESPropertyInfo."""
    is_digests = bool(draft.signers.digests)
    return write.sequence(
        write.integer(draft.kind),
        write.text(asn1.UTF8_STRING, draft.name),
        write.integer(DIGEST_LIST if is_digests else CERTIFICATE_LIST),
        write.sequence(*_encode_signers(draft.signers)),
        write.time(draft.created, "created"),
        write.time(draft.valid_from, "valid_from"),
        write.time(draft.valid_until, "valid_until"),
    )


def _encode_signers(signers: SignerList) -> Iterator[bytes]:
    """Write the elements of the list; one of its two kinds is empty."""
    yield from map(write.octets, signers.certificates)
    for one in signers.digests:
        yield write.sequence(write.text(asn1.PRINTABLE_STRING, one.kind), write.octets(one.value))


def _refused(sentence: str, at: str) -> RefusedError:
    return RefusedError(Reason.SEAL_REFUSED, sentence, at=at)
