"""Verifying SD-JWTs: the five checks on evidence, in their order, or a quick refusal of our own.

    readable            an SD-JWT at all, in one of its serializations
    structure           protected header, payload and what is disclosed have the form of RFC 9901
    integrity           every disclosure is one that the signer committed to, once
    signature           over the bytes that were received, by the key of the certificate shown
    certificate path    at the time that the judge was made for

A document with a timestamp over its signature has a finding more, behind these, and if that passed
the path is judged by the time that it proves.

Each check has its finding; one that an earlier failure made pointless is NOT_REACHED. The claimed
signing time is `iat`, as it was signed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from asn1crypto.x509 import Certificate

from eseal.carried import NOTHING, CarriedData
from eseal.chain import PathJudge
from eseal.errors import EvidenceError, MalformedError, RefusedError, UnavailableError
from eseal.evidence import SignatureInfo, SignatureKind, signature_info
from eseal.jose import base64url, jws
from eseal.jose.jws import ProtectedHeader
from eseal.jose.processing import Processed, unsafe_process
from eseal.jose.sdjwt import SdJwt, claimed_time, read_sd_jwt
from eseal.jose.strict_json import JsonObject
from eseal.reasons import Reason
from eseal.report import Check, Finding, Outcome, failed, passed, undetermined, worst
from eseal.timestamps.tokens import read_token
from eseal.timestamps.verification import check_token, judge_timestamp

MAX_DETAIL_CHARACTERS = 300

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class JoseEvidence:
    """What was found about an SD-JWT.

    Attributes:
        findings: one for each of the five checks, in their order; then, if there is a timestamp,
            one for it.
        signatures: the signature, unless its header could not be read.
        claims: what the document says, unless structure or integrity are wanting; whether the
            signature is good is told by the findings only.
        typ: the kind of document that the header names.
        withheld: how many digests came without their disclosure: withheld claims, and decoys.
        disclosed: how many came with it.
    """

    findings: tuple[Finding, ...]
    signatures: tuple[SignatureInfo, ...]
    claims: JsonObject | None
    typ: str | None
    withheld: int = 0
    disclosed: int = 0


def verify_sd_jwt(
    data: bytes,
    *,
    judge: PathJudge,
    typ: str | None = None,
    carried: CarriedData = NOTHING,
) -> JoseEvidence:
    """Judge an SD-JWT; never raises for anything in `data`.

    Args:
        data: the document, in flattened JSON or compact serialization.
        judge: judges the signer's certificate, at its time.
        typ: the kind of document it has to be (RFC 8725, section 3.11), `None` for any: then the
            caller looks at the evidence's `typ`.
        carried: what came beside it and may help to judge it.
    """
    found = _Findings()
    sd_jwt = found.attempt(Check.READABLE, lambda: read_sd_jwt(data))
    if sd_jwt is None:
        return JoseEvidence(findings=found.all(), signatures=(), claims=None, typ=None)
    header = found.attempt(
        Check.STRUCTURE, lambda: _read_header(sd_jwt, typ), refused=Check.SIGNATURE
    )
    content = found.attempt(Check.STRUCTURE, lambda: _read_content(sd_jwt))
    if content is not None:
        found.attempt(Check.INTEGRITY, content.processed.check_disclosures)
    signatures = (
        () if header is None else (_examine(sd_jwt, header, content, judge, found, carried),)
    )
    return JoseEvidence(
        findings=found.all(),
        signatures=signatures,
        claims=content.processed.claims if content and found.holds(Check.INTEGRITY) else None,
        typ=header.typ if header else None,
        withheld=content.processed.withheld if content else 0,
        disclosed=len(content.processed.places) if content else 0,
    )


def self_verify(
    data: bytes, certificate: Certificate, *, typ: str, stamped: bool = False
) -> JsonObject:
    """Check a document that was issued just now, before it is let out; gives its claims.

    Stricter than `verify_sd_jwt`: it has to be in the exact form that we issue, complete, and
    signed with the key of `certificate`; paths are not asked again.

    Args:
        data: the document.
        certificate: whose key has to have signed it.
        typ: the kind of document that it has to be.
        stamped: whether it has to have a timestamp, or none.

    Raises:
        MalformedError: it has not the form that we issue.
        RefusedError: disclosures or signature are wrong, or another certificate signed.
    """
    sd_jwt = read_sd_jwt(data)
    header = _read_header(sd_jwt, typ)
    if header.certificate.sha256 != certificate.sha256:
        sentence = "不是应有的签名证书 signed with another certificate than it should be"
        raise RefusedError(Reason.CERTIFICATE_MISMATCH, sentence, at="protected/x5c/0")
    content = _read_content(sd_jwt)
    content.processed.check_disclosures()
    if sd_jwt.flattened() != data or content.processed.withheld or content.claimed_time is None:
        sentence = (
            "不是规范形式、有内容未披露，或未载签名时间 "
            "not in canonical form, or something is withheld, or it tells no signing time"
        )
        raise MalformedError(Reason.MALFORMED_SD_JWT, sentence)
    _verify_signature(sd_jwt, header)
    if (sd_jwt.timestamp is not None) is not stamped:
        sentence = (
            "缺时间戳，或有不应有的时间戳 it has no timestamp, or one that it should not have"
        )
        raise MalformedError(Reason.MALFORMED_SD_JWT, sentence, at="header/etsiU")
    if sd_jwt.timestamp is not None:
        check_token(read_token(sd_jwt.timestamp), sd_jwt.signature.encode("ascii"))
    return content.processed.claims


@dataclass(frozen=True, kw_only=True, slots=True)
class _Content:
    processed: Processed
    claimed_time: datetime | None


class _Findings:
    """The findings so far; of several of one check the worst stands.

    Attributes:
        timestamp: the finding about a timestamp, if there is one.
    """

    def __init__(self) -> None:
        self._found: dict[Check, Finding] = {}
        self.timestamp: Finding | None = None

    def attempt(
        self, check: Check, step: Callable[[], _T], *, refused: Check | None = None
    ) -> _T | None:
        """Take a step of `check`; with `refused`, a refusal is the other check's finding."""
        try:
            result = step()
        except EvidenceError as error:
            self._note_error(check, refused, error)
            return None
        self.note(passed(check))
        return result

    def note(self, finding: Finding) -> None:
        """Add a finding."""
        check = Check(finding.check)
        self._found[check] = worst([self._found.get(check, finding), finding])

    def holds(self, check: Check) -> bool:
        """Was everything of `check` good that was asked so far, and something asked?"""
        return check in self._found and self._found[check].outcome is Outcome.PASSED

    def all(self) -> tuple[Finding, ...]:
        """Give one finding for each check, in their order."""
        found = (
            self._found.get(check) or undetermined(check, Reason.NOT_REACHED) for check in Check
        )
        return (*found, *((self.timestamp,) if self.timestamp else ()))

    def _note_error(self, check: Check, refused: Check | None, error: EvidenceError) -> None:
        say = undetermined if isinstance(error, UnavailableError) else failed
        if error.reason is Reason.UNSIGNED:
            self.note(passed(check))
            check, say = Check.STRUCTURE, undetermined
        elif refused is not None and isinstance(error, RefusedError):
            self.note(undetermined(check, Reason.NOT_REACHED))
            check = refused
        self.note(say(check, error.reason, _detail(error)))


