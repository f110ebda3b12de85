"""Making seals and sealing: canonical DER, read back the same, and what is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eseal.algorithms import Algorithm
from eseal.der import check_der
from eseal.digests import DigestAlgorithm
from eseal.errors import RefusedError
from eseal.keys import Suite, verify_signature
from eseal.reasons import Reason
from eseal.seals.making import MAX_INFO, SealStamp, make_seal
from eseal.seals.model import (
    CertificateDigest,
    SealPicture,
    SealVersion,
    SignerList,
    list_certificates,
    list_digests,
)
from eseal.seals.reading import read_seal, read_seal_signature
from eseal.signers import SoftwareSigner
from tests.vectors import seal_asn1
from tests.vectors.seals import PROPERTY, SealForge, another_company
from tests.world import DAY, NOW, Authority, World

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="45mm" height="30mm"/>'


def refused(authority: Authority, **changes: Any) -> str:
    """Where a draft with these attributes changed is refused."""
    with pytest.raises(RefusedError) as caught:
        authority.seal(**changes)
    assert caught.value.reason is Reason.SEAL_REFUSED
    return caught.value.at


def test_reads_back(authority: Authority) -> None:
    """What the draft says is what the seal says, signed by its maker."""
    draft = authority.draft(
        kind=3,
        vendor="示例".encode().hex(),
        signers=list_digests([authority.signing.certificate], DigestAlgorithm.SM3),
        picture=SealPicture(kind="SVG", data=SVG, width=45, height=30),
        created=NOW.replace(microsecond=5),
    )
    seal = read_seal(make_seal(draft, authority.maker))
    for name in ("es_id", "kind", "name", "signers", "valid_from", "valid_until", "vendor"):
        assert getattr(seal, name) == getattr(draft, name)
    assert (seal.picture, seal.created) == (draft.picture, NOW)
    assert (seal.version, seal.deviations, seal.extensions) == (SealVersion.V4, (), ())
    assert seal.maker.dump() == authority.maker.certificate.dump()
    verify_signature(seal.maker.public_key, seal.algorithm, seal.signed_bytes, seal.signature)


# asn1crypto writes years of three digits with three digits
_TIMES = st.integers(-30_000_000_000, 250_000_000_000).map(
    lambda seconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
_ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=128)
_NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1, max_size=128
)
_DIGESTS = st.builds(
    CertificateDigest,
    kind=st.sampled_from(["SM3", "SHA256"]),
    value=st.binary(min_size=32, max_size=32),
)
_SIGNERS = st.lists(st.just(b"\x30\x00"), min_size=1, max_size=64).map(
    lambda found: SignerList(certificates=tuple(found))
) | st.lists(_DIGESTS, min_size=1, max_size=64).map(lambda found: SignerList(digests=tuple(found)))
_PICTURES = st.builds(
    SealPicture,
    kind=_ASCII,
    data=st.binary(min_size=1, max_size=300),
    width=st.integers(1, 1000),
    height=st.integers(1, 1000),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    es_id=_ASCII,
    vendor=_ASCII | st.just(""),
    name=_NAMES,
    kind=st.integers(0, (1 << 31) - 1),
    signers=_SIGNERS,
    created=_TIMES,
    span=st.tuples(_TIMES, _TIMES).map(sorted),
    picture=_PICTURES,
)
def test_every_draft_reads_back(world: World, span: list[datetime], **attributes: Any) -> None:
    """Any seal that can be made is read the same, and is canonical to another encoder."""
    attributes |= {"valid_from": span[0], "valid_until": span[1]}
    der = world.sm2.seal(**attributes)
    seal = read_seal(der)
    assert {name: getattr(seal, name) for name in attributes} == attributes
    check_der(der, Reason.SEAL_MALFORMED, "")
    assert seal_asn1.Seal.load(der, strict=True).copy().dump(force=True) == der


def test_a_year_of_three_digits(authority: Authority) -> None:
    """Years have four digits, whatever the C library thinks of it."""
    long_ago = datetime(999, 1, 1, tzinfo=UTC)
    assert read_seal(authority.seal(created=long_ago)).created == long_ago


def test_bad_drafts_are_refused(authority: Authority) -> None:
    """A draft that our own reader would not take is refused before anything is signed."""
    about = "esealInfo.property"
    assert refused(authority, es_id="") == "esealInfo.esID"
    assert refused(authority, es_id="章") == "esealInfo.esID"
    assert refused(authority, vendor="x" * 129) == "esealInfo.header.Vid"
    assert refused(authority, name="公章\n") == f"{about}.name"
    assert refused(authority, name="公章\ud800") == f"{about}.name"
    assert refused(authority, kind=-1) == f"{about}.type"
    assert refused(authority, valid_until=NOW - 31 * DAY) == f"{about}.validEnd"
    assert refused(authority, signers=SignerList(certificates=(b"x",))) == f"{about}.certList[0]"
    large = SealPicture(kind="PNG", data=bytes(524_289), width=42, height=42)
    assert refused(authority, picture=large) == "esealInfo.picture.data"
    assert (
        refused(authority, picture=replace(large, data=b"x", width=0)) == "esealInfo.picture.width"
    )


def test_a_naive_time_is_a_programming_error(authority: Authority) -> None:
    """A time without a zone is no time."""
    with pytest.raises(ValueError, match="valid_from"):
        authority.seal(valid_from=NOW.replace(tzinfo=None))


def test_pss_is_refused(world: World) -> None:
    """Where a bare OID says the algorithm, parameters cannot be said."""
    good = world.rsa.maker
    maker = SoftwareSigner(
        key=good.key, certificate=good.certificate, algorithm=Algorithm.RSA_PSS_SHA256
    )
    assert refused(world.rsa, maker=maker) == "algorithm"


def test_use_reads_back(seals: SealForge) -> None:
    """A use of a seal says what was asked for, to the second, and its signature holds."""
    der = seals.stamp.sign(
        seals.digest(), at=NOW.replace(microsecond=999_999), property_info=PROPERTY
    )
    found = read_seal_signature(der)
    assert (found.version, found.deviations, found.extensions) == (SealVersion.V4, (), ())
    assert (found.at, found.data_hash, found.property_info) == (NOW, seals.digest(), PROPERTY)
    assert found.seal.der == seals.good_seal.der
    assert found.timestamp is None
    verify_signature(found.signer.public_key, found.algorithm, found.signed_bytes, found.signature)


def test_use_is_canonical(seals: SealForge) -> None:
    """Another encoder writes the same bytes: it is DER."""
    der = seals.stamp.sign(seals.digest(), at=NOW, property_info=PROPERTY)
    check_der(der, Reason.SEAL_MALFORMED, "")
    value = seal_asn1.Signature.load(der, strict=True)
    tbs = value["to_sign"].parse(spec=seal_asn1.Tbs)
    assert tbs.copy().dump(force=True) == tbs.dump()
    assert value.copy().dump(force=True) == der
    assert seals.use(sign=lambda _data: value["signature"].native) == der


def test_use_is_never_longer_than_it_says(seals: SealForge) -> None:
    """`max_size` is an upper bound, and not a byte more than the longest signature needs."""
    sizes = [
        len(seals.stamp.sign(bytes((number,)) * 32, at=NOW, property_info="x" * MAX_INFO))
        for number in range(12)
    ]
    assert seals.stamp.max_size - 2 <= max(sizes) <= seals.stamp.max_size


@pytest.mark.parametrize("info", ["x" * 129, "范围", "[0 1]\n", "\x7f"])
def test_property_is_short_and_plain(seals: SealForge, info: str) -> None:
    """What was digested is said in 128 printable ASCII characters at most."""
    with pytest.raises(RefusedError) as caught:
        seals.stamp.sign(seals.digest(), at=NOW, property_info=info)
    assert (caught.value.reason, caught.value.at) == (Reason.SEAL_REFUSED, "property_info")


def test_another_digest_is_a_programming_error(seals: SealForge) -> None:
    """A digest has thirty-two bytes."""
    with pytest.raises(ValueError, match="32"):
        seals.stamp.sign(b"short", at=NOW, property_info=PROPERTY)


def test_check_accepts_what_was_made(seals: SealForge) -> None:
    """What `sign` returns is what `check` wants."""
    for info in ("", PROPERTY, "x" * MAX_INFO):
        der = seals.stamp.sign(seals.digest(), at=NOW, property_info=info)
        seals.stamp.check(der, seals.digest(), at=NOW, property_info=info)


def rejected(forge: SealForge, der: bytes, **changes: Any) -> Reason:
    """Why `check` does not accept it for the good content."""
    wanted: dict[str, Any] = {
        "data_hash": forge.digest(),
        "at": NOW,
        "property_info": PROPERTY,
    } | changes
    with pytest.raises(RefusedError) as caught:
        forge.stamp.check(der, **wanted)
    assert isinstance(caught.value.reason, Reason)
    return caught.value.reason


def test_check_accepts_nothing_else(seals: SealForge) -> None:
    """Other content, time, property, seal or signer, or anything more, is refused."""
    malformed = Reason.SEAL_MALFORMED
    assert rejected(seals, seals.good, data_hash=seals.digest(b"other")) is malformed
    assert rejected(seals, seals.good, at=NOW + DAY) is malformed
    assert rejected(seals, seals.good, property_info="other") is malformed
    assert rejected(seals, seals.good + b"\0") is malformed
    assert rejected(seals, seals.good[:-1]) is malformed
    assert rejected(seals, b"") is malformed
    assert rejected(seals, seals.use_anew(es_id="other")) is malformed
    assert rejected(seals, seals.use(signer=seals.maker)) is malformed
    assert rejected(seals, seals.use(sign=seals.maker.sign)) is Reason.SIGNATURE_INVALID


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_check_refuses_every_flipped_bit(seals: SealForge, data: st.DataObject) -> None:
    """Whichever bit is flipped, it is not what was made."""
    place = data.draw(st.integers(0, 8 * len(seals.good) - 1))
    flipped = bytearray(seals.good)
    flipped[place // 8] ^= 1 << place % 8
    rejected(seals, bytes(flipped))


def test_signer_has_to_be_listed(seals: SealForge) -> None:
    """Nobody else's stamp is made."""
    with pytest.raises(RefusedError) as caught:
        SealStamp(seals.good_seal, another_company(seals))
    assert caught.value.reason is Reason.SEAL_SIGNER_NOT_LISTED


def test_signer_has_to_be_of_the_seals_suite(world: World) -> None:
    """An SM2 seal is not used with RSA, though its list has the signer."""
    signer = world.rsa.signing
    seal = read_seal(world.sm2.seal(signers=list_certificates([signer.certificate])))
    with pytest.raises(RefusedError) as caught:
        SealStamp(seal, signer)
    assert (caught.value.reason, caught.value.at) == (Reason.SEAL_REFUSED, "algorithm")
    assert signer.algorithm.suite is Suite.RSA


def test_other_generations_are_only_read(seals: SealForge) -> None:
    """A seal in V1 or V5 is not used: what is emitted is V4."""
    for der in (seals.seal_v1(), seals.seal(time_stamp=b"sample")):
        with pytest.raises(RefusedError) as caught:
            SealStamp(read_seal(der), seals.signer)
        assert (caught.value.reason, caught.value.at) == (Reason.SEAL_REFUSED, "version")
