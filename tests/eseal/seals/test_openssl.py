"""OpenSSL as a stranger: it verifies the maker's and the signer's values over the raw bytes."""

from pathlib import Path

import pytest
from asn1crypto import pem, x509

from eseal.keys import Suite
from tests.openssl import DEFAULT_USER_ID, openssl
from tests.vectors import seal_asn1
from tests.vectors.seals import SealForge

OPTIONS = {Suite.SM2: ("-sm3", "-sigopt", DEFAULT_USER_ID), Suite.RSA: ("-sha256",)}


def verifies(folder: Path, suite: Suite, certificate: bytes, data: bytes, value: bytes) -> bool:
    """Whether OpenSSL takes `value` for a signature over `data`."""
    key = x509.Certificate.load(certificate).public_key.dump()
    (folder / "key.pem").write_bytes(pem.armor("PUBLIC KEY", key))
    (folder / "value").write_bytes(value)
    key_and_value = ("-verify", folder / "key.pem", "-signature", folder / "value")
    done, _ = openssl("dgst", *OPTIONS[suite], *key_and_value, data=data)
    return done


@pytest.mark.parametrize("altered", [False, True])
def test_openssl_verifies_seal_and_use(seals: SealForge, tmp_path: Path, *, altered: bool) -> None:
    """Taken apart by another reader, both values hold over SES_SealInfo and TBS_Sign.

    Neither holds over other bytes.
    """
    suite = seals.authority.suite
    use = seal_asn1.Signature.load(seals.good, strict=True)
    tbs = use["to_sign"].parse(spec=seal_asn1.Tbs)
    seal = tbs["eseal"].parse(spec=seal_asn1.Seal)
    more = b"\0" if altered else b""
    for certificate, data, value in (
        (seal["cert"].native, seal["info"].dump() + more, seal["signed_value"].native),
        (use["cert"].native, tbs.dump() + more, use["signature"].native),
    ):
        assert verifies(tmp_path, suite, certificate, data, value) is not altered
