"""Disclosures (RFC 9901, section 4.2): a claim with its salt, and the digest that commits to it.

Rules kept:
    - a disclosure is base64url over a JSON array: salt, name, value for a property, salt and value
      for an array element;
    - its digest is taken over the base64url text, as it is, and written in base64url;
    - no claim is called `_sd`, `...` or `_sd_alg`: these names have a meaning of their own;
    - salts have 144 bits, all of them from one seed by SHAKE-256, so that the same seed and claims
      give the same bytes.

`sha-256` is the name of SHA-256 in the IANA registry of named information hashes. SM3 stands in no
such registry: `sm3` is a value defined by this profile, which section 4.1.1 permits.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from eseal import digests
from eseal.digests import DigestAlgorithm
from eseal.errors import MalformedError, RefusedError
from eseal.jose import base64url
from eseal.jose.strict_json import JsonValue, Scalar, parse_value, unsafe_canonical
from eseal.reasons import Reason

DIGESTS: Final = "_sd"
DIGEST_ALGORITHM: Final = "_sd_alg"
ELEMENT_DIGEST: Final = "..."
RESERVED_NAMES: Final = frozenset({DIGESTS, DIGEST_ALGORITHM, ELEMENT_DIGEST})

SEED_LENGTH: Final = 32
_SALT_LABEL: Final = b"SD-JWT salts\0"
_SALT_BYTES: Final = 18
_SALT_CHARACTERS: Final = 24
_DIGEST_CHARACTERS: Final = 43

_NAMES: Final = {DigestAlgorithm.SHA256: "sha-256", DigestAlgorithm.SM3: "sm3"}
_ALGORITHMS: Final = {name: algorithm for algorithm, name in _NAMES.items()}

Digester = Callable[[Iterable[bytes]], list[str]]

_SALTS_BEGUN: Final = hashlib.shake_256(_SALT_LABEL)


def salts(seed: bytes, count: int) -> list[str]:
    """Derive `count` salts from a secret random seed.

    Raises:
        RefusedError: `MALFORMED_SD_JWT`; the seed is shorter than 32 bytes.
    """
    if len(seed) < SEED_LENGTH:
        sentence = f"种子 the seed has {len(seed)} 字节，至少 bytes, at least {SEED_LENGTH}"
        raise RefusedError(Reason.MALFORMED_SD_JWT, sentence)
    random = _SALTS_BEGUN.copy()
    random.update(seed)
    stream = base64url.encode(random.digest(_SALT_BYTES * count)).decode("ascii")
    starts = range(0, _SALT_CHARACTERS * count, _SALT_CHARACTERS)
    return [stream[start : start + _SALT_CHARACTERS] for start in starts]


def write_properties(members: Mapping[str, Scalar], salt: Iterator[str]) -> list[bytes]:
    """Write the disclosures of properties, in the order of their names, none of which is reserved.

    Each takes the next of the salts.
    """
    return [
        base64url.encode(unsafe_canonical([next(salt), name, members[name]]))
        for name in sorted(members)
    ]


def read_property(disclosure: str, *, at: str) -> tuple[str, JsonValue]:
    """Read name and value from the disclosure of a property (RFC 9901, 7.1, step 3.3.2).

    Raises:
        MalformedError: `MALFORMED_SD_JWT`, `MALFORMED_JSON` or `DUPLICATE_JSON_KEY`.
    """
    match _contents(disclosure, at):
        case [str(), str(name), value] if name not in RESERVED_NAMES:
            return name, value
        case _:
            sentence = (
                "成员的披露应为盐、名、值 a property's disclosure holds a salt, a name and a value"
            )
            raise MalformedError(Reason.MALFORMED_SD_JWT, sentence, at=at)


def read_element(disclosure: str, *, at: str) -> JsonValue:
    """Read the disclosure of an array's element (RFC 9901, 7.1, step 3.3.3).

    Raises:
        MalformedError: `MALFORMED_SD_JWT`, `MALFORMED_JSON` or `DUPLICATE_JSON_KEY`.
    """
    match _contents(disclosure, at):
        case [str(), value]:
            return value
        case _:
            sentence = "元素的披露应为盐、值 an element's disclosure holds a salt and a value"
            raise MalformedError(Reason.MALFORMED_SD_JWT, sentence, at=at)


def algorithm_name(algorithm: DigestAlgorithm) -> str:
    """Name a digest algorithm as `_sd_alg` does."""
    return _NAMES[algorithm]


def read_algorithm(name: JsonValue) -> DigestAlgorithm:
    """Recognise the value of `_sd_alg`.

    Raises:
        RefusedError: `ALGORITHM_REFUSED`; it is not one of ours.
    """
    if isinstance(name, str) and name in _ALGORITHMS:
        return _ALGORITHMS[name]
    sentence = "杂凑算法应为 the digest algorithm is neither sha-256 nor sm3"
    raise RefusedError(Reason.ALGORITHM_REFUSED, sentence, at=f"/{DIGEST_ALGORITHM}")


@lru_cache
def digester(algorithm: DigestAlgorithm) -> Digester:
    """Give the function that digests disclosures, as they stand, to the texts in the payload."""
    begun = digests.new(algorithm)

    def digest(disclosures: Iterable[bytes]) -> list[str]:
        found = []
        for disclosure in disclosures:
            going = begun.copy()
            going.update(disclosure)
            found.append(going.digest())
        # Written in one go: 32 bytes and a zero are 44 characters, of which the last is the zero's.
        text = base64url.encode(b"\0".join(found)).decode("ascii")
        starts = range(0, len(text), _DIGEST_CHARACTERS + 1)
        return [text[start : start + _DIGEST_CHARACTERS] for start in starts]

    return digest


def _contents(disclosure: str, at: str) -> JsonValue:
    return parse_value(base64url.decode(disclosure, at=at), at=at)
