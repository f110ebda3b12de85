"""Trust bundles: strictly read, whole or refused, and believed only of whom the user named."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.containers import ContainedFile, read_container
from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.trust import TrustStore
from licences import bundle_contents
from licences.bundle_contents import catalogue_of, describe_all, seals_of, statuses_of, trust_of
from licences.bundle_pins import (
    NO_PINS,
    BundlePins,
    open_bundle,
    pins_of,
)
from licences.reasons import LicenceReason
from licences.seal_life import SealState
from licences.trust_bundle import (
    MANIFEST,
    BundleFile,
    BundlePolicy,
    FileKind,
    read_bundle,
)
from tests.bundles import (
    PUBLISHER,
    Change,
    bundle,
    forged_bundle,
    good_files,
    packed,
    publisher,
    tampered,
)
from tests.homes import BUSINESS
from tests.licences.papers import market_signer
from tests.world import DAY, NOW, SECOND, YEAR, Authority, World


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    """Give the good bundle, signed with SM2."""
    return bundle(world)


def pins(authority: Authority) -> BundlePins:
    """Pin the publisher."""
    return pins_of([publisher(authority).certificate])


def digest_of(data: bytes) -> BundlePins:
    """Pin the very bundle."""
    return BundlePins(sha256=hashlib.sha256(data).hexdigest())


def test_what_was_signed_is_believed(authority: Authority, world: World) -> None:
    """Of both suites: its files, times and policy come back, by the signer's pin or its digest."""
    signer = publisher(authority)
    policy = BundlePolicy(max_status_age=DAY, authorities_by=PUBLISHER)
    data = bundle(world, signer, policy=policy)
    for pinned in (pins_of([signer.certificate]), digest_of(data)):
        opened = open_bundle(data, pins=pinned, at=NOW)
        assert opened.issuer.text == PUBLISHER
        assert (opened.made_at, opened.expires_at) == (NOW - DAY, NOW + 30 * DAY)
        assert opened.policy == policy
        assert set(opened.files) == set(good_files(world))
        assert opened.sha256 == hashlib.sha256(data).hexdigest()


def test_the_same_content_makes_the_same_bytes(world: World) -> None:
    """Files in any order, signed twice by RSA, make one bundle; by SM2 only the signature moves."""
    files = good_files(world)
    rsa = publisher(world.rsa)
    assert bundle(world, rsa, files=files) == bundle(world, rsa, files=files[::-1])
    sm2 = publisher(world.sm2)
    first, second = (
        read_container(bundle(world, sm2), reason=LicenceReason.BUNDLE_MALFORMED) for _ in range(2)
    )
    assert first[1:] == second[1:]
    assert first[0].data.rpartition(b".")[0] == second[0].data.rpartition(b".")[0]


def test_its_trust_is_that_of_a_folder(good: bytes, world: World) -> None:
    """Roots, makers, lists and answers are what the same files in a folder would be."""
    store = trust_of(read_bundle(good))
    assert isinstance(store, TrustStore)
    assert {each.sha256 for each in store.roots} == {each.sha256 for each in world.trust.roots}
    assert {each.sha256 for each in store.makers} == {each.sha256 for each in world.trust.makers}
    assert len(store.crls) == 4
    assert len(store.ocsps) == 1
    assert len(store.intermediates) == 3


def test_tells_what_is_in_it(good: bytes) -> None:
    """Every file has a name for people; what is dated says from when and until when."""
    described = list(describe_all(read_bundle(good)))
    assert len(described) == len(read_bundle(good).files)
    dated = {each.file.kind for each in described if each.made_at}
    assert dated == {FileKind.CRL, FileKind.OCSP, FileKind.STATUS, FileKind.AUTHORITIES}
    assert all(each.name for each in described)
    seals = seals_of(read_bundle(good))
    assert seals is not None
    assert [each.state for each in seals] == [SealState.ACTIVE]
    assert len(statuses_of(read_bundle(good))) == 1


def test_types_of_a_bundle_replace_shipped_ones(world: World) -> None:
    """A type is read from the bundle as from a home's own folder."""
    table = (BUSINESS.folder / "type.toml").read_text(encoding="utf-8")
    other = table.replace("营业执照", "营业执照（样本）", 1).encode()
    files = [
        replace(each, data=other) if each.name.endswith("type.toml") else each
        for each in good_files(world)
    ]
    catalogue = catalogue_of(read_bundle(bundle(world, files=files)))
    assert catalogue.get("business-licence").name.zh.endswith("（样本）")


def test_no_file_can_be_changed(good: bytes) -> None:
    """One bit of any file that the manifest lists, and the bundle is refused, naming the file."""
    for file in read_bundle(good).files:
        with pytest.raises(RefusedError) as caught:
            open_bundle(tampered(good, file.name), pins=digest_of(good), at=NOW)
        assert caught.value.reason is LicenceReason.BUNDLE_ALTERED
        assert caught.value.at == file.name


def test_the_manifest_cannot_be_changed(good: bytes, world: World) -> None:
    """One character of the signature, and it is wrong; another's manifest is not this one's."""
    files = list(read_container(good, reason=LicenceReason.BUNDLE_MALFORMED))
    head, _, signature = files[0].data.rpartition(b".")
    other = (b"A" if signature[:1] != b"A" else b"B") + signature[1:]
    for manifest in (head + b"." + other, head + b"." + signature[:80], head + b"."):
        files[0] = ContainedFile(name=MANIFEST, data=manifest)
        with pytest.raises(RefusedError) as caught:
            open_bundle(packed(files), pins=pins(world.sm2), at=NOW)
        assert caught.value.reason is LicenceReason.BUNDLE_ALTERED


def _more(files: list[ContainedFile]) -> None:
    files.append(ContainedFile(name="more.txt", data=b"more"))


def _less(files: list[ContainedFile]) -> None:
    files.pop()


def _swapped(files: list[ContainedFile]) -> None:
    files[1], files[2] = files[2], files[1]


def _renamed(files: list[ContainedFile]) -> None:
    files[1] = replace(files[1], name="other.jwt")


def _manifest_last(files: list[ContainedFile]) -> None:
    files.append(files.pop(0))


def _no_manifest(files: list[ContainedFile]) -> None:
    files[0] = replace(files[0], data=b"none")


@pytest.mark.parametrize("spoil", [_more, _less, _swapped, _renamed, _manifest_last, _no_manifest])
def test_nothing_stands_beside_the_manifest(good: bytes, spoil: Any) -> None:
    """Files added, left out, swapped, renamed; the manifest elsewhere: none is a bundle."""
    files = list(read_container(good, reason=LicenceReason.BUNDLE_MALFORMED))
    spoil(files)
    with pytest.raises(MalformedError) as caught:
        read_bundle(packed(files))
    assert caught.value.reason is LicenceReason.BUNDLE_MALFORMED


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.pop("exp"),
        lambda said: said.update(exp=said["iat"]),
        lambda said: said.update(exp="later"),
        lambda said: said.update(more=1),
        lambda said: said.update(iss=1),
        lambda said: said.update(iss="11999900MB0000019D"),
        lambda said: said.update(policy=None),
        lambda said: said["policy"].update(more=1),
        lambda said: said["policy"].update(max_status_age=0),
        lambda said: said["policy"].update(max_status_age=True),
        lambda said: said["policy"].update(max_status_age=1 << 40),
        lambda said: said["policy"].update(authorities_by="nobody"),
        lambda said: said.update(files={}),
        lambda said: said["files"].pop(),
        lambda said: said["files"].append(said["files"][0]),
        lambda said: said["files"][0].update(more=1),
        lambda said: said["files"][0].update(kind=1),
        lambda said: said["files"][0].update(kind="secret"),
        lambda said: said["files"][0].update(name="other"),
        lambda said: said["files"][1].update(kind="authorities"),
    ],
)
def test_a_manifest_is_read_strictly(world: World, change: Change) -> None:
    """A member that is missing, unknown or of another kind is malformed, though it is signed."""
    data = forged_bundle(publisher(world.sm2), good_files(world), change)
    with pytest.raises(MalformedError) as caught:
        read_bundle(data)
    assert caught.value.reason is LicenceReason.BUNDLE_MALFORMED


def test_a_statement_of_another_kind_is_no_manifest(world: World) -> None:
    """What was signed as something else is never read as a bundle's manifest."""
    signer = publisher(world.sm2)
    good = forged_bundle(signer, good_files(world), lambda _: None)
    assert read_bundle(good).files
    other = forged_bundle(signer, good_files(world), lambda _: None, typ="statuslist+jwt")
    with pytest.raises(MalformedError):
        read_bundle(other)


def test_a_register_that_is_asked_for_has_to_be_there(world: World) -> None:
    """A policy that names whose register counts, in a bundle without one, is refused."""
    files = [each for each in good_files(world) if each.kind is not FileKind.AUTHORITIES]
    with pytest.raises(RefusedError) as caught:
        bundle(world, files=files, policy=BundlePolicy(authorities_by=PUBLISHER))
    assert caught.value.reason is LicenceReason.BUNDLE_REFUSED


@pytest.mark.parametrize("kind", [each for each in FileKind if each is not FileKind.TYPE])
def test_a_file_is_what_the_manifest_says(world: World, kind: FileKind) -> None:
    """A file of each kind that is none of it refuses the bundle, also if it is signed."""
    garbage = BundleFile(kind=kind, name="zz.bin", data=b"garbage")
    files = [each for each in good_files(world) if each.kind is not kind]
    root = BundleFile(
        kind=FileKind.ROOT, name="roots/x.cer", data=world.sm2.root.certificate.dump()
    )
    opened = read_bundle(bundle(world, files=[*files, root, garbage]))
    with pytest.raises(EvidenceError):
        list(describe_all(opened))


@pytest.mark.parametrize(
    ("kind", "said"), [("root", "ca"), ("ca", "root"), ("maker", "ca"), ("ca", "maker")]
)
def test_a_certificate_is_not_taken_for_another_kind(world: World, kind: str, said: str) -> None:
    """A CA as root, a root as CA, a maker as CA: refused, for it would be believed differently."""
    files = [
        replace(each, kind=FileKind(said)) if each.kind is FileKind(kind) else each
        for each in good_files(world)
    ]
    with pytest.raises(MalformedError) as caught:
        trust_of(read_bundle(bundle(world, files=files)))
    assert caught.value.reason is LicenceReason.BUNDLE_MALFORMED


@pytest.mark.parametrize(
    "name", ["type.toml", "types/x.toml", "types/a/b/type.toml", "types/a/face.typ", "roots/a/b"]
)
def test_a_type_has_its_place(world: World, name: str) -> None:
    """Nothing is unpacked but what types have, where they have it."""
    file = BundleFile(kind=FileKind.TYPE, name=name, data=b"")
    opened = read_bundle(bundle(world, files=[*good_files(world), file]))
    with pytest.raises(MalformedError) as caught:
        catalogue_of(opened)
    assert caught.value.at == name


