"""Finding libcrypto, and what happens when it does not do its work."""

import ctypes
import ctypes.util
from collections.abc import Callable
from typing import Any

import pytest

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.sm2 import libcrypto as module
from eseal.sm2.known_answers import HASHED, MESSAGE, POINT, SCALAR
from eseal.sm2.libcrypto import LibcryptoEngine, find_engine


class Faulty:
    """A libcrypto in which one function fails."""

    def __init__(self, library: ctypes.CDLL, name: str) -> None:
        self._library, self._name = library, name

    def __getattr__(self, name: str) -> Any:
        return (lambda *_: 0) if name == self._name else getattr(self._library, name)


class Unlike:
    """A library that has every function, each of which answers 1."""

    def __getattr__(self, name: str) -> Callable[..., int]:
        return lambda *_: 1


def test_an_explicit_path_is_used_or_refused() -> None:
    """A library that was asked for by path is not silently replaced by another."""
    with pytest.raises(UnavailableError) as unavailable:
        find_engine("/nowhere/libcrypto.so.3")
    assert unavailable.value.reason is Reason.ENGINE_UNAVAILABLE
    assert "/nowhere/libcrypto.so.3" in unavailable.value.sentence


def test_an_explicit_path_that_works(libcrypto: LibcryptoEngine) -> None:
    """The library that the system finds can also be named."""
    assert find_engine(libcrypto.name.split(",")[0]).name == libcrypto.name


def test_refuses_a_library_that_is_not_libcrypto() -> None:
    """A library without OpenSSL's functions is told as such."""
    with pytest.raises(UnavailableError) as unavailable:
        find_engine(ctypes.util.find_library("m"))
    assert unavailable.value.reason is Reason.ENGINE_UNAVAILABLE


def test_refuses_an_old_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    """A libcrypto older than 3 is not used."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _: Unlike())
    with pytest.raises(UnavailableError, match="older than OpenSSL 3") as unavailable:
        find_engine("libcrypto.so.1.1")
    assert unavailable.value.reason is Reason.ENGINE_UNAVAILABLE


@pytest.mark.parametrize("found", [None, "/usr/lib/libcrypto.dylib", "libcrypto.so.9"])
def test_says_what_it_tried(monkeypatch: pytest.MonkeyPatch, found: str | None) -> None:
    """Where none does, the error names each; the one that kills macOS processes is not tried."""
    monkeypatch.setattr(module, "_NAMES", ("libcrypto.so.none",))
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: found)
    with pytest.raises(UnavailableError, match=r"libcrypto\.so\.none") as unavailable:
        find_engine()
    assert unavailable.value.reason is Reason.ENGINE_UNAVAILABLE
    assert "dylib" not in unavailable.value.sentence
    assert (found == "libcrypto.so.9") == ("libcrypto.so.9" in unavailable.value.sentence)


@pytest.mark.parametrize("name", ["EVP_DigestSign", "EVP_DigestSignInit", "EVP_PKEY_CTX_set1_id"])
def test_a_failing_signature_is_an_error(libcrypto: LibcryptoEngine, name: str) -> None:
    """When libcrypto does not sign, or cannot set the user ID, nothing comes out."""
    key = libcrypto.load_private(SCALAR)
    real = key._library
    key._library = Faulty(real, name)  # type: ignore[assignment]  # stands in for the library
    with pytest.raises(UnavailableError) as unavailable:
        key.sign(MESSAGE)
    assert unavailable.value.reason is Reason.ENGINE_UNAVAILABLE
    key._library = real
    libcrypto.load_public(POINT).verify(MESSAGE, key.sign(MESSAGE))


def test_a_key_that_the_library_does_not_take(libcrypto: LibcryptoEngine) -> None:
    """A libcrypto built without the curve refuses the key, and says so."""
    with pytest.raises(RefusedError) as refused:
        libcrypto._parse(libcrypto._library.d2i_PUBKEY, b"\x30\x00")
    assert refused.value.reason is Reason.KEY_REFUSED


def test_contexts_are_used_again(libcrypto: LibcryptoEngine) -> None:
    """Many signatures one after the other take one context, not many."""
    key = libcrypto.load_private(SCALAR)
    for _ in range(20):
        key.sign(MESSAGE)
    assert len(key._spare) == 1


@pytest.mark.parametrize("name", ["EVP_PKEY_CTX_new", "EVP_PKEY_sign_init", "EVP_PKEY_sign"])
def test_a_failing_signature_of_a_digest_is_an_error(libcrypto: LibcryptoEngine, name: str) -> None:
    """When libcrypto does not sign a digest nothing comes out; afterwards the key is as before."""
    key = libcrypto.load_private(SCALAR)
    real = key._library
    key._library = Faulty(real, name)  # type: ignore[assignment]  # stands in for the library
    with pytest.raises(UnavailableError) as unavailable:
        key.sign_digest(HASHED)
    assert unavailable.value.reason is Reason.ENGINE_UNAVAILABLE
    key._library = real
    libcrypto.load_public(POINT).verify(MESSAGE, key.sign_digest(HASHED))


def test_a_digest_has_32_bytes(libcrypto: LibcryptoEngine) -> None:
    """Anything else is a mistake of the program, and never reaches the library."""
    with pytest.raises(ValueError, match="32 bytes"):
        libcrypto.load_private(SCALAR).sign_digest(MESSAGE)
