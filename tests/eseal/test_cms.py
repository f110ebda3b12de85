"""CMS from a template: what OpenSSL and asn1crypto read in it, and that nothing else is in it."""

import subprocess
from pathlib import Path

import pytest
from asn1crypto import cms, tsp

from eseal import digests
from eseal.algorithms import Algorithm
from eseal.certificates import to_pem
from eseal.cms import CmsTemplate
from eseal.der import check_der
from eseal.digests import DigestAlgorithm
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.keys import verify_signature
from eseal.oids import SM2_WITH_SM3, SM3
from eseal.reasons import Reason
from eseal.signed_data import read_signed_data
from eseal.signers import SoftwareSigner
from tests.world import NOW, Authority, World

CONTENT = "营业执照（样本）".encode()


def digest_of(template: CmsTemplate) -> bytes:
    """The digest of CONTENT that this template signs."""
    return digests.digest(template.digest_algorithm, CONTENT)


@pytest.fixture(scope="module")
def template(authority: Authority) -> CmsTemplate:
    """The template of the department's signer, of each suite."""
    return CmsTemplate(authority.signing)


def test_is_what_asn1crypto_would_encode(template: CmsTemplate) -> None:
    """Read and encoded anew by another encoder, the bytes are the same: it is DER."""
    der = template.build(digest_of(template))
    check_der(der, Reason.SIGNATURE_MALFORMED, "cms")
    assert cms.ContentInfo.load(der, strict=True).copy().dump(force=True) == der


def test_reads_back(template: CmsTemplate, authority: Authority) -> None:
    """The strict reader finds certificate, chain, algorithm, digest and a signature that holds."""
    signer = authority.signing
    signed = read_signed_data(template.build(digest_of(template)))
    assert signed.certificate.dump() == signer.certificate.dump()
    assert [one.dump() for one in signed.others] == [one.dump() for one in signer.chain]
    assert signed.algorithm is signer.algorithm
    assert signed.message_digest == digest_of(template)
    public_key = signed.certificate.public_key
    verify_signature(public_key, signed.algorithm, signed.signed_bytes, signed.signature)


def test_object_identifiers(world: World) -> None:
    """RFC 5652 content types; SM3 and SM2-with-SM3 by their numbers, without parameters."""
    template = CmsTemplate(world.sm2.signing)
    info = cms.ContentInfo.load(template.build(digest_of(template)))
    (signer,) = info["content"]["signer_infos"]
    assert info["content_type"].dotted == "1.2.840.113549.1.7.2"
    assert info["content"]["encap_content_info"]["content_type"].dotted == "1.2.840.113549.1.7.1"
    assert signer["digest_algorithm"]["algorithm"].dotted == SM3
    assert signer["signature_algorithm"]["algorithm"].dotted == SM2_WITH_SM3
    assert signer["signature_algorithm"].native["parameters"] is None


def test_signed_attributes_are_those_of_pades(template: CmsTemplate, authority: Authority) -> None:
    """Content type, digest and signing-certificate-v2, no signing time, nothing unsigned."""
    info = cms.ContentInfo.load(template.build(digest_of(template)))
    (signer,) = info["content"]["signer_infos"]
    names = [attribute["type"].native for attribute in signer["signed_attrs"]]
    assert names == ["content_type", "message_digest", "signing_certificate_v2"]
    assert signer["unsigned_attrs"].native is None
    named = tsp.SigningCertificateV2.load(signer["signed_attrs"][2]["values"][0].dump())
    certificate = authority.signing.certificate.dump()
    algorithm = DigestAlgorithm(named["certs"][0]["hash_algorithm"]["algorithm"].native)
    assert algorithm is authority.signing.algorithm.digest
    assert named["certs"][0]["cert_hash"].native == digests.digest(algorithm, certificate)


def test_never_longer_than_it_says(template: CmsTemplate) -> None:
    """`max_size` is an upper bound, and not a byte more than the longest signature needs."""
    sizes = {len(template.build(bytes((number,)) * 32)) for number in range(12)}
    assert max(sizes) <= template.max_size
    assert max(sizes) >= template.max_size - 2


def test_pss(world: World) -> None:
    """RSASSA-PSS is signed and read as well."""
    good = world.rsa.signing
    signer = SoftwareSigner(
        key=good.key,
        certificate=good.certificate,
        chain=good.chain,
        algorithm=Algorithm.RSA_PSS_SHA256,
    )
    template = CmsTemplate(signer)
    der = template.build(digest_of(template))
    assert read_signed_data(der).algorithm is Algorithm.RSA_PSS_SHA256
    template.check(der, digest_of(template))


def test_rsa_encryption_means_the_digest_beside_it(world: World) -> None:
    """A CMS whose signature algorithm is plain rsaEncryption is read as RSA with SHA-256."""
    template = CmsTemplate(world.rsa.signing)
    info = cms.ContentInfo.load(template.build(digest_of(template)))
    info["content"]["signer_infos"][0]["signature_algorithm"] = {"algorithm": "rsassa_pkcs1v15"}
    assert read_signed_data(info.dump(force=True)).algorithm is Algorithm.RSA_SHA256


