"""Findings, signatures and seals as people read them; `licences` shows its own the same way."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from eseal.certificates import read_certificate
from eseal.cli.page import in_line, page
from eseal.cli.rows import Rows
from eseal.cli.times import age_words, china_time, in_china
from eseal.documents import DocumentReport
from eseal.evidence import (
    SealInfo,
    SignatureInfo,
    SignatureKind,
    common_name,
    picture_words,
)
from eseal.pdf.marks import MarkCheck
from eseal.pdf.sealed import SealEvidence
from eseal.reasons import Reason, ReasonCode
from eseal.report import Check, Finding, Indication, Outcome, TimestampCheck, worst
from eseal.seals.checks import SealCheck
from eseal.seals.model import Seal


class VerdictWords(NamedTuple):
    """How a verdict is shown: its sign and colour, and what it is called."""

    sign: str
    colour: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"[{self.colour}]{self.sign} {self.zh} {self.en}[/]"


VERDICTS: Final = {
    indication: VerdictWords(sign, colour, zh, indication)
    for indication, sign, colour, zh in (
        (Indication.TOTAL_PASSED, "✓", "green", "通过"),
        (Indication.TOTAL_FAILED, "✗", "red", "不通过"),
        (Indication.INDETERMINATE, "?", "yellow", "不确定"),
        (Indication.UNREADABLE, "–", "magenta", "无法读取"),
    )
}
CHECKS: Final[Mapping[StrEnum, str]] = {
    Check.READABLE: "可读",
    Check.STRUCTURE: "结构",
    Check.INTEGRITY: "完整性",
    Check.SIGNATURE: "签名值",
    Check.CERTIFICATE_PATH: "证书链",
    TimestampCheck.TIMESTAMP: "时间戳",
    SealCheck.FORMAT: "印章格式",
    SealCheck.MAKER_SIGNATURE: "制章者签名",
    SealCheck.MAKER_PATH: "制章者证书",
    SealCheck.VALIDITY: "印章有效期",
    SealCheck.SIGNER_LISTED: "签章者在列",
    SealCheck.SIGNER_PATH: "签章者证书",
    SealCheck.SIGNATURE_VALUE: "签章签名值",
    SealCheck.DATA_HASH: "原文杂凑值",
    SealCheck.PICTURE: "印章图形",
    MarkCheck.MARKS: "无据图形",
}

_OUTCOMES: Final = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.UNDETERMINED: ("?", "yellow"),
}
_KINDS: Final = {
    SignatureKind.PADES: "PDF",
    SignatureKind.PADES_T: "PDF",
    SignatureKind.SD_JWT: "JSON",
    SignatureKind.SD_JWT_T: "JSON",
    SignatureKind.SEAL: "SES",
    SignatureKind.STATEMENT: "JWS",
}


def totals(verdicts: Iterable[VerdictWords]) -> str:
    """Count verdicts, each kind with its sign and colour; those that did not occur are left out."""
    counts = Counter(verdicts)
    parts = [
        f"[{each.colour}]{each.sign} {each.zh} {counts[each]}[/]"
        for each in dict.fromkeys((*VERDICTS.values(), *counts))
        if counts[each]
    ]
    return f"共 {counts.total()} 个  " + "  ".join(parts)


def checks_table(
    findings: Sequence[Finding],
    names: Mapping[StrEnum, str] = CHECKS,
    *,
    at: datetime | None = None,
) -> Rows:
    """Show a row a check; those that an earlier failure made pointless are counted in one row.

    Args:
        findings: in order of the checks.
        names: what the checks are called.
        at: the time asked for, to tell how old the data are that a check rests on.
    """
    rows = Rows(fixed=2)
    reached = [finding for finding in findings if finding.reason is not Reason.NOT_REACHED]
    for finding in reached:
        sign, colour = _OUTCOMES[finding.outcome]
        name = f"{names[finding.check]} [dim]{finding.check}[/]"
        said = [str(finding.reason)] if finding.reason else []
        said += [f"[dim]{in_line(in_china(finding.detail))}[/]"] if finding.detail else []
        if at is not None and finding.as_of is not None:
            said.append(f"[dim]所据数据 its data: {age_words(finding.as_of, at)}[/]")
        rows.add_row(f"   [{colour}]{sign}[/]", name, "  ".join(said))
    if missed := len(findings) - len(reached):
        rows.add_row("   [yellow]?[/]", "未做 [dim]not reached[/]", f"{missed} 项 checks")
    return rows


def signatures_table(signatures: Sequence[SignatureInfo]) -> Rows:
    """Show a row a signature: who, with what, when they say they did, and when it was there."""
    rows = Rows(fixed=1)
    for each in signatures:
        said = f"{each.signer}（{each.organisation_identifier or '—'}） {each.algorithm}"
        if each.claimed_time:
            said += f"  自称 claimed {china_time(each.claimed_time)}"
        rows.add_row(f"   签名 [dim]signature[/] {_KINDS[each.kind]}", f"[dim]{in_line(said)}[/]")
        if each.proven:
            proof = f"{china_time(each.proven.time)}  {each.proven.authority}"
            rows.add_row("   时间戳 [dim]timestamp[/]", f"[dim]{in_line(proof)}[/]")
    return rows


def seals_table(seals: Sequence[SealEvidence]) -> Rows:
    """Show a row a seal, with the sign of the worst that was found about it."""
    rows = Rows(fixed=1)
    for each in seals:
        sign, colour = _OUTCOMES[worst(each.findings).outcome]
        label = f"   印章 [dim]seal[/] [{colour}]{sign}[/]"
        for words in _seal_words(each.info):
            rows.add_row(label, in_line(words))
            label = ""
    return rows


def _seal_words(info: SealInfo) -> tuple[str, ...]:
    """Say a seal and its use, in lines."""
    return (
        f"{info.name}  {info.es_id}  {info.picture}",
        f"制章 maker {info.maker}",
        f"用印 used {china_time(info.used_at)}  {info.signer}",
        f"原文杂凑值 data hash {info.data_hash}",
    )


def remedy_rows(reason: ReasonCode) -> Rows:
    """Say what to do, in Chinese and in English."""
    rows = Rows(fixed=1)
    for words in (reason.remedy_zh, reason.remedy_en):
        rows.add_row("   →", words)
    return rows


def how_many(signatures: int, seals: int) -> str:
    """Say of how many signatures and seals the worst is told; nothing of one."""
    if signatures < 2 and seals < 2:
        return ""
    return f"   {signatures} 个签名、{seals} 枚印章，每项取最差的 of all, the worst"


def print_document(report: DocumentReport) -> None:
    """Print what was found about one file, and an empty line behind it."""
    deciding = report.verdict.deciding
    reason = deciding.reason if deciding else None
    with page() as console:
        verdict = VERDICTS[report.verdict.indication]
        console.print(f"{verdict}  {in_line(report.input)}", soft_wrap=True)
        if reason is not None:
            console.print(f"   {reason}：{reason.zh}")
            console.print(f"   {reason.en}", style="dim")
        console.print(f"   所问时刻 [dim]at[/] {china_time(report.at)}\n")
        if many := how_many(len(report.signatures), len(report.seals)):
            console.print(many, style="dim")
        console.print(checks_table(report.findings))
        if report.signatures:
            console.print()
            console.print(signatures_table(report.signatures))
        if report.seals:
            console.print(seals_table(report.seals))
        if report.seal is not None:
            console.print()
            console.print(_carried_table(report.seal))
        if reason is not None:
            console.print()
            console.print(remedy_rows(reason))
        console.print()


def print_totals(indications: Sequence[Indication]) -> None:
    """Print how many files had each verdict, below what was found about them."""
    with page() as console:
        console.print(totals(VERDICTS[each] for each in indications))


def print_seals(seals: Sequence[Seal]) -> None:
    """Print what seals say; one that was put on a document several times, once."""
    times = Counter(seal.der for seal in seals)
    with page() as console:
        for seal in {one.der: one for one in seals}.values():
            rows = Rows(fixed=1)
            for label, value in _seal_rows(seal):
                rows.add_row(label, in_line(value))
            if times[seal.der] > 1:
                rows.add_row("盖用 [dim]put on[/]", f"{times[seal.der]} 次 times")
            console.print(rows)
            console.print()


def _carried_table(seal: Seal) -> Rows:
    """Show a seal that is a file of its own, in a row."""
    rows = Rows(fixed=1)
    said = f"{seal.name}  {seal.es_id}  {picture_words(seal)}  制章 maker {common_name(seal.maker)}"
    rows.add_row("   印章 [dim]seal[/]", in_line(said))
    return rows


def _seal_rows(seal: Seal) -> Iterator[tuple[str, str]]:
    yield "印章名称 [dim]name[/]", seal.name
    yield "印章编号 [dim]esID[/]", seal.es_id
    yield "版本 [dim]version[/]", f"{seal.version.name}  {seal.vendor}"
    yield "类型代码 [dim]type[/]", str(seal.kind)
    validity = f"{china_time(seal.valid_from)} … {china_time(seal.valid_until)}"
    yield "有效期 [dim]validity[/]", validity
    yield "制作 [dim]made[/]", f"{china_time(seal.created)}  {common_name(seal.maker)}"
    yield "算法 [dim]algorithm[/]", seal.algorithm.value
    yield "印模 [dim]picture[/]", f"{picture_words(seal)}  {len(seal.picture.data)} bytes"
    for der in seal.signers.certificates:
        yield "可用章者 [dim]signer[/]", _signer_words(der)
    for one in seal.signers.digests:
        yield "可用章者 [dim]signer[/]", f"{one.kind} {one.value.hex()}"
    if seal.deviations:
        yield "不规范处 [dim]deviations[/]", ", ".join(seal.deviations)
    yield "SHA-256", hashlib.sha256(seal.der).hexdigest()


def _signer_words(der: bytes) -> str:
    certificate = read_certificate(der)
    return f"{common_name(certificate)}  {certificate.serial_number:x}"
