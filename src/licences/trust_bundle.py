"""The trust bundle (信任包): all that a verifier without any route has to believe, in one file.

    manifest.jwt       a signed statement that lists every other file: name, kind, size, SHA-256
    roots/ cas/ makers/ crls/ ocsps/ status/ types/
    authorities.jwt    the authority register, if there is one
    seals.json         what the seal register says of its seals, if there is one

Rules kept:

- a container of one spelling (`eseal.containers`): manifest first, then the files in its order;
- the manifest is a statement of type `trust-bundle+jwt` that says exactly `iss`, `iat`, `exp`,
  `policy` and `files`; every file is in it, by digest, and nothing else is in the bundle;
- whose it is, is the organisation that its signer's certificate names;
- it ends: after `exp` it says nothing. Of the time before `iat` it tells what any trust material of
  today tells of the past.

Left to others: whether it is to be believed (`bundle_pins`), what the files are
(`bundle_contents`), where they come from (`bundle_export`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from asn1crypto.x509 import Certificate

from eseal.containers import ContainedFile, read_container, write_container
from eseal.errors import EvidenceError, MalformedError, RefusedError
from eseal.evidence import organisation_identifier
from eseal.jose.numeric_dates import numeric_date, read_numeric_date
from eseal.jose.statements import Statement, read_statement, sign_statement
from eseal.jose.strict_json import JsonObject, JsonValue
from eseal.plain_text import in_a_row
from eseal.signers import Signer
from licences.identifiers import Uscc
from licences.other_files import ARCHIVE, BUNDLE, known_kind
from licences.reasons import LicenceReason

BUNDLE_TYP: Final = "trust-bundle+jwt"
MANIFEST: Final = "manifest.jwt"

MAX_BUNDLE_BYTES: Final = 128 * 1024 * 1024
MAX_MANIFEST_BYTES: Final = 8 * 1024 * 1024

_MEMBERS: Final = frozenset({"iss", "iat", "exp", "policy", "files"})
_FILE_MEMBERS: Final = frozenset({"name", "kind", "size", "sha256"})
_POLICY_MEMBERS: Final = frozenset({"max_status_age", "authorities_by"})
_CENTURY: Final = 36525 * 24 * 60 * 60


class FileKind(StrEnum):
    """What a file of a bundle is."""

    ROOT = "root"
    """根证书"""
    CA = "ca"
    """CA 证书"""
    MAKER = "maker"
    """制章者证书"""
    CRL = "crl"
    """吊销列表"""
    OCSP = "ocsp"
    """OCSP 应答"""
    STATUS = "status"
    """状态列表、状态证明"""
    AUTHORITIES = "authorities"
    """发证权责清单"""
    SEALS = "seals"
    """印章登记"""
    TYPE = "type"
    """证照类型"""


ONCE: Final = frozenset({FileKind.AUTHORITIES, FileKind.SEALS})
"""Kinds of which a bundle has one file at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BundleFile:
    """A file of a bundle: what it is, its name and its bytes."""

    kind: FileKind
    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class BundlePolicy:
    """What whoever made the bundle asks of a verifier beside what documents ask.

    Attributes:
        max_status_age: how old an answer about a status may be, `None`: as old as it says itself.
        authorities_by: code of the organisation whose authority register has to be asked, `None`:
            none has to.
    """

    max_status_age: timedelta | None = None
    authorities_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustBundle:
    """A bundle as it was read; whether it may be believed is not known yet.

    Attributes:
        statement: what was signed, and by whom.
        sha256: digest of the whole, lower-case hexadecimal.
        issuer: code of the organisation whose it is.
        made_at: when it was signed.
        expires_at: after what time it says nothing.
        policy: what it asks.
        files: all but the manifest.
    """

    statement: Statement
    sha256: str
    issuer: Uscc
    made_at: datetime
    expires_at: datetime
    policy: BundlePolicy
    files: tuple[BundleFile, ...]

    def of(self, kind: FileKind) -> tuple[BundleFile, ...]:
        """Give the files of a kind, in their order."""
        return tuple(file for file in self.files if file.kind is kind)


def sign_bundle(
    signer: Signer,
    files: Sequence[BundleFile],
    *,
    at: datetime,
    expires_at: datetime,
    policy: BundlePolicy,
) -> bytes:
    """Sign a bundle; the same files at the same time make the same bytes but for the signature.

    Args:
        signer: whose bundle it is; its certificate names an organisation.
        files: what is in it, in any order.
        at: aware time of the signature; parts of a second are dropped.
        expires_at: after what time it says nothing.
        policy: what it asks.

    Raises:
        RefusedError: BUNDLE_REFUSED, it would not be read; SIGNED_OUTSIDE_VALIDITY.
    """
    ordered = sorted(files, key=lambda file: file.name)
    age = policy.max_status_age
    payload: JsonObject = {
        "iss": organisation_identifier(signer.certificate) or "",
        "iat": numeric_date(at),
        "exp": numeric_date(expires_at),
        "policy": {
            "max_status_age": None if age is None else int(age.total_seconds()),
            "authorities_by": policy.authorities_by,
        },
        "files": [_file_data(file) for file in ordered],
    }
    manifest = sign_statement(signer, BUNDLE_TYP, payload)
    contained = [ContainedFile(name=file.name, data=file.data) for file in ordered]
    contained.insert(0, ContainedFile(name=MANIFEST, data=manifest))
    data = write_container(contained, reason=LicenceReason.BUNDLE_REFUSED)
    try:
        read_bundle(data)
    except EvidenceError as error:
        reason = LicenceReason.BUNDLE_REFUSED
        raise RefusedError(reason, error.sentence, at=error.at) from error
    return data


