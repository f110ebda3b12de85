"""Fetches small answers over HTTP: revocation lists, OCSP answers, timestamps.

Rules kept: only http and https, and only to where the caller said (no redirect is followed, no
proxy or password is taken from the environment); the answer is bounded in size and the whole
exchange in time; whatever goes wrong is UNREACHABLE, with the address and why. What is fetched
proves nothing by having been fetched: whoever asked verifies its signature.
"""

import time
from contextlib import closing
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from eseal.sizes import too_large

if TYPE_CHECKING:
    import httpx

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
    import httpx  # noqa: PLC0415  a tenth of a second, for those only who fetch

    check_url(url)
    headers = {"Accept": accept, "Accept-Encoding": "identity"}
    if post is not None:
        headers["Content-Type"] = content_type
    method = "GET" if post is None else "POST"
    deadline = time.monotonic() + timeout
    try:
        client = httpx.Client(timeout=timeout, trust_env=False, follow_redirects=False)
        with (
            closing(client),
            client.stream(method, url, content=post, headers=headers) as answer,
        ):
            return _read(answer, url, accept, max_bytes, deadline)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _unreachable(url, f"无法连接 {str(error) or type(error).__name__}") from error


def _read(
    answer: "httpx.Response", url: str, accept: str, max_bytes: int, deadline: float
) -> bytes:
    if answer.status_code != _OK:
        raise _unreachable(url, f"HTTP 状态码 HTTP status {answer.status_code}")
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != accept:
        raise _unreachable(
            url, f"应答类型不符 the answer is {media_type or 'of no type'}, not {accept}"
        )
    found = bytearray()
    for chunk in answer.iter_raw():
        found += chunk
        if len(found) > max_bytes:
            raise _unreachable(url, f"应答 the answer: {too_large(max_bytes)}")
        if time.monotonic() > deadline:
            raise _unreachable(url, "耗时过长 it takes too long")
    return bytes(found)


def _unreachable(url: str, why: str) -> UnavailableError:
    return UnavailableError(Reason.UNREACHABLE, why, at=url.partition("?")[0])
