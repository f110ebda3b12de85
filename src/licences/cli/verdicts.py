"""Verdicts as people read them: a table of many inputs, or one input check by check."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from asn1crypto.x509 import Certificate
from rich import box
from rich.table import Table

from eseal.cli.findings import (
    CHECKS,
    checks_table,
    how_many,
    seals_table,
    signatures_table,
    totals,
    verdict_words,
)
from eseal.cli.page import china_time, grid, in_line, page, safe
from eseal.evidence import common_name, organisation_identifier, organisation_name
from eseal.jose.statements import StatementEvidence
from eseal.jose.strict_json import JsonObject
from eseal.report import Indication
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.pack_info import PackCheck
from licences.signed_report import ReportCheck, SignedReport
from licences.verification import LicenceReport

_ROOM_FOR_COLUMNS = 110
_CHECKS: Mapping[StrEnum, str] = {
    **CHECKS,
    PackCheck.CONTAINER: "审计包",
    ReportCheck.SIGNER: "指定的签署者",
    LicenceCheck.IDENTIFIER: "证照标识",
    LicenceCheck.SCHEMA: "字段规范",
    LicenceCheck.VALIDITY: "有效期",
    LicenceCheck.STATUS: "证照状态",
    LicenceCheck.AGREEMENT: "证面一致",
    LicenceCheck.AUTHORITY: "颁发权限",
    LicenceCheck.SEAL_REGISTER: "印章登记",
}


def print_table(reports: Sequence[LicenceReport]) -> None:
    """Print a row an input, in one column where there is no room, and the sum of each verdict."""
    with page() as console:
        wide = console.width >= _ROOM_FOR_COLUMNS
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        table.add_column("结论 verdict", no_wrap=True)
        for title in ("文件 file", "证照 licence", "原因 reason")[: 3 if wide else 1]:
            table.add_column(title, overflow="fold")
        for report in reports:
            cells = (in_line(report.input), _licence(report), _reason(report))
            said = cells if wide else ("\n".join(cell for cell in cells if cell),)
            table.add_row(verdict_words(report.verdict.indication), *said)
        console.print(table)
        console.print(f"\n{totals(report.verdict.indication for report in reports)}")
        if reports:
            console.print(f"所问时刻 [dim]at[/] {china_time(reports[0].at)}")


def print_detail(report: LicenceReport) -> None:
    """Print one input: the verdict, what the licence says, every check, who signed."""
    deciding = report.verdict.deciding
    reason = deciding.reason if deciding else None
    with page() as console:
        console.print(
            f"{verdict_words(report.verdict.indication)}  {in_line(report.input)}", soft_wrap=True
        )
        if reason is not None:
            console.print(f"   {reason}：{reason.zh}")
            console.print(f"   {reason.en}", style="dim")
        console.print(_facts(report))
        console.print()
        if many := how_many(len(report.signatures), len(report.seals)):
            console.print(many, style="dim")
        console.print(checks_table(report.findings, _CHECKS, at=report.at))
        if report.signatures:
            console.print()
            console.print(signatures_table(report.signatures))
        if report.seals:
            console.print(seals_table(report.seals))
        if reason is not None:
            console.print(f"\n   → {reason.remedy_zh}\n   → {reason.remedy_en}")
            console.print(f"   licences explain {reason}", style="dim")


def print_signed_report(
    name: str, signed: SignedReport, evidence: StatementEvidence, *, at: datetime
) -> None:
    """Print what a signed report is worth, and its verdicts unless its signature is wrong."""
    verdict = evidence.verdict
    reason = verdict.deciding.reason if verdict.deciding else None
    with page() as console:
        console.print(f"{verdict_words(verdict.indication)}  {in_line(name)}", soft_wrap=True)
        if reason is not None:
            console.print(f"   {reason}：{reason.zh}")
            console.print(f"   {reason.en}", style="dim")
        console.print(f"   所问时刻 [dim]at[/] {china_time(at)}\n")
        console.print(checks_table(evidence.findings, _CHECKS))
        console.print(signatures_table([evidence.signature]))
        is_judged = any(each.check is ReportCheck.SIGNER for each in evidence.findings)
        console.print(_signed_by(signed.statement.certificate, is_judged=is_judged))
        if verdict.indication is not Indication.TOTAL_FAILED:
            console.print()
            console.print(_told(signed.reports))
        if reason is not None:
            console.print(f"\n   → {reason.remedy_zh}\n   → {reason.remedy_en}")


def signer_words(certificate: Certificate) -> tuple[str, str]:
    """Say who signed: organisation with its code, name, and the certificate's fingerprint."""
    organisation = organisation_name(certificate) or "—"
    code = organisation_identifier(certificate) or "—"
    return (
        f"{organisation}（{code}）  {common_name(certificate)}",
        f"SHA-256 {certificate.sha256.hex()}",
    )


