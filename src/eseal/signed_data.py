"""CMS signatures read strictly: what PAdES and CAdES baseline B-B and B-T allow, nothing else.

The container is not covered by the signature in it: whatever could be slipped in is refused
rather than ignored.

Rules kept:
    - DER throughout: definite, shortest lengths, nothing behind;
    - SignedData version 1 with content type data and no content, certificates only (no CRLs, no
      attribute certificates), one signer with signed attributes and no unsigned ones but one
      timestamp over the signature value;
    - content-type, message-digest and signing-certificate-v2 once each, one value each; so
      signing-time where the reader asks for it, else not at all (PAdES has the time elsewhere);
    - the signer's certificate is there once, and is the one that the signed attributes name;
    - digest and signature algorithm are a pair that we accept.

Left to others: whether the signature holds (`eseal.keys`, `eseal.pdf.verify`), whether the
certificate is to be believed (`eseal.chain`), what the timestamp is (`eseal.timestamps`).

Source: RFC 5652, RFC 5035; RFC 3161, appendix A; ETSI EN 319 142-1, 6.3 and EN 319 122-1, 6.3 (read
second-hand).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import cms, core, tsp, x509

from eseal import digests
from eseal.algorithms import Algorithm, read_algorithm
from eseal.certificates import read_certificate
from eseal.cms_attributes import TIMESTAMP_NAME
from eseal.der import PARSE_ERRORS, check_der, fault_words, read_head
from eseal.digests import DigestAlgorithm
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.oids import COMMITMENT_TYPE_INDICATION, SEAL_SIGNATURE
from eseal.reasons import Reason

MAX_CERTIFICATES = 16

_RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
_NULL = b"\x05\x00"
_SEQUENCE_TAG, _SET_TAG = 0x30, 0x31
_DETACHED_DATA = cms.EncapsulatedContentInfo({"content_type": "data"}).dump()
_REQUIRED = ("content_type", "message_digest", "signing_certificate_v2")
_TIME = "signing_time"
_FORBIDDEN = "signing_certificate"
_ATTRIBUTES = "signerInfos[0].signedAttrs"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SignedData:
    """What a detached CMS signature of one signer says.

    Attributes:
        certificate: the signer's.
        others: the other certificates in it, in their order; believed in nothing.
        algorithm: what it is signed with.
        message_digest: digest of the content that the signature is for.
        signed_bytes: the bytes that the signature is over (DER of the signed attributes).
        signature: the signature value.
        signer_info: the SignerInfo as asn1crypto has it.
        commitment: OID of what the signer says to commit to, `None` if they say nothing.
        seal_signature: DER of a seal's signature for the same content, `None` if there is none.
        timestamp: DER of what should be a timestamp over `signature`, `None` if there is none.
        claimed_time: the signing-time, where there has to be one.
    """

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    algorithm: Algorithm
    message_digest: bytes
    signed_bytes: bytes
    signature: bytes
    signer_info: cms.SignerInfo
    commitment: str | None = None
    seal_signature: bytes | None = None
    timestamp: bytes | None = None
    claimed_time: datetime | None = None


def read_signed_data(der: bytes, *, timed: bool = False) -> SignedData:
    """Read a detached CMS signature; nothing may follow it.

    Args:
        der: its bytes.
        timed: whether it has a signing-time, as CAdES wants it; of a PDF it has none.

    Raises:
        MalformedError: SIGNATURE_MALFORMED, `.at` says where.
        RefusedError: ALGORITHM_REFUSED; CERTIFICATE_MISMATCH, the signer's certificate is not in
            it, or is another than the signed attributes name.
    """
    check_der(der, Reason.SIGNATURE_MALFORMED, "cms")
    try:
        return _read(cms.ContentInfo.load(der, strict=True), timed)
    except PARSE_ERRORS as error:
        raise _malformed(fault_words(error)) from error


def _read(content_info: cms.ContentInfo, timed: bool) -> SignedData:
    if content_info["content_type"].native != "signed_data":
        raise _malformed("不是 SignedData not SignedData", "contentType")
    signed_data = content_info["content"]
    signer_info = _only_signer(signed_data)
    attributes = _read_attributes(signer_info, timed)
    algorithm = _read_algorithm(signed_data, signer_info)
    certificate, others = _read_certificates(signed_data, signer_info["sid"])
    _check_named(certificate, attributes["signing_certificate_v2"])
    return SignedData(
        certificate=certificate,
        others=others,
        algorithm=algorithm,
        message_digest=bytes(attributes["message_digest"].native),
        signed_bytes=bytes(signer_info["signed_attrs"].untag().dump()),
        signature=bytes(signer_info["signature"].native),
        signer_info=signer_info,
        commitment=_read_commitment(signer_info),
        seal_signature=_read_seal_signature(signer_info),
        timestamp=_read_timestamp(signer_info),
        claimed_time=attributes[_TIME].native if timed else None,
    )


def _only_signer(signed_data: cms.SignedData) -> cms.SignerInfo:
    if signed_data["version"].native != "v1":
        raise _malformed("版本不是 1 not version 1", "version")
    if signed_data["encap_content_info"].dump() != _DETACHED_DATA:
        raise _malformed("应为分离式数据 not detached data", "encapContentInfo")
    if isinstance(signed_data["crls"], cms.RevocationInfoChoices):
        raise _malformed("此处不应有吊销数据 revocation data do not belong here", "crls")
    signers = list(signed_data["signer_infos"])
    if len(signers) != 1:
        raise _malformed(f"应恰有一个签名者 {len(signers)} signers", "signerInfos")
    signer: cms.SignerInfo = signers[0]
    if signer["version"].native != "v1":
        raise _malformed("版本不是 1 not version 1", "signerInfos[0].version")
    return signer


def _read_timestamp(signer: cms.SignerInfo) -> bytes | None:
    """The value of the one unsigned attribute, if there is one; nobody signed what it is.

    Raises:
        MalformedError: SIGNATURE_MALFORMED, it is no timestamp attribute, or has not one value.
    """
    if isinstance(signer["unsigned_attrs"], core.Void):
        return None
    written: bytes = signer["unsigned_attrs"].contents
    attribute = read_head(written, 0, len(written))
    named = attribute.start + len(TIMESTAMP_NAME)
    if attribute.end != len(written) or written[attribute.start : named] != TIMESTAMP_NAME:
        sentence = "未签名属性只可有一个时间戳 no unsigned attribute but one timestamp belongs here"
        raise _malformed(sentence, "signerInfos[0].unsignedAttrs")
    values = read_head(written, named, attribute.end)
    value = read_head(written, values.start, values.end)
    if (attribute.tag, values.tag, value.end) != (_SEQUENCE_TAG, _SET_TAG, values.end):
        raise _malformed("应恰有一个时间戳 not one timestamp", "signerInfos[0].unsignedAttrs")
    return written[values.start : value.end]


def _read_attributes(signer: cms.SignerInfo, timed: bool) -> dict[str, core.Asn1Value]:
    """The single values of the attributes that have to be there."""
    required = (*_REQUIRED, _TIME) if timed else _REQUIRED
    if isinstance(signer["signed_attrs"], core.Void):
        raise _malformed("没有 none", _ATTRIBUTES)
    attributes: dict[str, core.Asn1Value] = {}
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        if name in attributes or name == _FORBIDDEN or (name == _TIME and not timed):
            raise _malformed(f"此处不应有 {name} does not belong here", _ATTRIBUTES)
        if name in required and len(attribute["values"]) != 1:
            raise _malformed(f"应恰有一个值 {name} has not one value", _ATTRIBUTES)
        attributes[name] = attribute["values"][0] if name in required else attribute
    for name in required:
        if name not in attributes:
            raise _malformed(f"缺少 {name} is missing", _ATTRIBUTES)
    if attributes["content_type"].native != "data":
        raise _malformed("内容类型不是 data content-type is not data", _ATTRIBUTES)
    return attributes


def _read_commitment(signer: cms.SignerInfo) -> str | None:
    """What the signer commits to: one indication at most, and in it nothing but its OID."""
    found = _only_value(signer, COMMITMENT_TYPE_INDICATION)
    if found is None:
        return None
    indication = core.SequenceOf.load(found, strict=True, spec=core.ObjectIdentifier)
    if len(indication) != 1:
        raise _malformed("签名意图多于一个 more than one commitment", _ATTRIBUTES)
    return str(indication[0].dotted)


def _read_seal_signature(signer: cms.SignerInfo) -> bytes | None:
    """The seal's signature: one at most; what is in it is read elsewhere."""
    return _only_value(signer, SEAL_SIGNATURE)