@pytest.mark.parametrize("algorithm", [Algorithm.RSA_SHA256, Algorithm.RSA_PSS_SHA256])
def test_openssl_verifies(world: World, tmp_path: Path, algorithm: Algorithm) -> None:
    """OpenSSL verifies the RSA ones, detached, with the certificate path, as CAdES."""
    good = world.rsa.signing
    signer = SoftwareSigner(
        key=good.key, certificate=good.certificate, chain=good.chain, algorithm=algorithm
    )
    template = CmsTemplate(signer)
    (tmp_path / "root.pem").write_bytes(to_pem(world.rsa.root.certificate))
    (tmp_path / "content").write_bytes(CONTENT)
    (tmp_path / "cms").write_bytes(template.build(digest_of(template)))
    asked = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER"),
            *("-in", "cms", "-content", "content", "-CAfile", "root.pem"),
            *("-purpose", "any", "-attime", str(int(NOW.timestamp())), "-out", "out"),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    assert (tmp_path / "out").read_bytes() == CONTENT


def test_check_passes_what_it_built(template: CmsTemplate) -> None:
    """The template's own check passes what it built for that digest."""
    template.check(template.build(digest_of(template)), digest_of(template))


def test_check_refuses_another_digest(template: CmsTemplate) -> None:
    """What was built for another digest is refused."""
    with pytest.raises(RefusedError) as caught:
        template.check(template.build(digest_of(template)), bytes(32))
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED


def test_check_refuses_a_wrong_signature(template: CmsTemplate) -> None:
    """The right bytes around a wrong signature are refused."""
    other = template.signer.sign(b"something else")
    with pytest.raises(RefusedError) as caught:
        template.check(template.assemble(bytes(32), other), bytes(32))
    assert caught.value.reason is Reason.SIGNATURE_INVALID


def test_a_digest_has_32_bytes(template: CmsTemplate) -> None:
    """Anything that is no digest is a programming error."""
    with pytest.raises(ValueError, match="32 bytes"):
        template.build(b"short")


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"\x30",
        b"\x30\x05\x00",
        b"\x30\x80\x00\x00",
        b"\x30\x81\x01\x00",
        b"\x30\x85\x00\x00\x00\x00\x00",
        b"\x30\x00\x00",
        b"\x1f\x81\x01\x00",
        b"\x30\x03\x04\x02\x00",
        b"\x30\x02" * 40 + b"\x05\x00",
    ],
)
def test_not_der(der: bytes) -> None:
    """Truncated, indefinite, over-long, followed, tagged high or nested: no DER of ours."""
    with pytest.raises(MalformedError) as caught:
        check_der(der, Reason.SIGNATURE_MALFORMED, "cms")
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED


def test_a_certificate_that_does_not_parse(world: World) -> None:
    """A certificate of the right shape whose date is none makes the CMS malformed."""
    template = CmsTemplate(world.rsa.signing)
    der = template.build(digest_of(template))
    issued = world.rsa.ca.certificate["tbs_certificate"]["validity"]["not_before"].chosen.contents
    assert der.count(issued) == 1
    with pytest.raises(MalformedError) as caught:
        read_signed_data(der.replace(issued, b"x" * len(issued)))
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED


def test_der_of_no_cms() -> None:
    """DER that is no CMS is malformed, whatever asn1crypto makes of it."""
    for der in (b"\x30\x00", b"\x02\x01\x00", b"\x30\x03\x06\x01\x2a", b"\x30\x02\x05\x00"):
        with pytest.raises(MalformedError) as caught:
            read_signed_data(der)
        assert caught.value.reason is Reason.SIGNATURE_MALFORMED


@pytest.mark.parametrize("place", [0, 1, 2])
def test_refuses_odd_parameters(world: World, place: int) -> None:
    """Parameters that are no NULL are refused, though the signature does not reach there."""
    template = CmsTemplate(world.rsa.signing)
    der = template.build(digest_of(template))
    signer = cms.ContentInfo.load(der)["content"]["signer_infos"][0]
    digest = signer["digest_algorithm"].dump()
    value = signer["signature_algorithm"].dump()
    starts = [der.index(digest), der.rindex(digest), der.rindex(value)]
    end = starts[place] + (len(value) if place == 2 else len(digest))
    assert der[end - 2 : end] == b"\x05\x00"
    with pytest.raises(EvidenceError) as caught:
        read_signed_data(der[: end - 2] + b"\x45\x00" + der[end:])
    expected = Reason.ALGORITHM_REFUSED if place == 2 else Reason.SIGNATURE_MALFORMED
    assert caught.value.reason is expected


def test_refuses_parameters_on_both_sides(world: World) -> None:
    """Odd parameters that the signer says as well as the head are refused, too."""
    template = CmsTemplate(world.rsa.signing)
    der = template.build(digest_of(template))
    digest = cms.ContentInfo.load(der)["content"]["signer_infos"][0]["digest_algorithm"].dump()
    assert der.count(digest) == 2
    with pytest.raises(MalformedError) as caught:
        read_signed_data(der.replace(digest, digest[:-2] + b"\x04\x00"))
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED
