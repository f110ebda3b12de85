"""CMS from a template: what OpenSSL and asn1crypto read in it, and that nothing else is in it."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, tsp
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal import digests
from eseal.algorithms import Algorithm
from eseal.certificates import to_pem
from eseal.cms import CmsTemplate, Commitment
from eseal.der import check_der
from eseal.digests import DigestAlgorithm
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.keys import verify_signature
from eseal.oids import SM2_WITH_SM3, SM3
from eseal.reasons import Reason
from eseal.seals.reading import read_seal_signature
from eseal.signed_data import read_signed_data
from eseal.signers import SoftwareSigner
from tests.sealed import stamp_of
from tests.world import NOW, SECOND, Authority, World

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


# -- with a seal -----------------------------------------------------------------------------

RANGE = "/ByteRange[0 10 20 30]"


@pytest.fixture(scope="module")
def sealing(authority: Authority) -> CmsTemplate:
    """The template of the department's signer with its seal, of each suite."""
    return CmsTemplate(authority.signing, commitment=Commitment.APPROVAL, seal=stamp_of(authority))


def sealed_by(template: CmsTemplate, digest: bytes, text: str = RANGE) -> bytes:
    """A CMS with a seal for this digest."""
    return template.build(digest, template.seal_for(digest, at=NOW, range_text=text))


def test_carries_a_seal(sealing: CmsTemplate) -> None:
    """The strict reader finds the seal's signature, for the same digest; DER's order is kept."""
    digest = digest_of(sealing)
    der = sealed_by(sealing, digest)
    check_der(der, Reason.SIGNATURE_MALFORMED, "cms")
    signed = read_signed_data(der)
    assert signed.seal_signature is not None
    used = read_seal_signature(signed.seal_signature)
    assert (used.data_hash, used.at, used.property_info) == (digest, NOW, RANGE)
    attributes = [one.dump() for one in signed.signer_info["signed_attrs"]]
    assert attributes == sorted(attributes)
    assert cms.ContentInfo.load(der, strict=True).copy().dump(force=True) == der
    public_key = signed.certificate.public_key
    verify_signature(public_key, signed.algorithm, signed.signed_bytes, signed.signature)


def test_never_longer_than_it_says_with_a_seal(sealing: CmsTemplate) -> None:
    """`max_size` holds for the longest range that a seal may repeat, too."""
    longest = "x" * 128
    sizes = [len(sealed_by(sealing, bytes((number,)) * 32, longest)) for number in range(8)]
    assert sealing.max_size - 4 <= max(sizes) <= sealing.max_size
    assert len(sealed_by(sealing, bytes(32))) <= sealing.max_size


def test_no_seal_no_signature_of_one(template: CmsTemplate, sealing: CmsTemplate) -> None:
    """A template without a seal makes nothing for one; what does not belong together is refused."""
    assert template.seal_for(bytes(32), at=NOW, range_text=RANGE) == b""
    for one, value in ((template, b"x"), (sealing, b"")):
        with pytest.raises(ValueError, match="goes with a seal"):
            one.build(bytes(32), value)


def test_check_passes_what_it_sealed(sealing: CmsTemplate) -> None:
    """The template's own check passes what it sealed, for that time and range."""
    digest = digest_of(sealing)
    sealing.check(sealed_by(sealing, digest), digest, at=NOW, range_text=RANGE)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"at": None}, Reason.SIGNATURE_MALFORMED),
        ({"at": NOW + SECOND}, Reason.SEAL_MALFORMED),
        ({"range_text": "/ByteRange[0 10 20 31]"}, Reason.SEAL_MALFORMED),
        ({"range_text": ""}, Reason.SEAL_MALFORMED),
    ],
    ids=["no time", "another time", "another range", "no range"],
)
def test_check_refuses_another_use(
    sealing: CmsTemplate, how: dict[str, Any], reason: Reason
) -> None:
    """A seal used at another time or for another range than the document says is refused."""
    digest = digest_of(sealing)
    arguments = {"at": NOW, "range_text": RANGE, **how}
    with pytest.raises(RefusedError) as caught:
        sealing.check(sealed_by(sealing, digest), digest, **arguments)
    assert caught.value.reason is reason


def test_check_refuses_other_seals(sealing: CmsTemplate, authority: Authority) -> None:
    """A seal for another digest, another seal, and none at all are refused."""
    digest = digest_of(sealing)
    other = CmsTemplate(
        authority.signing,
        commitment=Commitment.APPROVAL,
        seal=stamp_of(authority, es_id="99990000000002"),
    )
    plain = CmsTemplate(authority.signing, commitment=Commitment.APPROVAL)
    moved = sealing.build(digest, sealing.seal_for(bytes(32), at=NOW, range_text=RANGE))
    for der in (moved, sealed_by(other, digest), plain.build(digest), b"", b"\x30\x00"):
        with pytest.raises(RefusedError) as caught:
            sealing.check(der, digest, at=NOW, range_text=RANGE)
        assert caught.value.reason in {Reason.SEAL_MALFORMED, Reason.SIGNATURE_MALFORMED}


def test_check_refuses_a_seal_where_none_was(sealing: CmsTemplate, authority: Authority) -> None:
    """A template without a seal does not pass a CMS with one."""
    plain = CmsTemplate(authority.signing, commitment=Commitment.APPROVAL)
    digest = digest_of(sealing)
    with pytest.raises(RefusedError) as caught:
        plain.check(sealed_by(sealing, digest), digest, at=NOW)
    assert caught.value.reason is Reason.SIGNATURE_MALFORMED


def test_check_refuses_wrong_values(sealing: CmsTemplate) -> None:
    """The right bytes around a wrong signature, of the CMS or of the seal, are refused."""
    digest = digest_of(sealing)
    good = sealing.seal_for(digest, at=NOW, range_text=RANGE)
    other = sealing.signer.sign(b"something else")
    wrong = sealing.assemble(digest, other, good)
    with pytest.raises(RefusedError) as caught:
        sealing.check(wrong, digest, at=NOW, range_text=RANGE)
    assert caught.value.reason is Reason.SIGNATURE_INVALID
    used = sealing.seal
    assert used is not None
    tbs = used.signed_bytes(digest, at=NOW, property_info=RANGE)
    with pytest.raises(RefusedError) as caught:
        sealing.check(
            sealing.build(digest, used._assemble(tbs, other)), digest, at=NOW, range_text=RANGE
        )
    assert caught.value.reason is Reason.SIGNATURE_INVALID


@pytest.fixture(scope="module")
def sealed_cms(sealing: CmsTemplate) -> bytes:
    """A CMS with a seal, made once."""
    return sealed_by(sealing, digest_of(sealing))


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_check_passes_nothing_that_is_changed(
    sealing: CmsTemplate, sealed_cms: bytes, data: st.DataObject
) -> None:
    """One byte changed, anywhere in a sealed CMS: refused."""
    place = data.draw(st.integers(0, len(sealed_cms) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != sealed_cms[place]))
    changed = sealed_cms[:place] + bytes((byte,)) + sealed_cms[place + 1 :]
    with pytest.raises(RefusedError):
        sealing.check(changed, digest_of(sealing), at=NOW, range_text=RANGE)
