"""JSON Web Signature (RFC 7515) as documents here use it: the protected header and the signature.

Rules kept:
    - the protected header has exactly `alg`, `typ`, `x5c` and `x5t#S256`; with them go `crit`,
      `b64` (RFC 7797), `jwk`, `jku`, `x5u`: whatever could change the meaning or the key;
    - `alg` is RS256, PS256, or for SM2 with SM3 its object identifier, a collision-resistant name
      (sections 2 and 4.1.1), under the default user ID; `none` and all MACs are refused;
    - the algorithm is of the suite of the certificate's key;
    - `x5c` starts with the signer's certificate and leaves the root out; `x5t#S256` is its digest;
    - an SM2 signature is r || s, 64 bytes, as RFC 7518, section 3.4, has it for ECDSA;
    - what is verified are the bytes that were received.

Whether the certificate may be believed is asked in `eseal.chain`.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from asn1crypto.x509 import Certificate

from eseal import oids
from eseal.certificates import read_certificate
from eseal.errors import MalformedError, RefusedError
from eseal.jose import base64url, strict_json
from eseal.jose.strict_json import JsonObject, JsonValue
from eseal.keys import Algorithm, Suite, suite_of, verify_signature
from eseal.plain_text import in_a_row
from eseal.reasons import Reason
from eseal.signers import Signer
from eseal.sm2 import decode_signature, encode_signature

MAX_HEADER_CHARACTERS: Final = 64 * 1024
MAX_CERTIFICATES: Final = 8
_MEMBERS: Final = frozenset({"alg", "typ", "x5c", "x5t#S256"})
_NUMBER_BYTES: Final = 32


class JwsAlgorithm(StrEnum):
    """The signature algorithms, by the name that `alg` gives them."""

    RS256 = "RS256"
    PS256 = "PS256"
    SM2_SM3 = oids.SM2_WITH_SM3


_ALGORITHMS: Final = {
    JwsAlgorithm.RS256: Algorithm.RSA_SHA256,
    JwsAlgorithm.PS256: Algorithm.RSA_PSS_SHA256,
    JwsAlgorithm.SM2_SM3: Algorithm.SM2_SM3,
}
_NAMES: Final = {algorithm: name for name, algorithm in _ALGORITHMS.items()}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ProtectedHeader:
    """What the signer says of the signature, under the signature.

    Attributes:
        algorithm: the signature algorithm.
        typ: the kind of document.
        certificate: the first certificate of `x5c`, the signer's.
        chain: the other certificates of `x5c`.
        thumbprint: `x5t#S256`, which has to be the digest of the signer's certificate.
    """

    algorithm: Algorithm
    typ: str
    certificate: Certificate
    chain: tuple[Certificate, ...]
    thumbprint: bytes


def write_protected_header(signer: Signer, typ: str) -> bytes:
    """Write the protected header of all that `signer` signs as `typ`, in base64url."""
    certificates = (signer.certificate, *signer.chain)
    chain: list[JsonValue] = [base64url.encode_padded(each.dump()) for each in certificates]
    header: JsonObject = {
        "alg": str(_NAMES[signer.algorithm]),
        "typ": typ,
        "x5c": chain,
        "x5t#S256": base64url.encode(signer.certificate.sha256).decode("ascii"),
    }
    return base64url.encode(strict_json.canonical(header))


@lru_cache(maxsize=64)
def read_protected_header(encoded: str) -> ProtectedHeader:
    """Read a protected header; the last ones are remembered, for one signer signs many documents.

    Args:
        encoded: its base64url text.

    Raises:
        MalformedError: it is not a protected header as above; `MALFORMED_SD_JWT`,
            `CERTIFICATE_MALFORMED`, or a reason of strict JSON.
        RefusedError: `ALGORITHM_REFUSED`; `alg` is asked first.
    """
    if len(encoded) > MAX_HEADER_CHARACTERS:
        raise _malformed("受保护头过大 the protected header is larger than the limit")
    header = strict_json.parse(base64url.decode(encoded, at="protected"), at="protected")
    algorithm = _read_algorithm(header.get("alg"))
    typ = header.get("typ")
    if header.keys() != _MEMBERS or not isinstance(typ, str):
        raise _malformed(
            f"受保护头的成员不对 the protected header has other members than {in_a_row(_MEMBERS)}"
        )
    certificate, *chain = _read_chain(header["x5c"])
    return ProtectedHeader(
        algorithm=algorithm,
        typ=typ,
        certificate=certificate,
        chain=tuple(chain),
        thumbprint=_read_thumbprint(header["x5t#S256"]),
    )


def sign(signer: Signer, signing_input: bytes) -> bytes:
    """Sign protected header and payload; gives the signature as JWS has it."""
    signature = signer.sign(signing_input)
    if signer.algorithm is not Algorithm.SM2_SM3:
        return signature
    r, s = decode_signature(signature)
    return r.to_bytes(_NUMBER_BYTES) + s.to_bytes(_NUMBER_BYTES)


def verify(header: ProtectedHeader, signing_input: bytes, signature: bytes) -> None:
    """Check a signature against the certificate in its header; returns if it is good.

    Raises:
        RefusedError: `CERTIFICATE_MISMATCH` when it is not the one of `x5t#S256`;
            `ALGORITHM_REFUSED` when its key does not do the algorithm; `KEY_REFUSED` when that is
            weak or of neither suite; `SIGNATURE_INVALID`.
    """
    if header.certificate.sha256 != header.thumbprint:
        sentence = "不是首张证书的摘要 x5t#S256 is not the digest of the first certificate"
        raise RefusedError(Reason.CERTIFICATE_MISMATCH, sentence, at="protected/x5c/0")
    public_key = header.certificate.public_key
    if suite_of(public_key) is not header.algorithm.suite:
        sentence = f"证书的密钥不用此算法 the certificate's key does not do {header.algorithm}"
        raise RefusedError(Reason.ALGORITHM_REFUSED, sentence, at="protected/alg")
    if header.algorithm.suite is Suite.SM2:
        signature = _sm2_der(signature)
    verify_signature(public_key, header.algorithm, signing_input, signature)


def _read_algorithm(name: JsonValue) -> Algorithm:
    if isinstance(name, str) and name in _ALGORITHMS:
        return _ALGORITHMS[JwsAlgorithm(name)]
    shown = repr(name[:32]) if isinstance(name, str) else "不是文字 not a string"
    accepted = ", ".join(JwsAlgorithm)
    sentence = f"算法 alg：{shown}；只有 only {accepted}"
    raise RefusedError(Reason.ALGORITHM_REFUSED, sentence, at="protected/alg")


def _read_chain(value: JsonValue) -> list[Certificate]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_CERTIFICATES:
        raise _malformed(f"证书数目不对 x5c has 1 to {MAX_CERTIFICATES} certificates")
    chain = []
    for number, text in enumerate(value):
        if not isinstance(text, str):
            raise _malformed("x5c 应为文字的数组 x5c is an array of strings")
        der = base64url.decode_padded(text, at=f"protected/x5c/{number}")
        chain.append(read_certificate(der))
    return chain


def _read_thumbprint(value: JsonValue) -> bytes:
    if not isinstance(value, str):
        raise _malformed("x5t#S256 应为文字 x5t#S256 is a string")
    return base64url.decode(value, at="protected/x5t#S256")


def _sm2_der(signature: bytes) -> bytes:
    if len(signature) != 2 * _NUMBER_BYTES:
        raise RefusedError(
            Reason.SIGNATURE_INVALID,
            "SM2 签名值应为 r‖s 共 64 字节 an SM2 signature is r || s, 64 bytes",
        )
    r, s = signature[:_NUMBER_BYTES], signature[_NUMBER_BYTES:]
    return encode_signature(int.from_bytes(r), int.from_bytes(s))


def _malformed(sentence: str) -> MalformedError:
    return MalformedError(Reason.MALFORMED_SD_JWT, sentence, at="protected")