def read_bundle(data: bytes) -> TrustBundle:
    """Read a bundle; its digests hold, its signature is not verified yet.

    Raises:
        MalformedError: BUNDLE_MALFORMED; `.at` is the file, or the path in the manifest.
        RefusedError: BUNDLE_ALTERED, a file is not the one that the manifest names, or the
            manifest is not signed.
    """
    reason = LicenceReason.BUNDLE_MALFORMED
    if (kind := known_kind(data)) not in {None, BUNDLE, ARCHIVE}:
        raise _malformed(kind, "")
    contained = read_container(data, reason=reason, max_bytes=MAX_BUNDLE_BYTES)
    if contained[0].name != MANIFEST:
        raise _malformed(f"开头应为 does not begin with {MANIFEST}", contained[0].name)
    statement = _read_manifest(contained[0].data)
    payload = statement.payload
    if payload.keys() != _MEMBERS:
        raise _malformed(f"只可有 has {in_a_row(_MEMBERS)} and nothing else", MANIFEST)
    issuer = _parsed(payload["iss"], "iss")
    _check_organisation(statement.certificate, issuer)
    expires_at = read_numeric_date(payload["exp"])
    if expires_at is None or expires_at <= statement.made_at:
        raise _malformed(
            "截止须晚于起始，且为整秒 has to end after it begins, in whole seconds", "exp"
        )
    policy = _read_policy(payload["policy"])
    files = _read_files(payload["files"], contained[1:])
    if policy.authorities_by and not any(each.kind is FileKind.AUTHORITIES for each in files):
        raise _malformed(
            "要求有权责清单而没有 asks for an authority register, and there is none", "policy"
        )
    return TrustBundle(
        statement=statement,
        sha256=hashlib.sha256(data).hexdigest(),
        issuer=issuer,
        made_at=statement.made_at,
        expires_at=expires_at,
        policy=policy,
        files=tuple(files),
    )


def _file_data(file: BundleFile) -> JsonObject:
    return {
        "name": file.name,
        "kind": file.kind.value,
        "size": len(file.data),
        "sha256": hashlib.sha256(file.data).hexdigest(),
    }


def _read_manifest(data: bytes) -> Statement:
    try:
        return read_statement(data, typ=BUNDLE_TYP, max_bytes=MAX_MANIFEST_BYTES)
    except MalformedError as error:
        raise _malformed(f"{error.reason}: {error.told}", MANIFEST) from error
    except RefusedError as error:
        raise RefusedError(LicenceReason.BUNDLE_ALTERED, error.told, at=MANIFEST) from error


def _check_organisation(certificate: Certificate, issuer: Uscc) -> None:
    organisation = organisation_identifier(certificate)
    if organisation != issuer.text:
        sentence = f"签名者 signed by {organisation or '—'}，自称 it names {issuer}"
        raise _malformed(sentence, "iss")


def _read_policy(value: JsonValue) -> BundlePolicy:
    if not isinstance(value, dict) or value.keys() != _POLICY_MEMBERS:
        raise _malformed(f"只可有 has {in_a_row(_POLICY_MEMBERS)} and nothing else", "policy")
    age, by = value["max_status_age"], value["authorities_by"]
    if age is not None and (type(age) is not int or not 0 < age <= _CENTURY):
        raise _malformed(
            "不是秒数，或超过百年 no number of seconds up to a century", "policy/max_status_age"
        )
    return BundlePolicy(
        max_status_age=None if age is None else timedelta(seconds=age),
        authorities_by=None if by is None else _parsed(by, "policy/authorities_by").text,
    )


def _read_files(value: JsonValue, contained: Sequence[ContainedFile]) -> list[BundleFile]:
    """Pair what the manifest lists with what is there."""
    if not isinstance(value, list):
        raise _malformed("不是列表 is no list", "files")
    if len(value) != len(contained):
        raise _malformed(
            f"所列文件数与实有不符 lists {len(value)} files, there are {len(contained)}", "files"
        )
    files = [_read_file(*pair) for pair in zip(value, contained, strict=True)]
    for kind in ONCE:
        if sum(file.kind is kind for file in files) > 1:
            raise _malformed(f"多于一个 more than one of {kind}", "files")
    return files


def _read_file(value: JsonValue, contained: ContainedFile) -> BundleFile:
    kinds = {kind.value: kind for kind in FileKind}
    if not isinstance(value, dict) or value.keys() != _FILE_MEMBERS:
        sentence = (
            f"每个文件只可有 the manifest says {in_a_row(_FILE_MEMBERS)} of a file and nothing else"
        )
        raise _malformed(sentence, contained.name)
    if value["name"] != contained.name or not isinstance(value["kind"], str):
        raise _malformed(
            "不是清单所列 is not the file that the manifest lists here", contained.name
        )
    kind = kinds.get(value["kind"])
    if kind is None:
        raise _malformed("不认识此种类 is of a kind that is not known", contained.name)
    file = BundleFile(kind=kind, name=contained.name, data=contained.data)
    if _file_data(file) != value:
        sentence = "不是签名时的文件 is not the file that was signed: size or digest differ"
        raise RefusedError(LicenceReason.BUNDLE_ALTERED, sentence, at=contained.name)
    return file


def _parsed(value: JsonValue, at: str) -> Uscc:
    try:
        return Uscc.parse(value if isinstance(value, str) else "")
    except MalformedError as error:
        raise _malformed(f"{error.reason}: {error.sentence}", at) from error


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(LicenceReason.BUNDLE_MALFORMED, sentence, at=at)
