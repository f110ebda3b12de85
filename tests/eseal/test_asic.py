"""Signed containers (ASiC-E): strict, whole, and verified by OpenSSL; CAdES under them."""

import hashlib
import subprocess
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import cms
from hypothesis import given, settings
from hypothesis import strategies as st

from eseal.asic import (
    MANIFEST,
    SIGNATURE,
    AsicContainer,
    check_asic,
    is_asic,
    read_asic,
    write_asic,
)
from eseal.cades import check_detached, sign_detached
from eseal.certificates import to_pem
from eseal.cms import CmsTemplate
from eseal.containers import ContainedFile, read_container, write_container
from eseal.digests import digest
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.reasons import Reason
from eseal.signed_data import read_signed_data
from tests.world import NOW, SECOND, Authority, World

FILES = (
    ContainedFile(name="main.json", data=b'{"sample": true}'),
    ContainedFile(name="README.txt", data="样本".encode()),
    ContainedFile(name="folder/list.crl", data=b"list"),
)
LIMIT = 1 << 20


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    """Give the good container, signed with SM2."""
    return write_asic(FILES, root="main.json", signer=world.sm2.signing, at=NOW)


def parts_of(data: bytes) -> list[ContainedFile]:
    """Give all files of a container."""
    return list(read_container(data, reason=Reason.CONTAINER_MALFORMED))


def packed(files: list[ContainedFile]) -> bytes:
    """Write a container of files."""
    return write_container(files, reason=Reason.CONTAINER_MALFORMED)


def checked(data: bytes) -> AsicContainer:
    """Read and check a container."""
    container = read_asic(data, max_bytes=LIMIT)
    check_asic(container)
    return container


def test_what_was_signed_holds(authority: Authority) -> None:
    """Of both suites: files, root file, signer and claimed time come back."""
    data = write_asic(FILES, root="main.json", signer=authority.signing, at=NOW)
    assert is_asic(data)
    container = read_asic(data, max_bytes=LIMIT)
    assert container.files == FILES
    assert container.root_file == FILES[0]
    signed = check_asic(container)
    assert signed.certificate.dump() == authority.signing.certificate.dump()
    assert [each.sha256 for each in signed.others] == [authority.ca.certificate.sha256]
    assert signed.claimed_time == NOW


def test_other_zips_are_none() -> None:
    """A zip without the type in its place is no such container."""
    assert not is_asic(packed(list(FILES)))
    assert not is_asic(b"")


def test_openssl_verifies_the_signature(world: World, tmp_path: Path) -> None:
    """OpenSSL verifies an RSA container's signature over its manifest, and no other bytes."""
    parts = parts_of(write_asic(FILES, root="main.json", signer=world.rsa.signing, at=NOW))
    for part in parts:
        (tmp_path / Path(part.name).name).write_bytes(part.data)
    (tmp_path / "root.pem").write_bytes(to_pem(world.rsa.root.certificate))
    command = "cms -verify -binary -inform DER -in signature.p7s -CAfile root.pem -purpose any"
    moment = ["-attime", str(int(NOW.timestamp())), "-out", "out"]
    for content, code in (("ASiCManifest.xml", 0), ("README.txt", 4)):
        told = subprocess.run(
            ["openssl", *command.split(), "-content", content, *moment],
            check=False,
            capture_output=True,
            cwd=tmp_path,
        )
        assert told.returncode == code, told.stderr
    said = (tmp_path / "ASiCManifest.xml").read_text(encoding="utf-8")
    for file in FILES:
        assert b64encode(hashlib.sha256(file.data).digest()).decode() in said


def test_the_manifest_is_xml_as_the_standard_has_it(good: bytes) -> None:
    """A foreign XML parser finds the reference to the signature, and one a file, one the root."""
    from xml.etree import ElementTree

    tree = ElementTree.fromstring(parts_of(good)[1].data)  # noqa: S314 - our own output
    name = "{http://uri.etsi.org/02918/v1.2.1#}"
    assert tree.tag == f"{name}ASiCManifest"
    assert [each.get("URI") for each in tree.findall(f"{name}SigReference")] == [SIGNATURE]
    references = tree.findall(f"{name}DataObjectReference")
    assert [each.get("URI") for each in references] == [each.name for each in FILES]
    assert [each.get("Rootfile") for each in references] == ["true", None, None]


def test_no_file_can_be_changed(good: bytes) -> None:
    """Other bytes in a file: altered, and the file is named."""
    for file in FILES:
        parts = [
            replace(each, data=each.data + b"x") if each.name == file.name else each
            for each in parts_of(good)
        ]
        with pytest.raises(RefusedError) as caught:
            checked(packed(parts))
        assert caught.value.reason is Reason.CONTAINER_ALTERED
        assert caught.value.at == file.name


