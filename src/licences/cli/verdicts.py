"""Verdicts as people read them: a table of many inputs, or one input check by check."""

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eseal.cli.voice import printable
from eseal.report import Check, Finding, Indication, Outcome
from licences.checks import LicenceCheck
from licences.verification import LicenceReport

_WIDTH_WITHOUT_TERMINAL = 150
_VERDICTS = {
    Indication.TOTAL_PASSED: ("✓", "green", "通过"),
    Indication.TOTAL_FAILED: ("✗", "red", "不通过"),
    Indication.INDETERMINATE: ("?", "yellow", "不确定"),
    Indication.UNREADABLE: ("–", "magenta", "不是证照"),
}
_OUTCOMES = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.UNDETERMINED: ("?", "yellow"),
}
_CHECKS = {
    Check.READABLE: "可读",
    Check.STRUCTURE: "结构",
    Check.INTEGRITY: "完整性",
    Check.SIGNATURE: "签名值",
    Check.CERTIFICATE_PATH: "证书链",
    LicenceCheck.IDENTIFIER: "证照标识",
    LicenceCheck.SCHEMA: "字段规范",
    LicenceCheck.VALIDITY: "有效期",
    LicenceCheck.AGREEMENT: "证面一致",
}


def print_table(reports: Sequence[LicenceReport]) -> None:
    """Print one row an input and the sum of each verdict below."""
    console = _console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("结论 verdict", no_wrap=True)
    table.add_column("文件 file", overflow="fold", ratio=3)
    table.add_column("证照 licence", ratio=2)
    table.add_column("原因 reason", overflow="fold", ratio=3)
    for report in reports:
        table.add_row(_verdict(report), _safe(report.input), _licence(report), _reason(report))
    console.print(table)
    console.print(_summary(reports))


def print_detail(report: LicenceReport) -> None:
    """Print one input: the verdict, what the licence says, every check, who signed."""
    console = _console()
    console.print(f"{_verdict(report)}  {_safe(report.input)}")
    if (deciding := report.verdict.deciding) is not None and deciding.reason is not None:
        console.print(f"   {deciding.reason}：{deciding.reason.zh}")
        console.print(f"   {deciding.reason.en}", style="dim")
    if report.licence is not None:
        _print_licence(console, report)
    checks = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for finding in report.findings:
        checks.add_row(*_check_row(finding))
    console.print()
    console.print(checks)
    for signature in report.signatures:
        claimed = f"，{signature.claimed_time:%Y-%m-%d %H:%M:%SZ}" if signature.claimed_time else ""
        console.print(
            f"   {_safe(signature.signer)}（{_safe(signature.organisation_identifier or '—')}）"
            f" {signature.algorithm}{claimed}",
            style="dim",
        )
    if deciding is not None and deciding.reason is not None:
        console.print(f"\n   → {deciding.reason.remedy_zh}\n   → {deciding.reason.remedy_en}")
        console.print(f"   licences explain {deciding.reason}", style="dim")


def _safe(text: str) -> str:
    """Make a text that came from a document harmless for the terminal and for rich."""
    return escape(printable(text))


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
    return console


def _verdict(report: LicenceReport) -> str:
    sign, colour, zh = _VERDICTS[report.verdict.indication]
    return f"[{colour}]{sign} {zh} {report.verdict.indication}[/]"


def _licence(report: LicenceReport) -> str:
    licence = report.licence
    return _safe(f"{licence.type_name} {licence.holder_name or ''}") if licence else ""


def _reason(report: LicenceReport) -> str:
    deciding = report.verdict.deciding
    if deciding is None or deciding.reason is None:
        return ""
    return _safe(f"{deciding.reason} {deciding.reason.zh}")


def _summary(reports: Sequence[LicenceReport]) -> str:
    counts = Counter(report.verdict.indication for report in reports)
    parts = [
        f"[{colour}]{sign} {zh} {counts[indication]}[/]"
        for indication, (sign, colour, zh) in _VERDICTS.items()
        if counts[indication]
    ]
    return f"共 {len(reports)} 个  " + "  ".join(parts)


def _print_licence(console: Console, report: LicenceReport) -> None:
    licence = report.licence
    if licence is None:  # pragma: no cover - asked for by the caller only when there is one
        return
    rows = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for label, value in (
        ("证照", licence.type_name),
        ("标识", licence.identifier),
        ("持证主体", f"{licence.holder_name or '（未披露）'}  {licence.holder_code or ''}"),
        ("颁发机构", f"{licence.issuing_authority}  {licence.issuing_authority_code}"),
        ("有效期", f"{licence.valid_from} … {licence.valid_until or '长期'}"),
    ):
        rows.add_row(f"   [dim]{label}[/]", _safe(value))
    console.print(rows)


def _check_row(finding: Finding) -> tuple[str, str, str, str]:
    sign, colour = _OUTCOMES[finding.outcome]
    name = f"{_CHECKS[finding.check]} [dim]{finding.check}[/]"
    return (
        f"   [{colour}]{sign}[/]",
        name,
        str(finding.reason or ""),
        f"[dim]{_safe(finding.detail)}[/]",
    )