def test_types_need_a_place_for_a_moment(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nothing can be written says so, and checks nothing."""

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundle_contents, "TemporaryDirectory", full)
    with pytest.raises(UnavailableError) as caught:
        catalogue_of(read_bundle(good))
    assert caught.value.reason is LicenceReason.STORAGE_UNAVAILABLE


def test_a_bundle_without_a_root_is_refused(world: World) -> None:
    """A bundle that trusts nobody would only ever say "unknown issuer"."""
    files = [each for each in good_files(world) if each.kind is not FileKind.ROOT]
    with pytest.raises(RefusedError) as caught:
        trust_of(read_bundle(bundle(world, files=files)))
    assert caught.value.reason is Reason.TRUST_UNREADABLE


def test_nobody_is_believed_unsaid(good: bytes, world: World) -> None:
    """Without a pin it is refused, though sound; the refusal tells both digests to compare."""
    with pytest.raises(RefusedError) as caught:
        open_bundle(good, pins=NO_PINS, at=NOW)
    assert caught.value.reason is LicenceReason.BUNDLE_NOT_PINNED
    assert hashlib.sha256(good).hexdigest() in caught.value.sentence
    assert publisher(world.sm2).certificate.sha256.hex() != ""


def test_another_is_not_believed(good: bytes, world: World) -> None:
    """Another signer below the same root, the root itself, another digest: BUNDLE_STRANGER."""
    other = market_signer(world.sm2).certificate
    root = world.sm2.root.certificate
    signer = read_bundle(good).statement.certificate
    wrong = "0" * 64
    for pinned in (
        pins_of([other]),
        pins_of([root]),
        BundlePins(sha256=wrong),
        pins_of([signer], sha256=wrong),
        pins_of([other], sha256=hashlib.sha256(good).hexdigest()),
    ):
        with pytest.raises(RefusedError) as caught:
            open_bundle(good, pins=pinned, at=NOW)
        assert caught.value.reason is LicenceReason.BUNDLE_STRANGER
    renewing = pins_of([other, signer], sha256=hashlib.sha256(good).hexdigest())
    assert open_bundle(good, pins=renewing, at=NOW)


def test_a_bundle_ends(good: bytes) -> None:
    """In its last second it speaks, after it not; of the time before it was made it does."""
    pinned = digest_of(good)
    ends = NOW + 30 * DAY
    for at in (ends, NOW - YEAR):
        assert open_bundle(good, pins=pinned, at=at)
    with pytest.raises(UnavailableError) as caught:
        open_bundle(good, pins=pinned, at=ends + SECOND)
    assert caught.value.reason is LicenceReason.BUNDLE_EXPIRED


def test_it_was_signed_while_its_certificate_was_valid(world: World) -> None:
    """A manifest dated after the end of its signer's certificate is refused, whoever is pinned."""
    signer = publisher(world.sm2)
    late = int((signer.certificate.not_valid_after + SECOND).timestamp())

    def change(said: dict[str, Any]) -> None:
        said.update(iat=late, exp=late + 1000)

    data = forged_bundle(signer, good_files(world), change)
    with pytest.raises(RefusedError) as caught:
        open_bundle(data, pins=digest_of(data), at=NOW)
    assert caught.value.reason is LicenceReason.BUNDLE_ALTERED


def test_whoever_signs_is_an_organisation(world: World) -> None:
    """A certificate without an organisation's code publishes no bundle."""
    with pytest.raises(RefusedError) as caught:
        bundle(world, world.sm2.maker)
    assert caught.value.reason is LicenceReason.BUNDLE_REFUSED


def test_nothing_lasts_no_time(world: World) -> None:
    """A bundle that ends as it begins is not signed."""
    with pytest.raises(RefusedError) as caught:
        bundle(world, at=NOW, expires_at=NOW + timedelta(milliseconds=1))
    assert caught.value.reason is LicenceReason.BUNDLE_REFUSED


@settings(max_examples=200)
@given(st.data())
def test_no_byte_can_be_changed(good: bytes, data: st.DataObject) -> None:
    """A bundle with one other byte is refused, pinned by its signer."""
    place = data.draw(st.integers(0, len(good) - 1))
    spoiled = bytearray(good)
    spoiled[place] ^= data.draw(st.integers(1, 255))
    signer = read_bundle(good).statement.certificate
    with pytest.raises((MalformedError, RefusedError)):
        open_bundle(bytes(spoiled), pins=pins_of([signer]), at=NOW)
