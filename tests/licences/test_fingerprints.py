"""Certificates named by their fingerprint, or by a file."""

from pathlib import Path

import pytest

from eseal.certificates import to_pem
from eseal.errors import MalformedError
from eseal.reasons import Reason
from licences.cli.trust_options import read_signers
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


def test_no_file_takes_the_place_of_a_fingerprint(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder of somebody else's a file of that name does not say who is believed."""
    monkeypatch.chdir(tmp_path)
    named = world.sm2.signing.certificate.sha256.hex()
    Path(named).write_bytes(to_pem(world.sm2.maker.certificate))
    assert read_signers([named]) == {named}
    Path("maker.pem").write_bytes(Path(named).read_bytes())
    assert read_signers(["maker.pem"]) == {world.sm2.maker.certificate.sha256.hex()}
