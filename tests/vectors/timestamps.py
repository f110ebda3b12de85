"""Timestamps with one defect each: a token as an authority makes it, and one thing changed.

Where the defect is the authority's own, the token is signed with it, so that only the one rule can
refuse it. `VECTORS` has them all, with the reason that has to be given.

Source: RFC 3161, 2.4.2; RFC 5652; RFC 5816.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, core, tsp, x509

from eseal.cms_attributes import signing_certificate_v2
from eseal.der import tlv
from eseal.reasons import Reason
from eseal.timestamps.authority import TimestampAuthority
from eseal.timestamps.imprints import Imprint
from eseal.timestamps.requests import TimestampRequest
from tests.world import NOW, Authority

STAMPED = "签名值（样本）".encode()
SERIAL = 0x1234


class TokenForge:
    """Makes the good token of one authority, and bad ones that are signed all the same."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.signer = authority.timestamping
        self.digest = self.signer.algorithm.digest
        self.tsa = TimestampAuthority(signer=self.signer)
        self.request = TimestampRequest(imprint=Imprint.of(STAMPED, self.digest), nonce=77)
        self.good = self.tsa.token(self.request, at=NOW, serial_number=SERIAL)

    def info(self) -> tsp.TSTInfo:
        """What the good token says, to be changed."""
        encapsulated = cms.ContentInfo.load(self.good)["content"]["encap_content_info"]
        return tsp.TSTInfo.load(bytes(encapsulated["content"]))

    def saying(self, **changes: Any) -> bytes:
        """A token that says something else."""
        info = self.info()
        for name, value in changes.items():
            info[name] = value
        return self.writing(info.dump(force=True))

    def writing(self, written: bytes) -> bytes:
        """A token with these bytes in it, signed."""
        return self.tsa._around(written, with_certificates=True)

    def signed(self, change: Callable[[list[cms.CMSAttribute]], list[cms.CMSAttribute]]) -> bytes:
        """A token whose signed attributes are changed, and signed as they are then."""
        info = cms.ContentInfo.load(self.good)
        signer = info["content"]["signer_infos"][0]
        attributes = cms.CMSAttributes(change(list(signer["signed_attrs"])))
        signer["signed_attrs"] = attributes
        signer["signature"] = self.signer.sign(attributes.dump())
        return bytes(info.dump())

    def changed(self, change: Callable[[cms.SignedData], None]) -> bytes:
        """A token whose CMS is changed outside of what is signed."""
        info = cms.ContentInfo.load(self.good)
        change(info["content"])
        return bytes(info.dump(force=True))


@dataclass(frozen=True, kw_only=True)
class Vector:
    """One case: its name, how it is made, and why it is refused."""

    name: str
    make: Callable[[TokenForge], bytes]
    reason: Reason


VECTORS: list[Vector] = []
Make = Callable[[TokenForge], bytes]


def vector(reason: Reason) -> Callable[[Make], Make]:
    """Add a case to `VECTORS`."""

    def add(make: Make) -> Make:
        VECTORS.append(Vector(name=make.__name__, make=make, reason=reason))
        return make

    return add


def attribute(name: str, value: object) -> cms.CMSAttribute:
    """An attribute of one value."""
    return cms.CMSAttribute({"type": name, "values": [value]})


@vector(Reason.TIMESTAMP_MALFORMED)
def something_behind(forge: TokenForge) -> bytes:
    """Invalid: a byte behind the token."""
    return forge.good + b"\x00"


@vector(Reason.TIMESTAMP_MALFORMED)
def too_long(forge: TokenForge) -> bytes:
    """Invalid: longer than any token."""
    return forge.good + bytes(32 * 1024)


@vector(Reason.TIMESTAMP_MALFORMED)
def no_signed_data(_forge: TokenForge) -> bytes:
    """Invalid: a CMS of another kind."""
    return bytes(cms.ContentInfo({"content_type": "data", "content": b""}).dump())


@vector(Reason.TIMESTAMP_MALFORMED)
def other_content(forge: TokenForge) -> bytes:
    """Invalid: SignedData with other content than a TSTInfo."""

    def change(data: cms.SignedData) -> None:
        data["encap_content_info"] = {"content_type": "data", "content": b"0"}

    return forge.changed(change)


@vector(Reason.TIMESTAMP_MALFORMED)
def no_content(forge: TokenForge) -> bytes:
    """Invalid: the TSTInfo is not in it."""

    def change(data: cms.SignedData) -> None:
        data["encap_content_info"] = {"content_type": "tst_info"}

    return forge.changed(change)


@vector(Reason.TIMESTAMP_MALFORMED)
def signed_data_version_1(forge: TokenForge) -> bytes:
    """Invalid: RFC 5652, 5.1 wants version 3 where the content is no data."""

    def change(data: cms.SignedData) -> None:
        data["version"] = "v1"

    return forge.changed(change)


