"""SD-JWT (RFC 9901): a signed payload and the disclosures that came with it, read and written.

Both serializations are read: flattened JSON (section 8), which we write, and compact (section 4),
behind which one line end may stand.

Rules kept:
    - one signature; the unprotected header has `disclosures` and, for a timestamp over the
      signature, `etsiU` (`eseal.jose.etsi`), and nothing else; a compact one has no timestamp;
    - no key binding: an SD-JWT+KB is refused, because what is verified here is a document, not the
      holder who shows it;
    - parts are kept as they were received; nothing is encoded again before it is verified.

Whether signature and certificate are good is asked in `eseal.jose.verification`.
"""

import re
import string
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from eseal.errors import MalformedError, RefusedError
from eseal.jose import base64url, etsi, strict_json
from eseal.jose.numeric_dates import read_numeric_date
from eseal.jose.processing import Processed, process
from eseal.jose.strict_json import JsonObject, JsonValue
from eseal.reasons import Reason

MAX_BYTES: Final = 1024 * 1024
ISSUED_AT: Final = "iat"

_SIGNED: Final = frozenset({"payload", "protected", "signature"})
_DISCLOSURES: Final = "disclosures"
_UNPROTECTED: Final = frozenset({_DISCLOSURES, etsi.UNSIGNED})
_ALPHABET: Final = f"{string.ascii_letters}{string.digits}_-".encode()
_JWT: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class SdJwt:
    """The parts of an SD-JWT, in base64url as they were received.

    Attributes:
        protected: the protected header.
        payload: what was signed.
        signature: the signature over both; may be empty.
        disclosures: what the payload's digests commit to, or less.
        timestamp: DER of what should be a timestamp over `signature`, `None` if there is none.
    """

    protected: str
    payload: str
    signature: str
    disclosures: tuple[str, ...] = ()
    timestamp: bytes | None = None

    def __post_init__(self) -> None:
        parts = (self.protected, self.payload, self.signature or "A", *self.disclosures)
        whole = "".join(parts)
        if not (all(parts) and whole.isascii()) or whole.encode().translate(None, _ALPHABET):
            raise _malformed("有一段不是 base64url a part is not base64url")

    @property
    def signing_input(self) -> bytes:
        """The bytes that were signed (RFC 7515, section 5.1, step 5)."""
        return f"{self.protected}.{self.payload}".encode("ascii")

    def signed_payload(self) -> JsonObject:
        """Read the payload as it was signed, digests and all.

        Raises:
            MalformedError: `MALFORMED_SD_JWT` or a reason of strict JSON.
        """
        data = base64url.decode(self.payload, at="payload")
        return strict_json.parse(data, max_bytes=MAX_BYTES, at="payload")

    def processed(self) -> Processed:
        """Put the disclosures into the payload (section 7.1, steps 3 to 6).

        Raises:
            MalformedError: the payload or a disclosure has not the form that it has to have.
            RefusedError: `DISCLOSURE_DUPLICATED`, `DISCLOSURE_NOT_COMMITTED`, `ALGORITHM_REFUSED`.
        """
        return process(self.signed_payload(), self.disclosures)

    def claims(self) -> JsonObject:
        """Give the claims that are disclosed or were never hidden; raises as `processed` does."""
        return self.processed().claims

    def present(self, places: Collection[str]) -> "SdJwt":
        """Leave out all disclosures but those of `places` and of what encloses them.

        Args:
            places: JSON pointers (RFC 6901) of disclosable claims, such as `/fields/name`.

        Raises:
            MalformedError: as `processed`.
            RefusedError: as `processed`; and `DISCLOSURE_NOT_COMMITTED` for a place that is not
                one of a disclosure here.
        """
        found = self.processed().places
        unknown = set(places).difference(found.values())
        if unknown:
            sentence = f"没有可披露的 nothing to disclose at {sorted(unknown)}"
            raise RefusedError(Reason.DISCLOSURE_NOT_COMMITTED, sentence)
        kept = {
            disclosure
            for disclosure, place in found.items()
            if any(f"{wanted}/".startswith(f"{place}/") for wanted in places)
        }
        return replace(self, disclosures=tuple(each for each in self.disclosures if each in kept))

    def flattened(self) -> bytes:
        """Write the flattened JSON serialization, in canonical form."""
        value: JsonObject = {
            "payload": self.payload,
            "protected": self.protected,
            "signature": self.signature,
        }
        header: JsonObject = {}
        if self.disclosures:
            header["disclosures"] = list(self.disclosures)
        if self.timestamp is not None:
            header[etsi.UNSIGNED] = etsi.write_timestamp(self.timestamp)
        if header:
            value["header"] = header
        return strict_json.canonical(value)

    def compact(self) -> bytes:
        """Write the compact serialization, which has no place for a timestamp."""
        jwt = f"{self.protected}.{self.payload}.{self.signature}"
        return "".join(f"{part}~" for part in (jwt, *self.disclosures)).encode("ascii")


