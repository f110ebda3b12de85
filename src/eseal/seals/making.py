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

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import core

from eseal import oids
from eseal.algorithms import Algorithm
from eseal.certificates import check_time
from eseal.der import read_head, tlv
from eseal.errors import EvidenceError, RefusedError
from eseal.keys import verify_signature
from eseal.reasons import Reason
from eseal.seals.model import Seal, SealPicture, SealVersion, SignerList
from eseal.seals.reading import DIGEST_BYTES, read_seal
from eseal.signers import Signer, signature_size

VENDOR: Final = "eseal-licences"
MAX_PROPERTY_CHARACTERS: Final = 128

_INTEGER, _BITS, _OCTETS, _OID = b"\x02", b"\x03", b"\x04", b"\x06"
_UTF8, _PRINTABLE, _IA5, _TIME, _SEQUENCE = b"\x0c", b"\x13", b"\x16", b"\x18", b"\x30"
_CERTIFICATES, _DIGESTS = 1, 2
_TBS_VERSION = 4


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
    party = _encode_party(maker)
    try:
        read_seal(tlv(_SEQUENCE, info + party + _bits(bytes(signature_size(maker)))))
    except EvidenceError as error:
        raise _refused(error.sentence, error.at) from error
    return tlv(_SEQUENCE, info + party + _bits(maker.sign(info)))


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
        if seal.version is not SealVersion.V4:
            raise _refused(f"a seal of generation V{seal.version} is only read", "version")
        if not seal.signers.lists(signer.certificate):
            raise RefusedError(
                Reason.SEAL_SIGNER_NOT_LISTED, "the signer is not in the seal's list", at="signers"
            )
        if signer.algorithm is not seal.algorithm:
            raise _refused(
                f"a {seal.algorithm} seal is not used with {signer.algorithm}", "algorithm"
            )
        self.seal = seal
        self.signer = signer
        self._before = _integer(_TBS_VERSION) + seal.der
        self._party = _encode_party(signer)
        longest = signature_size(signer)
        self._bits_head = len(_bits(bytes(longest))) - longest
        tbs = self._assemble_tbs(bytes(DIGEST_BYTES), b"\0" * 15, "x" * MAX_PROPERTY_CHARACTERS)
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
        if len(property_info) > MAX_PROPERTY_CHARACTERS:
            raise _refused(f"longer than {MAX_PROPERTY_CHARACTERS} characters", "property_info")
        if not (property_info.isascii() and property_info.isprintable()):
            raise _refused("not printable ASCII", "property_info")
        return self._assemble_tbs(data_hash, _time_text(at, "at"), property_info)

    def check(self, der: bytes, data_hash: bytes, *, at: datetime, property_info: str) -> None:
        """See that `der` is what `sign` makes of the same, and that its signature holds.

        Raises:
            RefusedError: SEAL_MALFORMED, it is anything else; SIGNATURE_INVALID.
        """
        tbs = self.signed_bytes(data_hash, at=at, property_info=property_info)
        signature = der[self._signature_start(der, tbs) :]
        if self._assemble(tbs, signature) != der:
            raise RefusedError(
                Reason.SEAL_MALFORMED, "not this signer's use of the seal for this content"
            )
        signer = self.signer
        verify_signature(signer.certificate.public_key, signer.algorithm, tbs, signature)

    def _signature_start(self, der: bytes, tbs: bytes) -> int:
        try:
            start = read_head(der, 0, len(der)).start
        except ValueError:
            start = 0  # then nothing will fit
        return start + len(tbs) + len(self._party) + self._bits_head

    def _assemble_tbs(self, data_hash: bytes, moment: bytes, property_info: str) -> bytes:
        """Put TBS_Sign together; the seal stands in it as it was read."""
        return tlv(
            _SEQUENCE,
            self._before
            + tlv(_TIME, moment)
            + _bits(data_hash)
            + tlv(_IA5, property_info.encode("ascii")),
        )

    def _assemble(self, tbs: bytes, signature: bytes) -> bytes:
        return tlv(_SEQUENCE, tbs + self._party + _bits(signature))


def _encode_info(draft: SealDraft) -> bytes:
    """Write SES_SealInfo, without extensions."""
    header = _text(_IA5, "ES") + _integer(SealVersion.V4) + _text(_IA5, draft.vendor)
    return tlv(
        _SEQUENCE,
        tlv(_SEQUENCE, header)
        + _text(_IA5, draft.es_id)
        + _encode_property(draft)
        + _encode_picture(draft.picture),
    )


def _encode_property(draft: SealDraft) -> bytes:
    """Write SES_ESPropertyInfo."""
    signers = draft.signers
    if signers.certificates:
        listed = [tlv(_OCTETS, der) for der in signers.certificates]
    else:
        listed = [
            tlv(_SEQUENCE, _text(_PRINTABLE, one.kind) + tlv(_OCTETS, one.value))
            for one in signers.digests
        ]
    return tlv(
        _SEQUENCE,
        _integer(draft.kind)
        + _text(_UTF8, draft.name)
        + _integer(_CERTIFICATES if signers.certificates else _DIGESTS)
        + tlv(_SEQUENCE, b"".join(listed))
        + tlv(_TIME, _time_text(draft.created, "created"))
        + tlv(_TIME, _time_text(draft.valid_from, "valid_from"))
        + tlv(_TIME, _time_text(draft.valid_until, "valid_until")),
    )


def _encode_picture(picture: SealPicture) -> bytes:
    """Write SES_ESPictrueInfo, as the standard spells it."""
    return tlv(
        _SEQUENCE,
        _text(_IA5, picture.kind)
        + tlv(_OCTETS, picture.data)
        + _integer(picture.width)
        + _integer(picture.height),
    )


def _encode_party(signer: Signer) -> bytes:
    """Write a certificate and the bare OID of the algorithm; PSS has no such OID.

    Raises:
        RefusedError: SEAL_REFUSED, seals are not signed with this algorithm.
    """
    match signer.algorithm:
        case Algorithm.SM2_SM3:
            oid = oids.SM2_WITH_SM3
        case Algorithm.RSA_SHA256:
            oid = oids.RSA_WITH_SHA256
        case Algorithm.RSA_PSS_SHA256:
            raise _refused("a bare OID cannot say the parameters of PSS", "algorithm")
    written: bytes = core.ObjectIdentifier(oid).dump()
    return tlv(_OCTETS, signer.certificate.dump()) + written


def _text(tag: bytes, text: str) -> bytes:
    """Write a text; the reader sees whether its characters belong in it."""
    return tlv(tag, text.encode("utf-8", "surrogatepass"))


def _integer(number: int) -> bytes:
    written: bytes = core.Integer(int(number)).dump()
    return written


def _bits(contents: bytes) -> bytes:
    return tlv(_BITS, b"\0" + contents)


def _time_text(moment: datetime, where: str) -> bytes:
    moment = check_time(moment, where)
    return f"{moment.year:04}{moment:%m%d%H%M%S}Z".encode()


def _refused(sentence: str, at: str) -> RefusedError:
    return RefusedError(Reason.SEAL_REFUSED, sentence, at=at)
