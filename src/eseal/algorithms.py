"""The suites and signature algorithms that evidence is made with, and no others.

Rules kept:
    - an algorithm is read from an AlgorithmIdentifier by its OID and by every parameter: what is
      not exactly one of these is refused, never guessed;
    - RSASSA-PSS is SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 4055, 3.1).
"""

from enum import StrEnum

from asn1crypto.algos import RSASSAPSSParams, SignedDigestAlgorithm

from eseal import oids
from eseal.der import PARSE_ERRORS, fault_words
from eseal.digests import DigestAlgorithm
from eseal.errors import RefusedError
from eseal.reasons import Reason

PSS_SALT_LENGTH = 32


class Suite(StrEnum):
    """A family of keys and digests that belong together (密码套件)."""

    SM2 = "sm2"
    RSA = "rsa"


class Algorithm(StrEnum):
    """A signature algorithm, complete: nothing about it is left to parameters."""

    SM2_SM3 = "sm2-sm3"
    RSA_SHA256 = "rsa-pkcs1-sha256"
    RSA_PSS_SHA256 = "rsa-pss-sha256"

    @property
    def suite(self) -> Suite:
        """The suite whose keys sign with it."""
        match self:
            case Algorithm.SM2_SM3:
                return Suite.SM2
            case Algorithm.RSA_SHA256 | Algorithm.RSA_PSS_SHA256:
                return Suite.RSA

    @property
    def digest(self) -> DigestAlgorithm:
        """The digest inside it."""
        match self.suite:
            case Suite.SM2:
                return DigestAlgorithm.SM3
            case Suite.RSA:
                return DigestAlgorithm.SHA256

    @property
    def signed_digest_algorithm(self) -> SignedDigestAlgorithm:
        """A new AlgorithmIdentifier for certificates, CRLs and CMS."""
        match self:
            case Algorithm.SM2_SM3:
                return SignedDigestAlgorithm({"algorithm": oids.SM2_WITH_SM3})
            case Algorithm.RSA_SHA256:
                return SignedDigestAlgorithm({"algorithm": oids.RSA_WITH_SHA256})
            case Algorithm.RSA_PSS_SHA256:
                return SignedDigestAlgorithm(
                    {"algorithm": oids.RSA_PSS, "parameters": _pss_parameters()}
                )


def default_algorithm(suite: Suite) -> Algorithm:
    """Name the algorithm to sign with when nobody asked for another."""
    match suite:
        case Suite.SM2:
            return Algorithm.SM2_SM3
        case Suite.RSA:
            return Algorithm.RSA_SHA256


def read_algorithm(identifier: SignedDigestAlgorithm) -> Algorithm:
    """Recognise an AlgorithmIdentifier of a certificate, a CRL or a SignerInfo.

    Raises:
        RefusedError: ALGORITHM_REFUSED, it is none of ours, or has other parameters.
    """
    try:
        algorithm = _recognise(identifier)
    except PARSE_ERRORS as error:
        raise RefusedError(Reason.ALGORITHM_REFUSED, fault_words(error)) from error
    if algorithm is None:
        name = identifier["algorithm"].native
        raise RefusedError(
            Reason.ALGORITHM_REFUSED,
            f"不接受此算法或其参数 {name}, or its parameters, not accepted",
        )
    return algorithm


def _recognise(identifier: SignedDigestAlgorithm) -> Algorithm | None:
    parameters = identifier["parameters"].native
    match identifier["algorithm"].dotted:
        case oids.SM2_WITH_SM3 if parameters is None:  # absent or NULL
            return Algorithm.SM2_SM3
        case oids.RSA_WITH_SHA256 if parameters is None:
            return Algorithm.RSA_SHA256
        case oids.RSA_PSS if parameters == _pss_parameters().native:
            return Algorithm.RSA_PSS_SHA256
    return None


def _pss_parameters() -> RSASSAPSSParams:
    sha256 = {"algorithm": "sha256"}
    return RSASSAPSSParams(
        {
            "hash_algorithm": sha256,
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": sha256},
            "salt_length": PSS_SALT_LENGTH,
        }
    )
