"""Certificates named beforehand: by a file that has one, or by its SHA-256 as people write it.

Whoever names one has learned it by another way; whoever is named answers for the rest.
"""

import re
from typing import Final

from eseal.certificates import read_certificates
from eseal.errors import MalformedError
from licences.reasons import LicenceReason

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def read_fingerprint(text: str) -> str:
    """Read a SHA-256 as people write it: hexadecimal, perhaps with colons or blanks.

    Raises:
        MalformedError: FINGERPRINT_MALFORMED.
    """
    digits = re.sub(r"[:\s]", "", text).lower()
    if _SHA256.fullmatch(digits) is None:
        raise MalformedError(LicenceReason.FINGERPRINT_MALFORMED, text[:80])
    return digits


def read_signer(data: bytes) -> str:
    """Read a certificate file, PEM or DER, and give the fingerprint of its first certificate.

    Raises:
        MalformedError: CERTIFICATE_MALFORMED.
    """
    digest: bytes = read_certificates(data)[0].sha256
    return digest.hex()