def _only_value(signer: cms.SignerInfo, oid: str) -> bytes | None:
    """The one value of an attribute that need not be there."""
    for attribute in signer["signed_attrs"]:
        if attribute["type"].dotted == oid:
            if len(attribute["values"]) != 1:
                raise _malformed(f"应恰有一个值 {oid} has not one value", _ATTRIBUTES)
            return bytes(attribute["values"][0].dump())
    return None


def _read_algorithm(signed_data: cms.SignedData, signer: cms.SignerInfo) -> Algorithm:
    """The signature algorithm, when its digest is the one that the signer says."""
    identifier, said = signer["signature_algorithm"], signer["digest_algorithm"]
    if identifier["algorithm"].dotted == _RSA_ENCRYPTION:
        algorithm = Algorithm.RSA_SHA256  # RFC 3370, 3.2: the digest is the one said beside it
    else:
        algorithm = read_algorithm(identifier)
    if said["algorithm"].native != algorithm.digest.value:
        raise RefusedError(
            Reason.ALGORITHM_REFUSED,
            f"摘要算法与签名算法不配 {said['algorithm'].native} does not go with {algorithm}",
            at="signerInfos[0].digestAlgorithm",
        )
    announced = signed_data["digest_algorithms"]
    if len(announced) != 1 or announced[0].dump() != said.dump():
        raise _malformed("非签名者的摘要算法 not the signer's digest algorithm", "digestAlgorithms")
    plain = [said] if algorithm is Algorithm.RSA_PSS_SHA256 else [said, identifier]
    if not all(_is_without_parameters(one) for one in plain):
        raise _malformed("算法不应带参数 an algorithm has parameters", "signerInfos[0]")
    return algorithm


def _is_without_parameters(identifier: core.Sequence) -> bool:
    """Are there no parameters, or is there a NULL? Nothing in this place is signed."""
    name: bytes = identifier["algorithm"].dump()
    return identifier.contents in {name, name + _NULL}


def _read_certificates(
    signed_data: cms.SignedData, identifier: cms.SignerIdentifier
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The signer's certificate and the others."""
    if identifier.name != "issuer_and_serial_number":
        raise _malformed("指明方式不合 not named by issuer and serial number", "signerInfos[0].sid")
    found = signed_data["certificates"]
    choices = [] if isinstance(found, core.Void) else list(found)
    if len(choices) > MAX_CERTIFICATES:
        raise _malformed(f"证书过多 {len(choices)} certificates", "certificates")
    if any(choice.name != "certificate" for choice in choices):
        raise _malformed("只可有 X.509 证书 only X.509 certificates belong here", "certificates")
    certificates = [_parse_certificate(choice.chosen.dump()) for choice in choices]
    wanted = (identifier.chosen["issuer"].dump(), identifier.chosen["serial_number"].native)
    matching = [one for one in certificates if (one.issuer.dump(), one.serial_number) == wanted]
    if len(matching) != 1:
        raise RefusedError(
            Reason.CERTIFICATE_MISMATCH,
            f"应恰有一张 {len(matching)} certificates of this issuer and serial number",
            at="signerInfos[0].sid",
        )
    return matching[0], tuple(one for one in certificates if one is not matching[0])


@lru_cache(maxsize=256)
def _parse_certificate(der: bytes) -> x509.Certificate:
    try:
        return read_certificate(der)
    except EvidenceError as error:
        raise _malformed(error.sentence, "certificates") from error


def _check_named(certificate: x509.Certificate, value: core.Asn1Value) -> None:
    """See that the signed attributes name this certificate, by its digest."""
    named = tsp.SigningCertificateV2.load(value.dump(), strict=True)["certs"][0]
    name = named["hash_algorithm"]["algorithm"].native
    if name not in set(DigestAlgorithm):
        raise RefusedError(
            Reason.ALGORITHM_REFUSED, f"不接受 the certificate is named by {name}", at="signedAttrs"
        )
    digest = digests.digest(DigestAlgorithm(name), certificate.dump())
    if named["cert_hash"].native != digest or not _is_issuer_serial(named, certificate):
        raise RefusedError(
            Reason.CERTIFICATE_MISMATCH,
            "签名属性指的是另一证书 the signed attributes name another certificate",
            at=_ATTRIBUTES,
        )


def _is_issuer_serial(named: tsp.ESSCertIDv2, certificate: x509.Certificate) -> bool:
    issuer_serial = named["issuer_serial"]
    if isinstance(issuer_serial, core.Void):
        return True
    names = issuer_serial["issuer"]
    return (
        len(names) == 1
        and names[0].name == "directory_name"
        and names[0].chosen.untag().dump() == certificate.issuer.dump()
        and issuer_serial["serial_number"].native == certificate.serial_number
    )


def _malformed(sentence: str, at: str = "") -> MalformedError:
    return MalformedError(Reason.SIGNATURE_MALFORMED, sentence, at=f"cms.{at}" if at else "cms")
