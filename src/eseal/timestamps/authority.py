"""A time-stamping authority of one's own: bytes of a request in, bytes of an answer out.

For trying things out, for closed networks and for tests; what a law asks of a time-stamping service
(its clock, its devices, its audit) is not here.

Rules kept:
    - the certificate is for timestamps alone;
    - every request is answered: granted, or refused with what is wrong with it;
    - time and serial number are parameters; the time is written to the second.

Source: RFC 3161, 2.2 and 2.4; GB/T 20520-2006 is the same with SM3 and SM2 (read second-hand).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import cms, core, tsp

from eseal import digests
from eseal.cms_attributes import signing_certificate_v2
from eseal.der import tlv
from eseal.errors import EvidenceError, RefusedError
from eseal.moments import check_time
from eseal.path_rules import check_timestamper
from eseal.reasons import Reason
from eseal.signers import Signer, signature_size
from eseal.timestamps.contents import MAX_NUMBER_BITS
from eseal.timestamps.requests import TimestampRequest, read_request
from eseal.timestamps.responses import Failure, write_granted, write_refusal

LOCAL_POLICY: Final = "2.25.55515060713093603987758891244968499778"
"""Nobody's policy: what an authority of one's own works under unless told otherwise (X.667)."""

_REST: Final = 1024
"""More than all that is in a token beside certificates, a name and the signature."""

_SEQUENCE, _SET, _OCTETS = b"\x30", b"\x31", b"\x04"
_CONTEXT_0: Final = b"\xa0"


@dataclass(frozen=True, kw_only=True, slots=True)
class TimestampAuthority:
    """Whoever makes timestamps.

    Attributes:
        signer: its key, and a certificate for timestamps alone.
        policy: OID of the policy that it works under.

    Raises:
        RefusedError: KEY_USAGE_REFUSED, the certificate is not for timestamps.
    """

    signer: Signer
    policy: str = LOCAL_POLICY

    def __post_init__(self) -> None:
        check_timestamper(self.signer.certificate)

    @property
    def max_size(self) -> int:
        """The longest token that it makes, in bytes."""
        certificates = (self.signer.certificate, *self.signer.chain)
        copied = sum(len(one.dump()) for one in certificates)
        named = len(self.signer.certificate.issuer.dump())
        return _REST + copied + named + signature_size(self.signer)

    def respond(self, request: bytes, *, at: datetime, serial_number: int) -> bytes:
        """Answer a request, whatever it is.

        Args:
            request: the bytes that came.
            at: aware time that is written; parts of a second are dropped.
            serial_number: never used before, at most 160 bits.
        """
        try:
            asked = read_request(request)
        except RefusedError as error:
            is_digest = error.reason is Reason.ALGORITHM_REFUSED
            failure = Failure.BAD_ALGORITHM if is_digest else Failure.UNACCEPTED_EXTENSIONS
            return write_refusal(failure, error.told)
        except EvidenceError as error:
            return write_refusal(Failure.BAD_DATA_FORMAT, error.told)
        if asked.has_extensions:
            return write_refusal(
                Failure.UNACCEPTED_EXTENSIONS, "不认识扩展项 no extension is known"
            )
        if asked.policy not in {None, self.policy}:
            return write_refusal(
                Failure.UNACCEPTED_POLICY, f"此处的策略为 the policy here is {self.policy}"
            )
        return write_granted(self.token(asked, at=at, serial_number=serial_number))

    def token(self, request: TimestampRequest, *, at: datetime, serial_number: int) -> bytes:
        """Make the timestamp that a request asks for.

        Raises:
            ValueError: the serial number is negative or too long, or the time has no zone.
        """
        if serial_number < 0 or serial_number.bit_length() > MAX_NUMBER_BITS:
            msg = "the serial number is negative or too long"
            raise ValueError(msg)
        written = self._content(request, check_time(at, "at"), serial_number)
        return self._around(written, with_certificates=request.wants_certificate)

    def _content(self, request: TimestampRequest, at: datetime, serial_number: int) -> bytes:
        info: dict[str, object] = {
            "version": "v1",
            "policy": self.policy,
            "message_imprint": request.imprint.structure(),
            "serial_number": serial_number,
            "gen_time": at,
        }
        if request.nonce is not None:
            info["nonce"] = request.nonce
        written: bytes = tsp.TSTInfo(info).dump()
        return written

    def _around(self, written: bytes, *, with_certificates: bool) -> bytes:
        """Put the CMS around what is written."""
        signer = self.signer
        certificates = (signer.certificate, *signer.chain) if with_certificates else ()
        attributes = self._attributes(written)
        digest_algorithm = tsp.DigestAlgorithm({"algorithm": signer.algorithm.digest.value})
        identifier = cms.IssuerAndSerialNumber(
            {
                "issuer": signer.certificate.issuer,
                "serial_number": signer.certificate.serial_number,
            }
        )
        signer_info = (
            cms.CMSVersion("v1").dump()
            + identifier.dump()
            + digest_algorithm.dump()
            + tlv(_CONTEXT_0, attributes)
            + signer.algorithm.signed_digest_algorithm.dump()
            + tlv(_OCTETS, signer.sign(tlv(_SET, attributes)))
        )
        content_type = cms.ContentType("tst_info").dump()
        encapsulated = content_type + tlv(_CONTEXT_0, tlv(_OCTETS, written))
        contained = b"".join(sorted(one.dump() for one in certificates))
        signed_data = (
            cms.CMSVersion("v3").dump()
            + tlv(_SET, digest_algorithm.dump())
            + tlv(_SEQUENCE, encapsulated)
            + (tlv(_CONTEXT_0, contained) if contained else b"")
            + tlv(_SET, tlv(_SEQUENCE, signer_info))
        )
        info: bytes = cms.ContentType("signed_data").dump()
        return tlv(_SEQUENCE, info + tlv(_CONTEXT_0, tlv(_SEQUENCE, signed_data)))

    def _attributes(self, written: bytes) -> bytes:
        """The signed attributes in DER's order."""
        algorithm = self.signer.algorithm.digest
        values: dict[str, core.Asn1Value | str | bytes] = {
            "content_type": "tst_info",
            "message_digest": digests.digest(algorithm, written),
            "signing_certificate_v2": signing_certificate_v2(self.signer.certificate, algorithm),
        }
        return b"".join(
            sorted(
                cms.CMSAttribute({"type": name, "values": [value]}).dump()
                for name, value in values.items()
            )
        )
