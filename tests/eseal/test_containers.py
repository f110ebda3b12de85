"""Containers: one spelling, read by everybody's zip tools, and nothing beside what is listed."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eseal import containers
from eseal.containers import ContainedFile, is_container, read_container, write_container
from eseal.errors import MalformedError, RefusedError
from eseal.reasons import Reason
from tests.command import speaks_chinese_first

REASON = Reason.TRUST_UNREADABLE
FILES = (
    ContainedFile(name="mimetype", data=b"application/example"),
    ContainedFile(name="folder/inside.txt", data="样本".encode() * 100),
    ContainedFile(name="empty", data=b""),
)
GOOD = write_container(FILES, reason=REASON)


def read(data: bytes) -> tuple[ContainedFile, ...]:
    """Read a container."""
    return read_container(data, reason=REASON)


def zipped(*files: ContainedFile, method: int = zipfile.ZIP_STORED) -> bytes:
    """Write a zip as the standard library does."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for file in files:
            archive.writestr(file.name, file.data)
    return held.getvalue()


def test_reads_what_it_writes() -> None:
    """Names, bytes and order come back, and the same files make the same bytes."""
    assert read(GOOD) == FILES
    assert is_container(GOOD)
    assert write_container(FILES, reason=REASON) == GOOD
    assert not is_container(b"%PDF-1.7")


def test_others_read_it(tmp_path: Path) -> None:
    """The standard library's reader, and unzip where it is installed, find the same files."""
    archive = zipfile.ZipFile(io.BytesIO(GOOD))
    assert archive.testzip() is None
    assert [(each, archive.read(each)) for each in archive.namelist()] == [
        (each.name, each.data) for each in FILES
    ]
    if shutil.which("unzip"):
        path = tmp_path / "good.zip"
        path.write_bytes(GOOD)
        told = subprocess.run(["unzip", "-t", path], check=True, capture_output=True, text=True)
        assert "No errors" in told.stdout


def test_the_type_stands_where_sniffers_look() -> None:
    """The first file's name is at byte 30 and its content right behind (ETSI EN 319 162-1)."""
    assert GOOD[30:38] == b"mimetype"
    assert GOOD[38:].startswith(b"application/example")


def _with_comment() -> bytes:
    held = io.BytesIO(GOOD)
    with zipfile.ZipFile(held, "a") as archive:
        archive.comment = b"more"
    return held.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        b"x" + GOOD,
        GOOD + b"x",
        GOOD + GOOD,
        GOOD[:-1],
        GOOD[:60],
        GOOD[: GOOD.index(b"PK\x01\x02")],
        _with_comment(),
        zipped(*FILES),
        zipped(*FILES, method=zipfile.ZIP_DEFLATED),
        GOOD.replace(b"mimetype", b"mimetypf", 1),
        GOOD.replace(b"application/example", b"application/examplf"),
        GOOD.replace(b"PK\x03\x04\x0a\x00\x00\x00", b"PK\x03\x04\x0a\x00\x01\x00"),
    ],
    ids=[
        "nothing",
        "a head alone",
        "no file",
        "something before",
        "something behind",
        "twice",
        "cut off",
        "cut off early",
        "no directory",
        "a comment",
        "packed anew",
        "compressed",
        "another name inside than in the directory",
        "a wrong checksum",
        "encrypted",
    ],
)
def test_another_spelling_is_refused(data: bytes) -> None:
    """What is not byte for byte what we would write is no container."""
    with pytest.raises(MalformedError) as caught:
        read(data)
    assert caught.value.reason is REASON
    assert speaks_chinese_first(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "../up",
        "a/../b",
        "/absolute",
        "C:/drive",
        "back\\slash",
        ".hidden",
        "a//b",
        "a/",
        "",
        "样本",
        "a b",
        "x" * 201,
        "a/b/c/d/e/f/g",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    """No name climbs, hides or needs an alphabet: neither written nor read."""
    file = ContainedFile(name=name, data=b"x")
    with pytest.raises(RefusedError):
        write_container([file], reason=REASON)
    if name.isascii():
        with pytest.raises(MalformedError):
            read(containers._written([file]))


def test_a_name_stands_there_once() -> None:
    """Two files of one name, also one that differs in capitals only, are refused."""
    for other in ("mimetype", "MimeType"):
        files = [FILES[0], ContainedFile(name=other, data=b"other")]
        with pytest.raises(RefusedError) as refused:
            write_container(files, reason=REASON)
        assert refused.value.at == other
        with pytest.raises(MalformedError, match="twice"):
            read(containers._written(files))


def test_sizes_and_counts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """More bytes or files than the limit are refused before they are looked at."""
    with pytest.raises(MalformedError, match="at most 10"):
        read_container(GOOD, reason=REASON, max_bytes=10)
    with pytest.raises(RefusedError):
        write_container([], reason=REASON)
    monkeypatch.setattr(containers, "MAX_FILES", 2)
    with pytest.raises(MalformedError, match="3 files"):
        read(GOOD)
    monkeypatch.setattr(containers, "MAX_FILES", 3)
    monkeypatch.setattr(containers, "MAX_CONTAINER_BYTES", 100)
    with pytest.raises(RefusedError, match="at most 100 B"):
        write_container(FILES, reason=REASON)


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(place: int, change: int) -> None:
    """A container with one other byte is none: there is no byte that nobody looks at."""
    spoiled = bytearray(GOOD)
    spoiled[place] ^= change
    with pytest.raises(MalformedError):
        read(bytes(spoiled))


@given(st.binary(max_size=400))
def test_garbage_is_malformed(data: bytes) -> None:
    """Whatever stands behind the first mark, it is read or malformed, and nothing else."""
    for start in (b"", GOOD[:30], GOOD[:57], GOOD[:-22]):
        with pytest.raises(MalformedError):
            read(start + data)


_NAMES = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True)


@given(st.dictionaries(_NAMES, st.binary(max_size=64), min_size=1, max_size=8))
@pytest.mark.unmeasured
def test_every_container_comes_back(files: dict[str, bytes]) -> None:
    """`read(write(x)) == x` for any names and bytes."""
    listed = tuple(ContainedFile(name=name, data=data) for name, data in files.items())
    assert read(write_container(listed, reason=REASON)) == listed
