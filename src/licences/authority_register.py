"""The authority register (发证权责清单): which department may issue what, by which means, and when.

A signed statement of entries: department × licence types × certificates or seals × period. Rules
kept:

- it names who keeps it (`iss`), and the certificate that signs it is that organisation's;
- whoever uses it may say whose register it has to be; its certificate path has to hold;
- it may end (`exp`); after that it says nothing;
- strict: no member that is not known, sizes bounded.

A register that was made after the time asked for tells of the past as well, so its signer is judged
at the later of both times. Left to others: what a line holds (`authority_entries`), whether a
licence fits (`authority_check`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from asn1crypto.x509 import Certificate

from eseal.chain import judge_at
from eseal.errors import MalformedError, RefusedError
from eseal.evidence import organisation_identifier
from eseal.jose import strict_json
from eseal.jose.numeric_dates import numeric_date, read_numeric_date
from eseal.jose.statements import Statement, read_statement, sign_statement, verify_statement
from eseal.jose.strict_json import JsonObject, JsonValue
from eseal.signers import Signer
from eseal.trust import TrustStore
from licences.authority_entries import AuthorityEntry, entry_data, parsed, read_entry
from licences.identifiers import Uscc
from licences.reasons import LicenceReason

REGISTER_TYP: Final = "authority-register+jwt"

MAX_REGISTER_BYTES: Final = 16 * 1024 * 1024
MAX_ENTRIES: Final = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorityRegister:
    """What a register says; one that was opened may be believed.

    Attributes:
        issuer: code of the organisation that keeps it.
        made_at: when it was signed.
        expires_at: after what time it says nothing; `None`: it does not end by itself.
        entries: its lines.
    """

    issuer: Uscc
    made_at: datetime
    expires_at: datetime | None
    entries: tuple[AuthorityEntry, ...]
    _by_department: Mapping[str, tuple[AuthorityEntry, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if len(self.entries) > MAX_ENTRIES:
            raise _malformed(f"条目过多 more than {MAX_ENTRIES} entries", "entries")
        if self.expires_at is not None and self.expires_at <= self.made_at:
            raise _malformed("截止早于起始 ends before it begins", "exp")
        found: dict[str, list[AuthorityEntry]] = {}
        for entry in self.entries:
            found.setdefault(entry.department.text, []).append(entry)
        sorted_out = {code: tuple(entries) for code, entries in found.items()}
        object.__setattr__(self, "_by_department", sorted_out)

    def of(self, department: str) -> tuple[AuthorityEntry, ...]:
        """Give the entries of the department with this code."""
        return self._by_department.get(department, ())


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedRegister:
    """A register as it was read; whether it may be believed is not known yet."""

    statement: Statement
    register: AuthorityRegister


def sign_register(signer: Signer, register: AuthorityRegister) -> bytes:
    """Sign a register; times are stated to the second.

    Raises:
        RefusedError: AUTHORITY_REGISTER_REFUSED, the signer's certificate is not its issuer's.
    """
    _check_organisation(signer.certificate, register)
    payload: JsonObject = {
        "iss": register.issuer.text,
        "iat": numeric_date(register.made_at),
        "entries": [entry_data(entry) for entry in register.entries],
    }
    if register.expires_at is not None:
        payload["exp"] = numeric_date(register.expires_at)
    return sign_statement(signer, REGISTER_TYP, payload)


def read_register(data: bytes) -> SignedRegister:
    """Read a register; nothing is verified yet.

    Raises:
        MalformedError: AUTHORITY_REGISTER_MALFORMED; `.at` is the path inside.
        RefusedError: AUTHORITY_REGISTER_REFUSED, it is not signed, or by no algorithm of ours.
    """
    try:
        statement = read_statement(data, typ=REGISTER_TYP, max_bytes=MAX_REGISTER_BYTES)
        return SignedRegister(statement=statement, register=_read_payload(statement))
    except RefusedError as error:
        raise _refused(error.sentence, error.at) from error
    except MalformedError as error:
        raise _malformed(error.sentence, error.at) from error


def draft_register(
    data: bytes, *, at: datetime, expires_at: datetime | None = None
) -> AuthorityRegister:
    """Read what is to be signed: a JSON object of `iss` and `entries`, as a register has them.

    Args:
        data: its bytes.
        at: aware time at which it is signed; parts of a second are dropped.
        expires_at: after what time it says nothing, `None`: it does not end by itself.

    Raises:
        MalformedError: AUTHORITY_REGISTER_MALFORMED; `.at` is the path inside.
    """
    try:
        draft = strict_json.parse(data, max_bytes=MAX_REGISTER_BYTES)
    except MalformedError as error:
        raise _malformed(error.sentence, error.at) from error
    if draft.keys() != {"iss", "entries"}:
        raise _malformed("只可有 iss 和 entries has iss and entries, and nothing else", "")
    return AuthorityRegister(
        issuer=parsed(Uscc.parse, draft["iss"], at="iss"),
        made_at=at.replace(microsecond=0),
        expires_at=expires_at,
        entries=_read_entries(draft["entries"]),
    )


def open_register(
    data: bytes, *, trust: TrustStore, at: datetime, issuer: str | None = None
) -> AuthorityRegister:
    """Read a register and insist that it may be believed.

    Args:
        data: its bytes.
        trust: what is believed of certificates.
        at: aware time that is asked about.
        issuer: code of the organisation whose register it has to be; `None`: whose ever it is.

    Raises:
        MalformedError: AUTHORITY_REGISTER_MALFORMED.
        RefusedError: AUTHORITY_REGISTER_REFUSED, its signature or path is wrong, or it is
            somebody else's.
        UnavailableError: what is known does not suffice to judge its signer; the path's reason.
    """
    signed = read_register(data)
    register = signed.register
    if issuer is not None and register.issuer.text != issuer:
        raise _refused(f"清单属于 the register of {register.issuer}，应为 expected {issuer}", "iss")
    _check_organisation(signed.statement.certificate, register)
    judge = judge_at(trust, max(at, register.made_at))
    try:
        verify_statement(signed.statement, judge=judge).demand()
    except RefusedError as error:
        raise _refused(f"{error.reason}: {error.sentence}", "") from error
    return register


def _check_organisation(certificate: Certificate, register: AuthorityRegister) -> None:
    organisation = organisation_identifier(certificate)
    if organisation != register.issuer.text:
        sentence = f"签名者 signed by {organisation or '—'}，自称 it names {register.issuer}"
        raise _refused(sentence, "iss")


def _read_payload(statement: Statement) -> AuthorityRegister:
    payload = statement.payload
    if payload.keys() - {"exp"} != {"iss", "iat", "entries"}:
        raise _malformed(
            "只可有 iss、iat、entries 和 "
            "exp has iss, iat, entries and perhaps exp, and nothing else",
            "",
        )
    return AuthorityRegister(
        issuer=parsed(Uscc.parse, payload["iss"], at="iss"),
        made_at=statement.made_at,
        expires_at=_read_end(payload),
        entries=_read_entries(payload["entries"]),
    )


def _read_entries(value: JsonValue) -> tuple[AuthorityEntry, ...]:
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        raise _malformed(
            f"不是条目列表，或条目过多 is no list of at most {MAX_ENTRIES} entries", "entries"
        )
    return tuple(read_entry(each, at=f"entries/{n}") for n, each in enumerate(value))


def _read_end(payload: JsonObject) -> datetime | None:
    if "exp" not in payload:
        return None
    moment = read_numeric_date(payload["exp"])
    if moment is None:
        raise _malformed("不是整秒数 is no number of whole seconds", "exp")
    return moment


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(LicenceReason.AUTHORITY_REGISTER_MALFORMED, sentence, at=at)


def _refused(sentence: str, at: str) -> RefusedError:
    return RefusedError(LicenceReason.AUTHORITY_REGISTER_REFUSED, sentence, at=at)
