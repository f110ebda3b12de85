"""Revocation lists of both suites: their form, strict reading, and what OpenSSL says of them."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from asn1crypto import core, x509
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.certificates import to_pem
from eseal.crl import MAX_CRL_BYTES, RevocationReason, RevokedEntry, read_crl
from eseal.errors import MalformedError, RefusedError
from eseal.pem import write_pem
from eseal.reasons import Reason
from tests.openssl import DEFAULT_USER_ID, openssl
from tests.world import DAY, NOW, SECOND, Authority, World


def test_list_says_who_was_revoked_when_and_why(authority: Authority) -> None:
    """Entries come back in the order of their serials, with date and reason."""
    entries = [
        RevokedEntry(serial=9, at=NOW - DAY, reason=RevocationReason.SUPERSEDED),
        RevokedEntry(serial=5, at=NOW - 2 * DAY),
    ]
    found = read_crl(authority.crl(revoked=entries))
    read = [
        (one["user_certificate"].native, one["revocation_date"].native, one.crl_reason_value)
        for one in found["tbs_cert_list"]["revoked_certificates"]
    ]
    assert read[0] == (5, NOW - 2 * DAY, None)
    assert read[1][:2] == (9, NOW - DAY)
    assert read[1][2].native == "superseded"


def test_list_is_numbered_dated_and_names_its_issuers_key(authority: Authority) -> None:
    """Version 2, CRL number, authority key identifier, thisUpdate and nextUpdate."""
    found = read_crl(authority.crl(number=12))
    tbs = found["tbs_cert_list"]
    assert tbs["version"].native == "v2"
    assert found.crl_number_value.native == 12
    assert found.authority_key_identifier == authority.ca.certificate.key_identifier
    assert (tbs["this_update"].native, tbs["next_update"].native) == (NOW - DAY, NOW + 30 * DAY)


def test_empty_list_has_no_entries_field(world: World) -> None:
    """RFC 5280, 5.1.2.6: without revoked certificates the field is absent."""
    found = read_crl(world.sm2.crl())
    assert found["tbs_cert_list"]["revoked_certificates"].native is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: a.crl(a.signing),
        lambda a: a.crl(revoked=[RevokedEntry(serial=1, at=NOW)] * 2),
        lambda a: a.crl(this_update=NOW, next_update=NOW),
        lambda a: a.crl(number=-1),
    ],
    ids=["issuer_is_a_leaf", "serial_twice", "ends_when_it_begins", "negative_number"],
)
def test_refuses_to_make(world: World, spoil: Callable[[Authority], bytes]) -> None:
    """A list that breaks the rules is refused before anything is signed."""
    with pytest.raises(RefusedError) as caught:
        spoil(world.sm2)
    assert caught.value.reason is Reason.CRL_REFUSED


def test_reads_pem(world: World) -> None:
    """A CRL in PEM is the same CRL."""
    der = world.rsa.crl()
    assert read_crl(write_pem("X509 CRL", der)).dump() == der


def extension(name: str, value: object, *, critical: bool = False) -> dict[str, object]:
    """An extension of an entry."""
    return {"extn_id": name, "critical": critical, "extn_value": value}


def listing(authority: Authority, *entries: tuple[object, ...], indirect: bool = False) -> bytes:
    """A list of the CA with these entries: the serial and the extensions of each."""
    good = read_crl(authority.crl())
    tbs = good["tbs_cert_list"].copy()
    tbs["revoked_certificates"] = [
        {
            "user_certificate": serial,
            "revocation_date": x509.Time({"utc_time": core.UTCTime(NOW)}),
            "crl_entry_extensions": extensions,
        }
        for serial, *extensions in entries
    ]
    if indirect:
        point = extension("issuing_distribution_point", {"indirect_crl": True}, critical=True)
        tbs["crl_extensions"] = [*tbs["crl_extensions"], point]
    signature = authority.ca.sign(tbs.dump(force=True))
    made = {"tbs_cert_list": tbs, "signature_algorithm": good["signature_algorithm"]}
    return bytes(type(good)({**made, "signature": signature}).dump())


STOLEN = extension("crl_reason", "key_compromise")
BACK = extension("crl_reason", "remove_from_crl")
ODD = extension("1.2.3.4.5", core.ParsableOctetString(b"\x05\x00"), critical=True)


def of_another(authority: Authority) -> dict[str, object]:
    """That an entry is about a certificate of the root's."""
    name = x509.GeneralName("directory_name", authority.root.certificate.subject)
    return extension("certificate_issuer", [name], critical=True)


