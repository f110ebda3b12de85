"""Fetches small answers over HTTP: revocation lists, OCSP answers, timestamps.

Rules kept: only http and https, and only to where the caller said (no redirect is followed, no
proxy or password is taken from the environment); the answer is bounded in size and the whole
exchange in time, names and headers too (`eseal.deadline`); whatever goes wrong is UNREACHABLE, with
the address and why. What is fetched proves nothing by having been fetched: whoever asked verifies
its signature.
"""

import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.sizes import too_large

if TYPE_CHECKING:
    import httpcore

TIMEOUT: Final = 10.0
"""Seconds for one exchange from beginning to end, unless the caller says otherwise."""

_OK: Final = 200


def check_url(url: str) -> str:
    """Insist on an http or https address with a host, without blanks or a password in it.

    Raises:
        RefusedError: ADDRESS_REFUSED.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good, parts = False, urlsplit("")
    written = url.isascii() and url.isprintable() and " " not in url
    if not good or not written or parts.username is not None:
        sentence = (
            "应为不含用户名和口令的 http(s) 网址 "
            "not an http or https address without user and password"
        )
        raise RefusedError(Reason.ADDRESS_REFUSED, sentence)
    return url


def fetch(
    url: str,
    *,
    accept: str,
    max_bytes: int,
    post: bytes | None = None,
    content_type: str = "",
    timeout: float = TIMEOUT,
) -> bytes:
    """Fetch one answer; GET, or POST when there is something to post.

    Args:
        url: where.
        accept: the media type that the answer has to be of.
        max_bytes: its greatest length.
        post: what to post.
        content_type: the media type of what is posted.
        timeout: seconds for the whole exchange.

    Raises:
        RefusedError: ADDRESS_REFUSED.
        UnavailableError: UNREACHABLE; `.at` is the address.
    """
    import httpcore  # noqa: PLC0415  a tenth of a second, for those only who fetch

    from eseal.deadline import Deadline, Network  # noqa: PLC0415  stands on httpcore

    check_url(url)
    headers: dict[bytes | str, bytes | str] = {
        "Host": urlsplit(url).netloc,
        "Accept": accept,
        "Accept-Encoding": "identity",
        "User-Agent": "eseal",
    }
    if post is not None:
        headers["Content-Type"] = content_type
    method = "GET" if post is None else "POST"
    network = Network(Deadline(at=time.monotonic() + timeout))
    try:
        with (
            httpcore.ConnectionPool(network_backend=network) as pool,
            pool.stream(method, url, content=post, headers=headers) as answer,
        ):
            return _read(answer, url, accept, max_bytes)
    except httpcore.TimeoutException as error:
        why = f"耗时过长，超过 {timeout:g} 秒 it takes too long, more than {timeout:g} s"
        raise _unreachable(url, why) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ValueError) as error:
        raise _unreachable(url, f"无法连接 {str(error) or type(error).__name__}") from error


def _read(answer: "httpcore.Response", url: str, accept: str, max_bytes: int) -> bytes:
    if answer.status != _OK:
        raise _unreachable(url, f"HTTP 状态码 HTTP status {answer.status}")
    media_type = _media_type(answer)
    if media_type != accept:
        raise _unreachable(
            url, f"应答类型不符 the answer is {media_type or 'of no type'}, not {accept}"
        )
    found = bytearray()
    for chunk in answer.iter_stream():
        found += chunk
        if len(found) > max_bytes:
            raise _unreachable(url, f"应答 the answer: {too_large(max_bytes)}")
    return bytes(found)


def _media_type(answer: "httpcore.Response") -> str:
    named = [value for name, value in answer.headers if name.lower() == b"content-type"]
    return b"".join(named[:1]).decode("latin-1").partition(";")[0].strip().lower()


def _unreachable(url: str, why: str) -> UnavailableError:
    return UnavailableError(Reason.UNREACHABLE, why, at=url.partition("?")[0])
