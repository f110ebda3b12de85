"""SM2 signatures with SM3 (GB/T 32918.2-2016) behind one protocol, with two engines.

libcrypto where the machine has one that can do SM2, else gmssl. Two environment variables decide
otherwise: ESEAL_SM2_ENGINE (`libcrypto` or `portable`) and ESEAL_LIBCRYPTO (a path). What they ask
for is used or refused, never silently replaced.
"""

import os
from functools import cache

from eseal.errors import UnavailableError
from eseal.reasons import Reason
from eseal.sm2.libcrypto import find_engine
from eseal.sm2.portable import PortableEngine
from eseal.sm2.protocol import (
    DEFAULT_USER_ID,
    Engine,
    SigningKey,
    VerifyingKey,
    decode_signature,
    encode_signature,
    identity_digest,
    random_scalar,
)

__all__ = [
    "DEFAULT_USER_ID",
    "Engine",
    "SigningKey",
    "VerifyingKey",
    "choose_engine",
    "decode_signature",
    "default_engine",
    "encode_signature",
    "identity_digest",
    "random_scalar",
]


@cache
def default_engine() -> Engine:
    """Give the engine that the environment asks for; found and tested once in a process.

    Raises:
        UnavailableError: ENGINE_UNAVAILABLE, what it asks for does not work.
    """
    environment = os.environ
    return choose_engine(environment.get("ESEAL_SM2_ENGINE"), environment.get("ESEAL_LIBCRYPTO"))


def choose_engine(choice: str | None = None, path: str | None = None) -> Engine:
    """Load and test an engine.

    Args:
        choice: `libcrypto`, `portable`, or nothing for the first of them that works.
        path: the libcrypto to load; if it does not work, nothing takes its place.

    Raises:
        UnavailableError: ENGINE_UNAVAILABLE, the choice is unknown or does not work.
    """
    match choice:
        case "portable":
            return PortableEngine()
        case "libcrypto":
            return find_engine(path)
        case None | "":
            return _first_that_works(path)
        case _:
            raise UnavailableError(
                Reason.ENGINE_UNAVAILABLE,
                f"SM2 引擎名不对 the SM2 engine is libcrypto or portable, not {choice}",
            )


def _first_that_works(path: str | None) -> Engine:
    try:
        return find_engine(path)
    except UnavailableError:
        if path:
            raise
        return PortableEngine()
