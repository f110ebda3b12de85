"""Making certificates of both suites: profiles, what is refused, and what OpenSSL says of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from eseal.certificate_making import SubjectName, make_certificate, make_root, random_serial
from eseal.certificates import to_pem
from eseal.errors import RefusedError
from eseal.keys import Algorithm, Suite, generate_private_key, verify_signature
from eseal.pem import write_pem
from eseal.profiles import SIGNING
from eseal.reasons import Reason
from tests.openssl import DEFAULT_USER_ID, openssl
from tests.world import CRL_URL, DEPARTMENT, NOW, SECOND, YEAR, Authority, World, without_parameters

STRICT = ("-x509_strict", "-no_check_time")


def extension(certificate: x509.Certificate, name: str) -> tuple[bool, object]:
    """Criticality and value of one extension."""
    for one in certificate["tbs_certificate"]["extensions"]:
        if one["extn_id"].native == name:
            return one["critical"].native, one["extn_value"].native
    raise LookupError(name)


def test_root_signs_certificates_and_lists_and_is_a_ca(authority: Authority) -> None:
    """A root is a self-signed CA with critical usages, and names no CRL of its own."""
    root = authority.root.certificate
    assert root.self_signed == "maybe"
    assert extension(root, "basic_constraints") == (
        True,
        {"ca": True, "path_len_constraint": None},
    )
    assert extension(root, "key_usage") == (True, {"key_cert_sign", "crl_sign"})
    assert root.crl_distribution_points == []


def test_issuing_ca_may_not_have_cas_below_it(authority: Authority) -> None:
    """An issuing CA has path length 0 and says where the root's CRL is."""
    ca = authority.ca.certificate
    assert extension(ca, "basic_constraints") == (True, {"ca": True, "path_len_constraint": 0})
    assert extension(ca, "key_usage") == (True, {"key_cert_sign", "crl_sign"})
    assert ca.authority_key_identifier == authority.root.certificate.key_identifier
    assert ca.crl_distribution_points[0].native["distribution_point"] == [
        CRL_URL.format(name="root")
    ]


def test_signing_leaf_signs_documents_only(authority: Authority) -> None:
    """A leaf has digitalSignature and nonRepudiation, critical, and no BasicConstraints."""
    leaf = authority.signing.certificate
    assert extension(leaf, "key_usage") == (True, {"digital_signature", "non_repudiation"})
    assert leaf.basic_constraints_value is None
    assert leaf.extended_key_usage_value is None
    assert leaf.authority_key_identifier == authority.ca.certificate.key_identifier


def test_leaf_names_its_department_in_order(authority: Authority) -> None:
    """The subject is C=CN, O, organizationIdentifier with the plain USCC, CN."""
    subject = authority.signing.certificate.subject.native
    assert list(subject.items()) == [
        ("country_name", "CN"),
        ("organization_name", DEPARTMENT.organisation),
        ("organization_identifier", DEPARTMENT.organisation_code),
        ("common_name", DEPARTMENT.common_name),
    ]


def test_timestamping_leaf_has_its_one_critical_purpose(authority: Authority) -> None:
    """RFC 3161, 2.3: timeStamping alone, and critical."""
    leaf = authority.timestamping.certificate
    assert extension(leaf, "extended_key_usage") == (True, ["time_stamping"])


def test_sm2_signature_algorithm_has_no_parameters(world: World) -> None:
    """SM2-with-SM3 is written without parameters, inside and outside."""
    leaf = world.sm2.signing.certificate
    assert leaf["signature_algorithm"].dump().hex() == "300a06082a811ccf55018375"
    assert leaf["tbs_certificate"]["signature"].dump() == leaf["signature_algorithm"].dump()


def test_crl_url_can_be_left_out(world: World) -> None:
    """Without a URL there is no CRL distribution point."""
    leaf = world.sm2.department(crl_url=None).certificate
    assert leaf.crl_distribution_points_value is None


def test_ocsp_url_is_there_if_it_was_given(authority: Authority) -> None:
    """A leaf names a responder in its authorityInfoAccess, or has no such extension."""
    url = "http://ocsp.example.cn/"
    assert authority.department(ocsp_url=url).certificate.ocsp_urls == [url]
    assert authority.signing.certificate.authority_information_access_value is None


