"""Lists of signers: certificates by their bytes, digests by their kind."""

import pytest

from eseal import digests
from eseal.digests import DigestAlgorithm
from eseal.errors import RefusedError
from eseal.reasons import Reason
from eseal.seals.model import (
    MAX_SIGNERS,
    CertificateDigest,
    SignerList,
    list_certificates,
    list_digests,
)
from tests.world import Authority


def refusal(*, certificates: int = 0, of_digests: int = 0) -> RefusedError:
    """How a list of so many of each is refused."""
    one = CertificateDigest(kind="SM3", value=bytes(32))
    with pytest.raises(RefusedError) as caught:
        SignerList(certificates=(b"\x30\x00",) * certificates, digests=(one,) * of_digests)
    return caught.value


def test_a_list_is_of_one_kind_and_bounded() -> None:
    """Nobody, both kinds at once, and more than sixty-four are refused."""
    for error in (
        refusal(),
        refusal(certificates=1, of_digests=1),
        refusal(certificates=MAX_SIGNERS + 1),
        refusal(of_digests=MAX_SIGNERS + 1),
    ):
        assert (error.reason, error.at) == (Reason.SEAL_REFUSED, "signers")
    assert len(SignerList(certificates=(b"\x30\x00",) * MAX_SIGNERS).certificates) == MAX_SIGNERS


def test_lists_by_the_same_bytes(authority: Authority) -> None:
    """Type 1: the very certificate, and no other of the same key."""
    listed = list_certificates([authority.maker.certificate, authority.signing.certificate])
    assert listed.lists(authority.signing.certificate)
    assert not listed.lists(authority.department().certificate)


@pytest.mark.parametrize("algorithm", DigestAlgorithm)
def test_lists_by_digest(authority: Authority, algorithm: DigestAlgorithm) -> None:
    """Type 2: by the digest of the certificate, whatever the suite; written as SM3 or SHA256."""
    listed = list_digests([authority.signing.certificate], algorithm)
    assert listed.digests[0].kind in {"SM3", "SHA256"}
    assert listed.lists(authority.signing.certificate)
    assert not listed.lists(authority.maker.certificate)


@pytest.mark.parametrize(
    ("kind", "algorithm", "named"),
    [
        ("sm3", DigestAlgorithm.SM3, True),
        ("SHA-256", DigestAlgorithm.SHA256, True),
        ("1.2.156.10197.1.401", DigestAlgorithm.SM3, True),
        ("2.16.840.1.101.3.4.2.1", DigestAlgorithm.SHA256, True),
        ("custom type", DigestAlgorithm.SM3, True),
        ("custom type", DigestAlgorithm.SHA256, True),
        ("SM3", DigestAlgorithm.SHA256, False),
        ("SHA256", DigestAlgorithm.SM3, False),
    ],
)
def test_the_kind_of_a_digest(
    authority: Authority, kind: str, algorithm: DigestAlgorithm, *, named: bool
) -> None:
    """A kind that is known decides; with another the digest may be either of ours."""
    certificate = authority.signing.certificate
    value = digests.digest(algorithm, certificate.dump())
    assert CertificateDigest(kind=kind, value=value).names(certificate) is named
