"""Passphrases come from a file or the environment."""

from pathlib import Path

import pytest

from eseal.errors import RefusedError, UnavailableError
from eseal.passphrases import read_passphrase
from eseal.reasons import Reason
from eseal.whole_files import write_new
from tests.command import speaks_chinese_first


@pytest.mark.parametrize(
    "content",
    ["口令 one\n", "口令 one", "口令 one\r\n", "口令 one\nanother\n"],
    ids=["line", "no end", "Windows", "first of two"],
)
def test_the_first_line_of_a_file_is_the_passphrase(tmp_path: Path, content: str) -> None:
    """The line's end is not part of it, as with OpenSSL's `file:`."""
    file = tmp_path / "passphrase"
    write_new(file, content.encode(), mode=0o600)
    assert read_passphrase(file=file) == "口令 one".encode()


@pytest.mark.parametrize("mode", [0o644, 0o440, 0o602])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """KEY_FILE_EXPOSED: a passphrase is kept like the key that it opens; the remedy is named."""
    file = tmp_path / "passphrase"
    file.touch()
    file.chmod(mode)
    with pytest.raises(RefusedError, match="chmod 600") as refused:
        read_passphrase(file=file)
    assert refused.value.reason is Reason.KEY_FILE_EXPOSED


def test_the_environment_is_asked_without_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable holds the passphrase itself; its name can be chosen."""
    monkeypatch.setenv("ESEAL_PASSPHRASE", "口令")
    monkeypatch.setenv("ROOT_PASSPHRASE", "other")
    assert read_passphrase() == "口令".encode()
    assert read_passphrase(env="ROOT_PASSPHRASE") == b"other"


def test_a_file_goes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever names a file means it, even if it cannot be read."""
    monkeypatch.setenv("ESEAL_PASSPHRASE", "environment")
    with pytest.raises(UnavailableError) as unavailable:
        read_passphrase(file=tmp_path / "missing")
    assert unavailable.value.reason is Reason.PASSPHRASE_MISSING


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\nsecond", b"x" * 1025], ids=["empty", "blank", "first blank", "long"]
)
def test_an_empty_or_endless_passphrase_is_none(tmp_path: Path, content: bytes) -> None:
    """1 to 1024 bytes, or nothing is encrypted or opened with it."""
    file = tmp_path / "passphrase"
    write_new(file, content, mode=0o600)
    with pytest.raises(UnavailableError) as unavailable:
        read_passphrase(file=file)
    assert unavailable.value.reason is Reason.PASSPHRASE_MISSING


def test_nothing_given_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither file nor variable: the error names the variable."""
    monkeypatch.delenv("ESEAL_PASSPHRASE", raising=False)
    with pytest.raises(UnavailableError, match="ESEAL_PASSPHRASE") as unavailable:
        read_passphrase()
    assert unavailable.value.reason is Reason.PASSPHRASE_MISSING
    assert speaks_chinese_first(unavailable.value)
