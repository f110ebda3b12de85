"""Signed statements: a JSON object that somebody says at a time, under their signature.

Whatever is published beside documents is one: status lists, registers of who may do what, trust
policies, reports. Rules kept:

    - a compact JWS (RFC 7515, section 7.1) and nothing around it, not even a line's end;
    - the protected header is that of `eseal.jose.jws`: exactly `alg`, `typ`, `x5c`, `x5t#S256`;
    - `typ` tells the kinds apart (RFC 8725, section 3.11); one kind is never read as another;
    - the payload is strict JSON, written in canonical form;
    - `iat` is always there, in whole seconds: it is the claimed signing time, at which the
      certificate is judged;
    - whoever reads says how large a statement of this kind may be.

Reading raises, verifying reports. What a payload may hold, and who may say it, is left to the
module of each kind.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto.x509 import Certificate

from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.evidence import SignatureInfo, SignatureKind, signature_info
from eseal.jose import base64url, jws, strict_json
from eseal.jose.jws import ProtectedHeader
from eseal.jose.numeric_dates import read_numeric_date
from eseal.jose.strict_json import JsonObject
from eseal.reasons import Reason
from eseal.report import Check, Finding, Verdict, demand_all, failed, passed, undetermined
from eseal.report import judge as weigh
from eseal.signers import Signer

ISSUED_AT: Final = "iat"

_COMPACT: Final = re.compile(rb"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Statement:
    """A statement as it was read; whether it may be believed is not known yet.

    Attributes:
        header: the protected header, with the signer's certificate.
        payload: what is said.
        made_at: when the signer claims to have signed: its `iat`.
        signing_input: the bytes that were signed, as received.
        signature: the signature over them.
    """

    header: ProtectedHeader
    payload: JsonObject
    made_at: datetime
    signing_input: bytes
    signature: bytes

    @property
    def certificate(self) -> Certificate:
        """The signer's certificate."""
        return self.header.certificate

    @property
    def compact(self) -> bytes:
        """The bytes that it was read from, but for a line end behind them."""
        return b"%b.%b" % (self.signing_input, base64url.encode(self.signature))


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementEvidence:
    """What was found about a statement.

    Attributes:
        findings: of the checks SIGNATURE and CERTIFICATE_PATH; those of its kind stand behind.
        signature: who signed, as the signature itself tells.
    """

    findings: tuple[Finding, ...]
    signature: SignatureInfo

    @property
    def verdict(self) -> Verdict:
        """The worse of the findings."""
        return weigh(self.findings)

    def demand(self) -> None:
        """Insist that the statement is signed by somebody trusted.

        Raises:
            RefusedError: a check failed.
            UnavailableError: one could not be decided.
        """
        demand_all(self.findings)


def sign_statement(signer: Signer, typ: str, payload: JsonObject) -> bytes:
    """Write and sign a statement.

    Args:
        signer: who says it.
        typ: the kind of statement, such as `statuslist+jwt`.
        payload: what is said, `iat` included.

    Raises:
        MalformedError: MALFORMED_STATEMENT, `iat` is missing or no number of whole seconds;
            MALFORMED_JSON, something in it is no value of strict JSON.
        RefusedError: SIGNED_OUTSIDE_VALIDITY, the certificate is not valid at `iat`.
    """
    _check_validity(signer.certificate, _read_made_at(payload))
    encoded = base64url.encode(strict_json.canonical(payload))
    signing_input = b"%b.%b" % (jws.write_protected_header(signer, typ), encoded)
    return b"%b.%b" % (signing_input, base64url.encode(jws.sign(signer, signing_input)))


def read_statement(data: bytes, *, typ: str, max_bytes: int) -> Statement:
    """Read a statement; nothing is verified yet.

    Args:
        data: the compact JWS; one line end may stand behind it.
        typ: the kind of statement that it has to be.
        max_bytes: the largest one read.

    Raises:
        MalformedError: EMPTY_INPUT, INPUT_TOO_LARGE, MALFORMED_STATEMENT, CERTIFICATE_MALFORMED,
            or a reason of strict JSON.
        RefusedError: UNSIGNED; or ALGORITHM_REFUSED, `none` for one.
    """
    if not data:
        raise MalformedError(Reason.EMPTY_INPUT, "没有内容 the input is empty")
    if len(data) > max_bytes:
        sentence = f"{len(data)} 字节，至多 {max_bytes} bytes, at most {max_bytes}"
        raise MalformedError(Reason.INPUT_TOO_LARGE, sentence)
    parts = _COMPACT.fullmatch(base64url.without_line_end(data))
    if parts is None:
        raise _malformed("不是三段 base64url not three parts of base64url with a dot between them")
    try:
        return _read_parts(*(part.decode("ascii") for part in parts.groups()), typ=typ)
    except MalformedError as error:
        if error.reason is not Reason.MALFORMED_SD_JWT:
            raise
        raise _malformed(error.sentence, at=error.at) from error


def statement_type(data: bytes) -> str | None:
    """Say of which kind a statement would be if it is one; `None`: it is none."""
    found = _COMPACT.match(data)
    try:
        return jws.read_protected_header(found[1].decode("ascii")).typ if found else None
    except EvidenceError:
        return None


def verify_statement(statement: Statement, *, judge: PathJudge) -> StatementEvidence:
    """Judge signature and certificate of a statement; never raises for anything in it.

    Args:
        statement: as it was read.
        judge: judges the signer's certificate, at its time.
    """
    header = statement.header
    path = judge.judge(header.certificate, header.chain, claimed_signing_time=statement.made_at)
    return StatementEvidence(
        findings=(_check_signature(statement), path),
        signature=signature_info(
            header.certificate,
            str(header.algorithm),
            statement.made_at,
            kind=SignatureKind.STATEMENT,
        ),
    )


def _check_validity(certificate: Certificate, made_at: datetime) -> None:
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    if not begins <= made_at <= ends:
        sentence = f"{made_at} 不在证书有效期内 the certificate is valid from {begins} to {ends}"
        raise RefusedError(Reason.SIGNED_OUTSIDE_VALIDITY, sentence)


def _read_parts(protected: str, payload: str, signature: str, *, typ: str) -> Statement:
    header = jws.read_protected_header(protected)
    if header.typ != typ:
        raise _malformed(f"不是这一种 the statement is not of the kind {typ}", at="protected/typ")
    if not signature:
        raise RefusedError(Reason.UNSIGNED, "有内容而无签名 there is a payload but no signature")
    text = base64url.decode(payload, at="payload")
    said = strict_json.parse(text, max_bytes=len(text) or 1, at="payload")
    return Statement(
        header=header,
        payload=said,
        made_at=_read_made_at(said),
        signing_input=f"{protected}.{payload}".encode("ascii"),
        signature=base64url.decode(signature, at="signature"),
    )


def _read_made_at(payload: JsonObject) -> datetime:
    moment = read_numeric_date(payload.get(ISSUED_AT))
    if moment is None:
        raise _malformed(
            "iat 缺少或不是整秒数 iat is missing, or no number of whole seconds", at="payload/iat"
        )
    return moment


def _check_signature(statement: Statement) -> Finding:
    try:
        jws.verify(statement.header, statement.signing_input, statement.signature)
    except UnavailableError as error:
        return undetermined(Check.SIGNATURE, error.reason, error.told)
    except EvidenceError as error:
        return failed(Check.SIGNATURE, error.reason, error.told)
    return passed(Check.SIGNATURE)


def _malformed(sentence: str, *, at: str = "") -> MalformedError:
    return MalformedError(Reason.MALFORMED_STATEMENT, sentence, at=at)