@pytest.mark.parametrize("place", ["crl_url", "ocsp_url"])
def test_refuses_places_that_cannot_be_fetched_from(world: World, place: str) -> None:
    """Anything but an http or https address is refused before anything is signed."""
    with pytest.raises(RefusedError) as caught:
        world.sm2.department(**{place: "ldap://ca.example.cn/"})  # type: ignore[arg-type]
    assert caught.value.reason is Reason.ADDRESS_REFUSED


def test_ocsp_responder_has_its_one_purpose_and_needs_no_checking(authority: Authority) -> None:
    """RFC 6960, 4.2.2.2: id-kp-OCSPSigning, with id-pkix-ocsp-nocheck."""
    leaf = authority.responder.certificate
    assert leaf.key_usage_value.native == {"digital_signature"}
    assert leaf.extended_key_usage_value.native == ["ocsp_signing"]
    assert leaf.ocsp_no_check_value is not None


def test_serials_are_random_positive_and_short() -> None:
    """RFC 5280, 4.1.2.2: positive, at most 20 octets; and never the same twice."""
    serials = {random_serial() for _ in range(100)}
    assert len(serials) == 100
    assert all(0 < serial < 1 << 159 for serial in serials)


def test_a_year_after_2049_is_written_in_full() -> None:
    """RFC 5280, 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050."""
    key = generate_private_key(Suite.SM2)
    root = make_root(
        key=key,
        algorithm=Algorithm.SM2_SM3,
        subject=DEPARTMENT,
        not_before=NOW,
        not_after=NOW + 30 * YEAR,
        serial=1,
    )
    validity = root["tbs_certificate"]["validity"]
    assert [validity[name].name for name in ("not_before", "not_after")] == [
        "utc_time",
        "general_time",
    ]
    assert root.not_valid_after == NOW + 30 * YEAR
    assert root.serial_number == 1


def test_rsa_root_signs_with_pss_too(world: World) -> None:
    """RSASSA-PSS is written with all of its parameters, and verifies."""
    root = make_root(
        key=world.rsa.root.key,
        algorithm=Algorithm.RSA_PSS_SHA256,
        subject=DEPARTMENT,
        not_before=NOW,
        not_after=NOW + YEAR,
    )
    verify_signature(
        root.public_key,
        Algorithm.RSA_PSS_SHA256,
        root["tbs_certificate"].dump(),
        root["signature_value"].native,
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: a.department(issuer=a.signing),
        lambda a: a.department(not_after=a.ca.certificate.not_valid_after + SECOND),
        lambda a: a.department(not_before=NOW, not_after=NOW - SECOND),
        lambda a: with_serial(a, 0),
        lambda a: with_serial(a, 1 << 159),
        lambda a: a.department(subject=SubjectName(common_name="样本", organisation="")),
        lambda a: a.department(subject=SubjectName(common_name="", organisation="样本")),
        lambda a: a.department(subject=SubjectName(common_name="样" * 65, organisation="样本")),
        lambda a: a.department(subject=SubjectName(common_name="鿍", organisation="样本")),
    ],
    ids=[
        "issuer_is_a_leaf",
        "outlives_its_issuer",
        "ends_before_it_begins",
        "serial_zero",
        "serial_of_21_octets",
        "no_organisation",
        "no_common_name",
        "name_too_long",
        "name_that_cannot_be_compared",
    ],
)
def test_refuses_to_make(world: World, spoil: Callable[[Authority], object]) -> None:
    """What a profile forbids is refused before anything is signed."""
    with pytest.raises(RefusedError) as caught:
        spoil(world.sm2)
    assert caught.value.reason is Reason.CERTIFICATE_REFUSED
    assert caught.value.at


def with_serial(authority: Authority, serial: int) -> x509.Certificate:
    """A leaf with this serial."""
    return make_certificate(
        profile=SIGNING,
        issuer=authority.ca,
        subject=DEPARTMENT,
        public_key=authority.signer_key.public_key,
        not_before=NOW,
        not_after=NOW + YEAR,
        crl_url=None,
        serial=serial,
    )


def test_certifies_a_key_in_its_one_form(world: World) -> None:
    """CERTIFICATE_REFUSED: in another form it passes as another key; KEY_REFUSED: of no suite."""
    key = world.rsa.signer_key.public_key
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    der = other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for public_key, reason in (
        (without_parameters(key), Reason.CERTIFICATE_REFUSED),
        (keys.PublicKeyInfo.load(der), Reason.KEY_REFUSED),
    ):
        with pytest.raises(RefusedError) as caught:
            make_certificate(
                profile=SIGNING,
                issuer=world.rsa.ca,
                subject=DEPARTMENT,
                public_key=public_key,
                not_before=NOW,
                not_after=NOW + YEAR,
                crl_url=None,
            )
        assert caught.value.reason is reason


