"""Certificates named by their fingerprint, or by a file."""

import pytest

from eseal.certificates import to_pem
from eseal.errors import MalformedError
from eseal.reasons import Reason
from licences.fingerprints import read_fingerprint, read_signer
from licences.reasons import LicenceReason
from tests.world import World


def test_fingerprints_as_people_write_them() -> None:
    """Colons, blanks and capitals do not matter; anything else is refused."""
    wanted = "0a" * 32
    written = ":".join(["0A"] * 32)
    assert read_fingerprint(written) == read_fingerprint(" ".join(["0a"] * 32)) == wanted
    for wrong in ("", "0a", "g" * 64, "0a" * 33, "missing.pem"):
        with pytest.raises(MalformedError) as caught:
            read_fingerprint(wrong)
        assert caught.value.reason is LicenceReason.FINGERPRINT_MALFORMED


def test_a_file_names_its_first_certificate(world: World) -> None:
    """PEM and DER do; a file without a certificate names nobody."""
    certificate = world.sm2.signing.certificate
    for data in (certificate.dump(), to_pem(certificate) + to_pem(world.sm2.ca.certificate)):
        assert read_signer(data) == certificate.sha256.hex()
    with pytest.raises(MalformedError) as caught:
        read_signer(b"a text")
    assert caught.value.reason is Reason.CERTIFICATE_MALFORMED
