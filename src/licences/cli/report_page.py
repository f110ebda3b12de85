"""A signed report as people read it: what it is worth, what was asked, and what was found."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from asn1crypto.x509 import Certificate

from eseal.cli.findings import (
    VERDICTS,
    VerdictWords,
    checks_table,
    remedy_rows,
    signatures_table,
    totals,
)
from eseal.cli.page import in_line, page
from eseal.cli.rows import Rows
from eseal.cli.times import china_time, in_china
from eseal.evidence import common_name, organisation_identifier, organisation_name
from eseal.jose.statements import StatementEvidence
from eseal.jose.strict_json import JsonObject
from eseal.moments import parse_moment
from eseal.report import Indication
from licences.claims import share_words
from licences.cli.passed_over import WORDS, count_words
from licences.cli.verdicts import LICENCE_CHECKS, verdict_words
from licences.explanations import reason_of
from licences.passed_over import Reported
from licences.signed_report import ReportCheck, SignedReport, deciding_check
from licences.trust_info import TrustKind

MOST_PASSED = 20
"""Of the files that passed so many are listed; all that did not are."""

_TRUST = {TrustKind.FILE: "文件 a file", TrustKind.FOLDER: "文件夹 a folder"}


def print_signed_report(
    name: str, signed: SignedReport, evidence: StatementEvidence, *, at: datetime
) -> None:
    """Print what a signed report is worth at a time, and its verdicts if its signature is right."""
    verdict = evidence.verdict
    reason = verdict.deciding.reason if verdict.deciding else None
    with page() as console:
        told = f"{VERDICTS[verdict.indication]}  {in_line(name)}"
        console.print(f"{told}  [dim]报告本身 the report itself[/]", soft_wrap=True)
        if reason is not None:
            console.print(f"   {reason}：{reason.zh}\n   [dim]{reason.en}[/]")
        console.print(f"   验报告的时刻 [dim]judged at[/] {china_time(at)}")
        console.print(checks_table(evidence.findings, LICENCE_CHECKS))
        console.print(signatures_table([evidence.signature]))
        is_judged = any(each.check is ReportCheck.SIGNER for each in evidence.findings)
        console.print(_signed_by(signed.statement.certificate, is_judged=is_judged))
        if verdict.indication is not Indication.TOTAL_FAILED:
            console.print()
            console.print(_asked(signed.reports))
            console.print(f"\n   {totals(map(_verdict, signed.reports))}\n")
            console.print(_told(signed.reports))
            if signed.passed_over:
                console.print(_passed_over(signed.passed_over))
        if reason is not None:
            console.print()
            console.print(remedy_rows(reason))


def signer_words(certificate: Certificate) -> tuple[str, str]:
    """Say who signed: organisation with its code, name, and the certificate's fingerprint."""
    organisation = organisation_name(certificate) or "—"
    code = organisation_identifier(certificate) or "—"
    return (
        f"{organisation}（{code}）  {common_name(certificate)}",
        f"SHA-256 {certificate.sha256.hex()}",
    )


def _signed_by(certificate: Certificate, *, is_judged: bool) -> Rows:
    """Who signed a report, and that nobody was named where nobody was."""
    rows = Rows(fixed=1)
    label = "   签署者 [dim]signed by[/]"
    for words in signer_words(certificate):
        rows.add_row(label, in_line(words))
        label = ""
    if not is_judged:
        rows.add_row("", "[yellow]未指定应由谁签署：信任的根之下，任何人都能签[/]")
        rows.add_row("", "[dim]nobody was named: anybody below the trusted roots can sign[/]")
        rows.add_row("", "[dim]→ --signer FILE|SHA256[/]")
    return rows


def _asked(reports: Sequence[JsonObject]) -> Rows:
    """For what time and by what trust the verdicts hold, each once."""
    rows = Rows(fixed=1)
    for at in dict.fromkeys(str(each["at"]) for each in reports):
        rows.add_row("   所问时刻 [dim]asked for[/]", _time(at))
    for trust in dict.fromkeys(_trust_words(each.get("trust")) for each in reports):
        rows.add_row("   所凭信任 [dim]by trust of[/]", trust)
    return rows


def _trust_words(trust: object) -> str:
    """Say what was believed: of a bundle its digest and its time."""
    if not isinstance(trust, Mapping):
        return "未载明 not told"
    kind = TrustKind(str(trust["kind"]))
    if kind is not TrustKind.BUNDLE:
        return _TRUST[kind]
    made = _time(str(trust["made_at"]))
    return in_line(f"信任包 trust bundle  {made}  SHA-256 {trust['sha256']}")


def _passed_over(passed_over: Reported) -> Rows:
    """What of the folders was not verified: how many of each kind, and their names."""
    rows = Rows(fixed=1)
    counts = {kind: each.count for kind, each in passed_over.items()}
    for said in count_words(counts):
        rows.add_row("  ", f"[yellow]{said}[/]")
    for kind, each in passed_over.items():
        for name in each.names:
            rows.add_row("    ", f"{in_line(name)}  [dim]{WORDS[kind][0]}[/]", whole=True)
        if len(each.names) < each.count:
            rows.add_row("    ", f"…  [dim]{WORDS[kind][0]}[/]")
    return rows


def _told(reports: Sequence[JsonObject]) -> Rows:
    """What did not pass, each with its first reason; then what passed."""
    rows = Rows(fixed=1)
    good: list[JsonObject] = []
    for each in reports:
        if _indication(each) is Indication.TOTAL_PASSED:
            good.append(each)
        else:
            _add_file(rows, each)
            for said in _reason(each):
                rows.add_row("", said)
    for each in good[:MOST_PASSED]:
        _add_file(rows, each)
    if (left := len(good) - MOST_PASSED) > 0:
        more = f"…另有 {left} 个通过，--format json 列出 {left} more passed, see --format json"
        rows.add_row("", more)
    return rows


def _add_file(rows: Rows, report: JsonObject) -> None:
    rows.add_row(f"   {_verdict(report)}", in_line(str(report["input"])), whole=True)
    rows.add_row("", f"[dim]SHA-256 {report['sha256'] or '—'}[/]")
    if shares := _shares(report["licence"]):
        rows.add_row("", f"[yellow]{shares}[/]")


def _shares(licence: object) -> str:
    """Say of a licence that was shown in part how much of it was; older reports do not tell."""
    told = licence if isinstance(licence, Mapping) else {}
    return share_words(told.get("disclosed", 0), told.get("withheld", 0))


def _verdict(report: JsonObject) -> VerdictWords:
    deciding = deciding_check(report)
    reason = None if deciding is None else str(deciding["reason"])
    return verdict_words(_indication(report), reason)


def _reason(report: JsonObject) -> tuple[str, ...]:
    """Say why: the first check that failed, else the first that is not known."""
    deciding = deciding_check(report)
    if deciding is None:
        return ()
    return _reason_words(str(deciding["reason"]), str(deciding["detail"]))


def _reason_words(code: str, detail: str) -> tuple[str, ...]:
    reason = reason_of(code)
    titles = f" {reason.zh} [dim]{reason.en}[/]" if reason else ""
    said = (f"[dim]{in_line(in_china(detail))}[/]",) if detail else ()
    return (f"{in_line(code)}{titles}", *said)


def _time(text: str) -> str:
    """Write a time of the report as clocks in China show it; whoever signed may have erred."""
    try:
        return china_time(parse_moment(text))
    except ValueError:
        return in_line(text)


def _indication(report: JsonObject) -> Indication:
    return Indication(str(report["indication"]))
