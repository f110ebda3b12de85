"""What signing code asks for timestamps."""

from typing import Protocol

from eseal.digests import DigestAlgorithm


class Timestamper(Protocol):
    """Whoever gets timestamps: an authority over HTTP, or one's own."""

    @property
    def max_size(self) -> int:
        """The longest timestamp that it gives, in bytes."""

    def stamp(self, data: bytes, *, digest: DigestAlgorithm) -> bytes:
        """Get a timestamp over `data`, which was verified; gives its DER.

        Args:
            data: what is stamped.
            digest: by which it is digested.

        Raises:
            RefusedError: the authority refused, or its answer does not hold.
            UnavailableError: it gave no usable answer, or could not be judged.
        """