@pytest.fixture(scope="module")
def files(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All certificates of both authorities as files `<suite>-<role>.pem`."""
    folder = tmp_path_factory.mktemp("certificates")
    for authority in (world.sm2, world.rsa):
        roles = {
            "root": authority.root,
            "ca": authority.ca,
            "leaf": authority.signing,
            "tsa": authority.timestamping,
        }
        for role, signer in roles.items():
            path = folder / f"{authority.suite}-{role}.pem"
            path.write_bytes(to_pem(signer.certificate))
    return folder


@pytest.mark.parametrize(("below", "above"), [("leaf", "ca"), ("tsa", "ca"), ("ca", "root")])
def test_openssl_verifies_sm2(files: Path, below: str, above: str) -> None:
    """OpenSSL accepts each SM2 certificate under its issuer, strictly, under the default user ID.

    Step by step, because OpenSSL 3.0 applies distid to the first certificate of a path only.
    """
    issuer, certificate = files / f"sm2-{above}.pem", files / f"sm2-{below}.pem"
    command = ("verify", *STRICT, "-partial_chain", "-vfyopt", DEFAULT_USER_ID)
    good, said = openssl(*command, "-CAfile", issuer, certificate)
    assert good, said


def test_openssl_verifies_the_sm2_root_itself(world: World, tmp_path: Path) -> None:
    """OpenSSL accepts the root's own signature; by hand, since -check_ss_sig knows no distid."""
    root = world.sm2.root.certificate
    key, signature = tmp_path / "key.pem", tmp_path / "signature"
    key.write_bytes(write_pem("PUBLIC KEY", root.public_key.dump()))
    signature.write_bytes(root["signature_value"].native)
    command = ("dgst", "-sm3", "-verify", key, "-signature", signature, "-sigopt", DEFAULT_USER_ID)
    good, said = openssl(*command, data=root["tbs_certificate"].dump())
    assert good, said


def test_openssl_refuses_sm2_under_another_user_id(files: Path) -> None:
    """The check above has teeth: under the empty ID the same certificate fails."""
    issuer, certificate = files / "sm2-ca.pem", files / "sm2-leaf.pem"
    good, said = openssl("verify", *STRICT, "-partial_chain", "-CAfile", issuer, certificate)
    assert not good
    assert "certificate signature failure" in said


@pytest.mark.parametrize("leaf", ["leaf", "tsa"])
def test_openssl_verifies_rsa(files: Path, leaf: str) -> None:
    """OpenSSL accepts the whole RSA path, strictly."""
    good, said = openssl(
        "verify",
        *STRICT,
        *("-CAfile", files / "rsa-root.pem", "-untrusted", files / "rsa-ca.pem"),
        files / f"rsa-{leaf}.pem",
    )
    assert good, said


def test_openssl_takes_the_tsa_for_timestamping_only(files: Path) -> None:
    """The time-stamping certificate fits OpenSSL's purpose of that name, the signing one not."""
    command = ("verify", *STRICT, "-purpose", "timestampsign", "-CAfile", files / "rsa-root.pem")
    chain = ("-untrusted", files / "rsa-ca.pem")
    assert openssl(*command, *chain, files / "rsa-tsa.pem")[0]
    assert not openssl(*command, *chain, files / "rsa-leaf.pem")[0]


@pytest.mark.parametrize("code", ["11999900MB0000000H", "11999900MB000001", "91999901MAEX00010X"])
def test_refuses_a_code_that_is_none(world: World, code: str) -> None:
    """CERTIFICATE_REFUSED: what verifiers compare has to be a code; a person's may have none."""
    with pytest.raises(RefusedError) as caught:
        world.sm2.department(subject=replace(DEPARTMENT, organisation_code=code))
    assert caught.value.reason is Reason.CERTIFICATE_REFUSED
    assert caught.value.at == "organisation_code"
    person = world.sm2.department(subject=replace(DEPARTMENT, organisation_code=""))
    assert "organization_identifier" not in person.certificate.subject.native
