"""What is stamped: a digest, by SHA-256 or SM3, and the name of its algorithm.

Rules kept: the digest is as long as its algorithm makes it; the algorithm has no parameters, or
NULL; no other algorithm is accepted in what proves a time.

Source: RFC 3161, 2.4.1; GB/T 20520-2006 for SM3 (read second-hand).
"""

from dataclasses import dataclass
from typing import Final, Self

from asn1crypto import core, tsp

from eseal import digests
from eseal.digests import DigestAlgorithm
from eseal.errors import MalformedError, RefusedError
from eseal.reasons import Reason

DIGEST_BYTES: Final = 32

_NULL: Final = b"\x05\x00"


@dataclass(frozen=True, kw_only=True, slots=True)
class Imprint:
    """The digest of what is stamped (messageImprint)."""

    algorithm: DigestAlgorithm
    digest: bytes

    @classmethod
    def of(cls, data: bytes, algorithm: DigestAlgorithm) -> Self:
        """Make the imprint of bytes."""
        return cls(algorithm=algorithm, digest=digests.digest(algorithm, data))

    def is_of(self, data: bytes) -> bool:
        """Is it the imprint of these bytes?"""
        return digests.digest(self.algorithm, data) == self.digest

    def structure(self) -> tsp.MessageImprint:
        """Write it as RFC 3161 has it."""
        return tsp.MessageImprint(
            {"hash_algorithm": {"algorithm": self.algorithm.value}, "hashed_message": self.digest}
        )


def read_imprint(structure: tsp.MessageImprint) -> Imprint:
    """Read an imprint.

    Raises:
        RefusedError: ALGORITHM_REFUSED, another digest than SHA-256 and SM3.
        MalformedError: TIMESTAMP_MALFORMED, its length or its parameters are wrong.
    """
    algorithm = read_digest_algorithm(structure["hash_algorithm"])
    digest = bytes(structure["hashed_message"].native)
    if len(digest) != DIGEST_BYTES:
        sentence = f"摘要长度与算法不符 {len(digest)} bytes are no {algorithm} digest"
        raise MalformedError(Reason.TIMESTAMP_MALFORMED, sentence, at="messageImprint")
    return Imprint(algorithm=algorithm, digest=digest)


def read_digest_algorithm(identifier: core.Sequence) -> DigestAlgorithm:
    """Recognise SHA-256 or SM3; raises as `read_imprint` does."""
    name = str(identifier["algorithm"].native)
    if name not in set(DigestAlgorithm):
        sentence = f"不接受此摘要算法 a digest by {name} is not accepted"
        raise RefusedError(Reason.ALGORITHM_REFUSED, sentence, at="messageImprint")
    check_plain(identifier, "messageImprint")
    return DigestAlgorithm(name)


def check_plain(identifier: core.Sequence, at: str) -> None:
    """See that an algorithm is named without parameters, or with NULL.

    Raises:
        MalformedError: TIMESTAMP_MALFORMED.
    """
    name: bytes = identifier["algorithm"].dump()
    if identifier.contents not in {name, name + _NULL}:
        raise MalformedError(
            Reason.TIMESTAMP_MALFORMED, "算法不应带参数 an algorithm has parameters", at=at
        )