def test_manifest_and_signature_cannot_be_changed(good: bytes, world: World) -> None:
    """A manifest made for other files, another's signature over another manifest, garbage."""
    others = [replace(FILES[0], data=b"{}"), *FILES[1:]]
    other = write_asic(others, root="main.json", signer=world.sm2.signing, at=NOW)
    mixed = [*parts_of(other)[:2], *parts_of(good)[2:3], *parts_of(other)[3:]]
    garbage = parts_of(good)
    garbage[2] = ContainedFile(name=SIGNATURE, data=b"garbage")
    flipped = parts_of(good)
    flipped[2] = replace(flipped[2], data=flipped[2].data[:-1] + b"\x00")
    for parts in (mixed, garbage, flipped):
        with pytest.raises(RefusedError) as caught:
            checked(packed(parts))
        assert caught.value.reason is Reason.CONTAINER_ALTERED
        assert caught.value.at == SIGNATURE


def _manifest(change: Callable[[bytes], bytes]) -> Callable[[list[ContainedFile]], None]:
    def spoil(parts: list[ContainedFile]) -> None:
        parts[1] = replace(parts[1], data=change(parts[1].data))

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        lambda parts: parts.append(ContainedFile(name="more", data=b"")),
        lambda parts: parts.pop(),
        lambda parts: parts.append(parts.pop(3)),
        lambda parts: parts.pop(1),
        lambda parts: parts.pop(2),
        lambda parts: parts.__setitem__(0, replace(parts[0], data=b"application/zip")),
        _manifest(lambda data: data + b"\n"),
        _manifest(lambda data: data.replace(b"  <Data", b"\t<Data")),
        _manifest(lambda data: data.replace(b' Rootfile="true"', b"")),
        _manifest(lambda data: data.replace(b'text/plain"', b'text/plain" Rootfile="true"')),
        _manifest(lambda data: data.replace(b"application/json", b"text/html")),
        _manifest(lambda data: data.replace(b"xmlenc#sha256", b"xmlenc#md5")),
        _manifest(lambda data: data.replace(b"main.json", b"&main;")),
        _manifest(lambda data: b'<!DOCTYPE x [<!ENTITY a "b">]>' + data),
        _manifest(lambda _: b""),
        _manifest(lambda _: b"\xff\xfe"),
    ],
)
def test_another_form_is_malformed(
    good: bytes, spoil: Callable[[list[ContainedFile]], object]
) -> None:
    """Files added, left out or moved; manifests of another spelling, with entities or two roots."""
    parts = parts_of(good)
    spoil(parts)
    with pytest.raises(MalformedError) as caught:
        read_asic(packed(parts), max_bytes=LIMIT)
    assert caught.value.reason is Reason.CONTAINER_MALFORMED


def test_what_would_not_be_read_is_not_written(world: World) -> None:
    """A root file that is not there, and a signer whose certificate has ended."""
    signer = world.sm2.signing
    with pytest.raises(RefusedError) as caught:
        write_asic(FILES, root="other", signer=signer, at=NOW)
    assert caught.value.reason is Reason.CONTAINER_MALFORMED
    late = signer.certificate.not_valid_after + SECOND
    with pytest.raises(RefusedError) as caught:
        write_asic(FILES, root="main.json", signer=signer, at=late)
    assert caught.value.reason is Reason.SIGNED_OUTSIDE_VALIDITY
    with pytest.raises(MalformedError):
        read_asic(b"PK", max_bytes=1)


def test_a_signature_is_over_its_bytes(authority: Authority) -> None:
    """CAdES: over other bytes it is a mismatch; the time is the claimed one, to the second."""
    der = sign_detached(authority.signing, b"content", at=NOW)
    assert check_detached(der, b"content").claimed_time == NOW
    with pytest.raises(RefusedError) as caught:
        check_detached(der, b"other")
    assert caught.value.reason is Reason.DIGEST_MISMATCH


def test_the_claimed_time_stands_where_it_is_asked_for(world: World) -> None:
    """A signature of a PDF has no signing-time and CAdES has one; neither is read as the other."""
    cades = sign_detached(world.sm2.signing, b"content", at=NOW)
    template = CmsTemplate(world.sm2.signing)
    pades = template.build(digest(template.digest_algorithm, b"content"))
    for der, timed in ((cades, False), (pades, True)):
        with pytest.raises(MalformedError, match="signing_time"):
            read_signed_data(der, timed=timed)
    read = cms.ContentInfo.load(cades)["content"]["signer_infos"][0]["signed_attrs"]
    assert [each["type"].native for each in read].count("signing_time") == 1


@settings(max_examples=200)
@given(st.data())
def test_no_byte_can_be_changed(good: bytes, data: st.DataObject) -> None:
    """A container with one other byte never holds."""
    place = data.draw(st.integers(0, len(good) - 1))
    spoiled = bytearray(good)
    spoiled[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(EvidenceError):
        checked(bytes(spoiled))


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_garbage_in_a_sound_zip_is_malformed(manifest: bytes, rest: bytes) -> None:
    """Any bytes as manifest and files, in a zip of the right form: malformed, nothing else."""
    parts = [
        ContainedFile(name="mimetype", data=b"application/vnd.etsi.asic-e+zip"),
        ContainedFile(name=MANIFEST, data=manifest),
        ContainedFile(name=SIGNATURE, data=rest),
        ContainedFile(name="main.json", data=rest),
    ]
    with pytest.raises(MalformedError):
        read_asic(packed(parts), max_bytes=LIMIT)
