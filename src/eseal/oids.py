"""Object identifiers that evidence rests on; the Chinese ones are made known to asn1crypto.

Importing this module registers SM3, SM2-with-SM3 and the SM2 curve in asn1crypto's tables, so that
everything built on them (certificates, CMS, path validation) reads an SM2 object as it reads an
RSA one. What was there before stays as it was.

Rules kept:
    - SM2-with-SM3 is written without parameters, as OpenSSL and Bouncy Castle write it;
      absent and NULL parameters are both read: both are met in real certificates.

Source: GM/T 0006 assigns the Chinese numbers (read in the tables of OpenSSL and GmSSL), RFC 8017
the others.
"""

from typing import Any

from asn1crypto import algos, keys

SM2_CURVE = "1.2.156.10197.1.301"
SM3 = "1.2.156.10197.1.401"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
RSA_WITH_SHA256 = "1.2.840.113549.1.1.11"
RSA_PSS = "1.2.840.113549.1.1.10"
COMMITMENT_TYPE_INDICATION = "1.2.840.113549.1.9.16.2.16"
"""Signed attribute of RFC 5126, 5.11.1: what the signer commits to."""

SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"
"""Unsigned attribute of RFC 3161, appendix A: a timestamp over the signature value."""

SEAL_SIGNATURE = "2.25.55515060713093603987758891244968499777"
"""Signed attribute of ours: one SES_Signature of GB/T 38540 for the same content (ADR 10).

An arc under a UUID (ITU-T X.667) is nobody else's, and needs no registration.
"""

ORGANIZATION_IDENTIFIER = "2.5.4.97"
"""Known to asn1crypto as `organization_identifier`; carries the 统一社会信用代码 (ITU-T X.520)."""


def _register() -> None:
    signature = algos.SignedDigestAlgorithm
    _add_name(algos.DigestAlgorithmId, "sm3", SM3)
    _add_name(algos.SignedDigestAlgorithmId, "sm3_sm2", SM2_WITH_SM3)
    keys.NamedCurve.register("sm2", SM2_CURVE, 32)
    signature.signature_algo = _answering(signature.signature_algo, "sm2")
    signature.hash_algo = _answering(signature.hash_algo, "sm3")


def _add_name(table: type[algos.ObjectIdentifier], name: str, oid: str) -> None:
    table._map[oid] = name
    if table._reverse_map is not None:
        table._reverse_map[name] = oid


def _answering(question: property, for_sm2: str) -> property:
    """Make a property that answers for SM2-with-SM3 and asks the library for all others."""

    def answer(self: algos.SignedDigestAlgorithm) -> Any:
        known = self["algorithm"].dotted == SM2_WITH_SM3
        return for_sm2 if known else question.__get__(self)

    return property(answer)


_register()