@vector(Reason.TIMESTAMP_MALFORMED)
def two_signers(forge: TokenForge) -> bytes:
    """Invalid: RFC 3161, 2.4.2 wants no signature but the authority's."""

    def change(data: cms.SignedData) -> None:
        data["signer_infos"] = [data["signer_infos"][0].copy() for _ in range(2)]

    return forge.changed(change)


@vector(Reason.TIMESTAMP_MALFORMED)
def unsigned_attribute(forge: TokenForge) -> bytes:
    """Invalid: something that nobody signed."""

    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["unsigned_attrs"] = [attribute("content_type", "data")]

    return forge.changed(change)


@vector(Reason.TIMESTAMP_MALFORMED)
def signer_version_3(forge: TokenForge) -> bytes:
    """Invalid: version 3 goes with a key identifier (RFC 5652, 5.3)."""

    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["version"] = "v3"

    return forge.changed(change)


@vector(Reason.TIMESTAMP_MALFORMED)
def no_signing_certificate(forge: TokenForge) -> bytes:
    """Invalid: the attributes do not name the certificate: it could be swapped."""
    return forge.signed(lambda found: found[:-1])


@vector(Reason.TIMESTAMP_MALFORMED)
def attribute_twice(forge: TokenForge) -> bytes:
    """Invalid: a signed attribute stands twice."""
    return forge.signed(lambda found: [*found, found[1]])


@vector(Reason.TIMESTAMP_MALFORMED)
def two_digests(forge: TokenForge) -> bytes:
    """Invalid: two digests, one of which may be right."""
    two = cms.CMSAttribute({"type": "message_digest", "values": [bytes(32), bytes(31)]})
    return forge.signed(lambda found: [found[0], two, found[2]])


@vector(Reason.TIMESTAMP_MALFORMED)
def content_type_attribute(forge: TokenForge) -> bytes:
    """Invalid: the attributes say another content type."""
    return forge.signed(lambda found: [attribute("content_type", "data"), *found[1:]])


@vector(Reason.TIMESTAMP_MALFORMED)
def no_signed_attributes(forge: TokenForge) -> bytes:
    """Invalid: the TSTInfo itself is signed, without attributes."""

    def change(data: cms.SignedData) -> None:
        del data["signer_infos"][0]["signed_attrs"]

    return forge.changed(change)


@vector(Reason.TIMESTAMP_MALFORMED)
def digest_not_announced(forge: TokenForge) -> bytes:
    """Invalid: SignedData names another digest than the signer."""

    def change(data: cms.SignedData) -> None:
        data["digest_algorithms"] = [{"algorithm": "sha512"}]

    return forge.changed(change)


@vector(Reason.TIMESTAMP_MALFORMED)
def too_many_certificates(forge: TokenForge) -> bytes:
    """Invalid: more certificates than any path has."""

    def change(data: cms.SignedData) -> None:
        data["certificates"] = [data["certificates"][0].copy() for _ in range(17)]

    return forge.changed(change)


@vector(Reason.TIMESTAMP_MALFORMED)
def info_version_2(forge: TokenForge) -> bytes:
    """Invalid: a TSTInfo of a version that does not exist."""
    return forge.saying(version="v2")


@vector(Reason.TIMESTAMP_MALFORMED)
def local_time(forge: TokenForge) -> bytes:
    """Invalid: a time that is not in UTC."""
    return _with_time(forge, b"20261122120000+0800")


@vector(Reason.TIMESTAMP_MALFORMED)
def time_without_seconds(forge: TokenForge) -> bytes:
    """Invalid: RFC 3161, 2.4.2 wants seconds."""
    return _with_time(forge, b"202611220400Z")


@vector(Reason.TIMESTAMP_MALFORMED)
def fraction_with_zero_behind(forge: TokenForge) -> bytes:
    """Invalid: zeros at the end of a fraction are left out."""
    return _with_time(forge, b"20261122040000.50Z")


@vector(Reason.TIMESTAMP_MALFORMED)
def no_such_day(forge: TokenForge) -> bytes:
    """Invalid: the 31st of November."""
    return _with_time(forge, b"20261131040000Z")


def _with_time(forge: TokenForge, written: bytes) -> bytes:
    old = tlv(b"\x18", NOW.strftime("%Y%m%d%H%M%SZ").encode())
    contents = bytes(forge.info().contents)
    assert contents.count(old) == 1
    return forge.writing(tlv(b"\x30", contents.replace(old, tlv(b"\x18", written))))


