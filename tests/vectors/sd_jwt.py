"""SD-JWTs with one defect each: a document as we issue it, and one thing changed.

Where the defect is the issuer's own, the document is signed with it: only the one rule can refuse
it. `VECTORS` has them all, with the check that has to fail and the reason it has to give.

Source: RFC 9901, sections 4, 7.1 and 8; RFC 7515, sections 4 and 5.2.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from eseal.jose import base64url, jws
from eseal.jose.issuing import ClaimSet, SdJwtIssuer
from eseal.jose.sdjwt import MAX_BYTES, SdJwt, read_sd_jwt
from eseal.reasons import Reason
from eseal.report import Check, Outcome
from eseal.signers import SoftwareSigner
from eseal.sm2 import encode_signature
from tests.world import NOW, World

TYP = "sample+sd-jwt"
SEED = bytes(range(32))
SM2_ORDER = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
CLAIMS = ClaimSet(
    visible={"iat": int(NOW.timestamp()), "name": "营业执照（样本）", "end": None, "copy": False},
    disclosable={"holder": "示例市样本有限公司", "number": 7},
    nested={"fields": {"capital": "壹佰万元", "address": "示例市样本路1号", "type": "样本"}},
)
SAID: dict[str, Any] = {
    **CLAIMS.visible,
    **CLAIMS.disclosable,
    "fields": dict(CLAIMS.nested["fields"]),
}
"""What `CLAIMS` says when everything is disclosed."""


class Forge:
    """Makes good documents by one signer, and bad ones that are signed all the same."""

    def __init__(self, world: World, signer: SoftwareSigner | None = None) -> None:
        self.world = world
        self.signer = signer or world.rsa.signing
        self.good = SdJwtIssuer(self.signer, typ=TYP).issue(CLAIMS, seed=SEED)
        self.parts = read_sd_jwt(self.good)

    @property
    def header(self) -> dict[str, Any]:
        """The good protected header."""
        return _decoded(self.parts.protected)

    @property
    def payload(self) -> dict[str, Any]:
        """The good payload."""
        return _decoded(self.parts.payload)

    @property
    def outer(self) -> dict[str, Any]:
        """The good document, as a JSON object."""
        value: dict[str, Any] = orjson.loads(self.good)
        return value

    def write(self, change: Mapping[str, Any]) -> bytes:
        """The good document with members of its outer object changed, unsigned."""
        return orjson.dumps({**self.outer, **change})

    def sign(
        self,
        *,
        header: Mapping[str, Any] | bytes | None = None,
        payload: Mapping[str, Any] | bytes | None = None,
        disclosures: tuple[str, ...] | None = None,
        change: Mapping[str, Any] | None = None,
    ) -> bytes:
        """A document with another header, payload (or members of it) or disclosures, signed."""
        full = header if isinstance(header, bytes) else {**self.header, **(header or {})}
        protected = _encoded(full)
        if change is not None:
            payload = {**self.payload, **change}
        body = self.parts.payload if payload is None else _encoded(payload)
        signature = jws.sign(self.signer, f"{protected}.{body}".encode())
        shown = self.parts.disclosures if disclosures is None else disclosures
        return SdJwt(
            protected=protected,
            payload=body,
            signature=base64url.encode(signature).decode(),
            disclosures=shown,
        ).flattened()

    def commit(self, *contents: object) -> bytes:
        """A document whose payload commits to these disclosures, whatever is in them."""
        disclosures = tuple(map(disclosure, contents))
        return self.sign(change={"_sd": [*map(digest, disclosures)]}, disclosures=disclosures)


def disclosure(contents: object) -> str:
    """A disclosure of anything; bytes are taken as the JSON text."""
    return _encoded(contents)


def digest(text: str) -> str:
    """The SHA-256 digest of a disclosure."""
    return base64url.encode(hashlib.sha256(text.encode()).digest()).decode()


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A document with one defect, and what has to be found."""

    name: str
    make: Callable[[Forge], bytes]
    check: Check
    reason: Reason
    outcome: Outcome


VECTORS: list[Vector] = []

