"""OpenSSL as a stranger: it verifies our RSA timestamps, and we read those that it makes."""

from pathlib import Path

import pytest

from eseal.certificates import to_pem
from eseal.digests import DigestAlgorithm
from eseal.keys import RsaPrivateKey
from eseal.pem import write_pem
from eseal.timestamps.imprints import Imprint
from eseal.timestamps.requests import TimestampRequest, read_request
from eseal.timestamps.responses import demand_answer, read_response
from eseal.timestamps.verification import check_token
from tests.openssl import openssl
from tests.vectors.timestamps import STAMPED, TokenForge
from tests.world import NOW

CONFIGURATION = """
[ts]
default_tsa = tsa
[tsa]
serial = {folder}/serial
signer_digest = {digest}
default_policy = 1.2.3.4
digests = sha256, sha512
accuracy = secs:1, millisecs:500
ordering = yes
tsa_name = yes
ess_cert_id_chain = yes
ess_cert_id_alg = sha256
"""


@pytest.fixture
def files(tmp_path: Path, rsa_tokens: TokenForge) -> Path:
    """A folder with the authority's certificates and what is stamped."""
    signer = rsa_tokens.signer
    (tmp_path / "data").write_bytes(STAMPED)
    (tmp_path / "root.pem").write_bytes(to_pem(rsa_tokens.authority.root.certificate))
    (tmp_path / "tsa.pem").write_bytes(to_pem(signer.certificate))
    (tmp_path / "chain.pem").write_bytes(to_pem(*signer.chain))
    assert isinstance(signer.key, RsaPrivateKey)
    (tmp_path / "key.pem").write_bytes(write_pem("PRIVATE KEY", signer.key.private_key_info()))
    (tmp_path / "serial").write_text("01\n")
    return tmp_path


def test_openssl_verifies_ours(files: Path, rsa_tokens: TokenForge) -> None:
    """`openssl ts -verify` is content with our answer, by its own request and by the data."""
    query = files / "query.tsq"
    done, said = openssl("ts", "-query", "-data", files / "data", "-sha256", "-cert", "-out", query)
    assert done, said
    answer = files / "answer.tsr"
    answer.write_bytes(rsa_tokens.tsa.respond(query.read_bytes(), at=NOW, serial_number=1))
    against = ("-CAfile", files / "root.pem", "-attime", int(NOW.timestamp()))
    for what in (("-queryfile", query), ("-data", files / "data")):
        done, said = openssl("ts", "-verify", *what, "-in", answer, *map(str, against))
        assert done, said
    other = files / "other"
    other.write_bytes(b"other")
    done, said = openssl("ts", "-verify", "-data", other, "-in", answer, *map(str, against))
    assert not done, said


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_we_verify_openssls(files: Path, digest: str) -> None:
    """An answer of `openssl ts -reply` to our request is one to it, and holds."""
    request = TimestampRequest(imprint=Imprint.of(STAMPED, DigestAlgorithm.SHA256), nonce=1 << 63)
    (files / "query.tsq").write_bytes(request.dump())
    (files / "ts.cnf").write_text(CONFIGURATION.format(folder=files, digest=digest))
    done, said = openssl(
        *("ts", "-reply", "-config", files / "ts.cnf", "-section", "tsa"),
        *("-queryfile", files / "query.tsq", "-out", files / "answer.tsr"),
        *("-signer", files / "tsa.pem", "-inkey", files / "key.pem", "-chain", files / "chain.pem"),
    )
    assert done, said
    timestamp = read_response((files / "answer.tsr").read_bytes())
    demand_answer(timestamp, request)
    assert timestamp.content.authority is not None
    check_token(timestamp, STAMPED)


def test_openssl_reads_our_request(files: Path) -> None:
    """And we read OpenSSL's."""
    request = TimestampRequest(imprint=Imprint.of(STAMPED, DigestAlgorithm.SHA256), nonce=5)
    query = files / "query.tsq"
    query.write_bytes(request.dump())
    done, said = openssl("ts", "-query", "-in", query, "-text")
    assert done, said
    assert "Certificate required: yes" in said
    done, said = openssl("ts", "-query", "-data", files / "data", "-sm3", "-out", query)
    assert done, said
    read = read_request(query.read_bytes())
    assert read.imprint == Imprint.of(STAMPED, DigestAlgorithm.SM3)
    assert not read.wants_certificate