@vector(Reason.TIMESTAMP_MALFORMED)
def digest_too_short(forge: TokenForge) -> bytes:
    """Invalid: an imprint that its algorithm does not make."""
    imprint = {"hash_algorithm": {"algorithm": forge.digest.value}, "hashed_message": bytes(20)}
    return forge.saying(message_imprint=imprint)


@vector(Reason.TIMESTAMP_MALFORMED)
def digest_with_parameters(forge: TokenForge) -> bytes:
    """Invalid: a digest algorithm has none, or NULL."""
    plain = bytes(forge.info()["message_imprint"].dump())
    name = bytes(core.ObjectIdentifier(forge.info()["message_imprint"][0][0].dotted).dump())
    algorithm = tlv(b"\x30", name + core.Integer(5).dump())
    spoilt = tlv(b"\x30", algorithm + tlv(b"\x04", forge.request.imprint.digest))
    contents = bytes(forge.info().contents)
    assert contents.count(plain) == 1
    return forge.writing(tlv(b"\x30", contents.replace(plain, spoilt)))


@vector(Reason.TIMESTAMP_MALFORMED)
def another_kind_of_certificate(forge: TokenForge) -> bytes:
    """Invalid: a certificate that is none of X.509's."""
    other = {"other_cert_format": "1.2.3.4", "other_cert": core.Null()}

    def change(data: cms.SignedData) -> None:
        added = cms.CertificateChoices(name="other", value=other)
        data["certificates"] = [*data["certificates"], added]

    return forge.changed(change)


@vector(Reason.TIMESTAMP_MALFORMED)
def no_certificate(forge: TokenForge) -> bytes:
    """Invalid: something else stands where a certificate has to: its times are none."""
    time = b"\x17\x0d"
    assert time in forge.good
    return forge.good.replace(time, b"\x16\x0d")


@vector(Reason.TIMESTAMP_MALFORMED)
def serial_number_too_long(forge: TokenForge) -> bytes:
    """Invalid: more than 160 bits."""
    return forge.saying(serial_number=1 << 160)


@vector(Reason.TIMESTAMP_MALFORMED)
def nonce_too_long(forge: TokenForge) -> bytes:
    """Invalid: longer than any request's."""
    return forge.saying(nonce=1 << 160)


@vector(Reason.TIMESTAMP_MALFORMED)
def name_that_cannot_be_compared(forge: TokenForge) -> bytes:
    """Invalid: its tsa has a character for whose comparison there is no rule (RFC 4518)."""
    name = x509.Name.build({"common_name": "\u9fcd"})
    return forge.saying(tsa=x509.GeneralName(name="directory_name", value=name))


@vector(Reason.TIMESTAMP_MALFORMED)
def accuracy_out_of_bounds(forge: TokenForge) -> bytes:
    """Invalid: a thousand milliseconds are a second."""
    return forge.saying(accuracy={"millis": 1000})


@vector(Reason.TIMESTAMP_MALFORMED)
def extension_twice(forge: TokenForge) -> bytes:
    """Invalid: an extension stands twice."""
    one = {"extn_id": "1.2.3.4", "extn_value": b"0"}
    return forge.saying(extensions=[one, one])


@vector(Reason.TIMESTAMP_INVALID)
def critical_extension(forge: TokenForge) -> bytes:
    """Invalid: an extension that has to be understood, and is not."""
    one = {"extn_id": "1.2.3.4", "critical": True, "extn_value": b"0"}
    return forge.saying(extensions=[one])


@vector(Reason.ALGORITHM_REFUSED)
def imprint_by_sha1(forge: TokenForge) -> bytes:
    """Invalid: what is stamped is named by a digest that has been broken."""
    imprint = {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}
    return forge.saying(message_imprint=imprint)


@vector(Reason.ALGORITHM_REFUSED)
def signed_by_sha1(forge: TokenForge) -> bytes:
    """Invalid: the signer's digest has been broken."""

    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha1"}

    return forge.changed(change)


@vector(Reason.ALGORITHM_REFUSED)
def digest_of_another_algorithm(forge: TokenForge) -> bytes:
    """Invalid: the signer says a digest that the signature algorithm does not have."""

    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha384"}
        data["digest_algorithms"] = [{"algorithm": "sha384"}]

    return forge.changed(change)


@vector(Reason.ALGORITHM_REFUSED)
def certificate_named_by_sha1(forge: TokenForge) -> bytes:
    """Invalid: the certificate is named by a digest that has been broken."""
    digest = forge.signer.certificate.sha1
    value = {"certs": [{"hash_algorithm": {"algorithm": "sha1"}, "cert_hash": digest}]}
    return forge.signed(lambda found: [*found[:2], attribute("signing_certificate_v2", value)])


@vector(Reason.CERTIFICATE_MISMATCH)
def another_certificate_named(forge: TokenForge) -> bytes:
    """Invalid: the attributes name the CA's certificate."""
    value = signing_certificate_v2(forge.authority.ca.certificate, forge.digest)
    return forge.signed(lambda found: [*found[:2], attribute("signing_certificate_v2", value)])


