"""SM2 by libcrypto of OpenSSL 3 or later, through ctypes.

The library is the one whose path is given, else the first that the system has under the usual
names and that passes a known-answer test; several distributions build it without SM2.

Rules kept:
    - the user ID is set on every signature: OpenSSL's own default is the empty one;
    - a key is parsed once; a context, which is not for two threads at once, is lent from a pool
      to one call at a time, so that threads never wait for each other (ctypes drops the GIL);
    - signatures are read strictly here, before the library sees them.

Left to `portable`: machines without such a library.
"""

import ctypes
import ctypes.util
from collections.abc import Iterator
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_void_p
from typing import Any, Final

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.sm2.encodings import POINT_LENGTH, private_key_info, public_key_info
from eseal.sm2.known_answers import check_engine
from eseal.sm2.protocol import (
    DEFAULT_USER_ID,
    check_point,
    check_scalar,
    check_user_id,
    decode_signature,
)

_NAMES: Final = ("libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll", "libcrypto-3.dll")
_SIGNATURE_ROOM: Final = 72
_PUBLIC_KEY_INFO_ROOM: Final = 128
_DIGEST_BYTES: Final = 32

_PROTOTYPES: Final[dict[str, tuple[Any, ...]]] = {  # name: result, arguments
    "OPENSSL_version_major": (c_int,),
    "OpenSSL_version": (c_char_p, c_int),
    "ERR_clear_error": (None,),
    "d2i_AutoPrivateKey": (c_void_p, c_void_p, POINTER(c_char_p), c_long),
    "d2i_PUBKEY": (c_void_p, c_void_p, POINTER(c_char_p), c_long),
    "i2d_PUBKEY": (c_int, c_void_p, POINTER(c_void_p)),
    "EVP_PKEY_free": (None, c_void_p),
    "EVP_PKEY_CTX_set1_id": (c_int, c_void_p, c_char_p, c_int),
    "EVP_PKEY_CTX_new": (c_void_p, c_void_p, c_void_p),
    "EVP_PKEY_CTX_free": (None, c_void_p),
    "EVP_PKEY_sign_init": (c_int, c_void_p),
    "EVP_PKEY_sign": (c_int, c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t),
    "EVP_PKEY_verify_init": (c_int, c_void_p),
    "EVP_PKEY_verify": (c_int, c_void_p, c_char_p, c_size_t, c_char_p, c_size_t),
    "EVP_sm3": (c_void_p,),
    "EVP_MD_CTX_new": (c_void_p,),
    "EVP_MD_CTX_free": (None, c_void_p),
    "EVP_DigestSignInit": (c_int, c_void_p, POINTER(c_void_p), c_void_p, c_void_p, c_void_p),
    "EVP_DigestSign": (c_int, c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t),
    "EVP_DigestVerifyInit": (c_int, c_void_p, POINTER(c_void_p), c_void_p, c_void_p, c_void_p),
    "EVP_DigestVerify": (c_int, c_void_p, c_char_p, c_size_t, c_char_p, c_size_t),
}


class LibcryptoEngine:
    """One loaded libcrypto that has passed the known-answer test."""

    def __init__(self, path: str) -> None:
        self._library = _open(path)
        version = self._library.OpenSSL_version(0).decode()
        self.name = f"{path}, {version}"
        self._sm3 = self._library.EVP_sm3()
        check_engine(self)

    def load_private(self, scalar: int) -> "LibcryptoSigningKey":
        """Take in a private key; its public key is computed by the library."""
        check_scalar(scalar)
        handle = self._parse(self._library.d2i_AutoPrivateKey, private_key_info(scalar))
        return LibcryptoSigningKey(self._library, self._sm3, handle)

    def load_public(self, point: bytes) -> "LibcryptoVerifyingKey":
        """Take in a public key, 04 || X || Y."""
        check_point(point)
        handle = self._parse(self._library.d2i_PUBKEY, public_key_info(point))
        return LibcryptoVerifyingKey(self._library, self._sm3, handle)

    def _parse(self, parser: Any, der: bytes) -> int:
        handle: int | None = parser(None, byref(c_char_p(der)), len(der))
        if handle is None:
            self._library.ERR_clear_error()
            raise RefusedError(
                Reason.KEY_REFUSED, f"引擎不接受此 SM2 密钥 {self.name} does not take this SM2 key"
            )
        return handle