_Make = Callable[[Forge], bytes]


def invalid(
    check: Check, reason: Reason, outcome: Outcome = Outcome.FAILED
) -> Callable[[_Make], _Make]:
    """Enter a function among the vectors."""

    def enter(make: _Make) -> _Make:
        VECTORS.append(
            Vector(name=make.__name__, make=make, check=check, reason=reason, outcome=outcome)
        )
        return make

    return enter


# -- readable ------------------------------------------------------------------------------


@invalid(Check.READABLE, Reason.EMPTY_INPUT)
def empty(_forge: Forge) -> bytes:
    """Invalid: no bytes at all."""
    return b""


@invalid(Check.READABLE, Reason.INPUT_TOO_LARGE)
def too_large(forge: Forge) -> bytes:
    """Invalid: the good document behind 4 MiB of white space."""
    return b" " * MAX_BYTES + forge.good


@invalid(Check.READABLE, Reason.TRUNCATED)
def truncated(forge: Forge) -> bytes:
    """Invalid: the second half of the file is missing."""
    return forge.good[: len(forge.good) // 2]


@invalid(Check.READABLE, Reason.UNKNOWN_FORMAT)
def plain_text(_forge: Forge) -> bytes:
    """Invalid: a text, neither JSON nor base64url with dots."""
    return "这不是电子证照".encode()


@invalid(Check.READABLE, Reason.UNKNOWN_FORMAT)
def plain_json(_forge: Forge) -> bytes:
    """Invalid: a JSON object that is no JWS (RFC 7515, 7.2.2)."""
    return b'{"name":"sample"}'


@invalid(Check.READABLE, Reason.MALFORMED_JSON)
def broken_json(forge: Forge) -> bytes:
    """Invalid: a colon is missing in the outer object."""
    return forge.good.replace(b'"payload":', b'"payload"', 1)


@invalid(Check.READABLE, Reason.DUPLICATE_JSON_KEY)
def signature_twice(forge: Forge) -> bytes:
    """Invalid: `signature` stands twice in the outer object; readers differ on which counts."""
    return b'{"signature":"AAAA",' + forge.good[1:]


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def general_serialization(forge: Forge) -> bytes:
    """Invalid: the general JSON serialization, which may carry several signatures."""
    outer = forge.outer
    one = {name: outer[name] for name in ("protected", "signature", "header")}
    return orjson.dumps({"payload": outer["payload"], "signatures": [one]})


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def foreign_member(forge: Forge) -> bytes:
    """Invalid: another member beside payload, protected, header and signature."""
    return forge.write({"comment": "样本"})


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def payload_is_no_string(forge: Forge) -> bytes:
    """Invalid: the payload is an object instead of its base64url text."""
    return forge.write({"payload": forge.payload})


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def unprotected_algorithm(forge: Forge) -> bytes:
    """Invalid: the unprotected header names an algorithm; nothing protects it."""
    return forge.write({"header": {**forge.outer["header"], "alg": "none"}})


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def key_binding_in_json(forge: Forge) -> bytes:
    """Invalid: an SD-JWT+KB (RFC 9901, 8.1); key binding is not accepted."""
    return forge.write({"header": {**forge.outer["header"], "kb_jwt": "AAAA.AAAA.AAAA"}})


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def key_binding_in_compact(forge: Forge) -> bytes:
    """Invalid: a key binding JWT behind the last tilde (RFC 9901, section 4)."""
    return forge.parts.compact() + b"AAAA.AAAA.AAAA"


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def compact_without_tilde(forge: Forge) -> bytes:
    """Invalid: a plain JWT; an SD-JWT ends with a tilde even without disclosures."""
    return forge.parts.compact().split(b"~")[0]


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def compact_with_line_ends(forge: Forge) -> bytes:
    """Invalid: more than one line end behind the compact serialization."""
    return forge.parts.compact() + b"\n\n"


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def compact_with_fourth_part(forge: Forge) -> bytes:
    """Invalid: a fourth dotted part behind the signature."""
    return forge.parts.compact().replace(b"~", b".AAAA~", 1)


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def empty_disclosure(forge: Forge) -> bytes:
    """Invalid: nothing between two tildes."""
    return forge.parts.compact().replace(b"~", b"~~", 1)


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def disclosures_are_no_array(forge: Forge) -> bytes:
    """Invalid: `disclosures` is a string (RFC 9901, 8.1: an array of strings)."""
    return forge.write({"header": {"disclosures": "AAAA"}})


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def disclosure_is_no_string(forge: Forge) -> bytes:
    """Invalid: a disclosure is an array, not the base64url of one."""
    return forge.write({"header": {"disclosures": [["salt", "name", "value"]]}})


@invalid(Check.READABLE, Reason.MALFORMED_SD_JWT)
def padded_payload(forge: Forge) -> bytes:
    """Invalid: base64 padding behind the payload (RFC 7515, section 2)."""
    return forge.write({"payload": forge.parts.payload + "="})


# -- structure: the protected header -------------------------------------------------------


@invalid(Check.STRUCTURE, Reason.UNSIGNED, Outcome.UNDETERMINED)
def unsigned(forge: Forge) -> bytes:
    """Invalid: the payload is there, the signature is not."""
    return orjson.dumps({"payload": forge.parts.payload, "protected": forge.parts.protected})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def another_kind(forge: Forge) -> bytes:
    """Invalid: signed as another kind of document (RFC 8725, 3.11)."""
    return forge.sign(header={"typ": "other+sd-jwt"})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def kind_is_no_string(forge: Forge) -> bytes:
    """Invalid: `typ` is a number."""
    return forge.sign(header={"typ": 1})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def empty_crit(forge: Forge) -> bytes:
    """Invalid: an empty `crit` (RFC 7515, 4.1.11 forbids it)."""
    return forge.sign(header={"crit": []})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def critical_extension(forge: Forge) -> bytes:
    """Invalid: an extension that has to be understood and is not."""
    return forge.sign(header={"crit": ["sample"], "sample": True})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def unencoded_payload(forge: Forge) -> bytes:
    """Invalid: `b64` false (RFC 7797), without the `crit` that it needs."""
    return forge.sign(header={"b64": False})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def key_in_header(forge: Forge) -> bytes:
    """Invalid: a key of the sender's own choice in `jwk`."""
    return forge.sign(header={"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def no_certificate(forge: Forge) -> bytes:
    """Invalid: `x5c` is missing."""
    header = forge.header
    del header["x5c"]
    return forge.sign(header=orjson.dumps(header))


@invalid(Check.STRUCTURE, Reason.DUPLICATE_JSON_KEY)
def algorithm_twice(forge: Forge) -> bytes:
    """Invalid: `alg` stands twice in the protected header (RFC 7515, section 4)."""
    return forge.sign(header=b'{"alg":"none",' + orjson.dumps(forge.header)[1:])


@invalid(Check.STRUCTURE, Reason.MALFORMED_JSON)
def header_is_an_array(forge: Forge) -> bytes:
    """Invalid: the protected header is no JSON object."""
    return forge.sign(header=b"[]")


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def header_too_large(forge: Forge) -> bytes:
    """Invalid: a protected header of more than 64 KiB."""
    return forge.sign(header={"typ": "x" * 65536})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def empty_chain(forge: Forge) -> bytes:
    """Invalid: `x5c` has no certificate (RFC 7515, 4.1.6: the first is the signer's)."""
    return forge.sign(header={"x5c": []})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def endless_chain(forge: Forge) -> bytes:
    """Invalid: nine certificates in `x5c`."""
    return forge.sign(header={"x5c": forge.header["x5c"][:1] * 9})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def certificate_is_no_string(forge: Forge) -> bytes:
    """Invalid: a number in `x5c`."""
    return forge.sign(header={"x5c": [1]})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def certificate_in_base64url(forge: Forge) -> bytes:
    """Invalid: `x5c` in base64url; it is the one member in plain base64 (RFC 7515, 4.1.6)."""
    der = forge.signer.certificate.dump()
    return forge.sign(header={"x5c": [base64url.encode(der).decode()]})


@invalid(Check.STRUCTURE, Reason.CERTIFICATE_MALFORMED)
def broken_certificate(forge: Forge) -> bytes:
    """Invalid: the certificate lacks its last byte."""
    der = forge.signer.certificate.dump()
    return forge.sign(header={"x5c": [base64url.encode_padded(der[:-1])]})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def thumbprint_is_no_string(forge: Forge) -> bytes:
    """Invalid: `x5t#S256` is null."""
    return forge.sign(header={"x5t#S256": None})


# -- structure: the payload and its disclosures --------------------------------------------


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def second_spelling_of_payload(forge: Forge) -> bytes:
    """Invalid: unused bits of the payload's base64url are set (RFC 4648, 3.5)."""
    payload = orjson.dumps(forge.payload)
    payload += b" " * (2 - len(payload) % 3) + b"  "
    encoded = base64url.encode(payload[: len(payload) // 3 * 3 + 1]).decode()
    last = chr(ord(encoded[-1]) + 1)
    return forge.write({"payload": encoded[:-1] + last})


@invalid(Check.STRUCTURE, Reason.DUPLICATE_JSON_KEY)
def claim_twice(forge: Forge) -> bytes:
    """Invalid: a signed payload in which a claim stands twice."""
    return forge.sign(payload=b'{"name":"sample",' + orjson.dumps(forge.payload)[1:])


@invalid(Check.STRUCTURE, Reason.MALFORMED_JSON)
def fraction_in_payload(forge: Forge) -> bytes:
    """Invalid: a number with a fraction; amounts are strings."""
    return forge.sign(change={"amount": 0.5})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def issued_at_is_a_text(forge: Forge) -> bytes:
    """Invalid: `iat` is no number (RFC 7519, 4.1.6)."""
    return forge.sign(change={"iat": "2026-11-22"})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def issued_at_is_true(forge: Forge) -> bytes:
    """Invalid: `iat` is a boolean, which Python counts as 1."""
    return forge.sign(change={"iat": True})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def issued_after_all_time(forge: Forge) -> bytes:
    """Invalid: `iat` lies behind the year 9999."""
    return forge.sign(change={"iat": 2**52})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def issued_before_all_time(forge: Forge) -> bytes:
    """Invalid: `iat` lies before 1970, which NumericDate does not count."""
    return forge.sign(change={"iat": -1})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def expiry(forge: Forge) -> bytes:
    """Invalid: `exp`, a condition that is not checked here (RFC 9901, 7.1, step 6)."""
    return forge.sign(change={"exp": 1})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def disclosed_condition(forge: Forge) -> bytes:
    """Invalid: `cnf` comes in by a disclosure (RFC 9901, 9.7)."""
    return forge.commit(["salt", "cnf", {}])


@invalid(Check.STRUCTURE, Reason.ALGORITHM_REFUSED)
def weak_digest(forge: Forge) -> bytes:
    """Invalid: `_sd_alg` names a truncated digest (RFC 9901, 9.4)."""
    return forge.sign(change={"_sd_alg": "sha-256-32"})


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def nested_digest_algorithm(forge: Forge) -> bytes:
    """Invalid: `_sd_alg` below the top (RFC 9901, 4.1.1)."""
    return forge.sign(change={"fields": {"_sd_alg": "sha-256"}}, disclosures=())


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def digests_are_no_array(forge: Forge) -> bytes:
    """Invalid: `_sd` is a string (RFC 9901, 4.2.4.1)."""
    return forge.sign(change={"_sd": "AAAA"}, disclosures=())


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def digest_is_no_string(forge: Forge) -> bytes:
    """Invalid: a number among the digests."""
    return forge.sign(change={"_sd": [1]}, disclosures=())


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def digest_twice(forge: Forge) -> bytes:
    """Invalid: the same digest twice, nothing disclosed for it (RFC 9901, 7.1, step 4)."""
    return forge.sign(change={"_sd": ["A" * 43, "A" * 43]}, disclosures=())


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def digest_in_two_objects(forge: Forge) -> bytes:
    """Invalid: one disclosure would be put in two places (RFC 9901, 7.1, step 4)."""
    one = disclosure(["salt", "holder", "示例"])
    change = {"_sd": [digest(one)], "fields": {"_sd": [digest(one)]}}
    return forge.sign(change=change, disclosures=(one,))


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def element_digest_in_object(forge: Forge) -> bytes:
    """Invalid: `...` as a member of an object that is no array's element (RFC 9901, 4.1)."""
    return forge.sign(change={"fields": {"...": "A" * 43}}, disclosures=())


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def element_digest_in_company(forge: Forge) -> bytes:
    """Invalid: an array's element has `...` and another member (RFC 9901, 4.2.4.2)."""
    return forge.sign(change={"list": [{"...": "A" * 43, "name": "x"}]}, disclosures=())


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def disclosed_name_sd(forge: Forge) -> bytes:
    """Invalid: a disclosed claim is called `_sd` (RFC 9901, 7.1, step 3.3.2.2)."""
    return forge.commit(["salt", "_sd", []])


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def disclosed_name_dots(forge: Forge) -> bytes:
    """Invalid: a disclosed claim is called `...` (RFC 9901, 7.1, step 3.3.2.2)."""
    return forge.commit(["salt", "...", "x"])


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def disclosed_name_is_visible(forge: Forge) -> bytes:
    """Invalid: a disclosure would replace a visible claim (RFC 9901, 7.1, step 3.3.2.3)."""
    return forge.commit(["salt", "name", "不动产权证书（样本）"])


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def disclosed_name_twice(forge: Forge) -> bytes:
    """Invalid: two disclosures give the same claim (RFC 9901, 7.1, step 3.3.2.3)."""
    return forge.commit(["salt 1", "holder", "甲"], ["salt 2", "holder", "乙"])


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def property_without_name(forge: Forge) -> bytes:
    """Invalid: a property's disclosure has two elements (RFC 9901, 7.1, step 3.3.2.1)."""
    return forge.commit(["salt", "value"])


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def property_with_fourth_element(forge: Forge) -> bytes:
    """Invalid: a property's disclosure has four elements."""
    return forge.commit(["salt", "holder", "甲", "乙"])


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def element_with_name(forge: Forge) -> bytes:
    """Invalid: an element's disclosure has three elements (RFC 9901, 7.1, step 3.3.3.1)."""
    one = disclosure(["salt", "name", "value"])
    return forge.sign(change={"list": [{"...": digest(one)}]}, disclosures=(one,))


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def salt_is_no_string(forge: Forge) -> bytes:
    """Invalid: the salt is a number (RFC 9901, 4.2.1)."""
    return forge.commit([1, "holder", "甲"])


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def disclosure_is_an_object(forge: Forge) -> bytes:
    """Invalid: a disclosure holds an object."""
    return forge.commit({"salt": "holder"})


@invalid(Check.STRUCTURE, Reason.DUPLICATE_JSON_KEY)
def disclosed_member_twice(forge: Forge) -> bytes:
    """Invalid: a disclosed object has the same member twice."""
    return forge.commit(b'["salt","holder",{"a":1,"a":2}]')


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def endless_nesting(forge: Forge) -> bytes:
    """Invalid: disclosures within disclosures, forty deep."""
    chain = [disclosure(["salt", "level", "innermost"])]
    for _ in range(40):
        chain.append(disclosure(["salt", "level", {"_sd": [digest(chain[-1])]}]))
    return forge.sign(change={"_sd": [digest(chain[-1])]}, disclosures=tuple(chain))


@invalid(Check.STRUCTURE, Reason.MALFORMED_SD_JWT)
def too_many_disclosures(forge: Forge) -> bytes:
    """Invalid: 4097 disclosures."""
    many = tuple(base64url.encode(number.to_bytes(3)).decode() for number in range(4097))
    return forge.sign(disclosures=many)


# -- integrity -----------------------------------------------------------------------------


@invalid(Check.INTEGRITY, Reason.DISCLOSURE_NOT_COMMITTED)
def altered_disclosure(forge: Forge) -> bytes:
    """Invalid: the holder's name is changed in its disclosure (RFC 9901, 7.1, step 5)."""
    salt, name, _ = orjson.loads(base64url.decode(forge.parts.disclosures[0]))
    altered = disclosure([salt, name, "别的公司（样本）"])
    return forge.write({"header": {"disclosures": [altered, *forge.parts.disclosures[1:]]}})


@invalid(Check.INTEGRITY, Reason.DISCLOSURE_NOT_COMMITTED)
def respelled_disclosure(forge: Forge) -> bytes:
    """Invalid: the same disclosure with a space; the digest is over the text as it is."""
    salt, name, value = orjson.loads(base64url.decode(forge.parts.disclosures[0]))
    altered = disclosure(f'["{salt}", "{name}", "{value}"]'.encode())
    return forge.write({"header": {"disclosures": [altered, *forge.parts.disclosures[1:]]}})


@invalid(Check.INTEGRITY, Reason.DISCLOSURE_NOT_COMMITTED)
def invented_disclosure(forge: Forge) -> bytes:
    """Invalid: a claim is added that nobody signed."""
    added = disclosure(["salt", "area", "示例区"])
    return forge.write({"header": {"disclosures": [*forge.parts.disclosures, added]}})


@invalid(Check.INTEGRITY, Reason.DISCLOSURE_NOT_COMMITTED)
def orphaned_disclosure(forge: Forge) -> bytes:
    """Invalid: a disclosure whose enclosing disclosure is withheld (RFC 9901, 7.1, step 5)."""
    inner = disclosure(["salt 1", "number", 1])
    outer = disclosure(["salt 2", "more", {"_sd": [digest(inner)]}])
    return forge.sign(change={"_sd": [digest(outer)]}, disclosures=(inner,))


@invalid(Check.INTEGRITY, Reason.DISCLOSURE_DUPLICATED)
def repeated_disclosure(forge: Forge) -> bytes:
    """Invalid: a disclosure stands twice (RFC 9901, section 4)."""
    shown = forge.parts.disclosures
    return forge.write({"header": {"disclosures": [*shown, shown[0]]}})


# -- signature -----------------------------------------------------------------------------


@invalid(Check.SIGNATURE, Reason.ALGORITHM_REFUSED)
def no_algorithm(forge: Forge) -> bytes:
    """Invalid: `alg` is `none` and the signature empty (RFC 9901, 4.1)."""
    protected = _encoded({**forge.header, "alg": "none"})
    return forge.write({"protected": protected, "signature": ""})


@invalid(Check.SIGNATURE, Reason.ALGORITHM_REFUSED)
def bare_header_without_algorithm(forge: Forge) -> bytes:
    """Invalid: the protected header is `{"alg":"none"}` and nothing else."""
    return forge.write({"protected": _encoded({"alg": "none"}), "signature": ""})


@invalid(Check.SIGNATURE, Reason.ALGORITHM_REFUSED)
def shared_secret(forge: Forge) -> bytes:
    """Invalid: HS256 with the public key as its secret (RFC 8725, 2.1)."""
    protected = _encoded({**forge.header, "alg": "HS256"})
    secret = forge.signer.certificate.public_key.dump()
    text = f"{protected}.{forge.parts.payload}".encode()
    mac = base64url.encode(hmac.digest(secret, text, "sha256")).decode()
    return forge.write({"protected": protected, "signature": mac})


@invalid(Check.SIGNATURE, Reason.ALGORITHM_REFUSED)
def algorithm_is_a_number(forge: Forge) -> bytes:
    """Invalid: `alg` is no string."""
    return forge.sign(header={"alg": 1})


@invalid(Check.SIGNATURE, Reason.ALGORITHM_REFUSED)
def algorithm_of_another_suite(forge: Forge) -> bytes:
    """Invalid: `alg` says SM2, the certificate's key is RSA."""
    return forge.sign(header={"alg": "1.2.156.10197.1.501"})


@invalid(Check.SIGNATURE, Reason.CERTIFICATE_MISMATCH)
def swapped_certificate(forge: Forge) -> bytes:
    """Invalid: the certificate is replaced by another good one (RFC 7515, 4.1.8)."""
    other = base64url.encode_padded(forge.world.sm2.signing.certificate.dump())
    protected = _encoded({**forge.header, "x5c": [other]})
    return forge.write({"protected": protected})


@invalid(Check.SIGNATURE, Reason.CERTIFICATE_MISMATCH)
def certificate_of_another_thumbprint(forge: Forge) -> bytes:
    """Invalid: signed so, but `x5t#S256` is the digest of another certificate."""
    other = forge.world.sm2.signing.certificate.sha256
    return forge.sign(header={"x5t#S256": base64url.encode(other).decode()})


@invalid(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def swapped_certificate_and_thumbprint(forge: Forge) -> bytes:
    """Invalid: certificate and thumbprint are another's; the signature covers both."""
    other = forge.world.rsa.ca.certificate
    header = {
        **forge.header,
        "x5c": [base64url.encode_padded(other.dump())],
        "x5t#S256": base64url.encode(other.sha256).decode(),
    }
    return forge.write({"protected": _encoded(header)})


@invalid(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def altered_payload(forge: Forge) -> bytes:
    """Invalid: a visible claim is changed."""
    return forge.write({"payload": _encoded({**forge.payload, "name": "别的证（样本）"})})


@invalid(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def respelled_payload(forge: Forge) -> bytes:
    """Invalid: the same payload with a space; the signature is over the bytes received."""
    spaced = orjson.dumps(forge.payload).replace(b"{", b"{ ", 1)
    return forge.write({"payload": _encoded(spaced)})


@invalid(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def flipped_bit_of_signature(forge: Forge) -> bytes:
    """Invalid: one bit of the signature is another."""
    signature = bytearray(base64url.decode(forge.parts.signature))
    signature[40] ^= 1
    return forge.write({"signature": base64url.encode(bytes(signature)).decode()})


@invalid(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def empty_signature(forge: Forge) -> bytes:
    """Invalid: the signature is empty, the algorithm a good one."""
    return forge.write({"signature": ""})


@invalid(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def other_padding(forge: Forge) -> bytes:
    """Invalid: `alg` says PS256, the signature is one of PKCS#1 v1.5."""
    return forge.sign(header={"alg": "PS256"})


@invalid(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def sm2_signature_in_der(forge: Forge) -> bytes:
    """Invalid: an SM2 signature as SEQUENCE { r, s } instead of r || s (ADR 0002)."""
    sm2 = _sm2(forge)
    raw = base64url.decode(sm2.parts.signature)
    der = encode_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    return sm2.write({"signature": base64url.encode(der).decode()})


@invalid(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def sm2_signature_of_zeros(forge: Forge) -> bytes:
    """Invalid: r and s are zero; both lie in 1..n-1 (GB/T 32918.2, 7.1)."""
    return _sm2(forge).write({"signature": base64url.encode(bytes(64)).decode()})


@invalid(Check.SIGNATURE, Reason.SIGNATURE_INVALID)
def sm2_signature_not_reduced(forge: Forge) -> bytes:
    """Invalid: r is n and more; the same number modulo n is not the same signature."""
    sm2 = _sm2(forge)
    raw = base64url.decode(sm2.parts.signature)
    reduced = SM2_ORDER.to_bytes(32) + raw[32:]
    return sm2.write({"signature": base64url.encode(reduced).decode()})


@invalid(Check.SIGNATURE, Reason.ALGORITHM_REFUSED)
def sm2_key_for_rsa(forge: Forge) -> bytes:
    """Invalid: `alg` says RS256, the certificate's key is SM2."""
    return _sm2(forge).sign(header={"alg": "RS256"})


def _sm2(forge: Forge) -> Forge:
    return Forge(forge.world, forge.world.sm2.signing)


def _decoded(text: str) -> dict[str, Any]:
    value: dict[str, Any] = orjson.loads(base64url.decode(text))
    return value


def _encoded(value: object) -> str:
    data = value if isinstance(value, bytes) else orjson.dumps(value)
    return base64url.encode(data).decode()
