"""What a certificate path has to satisfy beside RFC 5280: checks of ours, on certificates alone.

The path validation in use (`eseal.chain`) lets these through; here they are refused:

- a signer that is a CA, or whose certificate was not made for signing documents: its key usage
  must be there and hold nonRepudiation (content commitment), and an extended key usage, if it has
  one, must name documents or anything;
- a time-stamping authority whose certificate is not for that alone: its extended key usage must be
  there, critical and timeStamping only, its key usage, if it has one, for signatures only;
- a key that is neither SM2 nor RSA of 2048 bits or more, anywhere in the path;
- a signature algorithm that is neither SM2-with-SM3 nor RSA with SHA-256 or better;
- a certificate that is not version 3, has an extension twice, or whose algorithm inside what was
  signed is not the one outside.

Source: RFC 5280, 4.1.1.2, 4.1.2.1, 4.2 and 4.2.1.3; RFC 9336 for documentSigning; RFC 3161, 2.3.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto

from asn1crypto import algos, keys, x509

from eseal.algorithms import Algorithm, Suite, read_algorithm
from eseal.errors import RefusedError
from eseal.keys import RSA_BITS, suite_of
from eseal.reasons import Reason

# Purposes under which documents are signed; 1.3.6.1.5.5.7.3.36 is documentSigning of RFC 9336,
# the others are what products used before there was one (Microsoft, Adobe, e-mail).
DOCUMENT_PURPOSES = frozenset(
    {
        "2.5.29.37.0",
        "1.3.6.1.5.5.7.3.36",
        "1.3.6.1.5.5.7.3.4",
        "1.3.6.1.4.1.311.10.3.12",
        "1.2.840.113583.1.1.5",
    }
)

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
"""id-kp-timeStamping of RFC 3161, 2.3."""

_SIGNATURES = frozenset({"digital_signature", "non_repudiation"})

# RSA with the longer digests of the SHA-2 family: met in foreign chains, never made here.
RSA_WITH_LONGER_SHA2 = frozenset({"1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13"})


class Purpose(Enum):
    """What a certificate is used for."""

    DOCUMENTS = auto()
    """Signing documents and seals."""

    TIMESTAMPS = auto()
    """Signing timestamps (时间戳)."""


def check_purpose(certificate: x509.Certificate, purpose: Purpose) -> None:
    """Refuse a certificate that was not made for this purpose.

    Raises:
        RefusedError: KEY_USAGE_REFUSED.
    """
    match purpose:
        case Purpose.DOCUMENTS:
            check_signer(certificate)
        case Purpose.TIMESTAMPS:
            check_timestamper(certificate)


def check_signer(certificate: x509.Certificate) -> None:
    """Refuse a certificate that documents may not be signed with.

    Raises:
        RefusedError: KEY_USAGE_REFUSED.
    """
    if certificate.ca:
        raise RefusedError(
            Reason.KEY_USAGE_REFUSED, "CA 证书不可签署文件 a CA certificate does not sign documents"
        )
    usage = certificate.key_usage_value
    if usage is None or "non_repudiation" not in usage.native:
        raise RefusedError(
            Reason.KEY_USAGE_REFUSED, "密钥用途缺少抗抵赖 its key usage lacks nonRepudiation"
        )
    purposes = certificate.extended_key_usage_value
    if purposes is not None and not DOCUMENT_PURPOSES & {one.dotted for one in purposes}:
        raise RefusedError(
            Reason.KEY_USAGE_REFUSED, "其用途不含文件签名 its purposes do not include documents"
        )


def check_timestamper(certificate: x509.Certificate) -> None:
    """Refuse a certificate that timestamps may not be signed with (RFC 3161, 2.3).

    Raises:
        RefusedError: KEY_USAGE_REFUSED.
    """
    if certificate.ca:
        raise RefusedError(
            Reason.KEY_USAGE_REFUSED,
            "CA 证书不可签时间戳 a CA certificate does not sign timestamps",
        )
    usage = certificate.key_usage_value
    if usage is not None and (not usage.native or usage.native - _SIGNATURES):
        sentence = "密钥用途不限于签名 its key usage is not for signatures alone"
        raise RefusedError(Reason.KEY_USAGE_REFUSED, sentence)
    purposes = [
        (one["critical"].native, [each.dotted for each in one["extn_value"].parsed])
        for one in certificate["tbs_certificate"]["extensions"]
        if one["extn_id"].native == "extended_key_usage"
    ]
    if purposes != [(True, [TIME_STAMPING])]:
        sentence = (
            "扩展用途应为关键项，仅含 its extended key usage is not, critically, timeStamping"
        )
        raise RefusedError(Reason.KEY_USAGE_REFUSED, sentence)


def check_certificate(certificate: x509.Certificate) -> None:
    """Refuse a certificate of a path, root included, that has one of the defects above.

    Raises:
        RefusedError: PATH_INVALID, or ALGORITHM_REFUSED for its key.
    """
    tbs = certificate["tbs_certificate"]
    if tbs["version"].native != "v3":
        raise RefusedError(
            Reason.PATH_INVALID, "不是 X.509 第 3 版证书 not an X.509 version 3 certificate"
        )
    if tbs["signature"].dump() != certificate["signature_algorithm"].dump():
        raise RefusedError(
            Reason.PATH_INVALID,
            "签名内外的算法不一致 the algorithm inside what was signed is not the one outside",
        )
    extensions = [one["extn_id"].dotted for one in tbs["extensions"]]
    if len(set(extensions)) != len(extensions):
        raise RefusedError(Reason.PATH_INVALID, "扩展项重复 it has an extension twice")
    check_key(certificate.public_key)


def check_key(public_key: keys.PublicKeyInfo) -> None:
    """Refuse a public key that is neither SM2 nor RSA of an accepted length.

    Raises:
        RefusedError: ALGORITHM_REFUSED.
    """
    try:
        suite = suite_of(public_key)
    except RefusedError as error:
        raise RefusedError(Reason.ALGORITHM_REFUSED, error.sentence) from error
    if suite is Suite.RSA:
        modulus: int = public_key["public_key"].parsed["modulus"].native
        bits = max(modulus, 0).bit_length()  # a negative one can be written, too
        if bits not in RSA_BITS:
            raise RefusedError(
                Reason.ALGORITHM_REFUSED,
                f"不接受 {bits} 位 an RSA key of {bits} bits is not accepted",
            )


def check_algorithm(
    identifier: algos.SignedDigestAlgorithm, public_key: keys.PublicKeyInfo
) -> Algorithm | None:
    """Recognise a signature algorithm that is accepted with this key.

    Returns:
        The algorithm, or `None` for RSA with SHA-384 or SHA-512, which only foreign chains have.

    Raises:
        RefusedError: ALGORITHM_REFUSED.
    """
    check_key(public_key)
    if identifier["algorithm"].dotted in RSA_WITH_LONGER_SHA2:
        algorithm, suite = None, Suite.RSA
    else:
        algorithm = read_algorithm(identifier)
        suite = algorithm.suite
    if suite is not suite_of(public_key):
        raise RefusedError(
            Reason.ALGORITHM_REFUSED,
            "算法与密钥的密码套件不符 the algorithm is not of the key's suite",
        )
    return algorithm


def common_moment(certificates: Sequence[x509.Certificate], at: datetime) -> datetime:
    """Find the time nearest to `at` at which all are valid, to judge all but their validity.

    Raises:
        RefusedError: PATH_INVALID, there is no such time.
    """
    begin: datetime = max(one.not_valid_before for one in certificates)
    end: datetime = min(one.not_valid_after for one in certificates)
    if begin > end:
        raise RefusedError(
            Reason.PATH_INVALID, "各证书的有效期没有重合 its certificates are never valid together"
        )
    return min(max(at, begin), end)