class _Key:
    """A parsed key (EVP_PKEY) with spare contexts for data (EVP_MD_CTX) and digests (EVP_PKEY_CTX).

    Frees all of them at its end.
    """

    def __init__(self, library: ctypes.CDLL, sm3: int, handle: int) -> None:
        self._library, self._sm3, self._handle = library, sm3, handle
        self._spare: list[int] = []
        self._spare_for_digests: list[int] = []

    def __del__(self) -> None:
        for context in self._spare_for_digests:
            self._library.EVP_PKEY_CTX_free(context)
        for context in self._spare:
            self._library.EVP_MD_CTX_free(context)
        self._library.EVP_PKEY_free(self._handle)

    def _begin(self, init: Any, user_id: bytes) -> int:
        check_user_id(user_id)
        try:
            context = self._spare.pop()
        except IndexError:
            context = self._library.EVP_MD_CTX_new()
        inner = c_void_p()
        if (
            init(context, byref(inner), self._sm3, None, self._handle) != 1
            or self._library.EVP_PKEY_CTX_set1_id(inner, user_id, len(user_id)) != 1
        ):
            self._library.ERR_clear_error()
            self._library.EVP_MD_CTX_free(context)
            raise UnavailableError(
                Reason.ENGINE_UNAVAILABLE, "libcrypto 无法启用 SM2 libcrypto cannot begin with SM2"
            )
        return int(context)

    def _begin_digest(self, init: Any, hashed: bytes) -> int:
        """Lend a context that signs or verifies digests; a key does one of both only."""
        if len(hashed) != _DIGEST_BYTES:
            msg = f"a digest has {_DIGEST_BYTES} bytes"
            raise ValueError(msg)
        try:
            return self._spare_for_digests.pop()
        except IndexError:
            context = self._library.EVP_PKEY_CTX_new(self._handle, None)
        if context is None or init(context) != 1:
            self._library.ERR_clear_error()
            self._library.EVP_PKEY_CTX_free(context)
            raise UnavailableError(
                Reason.ENGINE_UNAVAILABLE, "libcrypto 无法启用 SM2 libcrypto cannot begin with SM2"
            )
        return int(context)


class LibcryptoSigningKey(_Key):
    """A private key inside libcrypto."""

    def __init__(self, library: ctypes.CDLL, sm3: int, handle: int) -> None:
        super().__init__(library, sm3, handle)
        room = ctypes.create_string_buffer(_PUBLIC_KEY_INFO_ROOM)
        length = library.i2d_PUBKEY(handle, byref(c_void_p(ctypes.addressof(room))))
        self.public_point = room.raw[length - POINT_LENGTH : length]

    def sign(self, data: bytes, user_id: bytes = DEFAULT_USER_ID) -> bytes:
        """Sign `data`; gives SEQUENCE { r, s } in DER."""
        library = self._library
        context = self._begin(library.EVP_DigestSignInit, user_id)
        return self._sign(library.EVP_DigestSign, context, data, self._spare)

    def sign_digest(self, hashed: bytes) -> bytes:
        """Sign the 32 bytes e; gives SEQUENCE { r, s } in DER."""
        library = self._library
        context = self._begin_digest(library.EVP_PKEY_sign_init, hashed)
        return self._sign(library.EVP_PKEY_sign, context, hashed, self._spare_for_digests)

    def _sign(self, function: Any, context: int, data: bytes, spare: list[int]) -> bytes:
        """Have a begun context sign, and keep it in `spare`."""
        room, length = ctypes.create_string_buffer(_SIGNATURE_ROOM), c_size_t(_SIGNATURE_ROOM)
        done = function(context, room, byref(length), data, len(data))
        spare.append(context)
        if done != 1:
            self._library.ERR_clear_error()
            raise UnavailableError(
                Reason.ENGINE_UNAVAILABLE, "libcrypto 签名失败 libcrypto did not sign"
            )
        return room.raw[: length.value]


class LibcryptoVerifyingKey(_Key):
    """A public key inside libcrypto."""

    def verify(self, data: bytes, signature: bytes, user_id: bytes = DEFAULT_USER_ID) -> None:
        """Check a DER signature over `data`; raises RefusedError if it is wrong."""
        decode_signature(signature)
        library = self._library
        context = self._begin(library.EVP_DigestVerifyInit, user_id)
        self._verify(library.EVP_DigestVerify, context, data, signature, self._spare)

    def verify_digest(self, hashed: bytes, signature: bytes) -> None:
        """Check a DER signature over the 32 bytes e; raises RefusedError if it is wrong."""
        decode_signature(signature)
        library = self._library
        context = self._begin_digest(library.EVP_PKEY_verify_init, hashed)
        self._verify(library.EVP_PKEY_verify, context, hashed, signature, self._spare_for_digests)

    def _verify(
        self, function: Any, context: int, data: bytes, signature: bytes, spare: list[int]
    ) -> None:
        """Have a begun context verify, and keep it in `spare`."""
        good = function(context, signature, len(signature), data, len(data))
        spare.append(context)
        if good != 1:
            self._library.ERR_clear_error()
            raise RefusedError(
                Reason.SIGNATURE_INVALID, "SM2 签名值不对 the SM2 signature is wrong"
            )


def find_engine(path: str | None = None) -> LibcryptoEngine:
    """Load the library at `path`, and no other; without a path the first usable of the system's.

    Raises:
        UnavailableError: ENGINE_UNAVAILABLE, with what was tried and why it does not do.
    """
    tried = []
    for name in (path,) if path else _candidates():
        try:
            return LibcryptoEngine(name)
        except UnavailableError as error:
            tried.append(error.sentence)
    raise UnavailableError(
        Reason.ENGINE_UNAVAILABLE,
        "没有支持 SM2 的 libcrypto no libcrypto that can do SM2: " + "; ".join(tried),
    )


def _candidates() -> Iterator[str]:
    yield from _NAMES
    found = ctypes.util.find_library("crypto")
    if found and not found.endswith("/libcrypto.dylib"):  # macOS kills who loads this one
        yield found


def _open(path: str) -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(path)
        for name, (result, *arguments) in _PROTOTYPES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise UnavailableError(Reason.ENGINE_UNAVAILABLE, f"{path}: {error}") from error
    if library.OPENSSL_version_major() < 3:
        raise UnavailableError(
            Reason.ENGINE_UNAVAILABLE, f"版本低于 OpenSSL 3 {path} is older than OpenSSL 3"
        )
    return library