@vector(Reason.CERTIFICATE_MISMATCH)
def older_name_is_anothers(forge: TokenForge) -> bytes:
    """Invalid: signing-certificate and signing-certificate-v2 name two."""
    older = attribute("signing_certificate", {"certs": [{"cert_hash": bytes(20)}]})
    return forge.signed(lambda found: [*found, older])


@vector(Reason.CERTIFICATE_MISMATCH)
def issuer_and_serial_of_another(forge: TokenForge) -> bytes:
    """Invalid: named by the right digest, and another serial number."""
    certificate = forge.signer.certificate
    issuer = x509.GeneralName(name="directory_name", value=certificate.issuer)
    value = signing_certificate_v2(certificate, forge.digest)
    value["certs"][0]["issuer_serial"] = {"issuer": [issuer], "serial_number": 1}
    return forge.signed(lambda found: [*found[:2], attribute("signing_certificate_v2", value)])


@vector(Reason.CERTIFICATE_MISMATCH)
def certificate_missing(forge: TokenForge) -> bytes:
    """Invalid: nobody can tell whose signature it is."""

    def change(data: cms.SignedData) -> None:
        del data["certificates"]

    return forge.changed(change)


# -- well formed, and not sound ------------------------------------------------------------------


@vector(Reason.TIMESTAMP_MISMATCH)
def over_other_bytes(forge: TokenForge) -> bytes:
    """Invalid: a good timestamp of something else."""
    request = TimestampRequest(imprint=Imprint.of(b"other", forge.digest))
    return forge.tsa.token(request, at=NOW, serial_number=SERIAL)


@vector(Reason.TIMESTAMP_INVALID)
def content_swapped(forge: TokenForge) -> bytes:
    """Invalid: what it says is not what the signed attributes have the digest of."""

    def change(data: cms.SignedData) -> None:
        info = forge.info()
        info["serial_number"] = SERIAL + 1
        data["encap_content_info"] = {"content_type": "tst_info", "content": info}

    return forge.changed(change)


@vector(Reason.TIMESTAMP_INVALID)
def signature_of_another_key(forge: TokenForge) -> bytes:
    """Invalid: made with a key that the certificate is not for."""

    def change(data: cms.SignedData) -> None:
        signer = data["signer_infos"][0]
        signer["signature"] = forge.authority.ca.sign(signer["signed_attrs"].untag().dump())

    return forge.changed(change)


@vector(Reason.TIMESTAMP_INVALID)
def names_another_authority(forge: TokenForge) -> bytes:
    """Invalid: its tsa is not the subject of its certificate (RFC 3161, 2.4.2)."""
    name = forge.authority.ca.certificate.subject
    return forge.saying(tsa=x509.GeneralName(name="directory_name", value=name))


# -- lawful as others make them ------------------------------------------------------------------


def lawful(forge: TokenForge) -> dict[str, bytes]:
    """Valid: what other authorities do and ours does not."""
    certificate = forge.signer.certificate
    time = attribute("signing_time", cms.Time(name="utc_time", value=NOW))
    older = attribute("signing_certificate", {"certs": [{"cert_hash": certificate.sha1}]})
    named = x509.GeneralName(name="directory_name", value=certificate.subject)
    elsewhere = x509.GeneralName(name="dns_name", value="tsa.example.cn")

    def by_key(data: cms.SignedData) -> None:
        signer = data["signer_infos"][0]
        signer["version"] = "v3"
        signer["sid"] = cms.SignerIdentifier(
            name="subject_key_identifier", value=certificate.key_identifier
        )

    def with_more(data: cms.SignedData) -> None:
        root = cms.CertificateChoices(name="certificate", value=forge.authority.root.certificate)
        data["certificates"] = [*data["certificates"], root]

    return {
        "signing time": forge.signed(lambda found: [*found, time]),
        "older name beside": forge.signed(lambda found: [*found, older]),
        "by key identifier": forge.changed(by_key),
        "more certificates": forge.changed(with_more),
        "names itself": forge.saying(tsa=named),
        "names itself in another way": forge.saying(tsa=elsewhere),
        "accuracy and order": forge.saying(
            accuracy={"seconds": 1, "millis": 500, "micros": 1}, ordering=True
        ),
        "fraction": _with_time(forge, b"20261122040000.25Z"),
        "extension": forge.saying(extensions=[{"extn_id": "1.2.3.4", "extn_value": b"0"}]),
    }


def flipped(token: bytes, place: int) -> bytes:
    """A token with one bit changed."""
    return token[:place] + bytes((token[place] ^ 1,)) + token[place + 1 :]
