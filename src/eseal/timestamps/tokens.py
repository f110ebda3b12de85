"""A timestamp in its CMS (TimeStampToken), read strictly over its original bytes.

Rules kept:
    - at most 32 KiB of DER, nothing behind;
    - SignedData version 3 with a TSTInfo in it, certificates only, one signer with signed
      attributes and no unsigned ones;
    - content-type, message-digest and signing-certificate-v2 once each, one value each; the
      certificate that the last names first is the signer's, and so is the one that an older
      signing-certificate beside it names;
    - lawful as others make them: more certificates, revocation lists, a signing time and further
      signed attributes, a signer named by key identifier, RSA with SHA-384 or SHA-512.

Left to others: what it says to `contents`, whether it holds to `verification`.

Source: RFC 3161, 2.4.2; RFC 5652; RFC 5816 for signing-certificate-v2.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from asn1crypto import algos, cms, core, tsp, x509

from eseal import digests
from eseal.algorithms import Algorithm, read_algorithm
from eseal.certificates import read_certificate
from eseal.der import PARSE_ERRORS, check_der, fault_words
from eseal.digests import DigestAlgorithm
from eseal.errors import EvidenceError, RefusedError
from eseal.path_rules import RSA_WITH_LONGER_SHA2
from eseal.reasons import Reason
from eseal.sizes import too_large
from eseal.timestamps.contents import TimestampContent, malformed, read_content
from eseal.timestamps.imprints import check_plain

MAX_TOKEN_BYTES: Final = 32 * 1024
MAX_CERTIFICATES: Final = 16

_RSA_ENCRYPTION: Final = "1.2.840.113549.1.1.1"
_LONGER: Final = frozenset({"sha384", "sha512"})
_NEEDED: Final = ("content_type", "message_digest", "signing_certificate_v2")
_SINGLE: Final = (*_NEEDED, "signing_certificate")
_SIGNER: Final = "signerInfos[0]"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Timestamp:
    """A timestamp as it was read; nothing about it is believed yet.

    Attributes:
        der: the whole of it.
        content: what it says.
        certificate: its authority's.
        others: the other certificates in it, in their order.
        signature_algorithm: what it is signed with; its digest is said in it.
        signed_bytes: the bytes that the signature is over (DER of the signed attributes).
        signature: the signature value.
        is_whole: whether the signed attributes have the digest of what it says.
    """

    der: bytes
    content: TimestampContent
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    signature_algorithm: algos.SignedDigestAlgorithm
    signed_bytes: bytes
    signature: bytes
    is_whole: bool


def read_token(der: bytes) -> Timestamp:
    """Read a timestamp; nothing may follow it.

    Raises:
        MalformedError: TIMESTAMP_MALFORMED, `.at` says where.
        RefusedError: ALGORITHM_REFUSED; CERTIFICATE_MISMATCH, its authority's certificate is not
            in it, or another than the signed attributes name; TIMESTAMP_INVALID.
    """
    if len(der) > MAX_TOKEN_BYTES:
        raise malformed(too_large(MAX_TOKEN_BYTES), "length")
    check_der(der, Reason.TIMESTAMP_MALFORMED, "timestamp")
    try:
        return _read(der, cms.ContentInfo.load(der, strict=True))
    except PARSE_ERRORS as error:
        raise malformed(fault_words(error), "structure") from error


def _read(der: bytes, content_info: cms.ContentInfo) -> Timestamp:
    if content_info["content_type"].native != "signed_data":
        raise malformed("不是 SignedData not SignedData", "contentType")
    signed_data = content_info["content"]
    signer = _only_signer(signed_data)
    attributes = _read_attributes(signer)
    written = _read_written(signed_data["encap_content_info"])
    digest_name = _read_digest_name(signed_data, signer)
    certificate, others = _read_certificates(signed_data, signer["sid"])
    _check_named(certificate, attributes)
    return Timestamp(
        der=der,
        content=_read_content(written),
        certificate=certificate,
        others=others,
        signature_algorithm=_read_algorithm(signer, digest_name),
        signed_bytes=bytes(signer["signed_attrs"].untag().dump()),
        signature=bytes(signer["signature"].native),
        is_whole=attributes["message_digest"].native == _digest(digest_name, written),
    )


def _only_signer(signed_data: cms.SignedData) -> cms.SignerInfo:
    if signed_data["version"].native != "v3":
        raise malformed("版本不是 3 not version 3", "version")
    signers = list(signed_data["signer_infos"])
    if len(signers) != 1:
        raise malformed(f"应恰有一个签名者 {len(signers)} signers", "signerInfos")
    signer: cms.SignerInfo = signers[0]
    is_by_number = signer["sid"].name == "issuer_and_serial_number"
    if signer["version"].native != ("v1" if is_by_number else "v3"):
        raise malformed(
            "版本与签名者标识不配 not the version that goes with its sid", f"{_SIGNER}.version"
        )
    if not isinstance(signer["unsigned_attrs"], core.Void):
        raise malformed(
            "此处不应有未签名属性 unsigned attributes do not belong here",
            f"{_SIGNER}.unsignedAttrs",
        )
    if isinstance(signer["signed_attrs"], core.Void):
        raise malformed("没有 none", f"{_SIGNER}.signedAttrs")
    return signer


def _read_attributes(signer: cms.SignerInfo) -> dict[str, core.Asn1Value]:
    """The single values of the attributes that count."""
    found: dict[str, core.Asn1Value] = {}
    names = set()
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        if name in names:
            raise malformed(f"属性重复 {name} stands twice", f"{_SIGNER}.signedAttrs")
        names.add(name)
        if name in _SINGLE:
            if len(attribute["values"]) != 1:
                raise malformed(f"应恰有一个值 {name} has not one value", f"{_SIGNER}.signedAttrs")
            found[name] = attribute["values"][0]
    for name in _NEEDED:
        if name not in found:
            raise malformed(f"缺少 {name} is missing", f"{_SIGNER}.signedAttrs")
    if found["content_type"].native != "tst_info":
        raise malformed(
            "内容类型不是 TSTInfo content-type is not TSTInfo", f"{_SIGNER}.signedAttrs"
        )
    return found


def _read_written(encapsulated: cms.EncapsulatedContentInfo) -> bytes:
    """The bytes of the TSTInfo, which the digest in the signed attributes is over."""
    if encapsulated["content_type"].native != "tst_info":
        raise malformed("不是 TSTInfo not a TSTInfo", "encapContentInfo")
    content = encapsulated["content"]
    if isinstance(content, core.Void):
        raise malformed("其中没有内容 there is nothing in it", "encapContentInfo")
    return bytes(content)


def _read_content(written: bytes) -> TimestampContent:
    check_der(written, Reason.TIMESTAMP_MALFORMED, "timestamp.tstInfo")
    return read_content(tsp.TSTInfo.load(written, strict=True))


def _read_digest_name(signed_data: cms.SignedData, signer: cms.SignerInfo) -> str:
    """The digest of the signer, which SignedData has to announce."""
    said = signer["digest_algorithm"]
    name = str(said["algorithm"].native)
    if name not in {*DigestAlgorithm, *_LONGER}:
        sentence = f"不接受此摘要算法 a digest by {name} is not accepted"
        raise RefusedError(Reason.ALGORITHM_REFUSED, sentence, at=f"timestamp.{_SIGNER}")
    check_plain(said, f"timestamp.{_SIGNER}.digestAlgorithm")
    announced = {one["algorithm"].native for one in signed_data["digest_algorithms"]}
    if name not in announced:
        raise malformed(
            "不是签名者的摘要算法 not the signer's digest algorithm", "digestAlgorithms"
        )
    return name


def _digest(name: str, data: bytes) -> bytes:
    if name in _LONGER:
        return hashlib.new(name, data).digest()
    return digests.digest(DigestAlgorithm(name), data)


def _read_algorithm(signer: cms.SignerInfo, digest_name: str) -> algos.SignedDigestAlgorithm:
    """The signature algorithm with its digest, when that is the one that the signer says."""
    identifier = signer["signature_algorithm"]
    oid = identifier["algorithm"].dotted
    if oid == _RSA_ENCRYPTION and digest_name != DigestAlgorithm.SM3:
        # RFC 3370, 3.2: the digest is the one said beside it
        check_plain(identifier, f"timestamp.{_SIGNER}.signatureAlgorithm")
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest_name}_rsa"})
    if oid in RSA_WITH_LONGER_SHA2:
        check_plain(identifier, f"timestamp.{_SIGNER}.signatureAlgorithm")
        inside = identifier.hash_algo
    else:
        algorithm: Algorithm = read_algorithm(identifier)
        inside = algorithm.digest.value
    if inside != digest_name:
        sentence = (
            "摘要算法与签名算法不配 "
            f"{digest_name} does not go with {identifier['algorithm'].native}"
        )
        raise RefusedError(Reason.ALGORITHM_REFUSED, sentence, at=f"timestamp.{_SIGNER}")
    return identifier


def _read_certificates(
    signed_data: cms.SignedData, identifier: cms.SignerIdentifier
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The authority's certificate and the others."""
    found = signed_data["certificates"]
    choices = [] if isinstance(found, core.Void) else list(found)
    if len(choices) > MAX_CERTIFICATES:
        raise malformed(f"证书过多 {len(choices)} certificates", "certificates")
    if any(choice.name != "certificate" for choice in choices):
        raise malformed("此处只可有 X.509 证书 only X.509 certificates belong here", "certificates")
    certificates = [_read_certificate(choice.chosen.dump()) for choice in choices]
    matching = [one for one in certificates if _is_named_by(one, identifier)]
    if len(matching) != 1:
        sentence = (
            f"应恰有一张 {len(matching)} certificates are the one that it names as its signer's"
        )
        raise RefusedError(Reason.CERTIFICATE_MISMATCH, sentence, at=f"timestamp.{_SIGNER}.sid")
    return matching[0], tuple(one for one in certificates if one is not matching[0])


def _read_certificate(der: bytes) -> x509.Certificate:
    try:
        return read_certificate(der)
    except EvidenceError as error:
        raise malformed(error.sentence, "certificates") from error


def _is_named_by(certificate: x509.Certificate, identifier: cms.SignerIdentifier) -> bool:
    chosen = identifier.chosen
    if identifier.name == "subject_key_identifier":
        return bool(certificate.key_identifier == chosen.native)
    return bool(
        certificate.issuer.dump() == chosen["issuer"].dump()
        and certificate.serial_number == chosen["serial_number"].native
    )


def _check_named(certificate: x509.Certificate, attributes: dict[str, core.Asn1Value]) -> None:
    """See that the signed attributes name this certificate, by its digest."""
    value = attributes["signing_certificate_v2"].dump()
    first = tsp.SigningCertificateV2.load(value, strict=True)["certs"][0]
    name = str(first["hash_algorithm"]["algorithm"].native)
    if name not in {*DigestAlgorithm, *_LONGER}:
        sentence = f"不接受此摘要算法 the certificate is named by {name}"
        raise RefusedError(Reason.ALGORITHM_REFUSED, sentence, at=f"timestamp.{_SIGNER}")
    named = first["cert_hash"].native == _digest(name, certificate.dump())
    if "signing_certificate" in attributes:
        value = attributes["signing_certificate"].dump()
        older = tsp.SigningCertificate.load(value, strict=True)["certs"][0]
        named = named and older["cert_hash"].native == certificate.sha1
    if not named or not _is_issuer_serial(first["issuer_serial"], certificate):
        sentence = "签名属性指的是另一证书 the signed attributes name another certificate"
        raise RefusedError(Reason.CERTIFICATE_MISMATCH, sentence, at=f"timestamp.{_SIGNER}")


def _is_issuer_serial(
    issuer_serial: tsp.IssuerSerial | core.Void, certificate: x509.Certificate
) -> bool:
    if isinstance(issuer_serial, core.Void):
        return True
    names = issuer_serial["issuer"]
    return bool(
        len(names) == 1
        and names[0].name == "directory_name"
        and names[0].chosen.untag().dump() == certificate.issuer.dump()
        and issuer_serial["serial_number"].native == certificate.serial_number
    )