def test_refuses_entries_that_contradict_each_other(world: World) -> None:
    """CRL_MALFORMED: what is looked up is one entry, and another would hide it or take it back."""
    another = of_another(world.sm2)
    for entries, words in (
        ([(1, BACK)], "takes a revocation back"),
        ([(1, STOLEN), (1, BACK)], "takes a revocation back"),
        ([(1, STOLEN), (1,)], "listed twice"),
        ([(1, STOLEN, STOLEN)], "an extension twice"),
        ([(1, another)], "in no indirect list"),
        ([(1, STOLEN), (2,), (3, ODD)], "is not known"),
    ):
        with pytest.raises(MalformedError, match=words) as caught:
            read_crl(listing(world.sm2, *entries))
        assert caught.value.reason is Reason.CRL_MALFORMED
    read_crl(listing(world.sm2, (1, STOLEN), (1, another), (2,), indirect=True))
    with pytest.raises(MalformedError, match="listed twice"):
        read_crl(listing(world.sm2, (1, another), (1,), indirect=True))


def test_refuses_what_is_no_list(world: World) -> None:
    """Rubbish, trailing bytes, cut ends, other PEM blocks and too many bytes are refused."""
    der = world.sm2.crl()
    for data in (
        b"",
        b"hello",
        der + b"\0",
        der[:-1],
        to_pem(world.sm2.root.certificate),
        write_pem("X509 CRL", der) * 2,
        b"-----BEGIN X509 CRL-----\n",
        b"\x30" * (MAX_CRL_BYTES + 1),
    ):
        with pytest.raises(MalformedError) as caught:
            read_crl(data)
        assert caught.value.reason is Reason.CRL_MALFORMED


@given(place=st.integers(0, 10_000), value=st.integers(0, 255))
@settings(max_examples=40, deadline=None)
def test_any_spoiled_byte_is_read_or_refused(good: bytes, place: int, value: int) -> None:
    """Whatever byte is changed, reading either works or raises MalformedError."""
    der = bytearray(good)
    der[place % len(der)] = value
    with suppress(MalformedError):
        read_crl(bytes(der))


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    """A good list with one entry."""
    return world.sm2.crl(revoked=[RevokedEntry(serial=5, at=NOW)])


def test_openssl_verifies_the_rsa_list(world: World, tmp_path: Path) -> None:
    """OpenSSL accepts the list of the RSA CA, and reads the revoked serial in it."""
    ca = tmp_path / "ca.pem"
    ca.write_bytes(to_pem(world.rsa.ca.certificate))
    der = world.rsa.crl(revoked=[RevokedEntry(serial=0xABCDEF, at=NOW - SECOND)])
    command = ("crl", "-inform", "DER", "-noout", "-text", "-verify", "-CAfile", ca)
    good, said = openssl(*command, data=der)
    assert good
    assert "verify OK" in said
    assert "ABCDEF" in said


def test_openssl_verifies_the_sm2_lists_signature(world: World, tmp_path: Path) -> None:
    """OpenSSL reads the SM2 list and accepts its signature under the default user ID.

    By hand, because `openssl crl -verify` knows no distid.
    """
    der = world.sm2.crl(revoked=[RevokedEntry(serial=0xABCDEF, at=NOW)])
    assert "ABCDEF" in openssl("crl", "-inform", "DER", "-noout", "-text", data=der)[1]
    found = read_crl(der)
    key, signature = tmp_path / "key.pem", tmp_path / "signature"
    key.write_bytes(write_pem("PUBLIC KEY", world.sm2.ca.certificate.public_key.dump()))
    signature.write_bytes(found.signature)
    command = ("dgst", "-sm3", "-verify", key, "-signature", signature, "-sigopt", DEFAULT_USER_ID)
    good, said = openssl(*command, data=found["tbs_cert_list"].dump())
    assert good, said
