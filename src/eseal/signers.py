"""A key with its certificate: what signs documents.

`Signer` is all that the rest of the package asks for: a key in a PKCS#11 token or behind SDF
(GM/T 0018) comes in as another class with these four members.

Rules kept:
    - a key that does not belong to its certificate is refused when the signer is made, and so is
      an algorithm of another suite: nothing is signed that could never verify.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from asn1crypto.x509 import Certificate

from eseal.errors import RefusedError
from eseal.keys import Algorithm, PrivateKey, Suite
from eseal.reasons import Reason

SM2_SIGNATURE_BYTES: Final = 72
"""SEQUENCE of two INTEGERs below 2^256, each with a leading zero at most."""


class Signer(Protocol):
    """Whoever signs: a certificate, the path above it, and a way to sign bytes."""

    @property
    def certificate(self) -> Certificate:
        """The signer's own certificate."""

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """The certificates of its issuers, its own issuer first, the root left out."""

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm that it signs with."""

    def sign(self, data: bytes) -> bytes:
        """Sign `data`; SM2 gives SEQUENCE { r, s } in DER."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SoftwareSigner:
    """A signer whose key can be called directly."""

    key: PrivateKey
    certificate: Certificate
    chain: tuple[Certificate, ...] = ()
    algorithm: Algorithm

    def __post_init__(self) -> None:
        if self.key.public_key.dump() != self.certificate.public_key.dump():
            raise RefusedError(
                Reason.KEY_CERTIFICATE_MISMATCH,
                "密钥与证书不配 the key does not belong to the certificate",
            )
        if self.algorithm.suite is not self.key.suite:
            raise RefusedError(
                Reason.KEY_REFUSED,
                f"密钥不用此算法 a key of suite {self.key.suite} cannot do {self.algorithm}",
            )

    def sign(self, data: bytes) -> bytes:
        """Sign `data` with the key; SM2 gives SEQUENCE { r, s } in DER."""
        return self.key.sign(data, self.algorithm)


def signature_size(signer: Signer) -> int:
    """Tell how many bytes the longest signature of `signer` has."""
    match signer.algorithm.suite:
        case Suite.SM2:
            return SM2_SIGNATURE_BYTES
        case Suite.RSA:
            return int(signer.certificate.public_key.byte_size)
