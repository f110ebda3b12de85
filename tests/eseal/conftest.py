"""Private keys that tests share; making an RSA key takes long."""

import pytest

from eseal.keys import RsaPrivateKey, Sm2PrivateKey, SoftwareKey, Suite
from eseal.signers import SoftwareSigner


@pytest.fixture(scope="session")
def sm2_key() -> Sm2PrivateKey:
    """An SM2 key that belongs to nobody."""
    return Sm2PrivateKey(0x5A4D_706C_6500_0001)


@pytest.fixture(scope="session")
def rsa_key(rsa_signer: SoftwareSigner) -> RsaPrivateKey:
    """The RSA key of the department in the good world."""
    assert isinstance(rsa_signer.key, RsaPrivateKey)
    return rsa_signer.key


@pytest.fixture(scope="session", params=list(Suite), ids=str)
def key(request: pytest.FixtureRequest) -> SoftwareKey:
    """A private key of each suite in turn."""
    key: SoftwareKey = request.getfixturevalue(f"{request.param}_key")
    return key
