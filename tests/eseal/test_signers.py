"""A signer is made of things that belong together."""

import pytest

from eseal.errors import RefusedError
from eseal.keys import Algorithm, Sm2PrivateKey, verify_signature
from eseal.reasons import Reason
from eseal.signers import Signer, SoftwareSigner
from tests.world import Authority


def test_what_it_signs_verifies_under_its_certificate(authority: Authority) -> None:
    """The certificate's key verifies what the signer signed."""
    signer: Signer = authority.signing
    signature = signer.sign(b"sample")
    verify_signature(signer.certificate.public_key, signer.algorithm, b"sample", signature)


def test_another_key_is_refused(sm2_signer: SoftwareSigner, sm2_key: Sm2PrivateKey) -> None:
    """A key that does not belong to the certificate makes no signer."""
    with pytest.raises(RefusedError) as refused:
        SoftwareSigner(key=sm2_key, certificate=sm2_signer.certificate, algorithm=Algorithm.SM2_SM3)
    assert refused.value.reason is Reason.KEY_CERTIFICATE_MISMATCH


def test_an_algorithm_of_the_other_suite_is_refused(sm2_signer: SoftwareSigner) -> None:
    """An SM2 key cannot be set to sign by RSA."""
    with pytest.raises(RefusedError) as refused:
        SoftwareSigner(
            key=sm2_signer.key,
            certificate=sm2_signer.certificate,
            algorithm=Algorithm.RSA_SHA256,
        )
    assert refused.value.reason is Reason.KEY_REFUSED
