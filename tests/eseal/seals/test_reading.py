"""Reading seals: three generations to the same values, and every fault with its place."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eseal.errors import MalformedError, RefusedError
from eseal.keys import verify_signature
from eseal.reasons import Reason
from eseal.seals.model import Deviation, SealVersion
from eseal.seals.reading import (
    MAX_SEAL_BYTES,
    MAX_SIGNATURE_BYTES,
    read_seal,
    read_seal_signature,
)
from eseal.sm2 import encode_signature
from tests.vectors import seal_asn1
from tests.vectors.seals import DOCUMENT, EXTENSION, GOOD, PROPERTY, Good, SealForge
from tests.world import NOW, PICTURE, SEAL_ID, SEAL_NAME, YEAR


def fault(read: Callable[[bytes], object], der: bytes) -> str:
    """Where reading finds the fault."""
    with pytest.raises(MalformedError) as caught:
        read(der)
    assert caught.value.reason is Reason.SEAL_MALFORMED
    return caught.value.at


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_every_generation_gives_the_same_values(seals: SealForge, good: Good) -> None:
    """Whatever structure it is in, the seal and its use say the same; deviations are told."""
    if seals.authority.suite not in good.suites:
        pytest.skip("a matter of the other suite")
    der = good.make(seals)
    found = read_seal_signature(der)
    assert found.der == der
    assert found.version is good.version
    assert (found.seal.es_id, found.seal.name, found.seal.kind) == (SEAL_ID, SEAL_NAME, 1)
    assert found.seal.picture == PICTURE
    assert (found.at, found.property_info) == (NOW, PROPERTY)
    assert found.signer.dump() == seals.signer.certificate.dump()
    assert found.seal.maker.dump() == seals.maker.certificate.dump()
    assert found.algorithm is found.seal.algorithm is seals.signer.algorithm
    told = {*found.deviations, *found.seal.deviations, Deviation.DATA_HASH_WITH_Z}
    assert told == {*good.deviations, Deviation.DATA_HASH_WITH_Z}


def test_a_seal_by_itself_is_the_one_in_its_use(seals: SealForge) -> None:
    """The seal in a seal signature is read as it would be alone."""
    within, alone = read_seal_signature(seals.good).seal, read_seal(seals.good_seal.der)
    assert within.der == alone.der
    assert within.signed_bytes == alone.signed_bytes
    assert within.signers == alone.signers
    assert alone.valid_until == NOW + YEAR
    assert alone.timestamp is None


def test_timestamps_are_kept(seals: SealForge) -> None:
    """A timestamp over either signature is there for those who can judge it."""
    (v5,) = [good for good in GOOD if good.name == "v5_with_timestamps"]
    found = read_seal_signature(v5.make(seals))
    assert (found.timestamp, found.seal.timestamp) == (b"sample", b"sample")


def test_signed_bytes_are_the_original_ones(seals: SealForge) -> None:
    """With `critical FALSE` written, what is verified is the slice of the file that was signed.

    An encoder that knows the standard leaves FALSE out: encoded anew, no signature would hold.
    """
    (explicit,) = [good for good in GOOD if good.name == "explicit_false"]
    der = explicit.make(seals)
    found = read_seal_signature(der)
    assert der.count(found.signed_bytes) == der.count(found.seal.signed_bytes) == 1
    for certificate, one in ((found.signer, found), (found.seal.maker, found.seal)):
        verify_signature(certificate.public_key, one.algorithm, one.signed_bytes, one.signature)
    (extension,) = found.extensions
    assert (extension.oid, extension.critical, extension.value) == (EXTENSION, False, b"sample")
    written = seal_asn1.ExtDataWithFalse(
        {"extn_id": EXTENSION, "critical": False, "extn_value": b"sample"}
    ).dump()
    assert found.signed_bytes.endswith(written)
    assert seal_asn1.ExtData.load(written).copy().dump(force=True) != written


def test_sixty_four_bytes_of_der_are_der(sm2_seals: SealForge) -> None:
    """A signature in DER that happens to be as long as r || s stays as it is."""
    number = 1 << (8 * 29 - 2)
    short = encode_signature(number, number)
    assert len(short) == 64
    seal = read_seal(sm2_seals.seal(sign=lambda _data: short))
    assert (seal.signature, seal.deviations) == (short, ())


def test_parts_of_a_second_are_dropped(seals: SealForge) -> None:
    """A time with a fraction is read to its second."""

    def change(tbs: Any) -> None:
        tbs["time_info"] = NOW.replace(microsecond=250_000)

    assert read_seal_signature(seals.use(None, change)).at == NOW


def _in(part: str, name: str, value: object) -> Callable[[Any], None]:
    def change(info: Any) -> None:
        (info[part] if part else info)[name] = value

    return change


def _certificates(*certificates: bytes) -> core.Any:
    return core.Any(seal_asn1.SignerCertificates(certificates))


def _digests(kind: str, value: bytes) -> Callable[[Any], None]:
    def change(info: Any) -> None:
        listed = seal_asn1.SignerDigests([{"type": kind, "value": value}])
        info["property"]["cert_list_type"] = 2
        info["property"]["cert_list"] = core.Any(listed)

    return change


def _extensions(*contents: bytes) -> Callable[[Any], None]:
    def change(info: Any) -> None:
        info["ext_datas"] = seal_asn1.ExtensionDatas(
            [core.Any(core.Sequence(contents=one)) for one in contents]
        )

    return change


_OID = b"\x06\x02\x2a\x03"
_VALUE = b"\x04\x01\x00"
PROPERTY_AT = "esealInfo.property"

BAD_INFO = {
    "header": (_in("header", "id", "XX"), "esealInfo.header.ID"),
    "version below nothing": (_in("header", "version", -1), "esealInfo.header.version"),
    "version beyond all": (_in("header", "version", 1 << 31), "esealInfo.header.version"),
    "vendor too long": (_in("header", "vid", "x" * 129), "esealInfo.header.Vid"),
    "no identifier": (_in("", "es_id", ""), "esealInfo.esID"),
    "two lines": (_in("", "es_id", "1\n2"), "esealInfo.esID"),
    "no name": (_in("property", "name", ""), f"{PROPERTY_AT}.name"),
    "long name": (_in("property", "name", "章" * 129), f"{PROPERTY_AT}.name"),
    "name backwards": (_in("property", "name", "公章\u202e"), f"{PROPERTY_AT}.name"),
    "another list": (_in("property", "cert_list_type", 3), f"{PROPERTY_AT}.certListType"),
    "digests by type": (_in("property", "cert_list_type", 2), f"{PROPERTY_AT}.certList[0]"),
    "nobody": (_in("property", "cert_list", _certificates()), f"{PROPERTY_AT}.certList"),
    "sixty-five": (
        _in("property", "cert_list", _certificates(*[b"\x30\x00"] * 65)),
        f"{PROPERTY_AT}.certList",
    ),
    "no certificate": (
        _in("property", "cert_list", _certificates(b"\x30\x00", b"\x04\x00")),
        f"{PROPERTY_AT}.certList[1]",
    ),
    "SHA-1": (_digests("SHA1", bytes(20)), f"{PROPERTY_AT}.certList[0].value"),
    "no PrintableString": (_digests("a*b", bytes(32)), f"{PROPERTY_AT}.certList[0].type"),
    "ends early": (
        _in("property", "valid_end", NOW.replace(year=2025)),
        f"{PROPERTY_AT}.validEnd",
    ),
    "no picture": (_in("picture", "data", b""), "esealInfo.picture.data"),
    "large picture": (_in("picture", "data", bytes(524_289)), "esealInfo.picture.data"),
    "no width": (_in("picture", "width", 0), "esealInfo.picture.width"),
    "no height": (_in("picture", "height", 1001), "esealInfo.picture.height"),
    "extension twice": (_extensions(_OID + _VALUE, _OID + _VALUE), "esealInfo.extDatas"),
    "33 extensions": (_extensions(*[_OID + _VALUE] * 33), "esealInfo.extDatas"),
    "half true": (
        _extensions(_OID + b"\x01\x01\x01" + _VALUE),
        "esealInfo.extDatas[0].critical",
    ),
    "extension without value": (_extensions(_OID), "esealInfo.extDatas[0].extnValue"),
    "extension with more": (_extensions(_OID + _VALUE + _VALUE), "esealInfo.extDatas[0]"),
    "empty OID": (_extensions(b"\x06\x00" + _VALUE), "esealInfo.extDatas[0].extnID"),
    "OID with a zero in front": (
        _extensions(b"\x06\x03\x2a\x80\x03" + _VALUE),
        "esealInfo.extDatas[0].extnID",
    ),
    "OID without end": (_extensions(b"\x06\x02\x2a\x83" + _VALUE), "esealInfo.extDatas[0].extnID"),
    "long OID": (
        _extensions(b"\x06\x64" + b"\x2a" * 100 + _VALUE),
        "esealInfo.extDatas[0].extnID",
    ),
}


@pytest.mark.parametrize("name", BAD_INFO)
def test_a_fault_has_its_place(sm2_seals: SealForge, name: str) -> None:
    """What is wrong with what the maker signed is named by its path."""
    change, place = BAD_INFO[name]
    assert fault(read_seal, sm2_seals.seal(change)) == place


@pytest.mark.parametrize(
    "text",
    [
        b"20271322040000Z",  # no such month
        b"20271122246000Z",  # no such minute
        b"20271122040060Z",  # no such second
        b"20271122040000X",  # no zone
        b"2027112204+0800",  # another zone
        b"20271122040.00Z",
        b"202711220400.0Z",
    ],
)
def test_a_time_that_is_none(sm2_seals: SealForge, text: bytes) -> None:
    """Times are in UTC, to the second, in DER, and exist."""
    good = b"20271122040000Z"
    assert sm2_seals.good_seal.der.count(good) == 1
    der = sm2_seals.good_seal.der.replace(good, text)
    assert fault(read_seal, der) == "esealInfo.property.validEnd"


def test_a_text_of_another_kind(sm2_seals: SealForge) -> None:
    """What is no ASCII, or no UTF-8, is no text where it belongs."""
    good = sm2_seals.good_seal.der
    ascii_only = good.replace(SEAL_ID.encode(), b"\xc3" * len(SEAL_ID))
    assert fault(read_seal, ascii_only) == "esealInfo.esID"
    unicode = good.replace("章".encode(), b"\xff\xff\xff")
    assert fault(read_seal, unicode) == "esealInfo.property.name"


def _use(name: str, value: object) -> Callable[[SealForge], bytes]:
    return lambda forge: forge.use(None, _in("", name, value))


BAD_USE: dict[str, tuple[Callable[[SealForge], bytes], str]] = {
    "SHA-1": (_use("data_hash", bytes(20)), "toSign.dataHash"),
    "no hash": (_use("data_hash", b""), "toSign.dataHash"),
    "long property": (_use("property_info", "x" * 1025), "toSign.propertyInfo"),
    "no number": (_use("version", -1), "toSign.version"),
    "no seal": (_use("eseal", core.Any(core.Integer(1))), "toSign.eseal"),
    "empty seal": (_use("eseal", core.Any(core.Sequence(contents=b""))), "toSign.eseal"),
    "no certificate": (lambda forge: forge.use(cert=b"\x30\x00"), "cert"),
    "certificate in BER": (
        lambda forge: forge.use(cert=b"\x30\x83\x00" + forge.signer.certificate.dump()[2:]),
        "cert",
    ),
    "no algorithm": (
        lambda forge: forge.use(signature_alg_id=core.Any(core.Null())),
        "signatureAlgID",
    ),
    "parameters": (
        lambda forge: forge.use(
            signature_alg_id=core.Any(core.Sequence(contents=_OID + b"\x05\x01\x00"))
        ),
        "signatureAlgID.parameters",
    ),
    "parts of a byte": (
        lambda forge: forge.use(sign=lambda _data: b"\xee" * 70).replace(
            b"\0" + b"\xee" * 70, b"\1" + b"\xee" * 70
        ),
        "signature",
    ),
    "timestamp of another type": (
        lambda forge: _append(forge.good, b"\xa0\x02\x05\x00"),
        "timeStamp",
    ),
    "time in V1": (lambda forge: forge.use_v1(time_info=b"\x05\x00"), "toSign.timeInfo"),
    "no time in V1": (lambda forge: forge.use_v1(time_info=b"\x17"), "toSign.timeInfo"),
    "two times in V1": (
        lambda forge: forge.use_v1(time_info=core.UTCTime(NOW).dump() * 2),
        "toSign.timeInfo",
    ),
    "no token in V1": (lambda forge: forge.use_v1(time_info=b"\x30\x00"), "toSign.timeInfo"),
}


def _append(der: bytes, field: bytes) -> bytes:
    contents = core.Sequence.load(der).contents + field
    return bytes(core.Sequence(contents=contents).dump())


@pytest.mark.parametrize("name", BAD_USE)
def test_a_fault_of_its_use_has_its_place(sm2_seals: SealForge, name: str) -> None:
    """What is wrong with the use of a seal is named by its path."""
    make, place = BAD_USE[name]
    assert fault(read_seal_signature, make(sm2_seals)) == place


def test_no_structure_at_all(sm2_seals: SealForge) -> None:
    """Other types, other numbers of fields and cut-off bytes have their place at the top."""
    for der in (b"", b"\x30", b"\x04\x00", b"\x30\x00", sm2_seals.good_seal.der[:-1], DOCUMENT):
        assert fault(read_seal, der) == ""
        assert fault(read_seal_signature, der) == ""


def test_limits_come_first() -> None:
    """What is too large is not even looked at."""
    assert fault(read_seal, bytes(MAX_SEAL_BYTES + 1)) == ""
    assert fault(read_seal_signature, bytes(MAX_SIGNATURE_BYTES + 1)) == ""


def test_a_large_seal_in_its_use(sm2_seals: SealForge) -> None:
    """A seal that is too large alone is too large in its use."""
    seal = core.Sequence(contents=core.OctetString(bytes(MAX_SEAL_BYTES)).dump()).dump()
    assert fault(read_seal_signature, sm2_seals.use(seal)) == "toSign.eseal"


def test_a_large_certificate(sm2_seals: SealForge) -> None:
    """A certificate is bounded."""
    large = core.Sequence(contents=core.OctetString(bytes(70_000)).dump()).dump()
    assert fault(read_seal, sm2_seals.seal(cert=large)) == "cert"


def test_an_unknown_algorithm_is_refused(sm2_seals: SealForge) -> None:
    """An algorithm that is none of ours is no fault of form; it is refused by name."""
    with pytest.raises(RefusedError) as caught:
        read_seal(sm2_seals.seal(sign_alg_id="1.2.840.10045.4.3.2"))
    assert (caught.value.reason, caught.value.at) == (Reason.ALGORITHM_REFUSED, "signAlgID")


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_no_bytes_break_the_reader(sm2_seals: SealForge, data: st.DataObject) -> None:
    """Cut, doubled or overwritten: it is read, malformed or refused, and nothing else happens."""
    good = sm2_seals.good
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 40)))
    der = good[:start] + data.draw(st.binary(max_size=40)) + good[end:]
    with suppress(MalformedError, RefusedError):
        assert read_seal_signature(der).der == der


@pytest.mark.parametrize(
    ("file", "version"),
    [
        ("UserV1.esl", SealVersion.V1),
        ("UserV4.esl", SealVersion.V4),
        ("UserV5.esl", SealVersion.V5),
    ],
)
def test_seals_of_others(corpus: Path, file: str, version: SealVersion) -> None:
    """A seal that nobody here wrote is read, and its maker's signature holds."""
    seal = read_seal((corpus / file).read_bytes())
    assert seal.version is version
    assert seal.deviations == ()
    assert (seal.picture.kind, seal.picture.width, seal.picture.height) == ("PNG", 40, 40)
    verify_signature(seal.maker.public_key, seal.algorithm, seal.signed_bytes, seal.signature)


def test_a_use_of_others(corpus: Path) -> None:
    """A seal signature that nobody here wrote is read, and both its signatures hold."""
    der = (corpus / "SignedValueV4.dat").read_bytes()
    found = read_seal_signature(der)
    assert found.version is SealVersion.V4
    assert found.seal.der == (corpus / "UserV4.esl").read_bytes()
    assert found.seal.signers.lists(found.signer)
    assert not found.seal.signers.lists(found.seal.maker)
    assert found.property_info == "/Doc_0/Signs/Sign_0/Signature.xml"
    for certificate, one in ((found.signer, found), (found.seal.maker, found.seal)):
        verify_signature(certificate.public_key, one.algorithm, one.signed_bytes, one.signature)
