"""What we sign is verified by strangers: joserfc for RSA, OpenSSL for SM2."""

import json
import subprocess
from pathlib import Path

import pytest
from joserfc import jws as joserfc_jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import RSAKey
from joserfc.jws import FlattenedJSONSerialization, JWSRegistry
from joserfc.registry import HeaderParameter

from eseal.certificates import to_pem
from eseal.jose import base64url
from eseal.keys import Algorithm
from eseal.signers import SoftwareSigner
from eseal.sm2 import encode_signature
from tests.vectors.sd_jwt import Forge
from tests.world import World


class Registry(JWSRegistry):
    """joserfc with room for `x5c`, and with `disclosures` known as an unprotected header."""

    max_header_length = 16 * 1024

    def __init__(self, algorithm: str) -> None:
        disclosures = HeaderParameter("Disclosures of RFC 9901", "list[str]")
        super().__init__({"disclosures": disclosures}, [algorithm])


@pytest.mark.parametrize(
    ("algorithm", "name"),
    [(Algorithm.RSA_SHA256, "RS256"), (Algorithm.RSA_PSS_SHA256, "PS256")],
)
def test_joserfc_verifies_rsa(world: World, algorithm: Algorithm, name: str) -> None:
    """A JOSE library takes the flattened JSON as it stands, and reads the same payload."""
    rsa = world.rsa.signing
    signer = SoftwareSigner(
        key=rsa.key, certificate=rsa.certificate, chain=rsa.chain, algorithm=algorithm
    )
    forge = Forge(world, signer)
    value: FlattenedJSONSerialization = json.loads(forge.good)
    key = RSAKey.import_key(rsa.certificate.public_key.dump())
    read = joserfc_jws.deserialize_json(value, key, registry=Registry(name))
    assert json.loads(read.payload or b"") == forge.payload
    value["payload"] = value["payload"][:-4] + "AAAA"
    with pytest.raises(BadSignatureError):
        joserfc_jws.deserialize_json(value, key, registry=Registry(name))


def test_openssl_verifies_sm2(world: World, tmp_path: Path) -> None:
    """OpenSSL accepts r || s over the signing input, with the key of the certificate in x5c."""
    forge = Forge(world, world.sm2.signing)
    raw = base64url.decode(forge.parts.signature)
    assert len(raw) == 64
    der = encode_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    (tmp_path / "certificate.pem").write_bytes(to_pem(forge.signer.certificate))
    (tmp_path / "signature.der").write_bytes(der)
    (tmp_path / "input").write_bytes(forge.parts.signing_input)
    key = _openssl(tmp_path, "x509", "-in", "certificate.pem", "-pubkey", "-noout")
    (tmp_path / "key.pem").write_text(key)
    said = _openssl(
        tmp_path,
        *("dgst", "-sm3", "-verify", "key.pem", "-signature", "signature.der"),
        *("-sigopt", "distid:1234567812345678", "input"),
    )
    assert said.strip() == "Verified OK"


def _openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout
