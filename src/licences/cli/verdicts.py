"""The verdict on one input as people read it, check by check; on many see `verdict_table`."""

from collections.abc import Mapping
from enum import StrEnum

from eseal.cli.findings import (
    CHECKS,
    VERDICTS,
    VerdictWords,
    checks_table,
    how_many,
    remedy_rows,
    seals_table,
    signatures_table,
)
from eseal.cli.page import in_line, page, safe
from eseal.cli.rows import Rows
from eseal.cli.times import china_time
from eseal.jose.strict_json import Scalar
from eseal.report import Indication
from licences.checks import LicenceCheck
from licences.claims import LicenceClaims
from licences.licence_report import LicenceReport
from licences.licence_type import Bilingual
from licences.pack_info import PackCheck
from licences.reasons import LicenceReason
from licences.signed_report import ReportCheck

LICENCE_CHECKS: Mapping[StrEnum, str] = {
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


NO_LICENCE = VerdictWords("–", "magenta", "不是证照", "no licence")
"""Of what can be read, and is something else: no verdict but UNREADABLE, to whoever reads JSON."""


def verdict_words(indication: Indication, reason: str | None) -> VerdictWords:
    """Say a verdict, by its indication and the reason that decided."""
    is_other = indication is Indication.UNREADABLE and reason == LicenceReason.NOT_A_LICENCE
    return NO_LICENCE if is_other else VERDICTS[indication]


def words_of(report: LicenceReport) -> VerdictWords:
    """Say a report's verdict."""
    deciding = report.verdict.deciding
    return verdict_words(report.verdict.indication, deciding.reason if deciding else None)


def print_detail(report: LicenceReport) -> None:
    """Print one input: the verdict, what the licence says, every check, who signed."""
    deciding = report.verdict.deciding
    reason = deciding.reason if deciding else None
    with page() as console:
        console.print(
            f"{verdict_words(report.verdict.indication, reason)}  {in_line(report.input)}",
            soft_wrap=True,
        )
        if reason is not None:
            console.print(f"   {reason}：{reason.zh}")
            console.print(f"   {reason.en}", style="dim")
        console.print(_facts(report))
        console.print()
        if many := how_many(len(report.signatures), len(report.seals)):
            console.print(many, style="dim")
        console.print(checks_table(report.findings, LICENCE_CHECKS, at=report.at))
        if report.signatures:
            console.print()
            console.print(signatures_table(report.signatures))
        if report.seals:
            console.print(seals_table(report.seals))
        if reason is not None:
            console.print()
            console.print(remedy_rows(reason))
            console.print(f"   licences explain {reason}", style="dim")


def _facts(report: LicenceReport) -> Rows:
    """The time asked for, and what the licence says."""
    rows = Rows(fixed=1)
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
        _add_shares(rows, report.licence, report.titles)
    return rows


def _add_shares(rows: Rows, licence: LicenceClaims, titles: Mapping[str, Bilingual]) -> None:
    """Of a licence that is shown in part: how much of it, and all that it says beside the above."""
    if licence.complete:
        return
    rows.add_row("   披露 [dim]shown[/]", f"[yellow]{licence.shares}[/]")
    shown: dict[str, Scalar] = {}
    if licence.number is not None:
        shown["证照编号 number"] = licence.number
    for name, value in licence.fields.items():
        title = titles.get(name)
        shown[f"{title.zh} {title.en}" if title else name] = value
    label = "   已披露 [dim]disclosed[/]"
    for called, value in shown.items():
        rows.add_row(label, in_line(f"{called}：{value}"))
        label = ""


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