def _detail(error: EvidenceError) -> str:
    """What an error says and where, safe to print: parts of it come from the document."""
    said = f"{error.sentence} ({error.at})" if error.at else error.sentence
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in said)[
        :MAX_DETAIL_CHARACTERS
    ]


def _read_header(sd_jwt: SdJwt, typ: str | None) -> ProtectedHeader:
    header = jws.read_protected_header(sd_jwt.protected)
    if typ is not None and header.typ != typ:
        sentence = f"不是这一种文件 the document is not of the kind {typ}"
        raise MalformedError(Reason.MALFORMED_SD_JWT, sentence, at="protected/typ")
    return header


def _read_content(sd_jwt: SdJwt) -> _Content:
    payload = sd_jwt.signed_payload()
    return _Content(
        processed=unsafe_process(payload, sd_jwt.disclosures),
        claimed_time=claimed_time(payload),
    )


def _examine(
    sd_jwt: SdJwt,
    header: ProtectedHeader,
    content: _Content | None,
    judge: PathJudge,
    found: _Findings,
    carried: CarriedData,
) -> SignatureInfo:
    """Check signature and certificate path, and tell who signed."""
    moment = content.claimed_time if content else None
    found.attempt(Check.SIGNATURE, lambda: _verify_signature(sd_jwt, header))
    proven = None
    if sd_jwt.timestamp is not None:
        stamped = judge_timestamp(
            sd_jwt.timestamp,
            sd_jwt.signature.encode("ascii"),
            judge=judge,
            claimed_time=moment,
            others=header.chain,
            carried=carried,
        )
        found.timestamp, proven = stamped.finding, stamped.proven
    path = judge.judge(
        header.certificate,
        header.chain,
        claimed_signing_time=moment,
        proven_time=proven.time if proven else None,
        carried=carried,
    )
    found.note(path)
    return signature_info(
        header.certificate,
        str(header.algorithm),
        moment,
        kind=SignatureKind.SD_JWT_T if proven else SignatureKind.SD_JWT,
        proven=proven,
    )


def _verify_signature(sd_jwt: SdJwt, header: ProtectedHeader) -> None:
    signature = base64url.decode(sd_jwt.signature, at="signature")
    jws.verify(header, sd_jwt.signing_input, signature)