def _signed_by(certificate: Certificate, *, is_judged: bool) -> Table:
    """Who signed a report, and that nobody was named where nobody was."""
    rows = grid(2, fixed=1)
    label = "   签署者 [dim]signed by[/]"
    for words in signer_words(certificate):
        rows.add_row(label, in_line(words))
        label = ""
    if not is_judged:
        rows.add_row("", "[yellow]未指定应由谁签署：信任的根之下，任何人都能签[/]")
        rows.add_row("", "[dim]nobody was named: anybody below the trusted roots can sign[/]")
        rows.add_row("", "[dim]→ --signer FILE|SHA256[/]")
    return rows


def _told(reports: Sequence[JsonObject]) -> Table:
    """The verdicts that a signed report tells, a row each."""
    rows = grid(4, fixed=1)
    for each in reports:
        words = verdict_words(Indication(str(each["indication"])))
        said = (each["sub_indication"] or "", each["input"], f"SHA-256 {each['sha256'] or '—'}")
        rows.add_row(f"   {words}", *(in_line(str(text)) for text in said))
    return rows


def _licence(report: LicenceReport) -> str:
    licence = report.licence
    return safe(f"{licence.type_name} {licence.holder_name or ''}") if licence else ""


def _reason(report: LicenceReport) -> str:
    deciding = report.verdict.deciding
    if deciding is None or deciding.reason is None:
        return ""
    reason = deciding.reason
    return f"{safe(f'{reason} {reason.zh}')}\n[dim]{safe(reason.en)}[/]"


def _facts(report: LicenceReport) -> Table:
    """The time asked for, and what the licence says."""
    rows = grid(2, fixed=1)
    rows.add_row("   所问时刻 [dim]at[/]", china_time(report.at))
    if report.trust is not None and report.trust.made_at is not None:
        said = f"{china_time(report.trust.made_at)}  SHA-256 {report.trust.sha256}"
        rows.add_row("   信任包 [dim]trust bundle[/]", safe(said))
    if report.pack is not None:
        said = f"{report.pack.licence}  SHA-256 {report.pack.licence_sha256}"
        rows.add_row("   包内证照 [dim]in the pack[/]", in_line(said))
    if report.licence is not None:
        for zh, en, value in _claims(report.licence):
            rows.add_row(f"   {zh} [dim]{en}[/]", safe(value))
    return rows


def _claims(licence: LicenceClaims) -> tuple[tuple[str, str, str], ...]:
    holder = f"{licence.holder_name or '（未披露）'}  {licence.holder_code or ''}"
    issuer = f"{licence.issuing_authority}  {licence.issuing_authority_code}"
    return (
        ("证照", "licence", licence.type_name),
        ("标识", "identifier", licence.identifier),
        ("持证主体", "holder", holder),
        ("颁发机构", "issuer", issuer),
        ("有效期", "validity", f"{licence.valid_from} … {licence.valid_until or '长期'}"),
    )