def read_sd_jwt(data: bytes) -> SdJwt:
    """Read the outer form of an SD-JWT, in either serialization, at most 1 MiB.

    Raises:
        MalformedError: `EMPTY_INPUT`, `INPUT_TOO_LARGE`, `TRUNCATED`, `UNKNOWN_FORMAT`,
            `MALFORMED_JSON`, `DUPLICATE_JSON_KEY` or `MALFORMED_SD_JWT`.
        RefusedError: `UNSIGNED`; it has a payload but no signature.
    """
    if not data:
        raise MalformedError(Reason.EMPTY_INPUT, "没有内容 the input is empty")
    if len(data) > MAX_BYTES:
        sentence = f"{len(data)} 字节，至多 {MAX_BYTES} bytes, at most {MAX_BYTES}"
        raise MalformedError(Reason.INPUT_TOO_LARGE, sentence)
    text = data.strip()
    if not text.startswith(b"{"):
        return _read_compact(data)
    if not text.endswith(b"}"):
        raise MalformedError(Reason.TRUNCATED, "JSON 没有结尾 the JSON object has no end")
    return _read_flattened(strict_json.parse(data, max_bytes=MAX_BYTES))


def claimed_time(payload: JsonObject) -> datetime | None:
    """Read when the issuer claims to have signed, `None` if that is not said to everybody.

    Args:
        payload: the payload as it was signed: a time that can be withheld proves nothing.

    Raises:
        MalformedError: `MALFORMED_SD_JWT`; `iat` is not a number of seconds since 1970.
    """
    if ISSUED_AT not in payload:
        return None
    moment = read_numeric_date(payload[ISSUED_AT])
    if moment is None:
        raise _malformed(
            "iat 应为 1970 年起的整秒数 iat is a number of whole seconds since 1970",
            at="payload/iat",
        )
    return moment


def _read_flattened(value: JsonObject) -> SdJwt:
    names = value.keys()
    if not names & _SIGNED:
        raise MalformedError(
            Reason.UNKNOWN_FORMAT, "没有签名的 JSON a JSON object, but not a signed one"
        )
    if "payload" in names and not names & {"signature", "signatures"}:
        raise RefusedError(Reason.UNSIGNED, "有内容而无签名 there is a payload but no signature")
    if names - {"header"} != _SIGNED:
        raise _malformed(
            f"成员不对，应有 {_listed(_SIGNED)}，另可有 header: "
            f"a flattened JWS has {_listed(_SIGNED)}, and perhaps header"
        )
    disclosures, timestamp = _read_header(value["header"]) if "header" in value else ((), None)
    return SdJwt(
        protected=_text(value, "protected"),
        payload=_text(value, "payload"),
        signature=_text(value, "signature"),
        disclosures=disclosures,
        timestamp=timestamp,
    )


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _read_header(header: JsonValue) -> tuple[tuple[str, ...], bytes | None]:
    if not isinstance(header, dict) or not header or header.keys() - _UNPROTECTED:
        names = _listed(_UNPROTECTED)
        sentence = f"header 只可有 {names}: the unprotected header has only some of {names}"
        raise _malformed(sentence, at="header")
    disclosures = _read_disclosures(header[_DISCLOSURES]) if _DISCLOSURES in header else ()
    stamped = etsi.UNSIGNED in header
    return disclosures, etsi.read_timestamp(header[etsi.UNSIGNED]) if stamped else None


def _read_disclosures(disclosures: JsonValue) -> tuple[str, ...]:
    if not isinstance(disclosures, list):
        raise _malformed("disclosures 应为数组 disclosures is an array", at="header/disclosures")
    texts = tuple(each for each in disclosures if isinstance(each, str))
    if len(texts) != len(disclosures):
        raise _malformed(
            "disclosures 应为文字的数组 disclosures is an array of strings", at="header/disclosures"
        )
    return texts


def _read_compact(data: bytes) -> SdJwt:
    text = base64url.without_line_end(data).decode("ascii", errors="replace")
    jwt = _JWT.match(text)
    if jwt is None:
        raise MalformedError(
            Reason.UNKNOWN_FORMAT, "既非 JSON，也非 SD-JWT neither JSON nor a compact SD-JWT"
        )
    outside, *disclosures = text[jwt.end() :].split("~")
    if outside or not disclosures:
        raise _malformed("签名部分须以 ~ 结尾 the signed part of an SD-JWT ends with a tilde")
    if disclosures.pop():
        raise _malformed(
            "最后的 ~ 之后还有内容 something behind the last tilde; no key binding is accepted"
        )
    protected, payload, signature = jwt.groups()
    return SdJwt(
        protected=protected, payload=payload, signature=signature, disclosures=tuple(disclosures)
    )


def _text(value: JsonObject, name: str) -> str:
    text = value[name]
    if not isinstance(text, str):
        raise _malformed("应为文字 a string is expected", at=name)
    return text


def _malformed(sentence: str, *, at: str = "") -> MalformedError:
    return MalformedError(Reason.MALFORMED_SD_JWT, sentence, at=at)
