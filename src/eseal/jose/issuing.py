"""Issuing SD-JWTs: claims and a seed in, the bytes to be signed out, then the signed document.

Rules kept:
    - the same signer, claims and seed give the same bytes to be signed: claims are taken in the
      order of their names;
    - the digests of an object are sorted, so that they do not tell the order of the claims
      (RFC 9901, section 4.2.4.1);
    - `iat` is always there and always visible; `aud`, `cnf`, `exp` and `nbf` never are;
    - disclosures are digested by the digest of the signer's suite.

All that costs time is done once for a signer; a document costs a digest a claim, and the signature.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eseal.errors import RefusedError
from eseal.jose import base64url, etsi, jws
from eseal.jose.disclosures import (
    DIGEST_ALGORITHM,
    DIGESTS,
    RESERVED_NAMES,
    algorithm_name,
    digester,
    salts,
    write_properties,
)
from eseal.jose.processing import CONDITIONS
from eseal.jose.sdjwt import ISSUED_AT
from eseal.jose.strict_json import (
    JsonObject,
    JsonValue,
    Scalar,
    are_scalars,
    canonical,
    unsafe_canonical,
)
from eseal.plain_text import in_a_row
from eseal.reasons import Reason
from eseal.signers import Signer
from eseal.timestamps.stamper import Timestamper

_FORBIDDEN = RESERVED_NAMES | CONDITIONS
_STRING = frozenset({str})


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimSet:
    """What a document says, sorted by who gets to see it.

    Attributes:
        visible: claims that everybody sees; `iat` is among them.
        disclosable: claims that the holder may withhold, each on its own.
        nested: objects whose names everybody sees and whose every claim may be withheld.
        whole: objects that everybody sees as they are.
    """

    visible: Mapping[str, Scalar]
    disclosable: Mapping[str, Scalar] = field(default_factory=dict)
    nested: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    whole: Mapping[str, JsonObject] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if type(self.visible.get(ISSUED_AT)) is not int:
            raise _refused(
                "iat 缺失或不是秒数 iat is missing, or no number of seconds", f"/{ISSUED_AT}"
            )
        plain = {**self.visible, **self.disclosable}
        groups = (self.visible, self.disclosable, self.nested, self.whole)
        names, count = set[str]().union(*groups), sum(map(len, groups))
        if len(names) != count or not _FORBIDDEN.isdisjoint(names):
            raise _refused(
                f"名称重复或为保留名 a name stands twice, or is one of {in_a_row(_FORBIDDEN)}", ""
            )
        _check_scalars(plain, "")
        for name, members in self.nested.items():
            _check_scalars(members, f"/{name}")
            if not RESERVED_NAMES.isdisjoint(members):
                raise _refused(
                    f"名称为保留名 a name is one of {sorted(RESERVED_NAMES)}", f"/{name}"
                )
        for name, value in self.whole.items():
            if any(f'"{each}":'.encode() in canonical(value) for each in RESERVED_NAMES):
                raise _refused(
                    f"名称为保留名 a name is one of {sorted(RESERVED_NAMES)}", f"/{name}"
                )

    @property
    def hidden(self) -> int:
        """How many claims may be withheld."""
        return len(self.disclosable) + sum(map(len, self.nested.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsignedSdJwt:
    """A document that lacks its signature only.

    Attributes:
        signing_input: the bytes to be signed: protected header, a dot, payload.
        disclosures: one for each claim that may be withheld.
    """

    signing_input: bytes
    disclosures: tuple[bytes, ...]

    def complete(self, signature: bytes, timestamp: bytes = b"") -> bytes:
        """Write the flattened JSON serialization with `signature`, in canonical form.

        Args:
            signature: over `signing_input`.
            timestamp: DER of one over the signature as it is written, in base64url; none if empty.
        """
        protected, _, payload = self.signing_input.partition(b".")
        listed = b'","'.join(self.disclosures)
        members = [b'"disclosures":["%b"]' % listed] if self.disclosures else []
        if timestamp:
            members.append(b'"%b":%b' % (etsi.UNSIGNED.encode(), etsi.written(timestamp)))
        header = b'"header":{%b},' % b",".join(members) if members else b""
        return b'{%b"payload":"%b","protected":"%b","signature":"%b"}' % (
            header,
            payload,
            protected,
            base64url.encode(signature),
        )


class SdJwtIssuer:
    """Issues documents of one kind by one signer."""

    def __init__(self, signer: Signer, *, typ: str, timestamps: Timestamper | None = None) -> None:
        """Make ready to issue.

        Args:
            signer: who signs.
            typ: the kind of document.
            timestamps: who stamps the signatures; nobody by default.
        """
        digest = signer.algorithm.digest
        self._timestamps = timestamps
        self._signer = signer
        self._head = jws.write_protected_header(signer, typ) + b"."
        self._digest = digester(digest)
        self._digest_name = algorithm_name(digest)

    def prepare(self, claims: ClaimSet, *, seed: bytes) -> UnsignedSdJwt:
        """Make everything but the signature.

        Args:
            claims: what the document says.
            seed: at least 32 secret random bytes, never used for other claims; the salts come
                from it.

        Raises:
            MalformedError: `MALFORMED_JSON`; an integer or a text is out of bounds.
            RefusedError: `MALFORMED_SD_JWT`; the seed is too short.
        """
        salt = iter(salts(seed, claims.hidden))
        payload: JsonObject = {
            **claims.visible,
            **claims.whole,
            DIGEST_ALGORITHM: self._digest_name,
        }
        disclosures = self._hide(claims.disclosable, payload, salt)
        for name in sorted(claims.nested):
            inner: JsonObject = {}
            payload[name] = inner
            disclosures += self._hide(claims.nested[name], inner, salt)
        encoded = base64url.encode(unsafe_canonical(payload))
        return UnsignedSdJwt(
            signing_input=self._head + encoded,
            disclosures=tuple(disclosures),
        )

    def sign(self, unsigned: UnsignedSdJwt) -> bytes:
        """Sign what `prepare` made; gives the document, in the flattened JSON serialization.

        Raises:
            EvidenceError: the signer failed, or no good timestamp was to be had.
        """
        signature = jws.sign(self._signer, unsigned.signing_input)
        if self._timestamps is None:
            return unsigned.complete(signature)
        digest = self._signer.algorithm.digest
        stamped = self._timestamps.stamp(base64url.encode(signature), digest=digest)
        return unsigned.complete(signature, stamped)

    def issue(self, claims: ClaimSet, *, seed: bytes) -> bytes:
        """Prepare and sign in one go; raises as `prepare` does."""
        return self.sign(self.prepare(claims, seed=seed))

    def _hide(
        self, members: Mapping[str, Scalar], into: JsonObject, salt: Iterator[str]
    ) -> list[bytes]:
        """Write the disclosures of `members`, and their digests into the object `into`."""
        if not members:
            return []
        written = write_properties(members, salt)
        digests: list[JsonValue] = [*sorted(self._digest(written))]
        into[DIGESTS] = digests
        return written


def _check_scalars(members: Mapping[str, Scalar], at: str) -> None:
    if not are_scalars(members.values()) or not _STRING.issuperset(map(type, members)):
        raise _refused(
            "名称应为文字，值应为文字、整数、布尔或空 "
            "names are strings; values are strings, integers, booleans or null",
            at,
        )


def _refused(sentence: str, at: str) -> RefusedError:
    return RefusedError(Reason.MALFORMED_SD_JWT, sentence, at=at)
