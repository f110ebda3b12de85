"""Signed verification reports (验证报告): what a verifier found, under its own signature.

Rules kept:

- the reports are those of `schemas/report.schema.json`, one or more, in the order of the inputs;
- each verdict is that of the checks beside it, and what passed was checked: a report that
  contradicts itself is refused;
- what of the folders was no input stands in `passed_over` by kind, counted and, but of very many,
  named;
- `iat` is when it was signed; the time that was asked for stands in each report;
- anybody below the trusted roots can sign one: who it has to be is named beforehand, or whoever
  reads it has to look;
- it tells what its signer found. Whether that was right nobody learns from it who does not have
  the documents, whose digests it has.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final, cast

from eseal.chain import PathJudge
from eseal.errors import MalformedError, RefusedError
from eseal.jose.numeric_dates import numeric_date
from eseal.jose.statements import (
    Statement,
    StatementEvidence,
    read_statement,
    sign_statement,
    statement_type,
    verify_statement,
)
from eseal.jose.strict_json import JsonObject, JsonValue, canonical
from eseal.reasons import Reason
from eseal.report import Check, Finding, Indication, Outcome, failed, passed
from eseal.signers import Signer
from licences.catalogue import shipped_folder
from licences.checks import LicenceCheck
from licences.explanations import reason_of
from licences.field_rules import CompiledRules, compile_schema
from licences.licence_report import REPORT_TYP, LicenceReport
from licences.other_files import is_unsigned_report, known_kind
from licences.passed_over import MOST_REPORTED, NONE, Passed, PassedOver, Reported
from licences.reasons import LicenceReason
from licences.reporting import as_json

MAX_REPORT_BYTES: Final = 32 * 1024 * 1024

_SCHEMA: Final = "report.schema.json"
_PASSED_OVER: Final = "passed_over"
_CONTENT: Final = (
    LicenceCheck.IDENTIFIER,
    LicenceCheck.SCHEMA,
    LicenceCheck.VALIDITY,
    LicenceCheck.STATUS,
)
_SETTLED: Final = frozenset({Indication.TOTAL_PASSED, Indication.TOTAL_FAILED})
_ALWAYS: Final = frozenset[str]({*Check, *_CONTENT})
"""Checks that every licence that passes went through, whatever it is made of."""


class ReportCheck(StrEnum):
    """The check on a signed report whose signer was named; it stands behind those of statements."""

    SIGNER = "signer"


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedReport:
    """A signed report as it was read; whether its signer is believed is not known yet.

    Attributes:
        statement: what was signed, and by whom.
        reports: a report for each input, as `schemas/report.schema.json` has it.
        passed_over: what of the folders was no input, and has no report.
    """

    statement: Statement
    reports: tuple[JsonObject, ...]
    passed_over: Reported


def sign_report(
    signer: Signer,
    reports: Iterable[LicenceReport],
    *,
    at: datetime,
    passed_over: Reported = NONE,
) -> bytes:
    """Sign reports.

    Args:
        signer: who found what they say.
        reports: at least one.
        at: aware time of the signature.
        passed_over: what of the folders was no input.

    Raises:
        RefusedError: REPORT_MALFORMED, there is nothing to sign; INPUT_TOO_LARGE;
            SIGNED_OUTSIDE_VALIDITY, the signer's certificate is not valid then.
    """
    written = [cast("JsonValue", as_json(report)) for report in reports]
    if not written:
        raise RefusedError(LicenceReason.REPORT_MALFORMED, "没有可报告的 a report of no input")
    payload: JsonObject = {"iat": numeric_date(at), "reports": written}
    if passed_over:
        payload[_PASSED_OVER] = {
            kind.value: {"count": passed_over[kind].count, "names": [*passed_over[kind].names]}
            for kind in sorted(passed_over)
        }
    data = sign_statement(signer, REPORT_TYP, payload)
    if len(data) > MAX_REPORT_BYTES:
        sentence = f"{len(data)} 字节 bytes，至多 of {MAX_REPORT_BYTES}；请分批 report on fewer"
        raise RefusedError(Reason.INPUT_TOO_LARGE, sentence)
    return data


def read_report(data: bytes) -> SignedReport:
    """Read a signed report; its signature is not verified yet.

    Raises:
        MalformedError: REPORT_UNSIGNED, these are reports as they are without a signature;
            REPORT_MALFORMED; `.at` is the path inside.
        RefusedError: UNSIGNED or ALGORITHM_REFUSED; or REPORT_CONTRADICTS, a verdict is not that
            of its checks, or one file passes and fails.
    """
    try:
        statement = read_statement(data, typ=REPORT_TYP, max_bytes=MAX_REPORT_BYTES)
    except MalformedError as error:
        raise _no_report(data, error) from error
    payload = statement.payload
    if payload.keys() - {_PASSED_OVER} != {"iat", "reports"}:
        sentence = f"应有 iat 和 reports，至多另有 has iat and reports, at most {_PASSED_OVER}, too"
        raise _malformed(sentence, "")
    reports = payload["reports"]
    if not isinstance(reports, list) or not reports:
        raise _malformed("不是列表，或为空 is no list, or an empty one", "reports")
    read = tuple(_read_one(each, f"reports/{n}") for n, each in enumerate(reports))
    _demand_agreement(read)
    return SignedReport(
        statement=statement,
        reports=read,
        passed_over=_read_passed_over(payload[_PASSED_OVER]) if _PASSED_OVER in payload else NONE,
    )


def deciding_check(report: JsonObject) -> JsonObject | None:
    """Give the check that decides, as `eseal.report.judge` finds it; `None`: all passed."""
    found = (
        each
        for outcome in (Outcome.FAILED, Outcome.UNDETERMINED)
        for each in cast("list[JsonObject]", report["checks"])
        if each["outcome"] == outcome
    )
    return next(found, None)


def judge_report(
    signed: SignedReport, *, judge: PathJudge, signers: Collection[str] = ()
) -> StatementEvidence:
    """Judge signature, certificate and signer of a report; never raises for anything in it.

    Args:
        signed: as it was read.
        judge: judges the signer's certificate, at its time.
        signers: SHA-256 of the certificates whose reports are believed, lower-case hexadecimal;
            without any the signer is told, but not judged.
    """
    evidence = verify_statement(signed.statement, judge=judge)
    if not signers:
        return evidence
    finding = _check_signer(evidence.signature.certificate_sha256, signers)
    return replace(evidence, findings=(*evidence.findings, finding))


def _check_signer(signer: str, signers: Collection[str]) -> Finding:
    if signer in signers:
        return passed(ReportCheck.SIGNER)
    detail = f"SHA-256 {signer}"
    return failed(ReportCheck.SIGNER, LicenceReason.REPORT_STRANGER, detail)


def _no_report(data: bytes, error: MalformedError) -> MalformedError:
    """Say what it is instead, if that is known."""
    if is_unsigned_report(data):
        sentence = "未签名的 JSON 报告 a report in JSON, not signed"
        return MalformedError(LicenceReason.REPORT_UNSIGNED, sentence)
    if statement_type(data.strip()) == REPORT_TYP:
        said = "自称签名的验证报告，已损坏 calls itself a signed report, damaged"
        sentence = f"{said}: {error.sentence}"
        return _malformed(sentence, error.at)
    return _malformed(known_kind(data) or f"{error.reason}: {error.sentence}", error.at)


def _read_passed_over(value: JsonValue) -> Reported:
    """Read what was passed over; of each kind at least one, or it is not there."""
    kinds = {each.value for each in PassedOver}
    found: dict[PassedOver, Passed] = {}
    for kind, said in (value if isinstance(value, dict) else {}).items():
        passed_over = _read_kind(said) if kind in kinds else None
        if passed_over is None:
            sentence = "不是略过的种类、个数与名称 no kind with its count and names"
            raise _malformed(sentence, f"{_PASSED_OVER}/{kind}")
        found[PassedOver(kind)] = passed_over
    if not found:
        raise _malformed("不是对象，或为空 is no object, or an empty one", _PASSED_OVER)
    return found


def _read_kind(value: JsonValue) -> Passed | None:
    match value:
        case {"count": int(count), "names": [*names], **others} if not others:
            texts = tuple(each for each in names if isinstance(each, str))
            is_good = len(texts) == len(names) <= min(count, MOST_REPORTED) and count is not True
            return Passed(count=count, names=texts) if is_good and count > 0 else None
        case _:
            return None


def _read_one(value: JsonValue, at: str) -> JsonObject:
    if not isinstance(value, dict) or not _rules().validator.is_valid(value):
        raise _malformed(f"不合格式 does not meet {_SCHEMA}", at)
    if (sentence := _contradiction(value)) is not None:
        raise RefusedError(LicenceReason.REPORT_CONTRADICTS, sentence, at=at)
    return value


def _demand_agreement(reports: Sequence[JsonObject]) -> None:
    """Insist that no file passes and fails at one time, by one trust."""
    known: dict[bytes, JsonValue] = {}
    for number, report in enumerate(reports):
        if report["indication"] in _SETTLED and report["sha256"] is not None:
            asked = canonical({name: report.get(name) for name in ("sha256", "at", "trust")})
            if known.setdefault(asked, report["indication"]) != report["indication"]:
                sentence = (
                    "同一文件既通过又不通过 one file passes and fails at one time: "
                    f"SHA-256 {report['sha256']}"
                )
                raise RefusedError(
                    LicenceReason.REPORT_CONTRADICTS, sentence, at=f"reports/{number}"
                )


def _contradiction(report: JsonObject) -> str | None:
    """Say what of a report does not follow from its checks, or is passed and was not checked."""
    checks = cast("list[JsonObject]", report["checks"])
    for each in checks:
        if (each["reason"] is None) is not (each["outcome"] == Outcome.PASSED):
            return (
                f"{each['check']}：未通过须有原因，通过则无 a reason, exactly when it is not passed"
            )
    deciding = deciding_check(report)
    if report["indication"] != _indication(deciding):
        return f"自称 it says {report['indication']}，其各项检查不然 which its checks do not"
    if not _is_sub(report["sub_indication"], deciding):
        return f"{report['sub_indication']} 不是其各项检查所得 is not what its checks come to"
    for name in ("check", "reason"):
        if name in report and report[name] != (deciding and deciding[name]):
            return f"{name}：{report[name]} 不是决定结论的那一项 is not that of the deciding check"
    missing = sorted(_ALWAYS - {str(each["check"]) for each in checks})
    missing += [name for name in ("sha256", "licence", "signatures") if not report[name]]
    if deciding is None and missing:
        return f"通过而未查 it passed, and nothing is told of {', '.join(missing)}"
    return None


def _indication(deciding: JsonObject | None) -> Indication:
    """Weigh checks as `eseal.report.judge` weighs findings."""
    if deciding is None:
        return Indication.TOTAL_PASSED
    if deciding["outcome"] == Outcome.UNDETERMINED:
        return Indication.INDETERMINATE
    is_unreadable = deciding["check"] == Check.READABLE
    return Indication.UNREADABLE if is_unreadable else Indication.TOTAL_FAILED


def _is_sub(sub: JsonValue, deciding: JsonObject | None) -> bool:
    """Whether this is the sub-indication; of a reason that is not known here any will do."""
    if deciding is None or sub is None:
        return deciding is None and sub is None
    reason = reason_of(str(deciding["reason"]))
    return reason is None or sub == reason.sub


@lru_cache(maxsize=1)
def _rules() -> CompiledRules:
    return compile_schema((shipped_folder() / _SCHEMA).read_text(encoding="utf-8"))


def _malformed(sentence: str, at: str) -> MalformedError:
    return MalformedError(LicenceReason.REPORT_MALFORMED, sentence, at=at)
