"""Signed statements as nobody should make them: any header, any payload, signed all the same."""

from collections.abc import Mapping
from typing import Any

import orjson

from eseal.jose import base64url, jws
from eseal.signers import Signer


def forged(
    signer: Signer,
    payload: Mapping[str, Any] | bytes,
    *,
    typ: str = "",
    header: Mapping[str, Any] | bytes | None = None,
    without: str = "",
) -> bytes:
    """Sign a compact JWS.

    Args:
        signer: signs it.
        payload: a value, or the bytes of one.
        typ: the kind that the header names.
        header: members of the header to be changed, or all of its bytes.
        without: a member of the header that is left out.
    """
    good = orjson.loads(base64url.decode(jws.write_protected_header(signer, typ).decode()))
    changed = header if isinstance(header, bytes) else {**good, **(header or {})}
    if not isinstance(changed, bytes):
        changed.pop(without, None)
    signing_input = b".".join(map(_encoded, (changed, payload)))
    return signing_input + b"." + base64url.encode(jws.sign(signer, signing_input))


def _encoded(value: Mapping[str, Any] | bytes) -> bytes:
    return base64url.encode(value if isinstance(value, bytes) else orjson.dumps(value))
